"""A fleet twenty times as large costs a list, a board or a report no more steps.

SQLite's steps are counted: they tell of every row that is read, whoever else keeps the
machine busy. The same machines are in both fleets, only more often: a third of them
archived long ago, a few silent, the others at work. So are orders of every kind and
audits that wait for a person.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import clock
from app import create_app
from bench import fleet
from db import open_engine, scalar
from records import paging, search
from services.alerts import alert_service, evaluation
from services.books import device_counts, figures
from services.insight import dashboard_service, similar_machines
from services.system import touched
from settings import Settings
from storage.engines import sqlite
from tests.growth.test_growth import OPERATIONS, PATH, queries_of
from tests.kit.people import Person, sign_up

SMALL, LARGE = 200, 4_000
SALES_EACH = 45  # which takes reads enough for a visit, so that there are orders
SILENT = 50
# Of each kind, so many devices are for one order or audit of it.
DEVICES_EACH = 8
DRIVEN = 2
PERIOD_DAYS = 90
# What the home page counts up to, so that already the small fleet has more of everything.
COUNTED = 20
# The larger fleet may take half as many steps again, and what it takes to answer more rows.
FACTOR, STEPS_A_ROW, STEPS_MORE = 1.5, 400, 600
# A report by route walks a row for each day of each route that it answers.
STEPS_A_ROUTE = 15 * PERIOD_DAYS
# No answer is of the whole fleet.
MOST_ITEMS = 200
WORDS = ("nowhere to be found", "zz", "m07/1", "machine")

ORDER = """
    INSERT INTO service_orders
        (route_id, status, scheduled_on, service_on, notes, units, created_at)
    VALUES (1, :status, :day, :day, '', 1, :now)
    RETURNING id
"""
ORDER_CABINET = """
    INSERT INTO service_order_cabinets (service_order_id, cabinet_id, position, closed_at)
    VALUES (:order_id, :cabinet_id, 1, :closed_at)
"""
MISCOUNT = """
    INSERT INTO stock_moves (slot_id, device_id, reason, quantity, balance, occurred_at,
        recorded_at, source_kind, source_id)
    SELECT min(s.id), s.device_id, 'unexplained', -2, 0, :then, :then, 'visit', v.id
    FROM visits v JOIN slots s ON s.cabinet_id = v.cabinet_id
    GROUP BY v.id, s.device_id ORDER BY v.id LIMIT :each
"""
WAITING = """
    INSERT INTO dex_reads (status, read_at, clock, received_at, last_seen_at, filename, sha256,
        crc, warnings, faults)
    VALUES (:status, :now, 'id5', :now, :now, 'a.dex', :sha256, 'valid', '[]', '[]')
"""
pytestmark = [pytest.mark.slow, pytest.mark.once("the steps are SQLite's")]


@dataclass
class Fleet:
    """A fleet, somebody who sees all of it and somebody who drives one route."""

    people: dict[str, Person]
    steps: list[int]

    def ask(self, who: str, path: str, query: dict[str, object]) -> tuple[int, object]:
        """(steps, answer), those of the second one, when every statement is known."""
        for _ in range(2):
            self.steps[0] = 0
            answer = self.people[who].get(path, query_string=query)
        return self.steps[0], answer.json


@pytest.fixture(scope="module")
def fleets() -> Iterator[tuple[Fleet, Fleet]]:
    """The small one and the large one."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        small = made(folder / "small.db", SMALL, stack)
        large = made(folder / "large.db", LARGE, stack)
        # Only now: the applications open their databases when they are asked something.
        steps = counting(stack.enter_context(pytest.MonkeyPatch.context()))
        yield Fleet(small, steps), Fleet(large, steps)


def made(file: Path, devices: int, stack: ExitStack) -> dict[str, Person]:
    """Make a fleet of so many devices, and the people of it."""
    fleet.make(file, devices=devices, sales=devices * SALES_EACH)
    url = f"sqlite:///{file}"
    app = create_app(Settings(database_url=url, time_zone="UTC"))
    stack.callback(app.extensions["cvd"]["engine"].close)
    with closing(open_engine(url)) as engine:
        people = {role: sign_up(app, engine, role, role) for role in ("admin", "driver")}
        with engine.writing() as db:
            age(db, devices)
            plan(db, devices // DEVICES_EACH)
            leave_waiting(db, devices // DEVICES_EACH)
            miscount(db, devices // DEVICES_EACH)
            db.execute(
                "UPDATE routes SET driver_id = :driver_id WHERE id = :id",
                {"driver_id": people["driver"].id, "id": DRIVEN},
            )
            touched.note(db, "device", *range(1, devices + 1))
        evaluation.look(engine, sends_mail=False, budget_s=float("inf"))
    return people


def age(db, devices):
    """Archive every third device; of the others all but a few are heard from."""
    db.execute(
        "UPDATE device_metrics SET last_read_at = :now WHERE device_id > :silent",
        {"now": clock.now(), "silent": SILENT},
    )
    for device_id in range(3, devices + 1, 3):
        then = clock.later(clock.now(), days=-400)
        params = {"then": then, "id": device_id}
        db.execute("UPDATE devices SET archived_at = :then WHERE id = :id", params)
        db.execute("UPDATE device_metrics SET last_read_at = :then WHERE device_id = :id", params)
        figures.archive(db, device_id=device_id, archived_at=then)
    device_counts.count(db)


def plan(db, each):
    """So many orders of each kind: long over, done today, late, due, any day's, next week's.

    Each has a cabinet of its own.
    """
    now = clock.now()
    past, today, future = (clock.later(now, days=days)[:10] for days in (-300, 0, 7))
    kinds = (
        ("completed", past),
        ("cancelled", past),
        ("completed", today),
        ("planned", past),
        ("in_progress", today),
        ("planned", None),
        ("planned", future),
    )
    for cabinet_id, (status, day) in enumerate(kinds * each, start=1):
        order_id = scalar(db, ORDER, {"status": status, "day": day, "now": now})
        closed_at = now if status in ("completed", "cancelled") else None
        params = {"order_id": order_id, "cabinet_id": cabinet_id, "closed_at": closed_at}
        db.execute(ORDER_CABINET, params)


def leave_waiting(db, each):
    """So many audits that are unassigned, damaged or held back."""
    db.execute("UPDATE dex_reads SET held_reason = 'Too much' WHERE id <= :each", {"each": each})
    for status in ("unassigned", "damaged"):
        db.executemany(
            WAITING,
            [
                {"status": status, "now": clock.now(), "sha256": f"{status}{number}"}
                for number in range(each)
            ],
        )


def miscount(db, each):
    """So many visits found two units less yesterday than the books say."""
    moved = db.execute(MISCOUNT, {"then": clock.later(clock.now(), days=-1), "each": each})
    assert moved.rowcount == each


def counting(patch) -> list[int]:
    """Count the steps of all connections that are opened from now on."""
    steps = [0]
    plain: Callable[..., Any] = sqlite.connect

    def connect(*args, **named):
        connection = plain(*args, **named)
        connection.set_progress_handler(lambda: steps.__setitem__(0, steps[0] + 1), 1)
        return connection

    patch.setattr(sqlite, "connect", connect)
    return steps


def rows_in(answer: object) -> int:
    """How many objects an answer holds."""
    if isinstance(answer, dict):
        return 1 + sum(rows_in(value) for value in answer.values())
    return sum(map(rows_in, answer)) if isinstance(answer, list) else 0


@pytest.fixture(autouse=True)
def counted_up_to_few(monkeypatch):
    """The home page and lists count no further in the large fleet than in the small one."""
    for module in (dashboard_service, paging, alert_service):
        monkeypatch.setattr(module, "MOST_COUNTED", COUNTED)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_larger_fleet_takes_no_more_steps(operation, fleets):
    small, large = fleets
    path = operation.path.format(**{**PATH, "route_id": DRIVEN})
    complaints = []
    for who in small.people:
        for query in asked(operation):
            few, less = small.ask(who, path, query)
            many, more = large.ask(who, path, query)
            added = max(0, rows_in(more) - rows_in(less))
            a_row = STEPS_A_ROUTE if query.get("group_by") == "route" else STEPS_A_ROW
            if many > FACTOR * few + a_row * added + STEPS_MORE:
                complaints.append(f"{who} {query}: {few} steps became {many}")
            if isinstance(more, dict) and len(more.get("items", ())) > MOST_ITEMS:
                complaints.append(f"{who} {query}: {len(more['items'])} items at once")
    assert complaints == []


def test_the_home_page_takes_as_many_steps(fleets):
    """It shows the first of each kind and counts up to a limit: no more rows, so no more steps."""
    small, large = fleets
    home = small.people["admin"].get("/api/dashboard").json
    kinds = ("silent", "late_orders", "audits", "count_differences")
    assert all(found["more"] for found in (home["orders"], *map(home["attention"].get, kinds)))
    few, less = small.ask("admin", "/api/dashboard", {})
    many, more = large.ask("admin", "/api/dashboard", {})
    assert rows_in(more) == rows_in(less)
    assert many <= FACTOR * few


def test_the_map_takes_as_many_steps_a_machine(fleets):
    """It shows all of them: twenty times the machines, twenty times the steps, and no more."""
    small, large = fleets
    for who in small.people:
        few, less = small.ask(who, "/api/map-points", {})
        many, more = large.ask(who, "/api/map-points", {})
        grown = len(more["devices"]["id"]) / len(less["devices"]["id"])
        assert who == "driver" or grown > LARGE / SMALL / 2
        assert many <= FACTOR * grown * few + STEPS_MORE


@pytest.mark.parametrize("q", ["m07/1", "machine", "nowhere"])
def test_a_search_takes_as_many_steps_however_many_have_the_words(q, fleets, monkeypatch):
    monkeypatch.setattr(search, "MOST", COUNTED)
    small, large = fleets
    few, _ = small.ask("admin", "/api/search", {"q": q})
    many, _ = large.ask("admin", "/api/search", {"q": q})
    assert many <= FACTOR * few + STEPS_MORE


def test_a_comparison_takes_as_many_steps(fleets, monkeypatch):
    """The machines that make up a mean are as many in any fleet."""
    for name in ("MOST", "MOST_LOOKED_AT"):
        monkeypatch.setattr(similar_machines, name, COUNTED)
    small, large = fleets
    today = clock.now()[:10]
    begin = clock.later(clock.now(), days=-PERIOD_DAYS)[:10]
    query = {"device_ids": "1,2,4,5,7,8", "from": begin, "to": today}
    few, less = small.ask("admin", "/api/comparison", query)
    many, more = large.ask("admin", "/api/comparison", query)
    assert len(more["machines"]) == len(less["machines"]) == 6
    assert any(machine["kind"] for machine in more["machines"])
    assert many <= FACTOR * few + STEPS_MORE


@pytest.mark.parametrize(("path", "parts"), [("/api/map-orders", 3), ("/api/calendar-orders", 2)])
def test_orders_of_few_days_take_as_many_steps_an_order(path, parts, fleets):
    """Of each part, such as those completed today, as many are walked as are shown of all."""
    small, large = fleets
    today = clock.now()[:10]
    query = {"from": today, "to": today} if path == "/api/calendar-orders" else {}
    for who in small.people:
        few, less = small.ask(who, path, query)
        many, more = large.ask(who, path, query)
        added = len(more["items"]) - len(less["items"])
        assert added >= 0
        assert many <= FACTOR * few + STEPS_A_ROW * parts * added + STEPS_MORE


def asked(operation) -> list[dict[str, object]]:
    """Every query of the operation, over a quarter of a year, and some words to look for."""
    queries = list(queries_of(operation))
    if "from" in queries[0]:
        today = clock.now()[:10]
        period = {"from": clock.later(clock.now(), days=-PERIOD_DAYS)[:10], "to": today}
        queries = [{**query, **period} for query in queries]
    if any("q" in query for query in queries):
        queries += [{**queries[0], "q": words} for words in WORDS]
    return queries
