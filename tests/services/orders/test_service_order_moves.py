"""Assigning and cancelling service orders."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.kit.factories import make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


@pytest.fixture
def stop(manager, route):
    return make_stop(manager, route["id"], quantities=[3])


@pytest.fixture
def planned(manager, route, stop):
    return order(manager, route["id"], stop)


def assign(person, service_order, driver_id):
    path = f"/api/service-orders/{service_order['id']}/assignment"
    return person.post(path, json={"driver_id": driver_id})


def cancel(person, service_order, reason="Snow"):
    return person.post(
        f"/api/service-orders/{service_order['id']}/cancellation", json={"reason": reason}
    )


@pytest.mark.both
def test_an_assigned_order_is_the_new_driver_s(manager, driver, other_driver, planned):
    answer = assign(manager, planned, other_driver.id)
    assert (answer.status, answer.json["driver_id"]) == (200, other_driver.id)
    assert answer.json["version"] > planned["version"]
    path = f"/api/service-orders/{planned['id']}"
    assert (driver.get(path).status, other_driver.get(path).status) == (404, 200)


@pytest.mark.both
def test_an_order_can_be_nobody_s(manager, driver, planned):
    assert assign(manager, planned, None).json["driver_name"] is None
    assert driver.get("/api/service-orders").json["items"] == []


def test_only_a_driver_can_be_assigned(manager, viewer, planned):
    for somebody in (viewer.id, 999_999):
        answer = assign(manager, planned, somebody)
        assert (answer.status, answer.pointers) == (422, ["/driver_id"])


def test_a_driver_neither_assigns_nor_cancels(driver, planned):
    assert assign(driver, planned, driver.id).status == 403
    assert cancel(driver, planned).status == 403


def test_a_cancelled_order_says_why_and_frees_its_cabinets(manager, route, stop, planned):
    answer = cancel(manager, planned, "Machine moved")
    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert answer.json["cancellation_reason"] == "Machine moved"
    assert answer.json["cancelled_at"] is not None
    assert order(manager, route["id"], stop)["status"] == "planned"


def test_an_order_that_ended_is_neither_assigned_nor_cancelled(manager, driver, planned):
    cancel(manager, planned)
    for answer in (cancel(manager, planned), assign(manager, planned, driver.id)):
        assert answer.status == 409
        assert answer.json["current"]["status"] == "cancelled"


def test_what_was_visited_before_a_cancellation_stays(manager, route, stop):
    other = make_stop(manager, route["id"])
    made = order(manager, route["id"], stop, other)
    assert visit(manager, made, stop, fill(stop, 0, 7)).status == 201
    cancelled = cancel(manager, made).json
    assert [len(cabinet["visits"]) for cabinet in cancelled["cabinets"]] == [1, 0]
    assert stop.quantities(manager) == [10]


def test_of_many_cancellations_at_once_one_wins(manager, planned):
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: cancel(manager, planned), range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]


@pytest.mark.both
def test_every_move_is_in_the_audit_log(admin, manager, other_driver, planned):
    assign(manager, planned, other_driver.id)
    cancel(manager, planned)
    query = f"noun=service_order&noun_id={planned['id']}"
    entries = admin.get(f"/api/audit-entries?{query}").json["items"]
    assert [entry["action"] for entry in entries] == [
        "service_order.cancelled",
        "service_order.assigned",
        "service_order.created",
    ]
    changed = {change["field"]: change["to"] for change in entries[0]["changes"]}
    assert (changed["status"], changed["cancellation_reason"]) == ("cancelled", "Snow")
