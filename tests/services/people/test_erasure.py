"""Erasing a person: who they were goes everywhere, what they did stays under a number."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import orjson
import pytest
from flask import Flask

import auth
import clock
import db
from auth import Actor
from db import Engine, Key, scalar
from errors import Conflict
from records import redactions, seals, trail
from server.job_worker import JobWorker
from services.people import erasure_service, user_service
from services.upkeep import erasure_job
from tests.kit.authenticator import enrol, sign_in_alone
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_machine,
    make_planogram,
    make_product,
    make_route,
    make_service_order,
    make_ticket,
    make_visit,
)
from tests.kit.people import PASSWORD, Answer, Person, make_key, sign_up
from tests.kit.photos import photo_bytes
from tests.migrations.schema_reader import columns_of

NAME, DISPLAY, EMAIL = "ottokar", 'Ottokar "Otto" O\'Neill-Søren', "ottokar@example.org"


@pytest.fixture
def otto(admin: Person, app: Flask, engine: Engine) -> Person:
    """A driver with a name that is nowhere else."""
    person = sign_up(app, engine, NAME, "driver")
    user = admin.get(f"/api/users/{person.id}").json
    change = {"version": user["version"], "display_name": DISPLAY, "email": EMAIL}
    assert admin.patch(f"/api/users/{person.id}", json=change).status == 200
    return person


def erase(admin: Person, person: Person, **body: Any) -> Answer:
    version = admin.get(f"/api/users/{person.id}").json["version"]
    asked = {"version": version, "current_password": PASSWORD} | body
    return admin.post(f"/api/users/{person.id}/erasure", json=asked)


def work_off(engine: Engine) -> None:
    while JobWorker(engine, "worker").run_one():
        pass


def try_again_now(engine: Engine) -> None:
    with engine.writing() as writer:
        sql = "UPDATE jobs SET run_after = :now WHERE state = 'queued'"
        writer.execute(sql, {"now": clock.now()})
    work_off(engine)


def erased(engine: Engine, admin: Person, person: Person) -> Any:
    answer = erase(admin, person)
    assert answer.status == 200, answer.json
    work_off(engine)
    job = admin.get(f"/api/jobs/{answer.json['job_id']}").json
    assert job["state"] == "done", job
    return job


def work_with(admin: Person, otto: Person) -> dict[str, Any]:
    """Otto does whatever leaves a name as text."""
    route = make_route(admin, driver=otto)
    device = make_device(admin, route_id=route["id"], cabinets=2)
    product = make_product(admin)
    for cabinet in device["cabinets"]:
        make_planogram(admin, cabinet["id"], products=[product["id"]] * 6)
    order = make_service_order(
        admin,
        route_id=route["id"],
        cabinet_ids=[cabinet["id"] for cabinet in device["cabinets"]],
        driver=otto,
    )
    skip = {"cabinet_ids": [device["cabinets"][1]["id"]], "reason": "closed"}
    assert otto.post(f"/api/service-orders/{order['id']}/skips", json=skip).status == 200
    slot = admin.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json["slots"][0]
    visit = make_visit(otto, order, fills=[{"slot_id": slot["id"], "counted": 3, "added": 1}])
    form = {
        "noun": "device",
        "noun_id": str(device["id"]),
        "file": (io.BytesIO(photo_bytes()), "a.png"),
    }
    assert otto.post("/api/files", data=form).status == 201
    ticket = make_ticket(otto, device_id=device["id"])
    said = otto.post(f"/api/tickets/{ticket['id']}/entries", json={"text": "On my way"})
    assert said.status == 201
    given = {"version": 1, "assignee_id": otto.id}
    assert admin.patch(f"/api/tickets/{ticket['id']}", json=given).status == 200
    make_dex_read(otto, make_machine(device), device_id=device["id"])
    make_key(otto, ["fleet:read"])
    sign_in = {"username": NAME, "password": PASSWORD}
    assert otto.elsewhere().post("/api/auth/login", json=sign_in).status == 200
    wrong = {"username": NAME, "password": "not the one"}
    for _ in range(6):
        otto.elsewhere().post("/api/auth/login", json=wrong)
    return {"visit_id": visit["id"], "slots": [slot], "order_id": order["id"]}


def plan_with(planner: Person, done: dict[str, Any]) -> None:
    """Somebody in the office looks after what a driver did."""
    path = f"/api/visits/{done['visit_id']}/count-acknowledgement"
    assert planner.post(path).status == 200
    slot = done["slots"][0]
    change = {
        "device_id": planner.get("/api/devices").json["items"][0]["id"],
        "kind": "price",
        "slot_ids": [slot["id"]],
        "price_cents": 175,
    }
    path = f"/api/products/{slot['product_id']}/slot-changes"
    assert planner.post(path, json=change).status == 201


def places_of(engine: Engine, *texts: str) -> list[str]:
    """Each column of each table in which one of the texts is."""
    found = []
    wanted = [text.casefold() for text in texts]
    wanted += [orjson.dumps(text)[1:-1].decode().casefold() for text in texts]
    with engine.reading() as reader:
        for table, columns in sorted(columns_of(reader).items()):
            for column in columns:
                values = reader.execute(f'SELECT "{column}" FROM "{table}"').fetchall()
                said = [value.casefold() for (value,) in values if isinstance(value, str)]
                if any(text in value for value in said for text in wanted):
                    found.append(f"{table}.{column}")
    return found


def test_the_name_is_nowhere_afterwards(engine: Engine, admin: Person, otto: Person) -> None:
    work_with(admin, otto)
    before = places_of(engine, NAME, DISPLAY, EMAIL)
    assert {"users.username", "audit_entries.changes", "visits.username"} <= set(before)
    erased(engine, admin, otto)
    assert places_of(engine, NAME, DISPLAY, EMAIL) == []


def test_a_passkey_that_is_called_by_the_name_is_nowhere_either(
    engine: Engine, admin: Person, otto: Person
) -> None:
    device, _ = enrol(otto, name=f"Phone of {NAME}")
    assert sign_in_alone(otto.elsewhere(), device).status == 200
    erased(engine, admin, otto)
    assert places_of(engine, NAME) == []


def test_what_they_did_stays_under_their_number(
    engine: Engine, admin: Person, otto: Person
) -> None:
    done = work_with(admin, otto)
    path = f"/api/service-orders/{done['order_id']}"
    order = admin.get(path).json
    entries = admin.get(f"/api/audit-entries?user_id={otto.id}&limit=200").json["items"]
    erased(engine, admin, otto)
    user = admin.get(f"/api/users/{otto.id}").json
    assert (user["username"], user["display_name"]) == (
        f"former-user-{otto.id}",
        f"Former user {otto.id}",
    )
    assert (user["email"], user["role"]) == (None, "driver")
    assert user["disabled_at"]
    assert user["erased_at"]
    after = admin.get(path).json
    assert after["driver_id"] == order["driver_id"] == otto.id
    [visit] = after["cabinets"][0]["visits"]
    assert visit == {**order["cabinets"][0]["visits"][0], "username": f"former-user-{otto.id}"}
    now = admin.get(f"/api/audit-entries?user_id={otto.id}&limit=200").json["items"]
    assert [each["id"] for each in now] == [each["id"] for each in entries]
    assert {each["username"] for each in now} == {f"former-user-{otto.id}"}
    assert {each["action"] for each in now} >= {"visit.created", "session.created"}


def test_views_that_they_saved_for_themselves_go_and_shared_ones_stay(
    engine: Engine, admin: Person, otto: Person
) -> None:
    for name, shared in (("Of Otto", False), ("Of all", True)):
        body = {"list_name": "devices", "name": name, "params": {"q": name}}
        view_id = otto.post("/api/saved-views", json=body).json["id"]
        if shared:
            plant_shared(engine, view_id)
    assert otto.put(f"/api/saved-views/{view_id}/pin", json={"pinned": True}).status == 200
    layout = {"list_name": "devices", "columns": ["asset"], "default_view_id": view_id}
    assert otto.put("/api/list-layout", json=layout).status == 200
    erased(engine, admin, otto)
    with engine.reading() as db:
        left = [row["name"] for row in db.query("SELECT name FROM saved_views")]
        assert scalar(db, "SELECT count(*) FROM saved_view_pins") == 0
        assert scalar(db, "SELECT count(*) FROM list_layouts") == 0
    assert left == ["Of all"]


def plant_shared(engine: Engine, view_id: int) -> None:
    """As if somebody shared it."""
    with engine.writing() as db:
        db.execute("UPDATE saved_views SET shared = 1 WHERE id = :id", {"id": view_id})


def test_every_way_in_ends_at_once(engine: Engine, admin: Person, otto: Person) -> None:
    work_with(admin, otto)
    program = otto.with_key(["fleet:read"])
    assert erase(admin, otto).status == 200
    assert otto.get("/api/auth/me").status == 401
    assert program.get("/api/devices").status == 401
    for username in (NAME, f"former-user-{otto.id}"):
        sign_in = {"username": username, "password": PASSWORD}
        assert otto.elsewhere().post("/api/auth/login", json=sign_in).status == 401
    with engine.reading() as reader:
        for table in ("sessions", "api_keys", "second_factors", "identities", "idempotency_keys"):
            of_otto = f"SELECT count(*) FROM {table} WHERE user_id = :id"
            assert scalar(reader, of_otto, {"id": otto.id}) == 0, table


def test_the_audit_log_is_whole_afterwards_and_says_how_much_was_taken_out(
    engine: Engine, admin: Person, otto: Person
) -> None:
    work_with(admin, otto)
    before = admin.get("/api/audit-entries/verification").json
    assert before["ok"]
    assert before["redacted"] == 0
    job = erased(engine, admin, otto)
    after = admin.get("/api/audit-entries/verification").json
    assert after["ok"], after
    assert after["doubts"] == before["doubts"]
    assert after["redacted"] == job["result"]["entries"] > 5
    [entry] = admin.get("/api/audit-entries?action=user.erased").json["items"]
    assert (entry["username"], entry["noun_id"]) == ("anna", otto.id)


def test_the_seals_of_entries_stay_so_that_a_head_kept_elsewhere_still_fits(
    engine: Engine, admin: Person, otto: Person
) -> None:
    work_with(admin, otto)
    with engine.reading() as reader:
        kept = seals.head(reader)
    erased(engine, admin, otto)
    with engine.reading() as reader:
        assert seals.holds(reader, kept)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entries SET username = 'someone'",
        "UPDATE audit_entries SET changes = '[]'",
        "UPDATE audit_redactions SET entry_id = entry_id + 100000",
        "UPDATE audit_redactions SET seal = 'deadbeef:' || seal",
        "UPDATE audit_redactions SET seal = ''",
    ],
)
def test_nobody_changes_an_entry_under_the_cover_of_an_erasure(
    engine: Engine, admin: Person, otto: Person, change: str
) -> None:
    erased(engine, admin, otto)
    with engine.writing() as writer:
        [(first,)] = writer.execute("SELECT min(entry_id) FROM audit_redactions").fetchall()
        key = "entry_id" if "redactions" in change else "id"
        writer.execute(f"{change} WHERE {key} = :id", {"id": first})
    found = admin.get("/api/audit-entries/verification").json
    assert not found["ok"]
    assert found["broken_id"] == first


def test_a_redaction_that_somebody_plants_shows(engine: Engine, admin: Person) -> None:
    admin.post("/api/products", json={"name": "Water"})
    with engine.writing() as writer:
        last = seals.head(writer).entries
        for seal in ("deadbeef:00", "00"):
            writer.execute(
                "INSERT INTO audit_redactions (entry_id, seal) VALUES (:id, :seal) "
                "ON CONFLICT (entry_id) DO UPDATE SET seal = excluded.seal",
                {"id": last, "seal": seal},
            )
        writer.execute("UPDATE audit_redactions SET seal = 'deadbeef:00'")
        writer.execute("UPDATE audit_entries SET changes = '[]' WHERE id = :id", {"id": last})
    found = admin.get("/api/audit-entries/verification").json
    assert (found["ok"], found["broken_id"]) == (False, last)


def rotate(engine: Engine) -> None:
    with engine.writing() as writer:
        trail.rotate_key(writer, auth.console())


@contextmanager
def without_key(engine: Engine, name: str) -> Iterator[None]:
    """While the file has every key but this one."""
    path = engine.audit.keys_path
    content = path.read_text()
    kept = [line for line in content.splitlines(keepends=True) if f'"{name}"' not in line]
    assert len(kept) < len(content.splitlines())
    path.write_text("".join(kept))
    try:
        yield
    finally:
        path.write_text(content + "".join(set(path.read_text().splitlines(True)) - set(kept)))


def plant(engine: Engine, entry_id: int, key: Key | None, seal: str = "") -> None:
    """Change an entry as somebody with the database can, under the cover of a redaction."""
    with engine.writing() as writer:
        writer.execute(redactions.KEEP, {"id": entry_id, "redaction": seal})
        writer.execute(
            "UPDATE audit_entries SET username = 'nobody' WHERE id = :id", {"id": entry_id}
        )
        if key is not None:
            [row] = seals.page(writer, after=entry_id - 1, most=1)
            seal = key.seal(seals.redacted_content(row))
            writer.execute(redactions.KEEP, {"id": entry_id, "redaction": seal})


def verified(admin: Person) -> Any:
    return admin.get("/api/audit-entries/verification").json


def test_a_key_that_was_replaced_covers_no_change(engine: Engine, admin: Person) -> None:
    admin.post("/api/products", json={"name": "Water"})
    [stolen] = engine.audit.keys()
    rotate(engine)
    admin.post("/api/products", json={"name": "Tea"})
    with engine.reading() as reader:
        last = seals.head(reader).entries
    plant(engine, last, stolen)
    found = verified(admin)
    assert (found["ok"], found["broken_id"]) == (False, last)
    rotate(engine)
    found = verified(admin)
    assert (found["ok"], found["broken_id"]) == (False, last), "the next key launders nothing"


def test_a_key_that_was_lost_covers_no_change(engine: Engine, admin: Person) -> None:
    admin.post("/api/products", json={"name": "Water"})
    [lost] = engine.audit.keys()
    rotate(engine)
    with engine.reading() as reader:
        last = seals.head(reader).entries
    plant(engine, last, None, f"{lost.name}:00")
    with without_key(engine, lost.name):
        found = verified(admin)
    assert (found["ok"], found["broken_id"]) == (False, last)


def test_a_new_key_takes_the_redactions_over(engine: Engine, admin: Person, otto: Person) -> None:
    erased(engine, admin, otto)
    [old] = engine.audit.keys()
    rotate(engine)
    found = verified(admin)
    assert (found["ok"], found["redacted"] > 0) == (True, True)
    with engine.reading() as reader:
        seals_now = [row["redaction"] for row in seals.redacted_page(reader, after=0)]
    assert all(seal.startswith(f"{engine.audit.keys()[-1].name}:") for seal in seals_now)
    assert old.name not in str(seals_now)


def test_while_the_key_is_away_redactions_are_doubted_and_shown_whole_once_it_is_back(
    engine: Engine, admin: Person, otto: Person
) -> None:
    erased(engine, admin, otto)
    [away] = engine.audit.keys()
    with without_key(engine, away.name):
        found = verified(admin)
        assert found["ok"]
        assert any("Names were taken out of entries" in doubt for doubt in found["doubts"])
        rotate(engine)
        found = verified(admin)
        assert found["ok"], "the log goes on with another key"
        assert any(f"with the key {away.name}" in doubt for doubt in found["doubts"])
        with engine.writing() as writer:
            [first, *_] = seals.redacted_page(writer, after=0)
            sql = "UPDATE audit_entries SET username = 'nobody' WHERE id = :id"
            writer.execute(sql, {"id": first["id"]})
        assert verified(admin)["broken_id"] == first["id"], "which holds them from then on"
        with engine.writing() as writer:
            sql = "UPDATE audit_entries SET username = :username WHERE id = :id"
            writer.execute(sql, {"id": first["id"], "username": first["username"]})
    for _ in range(2):
        found = verified(admin)
        assert found["ok"]
        assert not any("with the key" in doubt for doubt in found["doubts"])
        rotate(engine)


def test_an_erasure_waits_for_a_key_that_would_show_what_an_entry_was(
    engine: Engine, admin: Person, otto: Person
) -> None:
    [away] = engine.audit.keys()
    rotate(engine)
    job_id = erase(admin, otto).json["job_id"]
    with without_key(engine, away.name):
        work_off(engine)
        job = admin.get(f"/api/jobs/{job_id}").json
        assert job["state"] == "queued"
        assert f"The key {away.name} is not in" in job["problem"]["detail"]
        assert "bring the file back" in job["problem"]["detail"]
    try_again_now(engine)
    assert places_of(engine, NAME, DISPLAY, EMAIL) == []
    assert verified(admin)["ok"]


def test_an_entry_that_was_changed_before_stays_broken(
    engine: Engine, admin: Person, otto: Person
) -> None:
    with engine.writing() as writer:
        sql = "SELECT id FROM audit_entries WHERE noun = 'user' AND noun_id = :id LIMIT 1"
        entry_id = scalar(writer, sql, {"id": otto.id})
        writer.execute(
            "INSERT INTO audit_redactions (entry_id, seal) VALUES (:id, '')", {"id": entry_id}
        )
        writer.execute(
            "UPDATE audit_entries SET username = 'nobody' WHERE id = :id", {"id": entry_id}
        )
    erased(engine, admin, otto)
    found = admin.get("/api/audit-entries/verification").json
    assert (found["ok"], found["broken_id"]) == (False, entry_id)


@pytest.mark.parametrize(
    "column", ["occurred_at", "action", "noun", "request_id", "previous_hash", "hash"]
)
def test_the_database_lets_nothing_else_of_an_entry_be_changed(
    engine: Engine, admin: Person, otto: Person, column: str
) -> None:
    erased(engine, admin, otto)
    with pytest.raises(db.IntegrityError), engine.writing() as writer:
        writer.execute(f"UPDATE audit_entries SET {column} = 'x'")


def test_the_job_goes_on_where_it_was_broken_off(
    engine: Engine, admin: Person, otto: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_with(admin, otto)
    monkeypatch.setattr(erasure_job, "AT_ONCE", 1)
    whole, left = erasure_job._in_page, [3]

    def broken_off(*given: Any) -> int:
        left[0] -= 1
        if left[0] == 0:
            raise OSError("the machine went off")
        return whole(*given)

    monkeypatch.setattr(erasure_job, "_in_page", broken_off)
    job_id = erase(admin, otto).json["job_id"]
    work_off(engine)
    assert admin.get(f"/api/jobs/{job_id}").json["state"] == "queued"
    assert places_of(engine, NAME) != []
    try_again_now(engine)
    assert admin.get(f"/api/jobs/{job_id}").json["state"] == "done"
    assert places_of(engine, NAME, DISPLAY, EMAIL) == []
    assert admin.get("/api/audit-entries/verification").json["ok"]


def tonight(engine: Engine, admin: Person) -> None:
    """What is done of a night where an administrator keeps all else for ever."""
    schedules = {each["kind"]: each for each in admin.get("/api/schedules").json["items"]}
    removal, again = schedules["retention.removal"], schedules["users.erasures"]
    if removal["switched_on"]:
        off = {"version": removal["version"], "switched_on": False}
        assert admin.patch(f"/api/schedules/{removal['id']}", json=off).status == 200
    assert admin.post(f"/api/schedules/{again['id']}/run").status in (200, 201)
    work_off(engine)


def jobs_of_erasures(admin: Person) -> list[str]:
    return [job["state"] for job in admin.get("/api/jobs?kind=users.erasure").json["items"]]


def write_the_name_again(engine: Engine, otto: Person) -> None:
    """A request or a job of theirs that was under way ends after all."""
    theirs = Actor(otto.id, NAME, "driver", "request")
    with engine.writing() as writer:
        sql = "UPDATE visits SET username = :name WHERE user_id = :id"
        writer.execute(sql, {"name": NAME, "id": otto.id})
        trail.record(writer, theirs, action="visit.created", noun="visit", noun_id=1)


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE jobs SET state = 'cancelled' WHERE id = :id",
        "UPDATE jobs SET state = 'failed' WHERE id = :id",
        "DELETE FROM jobs WHERE id = :id",
    ],
)
def test_an_erasure_whose_job_did_not_end_well_is_done_the_next_night(
    engine: Engine, admin: Person, otto: Person, end: str
) -> None:
    work_with(admin, otto)
    job_id = erase(admin, otto).json["job_id"]
    with engine.writing() as writer:
        writer.execute(end, {"id": job_id})
        long_ago = clock.later(clock.now(), days=-30)
        writer.execute("UPDATE erasures SET erased_at = :at", {"at": long_ago})
    tonight(engine, admin)
    assert places_of(engine, NAME, DISPLAY, EMAIL) == []
    asked = jobs_of_erasures(admin)
    tonight(engine, admin)
    assert jobs_of_erasures(admin) == asked, "what is done is asked for no more"


def test_what_was_under_way_at_an_erasure_has_no_name_after_the_next_night(
    engine: Engine, admin: Person, otto: Person
) -> None:
    work_with(admin, otto)
    erased(engine, admin, otto)
    write_the_name_again(engine, otto)
    assert places_of(engine, NAME) == ["audit_entries.username", "visits.username"]
    tonight(engine, admin)
    assert places_of(engine, NAME) == []
    assert admin.get("/api/audit-entries/verification").json["ok"]


def test_a_job_that_is_under_way_is_not_asked_for_twice(
    engine: Engine, admin: Person, otto: Person
) -> None:
    erase(admin, otto)
    with engine.writing() as writer:
        erasure_service.ask_again(writer, auth.console())
    assert jobs_of_erasures(admin) == ["queued"]


def test_two_who_acted_on_each_other_are_both_erased(
    engine: Engine, app: Flask, admin: Person, otto: Person
) -> None:
    second = sign_up(app, engine, "quirina", "admin")
    version = second.get(f"/api/users/{otto.id}").json["version"]
    change = {"version": version, "display_name": "Ottokar Quirin"}
    assert second.patch(f"/api/users/{otto.id}", json=change).status == 200
    plan_with(second, work_with(admin, otto))
    before = places_of(engine, "quirina")
    assert {"count_acknowledgements.seen_by_name", "slot_changes.username"} <= set(before)
    assert "planogram_changes.username" in before
    erased(engine, admin, otto)
    erased(engine, admin, second)
    assert places_of(engine, NAME, "quirina", "Ottokar Quirin", EMAIL) == []
    assert admin.get("/api/audit-entries/verification").json["ok"]


def test_others_of_the_same_name_keep_it(
    engine: Engine, app: Flask, admin: Person, otto: Person
) -> None:
    namesake = sign_up(app, engine, "otto2", "driver")
    version = admin.get(f"/api/users/{namesake.id}").json["version"]
    change = {"version": version, "display_name": DISPLAY}
    assert admin.patch(f"/api/users/{namesake.id}", json=change).status == 200
    mine, theirs = make_route(admin, driver=otto), make_route(admin, driver=namesake)
    location = admin.post("/api/locations", json={"name": DISPLAY}).json
    erased(engine, admin, otto)
    assert admin.get(f"/api/users/{namesake.id}").json["username"] == "otto2"
    assert admin.get(f"/api/locations/{location['id']}").json["name"] == DISPLAY
    [entry] = admin.get("/api/audit-entries?action=location.created").json["items"]
    assert {"field": "name", "from": None, "to": DISPLAY} in entry["changes"]
    path = f"/api/audit-entries?noun=user&noun_id={namesake.id}&action=user.updated"
    [entry] = admin.get(path).json["items"]
    assert entry["changes"] == [{"field": "display_name", "from": "otto2", "to": DISPLAY}]
    said = {
        entry["noun_id"]: change["to"]
        for entry in admin.get("/api/audit-entries?action=route.created").json["items"]
        for change in entry["changes"]
        if change["field"] == "driver_name"
    }
    assert said == {mine["id"]: f"Former user {otto.id}", theirs["id"]: DISPLAY}


def test_another_password_than_ones_own_erases_nobody(admin: Person, otto: Person) -> None:
    answer = erase(admin, otto, current_password="a guess of somebody")
    assert (answer.status, answer.pointers) == (422, ["/current_password"])
    assert admin.get(f"/api/users/{otto.id}").json["username"] == NAME


def test_nobody_erases_themselves(admin: Person) -> None:
    assert erase(admin, admin).status == 409


def test_a_stale_version_erases_nobody(admin: Person, otto: Person) -> None:
    answer = erase(admin, otto, version=1)
    assert answer.status == 409
    assert answer.json["current"]["username"] == NAME


def test_the_last_administrator_is_not_erased(engine: Engine, admin: Person) -> None:
    with engine.reading() as reader:
        user = user_service.get_user(reader, None, user_id=admin.id)  # type: ignore[arg-type]
        with pytest.raises(Conflict, match="only administrator"):
            user_service.check_may_leave(reader, user)


def test_who_was_disabled_before_is_erased_all_the_same(
    engine: Engine, admin: Person, otto: Person
) -> None:
    user = admin.get(f"/api/users/{otto.id}").json
    change = {"version": user["version"], "disabled": True}
    disabled = admin.patch(f"/api/users/{otto.id}", json=change).json
    erased(engine, admin, otto)
    assert admin.get(f"/api/users/{otto.id}").json["disabled_at"] == disabled["disabled_at"]
    assert places_of(engine, NAME, DISPLAY, EMAIL) == []


def test_who_was_erased_is_nobody_any_more(engine: Engine, admin: Person, otto: Person) -> None:
    erased(engine, admin, otto)
    version = admin.get(f"/api/users/{otto.id}").json["version"]
    path = f"/api/users/{otto.id}"
    change = {"version": version, "disabled": False}
    assert admin.patch(path, json=change).status == 409
    assert admin.post(f"{path}/password-reset").status == 409
    assert erase(admin, otto).status == 409
    assert admin.get("/api/drivers").json["items"] == []


def test_the_former_username_is_free_for_somebody_else(
    engine: Engine, app: Flask, admin: Person, otto: Person
) -> None:
    erased(engine, admin, otto)
    again = {"username": NAME, "password": PASSWORD, "role": "viewer"}
    assert admin.post("/api/users", json=again).status == 201


def test_where_somebody_is_called_a_former_user_already_it_says_so(
    admin: Person, otto: Person
) -> None:
    other = {"username": f"former-user-{otto.id}", "password": PASSWORD, "role": "viewer"}
    assert admin.post("/api/users", json=other).status == 201
    answer = erase(admin, otto)
    assert answer.status == 409
    assert f"former-user-{otto.id}" in answer.json["detail"]


def test_without_the_keys_of_the_log_the_job_waits_and_the_person_is_gone_all_the_same(
    engine: Engine, admin: Person, otto: Person
) -> None:
    content = engine.audit.keys_path.read_bytes()
    answer = erase(admin, otto)
    with closing(io.BytesIO(content)):
        engine.audit.keys_path.unlink()
        try:
            work_off(engine)
            job = admin.get(f"/api/jobs/{answer.json['job_id']}").json
            assert job["state"] == "queued"
            assert "bring the file back" in job["problem"]["detail"]
        finally:
            engine.audit.keys_path.write_bytes(content)
            engine.audit.keys_path.chmod(0o600)
    assert admin.get(f"/api/users/{otto.id}").json["display_name"] == f"Former user {otto.id}"
    try_again_now(engine)
    assert places_of(engine, NAME, DISPLAY, EMAIL) == []
    assert admin.get("/api/audit-entries/verification").json["ok"]
