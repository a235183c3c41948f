"""What is past its time goes: as the settings say, some at a time, and none that is needed."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest

import auth
import clock
from db import Engine, Row, one, scalar
from server.job_worker import JobWorker
from services.books import book_checks
from services.reads import dex_retention, rereading
from services.system import schedule_service
from services.upkeep import past, removal_job
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_machine,
    make_stocked_device,
    make_ticket,
    send_audit,
)
from tests.kit.people import Answer, Person
from tests.kit.photos import photo_bytes

YEAR = {"dex_content_days": 365}


def kept(admin: Person, **days: Any) -> Row:
    version = admin.get("/api/retention").json["version"]
    answer = admin.patch("/api/retention", json={"version": version, **days})
    assert answer.status == 200, answer.json
    return dict(answer.json)


def run(engine: Engine, admin: Person) -> Any:
    """Tonight, now: the job that it was."""
    [schedule] = [
        each
        for each in admin.get("/api/schedules").json["items"]
        if each["kind"] == "retention.removal"
    ]
    job_id = admin.post(f"/api/schedules/{schedule['id']}/run").json["id"]
    return worked(engine, admin, job_id)


def worked(engine: Engine, admin: Person, job_id: int) -> Any:
    while JobWorker(engine, "worker").run_one():
        pass
    return admin.get(f"/api/jobs/{job_id}").json


def make_old(engine: Engine, table: str, column: str, *, days: int, where: str = "1 = 1") -> None:
    with engine.writing() as db:
        at = clock.later(clock.now(), days=-days)
        db.execute(f"UPDATE {table} SET {column} = :at WHERE {where}", {"at": at})


def rows(engine: Engine, table: str) -> int:
    with engine.reading() as db:
        return int(scalar(db, f"SELECT count(*) FROM {table}"))


def sound(engine: Engine) -> bool:
    return all(not outcome.wrong for outcome in book_checks.run(engine, lambda *_: None))


@pytest.fixture
def reads(admin: Person, engine: Engine) -> list[Row]:
    """Four audits of a machine, received two years ago."""
    device = make_stocked_device(admin)
    machine = make_machine(device)
    begin = clock.to_datetime(clock.later(clock.now(), days=-6))
    found = []
    for day in range(4):
        machine.sell_some(3)
        at = begin + timedelta(days=day)
        found.append(make_dex_read(admin, machine, at=at, device_id=device["id"]))
    make_old(engine, "dex_reads", "received_at", days=730)
    return found


def preview(admin: Person, query: str) -> dict[str, int]:
    answer = admin.get(f"/api/retention/preview?{query}")
    assert answer.status == 200
    assert not any(each["more"] for each in answer.json["items"])
    return {each["setting"]: each["count"] for each in answer.json["items"]}


def test_at_first_everything_is_kept_as_long_as_before(admin: Person) -> None:
    assert admin.get("/api/retention").json == {
        "dex_content_days": None,
        "quarantined_file_days": None,
        "dex_batch_days": 30,
        "job_days": 90,
        "webhook_delivery_days": 30,
        "ticket_days": None,
        "keeps_photo_places": False,
        "version": 1,
    }


def test_files_of_old_audits_go_and_what_they_booked_stays(
    engine: Engine, admin: Person, reads: list[Row]
) -> None:
    device_id = reads[0]["device_id"]
    figures = admin.get(f"/api/devices/{device_id}").json
    kept(admin, **YEAR)
    assert preview(admin, "dex_content_days=365") == {"dex_content_days": 3}
    assert run(engine, admin)["result"] == {"removed": "3 DEX files."}
    assert preview(admin, "dex_content_days=365") == {"dex_content_days": 0}
    assert rows(engine, "dex_contents") == 1
    assert admin.get(f"/api/devices/{device_id}").json == figures
    read = admin.get(f"/api/dex-reads/{reads[1]['id']}").json
    assert (read["units"], read["amount_cents"]) == (reads[1]["units"], reads[1]["amount_cents"])
    assert not read["has_content"]
    assert "removed when its time was over" in " ".join(read["warnings"])
    raw = admin.get(f"/api/dex-reads/{reads[1]['id']}/raw")
    assert (raw.status, "removed" in raw.json["detail"]) == (404, True)
    assert admin.get(f"/api/dex-reads/{reads[3]['id']}").json["has_content"]
    assert sound(engine)


def test_an_audit_that_comes_again_is_known_although_its_file_is_gone(
    engine: Engine, admin: Person, reads: list[Row]
) -> None:
    content = admin.get(f"/api/dex-reads/{reads[1]['id']}/raw").body
    kept(admin, **YEAR)
    run(engine, admin)
    again = send_audit(admin, content, filename="again.dex")
    assert (again.status, again.json["id"]) == (200, reads[1]["id"])
    assert rows(engine, "dex_reads") == 4


def test_an_audit_that_comes_late_is_booked_between_two_whose_files_are_gone(
    engine: Engine, admin: Person
) -> None:
    device = make_stocked_device(admin)
    machine = make_machine(device)
    begin = clock.to_datetime(clock.later(clock.now(), days=-6))
    make_dex_read(admin, machine, at=begin, device_id=device["id"])
    machine.sell_some(5)
    late = machine.audit(begin + timedelta(days=1))
    machine.sell_some(5)
    for day in (2, 3):
        make_dex_read(admin, machine, at=begin + timedelta(days=day), device_id=device["id"])
    make_old(engine, "dex_reads", "received_at", days=730)
    kept(admin, **YEAR)
    assert run(engine, admin)["result"] == {"removed": "2 DEX files."}
    answer = send_audit(admin, late, device_id=device["id"])
    assert (answer.status, answer.json["status"]) == (201, "booked")
    assert sound(engine)


def test_what_waits_for_somebody_stays(engine: Engine, admin: Person, reads: list[Row]) -> None:
    unassigned = make_dex_read(admin, make_machine(serial="NOBODYS", asset=""))
    held = reads[1]["id"]
    with engine.writing() as db:
        db.execute("UPDATE dex_reads SET held_reason = 'Odd.' WHERE id = :id", {"id": held})
    make_old(engine, "dex_reads", "received_at", days=730)
    kept(admin, **YEAR)
    assert run(engine, admin)["result"] == {"removed": "2 DEX files."}
    for read_id in (unassigned["id"], held):
        assert admin.get(f"/api/dex-reads/{read_id}").json["has_content"]


def test_a_machine_whose_old_files_are_gone_is_not_read_anew_by_halves(
    engine: Engine, admin: Person, reads: list[Row]
) -> None:
    kept(admin, **YEAR)
    run(engine, admin)
    device_id = reads[0]["device_id"]
    with engine.writing() as db:
        assert dex_retention.is_past(db, device_id)
        db.execute("UPDATE devices SET books_rules = 0 WHERE id = :id", {"id": device_id})
        before = one(db, "SELECT sum(units) AS units, count(*) AS sales FROM sales")
        assert rereading.reread(db, None, device_id=device_id) is None  # type: ignore[arg-type]
        assert one(db, "SELECT sum(units) AS units, count(*) AS sales FROM sales") == before
        assert rereading.left(db) == 0


def test_refused_files_batches_and_jobs_go_each_after_its_own_time(
    engine: Engine, admin: Person
) -> None:
    send_audit(admin, b"no audit", filename="n.txt")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(51):
            archive.writestr(f"{number}.dex", f"no audit {number}")
    form = {"file": (io.BytesIO(made.getvalue()), "night.zip")}
    batch: Answer = admin.post("/api/dex-batches", data=form)
    worked(engine, admin, batch.json["job_id"])
    young = run(engine, admin)
    assert young["result"] == {"removed": "Nothing was past its time."}
    make_old(engine, "quarantined_files", "received_at", days=8, where="filename = 'n.txt'")
    make_old(engine, "dex_batches", "created_at", days=31)
    make_old(engine, "jobs", "ended_at", days=91, where="kind = 'reads.batch'")
    files = rows(engine, "quarantined_files")
    kept(admin, quarantined_file_days=7)
    query = "quarantined_file_days=7&dex_batch_days=30&job_days=90"
    assert preview(admin, query) == {
        "quarantined_file_days": 1,
        "dex_batch_days": 1,
        "job_days": 1,
    }
    assert run(engine, admin)["result"] == {"removed": "1 refused file, 1 batch, 1 ended job."}
    assert rows(engine, "quarantined_files") == files - 1
    assert rows(engine, "dex_batch_files") == 0
    assert admin.get(f"/api/dex-batches/{batch.json['id']}").status == 404
    assert admin.get(f"/api/jobs/{young['id']}").status == 200


def test_tickets_that_were_done_long_ago_go_with_their_threads_and_photos(
    engine: Engine, admin: Person
) -> None:
    device = make_device(admin)
    old, young, note = (
        make_ticket(admin, device_id=device["id"], kind=kind) for kind in ("fault", "task", "note")
    )
    for ticket in (old, young):
        path = f"/api/tickets/{ticket['id']}"
        assert admin.patch(path, json={"version": 1, "status": "done"}).status == 200
    form = {"noun": "ticket", "noun_id": str(old["id"])}
    photo = {**form, "file": (io.BytesIO(photo_bytes()), "a.png")}
    assert admin.post("/api/files", data=photo).status == 201
    make_old(engine, "tickets", "done_at", days=366, where=f"id = {old['id']}")
    kept(admin, ticket_days=365)
    assert preview(admin, "ticket_days=365") == {"ticket_days": 1}
    assert run(engine, admin)["result"] == {"removed": "1 ticket."}
    assert admin.get(f"/api/tickets/{old['id']}").status == 404
    left = admin.get("/api/tickets?status=any").json["items"]
    assert {each["id"] for each in left} == {young["id"], note["id"]}
    assert rows(engine, "ticket_entries") == 1
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM files WHERE removed_at IS NULL") == 0
    assert admin.get("/api/tickets?status=any&q=coin+slot").json["items"] == left


def test_for_ever_is_for_ever(engine: Engine, admin: Person, reads: list[Row]) -> None:
    make_old(engine, "dex_reads", "received_at", days=36_000)
    assert preview(admin, "job_days=90") == {"job_days": 0}
    run(engine, admin)
    assert rows(engine, "dex_contents") == 4


def test_the_audit_log_tells_how_much_went_and_nothing_where_nothing_did(
    engine: Engine, admin: Person, reads: list[Row]
) -> None:
    path = "/api/audit-entries?action=retention.removed"
    run(engine, admin)
    assert admin.get(path).json["items"] == []
    kept(admin, **YEAR)
    run(engine, admin)
    [entry] = admin.get(path).json["items"]
    assert entry["changes"] == [{"field": "dex_content_days", "from": None, "to": 3}]
    [changed] = admin.get("/api/audit-entries?action=retention.updated").json["items"]
    assert changed["changes"] == [{"field": "dex_content_days", "from": None, "to": 365}]


@pytest.mark.parametrize("breaks_at", range(1, 8))
def test_a_removal_that_is_broken_off_goes_on_and_tells_each_once(
    engine: Engine, admin: Person, monkeypatch: pytest.MonkeyPatch, breaks_at: int
) -> None:
    """Whatever was done before the break is counted with it, or not done."""
    monkeypatch.setattr(removal_job, "AT_ONCE", 2)
    for number in range(5):
        send_audit(admin, b"no audit %d" % number, filename=f"{number}.txt")
    make_old(engine, "quarantined_files", "received_at", days=8)
    kept(admin, quarantined_file_days=7)
    left, note = [breaks_at], removal_job._note

    def break_off(db: Any, what: str, removed: int) -> None:
        left[0] -= 1
        note(db, what, removed)
        if left[0] == 0:
            raise OSError("the machine went off")

    monkeypatch.setattr(removal_job, "_note", break_off)
    job = run(engine, admin)
    if left[0] <= 0:
        assert job["state"] == "queued"
        with engine.writing() as db:
            db.execute(
                "UPDATE jobs SET run_after = :now WHERE state = 'queued'", {"now": clock.now()}
            )
        job = worked(engine, admin, job["id"])
    assert (job["state"], job["result"]) == ("done", {"removed": "5 refused files."})
    assert rows(engine, "quarantined_files") == rows(engine, "removals") == 0
    [entry] = admin.get("/api/audit-entries?action=retention.removed").json["items"]
    assert entry["changes"] == [{"field": "quarantined_file_days", "from": None, "to": 5}]


def test_what_is_removed_while_it_is_told_is_told_the_next_time(
    engine: Engine, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.writing() as db:
        removal_job._note(db, "job_days", 3)
        query = db.query

        def query_while_another_removes(sql: str, *params: Any) -> Any:
            found = list(query(sql, *params))
            removal_job._note(db, "job_days", 4)
            return found

        monkeypatch.setattr(db, "query", query_while_another_removes)
        assert removal_job._tell(db, auth.console()) == "3 ended jobs."
        monkeypatch.undo()
    with engine.reading() as reader:
        assert scalar(reader, "SELECT sum(removed) FROM removals") == 4


def test_answers_that_are_kept_go_after_two_days_whatever_is_sent(
    engine: Engine, admin: Person
) -> None:
    for name in ("Water", "Tea"):
        headers = {"Idempotency-Key": name}
        assert admin.post("/api/products", json={"name": name}, headers=headers).status == 201
    make_old(engine, "idempotency_keys", "created_at", days=3, where="idempotency_key = 'Tea'")
    run(engine, admin)
    with engine.reading() as db:
        keys = [row["idempotency_key"] for row in db.query("SELECT * FROM idempotency_keys")]
    assert keys == ["Water"]


def test_a_stale_change_is_refused_with_what_holds_now(admin: Person) -> None:
    kept(admin, job_days=30)
    stale = admin.patch("/api/retention", json={"version": 1, "job_days": 60})
    assert (stale.status, stale.json["current"]["job_days"]) == (409, 30)


@pytest.mark.parametrize(
    "change",
    [
        {"dex_content_days": 364},
        {"quarantined_file_days": 6},
        {"job_days": 6},
        {"job_days": None},
        {"dex_batch_days": 0},
        {"audit_entry_days": 365},
    ],
)
def test_nothing_goes_so_soon_that_it_is_missed(admin: Person, change: dict[str, Any]) -> None:
    assert admin.patch("/api/retention", json={"version": 1, **change}).status == 422


def test_each_length_of_time_in_the_settings_is_one_by_which_something_goes(admin: Person) -> None:
    lengths = {name for name in admin.get("/api/retention").json if name.endswith("_days")}
    assert {each.setting for each in past.ALL} == lengths


def test_it_says_when_it_runs_next_and_nothing_while_it_is_switched_off(
    engine: Engine, admin: Person
) -> None:
    schedule_service.start_due(engine)
    [schedule] = [
        each
        for each in admin.get("/api/schedules").json["items"]
        if each["kind"] == "retention.removal"
    ]
    path = "/api/retention/preview"
    assert admin.get(path).json["runs_at"] == schedule["next_at"] is not None
    off = {"version": schedule["version"], "switched_on": False}
    admin.patch(f"/api/schedules/{schedule['id']}", json=off)
    assert admin.get(path).json["runs_at"] is None


def test_schedules_of_a_release_before_are_forgotten_with_their_waiting_jobs(
    engine: Engine, admin: Person
) -> None:
    with engine.writing() as db:
        db.execute(
            "INSERT INTO schedules (kind, arguments, daily_at) VALUES ('jobs.old', '{}', '02:30')"
        )
        db.execute(
            """
            INSERT INTO jobs (kind, arguments, state, run_after, created_at)
            VALUES ('jobs.old', '{}', 'queued', :now, :now)
            """,
            {"now": clock.now()},
        )
    kinds = [each["kind"] for each in admin.get("/api/schedules").json["items"]]
    assert "jobs.old" not in kinds
    with engine.writing() as db:
        schedule_service.forget_stale(db)
    [job] = admin.get("/api/jobs?kind=jobs.old").json["items"]
    assert job["state"] == "cancelled"
    assert rows(engine, "schedules") == len(kinds)
