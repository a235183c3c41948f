"""A machine on no route is visited and ordered as any other; its orders are without a route."""

import pytest

from tests.kit.factories import make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

NOBODYS = "There is no cabinet"


@pytest.fixture
def stop(manager):
    """A machine on no route that holds 3 of 10."""
    return make_stop(manager, None)


def unplanned(person, stop, *fills):
    return person.post("/api/visits", json={"cabinet_id": stop.cabinet_id, "fills": list(fills)})


def order_of(person, visited):
    return person.get(f"/api/service-orders/{visited['service_order_id']}").json


def listed(person, query=""):
    return [row["id"] for row in person.get(f"/api/service-orders{query}").json["items"]]


@pytest.mark.parametrize("role", ["admin", "manager"])
def test_the_office_visits_a_machine_that_is_on_no_route(request, role, manager, stop):
    person = request.getfixturevalue(role)
    answer = unplanned(person, stop, fill(stop, 0, 7))
    assert (answer.status, answer.json["service_order_status"]) == (201, "completed")
    assert stop.quantities(manager) == [10]
    made = order_of(person, answer.json)
    assert (made["origin"], made["route_id"], made["route_name"]) == ("unplanned", None, None)


@pytest.mark.both
def test_a_visit_of_no_route_that_is_reversed_leaves_nothing_to_do(manager, stop):
    visited = unplanned(manager, stop, fill(stop, 0, 7)).json
    answer = manager.post(f"/api/visits/{visited['id']}/reversal", json={"reason": "Wrong one"})
    assert (answer.status, answer.json["service_order_status"]) == (200, "cancelled")
    assert stop.quantities(manager) == [3]


@pytest.mark.both
def test_an_order_stays_without_a_route_when_its_machine_comes_onto_one(manager, stop):
    visited = unplanned(manager, stop).json
    device = manager.get(f"/api/devices/{stop.device_id}").json
    body = {"version": device["version"], "route_id": make_route(manager)["id"]}
    assert manager.patch(f"/api/devices/{device['id']}", json=body).status == 200
    assert order_of(manager, visited)["route_id"] is None
    assert order_of(manager, unplanned(manager, stop).json)["route_id"] == body["route_id"]


def test_a_driver_visits_no_machine_that_they_may_not_see(driver, stop):
    answer = unplanned(driver, stop)
    assert (answer.status, answer.pointers) == (422, ["/cabinet_id"])
    assert answer.json["errors"][0]["message"].startswith(NOBODYS)


def test_a_driver_visits_a_machine_of_no_route_while_an_order_shows_it_to_them(
    manager, driver, other_driver, stop
):
    planned = order(manager, None, stop, driver_id=driver.id)
    answer = unplanned(driver, stop, fill(stop, 0, 2))
    assert answer.status == 201
    assert order_of(driver, answer.json)["driver_id"] == driver.id
    assert unplanned(other_driver, stop).status == 422
    assert visit(driver, planned, stop).status == 201
    assert driver.get(f"/api/devices/{stop.device_id}").status == 404
    assert unplanned(driver, stop).status == 422


def test_an_order_over_machines_of_no_route_is_planned_and_carried_out(manager, driver, stop):
    planned = order(manager, None, stop, driver_id=driver.id)
    assert (planned["route_id"], planned["route_name"], planned["units"]) == (None, None, 7)
    pick_list = driver.get(f"/api/service-orders/{planned['id']}/pick-list").json
    assert (pick_list["route_name"], pick_list["units"]) == (None, 7)
    done = visit(driver, planned, stop, fill(stop, 0, 7)).json
    assert done["service_order_status"] == "completed"


def test_an_order_without_a_route_goes_to_nobody_by_itself(manager, stop):
    assert order(manager, None, stop)["driver_id"] is None


@pytest.mark.both
def test_orders_with_and_without_a_route_do_not_mix_their_machines(manager, stop):
    route = make_route(manager, name="North")
    routed = make_stop(manager, route["id"])
    body = {"route_id": None, "cabinet_ids": [stop.cabinet_id, routed.cabinet_id]}
    answer = manager.post("/api/service-orders", json=body)
    assert (answer.status, answer.pointers) == (422, ["/cabinet_ids/1"])
    assert "is on route North, and this order is without a route" in answer.text
    answer = manager.post("/api/service-orders", json={**body, "route_id": route["id"]})
    assert (answer.status, answer.pointers) == (422, ["/cabinet_ids/0"])
    planned = order(manager, None, stop)
    path = f"/api/service-orders/{planned['id']}"
    for added, status in ((routed, 422), (make_stop(manager, None), 200)):
        change = {"version": planned["version"], "cabinet_ids": [stop.cabinet_id, added.cabinet_id]}
        assert manager.patch(path, json=change).status == status


@pytest.mark.both
def test_the_list_shows_orders_without_a_route_and_those_alone_when_asked(manager, stop):
    route = make_route(manager, name="North")
    routed = order(manager, route["id"], make_stop(manager, route["id"]))
    bare = unplanned(manager, stop).json["service_order_id"]
    assert listed(manager) == [bare, routed["id"]]
    assert listed(manager, "?without_route=true") == [bare]
    assert listed(manager, f"?route_id={route['id']}") == [routed["id"]]
    assert listed(manager, f"?q=%23{bare}") == [bare]
    assert listed(manager, "?q=north") == [routed["id"]]


def test_today_shows_an_order_without_a_route(manager, stop):
    planned = order(manager, None, stop)
    (shown,) = manager.get("/api/dashboard").json["orders"]["items"]
    assert (shown["id"], shown["route_name"]) == (planned["id"], None)


def test_a_late_order_without_a_route_is_told_of(manager, stop):
    planned = order(manager, None, stop, scheduled_on="2026-01-02")
    (late,) = manager.get("/api/dashboard").json["attention"]["late_orders"]["items"]
    assert (late["id"], late["route_id"]) == (planned["id"], None)
