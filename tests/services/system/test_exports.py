"""Exports: long lists as files that a job writes, for who asked alone, and for a day."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest

import auth
import clock
import contract
import db
from auth import Actor
from contract import results
from db import Engine, scalar
from errors import Conflict, Unavailable
from jobs import Job, enqueue
from records import disk_sort
from server.job_worker import JobWorker
from services.books import sale_service
from services.books.sale_service import Walk
from services.system import export_files, export_job, export_service
from tests.kit.factories import make_device, make_route
from tests.kit.moving_clock import MovingClock
from tests.kit.people import Person
from tests.kit.sellers import make_seller

LIST = "sale_service.list_sales"
PERIOD = {"from": "2026-01-01", "to": "2026-01-31"}
BY_DEVICE = {"group_by": "device", **PERIOD}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two rows are too many for a request."""
    monkeypatch.setattr(results, "MOST_ROWS", 2)


@pytest.fixture
def devices(manager: Person) -> list[Any]:
    return [make_device(manager, asset=f"M{number}") for number in range(5)]


@pytest.fixture
def worker(engine: Engine) -> JobWorker:
    return JobWorker(engine, "first")


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> MovingClock:
    moving = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


def let_pass(time: MovingClock, **how: int) -> None:
    time.reach(clock.to_datetime(clock.now()) + timedelta(**how))


def preview(person: Person, **query: str) -> Any:
    return person.post("/api/export-previews", json={"operation": LIST, "query": query})


def ask(person: Person, **query: str) -> Any:
    return person.post("/api/exports", json={"operation": LIST, "query": query})


def asked(person: Person, **query: str) -> Any:
    answer = ask(person, **(query or BY_DEVICE))
    assert answer.status == 201, answer.text
    return answer.json


def file_of(person: Person, export: Any) -> Any:
    return person.get(f"/api/exports/{export['id']}/file")


def direct(person: Person, monkeypatch: pytest.MonkeyPatch, **query: str) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(results, "MOST_ROWS", 1_000)
        return person.get(f"/api/sales?{urlencode({**query, 'format': 'csv'})}")


def parts(engine: Engine) -> list[str]:
    return sorted(engine.files.passing())


def test_what_can_be_exported_is_what_can_be_a_spreadsheet() -> None:
    operations = contract.current().operations
    lists = [each for each in operations if each.sheet]
    stated = contract.current().document["components"]["schemas"]["Exported"]["enum"]
    assert sorted(stated) == sorted(each.name for each in lists)
    # A key that sees one of them gets in; which one is asked for is looked at then.
    scopes = frozenset[str]().union(*(each.scopes for each in lists))
    asking = {each.scopes for each in operations if each.name.startswith("export_service.")}
    assert asking == {scopes}


def test_a_short_list_is_to_be_had_at_once(manager: Person, devices: list[Any]) -> None:
    found = preview(manager, **BY_DEVICE).json
    assert found["rows"] == len(devices)
    answer = manager.get(found["address"])
    assert answer.body.count(b"\r\n") == 1 + len(devices)


def test_a_long_list_is_refused_with_what_to_do_instead(
    manager: Person, devices: list[Any], short: None
) -> None:
    assert preview(manager, **BY_DEVICE).json == {"rows": 5, "address": None}
    answer = manager.get(f"/api/sales?{urlencode({**BY_DEVICE, 'format': 'csv'})}")
    assert (answer.status, answer.pointers) == (422, ["/query/format"])
    assert "5 rows" in answer.json["detail"]
    assert "POST /api/exports" in answer.json["detail"]
    # As JSON it comes in pages, as ever.
    assert manager.get(f"/api/sales?{urlencode(BY_DEVICE)}").status == 200


@pytest.mark.parametrize(
    "query",
    [
        BY_DEVICE,
        {**BY_DEVICE, "for": "machines", "limit": "1"},
        {**BY_DEVICE, "sort": "-amount_cents"},
        {"group_by": "product", "sort": "units", **PERIOD},
        {"group_by": "day", "sort": "-position", **PERIOD},
        {"group_by": "route", "sort": "-position", **PERIOD},
    ],
)
def test_a_job_writes_the_bytes_that_a_request_answers(
    manager: Person,
    worker: JobWorker,
    engine: Engine,
    short: None,
    monkeypatch: pytest.MonkeyPatch,
    query: dict[str, str],
) -> None:
    seller = make_seller(manager)
    begin = clock.to_datetime("2026-01-05T08:00:00Z")
    seller.report(begin)
    seller.report(begin + timedelta(days=1), A1=3, A2=1)
    seller.report(begin + timedelta(days=2), A1=1)
    for number in range(4):
        make_device(manager, asset=f"N{number}")
        make_route(manager)
    monkeypatch.setattr(export_files, "PART_BYTES", 64)
    monkeypatch.setattr("domain.spreadsheets.PIECE_CHARACTERS", 32)
    export = asked(manager, **query)
    assert (export["state"], export["bytes"], export["made_at"]) == ("queued", None, None)
    assert file_of(manager, export).status == 409
    assert worker.run_one()
    made = manager.get(f"/api/exports/{export['id']}").json
    wanted = direct(manager, monkeypatch, **query)
    answer = manager.get(made["address"])
    assert answer.body == wanted.body
    assert len(answer.body) == made["bytes"]
    for header in ("Content-Type", "Content-Disposition"):
        assert answer.headers[header] == wanted.headers[header]
    assert (made["state"], made["rows"]) == ("done", wanted.body.count(b"\r\n") - 1)
    assert len(parts(engine)) > 1
    job = manager.get(f"/api/jobs/{export['job_id']}").json
    assert job["link"] == made["address"]
    assert job["result"] == {"file": made["name"], "rows": made["rows"], "bytes": made["bytes"]}


def keys(answer: Any) -> list[str]:
    _, *rows = answer.body.decode().splitlines()
    return [row.split(",")[0] for row in rows]


@pytest.mark.parametrize("at_once", [2, 100])
def test_what_comes_in_pages_is_sorted_in_a_file_too(
    manager: Person, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(disk_sort, "AT_ONCE", at_once)
    begin = clock.to_datetime("2026-01-05T08:00:00Z")
    sold = {}
    for number, units in enumerate((2, 7, 0, 5, 5)):
        seller = make_seller(manager, asset=f"M{number}", quantities=(20,))
        seller.report(begin + timedelta(minutes=number))
        seller.report(begin + timedelta(days=1, minutes=number), A1=units)
        sold[str(seller.device_id)] = units
    machines = {**BY_DEVICE, "for": "machines"}
    listed = keys(direct(manager, monkeypatch, **machines))
    assert listed == list(sold)
    ranked = keys(direct(manager, monkeypatch, sort="-units", **machines))
    assert ranked == sorted(listed, key=lambda key: -sold[key])
    rising = keys(direct(manager, monkeypatch, sort="units", **machines))
    assert rising == sorted(listed, key=lambda key: sold[key])
    assert keys(direct(manager, monkeypatch, sort="-position", **machines)) == listed[::-1]


def test_a_file_is_of_one_moment(
    manager: Person,
    devices: list[Any],
    worker: JobWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A machine comes after the first rows are written, and another one changes its name."""
    monkeypatch.setattr(sale_service, "AT_ONCE", 1)
    before = direct(manager, monkeypatch, **BY_DEVICE).body
    write = export_files.write

    def disturbed(engine: Engine, mark: str, pieces: Iterator[bytes]) -> tuple[int, int]:
        first = next(pieces)
        make_device(manager, asset="M9")
        change = {"version": devices[4]["version"], "asset": "A0"}
        assert manager.patch(f"/api/devices/{devices[4]['id']}", json=change).status == 200
        return write(engine, mark, iter([first, *pieces]))

    monkeypatch.setattr(export_files, "write", disturbed)
    monkeypatch.setattr("domain.spreadsheets.PIECE_CHARACTERS", 1)
    export = asked(manager)
    worker.run_one()
    assert file_of(manager, export).body == before
    assert direct(manager, monkeypatch, **BY_DEVICE).body != before


def test_how_far_it_is_is_told_and_it_can_be_cancelled(
    manager: Person, devices: list[Any], worker: JobWorker, engine: Engine, monkeypatch: Any
) -> None:
    """A list without an end, whose sixth row waits until somebody saw five and cancelled."""
    told: list[Any] = []
    item = {"key": "1", "label": "M1", "units": 1, "amount_cents": 1, "lost_units": 0}

    def endless() -> Iterator[Any]:
        for number in count():
            while number == 5 and not told:
                job = manager.get(f"/api/jobs/{export['job_id']}").json
                if job["total"]:
                    told.append(job)
                    manager.post(f"/api/jobs/{export['job_id']}/cancellation")
            yield {**item, "lost_cents": 0}

    monkeypatch.setattr(sale_service, "walk_sales", lambda *_, **_asked: Walk(9, endless()))
    monkeypatch.setattr(export_job, "TELL_EVERY_S", 0.05)
    export = asked(manager)
    worker.run_one()
    assert (told[0]["done"], told[0]["total"]) == (5, 9)
    assert told[0]["sentence"] == "5 of 9 rows"
    assert manager.get(f"/api/exports/{export['id']}").json["state"] == "cancelled"
    assert file_of(manager, export).status == 409
    assert parts(engine) == []


def test_a_list_that_is_sorted_asks_for_no_more_rows_once_it_is_cancelled(
    manager: Person, devices: list[Any], worker: JobWorker, engine: Engine, monkeypatch: Any
) -> None:
    """All of its rows are asked for before the first is written."""
    monkeypatch.setattr(sale_service, "AT_ONCE", 1)
    monkeypatch.setattr(export_job, "TELL_EVERY_S", 0.05)
    page, pages = sale_service._page, []
    written = export_job._written
    writings: list[export_job.Writing] = []

    def slow(*asked: Any, **how: Any) -> Any:
        pages.append(asked)
        if len(pages) == 2:
            manager.post(f"/api/jobs/{export['job_id']}/cancellation")
            assert writings[0].progress.is_unwanted.wait(10)
        return page(*asked, **how)

    def kept(writing: export_job.Writing, job: Job) -> export_job.Made:
        writings.append(writing)
        return written(writing, job)

    export = asked(manager, **BY_DEVICE, sort="-units")
    monkeypatch.setattr(sale_service, "_page", slow)
    monkeypatch.setattr(export_job, "_written", kept)
    worker.run_one()
    assert manager.get(f"/api/exports/{export['id']}").json["state"] == "cancelled"
    assert len(pages) == 2
    assert parts(engine) == []


def test_it_is_tried_again_with_one_file_in_the_end(
    manager: Person, devices: list[Any], worker: JobWorker, engine: Engine, monkeypatch: Any
) -> None:
    monkeypatch.setattr(export_files, "PART_BYTES", 1)
    with monkeypatch.context() as patch:
        # As one that was killed: it takes nothing away.
        patch.setattr(export_files, "take_away", lambda *_: None)
        patch.setattr(export_job, "MADE", "SELECT no_such_column")
        export = asked(manager)
        worker.run_one()
    left = parts(engine)
    assert left
    job_id = export["job_id"]
    assert manager.post(f"/api/jobs/{job_id}/cancellation").json["state"] == "cancelled"
    assert manager.post(f"/api/jobs/{job_id}/retry").json["state"] == "queued"
    worker.run_one()
    assert manager.get(f"/api/exports/{export['id']}").json["state"] == "done"
    assert file_of(manager, export).status == 200
    now = parts(engine)
    assert not set(now) & set(left)
    assert len({name.partition("-")[0] for name in now}) == 1


def test_a_file_is_its_makers_alone(
    admin: Person, manager: Person, viewer: Person, driver: Person, worker: JobWorker
) -> None:
    export = asked(viewer)
    worker.run_one()
    paths = [f"/api/exports/{export['id']}", f"/api/exports/{export['id']}/file"]
    assert [viewer.get(path).status for path in paths] == [200, 200]
    for other, status in ((admin, 404), (manager, 404), (driver, 404)):
        assert [other.get(path).status for path in paths] == [status] * 2
        assert other.delete(paths[0]).status == status
        assert other.get("/api/exports").json["items"] == []
    assert ask(driver, **BY_DEVICE).status == preview(driver, **BY_DEVICE).status == 403
    # Who sees all jobs sees that there was one.
    assert admin.get(f"/api/jobs/{export['job_id']}").json["username"] == "vera"


def test_who_may_not_see_the_list_any_more_does_not_get_its_file(
    admin: Person, manager: Person, worker: JobWorker, engine: Engine
) -> None:
    made, waiting = asked(manager), None
    worker.run_one()
    waiting = asked(manager)
    with engine.writing() as db:
        db.execute("UPDATE users SET role = 'driver' WHERE id = :id", {"id": manager.id})
    worker.run_one()
    assert file_of(manager, made).status == 403
    assert manager.get("/api/exports").json["items"] == []
    job = admin.get(f"/api/jobs/{waiting['job_id']}").json
    assert (job["state"], job["problem"]["title"]) == ("failed", "Not allowed")


def test_a_key_needs_the_scope_of_the_list(manager: Person, worker: JobWorker) -> None:
    seeing, other = manager.with_key(["books:read"]), manager.with_key(["fleet:read"])
    export = asked(seeing)
    worker.run_one()
    assert file_of(seeing, export).status == 200
    assert (ask(other, **BY_DEVICE).status, file_of(other, export).status) == (403, 403)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"operation": LIST}, ["/query"]),
        ({"operation": "label_service.list_labels", "query": {}}, ["/operation"]),
        ({"operation": LIST, "query": []}, ["/query"]),
        ({"operation": LIST, "query": {"group_by": 1}}, ["/query/group_by"]),
        ({"operation": LIST, "query": {str(n): "x" for n in range(41)}}, ["/query"]),
        ({"operation": LIST, "query": {"group_by": "x" * 501}}, ["/query/group_by"]),
        ({"operation": LIST, "query": {}}, ["/query/from", "/query/group_by", "/query/to"]),
        ({"operation": LIST, "query": {**BY_DEVICE, "from": "2026-02-30"}}, ["/query/from"]),
        ({"operation": LIST, "query": {**BY_DEVICE, "from": "2026-03-01"}}, ["/query/to"]),
        ({"operation": LIST, "query": {**BY_DEVICE, "device_id": "1 OR 1"}}, ["/query/device_id"]),
        ({"operation": LIST, "query": {**BY_DEVICE, "sort": "-cost"}}, ["/query/sort"]),
        ({"operation": LIST, "query": {**BY_DEVICE, "user_id": "1"}}, ["/query/user_id"]),
    ],
)
def test_what_no_list_takes_is_refused_at_its_place(
    manager: Person, engine: Engine, body: dict[str, Any], pointers: list[str]
) -> None:
    for path in ("/api/exports", "/api/export-previews"):
        answer = manager.post(path, json=body)
        assert (answer.status, sorted(answer.pointers)) == (422, pointers)
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM exports") == 0
        assert scalar(db, "SELECT count(*) FROM jobs") == 0


def test_what_is_not_there_cannot_be_exported(manager: Person) -> None:
    assert ask(manager, **BY_DEVICE, device_id="999999").status == 404


def test_the_same_asked_twice_is_written_once(manager: Person, worker: JobWorker) -> None:
    first = asked(manager)
    again = ask(manager, **dict(reversed(BY_DEVICE.items())))
    assert (again.status, again.json["id"]) == (200, first["id"])
    worker.run_one()
    assert asked(manager)["id"] != first["id"]


def test_the_same_asked_twice_at_the_same_moment_is_written_once(
    manager: Person, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2)

    def one(*asked: Any) -> Any:
        found = db.one(*asked)
        if asked[1] == export_service.SAME_UNDER_WAY:
            with suppress(threading.BrokenBarrierError):
                both.wait(1)
        return found

    monkeypatch.setattr(export_service, "one", one)
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: ask(manager, **BY_DEVICE), range(2)))
    assert sorted(answer.status for answer in answers) == [200, 201]
    assert len({answer.json["id"] for answer in answers}) == 1
    with engine.reading() as reader:
        assert scalar(reader, "SELECT count(*) FROM exports") == 1


def test_it_is_written_although_nobody_can_be_told_how_far_it_is(
    manager: Person, devices: list[Any], worker: JobWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where one transaction runs at a time, which writes the list."""
    walk, told = sale_service.walk_sales, threading.Event()

    def busy(*_: Any) -> None:
        told.set()
        raise Unavailable("The database is busy.")

    def slow(*asked: Any, **how: Any) -> Walk:
        found = walk(*asked, **how)
        return Walk(found.length, (item for item in found.items if told.wait(10)))

    monkeypatch.setattr(sale_service, "walk_sales", slow)
    monkeypatch.setattr(export_job, "TELL_EVERY_S", 0.01)
    monkeypatch.setattr(Job, "progress", busy)
    export = asked(manager)
    worker.run_one()
    assert told.is_set()
    assert manager.get(f"/api/exports/{export['id']}").json["state"] == "done"


def test_so_many_are_kept_and_one_that_is_removed_makes_room(
    manager: Person, viewer: Person, worker: JobWorker, engine: Engine, monkeypatch: Any
) -> None:
    monkeypatch.setattr(export_service, "MOST_KEPT", 2)
    first = asked(manager)
    asked(manager, **{**BY_DEVICE, "to": "2026-01-30"})
    refused = ask(manager, **{**BY_DEVICE, "to": "2026-01-29"})
    assert refused.status == 409
    assert "remove one of them first" in refused.json["detail"]
    asked(viewer)
    assert manager.delete(f"/api/exports/{first['id']}").status == 409
    for _ in range(3):
        worker.run_one()
    assert len(parts(engine)) == 3
    assert manager.delete(f"/api/exports/{first['id']}").status == 204
    assert len(parts(engine)) == 2
    assert file_of(manager, first).status == 404
    asked(manager, **{**BY_DEVICE, "to": "2026-01-29"})


def refuse(*_: Any) -> Any:
    raise Conflict("The list cannot be made.")


def test_one_that_failed_is_put_away_when_it_is_removed(
    manager: Person, worker: JobWorker, monkeypatch: Any
) -> None:
    export = asked(manager)
    with monkeypatch.context() as patch:
        patch.setattr(export_service, "sheet_of", refuse)
        worker.run_one()
    assert manager.get(f"/api/exports/{export['id']}").json["state"] == "failed"
    assert manager.delete(f"/api/exports/{export['id']}").status == 204
    assert manager.get(f"/api/jobs/{export['job_id']}").json["state"] == "cancelled"


def clear_away(engine: Engine, worker: JobWorker) -> None:
    with engine.writing() as db:
        enqueue(db, auth.console(), "exports.clearing", {})
    assert worker.run_one()


def test_a_day_later_it_is_gone(
    manager: Person, worker: JobWorker, engine: Engine, time: MovingClock
) -> None:
    export = asked(manager)
    worker.run_one()
    goes_at = manager.get(f"/api/exports/{export['id']}").json["goes_at"]
    let_pass(time, hours=23)
    clear_away(engine, worker)
    assert len(parts(engine)) == 1
    with engine.reading() as db:
        row = db.query("SELECT made_at FROM exports")
        assert goes_at == clock.later(next(iter(row))["made_at"], hours=24)
    let_pass(time, hours=1, minutes=1)
    actor = Actor(user_id=manager.id, username="max", role="manager", request_id="test")
    with engine.reading() as db:
        assert export_service.list_exports(db, actor)["items"] == []
    assert len(parts(engine)) == 1
    clear_away(engine, worker)
    assert parts(engine) == []
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM exports") == 0


def test_what_a_worker_left_that_died_is_cleared_and_nothing_else(
    manager: Person, worker: JobWorker, engine: Engine
) -> None:
    export = asked(manager)
    worker.run_one()
    engine.files.put(f"{'0' * 32}-00000", b"left behind")
    photo = "a" * 64
    engine.files.put(photo, b"photo")
    clear_away(engine, worker)
    assert len(parts(engine)) == 1
    assert engine.files.has(photo)
    assert file_of(manager, export).status == 200


def test_what_is_exported_is_not_among_what_a_backup_carries(
    manager: Person, worker: JobWorker, engine: Engine
) -> None:
    asked(manager)
    worker.run_one()
    assert len(parts(engine)) == 1
    assert list(engine.files.names()) == []
