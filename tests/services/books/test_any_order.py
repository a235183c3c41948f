"""Whatever order things arrive in, the books end the same: stock, sales and ledger."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import auth
import clock
from contract.results import Upload
from contract.types import SlotChange
from db import Engine, insert_rows, scalar
from services.books import past_sales, stock_service
from services.books.past_sales import Sold
from services.books.stock_service import NewFact
from services.catalogue import product_service
from services.fleet import (
    cabinet_type_service,
    device_service,
    device_type_service,
    planogram_service,
)
from services.people import user_service
from services.reads import dex_read_service
from services.system import settings_service
from settings import Settings
from tests.kit.engines import ENGINE
from tests.kit.machine import Machine, Quirks
from tests.services.books.sums_by_day import check_sums

ACTOR = auth.console()
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=60)
CAPACITY = 12
# A2 and A3 are fed by one selection, so that they drain in slot order.
SLOTS = {"A1": "10", "A2": "20", "A3": "20", "A4": "30"}
numbers = itertools.count(1)

pytestmark = pytest.mark.slow


Happening = Literal["all", "total", "selection", "old board", "clock back", "renamed"]
# More of them: CVD_ORDER_EXAMPLES=20000. The order is dealt with above the database, of which a
# few histories show that it answers as the other does.
FEW = {"sqlite": 50, "postgresql": 10}[ENGINE]
EXAMPLES = int(os.environ.get("CVD_ORDER_EXAMPLES", FEW))
# So many in one database, for each leaves a machine in it and makes the next one slower.
BATCH = 500


@dataclass(frozen=True)
class Read:
    """An audit after so many units of each selection were sold; it may leave one out."""

    sold: tuple[int, int, int]
    begins_anew: bool = False
    leaves_out: str | None = None
    happens: Happening | None = None


@dataclass(frozen=True)
class Visit:
    """What a driver found, took and put at one slot."""

    slot: str
    counted: int | None
    removed: int
    added: int


@dataclass(frozen=True)
class Day:
    """What customers wanted, what the driver carried to the slot then, and if it was read."""

    wanted: int
    carried: int
    is_read: bool


@dataclass(frozen=True)
class Ignore:
    """Somebody decides which selections the device ignores from now on."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class Bring:
    """Somebody imports what the device sold in the days around its first read."""


@dataclass(frozen=True)
class TakeBack:
    """Somebody takes back what was brought."""


BRING, TAKE_BACK = Bring(), TakeBack()
IGNORE_NOTHING = Ignore(())
# Ignored can be what no slot sells a product by: A4, fed by 30, is emptied.
IGNORE_30 = Ignore(("30",))

reads = st.builds(
    Read,
    st.tuples(*[st.integers(0, 9)] * 3),
    begins_anew=st.sampled_from([False] * 9 + [True]),
    leaves_out=st.sampled_from([None] * 6 + ["10", "20", "30"]),
)
strange_reads = st.builds(
    Read,
    st.tuples(*[st.integers(0, 9)] * 3),
    begins_anew=st.sampled_from([False] * 7 + [True]),
    leaves_out=st.sampled_from([None] * 9 + ["20"]),
    happens=st.sampled_from([None, None, None, *get_args(Happening)]),
)
makes = st.sampled_from(
    [
        (0, Quirks()),
        (5_000, Quirks()),
        (65_520, Quirks(units_register=2**16)),
        (9_985, Quirks(units_register=10**4, money_register=10**6)),
        (700, Quirks(only_since_reset=True, resets_at_read=True)),
        (700, Quirks(only_since_reset=True)),
        (300, Quirks(total_is_above=0.4)),
        (300, Quirks(without=("VA1",))),
    ]
)
visits = st.builds(
    Visit,
    st.sampled_from(list(SLOTS)),
    st.none() | st.integers(0, CAPACITY),
    st.integers(0, 3),
    st.integers(0, CAPACITY),
).filter(lambda visit: visit.counted is not None or visit.removed or visit.added)
days = st.builds(Day, st.integers(0, 15), st.integers(0, CAPACITY), st.booleans())
histories = st.lists(reads | visits, min_size=2, max_size=12)
decisions = st.lists(
    st.sampled_from([IGNORE_30, IGNORE_30, Ignore(("30", "99")), Ignore(("99",)), IGNORE_NOTHING]),
    min_size=1,
    max_size=4,
)
without_a4 = st.lists(
    reads | visits.filter(lambda visit: visit.slot != "A4"), min_size=2, max_size=10
)


@pytest.fixture
def books(engine: Engine) -> Engine:
    with engine.writing() as db:
        settings_service.ensure(db, Settings(time_zone="UTC"))
        device_type_service.create_device_type(db, ACTOR, name="Snack", max_cabinets=1)
        cabinet_type_service.create_cabinet_type(db, ACTOR, name="Grid", rows=1, columns=4)
        product_service.create_product(db, ACTOR, name="Cola", price_cents=150)
        user_service.insert_user(
            db, ACTOR, username="ann", display_name="Ann", role="manager", password_hash=""
        )
    return engine


@settings(
    max_examples=min(EXAMPLES, BATCH),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories, data=st.data())
def test_any_order_of_arrival_ends_in_the_same_books(
    books: Engine, history: list[Read | Visit], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(history))))
    in_order = told(books, history, range(len(history)))
    shuffled = told(books, history, order)
    assert shuffled == in_order


@pytest.mark.parametrize("batch", range(-(-EXAMPLES // BATCH)))
@settings(
    max_examples=min(EXAMPLES, BATCH),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    history=st.lists(strange_reads | visits, min_size=2, max_size=12), make=makes, data=st.data()
)
def test_whatever_machines_do_any_order_of_arrival_ends_in_the_same_books(
    books: Engine,
    history: list[Read | Visit],
    make: tuple[int, Quirks],
    data: st.DataObject,
    batch: int,
) -> None:
    order = data.draw(st.permutations(range(len(history))))
    in_order = told(books, history, range(len(history)), make=make)
    assert told(books, history, order, make=make) == in_order


@settings(
    max_examples=min(EXAMPLES, BATCH),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=without_a4, decisions=decisions, data=st.data())
def test_what_was_ignored_for_a_while_is_as_if_nobody_ever_had(
    books: Engine, history: list[Read | Visit], decisions: list[Ignore], data: st.DataObject
) -> None:
    arrivals = data.draw(st.permutations([*range(len(history)), *decisions]))
    never = told(books, history, range(len(history)), empties_a4=True)
    assert told(books, history, [*arrivals, IGNORE_NOTHING], empties_a4=True) == never


@settings(
    max_examples=min(EXAMPLES, BATCH),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=without_a4, decisions=decisions, data=st.data())
def test_what_is_ignored_at_last_is_as_if_it_always_had_been(
    books: Engine, history: list[Read | Visit], decisions: list[Ignore], data: st.DataObject
) -> None:
    arrivals = data.draw(st.permutations([*range(len(history)), *decisions]))
    always = told(books, history, [IGNORE_30, *range(len(history))], empties_a4=True)
    assert "30" not in {sale[0] for sale in always["sales"]}
    assert told(books, history, [*arrivals, IGNORE_30], empties_a4=True) == always


@settings(
    max_examples=min(EXAMPLES, BATCH),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(days=st.lists(days, min_size=1, max_size=6), data=st.data())
def test_fills_that_fitted_leave_nothing_unexplained_once_the_reads_are_there(
    books: Engine, days: list[Day], data: st.DataObject
) -> None:
    history, left = lived(days)
    order = data.draw(st.permutations(range(len(history))))
    found = told(books, history, order)
    assert [quantity for _, quantity in found["stock"][:1]] == [left]
    assert "unexplained" not in {reason for _, reason, *_ in found["ledger"]}


@settings(
    max_examples=min(EXAMPLES, BATCH),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories, data=st.data())
def test_imported_sales_change_nothing_that_reads_book_and_count_alike_in_any_order(
    books: Engine, history: list[Read | Visit], data: st.DataObject
) -> None:
    never = told(books, history, range(len(history)))
    last = told(books, history, [*range(len(history)), BRING])
    arrivals = data.draw(st.permutations([*range(len(history)), BRING]))
    assert told(books, history, arrivals) == last
    days = last.pop("days")
    assert last == {name: found for name, found in never.items() if name != "days"}
    assert told(books, history, [*arrivals, TAKE_BACK]) == never
    with books.reading() as db:
        check_sums(db)
    before = {day for day, *_ in days} - {day for day, *_ in never["days"]}
    firsts = [n for n, event in enumerate(history) if isinstance(event, Read)]
    if firsts:
        at = next(itertools.islice(times(), firsts[0], None))
        assert all(day < at.date().isoformat() for day in before)


def lived(days: list[Day]) -> tuple[list[Read | Visit], int]:
    """What reads and visits tell of a slot A1 that is filled as far as it has room, and what
    is in it at last.
    """
    history: list[Read | Visit] = [Read((0, 0, 0))]
    stock, unread = CAPACITY, 0
    for day in days:
        sold = min(day.wanted, stock)
        stock, unread = stock - sold, unread + sold
        added = min(day.carried, CAPACITY - stock)
        stock += added
        if added:
            history.append(Visit("A1", counted=None, removed=0, added=added))
        if day.is_read:
            history.append(Read((unread, 0, 0)))
            unread = 0
    return [*history, Read((unread, 0, 0))], stock


def test_what_an_audit_leaves_out_is_sold_since_its_last_report(books: Engine) -> None:
    history: list[Read | Visit] = [
        Read((0, 0, 0)),
        Visit("A1", counted=5, removed=0, added=0),
        Read((0, 0, 0), leaves_out="10"),
        Read((9, 0, 0)),
    ]
    in_order = told(books, history, range(4))
    assert in_order["stock"][0] == ["A1", 3]
    for order in itertools.permutations(range(4)):
        assert told(books, history, order) == in_order, order


def told(
    engine: Engine,
    history: list[Read | Visit],
    order: Any,
    *,
    empties_a4: bool = False,
    make: tuple[int, Quirks] = (0, Quirks()),
) -> dict[str, Any]:
    """The books of a new device to which this happened, and was told of in this order.

    Between what happened, told by its number, somebody may decide what to ignore.
    """
    number = next(numbers)
    device_id, slots = device(engine, number)
    if empties_a4:
        empty(engine, device_id, "A4")
    sold_before, quirks = make
    prices = dict.fromkeys(["10", "20", "30"], 150)
    machine = Machine(serial=f"SN{number}", selections=prices, quirks=quirks)
    machine.has_sold(sold_before)
    arrivals = [arrival(event, at, machine) for event, at in zip(history, times(), strict=False)]
    for index in order:
        if isinstance(index, Ignore):
            decide(engine, device_id, index)
            check_invariants(engine, device_id)
            continue
        if isinstance(index, Bring | TakeBack):
            settle_history(engine, device_id, index)
            continue
        event, at, content = arrivals[index]
        with engine.writing() as db:
            if isinstance(event, Read):
                dex_read_service.create_dex_read(
                    db, ACTOR, file=Upload("audit", content), device_id=device_id
                )
            else:
                stock_service.post_facts(
                    db, ACTOR, device_id=device_id, facts=[fact(event, at, slots, index)]
                )
        check_invariants(engine, device_id)
    found = books_of(engine, device_id)
    with engine.writing() as db:
        # What it sells must not be an estimate for the next one.
        device_service.delete_device(db, ACTOR, device_id=device_id)
    return found


def times() -> Any:
    return (BEGIN + timedelta(hours=7 * n) for n in itertools.count(1))


def arrival(event: Read | Visit, at: datetime, machine: Machine) -> tuple[Any, str, bytes]:
    if isinstance(event, Visit):
        return event, clock.to_text(at), b""
    if event.begins_anew:
        machine.swap_board()
    if event.happens == "old board":
        machine.put_back()
    if event.happens == "renamed" and "20" in machine.odometers.selections:
        machine.rename("20", "B2")
    selections = machine.odometers.selections
    names = ["10", "B2" if "B2" in selections else "20", "30"]
    for selection, units in zip(names, event.sold, strict=True):
        machine.sell(selection, units)
    left_out = {name: selections.pop(name) for name in [event.leaves_out] if name in selections}
    zeros = event.happens if event.happens in ("all", "total", "selection") else None
    shown = at - timedelta(hours=9) if event.happens == "clock back" else at
    audit = machine.audit(shown.replace(tzinfo=None), zeros=zeros)
    selections |= left_out
    return event, clock.to_text(at), audit


def fact(visit: Visit, at: str, slots: dict[str, int], visit_id: int) -> NewFact:
    return NewFact(
        slot_id=slots[visit.slot],
        kind="visit",
        visit_id=visit_id + 1,
        planogram_change_id=None,
        occurred_at=at,
        counted=visit.counted,
        removed=visit.removed,
        removed_reason=None,
        added=visit.added,
    )


def device(engine: Engine, number: int) -> tuple[int, dict[str, int]]:
    with engine.writing() as db:
        made = device_service.create_device(
            db, ACTOR, asset=f"T-{number}", device_type_id=1, cabinets=[{"cabinet_type_id": 1}]
        )
        cabinet_id = made["cabinets"][0]["id"]
        planogram = planogram_service.get_planogram(db, ACTOR, cabinet_id=cabinet_id)
        planogram_service.update_planogram(
            db,
            ACTOR,
            cabinet_id=cabinet_id,
            version=planogram["version"],
            as_of=clock.to_text(BEGIN),
            slots=[arranged(slot) for slot in planogram["slots"]],
        )
        return made["id"], {slot["label"]: slot["id"] for slot in planogram["slots"]}


def arranged(slot: dict[str, Any]) -> SlotChange:
    """A slot that holds its product, counted but for one."""
    change: SlotChange = {
        "id": slot["id"],
        "product_id": 1,
        "selection": SLOTS[slot["label"]],
        "capacity": CAPACITY,
        "par_level": CAPACITY,
    }
    if slot["label"] != "A4":
        change["quantity"] = CAPACITY
    return change


def empty(engine: Engine, device_id: int, label: str) -> None:
    """Take the product out of a slot on the second day, with some history before and behind."""
    with engine.writing() as db:
        (cabinet,) = device_service.get_device(db, ACTOR, device_id=device_id)["cabinets"]
        planogram = planogram_service.get_planogram(db, ACTOR, cabinet_id=cabinet["id"])
        planogram_service.update_planogram(
            db,
            ACTOR,
            cabinet_id=cabinet["id"],
            version=planogram["version"],
            as_of=clock.to_text(BEGIN + timedelta(days=1)),
            slots=[
                {"id": slot["id"], "product_id": None}
                for slot in planogram["slots"]
                if slot["label"] == label
            ],
        )


def decide(engine: Engine, device_id: int, decision: Ignore) -> None:
    with engine.writing() as db:
        device_service.update_device(
            db,
            ACTOR,
            device_id=device_id,
            version=device_service.get_device(db, ACTOR, device_id=device_id)["version"],
            changes={"ignored_selections": list(decision.codes)},
        )


def settle_history(engine: Engine, device_id: int, what: Bring | TakeBack) -> None:
    """Import a unit of each of ten days, the fifth of them that of BEGIN; or take that back."""
    with engine.writing() as db:
        if isinstance(what, TakeBack):
            past_sales.remove(db, import_id=device_id)
            return
        kept = {"id": device_id, "filename": "past.csv", "state": "done", "kind": "sales",
                "user_id": 1, "created_at": clock.now()}  # fmt: skip
        if scalar(db, "SELECT 1 FROM imports WHERE id = :id", {"id": device_id}) is None:
            insert_rows(db, "imports", [kept])
        days = [(BEGIN + timedelta(days=n)).date().isoformat() for n in range(-4, 6)]
        sold = [Sold(device_id, day, "10", 1, None, 1, 150) for day in days]
        list(past_sales.add(db, import_id=device_id, sold=sold))


def check_invariants(engine: Engine, device_id: int) -> None:
    with engine.reading() as db:
        for row in db.query(
            """
            SELECT s.quantity, s.capacity, COALESCE((
                SELECT CAST(sum(m.quantity) AS BIGINT) FROM stock_moves m WHERE m.slot_id = s.id
            ), 0) AS moved
            FROM slots s WHERE s.device_id = :id
            """,
            {"id": device_id},
        ):
            assert row["moved"] == (row["quantity"] or 0)
            assert 0 <= row["moved"] <= row["capacity"]


def books_of(engine: Engine, device_id: int) -> dict[str, Any]:
    with engine.reading() as db:
        return {
            name: [list(row.values()) for row in db.query(sql, {"id": device_id})]
            for name, sql in BOOKS.items()
        }


BOOKS = {
    "stock": "SELECT label, quantity FROM slots WHERE device_id = :id ORDER BY position",
    "sales": """
        SELECT selection, product_id, units, amount_cents, opened_at, closed_at, sold_on, days_out,
               route_id, location_id, lost_units_e6, lost_cents_e6
        FROM sales WHERE device_id = :id ORDER BY closed_at, selection
    """,
    "reads": """
        SELECT status, units, amount_cents, read_at, clock, finding, counted_units,
               machine_units, unbooked_units, unbooked_cents, held_reason, notes
        FROM dex_reads
        WHERE device_id = :id ORDER BY position
    """,
    "days": """
        SELECT sold_on, units, amount_cents FROM daily_device_sales
        WHERE device_id = :id AND units <> 0 ORDER BY sold_on
    """,
    "ledger": """
        SELECT s.label, m.reason, m.occurred_at, CAST(sum(m.quantity) AS BIGINT) AS quantity
        FROM stock_moves m JOIN slots s ON s.id = m.slot_id
        WHERE m.device_id = :id
        GROUP BY s.label, m.reason, m.occurred_at
        HAVING sum(m.quantity) <> 0
        ORDER BY s.label, m.occurred_at, m.reason
    """,
    "figures": """
        SELECT sold_out_slots, unknown_slots, units_to_par, units_per_day, estimated_slots
        FROM device_metrics WHERE device_id = :id
    """,
    "velocities": """
        SELECT label, units_per_day, units_per_day_basis FROM slots
        WHERE device_id = :id ORDER BY position
    """,
}


@pytest.mark.spared("the order is dealt with above the database, and here are all 120 of them")
def test_what_is_held_after_all_gives_back_what_a_count_had_explained(books: Engine) -> None:
    history: list[Read | Visit] = [
        Read((0, 0, 0)),
        Visit("A2", 0, 0, 0),
        Read((0, 0, 0), leaves_out="20"),
        Read((0, 40, 0), leaves_out="20"),
        Read((0, 0, 0)),
    ]
    make = (300, Quirks(total_is_above=0.4))
    in_order = told(books, history, range(5), make=make)
    for order in itertools.permutations(range(5)):
        assert told(books, history, order, make=make) == in_order, order


def test_a_register_at_zero_twice_stands_by_its_last_report(books: Engine) -> None:
    """The first audit says nothing of a selection, and then its counter has run over to zero."""
    history: list[Read | Visit] = [
        Visit("A1", None, 0, 1),
        Read((8, 0, 0), happens="selection"),
        Read((7, 0, 0)),
        Visit("A1", 0, 0, 0),
        Read((0, 0, 0)),
    ]
    make = (9_985, Quirks(units_register=10**4, money_register=10**6))
    in_order = told(books, history, range(5), make=make)
    assert told(books, history, [0, 4, 2, 3, 1], make=make) == in_order
