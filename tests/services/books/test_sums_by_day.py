"""What is summed beside the sales is their sum, whatever happened and in whatever order."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import auth
import clock
from contract.results import Upload
from contract.types import SlotChange
from db import Database, Engine
from services.books import sale_service
from services.catalogue import product_service
from services.fleet import (
    cabinet_type_service,
    device_service,
    device_type_service,
    location_service,
    planogram_service,
    route_service,
)
from services.reads import dex_read_service
from services.system import settings_service
from settings import Settings
from tests.kit.engines import ENGINE
from tests.kit.machine import Machine
from tests.services.books.sums_by_day import check_sums, check_windows

# More of them: CVD_ORDER_EXAMPLES=500.
FEW = {"sqlite": 40, "postgresql": 12}[ENGINE]
EXAMPLES = min(int(os.environ.get("CVD_ORDER_EXAMPLES", FEW)), 500)

ACTOR = auth.console()
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=40)
PRODUCTS = 3
GROUPS = ("day", "device", "product", "selection", "route", "location", "category")
PAGE = 7
numbers = itertools.count(1)


@dataclass(frozen=True)
class Read:
    """Machine `machine` reports after it sold so many units of its two selections."""

    machine: int
    sold: tuple[int, int]
    begins_anew: bool


@dataclass(frozen=True)
class Arranged:
    """A slot of a machine gets another product, or none, and is counted, or not."""

    machine: int
    slot: int
    product_id: int | None
    quantity: int | None


machines = st.integers(0, 1)
reads = st.builds(
    Read, machines, st.tuples(*[st.integers(0, 60)] * 2), st.sampled_from([False] * 4 + [True])
)
arranged = st.builds(
    Arranged,
    machines,
    st.integers(0, 1),
    st.none() | st.integers(1, PRODUCTS),
    st.none() | st.sampled_from([0, 5, 20]),
)
histories = st.lists(st.one_of(reads, reads, arranged), min_size=3, max_size=12)


@pytest.fixture
def books(engine: Engine) -> Engine:
    with engine.writing() as db:
        settings_service.ensure(db, Settings(time_zone="Europe/Berlin"))
        device_type_service.create_device_type(db, ACTOR, name="Snack", max_cabinets=1)
        cabinet_type_service.create_cabinet_type(db, ACTOR, name="Grid", rows=1, columns=2)
        for name in ("North", "South"):
            route_service.create_route(db, ACTOR, name=name)
            location_service.create_location(db, ACTOR, name=name)
        for number in range(PRODUCTS):
            product_service.create_product(db, ACTOR, name=f"Product {number}", price_cents=150)
    return engine


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories, data=st.data())
def test_they_hold_after_any_history_in_any_order(
    books: Engine, history: list[Read | Arranged], data: st.DataObject
) -> None:
    with books.writing() as db:
        places = [Place(db) for _ in range(2)]
        for place in places:
            place.was_on(db, data.draw(st.lists(st.integers(1, 2), max_size=3)))
    # By the hour, or until the first weeks are behind the window of velocities.
    happened = list(arrivals(history, places, hours=data.draw(st.sampled_from([7, 79]))))
    for index in data.draw(st.permutations(range(len(happened)))):
        event, at, content = happened[index]
        with books.writing() as db:
            if isinstance(event, Read):
                places[event.machine].report(db, content)
            else:
                places[event.machine].arrange(db, event, at)
        with books.reading() as db:
            check_sums(db)
            check_windows(db)
    for place in places:
        place.accept_what_waits(books)
    with books.reading() as db:
        check_sums(db)
        check_windows(db)
        check_reports(db)


class Place:
    """A machine with two selections, each feeding a slot of its own."""

    def __init__(self, db: Database) -> None:
        name = f"T-{next(numbers)}"
        self.machine = Machine(serial=name, selections={"A1": 150, "A2": 250})
        device = device_service.create_device(
            db, ACTOR, asset=name, device_type_id=1, cabinets=[{"cabinet_type_id": 1}]
        )
        self.device_id, self.cabinet_id = device["id"], device["cabinets"][0]["id"]
        self.slots = [slot["id"] for slot in self._planogram(db)["slots"]]

    def was_on(self, db: Database, routes: list[int]) -> None:
        """The machine was moved from route to route, and location, every few days."""
        for number, place_id in enumerate(routes, start=1):
            db.execute(
                """
                INSERT INTO device_assignments (device_id, from_at, route_id, location_id)
                VALUES (:device_id, :from_at, :place_id, :place_id)
                """,
                {
                    "device_id": self.device_id,
                    "from_at": clock.to_text(BEGIN + timedelta(hours=50 * number)),
                    "place_id": place_id,
                },
            )

    def report(self, db: Database, content: bytes) -> None:
        upload = Upload("audit", content)
        dex_read_service.create_dex_read(db, ACTOR, file=upload, device_id=self.device_id)

    def arrange(self, db: Database, change: Arranged, at: str) -> None:
        wanted: SlotChange = {
            "id": self.slots[change.slot],
            "product_id": change.product_id,
            "capacity": 20,
        }
        if change.quantity is not None and counts(change):
            wanted["quantity"] = change.quantity
        planogram_service.update_planogram(
            db,
            ACTOR,
            cabinet_id=self.cabinet_id,
            version=self._planogram(db)["version"],
            as_of=at,
            slots=[wanted],
        )

    def accept_what_waits(self, engine: Engine) -> None:
        with engine.reading() as db:
            waiting = dex_read_service.list_dex_reads(
                db, ACTOR, device_id=self.device_id, held=True
            )["items"]
        for read in waiting:
            # Each by itself, as people do, for each locks its read before its device.
            with engine.writing() as db:
                dex_read_service.accept_dex_read(db, ACTOR, dex_read_id=read["id"])

    def _planogram(self, db: Database) -> dict[str, Any]:
        return planogram_service.get_planogram(db, ACTOR, cabinet_id=self.cabinet_id)


def counts(change: Arranged) -> bool:
    """Whether somebody counts: only what there is a product of."""
    return change.product_id is not None and change.quantity is not None


def arrivals(
    history: list[Read | Arranged], places: list[Place], *, hours: int
) -> Iterator[tuple[Read | Arranged, str, bytes]]:
    """What happened every so many hours, with its time and, of a read, its audit."""
    for number, event in enumerate(history, start=1):
        at = BEGIN + timedelta(hours=hours * number)
        content = b""
        if isinstance(event, Read):
            machine = places[event.machine].machine
            if event.begins_anew:
                machine.swap_board()
            for selection, units in zip(machine.selections, event.sold, strict=True):
                machine.sell(selection, units)
            # A machine's clock shows the time at its place.
            content = machine.audit(at.replace(tzinfo=None))
        yield event, clock.to_text(at), content


def check_reports(db: Database) -> None:
    """Every way to group the same period ends in the same total, and so do pages of devices."""
    totals = [list_sales(db, group)["total"] for group in GROUPS]
    assert totals == [totals[0]] * len(totals)
    for place in (1, 2):
        for name in ("route_id", "location_id"):
            narrowed: dict[str, Any] = {name: place}
            sums = [list_sales(db, group, **narrowed)["total"] for group in GROUPS]
            assert sums == [sums[0]] * len(sums)
    page = list_sales(db, "device")
    items = list(page["items"])
    while page["next_cursor"] is not None:
        page = list_sales(db, "device", cursor=page["next_cursor"])
        items += page["items"]
    for name in ("units", "amount_cents"):
        assert totals[0][name] == sum(item[name] for item in items)


def list_sales(
    db: Database, group_by: str, cursor: str | None = None, **narrowed: Any
) -> dict[str, Any]:
    return sale_service.list_sales(
        db,
        ACTOR,
        group_by=group_by,
        from_=clock.to_text(BEGIN)[:10],
        to=clock.now()[:10],
        limit=PAGE,
        cursor=cursor,
        **narrowed,
    )
