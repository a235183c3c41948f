"""Between facts the stock of a machine is an estimate: marked, dated, and used for its needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest

from db import Database, Engine
from services.books import figures, freshness
from settings import Settings
from tests.kit.factories import make_device_type, make_product, make_route
from tests.kit.moving_clock import reach
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, Seller, as_utc, in_their_time, make_seller, patient
from web.call import APART

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    with in_their_time():
        yield


@pytest.fixture
def settings(database_url: str) -> Settings:
    return patient(database_url)


@pytest.fixture
def route(manager: Person) -> int:
    return int(make_route(manager)["id"])


def day(number: float) -> Any:
    return BEGIN + timedelta(days=number)


def weekly(person: Person, route_id: int, *, units: int = 14, **more: Any) -> Seller:
    """A machine full with 40 on day 14, which sold so many units in each of its two weeks."""
    seller = make_seller(
        person, quantities=(40,), capacity=40, par_level=40, route_id=route_id, **more
    )
    seller.report(BEGIN)
    for week in (1, 2):
        seller.report(day(7 * week), A1=units)
    seller.set_slots({0: {"quantity": 40}}, at=day(14))
    return seller


def counted(
    person: Person, route_id: int, quantities: tuple[int, ...], at: Any, **more: Any
) -> Seller:
    """A machine that never reports, counted once."""
    return make_seller(
        person,
        quantities=quantities,
        capacity=40,
        par_level=40,
        counted_at=at,
        route_id=route_id,
        **more,
    )


def slot(seller: Seller) -> Any:
    return seller.metrics()["slots"][0]


def board(person: Person, route_id: int, query: str = "") -> Any:
    return person.get(f"/api/routes/{route_id}/devices{query}").json["items"]


def preview(person: Person, *sellers: Seller) -> Any:
    ids = [seller.cabinet_id for seller in sellers]
    return person.post("/api/service-order-previews", json={"cabinet_ids": ids}).json


def test_a_day_after_the_last_fact_the_stock_is_an_estimate(manager: Person, route: int) -> None:
    seller = weekly(manager, route)
    assert slot(seller)["units_per_day"] == 2
    assert (slot(seller)["quantity"], slot(seller)["estimated_quantity"]) == (40, None)
    reach(day(19))
    found = slot(seller)
    assert (found["quantity"], found["estimated_quantity"]) == (40, 30)
    assert found["known_at"] == as_utc(day(14))
    assert (found["units_to_par"], found["days_of_inventory"]) == (10, 15)
    figures = seller.metrics()
    assert (figures["estimated_stock_slots"], figures["stock_known_at"]) == (1, as_utc(day(14)))
    assert figures["product_level_percent"] == 75


@pytest.mark.both
def test_need_board_list_preview_order_and_planogram_say_the_same(
    manager: Person, route: int
) -> None:
    seller = weekly(manager, route)
    reach(day(24))
    (row,) = board(manager, route)
    assert (row["units_to_par"], row["estimated_stock_slots"]) == (20, 1)
    assert row["cabinets"][0]["units_to_par"] == 20
    (device,) = manager.get("/api/devices").json["items"]
    assert (device["product_level_percent"], device["stock_known_at"]) == (50, as_utc(day(14)))
    asked = preview(manager, seller)
    assert (asked["units"], asked["pick_list"][0]["estimated_units"]) == (20, 20)
    (item,) = asked["cabinets"][0]["items"]
    assert (item["estimated_quantity"], item["known_at"]) == (20, as_utc(day(14)))
    planogram = manager.get(f"/api/cabinets/{seller.cabinet_id}/planogram").json
    assert planogram["slots"][0]["estimated_quantity"] == 20
    order = manager.post(
        "/api/service-orders", json={"route_id": route, "cabinet_ids": [seller.cabinet_id]}
    ).json
    assert order["units"] == 20
    assert order["cabinets"][0]["items"][0]["known_at"] == as_utc(day(14))
    pick_list = manager.get(f"/api/service-orders/{order['id']}/pick-list").json
    assert pick_list["items"][0]["estimated_units"] == 20


def test_a_machine_that_reports_daily_is_as_it_reported(manager: Person, route: int) -> None:
    seller = make_seller(manager, quantities=(40,), capacity=40, route_id=route)
    for number in range(4):
        seller.report(day(number), A1=3)
    reach(day(3.9))
    assert slot(seller)["estimated_quantity"] is None
    assert seller.metrics()["stock_known_at"] is None


def test_the_ledger_holds_facts_only_and_the_next_fact_ends_the_estimate(
    manager: Person, route: int
) -> None:
    seller = weekly(manager, route)
    moves = f"/api/slots/{seller.slots[0]}/stock-moves?limit=200"
    before = manager.get(moves).json["items"]
    reach(day(24))
    assert slot(seller)["estimated_quantity"] == 20
    assert manager.get(moves).json["items"] == before
    seller.report(day(25), A1=5)
    found = slot(seller)
    assert (found["quantity"], found["estimated_quantity"]) == (35, None)
    assert found["known_at"] == as_utc(day(25))


def test_it_never_falls_below_nothing_and_is_then_probably_sold_out(
    manager: Person, route: int
) -> None:
    seller = weekly(manager, route)
    reach(day(40))
    figures = seller.metrics()
    assert slot(seller)["estimated_quantity"] == 0
    assert (figures["sold_out_slots"], figures["probably_sold_out_slots"]) == (1, 1)
    assert (slot(seller)["state"], figures["state"]) == ("sold_out", "sold_out")
    seller.set_slots({0: {"quantity": 0}}, at=day(40))
    figures = seller.metrics()
    assert (figures["sold_out_slots"], figures["probably_sold_out_slots"]) == (1, 0)


def test_a_machine_that_never_reports_sells_by_its_visits(manager: Person, route: int) -> None:
    """Found 26 of 40 after a week, filled to 40 again, then 40 - 28 after two weeks."""
    seller = counted(manager, route, (40,), BEGIN)
    assert slot(seller)["units_per_day_basis"] is None
    seller.set_slots({0: {"quantity": 26}}, at=day(7))
    assert (slot(seller)["units_per_day"], slot(seller)["units_per_day_basis"]) == (2, "visits")
    order = manager.post(
        "/api/service-orders", json={"route_id": route, "cabinet_ids": [seller.cabinet_id]}
    ).json
    assert order["units"] == 14
    made = manager.post(
        f"/api/service-orders/{order['id']}/visits",
        json={
            "cabinet_id": seller.cabinet_id,
            "fills": [{"slot_id": seller.slots[0], "added": 14}],
        },
    )
    assert made.status == 201, made.text
    reach(day(14))
    assert slot(seller)["estimated_quantity"] == 26
    assert seller.metrics()["estimated_slots"] == 0


def test_a_fill_to_par_tells_what_was_sold_also_without_a_count(
    manager: Person, route: int
) -> None:
    """Ten in each week: the books, which cannot know, add up, and the estimate does not."""
    seller = make_seller(
        manager, quantities=(20,), capacity=60, par_level=20, counted_at=BEGIN, route_id=route
    )
    for week in (1, 2):
        reach(day(7 * week))
        order = manager.post(
            "/api/service-orders", json={"route_id": route, "cabinet_ids": [seller.cabinet_id]}
        ).json
        made = manager.post(
            f"/api/service-orders/{order['id']}/visits",
            json={
                "cabinet_id": seller.cabinet_id,
                "fills": [{"slot_id": seller.slots[0], "added": 10}],
            },
        )
        assert made.status == 201, made.text
        found = slot(seller)
        assert (found["quantity"], found["estimated_quantity"]) == (20 + 10 * week, 20)
    assert found["units_per_day"] == pytest.approx(20 / 14, abs=1e-3)
    reach(day(21))
    assert slot(seller)["estimated_quantity"] == 10


def test_without_visits_similar_machines_tell(manager: Person, route: int) -> None:
    """Also where they sold nothing yet when the machine was counted."""
    kind, cola = make_device_type(manager)["id"], make_product(manager)["id"]
    silent = counted(manager, route, (40,), BEGIN, products=[cola], device_type_id=kind)
    weekly(manager, route, products=[cola], device_type_id=kind)
    reach(day(15))
    found = slot(silent)
    assert (found["units_per_day_basis"], found["estimated_quantity"]) == ("similar", 10)


def test_what_nobody_knows_stays_unknown(manager: Person, route: int) -> None:
    never = counted(manager, route, (40,), BEGIN)
    uncounted = make_seller(manager, quantities=(None,), route_id=route)
    reach(day(14))
    assert (slot(never)["quantity"], slot(never)["estimated_quantity"]) == (40, None)
    assert (slot(uncounted)["quantity"], slot(uncounted)["known_at"]) == (None, None)
    assert slot(uncounted)["state"] == "unknown"


def test_slots_of_one_selection_are_drained_in_their_order(manager: Person, route: int) -> None:
    seller = make_seller(
        manager, quantities=(10, 10), selections=["A1", "A1"], route_id=route,
        products=[make_product(manager)["id"]] * 2,
    )  # fmt: skip
    seller.report(BEGIN)
    for week in (1, 2):
        seller.report(day(7 * week), A1=7)
    seller.set_slots({0: {"quantity": 10}, 1: {"quantity": 10}}, at=day(14))
    reach(day(26))
    assert [each["estimated_quantity"] for each in seller.metrics()["slots"]] == [0, 8]


def test_any_order_of_arrival_ends_in_the_same_estimate(manager: Person, route: int) -> None:
    found = []
    for order in ((0, 1, 2), (2, 0, 1)):
        seller = make_seller(manager, quantities=(40,), capacity=40, route_id=route)
        audits = []
        for number, units in enumerate((0, 9, 12)):
            seller.machine.sell("A1", units)
            audits.append(seller.audit(day(7 * number)))
        for place in order:
            seller.send(audits[place])
        reach(day(20))
        found.append([slot(seller)[name] for name in ("estimated_quantity", "known_at")])
    assert found[0] == found[1]
    assert found[0][0] is not None


@pytest.mark.both
def test_an_answer_does_not_fail_because_nobody_may_write(
    manager: Person, route: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows the figures of before."""
    seller = weekly(manager, route)
    with engine.writing() as db:
        db.execute("UPDATE sessions SET last_seen_at = :now", {"now": as_utc(day(19))})
    reach(day(19))
    with engine.writing() as db:
        db.lock("device", seller.device_id)
        assert board(manager, route)[0]["units_to_par"] == 0
    reach(day(19.1))
    assert board(manager, route)[0]["units_to_par"] == 10
    assert slot(seller)["estimated_quantity"] == 30


def test_figures_are_computed_anew_at_most_once_an_hour(
    manager: Person, route: int, engine: Engine
) -> None:
    weekly(manager, route, units=280)
    reach(day(16))
    before = board(manager, route)[0]["units_to_par"]
    reach(day(16) + timedelta(minutes=50))
    assert board(manager, route)[0]["units_to_par"] == before
    reach(day(16) + timedelta(minutes=70))
    assert board(manager, route)[0]["units_to_par"] >= before


@pytest.mark.both
def test_a_sold_out_slot_loses_its_margin_and_that_ranks_the_board(
    manager: Person, route: int
) -> None:
    """Two units a day at 1.50 that cost 0.90 lose less than one at 5.00 whose cost nobody knows."""
    cheap, dear = (
        weekly(manager, route, units=14, products=[make_product(manager, cost_cents=90)["id"]]),
        weekly(manager, route, units=7, price_cents=500),
    )
    reach(day(14))
    for seller in (cheap, dear):
        assert seller.metrics()["lost_cents_per_day"] == 0
        seller.set_slots({0: {"quantity": 0}}, at=day(14.1))
    first, second = board(manager, route, "?sort=-lost_cents_per_day")
    assert (first["device_id"], first["lost_cents_per_day"]) == (dear.device_id, 500)
    assert first["lost_without_cost_slots"] == 1
    assert (second["device_id"], second["lost_cents_per_day"]) == (cheap.device_id, 120)
    assert slot(cheap)["lost_cents_per_day"] == 120
    attention = manager.get("/api/dashboard").json["attention"]["sold_out"]["items"]
    assert [item["lost_cents_per_day"] for item in attention] == [500, 120]


def test_one_rule_says_what_is_low(manager: Person, route: int) -> None:
    """A quarter of par, or less than two days; what is full is in order, however fast it sells."""
    seller = weekly(manager, route, units=70)
    for quantity, state in ((40, "ok"), (21, "ok"), (19, "low"), (10, "low"), (0, "sold_out")):
        seller.set_slots({0: {"quantity": quantity}}, at=day(14))
        assert (quantity, slot(seller)["state"]) == (quantity, state)
        planogram = manager.get(f"/api/cabinets/{seller.cabinet_id}/planogram").json
        assert planogram["slots"][0]["state"] == state
        assert board(manager, route)[0]["state"] == state


@pytest.mark.both
def test_the_whole_fleet_is_brought_up_to_date_when_somebody_says_so(
    manager: Person, route: int, engine: Engine
) -> None:
    sellers = [weekly(manager, route) for _ in range(3)]
    reach(day(19))
    assert freshness.catch_up(engine, budget_s=10) == len(sellers)
    assert freshness.catch_up(engine, budget_s=10) == 0
    with engine.reading() as db:
        found = [row[0] for row in db.execute("SELECT estimated_quantity FROM slots ORDER BY id")]
    assert found == [30, 30, 30]


def test_time_takes_what_it_allows_of_the_figures_and_says_what_is_left(
    manager: Person, route: int, engine: Engine
) -> None:
    """An answer waits for some of them; the rest follows behind it."""
    ids = sorted(weekly(manager, route).device_id for _ in range(3))
    reach(day(19))
    assert freshness.refresh(engine, ids, budget_s=0) == ids[1:]
    assert freshness.refresh(engine, ids, budget_s=10) == []
    assert freshness.catch_up(engine, budget_s=10) == 0


@pytest.mark.both
def test_a_device_whose_figures_cannot_be_computed_holds_up_no_other(
    manager: Person, route: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = (weekly(manager, route) for _ in range(2))
    refresh_due = figures.refresh_due

    def fail(db: Database, *, device_id: int) -> None:
        if device_id == broken.device_id:
            raise ZeroDivisionError
        refresh_due(db, device_id=device_id)

    monkeypatch.setattr(figures, "refresh_due", fail)
    reach(day(19))
    assert freshness.catch_up(engine, budget_s=10) == 2
    assert manager.get(f"/api/devices/{broken.device_id}/metrics").status == 200
    assert whole.metrics()["slots"][0]["estimated_quantity"] == 30


def test_nobody_who_reads_waits_for_somebody_who_writes(
    manager: Person, route: int, engine: Engine
) -> None:
    """The answer shows the figures of before; those of now are made when the lock is free."""
    seller = weekly(manager, route)
    reach(day(19))
    behind: list[Any] = []
    is_held, may_end = Event(), Event()

    def write() -> None:
        with engine.writing() as db:
            db.lock("device", seller.device_id)
            is_held.set()
            may_end.wait(10)

    writer = Thread(target=write)
    writer.start()
    assert is_held.wait(10)
    url = f"/api/devices/{seller.device_id}/metrics"
    before = manager.get(url, environ_overrides={APART: behind.append}).json
    assert writer.is_alive(), "it was answered once the lock was free"
    may_end.set()
    writer.join()
    assert before["slots"][0]["estimated_quantity"] is None
    for work in behind:
        work()
    assert seller.metrics()["slots"][0]["estimated_quantity"] == 30


@pytest.mark.both
def test_a_reversed_visit_is_no_fact(manager: Person, route: int) -> None:
    """What was known before is what the estimate starts from again."""
    seller = weekly(manager, route)
    reach(day(20))
    order = manager.post(
        "/api/service-orders", json={"route_id": route, "cabinet_ids": [seller.cabinet_id]}
    ).json
    fill = {"slot_id": seller.slots[0], "counted": 20, "added": 20}
    made = manager.post(
        f"/api/service-orders/{order['id']}/visits",
        json={"cabinet_id": seller.cabinet_id, "fills": [fill]},
    ).json
    assert slot(seller)["known_at"] == as_utc(day(20))
    manager.post(f"/api/visits/{made['id']}/reversal", json={"reason": "Wrong machine"})
    assert slot(seller)["known_at"] == as_utc(day(14))
    assert slot(seller)["estimated_quantity"] == 28
