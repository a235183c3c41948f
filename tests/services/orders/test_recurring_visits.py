"""Recurring visits: machines of a route that are visited again and again, and their orders."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import clock
from auth import console
from server.job_worker import JobWorker
from services.fleet import device_removal
from services.orders import recurring_orders
from tests.kit.factories import make_device, make_route
from tests.kit.moving_clock import MovingClock
from tests.kit.sellers import patient
from tests.kit.stops import fill, make_stop, order, visit

pytestmark = pytest.mark.both

PATH = "/api/recurring-visits"
# A Thursday in Berlin, shortly before midnight; the day before the first visit.
EVENING = "2026-01-08T22:30:00Z"
FRIDAY = "2026-01-09"


@pytest.fixture
def settings(database_url):
    return patient(database_url)


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """A clock that a test moves on."""
    moving = MovingClock(clock.to_datetime(EVENING))
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


@pytest.fixture
def route(manager, driver):
    """A route with its driver."""
    return make_route(manager, driver=driver)


@pytest.fixture
def stops(manager, route):
    """Two machines on it, each with seven units missing."""
    return [make_stop(manager, route["id"]) for _ in range(2)]


@pytest.fixture
def night(admin, engine, time):
    """Let it be that late, and the schedule of orders run."""

    def run(at):
        time.reach(clock.to_datetime(at))
        [found] = [
            each
            for each in admin.get("/api/schedules").json["items"]
            if each["kind"] == "recurring.order"
        ]
        answer = admin.post(f"/api/schedules/{found['id']}/run", json={})
        assert answer.status < 300, answer.text
        while JobWorker(engine, "first").run_one():
            pass

    return run


def recurring(person, route, **more):
    body = {
        "name": "Hospital",
        "route_id": route and route["id"],
        "weekdays": "5",
        "starts_on": "2026-01-01",
        **more,
    }
    answer = person.post(PATH, json=body)
    assert answer.status == 201, answer.text
    return answer.json


def orders(person):
    return [
        (each["scheduled_on"], each["cabinets"], each["units"])
        for each in reversed(person.get("/api/service-orders").json["items"])
    ]


def days(person, first="2026-01-01", last="2026-01-31", more=""):
    answer = person.get(f"/api/recurring-days?from={first}&to={last}{more}")
    assert answer.status == 200, answer.text
    return [(each["day"], each["on"], each["state"]) for each in answer.json["items"]]


def change_day(person, made, day, *, moved_to=None, left_out=False):
    body = {"day": day, "moved_to": moved_to, "left_out": left_out}
    return person.put(f"{PATH}/{made['id']}/days", json=body)


def test_the_order_of_the_next_day_is_made_at_once_and_the_others_are_shown_as_days(
    manager, driver, route, stops
):
    made = recurring(manager, route, notes="Ring at the gate")
    assert made["next_on"] == FRIDAY
    assert orders(manager) == [(FRIDAY, 2, 14)]
    found = manager.get("/api/service-orders").json["items"][0]
    assert (found["driver_id"], found["notes"]) == (driver.id, "Ring at the gate")
    assert days(manager) == [
        (day, day, "planned") for day in ("2026-01-16", "2026-01-23", "2026-01-30")
    ]


def test_each_night_makes_the_order_of_the_next_day_with_what_is_missing_then(
    manager, route, stops, night
):
    recurring(manager, route)
    [first] = manager.get("/api/service-orders").json["items"]
    for stop in stops:
        visit(manager, first, stop, fill(stop, 0, 4))
    night("2026-01-14T23:30:00Z")
    night("2026-01-14T23:45:00Z")
    assert orders(manager) == [(FRIDAY, 2, 14), ("2026-01-16", 2, 6)]


def test_of_many_nodes_at_once_one_makes_the_order(manager, engine, route, stops, time):
    made = recurring(manager, route, starts_on="2026-01-12")
    time.reach(clock.to_datetime("2026-01-15T12:00:00Z"))

    def node(_):
        with engine.writing() as db:
            return recurring_orders.order_due(db, console(), made["id"])

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(node, range(4))) == [0, 0, 0, 1]
    assert orders(manager) == [("2026-01-16", 2, 14)]
    assert days(manager, "2026-01-16", "2026-01-16") == []


def test_an_order_that_was_cancelled_is_not_made_again(manager, route, stops, night):
    recurring(manager, route)
    [made] = manager.get("/api/service-orders").json["items"]
    manager.post(f"/api/service-orders/{made['id']}/cancellation", json={"reason": "Rain"})
    night("2026-01-08T22:45:00Z")
    assert len(orders(manager)) == 1


def test_chosen_machines_alone_are_visited_and_who_drives_is_chosen(
    manager, other_driver, route, stops
):
    chosen = [stops[1].device_id]
    made = recurring(manager, route, device_ids=chosen, driver_id=other_driver.id, purpose="count")
    assert [each["id"] for each in made["devices"]] == chosen
    [found] = manager.get("/api/service-orders").json["items"]
    assert (found["cabinets"], found["driver_id"], found["purpose"]) == (
        1,
        other_driver.id,
        "count",
    )


def test_who_drives_no_more_is_followed_by_the_driver_of_the_route(
    admin, manager, driver, other_driver, route, stops, night
):
    recurring(manager, route, driver_id=other_driver.id, starts_on="2026-01-12")
    assert days(driver) == []
    user = admin.get(f"/api/users/{other_driver.id}").json
    body = {"version": user["version"], "disabled": True}
    assert admin.patch(f"/api/users/{other_driver.id}", json=body).status == 200
    assert [day for day, *_ in days(driver)] == ["2026-01-16", "2026-01-23", "2026-01-30"]
    night("2026-01-15T12:00:00Z")
    [found] = manager.get("/api/service-orders").json["items"]
    assert found["driver_id"] == driver.id


def test_what_is_in_an_order_of_that_day_already_is_left_out_and_the_order_says_so(
    manager, route, stops
):
    first = order(manager, route["id"], stops[0], scheduled_on=FRIDAY)
    recurring(manager, route)
    assert orders(manager) == [(FRIDAY, 1, 7), (FRIDAY, 1, 7)]
    notes = manager.get("/api/service-orders").json["items"][0]["notes"]
    assert notes == f"Not in it: {stops[0].asset} (in order {first['id']} of that day)."


def test_long_notes_make_room_for_what_is_not_in_the_order(manager, route, stops):
    first = order(manager, route["id"], stops[0], scheduled_on=FRIDAY)
    recurring(manager, route, notes="x" * 2_000)
    made = manager.get("/api/service-orders").json["items"][0]
    reasons = f"Not in it: {stops[0].asset} (in order {first['id']} of that day)."
    assert (len(made["notes"]), made["notes"].splitlines()[1:]) == (2_000, [reasons])


def test_a_machine_that_was_visited_in_an_order_of_that_day_is_not_sent_to_again(
    manager, route, stops, night
):
    made = recurring(manager, route, weekdays="56", starts_on="2026-01-12")
    change_day(manager, made, "2026-01-16", moved_to="2026-01-17")
    night("2026-01-16T12:00:00Z")
    [found] = manager.get("/api/service-orders").json["items"]
    night("2026-01-17T08:00:00Z")
    for stop in stops:
        visit(manager, found, stop, fill(stop, 0, 4))
    night("2026-01-17T09:00:00Z")
    assert orders(manager) == [("2026-01-17", 2, 14)]
    [day] = manager.get("/api/recurring-days?from=2026-01-17&to=2026-01-17").json["items"]
    where = f"(in order {found['id']} of that day)"
    assets = ", ".join(sorted(f"{stop.asset} {where}" for stop in stops))
    assert day["problem"] == f"No machine is left for an order: {assets}."


def test_a_machine_that_was_repaired_that_day_is_still_filled(manager, route, stops, night):
    repair = order(manager, route["id"], *stops, scheduled_on=FRIDAY, purpose="repair")
    recurring(manager, route)
    assert [state for *_, state in days(manager, FRIDAY, FRIDAY)] == ["missed"]
    night("2026-01-09T08:00:00Z")
    for stop in stops:
        visit(manager, repair, stop)
    night("2026-01-09T09:00:00Z")
    assert orders(manager) == [(FRIDAY, 2, 0), (FRIDAY, 2, 14)]


def test_a_machine_that_went_to_another_route_is_left_out_and_the_order_says_so(
    manager, route, stops, night
):
    chosen = [stop.device_id for stop in stops]
    recurring(manager, route, device_ids=chosen, starts_on="2026-01-12")
    south = make_route(manager, name="South")
    device = manager.get(f"/api/devices/{stops[0].device_id}").json
    body = {"version": device["version"], "route_id": south["id"]}
    assert manager.patch(f"/api/devices/{device['id']}", json=body).status == 200
    night("2026-01-15T12:00:00Z")
    [found] = manager.get("/api/service-orders").json["items"]
    assert found["notes"] == f"Not in it: {stops[0].asset} (on route South now)."


def test_a_day_without_any_machine_says_why_and_is_made_once_there_is_one(manager, route, night):
    recurring(manager, route)
    assert days(manager, FRIDAY, FRIDAY) == [(FRIDAY, FRIDAY, "missed")]
    [day] = manager.get(f"/api/recurring-days?from={FRIDAY}&to={FRIDAY}").json["items"]
    assert day["problem"] == f"No machine in use is on route {route['name']}."
    make_stop(manager, route["id"])
    night("2026-01-09T06:00:00Z")
    assert [day for day, *_ in orders(manager)] == [FRIDAY]
    assert days(manager, FRIDAY, FRIDAY) == []


def test_an_archived_route_is_said_with_the_day(manager, route, night):
    recurring(manager, route, starts_on="2026-01-12")
    body = {"version": route["version"], "archived": True}
    assert manager.patch(f"/api/routes/{route['id']}", json=body).status == 200
    night("2026-01-15T12:00:00Z")
    [day] = manager.get("/api/recurring-days?from=2026-01-16&to=2026-01-16").json["items"]
    assert day["problem"] == f"No machine in use is on route {route['name']}."


def test_more_cabinets_than_an_order_takes_are_said(manager, route, stops, monkeypatch):
    monkeypatch.setattr(recurring_orders, "MOST_CABINETS", 1)
    recurring(manager, route)
    [day] = manager.get(f"/api/recurring-days?from={FRIDAY}&to={FRIDAY}").json["items"]
    assert day["problem"] == (
        "The machines have 2 cabinets, and an order takes 1: choose fewer machines in this "
        "recurring visit, and the others in a second one."
    )


def test_machines_on_no_route_are_visited_as_well(manager):
    stop = make_stop(manager, None)
    recurring(manager, None, device_ids=[stop.device_id])
    assert orders(manager) == [(FRIDAY, 1, 7)]


def test_a_chosen_machine_without_a_cabinet_is_said(manager):
    bare = make_device(manager, cabinets=0)
    recurring(manager, None, device_ids=[bare["id"]])
    [day] = manager.get(f"/api/recurring-days?from={FRIDAY}&to={FRIDAY}").json["items"]
    assert day["problem"] == "None of the chosen machines has a cabinet."


def test_a_day_is_moved_and_its_order_is_of_the_new_day(manager, route, stops, night):
    made = recurring(manager, route, starts_on="2026-01-12")
    answer = change_day(manager, made, "2026-01-16", moved_to="2026-01-20")
    assert (answer.status, answer.json["on"]) == (200, "2026-01-20")
    assert days(manager, "2026-01-16", "2026-01-20") == [("2026-01-16", "2026-01-20", "planned")]
    night("2026-01-15T12:00:00Z")
    assert orders(manager) == []
    night("2026-01-19T12:00:00Z")
    assert orders(manager) == [("2026-01-20", 2, 14)]


def test_a_day_that_is_moved_near_is_an_order_at_once(manager, route, stops):
    made = recurring(manager, route, starts_on="2026-01-12")
    assert change_day(manager, made, "2026-01-16", moved_to="2026-01-09").status == 200
    assert orders(manager) == [(FRIDAY, 2, 14)]
    answer = change_day(manager, made, "2026-01-16", left_out=True)
    [order_id] = [each["id"] for each in manager.get("/api/service-orders").json["items"]]
    assert (answer.status, answer.json["detail"]) == (
        409,
        f"Order {order_id} was made of this day: change or cancel that one.",
    )


def test_a_day_is_left_out_and_taken_in_again(admin, manager, route, stops, night):
    made = recurring(manager, route, starts_on="2026-01-12")
    assert change_day(manager, made, "2026-01-16", left_out=True).json["state"] == "left_out"
    night("2026-01-15T12:00:00Z")
    assert orders(manager) == []
    assert days(manager, "2026-01-16", "2026-01-16") == [("2026-01-16", "2026-01-16", "left_out")]
    assert change_day(manager, made, "2026-01-16").status == 200
    assert orders(manager) == [("2026-01-16", 2, 14)]
    entries = admin.get("/api/audit-entries?noun=recurring_visit").json["items"]
    assert [each["action"] for each in entries[:2]] == ["recurring_visit.day_changed"] * 2


@pytest.mark.parametrize(
    ("body", "pointer", "message"),
    [
        ({"day": "2026-01-15"}, "/day", "is no day of this recurring visit"),
        (
            {"day": "2026-01-16", "moved_to": "2026-01-07"},
            "/moved_to",
            "is over: choose today or a later day",
        ),
        (
            {"day": "2026-01-16", "moved_to": "2027-02-01"},
            "/moved_to",
            "is more than 366 days away from its day",
        ),
        (
            {"day": "2026-01-16", "moved_to": "2026-01-20", "left_out": True},
            "/moved_to",
            "Move the day, or leave it out.",
        ),
    ],
)
def test_a_change_of_a_day_that_makes_no_sense_is_refused(
    manager, route, stops, body, pointer, message
):
    made = recurring(manager, route, starts_on="2026-01-12")
    answer = change_day(manager, made, **body)
    assert answer.status == 422
    assert answer.json["errors"] == [{"pointer": pointer, "message": message}]


@pytest.mark.parametrize(
    ("changes", "pointer", "message"),
    [
        ({"ends_on": "2025-12-31"}, "/ends_on", "is before the first day"),
        ({"route_id": None}, "/device_ids", "Choose a route, or the machines."),
        ({"route_id": 999}, "/route_id", "choose a route that is in use"),
        ({"device_ids": [999]}, "/device_ids/0", "There is no machine 999 in use."),
        ({"driver_id": 999}, "/driver_id", "User 999 is no driver, or is disabled."),
    ],
)
def test_a_recurring_visit_that_makes_no_sense_is_refused_and_nothing_is_kept(
    manager, route, changes, pointer, message
):
    body = {"name": "x", "route_id": route["id"], "weekdays": "1", "starts_on": "2026-01-01"}
    answer = manager.post(PATH, json={**body, **changes})
    assert answer.status == 422
    assert answer.json["errors"] == [{"pointer": pointer, "message": message}]
    assert manager.get(PATH).json["items"] == []


def test_a_machine_of_another_route_is_refused_by_name(manager, route, stops):
    south = make_route(manager, name="South")
    body = {"name": "x", "route_id": south["id"], "weekdays": "1", "starts_on": "2026-01-01"}
    answer = manager.post(PATH, json={**body, "device_ids": [stops[0].device_id]})
    assert answer.json["errors"] == [
        {"pointer": "/device_ids/0", "message": f"{stops[0].asset} is on another route."}
    ]


def test_it_is_changed_by_its_version_and_what_was_ordered_stays(manager, route, stops):
    made = recurring(manager, route)
    path = f"{PATH}/{made['id']}"
    changes = {"weekdays": "14", "device_ids": [stops[0].device_id], "days_ahead": 4}
    changed = manager.patch(path, json={"version": made["version"], **changes})
    assert changed.status == 200, changed.text
    assert changed.json["next_on"] == "2026-01-08"
    assert [day for day, *_ in orders(manager)] == [FRIDAY, "2026-01-08", "2026-01-12"]
    again = manager.patch(path, json={"version": made["version"], "name": "Old"})
    assert again.status == 409


def test_an_archived_one_makes_no_orders_shows_no_days_and_comes_back(manager, route, stops, night):
    made = recurring(manager, route, starts_on="2026-01-12")
    path = f"{PATH}/{made['id']}"
    gone = manager.patch(path, json={"version": made["version"], "archived": True}).json
    assert gone["next_on"] is None
    assert change_day(manager, made, "2026-01-16", left_out=True).status == 404
    night("2026-01-15T12:00:00Z")
    assert (orders(manager), days(manager)) == ([], [])
    assert [each["id"] for each in manager.get(f"{PATH}?archived=true").json["items"]] == [
        made["id"]
    ]
    manager.patch(path, json={"version": gone["version"], "archived": False})
    assert orders(manager) == [("2026-01-16", 2, 14)]


def test_what_makes_no_sense_is_refused_while_it_is_archived_too(manager, route, stops):
    made = recurring(manager, route, starts_on="2026-01-12")
    body = {"version": made["version"], "archived": True, "device_ids": [999]}
    answer = manager.patch(f"{PATH}/{made['id']}", json=body)
    assert answer.status == 422
    assert manager.get(f"{PATH}/{made['id']}").json == made


def test_a_driver_sees_the_days_that_will_be_theirs(
    manager, viewer, driver, other_driver, route, stops
):
    recurring(manager, route, starts_on="2026-01-12", ends_on="2026-01-20")
    theirs = recurring(
        manager, route, driver_id=other_driver.id, starts_on="2026-01-12", weekdays="3"
    )
    mine = [("2026-01-16", "2026-01-16", "planned")]
    assert days(driver, last="2026-01-20") == mine
    assert days(other_driver, last="2026-01-20") == [("2026-01-14", "2026-01-14", "planned")]
    assert len(days(viewer, last="2026-01-20")) == 2
    assert days(manager, last="2026-01-20", more=f"&driver_id={driver.id}") == mine
    assert len(days(manager, last="2026-01-20", more=f"&route_id={route['id']}")) == 2
    assert driver.get(f"{PATH}/{theirs['id']}").status == 403


def test_a_machine_of_a_recurring_visit_is_not_taken_back_with_its_import(manager, engine, route):
    stop = make_stop(manager, route["id"], quantities=(None,))
    recurring(manager, route, device_ids=[stop.device_id], starts_on="2026-01-12")
    with engine.reading() as db:
        words = device_removal.history_of(db, [stop.device_id])
    assert words == f"machine {stop.asset} is in a recurring visit"


def test_the_list_is_by_name_and_narrowed_by_route(manager, route, stops):
    for name in ("School", "Airport"):
        recurring(manager, route, name=name, starts_on="2026-01-12")
    other = make_route(manager)
    recurring(manager, other, name="Beach", starts_on="2026-01-12")
    names = [each["name"] for each in manager.get(PATH).json["items"]]
    assert names == ["Airport", "Beach", "School"]
    narrowed = manager.get(f"{PATH}?route_id={other['id']}&sort=-name").json["items"]
    assert [each["name"] for each in narrowed] == ["Beach"]
    one = narrowed[0]
    assert manager.get(f"{PATH}/{one['id']}").json == one
    assert manager.get(f"{PATH}/{one['id'] + 1}").status == 404
