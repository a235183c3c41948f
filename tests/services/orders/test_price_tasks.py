"""Price tasks: the next visit is told which prices the machine asks otherwise than CVD wants."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from settings import Settings
from tests.kit.factories import make_route
from tests.kit.moving_clock import reach
from tests.kit.people import Person
from tests.kit.sellers import BEGIN, Seller, as_utc, in_their_time, make_seller, patient


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with in_their_time():
        yield


@pytest.fixture
def settings(database_url: str) -> Settings:
    return patient(database_url)


@pytest.fixture
def seller(manager: Person, driver: Person) -> Seller:
    """A1 and A2 are to cost 1.75; the machine asks 1.50 for A1 since its last audit."""
    route = make_route(manager, driver=driver)
    seller = make_seller(manager, price_cents=175, route_id=route["id"])
    seller.machine.price("A1", 150)
    seller.report(BEGIN)
    return seller


def days(count: float) -> timedelta:
    return timedelta(days=count)


def make_order(seller: Seller) -> Any:
    device = seller.person.get(f"/api/devices/{seller.device_id}").json
    body = {
        "route_id": device["route_id"],
        "cabinet_ids": [seller.cabinet_id],
    }
    answer = seller.person.post("/api/service-orders", json=body)
    assert answer.status == 201, answer.text
    return answer.json


def visit(person: Person, order: Any, seller: Seller, at: Any, *answers: Any) -> Any:
    """The answer to a visit, whatever its status."""
    reach(at)
    path = f"/api/service-orders/{order['id']}/visits"
    fixed = {"fills": [], "finished_at": as_utc(at), "price_answers": list(answers)}
    return person.post(path, json={"cabinet_id": seller.cabinet_id, **fixed})


def done(seller: Seller, price_cents: int = 175) -> Any:
    return {"slot_id": seller.slots[0], "price_cents": price_cents, "outcome": "done"}


def not_done(seller: Seller, **more: Any) -> Any:
    return {**done(seller), "outcome": "not_done", **more}


def tasks(person: Person, order: Any) -> Any:
    """(label, wanted, asked, whether it is to do) of the order's one stop."""
    (stop,) = person.get(f"/api/service-orders/{order['id']}").json["cabinets"]
    return [
        (each["label"], each["price_cents"], each["machine_price_cents"], each["is_to_do"])
        for each in stop["price_differences"]
    ]


def test_the_driver_is_told_which_price_to_set(seller: Seller, driver: Person) -> None:
    assert tasks(driver, make_order(seller)) == [("A1", 175, 150, True)]


def test_a_stop_without_a_difference_says_nothing(seller: Seller, driver: Person) -> None:
    seller.machine.price("A1", 175)
    seller.report(BEGIN + days(1))
    assert tasks(driver, make_order(seller)) == []


def test_a_slot_without_a_price_of_its_own_is_no_task(seller: Seller, driver: Person) -> None:
    seller.set_slots({0: {"price_cents": None}}, at=BEGIN)
    assert tasks(driver, make_order(seller)) == []


def test_a_price_that_was_set_waits_for_the_next_audit(seller: Seller, driver: Person) -> None:
    first = make_order(seller)
    assert visit(driver, first, seller, BEGIN + days(1), done(seller)).status == 201
    second = make_order(seller)
    assert tasks(driver, second) == [("A1", 175, 150, False)]
    (difference,) = seller.metrics()["price_differences"]
    assert difference["answer"]["outcome"] == "done"
    assert difference["answer"]["username"] == "dora"

    seller.report(BEGIN + days(2))
    assert tasks(driver, second) == [("A1", 175, 150, True)]

    seller.machine.price("A1", 175)
    seller.report(BEGIN + days(3))
    assert tasks(driver, second) == []


def test_a_price_that_was_not_set_stays_to_do_and_says_why(seller: Seller, driver: Person) -> None:
    order = make_order(seller)
    answer = not_done(seller, reason="other", notes="Keypad is dead")
    visited = visit(driver, order, seller, BEGIN + days(1), answer)
    assert visited.status == 201, visited.text
    (kept,) = visited.json["price_answers"]
    assert (kept["label"], kept["outcome"], kept["notes"]) == ("A1", "not_done", "Keypad is dead")
    assert tasks(driver, make_order(seller)) == [("A1", 175, 150, True)]
    (difference,) = seller.metrics()["price_differences"]
    assert (difference["answer"]["reason"], difference["is_to_do"]) == ("other", True)


def test_it_stays_on_today_until_an_audit_reports_the_price(seller: Seller, driver: Person) -> None:
    visit(driver, make_order(seller), seller, BEGIN + days(1), done(seller))
    attention = seller.person.get("/api/dashboard").json["attention"]
    assert attention["price_differences"]["count"] == 1
    seller.machine.price("A1", 175)
    seller.report(BEGIN + days(2))
    attention = seller.person.get("/api/dashboard").json["attention"]
    assert attention["price_differences"]["count"] == 0


def test_what_was_said_of_another_price_does_not_count(seller: Seller, driver: Person) -> None:
    visit(driver, make_order(seller), seller, BEGIN + days(1), done(seller))
    seller.set_slots({0: {"price_cents": 180}}, at=BEGIN + days(1))
    assert tasks(driver, make_order(seller)) == [("A1", 180, 150, True)]
    (difference,) = seller.metrics()["price_differences"]
    assert difference["answer"] is None


def test_a_reversed_visit_set_nothing(seller: Seller, driver: Person) -> None:
    order = make_order(seller)
    made = visit(driver, order, seller, BEGIN + days(1), done(seller)).json
    reversal = {"reason": "Wrong machine"}
    answer = seller.person.post(f"/api/visits/{made['id']}/reversal", json=reversal)
    assert answer.status == 200
    assert tasks(driver, order) == [("A1", 175, 150, True)]


def test_a_visit_without_an_answer_leaves_the_task_open(seller: Seller, driver: Person) -> None:
    visited = visit(driver, make_order(seller), seller, BEGIN + days(1))
    assert visited.json["price_answers"] == []
    assert tasks(driver, make_order(seller)) == [("A1", 175, 150, True)]


def test_a_visit_without_an_order_sets_prices_too(seller: Seller, driver: Person) -> None:
    body = {"cabinet_id": seller.cabinet_id, "fills": [], "price_answers": [done(seller)]}
    assert driver.post("/api/visits", json=body).status == 201
    (difference,) = seller.metrics()["price_differences"]
    assert difference["answer"]["outcome"] == "done"


def test_it_says_what_the_difference_costs_a_day(seller: Seller) -> None:
    (difference,) = seller.metrics()["price_differences"]
    assert difference["lost_cents_per_day"] is None
    for day in range(1, 15):
        seller.report(BEGIN + days(day), A1=2)
    (difference,) = seller.metrics()["price_differences"]
    assert difference["lost_cents_per_day"] == 50
    seller.machine.price("A1", 200)
    seller.report(BEGIN + days(15), A1=2)
    (difference,) = seller.metrics()["price_differences"]
    assert difference["lost_cents_per_day"] == -50


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"slot_id": 999_999}, "/price_answers/0/slot_id"),
        ({"outcome": "not_done"}, "/price_answers/0/reason"),
        ({"outcome": "not_done", "reason": "other"}, "/price_answers/0/notes"),
        ({"outcome": "not_done", "reason": "other", "notes": "  "}, "/price_answers/0/notes"),
    ],
)
def test_an_answer_that_cannot_be_is_named(
    seller: Seller, driver: Person, change: Any, pointer: str
) -> None:
    order = make_order(seller)
    answer = visit(driver, order, seller, BEGIN + days(1), {**done(seller), **change})
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert driver.get(f"/api/service-orders/{order['id']}").json["status"] == "planned"


def test_a_slot_is_answered_for_once(seller: Seller, driver: Person) -> None:
    order = make_order(seller)
    twice = (done(seller), not_done(seller, reason="no_time"))
    answer = visit(driver, order, seller, BEGIN + days(1), *twice)
    assert answer.status == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/price_answers/1/slot_id"]


def test_the_audit_log_says_what_was_done_about_prices(
    seller: Seller, driver: Person, admin: Person
) -> None:
    made = visit(driver, make_order(seller), seller, BEGIN + days(1), done(seller)).json
    path = f"/api/audit-entries?noun=visit&noun_id={made['id']}"
    (entry,) = admin.get(path).json["items"]
    changes = {each["field"]: each["to"] for each in entry["changes"]}
    assert "done" in str(changes["price_answers"])
