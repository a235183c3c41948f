"""Changes of many rows from a later day on: planned, shown before, taken back, done on the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from auth import console
from db import Engine
from errors import Conflict
from jobs import enqueue
from server.job_worker import JobWorker
from services.fleet import mass_change_service
from settings import Settings
from tests.kit.factories import make_product
from tests.kit.moving_clock import reach
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, Seller, in_their_time, make_seller, patient

TODAY, TOMORROW, NEXT_WEEK = "2026-01-05", "2026-01-06", "2026-01-12"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with in_their_time():
        yield


@pytest.fixture
def settings(database_url: str) -> Settings:
    return patient(database_url)


@pytest.fixture
def seller(manager: Person) -> Seller:
    """A1 and A2 cost 1.50 on the fifth of January."""
    made = make_seller(manager)
    reach(BEGIN)
    return made


def plan(person: Person, ids: list[int], change: Any, from_on: str = TOMORROW) -> Any:
    """The answer, whatever its status."""
    body = {"change": change, "selection": {"ids": ids}, "from_on": from_on}
    return person.post("/api/planned-changes", json=body)


def price(cents: int, **more: Any) -> Any:
    return {"kind": "slot_price", "price": {"set_cents": cents}, **more}


def work(engine: Engine) -> None:
    """The job that a worker does now and then."""
    with engine.writing() as db:
        enqueue(db, console(), "changes.planned", {})
    assert JobWorker(engine, "worker").run_one()


def at(day: int) -> None:
    reach(BEGIN + timedelta(days=day))


def prices(seller: Seller) -> list[int]:
    path = f"/api/cabinets/{seller.cabinet_id}/planogram"
    return [slot["price_cents"] for slot in seller.person.get(path).json["slots"]]


def planned(person: Person, **query: Any) -> list[Any]:
    items: list[Any] = person.get("/api/planned-changes", query_string=query).json["items"]
    return items


def test_a_price_changes_on_its_day_and_not_before(seller: Seller, engine: Engine) -> None:
    made = plan(seller.person, [seller.device_id], price(175))
    assert made.status == 201, made.text
    work(engine)
    assert prices(seller) == [150, 150]
    assert [each["state"] for each in planned(seller.person)] == ["planned"]

    at(1)
    work(engine)
    assert prices(seller) == [175, 175]
    (ended,) = planned(seller.person, ended="true")
    assert (ended["state"], ended["username"]) == ("done", "max")
    assert planned(seller.person) == []

    work(engine)
    done = seller.person.get("/api/mass-changes").json["items"]
    assert [each["id"] for each in done] == [ended["mass_change_id"]]


def test_what_took_effect_is_taken_back_like_any_change(seller: Seller, engine: Engine) -> None:
    plan(seller.person, [seller.device_id], price(175))
    at(1)
    work(engine)
    (ended,) = planned(seller.person, ended="true")
    back = seller.person.post(f"/api/mass-changes/{ended['mass_change_id']}/undo")
    assert back.status == 200, back.text
    assert prices(seller) == [150, 150]


def test_one_product_comes_in_place_of_another_on_the_day(seller: Seller, engine: Engine) -> None:
    other = make_product(seller.person, name="Cola Zero")
    change = {"kind": "slot_product", "product_id": seller.products[0]}
    change |= {"replacement_id": other["id"], "price_cents": 199}
    made = plan(seller.person, [seller.device_id], change)
    assert made.json["target"] == "Cola Zero"
    at(1)
    work(engine)
    path = f"/api/cabinets/{seller.cabinet_id}/planogram"
    first, second = seller.person.get(path).json["slots"]
    assert (first["product_id"], first["price_cents"]) == (other["id"], 199)
    assert (second["product_id"], second["price_cents"]) == (seller.products[1], 150)


def test_percents_are_reckoned_from_what_the_price_is_on_the_day(
    seller: Seller, engine: Engine
) -> None:
    plan(seller.person, [seller.device_id], {"kind": "slot_price", "price": {"percent": 10}})
    seller.set_slots({0: {"price_cents": 200}}, at=BEGIN)
    at(1)
    work(engine)
    assert prices(seller) == [220, 165]


def test_two_changes_take_effect_in_the_order_of_their_days(seller: Seller, engine: Engine) -> None:
    plan(seller.person, [seller.device_id], price(190), NEXT_WEEK)
    plan(seller.person, [seller.device_id], price(175), TOMORROW)
    assert [each["from_on"] for each in planned(seller.person)] == [TOMORROW, NEXT_WEEK]
    at(8)
    work(engine)
    assert prices(seller) == [190, 190]


def test_a_planned_change_is_taken_back_before_its_day(seller: Seller, engine: Engine) -> None:
    made = plan(seller.person, [seller.device_id], price(175)).json
    path = f"/api/planned-changes/{made['id']}/cancellation"
    assert seller.person.post(path).json["state"] == "cancelled"
    assert seller.person.post(path).status == 409
    at(1)
    work(engine)
    assert prices(seller) == [150, 150]


def test_it_shows_before_what_it_would_do(seller: Seller) -> None:
    made = plan(seller.person, [seller.device_id], price(175)).json
    shown = seller.person.get(f"/api/planned-changes/{made['id']}/preview").json
    assert shown["changed"] == 2
    assert [(part["from"], part["to"]) for part in shown["parts"]] == [(150, 175)] * 2


def test_what_cannot_be_done_on_the_day_says_why_and_holds_up_nothing_else(
    seller: Seller, engine: Engine, admin: Person
) -> None:
    other = make_product(seller.person)
    change = {"kind": "slot_product", "product_id": seller.products[0]}
    plan(seller.person, [seller.device_id], change | {"replacement_id": other["id"]})
    plan(seller.person, [seller.device_id], price(175))
    body = {"version": other["version"], "archived": True}
    assert seller.person.patch(f"/api/products/{other['id']}", json=body).status == 200
    at(1)
    work(engine)
    done, failed = planned(seller.person, ended="true")
    assert (done["state"], failed["state"]) == ("done", "failed")
    assert failed["problem"] == "change/replacement_id is not another product in use"
    assert prices(seller) == [175, 175]
    entries = admin.get("/api/audit-entries?noun=planned_change").json["items"]
    assert "planned_change.failed" in [entry["action"] for entry in entries]


def test_what_somebody_saves_at_that_moment_lets_no_planned_change_fail(
    seller: Seller, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(seller.person, [seller.device_id], price(175))
    conflicts = [Conflict("Something changed since the preview.")]
    change_at_once = mass_change_service.create_mass_change

    def interrupted(*args: Any, **more: Any) -> Any:
        if conflicts:
            raise conflicts.pop()
        return change_at_once(*args, **more)

    monkeypatch.setattr(mass_change_service, "create_mass_change", interrupted)
    at(1)
    work(engine)
    assert prices(seller) == [175, 175]
    assert [each["state"] for each in planned(seller.person, ended="true")] == ["done"]


def test_machines_that_are_archived_meanwhile_are_left_out(
    seller: Seller, engine: Engine, admin: Person
) -> None:
    gone = make_seller(seller.person)
    plan(seller.person, [seller.device_id, gone.device_id], price(175))
    plan(seller.person, [gone.device_id], price(180))
    version = admin.get(f"/api/devices/{gone.device_id}").json["version"]
    body = {"version": version, "archived": True}
    assert admin.patch(f"/api/devices/{gone.device_id}", json=body).status == 200
    at(1)
    work(engine)
    assert (prices(seller), prices(gone)) == ([175, 175], [150, 150])
    failed, _ = planned(seller.person, ended="true")
    assert failed["problem"] == "None of what was chosen is in use any more."


def test_a_list_price_changes_on_its_day(seller: Seller, engine: Engine) -> None:
    product = make_product(seller.person, price_cents=100)
    change = {"kind": "product_price", "price": {"set_cents": 120}}
    assert plan(seller.person, [product["id"]], change).status == 201
    at(1)
    work(engine)
    path = f"/api/products/{product['id']}"
    assert seller.person.get(path).json["price_cents"] == 120


@pytest.mark.parametrize("day", ["2026-01-04", TODAY, "2029-01-01"])
def test_a_day_that_is_not_ahead_or_too_far_is_refused(seller: Seller, day: str) -> None:
    answer = plan(seller.person, [seller.device_id], price(175), day)
    assert (answer.status, answer.pointers) == (422, ["/from_on"])


def test_only_prices_and_products_are_planned(seller: Seller) -> None:
    change = {"kind": "device_archived", "archived": True}
    assert plan(seller.person, [seller.device_id], change).status == 422


def test_drivers_plan_nothing(seller: Seller, driver: Person) -> None:
    assert plan(driver, [seller.device_id], price(175)).status == 403
    assert driver.get("/api/planned-changes").status == 403
