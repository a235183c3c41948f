"""The map: where machines stand, what they need, and where today's orders lead."""

import pytest

import clock
from services.insight import map_service
from tests.kit.factories import make_device, make_location, make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.both


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


def today():
    return clock.today("Europe/Berlin")


def points(person):
    return person.get("/api/map-points").json


def rows(columns):
    """Columns as the rows that they are of."""
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def orders(person):
    return person.get("/api/map-orders").json["items"]


def test_it_works(manager, route):
    place = make_location(manager, name="Lobby", latitude=52.52, longitude=13.405)
    stop = make_stop(
        manager, route["id"], asset="A7", name="Snacks", quantities=[0, 5], location_id=place["id"]
    )
    found = points(manager)
    assert rows(found["locations"]) == [
        {"id": place["id"], "name": "Lobby", "latitude": 52.52, "longitude": 13.405}
    ]
    assert rows(found["devices"]) == [
        {
            "id": stop.device_id,
            "asset": "A7",
            "name": "Snacks",
            "location_id": place["id"],
            "route_id": route["id"],
            "state": "sold_out",
            "estimated_stock_slots": 0,
        }
    ]


def test_without_machines_every_column_is_empty(manager):
    make_location(manager, name="Empty hall", latitude=1, longitude=1)
    found = points(manager)
    assert set(map(len, [*found["locations"].values(), *found["devices"].values()])) == {0}


def test_worst_comes_first_as_on_the_board(manager, route):
    for asset, quantities in (("full", [10]), ("low", [2]), ("out", [0, 10])):
        make_stop(manager, route["id"], asset=asset, quantities=quantities)
    assert points(manager)["devices"]["asset"] == ["out", "low", "full"]
    assert points(manager)["devices"]["state"] == ["sold_out", "low", "ok"]


def test_a_place_nobody_put_on_the_map_is_told_of_without_a_position(manager, route):
    place = make_location(manager, name="Somewhere")
    make_stop(manager, route["id"], location_id=place["id"])
    make_stop(manager, route["id"], asset="homeless")
    found = points(manager)
    assert (found["locations"]["latitude"], found["locations"]["longitude"]) == ([None], [None])
    assert sorted(found["devices"]["location_id"], key=str) == [place["id"], None]


def test_archived_machines_and_their_places_are_left_out(admin, manager, route):
    place = make_location(manager, name="Closed", latitude=1, longitude=1)
    gone = make_device(manager, route_id=route["id"], location_id=place["id"])
    admin.delete(f"/api/devices/{gone['id']}")
    found = points(manager)
    assert (found["devices"]["id"], found["locations"]["id"]) == ([], [])


def test_a_driver_sees_their_own_machines_and_learns_nothing_of_other_places(
    manager, driver, other_driver, route
):
    mine = make_location(manager, name="Mine", latitude=1, longitude=1)
    theirs = make_location(manager, name="Theirs", latitude=2, longitude=2)
    own = make_stop(manager, route["id"], location_id=mine["id"])
    other = make_route(manager, driver=other_driver)
    foreign = make_stop(manager, other["id"], location_id=theirs["id"])
    assert points(driver)["devices"]["id"] == [own.device_id]
    assert points(driver)["locations"]["name"] == ["Mine"]
    order(manager, other["id"], foreign, driver_id=driver.id)
    assert sorted(points(driver)["devices"]["id"]) == [own.device_id, foreign.device_id]


def test_the_same_fleet_is_not_sent_twice(manager, route):
    make_stop(manager, route["id"])
    first = manager.get("/api/map-points")
    again = manager.get("/api/map-points", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    make_stop(manager, route["id"])
    changed = manager.get("/api/map-points", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status == 200


def test_todays_orders_lead_from_stop_to_stop(manager, driver, route):
    stops = [make_stop(manager, route["id"], asset=asset) for asset in ("B", "A", "C")]
    made = order(manager, route["id"], *stops, scheduled_on=today())
    again = [stops[2].cabinet_id, stops[0].cabinet_id, stops[1].cabinet_id]
    made = manager.patch(
        f"/api/service-orders/{made['id']}",
        json={"version": made["version"], "cabinet_ids": again},
    ).json
    (shown,) = orders(manager)
    assert (shown["id"], shown["status"], shown["driver_id"]) == (made["id"], "planned", driver.id)
    assert shown["device_ids"] == [stops[2].device_id, stops[0].device_id, stops[1].device_id]
    visit(manager, made, stops[0], fill(stops[0], 0, 2))
    (shown,) = orders(manager)
    assert shown["done_device_ids"] == [stops[0].device_id]


def test_orders_of_other_days_are_left_out_and_those_of_no_day_are_not(manager, route):
    stops = [make_stop(manager, route["id"]) for _ in range(2)]
    order(manager, route["id"], stops[0], scheduled_on="2031-01-01")
    undated = order(manager, route["id"], stops[1], scheduled_on=None)
    assert [each["id"] for each in orders(manager)] == [undated["id"]]


def test_a_driver_sees_the_orders_that_are_assigned_to_them(manager, driver, other_driver, route):
    stop = make_stop(manager, route["id"])
    order(manager, route["id"], stop, scheduled_on=today())
    assert len(orders(driver)) == 1
    assert orders(other_driver) == []


def test_what_is_beyond_the_most_orders_is_said(manager, route, monkeypatch):
    monkeypatch.setattr(map_service, "MOST_ORDERS", 1)
    for _ in range(2):
        order(manager, route["id"], make_stop(manager, route["id"]), scheduled_on=today())
    answer = manager.get("/api/map-orders").json
    assert (len(answer["items"]), answer["more"]) == (1, True)


def test_what_is_beyond_the_most_orders_is_not_what_is_due_today(manager, route, monkeypatch):
    monkeypatch.setattr(map_service, "MOST_ORDERS", 1)
    order(manager, route["id"], make_stop(manager, route["id"]), scheduled_on=None)
    due = order(manager, route["id"], make_stop(manager, route["id"]), scheduled_on=today())
    assert [each["id"] for each in orders(manager)] == [due["id"]]
