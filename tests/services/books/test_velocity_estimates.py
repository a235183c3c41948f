"""Velocities that a machine cannot know from its own sales: estimated from others, and said so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import clock
from settings import Settings
from tests.kit.factories import make_device_type, make_location, make_product, make_route
from tests.kit.moving_clock import reach
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, Seller, in_their_time, make_seller, patient

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    with in_their_time():
        yield


@pytest.fixture
def settings(database_url: str) -> Settings:
    return patient(database_url)


@pytest.fixture
def snack(manager: Person) -> Any:
    """A kind of machine."""
    return make_device_type(manager)["id"]


@pytest.fixture
def cola(manager: Person) -> Any:
    return make_product(manager)["id"]


def place(manager: Person, kind: str | None = None) -> int:
    return int(make_location(manager, kind=kind)["id"])


def sell(seller: Seller, *, units: int) -> None:
    """Audits of three days in which A1 sold so many units a day."""
    seller.report(BEGIN)
    for day in (1, 2):
        seller.report(BEGIN + timedelta(days=day), A1=units)


def seller_of(person: Person, product: int, *, units: int, **more: Any) -> Seller:
    """A machine that sells so many of the product a day."""
    seller = make_seller(person, quantities=(40,), capacity=40, products=[product], **more)
    sell(seller, units=units)
    return seller


def newcomer(person: Person, product: int, **more: Any) -> Seller:
    """A machine with 20 of the product that never reported, counted just now."""
    counted_at = clock.to_datetime(clock.now())
    return make_seller(person, quantities=(20,), products=[product], counted_at=counted_at, **more)


def known(seller: Seller) -> tuple[Any, str | None]:
    """What A1 sells a day, and what that rests on."""
    (slot,) = seller.metrics()["slots"]
    return slot["units_per_day"], slot["units_per_day_basis"]


def test_a_new_machine_sells_what_similar_machines_sell(
    manager: Person, snack: int, cola: int
) -> None:
    """Same type, same kind of place; a factory and another type say nothing about a school."""
    at = {
        kind: {"device_type_id": snack, "location_id": place(manager, kind)}
        for kind in ("education", "factory")
    }
    seller_of(manager, cola, units=2, **at["education"])
    seller_of(manager, cola, units=4, device_type_id=snack, location_id=place(manager, "education"))
    seller_of(manager, cola, units=9, **at["factory"])
    seller_of(manager, cola, units=9, location_id=at["education"]["location_id"])
    new = newcomer(manager, cola, **at["education"])
    assert known(new) == (3, "similar")
    figures = new.metrics()
    assert figures["estimated_slots"] == 1
    assert figures["units_per_day"] == 3
    assert figures["days_of_inventory"] == pytest.approx(20 / 3)
    assert figures["days_of_inventory_median"] == pytest.approx(20 / 3)


def test_where_none_is_similar_it_is_the_mean_of_the_fleet(
    manager: Person, snack: int, cola: int
) -> None:
    seller_of(manager, cola, units=2)
    seller_of(manager, cola, units=5, device_type_id=snack, location_id=place(manager, "hotel"))
    new = newcomer(manager, cola, device_type_id=snack, location_id=place(manager, "education"))
    assert known(new) == (3.5, "fleet")


@pytest.mark.parametrize("has_location", [True, False])
def test_without_a_kind_of_place_a_machine_is_compared_by_its_type(
    manager: Person, snack: int, cola: int, has_location: bool
) -> None:
    seller_of(manager, cola, units=9)
    seller_of(manager, cola, units=2, device_type_id=snack, location_id=place(manager, "hotel"))
    where = {"location_id": place(manager)} if has_location else {}
    assert known(newcomer(manager, cola, device_type_id=snack, **where)) == (2, "similar")


def test_what_nobody_sells_yet_stays_unknown(manager: Person, snack: int, cola: int) -> None:
    seller_of(manager, make_product(manager)["id"], units=2, device_type_id=snack)
    new = newcomer(manager, cola, device_type_id=snack)
    assert known(new) == (None, None)
    figures = new.metrics()
    assert figures["estimated_slots"] == 0
    assert figures["units_per_day"] is None
    assert figures["days_of_inventory"] is None


def test_two_intervals_of_its_own_end_the_estimate(manager: Person, snack: int, cola: int) -> None:
    seller_of(manager, cola, units=5, device_type_id=snack)
    new = newcomer(manager, cola, device_type_id=snack)
    new.report(BEGIN)
    new.report(BEGIN + timedelta(days=1), A1=1)
    assert known(new) == (5, "similar")
    new.report(BEGIN + timedelta(days=2), A1=1)
    assert known(new) == (1, "measured")
    assert new.metrics()["estimated_slots"] == 0


def test_estimates_are_no_source_of_estimates(manager: Person, snack: int, cola: int) -> None:
    seller_of(manager, cola, units=4, device_type_id=snack)
    assert known(newcomer(manager, cola, device_type_id=snack)) == (4, "similar")
    seller_of(manager, cola, units=8, device_type_id=snack)
    assert known(newcomer(manager, cola, device_type_id=snack)) == (6, "similar")
    assert known(newcomer(manager, cola)) == (6, "fleet")


def test_a_new_product_sells_as_in_the_other_slots_of_the_machine(
    manager: Person, cola: int
) -> None:
    tea = make_product(manager)["id"]
    seller = make_seller(manager, products=[tea, cola])
    for day in range(3):
        seller.report(BEGIN + timedelta(days=day), A1=1, A2=3)
    seller.set_slots({0: {"product_id": cola, "quantity": 20}}, at=BEGIN + timedelta(days=2.5))
    figures = seller.metrics()
    assert [slot["units_per_day_basis"] for slot in figures["slots"]] == ["similar", "measured"]
    assert figures["slots"][0]["units_per_day"] == 3
    assert figures["estimated_slots"] == 1


def test_an_archived_machine_no_longer_counts(
    manager: Person, admin: Person, snack: int, cola: int
) -> None:
    gone = seller_of(manager, cola, units=8, device_type_id=snack)
    seller_of(manager, cola, units=2, device_type_id=snack)
    assert known(newcomer(manager, cola, device_type_id=snack)) == (5, "similar")
    assert admin.delete(f"/api/devices/{gone.device_id}").status == 204
    assert known(newcomer(manager, cola, device_type_id=snack)) == (2, "similar")


@pytest.mark.both
def test_a_removed_cabinet_no_longer_counts(manager: Person, snack: int, cola: int) -> None:
    gone = seller_of(manager, cola, units=8, device_type_id=snack)
    assert manager.delete(f"/api/cabinets/{gone.cabinet_id}").status == 204
    assert known(newcomer(manager, cola, device_type_id=snack)) == (None, None)


def test_an_emptied_slot_sells_nothing_anybody_knows_of(
    manager: Person, snack: int, cola: int
) -> None:
    seller_of(manager, cola, units=5, device_type_id=snack)
    new = newcomer(manager, cola, device_type_id=snack)
    new.set_slots({0: {"product_id": None}}, at=BEGIN)
    slots = manager.get(f"/api/cabinets/{new.cabinet_id}/planogram").json["slots"]
    assert [(s["units_per_day"], s["units_per_day_basis"]) for s in slots] == [(None, None)]


def test_another_kind_of_place_means_other_machines(manager: Person, snack: int, cola: int) -> None:
    seller_of(manager, cola, units=2, device_type_id=snack, location_id=place(manager, "hotel"))
    seller_of(manager, cola, units=6, device_type_id=snack, location_id=place(manager, "factory"))
    here = place(manager, "hotel")
    new = newcomer(manager, cola, device_type_id=snack, location_id=here)
    assert known(new) == (2, "similar")
    manager.patch(f"/api/locations/{here}", json={"version": 1, "kind": "factory"})
    assert known(new) == (6, "similar")
    manager.patch(f"/api/locations/{here}", json={"version": 2, "kind": "retail"})
    assert known(new) == (4, "fleet")
    assert new.metrics()["days_of_inventory"] == 5


def test_another_place_and_another_type_mean_other_machines(
    manager: Person, snack: int, cola: int
) -> None:
    there = place(manager, "factory")
    seller_of(manager, cola, units=2, device_type_id=snack, location_id=place(manager, "hotel"))
    seller_of(manager, cola, units=6, device_type_id=snack, location_id=there)
    new = newcomer(manager, cola, location_id=place(manager, "hotel"))
    assert known(new) == (4, "fleet")
    path = f"/api/devices/{new.device_id}"
    manager.patch(path, json={"version": 1, "device_type_id": snack})
    assert known(new) == (2, "similar")
    moved = manager.patch(path, json={"version": 2, "location_id": there}).json
    assert known(new) == (6, "similar")
    assert moved["days_of_inventory"] == pytest.approx(20 / 6)


@pytest.mark.both
def test_lists_and_boards_say_how_many_slots_are_estimates(
    manager: Person, snack: int, cola: int
) -> None:
    route = make_route(manager)["id"]
    seller_of(manager, cola, units=2, device_type_id=snack, route_id=route)
    newcomer(manager, cola, device_type_id=snack, route_id=route)
    for path in (f"/api/routes/{route}/devices?sort=asset", "/api/devices"):
        rows = manager.get(path).json["items"]
        assert [row["estimated_slots"] for row in rows] == [0, 1]


def test_an_estimate_stays_for_a_day_or_until_its_machine_is_touched(
    manager: Person, snack: int, cola: int
) -> None:
    """Another machine's audit does not rewrite the fleet; the own next event does, or the day."""
    seller = seller_of(manager, cola, units=2, device_type_id=snack)
    touched, left = (newcomer(manager, cola, device_type_id=snack) for _ in range(2))
    seller.report(BEGIN + timedelta(days=2, hours=12), A1=5)
    assert known(seller) == (pytest.approx(3.6), "measured")
    assert known(touched) == known(left) == (2, "similar")
    touched.set_slots({0: {"quantity": 10}}, at=BEGIN + timedelta(days=2, hours=12))
    assert known(touched) == (pytest.approx(3.6), "similar")
    assert known(left) == (2, "similar")
    reach(BEGIN + timedelta(days=4))
    assert known(left) == (pytest.approx(3.6), "similar")


def test_booking_an_audit_asks_the_fleet_only_where_something_is_not_measured(
    manager: Person, snack: int, cola: int, statements: list[str]
) -> None:
    seller = seller_of(manager, cola, units=2, device_type_id=snack)

    def asked(day: int) -> int:
        del statements[:]
        seller.report(BEGIN + timedelta(days=day), A1=1)
        return sum("avg(s.units_per_day)" in sql for sql in statements)

    assert asked(3) == 0
    seller.set_slots(
        {0: {"product_id": make_product(manager)["id"], "quantity": 20}},
        at=BEGIN + timedelta(days=3.5),
    )
    assert asked(4) == 1
