"""The calendar: orders of a span of days, as far as somebody may see them."""

import pytest

import clock
from services.orders import calendar_service
from tests.kit.factories import make_route
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.both

FRIDAY = "2031-02-28"


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


def calendar(person, first="2031-02-01", last="2031-02-28", more=""):
    answer = person.get(f"/api/calendar-orders?from={first}&to={last}{more}")
    assert answer.status == 200, answer.text
    return [(item["day"], item["order"]["id"]) for item in answer.json["items"]]


def planned(manager, route, day, **more):
    return order(manager, route["id"], make_stop(manager, route["id"]), scheduled_on=day, **more)


def test_it_works(manager, driver, route):
    later = planned(manager, route, FRIDAY)
    first = planned(manager, route, "2031-02-01")
    for outside in ("2031-01-31", "2031-03-01", None):
        planned(manager, route, outside)
    assert calendar(manager) == [("2031-02-01", first["id"]), (FRIDAY, later["id"])]
    (item,) = manager.get(f"/api/calendar-orders?from={FRIDAY}&to={FRIDAY}").json["items"]
    assert (item["order"]["driver_id"], item["order"]["cabinets"]) == (driver.id, 1)
    assert item["order"]["version"] == later["version"]


def test_a_completed_order_stays_and_one_without_a_day_is_of_the_day_it_was_completed(
    manager, route
):
    today = clock.today("Europe/Berlin")
    stops = [make_stop(manager, route["id"]) for _ in range(2)]
    for stop, day in zip(stops, (FRIDAY, None), strict=True):
        made = order(manager, route["id"], stop, scheduled_on=day)
        visit(manager, made, stop, fill(stop, 0, 7))
    assert calendar(manager) == [(FRIDAY, 1)]
    assert calendar(manager, today, today) == [(today, 2)]


def test_a_cancelled_order_is_in_no_calendar(manager, route):
    gone = planned(manager, route, FRIDAY)
    manager.post(f"/api/service-orders/{gone['id']}/cancellation", json={"reason": "Rain"})
    assert calendar(manager) == []


def test_it_is_narrowed_by_route_and_driver(manager, driver, other_driver, route):
    mine = planned(manager, route, FRIDAY)
    other = make_route(manager, driver=other_driver)
    theirs = planned(manager, other, FRIDAY)
    assert calendar(manager, more=f"&route_id={route['id']}") == [(FRIDAY, mine["id"])]
    assert calendar(manager, more=f"&driver_id={other_driver.id}") == [(FRIDAY, theirs["id"])]


def test_a_driver_sees_the_orders_that_are_assigned_to_them(
    manager, driver, other_driver, viewer, route
):
    mine = planned(manager, route, FRIDAY)
    assert calendar(driver) == calendar(viewer) == [(FRIDAY, mine["id"])]
    assert calendar(other_driver) == []
    assert calendar(other_driver, more=f"&driver_id={driver.id}") == []


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        ("2031-02-02", "2031-02-01", "is before the first day"),
        ("2031-01-01", "2031-03-04", "is more than 62 days after the first one"),
    ],
)
def test_a_span_of_days_that_makes_no_sense_is_refused(manager, first, last, complaint):
    answer = manager.get(f"/api/calendar-orders?from={first}&to={last}")
    assert answer.status == 422
    assert answer.json["errors"] == [{"pointer": "/to", "message": complaint}]


def test_what_is_beyond_the_most_orders_is_said(manager, route, monkeypatch):
    monkeypatch.setattr(calendar_service, "MOST_ORDERS", 1)
    first = planned(manager, route, "2031-02-03")
    planned(manager, route, FRIDAY)
    answer = manager.get("/api/calendar-orders?from=2031-02-01&to=2031-02-28").json
    assert [item["order"]["id"] for item in answer["items"]] == [first["id"]]
    assert answer["more"]
