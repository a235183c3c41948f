"""Metrics of a device: its stock, how fast it sells, how long that lasts; null where unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from settings import Settings
from tests.kit.factories import make_device, make_product, make_route
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, Seller, as_utc, in_their_time, make_seller, patient

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    with in_their_time():
        yield


@pytest.fixture
def settings(database_url: str) -> Settings:
    return patient(database_url)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def slot(figures: Any, label: str) -> Any:
    return next(each for each in figures["slots"] if each["label"] == label)


def test_it_works(manager: Person) -> None:
    """Two slots of 20: 10 days, 10 and 5 units."""
    seller = make_seller(manager)
    seller.report(BEGIN)
    seller.report(BEGIN + days(5), A1=6)
    seller.report(BEGIN + days(10), A1=4, A2=5)
    figures = seller.metrics()
    assert figures["sold_out_slots"] == 0
    assert figures["unknown_slots"] == 0
    assert figures["units_to_par"] == 15
    assert figures["product_level_percent"] == pytest.approx(62.5)
    assert figures["units_per_day"] == pytest.approx(1.5)
    assert figures["estimated_slots"] == 0
    assert figures["days_of_inventory"] == pytest.approx(10)
    assert figures["days_of_inventory_median"] == pytest.approx(20)
    assert figures["last_read_at"] == as_utc(BEGIN + days(10))
    assert figures["last_visit_at"] is None
    assert slot(figures, "A1") == {
        "slot_id": seller.slots[0],
        "cabinet_id": seller.cabinet_id,
        "label": "A1",
        "selection": "A1",
        "product_id": seller.products[0],
        "product_name": manager.get(f"/api/products/{seller.products[0]}").json["name"],
        "product_archived_at": None,
        "sells_out_at": None,
        "capacity": 20,
        "par_level": 20,
        "quantity": 10,
        "units_per_day": pytest.approx(1),
        "units_per_day_basis": "measured",
        "days_of_inventory": pytest.approx(10),
        "estimated_quantity": None,
        "known_at": as_utc(BEGIN + days(10)),
        "state": "ok",
        "sold_out": False,
        "units_to_par": 10,
        "lost_cents_per_day": 0,
        "lost_without_cost": False,
    }


def test_a_device_that_was_never_stocked_or_read_has_no_figures(manager: Person) -> None:
    device = make_device(manager)
    figures = manager.get(f"/api/devices/{device['id']}/metrics").json
    names = (
        "days_of_inventory",
        "days_of_inventory_median",
        "product_level_percent",
        "units_to_par",
        "units_per_day",
        "last_read_at",
        "last_visit_at",
    )
    assert [figures[name] for name in names] == [None] * len(names)
    assert figures["slots"] == figures["faults"] == figures["price_differences"] == []


def test_a_quantity_nobody_knows_gives_no_figure(manager: Person) -> None:
    seller = make_seller(manager, quantities=(None, 10))
    seller.report(BEGIN)
    seller.report(BEGIN + days(1), A1=2)
    seller.report(BEGIN + days(2), A1=2)
    figures = seller.metrics()
    unknown = slot(figures, "A1")
    assert unknown["quantity"] is None
    assert unknown["units_to_par"] is None
    assert unknown["days_of_inventory"] is None
    assert unknown["sold_out"] is False
    assert unknown["units_per_day"] == pytest.approx(2)
    assert figures["unknown_slots"] == 1
    assert figures["product_level_percent"] == pytest.approx(50)
    assert figures["units_to_par"] == 10


def test_nothing_sells_is_a_velocity_of_zero_but_lasts_nobody_knows_how_long(
    manager: Person,
) -> None:
    seller = make_seller(manager, quantities=(8,))
    for day in range(3):
        seller.report(BEGIN + days(day))
    figures = seller.metrics()
    assert slot(figures, "A1")["units_per_day"] == 0
    assert slot(figures, "A1")["days_of_inventory"] is None
    assert figures["days_of_inventory"] is None


def test_velocity_needs_two_intervals(manager: Person) -> None:
    seller = make_seller(manager)
    seller.report(BEGIN)
    seller.report(BEGIN + days(1), A1=4)
    assert seller.metrics()["units_per_day"] is None
    seller.report(BEGIN + days(2), A1=4)
    assert slot(seller.metrics(), "A1")["units_per_day"] == pytest.approx(4)


def test_velocity_is_measured_over_28_days(manager: Person) -> None:
    """What was sold in the rush before the window does not count."""
    seller = make_seller(manager, quantities=(100,), capacity=100)
    seller.report(BEGIN)
    seller.report(BEGIN + days(2), A1=50)
    for day in (16, 30):
        seller.report(BEGIN + days(day), A1=7)
    assert slot(seller.metrics(), "A1")["units_per_day"] == pytest.approx(14 / 28)


def test_the_window_holds_two_intervals_however_long_they_are(manager: Person) -> None:
    seller = make_seller(manager, quantities=(100,), capacity=100)
    for day, units in ((0, 0), (25, 20), (50, 30)):
        seller.report(BEGIN + days(day), A1=units)
    assert slot(seller.metrics(), "A1")["units_per_day"] == pytest.approx(50 / 50)


def test_time_sold_out_is_left_out(manager: Person) -> None:
    """Sold out from the second read on: 4 units in 2 days, not in 10."""
    seller = make_seller(manager, quantities=(4, 20))
    seller.report(BEGIN)
    seller.report(BEGIN + days(2), A1=4, A2=2)
    seller.report(BEGIN + days(10), A2=8)
    figures = seller.metrics()
    assert slot(figures, "A1")["sold_out"] is True
    assert slot(figures, "A1")["units_per_day"] == pytest.approx(2)
    assert slot(figures, "A2")["units_per_day"] == pytest.approx(1)
    assert figures["sold_out_slots"] == 1


def test_time_sold_out_ends_with_the_refill(manager: Person) -> None:
    """Out from day 2 to day 6, then filled: 4 + 6 units in 2 + 4 days."""
    seller = make_seller(manager, quantities=(4,))
    seller.report(BEGIN)
    seller.report(BEGIN + days(2), A1=4)
    seller.set_slots({0: {"quantity": 20}}, at=BEGIN + days(6))
    seller.report(BEGIN + days(10), A1=6)
    assert slot(seller.metrics(), "A1")["units_per_day"] == pytest.approx(10 / 6, rel=1e-3)


def test_a_slot_that_was_hardly_ever_in_stock_has_no_velocity(manager: Person) -> None:
    seller = make_seller(manager, quantities=(0, 20))
    for day in range(4):
        seller.report(BEGIN + days(day), A2=1)
    assert slot(seller.metrics(), "A1")["units_per_day"] is None
    assert seller.metrics()["units_per_day"] == pytest.approx(1)


def test_slots_of_one_selection_share_its_sales_and_are_one_stock(manager: Person) -> None:
    """Also when they hold different products: a sale is booked on the first slot's."""
    seller = make_seller(manager, quantities=(10, 10), selections=("A1", "A1"))
    seller.report(BEGIN)
    seller.report(BEGIN + days(10), A1=6)
    seller.report(BEGIN + days(20), A1=6)
    figures = seller.metrics()
    assert [each["quantity"] for each in figures["slots"]] == [0, 8]
    assert [each["units_per_day"] for each in figures["slots"]] == [pytest.approx(0.3)] * 2
    assert figures["units_per_day"] == pytest.approx(0.6)
    assert figures["days_of_inventory"] == pytest.approx(8 / 0.6)


def test_a_new_product_in_a_slot_starts_over(manager: Person) -> None:
    """And is measured once two audits have closed since it came."""
    seller = make_seller(manager)
    for day in range(3):
        seller.report(BEGIN + days(day), A1=5)
    assert slot(seller.metrics(), "A1")["units_per_day"] == pytest.approx(10 / 2)
    new = {"product_id": make_product(manager)["id"], "quantity": 20}
    seller.set_slots({0: new}, at=BEGIN + days(2.5))
    assert slot(seller.metrics(), "A1")["units_per_day"] is None
    seller.report(BEGIN + days(4.5), A1=2)
    assert slot(seller.metrics(), "A1")["units_per_day"] is None
    seller.report(BEGIN + days(6.5), A1=4)
    assert slot(seller.metrics(), "A1")["units_per_day"] == pytest.approx(6 / 4)


def test_low_is_a_quarter_of_par_or_less_but_not_sold_out(manager: Person) -> None:
    seller = make_seller(manager, quantities=(0, 1, 5, 6, 20))
    figures = seller.metrics()
    assert figures["sold_out_slots"] == 1
    assert figures["low_slots"] == 2


def test_more_than_par_never_counts_against_what_is_missing(manager: Person) -> None:
    seller = make_seller(manager, quantities=(10, 2), par_level=6)
    figures = seller.metrics()
    assert [each["units_to_par"] for each in figures["slots"]] == [0, 4]
    assert figures["units_to_par"] == 4
    assert figures["product_level_percent"] == pytest.approx(100)


def test_slots_without_a_product_are_left_out(manager: Person) -> None:
    seller = make_seller(manager, quantities=(0, 10))
    seller.set_slots({0: {"product_id": None}}, at=BEGIN)
    figures = seller.metrics()
    assert [each["label"] for each in figures["slots"]] == ["A2"]
    assert figures["sold_out_slots"] == 0
    assert figures["product_level_percent"] == pytest.approx(50)


def test_prices_are_compared_with_the_last_audit(manager: Person) -> None:
    seller = make_seller(manager, price_cents=150)
    seller.report(BEGIN)
    assert seller.metrics()["price_differences"] == []
    seller.machine.price("A2", 175)
    seller.report(BEGIN + days(1))
    (difference,) = seller.metrics()["price_differences"]
    assert (difference["selection"], difference["label"]) == ("A2", "A2")
    assert (difference["price_cents"], difference["machine_price_cents"]) == (150, 175)
    seller.set_slots({1: {"price_cents": 175}}, at=BEGIN + days(1))
    assert seller.metrics()["price_differences"] == []


def test_faults_are_those_that_are_active_at_the_last_audit(manager: Person) -> None:
    seller = make_seller(manager)
    seller.machine.fault("EJB", BEGIN - days(0.1), active=True)
    seller.report(BEGIN)
    assert [fault["code"] for fault in seller.metrics()["faults"]] == ["EJB"]
    seller.machine.odometers.event_tallies["EJB"].active = False
    seller.report(BEGIN + days(1))
    assert seller.metrics()["faults"] == []


def test_figures_do_not_depend_on_the_order_in_which_audits_arrive(manager: Person) -> None:
    found = []
    for order in ((0, 1, 2, 3), (3, 1, 0, 2)):
        seller = make_seller(manager)
        audits = []
        for day, units in enumerate((0, 2, 3, 4)):
            seller.machine.sell("A1", units)
            audits.append(seller.audit(BEGIN + days(day)))
        for place in order:
            seller.send(audits[place])
        figures = seller.metrics()
        found.append([figures[name] for name in ("units_per_day", "units_to_par", "last_read_at")])
    assert found[0] == found[1] == [pytest.approx(3), 9, as_utc(BEGIN + days(3))]


def test_a_driver_sees_their_own_devices_and_no_others(
    manager: Person, driver: Person, other_driver: Person, viewer: Person
) -> None:
    seller: Seller = make_seller(manager, route_id=make_route(manager, driver=driver)["id"])
    assert seller.metrics(driver) == seller.metrics(viewer) == seller.metrics()
    path = f"/api/devices/{seller.device_id}/metrics"
    assert other_driver.get(path).status == 404
    assert manager.get("/api/devices/999/metrics").status == 404
