"""Availability: how much of a period machines were up, in local days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import clock
from auth import console
from db import Engine
from services.tickets import availability_service
from tests.kit.factories import make_device, make_route, make_ticket
from tests.kit.moving_clock import MovingClock
from tests.kit.people import Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

# In Berlin that day has 23 hours: it begins at 23:00 the day before in UTC and ends at 22:00.
SHORT_DAY, BEGAN, ENDED = "2025-03-30", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z"


def report(person: Person, **query: Any) -> Any:
    period = {"from": SHORT_DAY, "to": SHORT_DAY}
    answer = person.get("/api/availability", query_string={**period, **query})
    assert answer.status == 200, answer.text
    return answer.json


@pytest.mark.both
def test_it_works(manager: Person, viewer: Person) -> None:
    device = make_device(manager)
    make_device(manager)
    down = {"down_since": "2025-03-30T10:00:00Z", "up_since": "2025-03-30T12:18:00Z"}
    make_ticket(manager, device_id=device["id"], **down)
    found = report(viewer)
    assert (found["since"], found["until"]) == (BEGAN, ENDED)
    (only,) = found["items"]
    assert (only["asset"], only["down_seconds"]) == (device["asset"], 8280)
    assert only["up_percent"] == 90.0
    assert only["outages"] == [{**down, "seconds": 8280}]


def test_a_day_without_an_hour_is_down_for_23(manager: Person) -> None:
    device = make_device(manager)
    whole = {"down_since": "2025-03-01T00:00:00Z", "up_since": "2025-04-01T00:00:00Z"}
    make_ticket(manager, device_id=device["id"], **whole)
    (only,) = report(manager)["items"]
    assert (only["down_seconds"], only["up_percent"]) == (23 * 3600, 0)


def test_what_two_people_told_counts_once(manager: Person) -> None:
    device = make_device(manager)
    for up_since in ("2025-03-30T11:00:00Z", "2025-03-30T12:00:00Z"):
        down = {"down_since": "2025-03-30T10:00:00Z", "up_since": up_since}
        make_ticket(manager, device_id=device["id"], **down)
    (only,) = report(manager)["items"]
    assert (only["down_seconds"], len(only["outages"])) == (7200, 1)


@pytest.mark.both
def test_one_device_answers_whether_it_was_down_or_not(manager: Person) -> None:
    device = make_device(manager)
    (only,) = report(manager, device_id=device["id"])["items"]
    assert (only["up_percent"], only["outages"]) == (None, [])
    make_ticket(manager, device_id=device["id"], down_since="2025-03-01T00:00:00Z",
                up_since="2025-03-02T00:00:00Z")  # fmt: skip
    assert report(manager)["items"] == []
    within = {"from": "2025-03-01", "to": SHORT_DAY}
    (only,) = report(manager, device_id=device["id"], **within)["items"]
    assert 96 < only["up_percent"] < 97


@pytest.mark.both
def test_what_is_still_down_counts_up_to_now(manager: Person) -> None:
    route = make_route(manager)
    device = make_device(manager, route_id=route["id"])
    since = clock.later(clock.now(), hours=-1)
    make_ticket(manager, device_id=device["id"], down_since=since)
    days = {"from": since[:10], "to": clock.later(clock.now(), days=1)[:10]}
    (only,) = report(manager, route_id=route["id"], **days)["items"]
    assert only["outages"][0]["up_since"] is None
    assert only["down_seconds"] >= 3600
    assert only["up_percent"] < 100


@pytest.mark.both
def test_many_that_were_down_are_listed_as_few_are(
    manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_device(manager)
    for _ in range(3):
        make_ticket(manager, down_since="2025-03-30T10:00:00Z")
    few = report(manager)["items"]
    monkeypatch.setattr(availability_service, "FEW", 2)
    many = report(manager)["items"]
    assert [each["device_id"] for each in many] == [each["device_id"] for each in few]
    assert len(few) == 3


@pytest.mark.both
def test_a_driver_sees_their_machines_alone(manager: Person, driver: Person) -> None:
    mine = make_device(manager, route_id=make_route(manager, driver=driver)["id"])
    for device in (mine, make_device(manager)):
        make_ticket(manager, device_id=device["id"], down_since="2025-03-30T10:00:00Z")
    assert [each["device_id"] for each in report(driver)["items"]] == [mine["id"]]


def days_around_now() -> dict[str, str]:
    now = clock.now()
    return {"from": clock.later(now, days=-30)[:10], "to": clock.later(now, days=1)[:10]}


@pytest.mark.both
def test_a_machine_counts_from_when_it_was_entered(
    manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = make_device(manager)
    now = clock.to_datetime(clock.now())
    moving = MovingClock(now)
    monkeypatch.setattr(clock, "now", moving.now)
    moving.reach(now + timedelta(hours=1))
    make_ticket(manager, device_id=device["id"], down_since=clock.now())
    moving.reach(now + timedelta(hours=2))
    (only,) = report(manager, **days_around_now())["items"]
    assert (only["down_seconds"], only["up_percent"]) == (3600, 50.0)


@pytest.mark.both
def test_a_machine_that_was_archived_while_it_was_down_counts_until_then(
    manager: Person, admin: Person, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = make_device(manager)
    now = clock.to_datetime(clock.now())
    moving = MovingClock(now)
    monkeypatch.setattr(clock, "now", moving.now)
    make_ticket(manager, device_id=device["id"], down_since=clock.now())
    moving.reach(now + timedelta(hours=1))
    path = f"/api/devices/{device['id']}"
    body = {"version": manager.get(path).json["version"], "archived": True}
    assert admin.patch(path, json=body).status == 200
    moving.reach(now + timedelta(hours=5))
    (only,) = report(manager, **days_around_now())["items"]
    assert only["down_seconds"] == 3600
    moving.reach(now + timedelta(days=3))
    day = clock.now()[:10]
    with engine.reading() as db:
        later = availability_service.list_availability(db, console(), from_=day, to=day, limit=50)
    assert later["items"] == []


def test_a_period_that_is_none_is_refused(manager: Person) -> None:
    for days in ("from=2025-03-30&to=2025-03-29", "from=2023-03-30&to=2025-03-29"):
        assert manager.get(f"/api/availability?{days}").status == 422


def test_a_day_to_come_has_no_percentage(manager: Person) -> None:
    device = make_device(manager)
    days = {"from": "9998-01-01", "to": "9998-01-02"}
    (only,) = report(manager, device_id=device["id"], **days)["items"]
    assert only["up_percent"] is None
