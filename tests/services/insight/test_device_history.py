"""The history of a device: visits, faults, tickets and moves in one line of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.kit.factories import (
    make_location,
    make_machine,
    make_route,
    make_service_order,
    make_stocked_device,
    make_ticket,
    make_visit,
    send_audit,
)
from tests.kit.people import Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

YESTERDAY = datetime.now(UTC).replace(microsecond=0, tzinfo=None) - timedelta(days=1)


def history(person: Person, device: Any, **query: Any) -> Any:
    answer = person.get(f"/api/devices/{device['id']}/history", query_string=query)
    assert answer.status == 200, answer.text
    return answer.json


@pytest.fixture
def device(manager: Person, driver: Person) -> Any:
    """It told of a fault, was visited, moved, and written of."""
    route = make_route(manager, driver=driver)
    made = make_stocked_device(manager, route_id=route["id"])
    machine = make_machine(made, serial=f"H{made['id']}")
    machine.fault("EBJ", YESTERDAY - timedelta(hours=1), active=True)
    assert send_audit(manager, machine.audit(YESTERDAY), device_id=made["id"]).status == 201
    order = make_service_order(
        manager, route_id=route["id"], cabinet_ids=[made["cabinets"][0]["id"]], driver=driver
    )
    make_visit(driver, order)
    place = make_location(manager, name="Hospital")
    now = manager.get(f"/api/devices/{made['id']}").json
    body = {"version": now["version"], "location_id": place["id"]}
    assert manager.patch(f"/api/devices/{made['id']}", json=body).status == 200
    make_ticket(manager, device_id=made["id"], text="Display is dark")
    return made


@pytest.mark.both
def test_it_works(viewer: Person, device: Any) -> None:
    items = history(viewer, device)["items"]
    told = {(each["kind"], each["text"].split(" (")[0]) for each in items}
    assert {("visit", ""), ("move", ""), ("ticket", "Display is dark")} <= told
    assert [each["kind"] for each in items].count("faults") == 1
    (move,) = [each for each in items if each["kind"] == "move"]
    assert move["changes"] == [{"field": "location", "from": None, "to": "Hospital"}]
    times = [each["at"] for each in items]
    assert times == sorted(times, reverse=True)


@pytest.mark.both
def test_its_pages_leave_nothing_out_and_say_nothing_twice(manager: Person, device: Any) -> None:
    whole = history(manager, device)["items"]
    found, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = history(manager, device, **query)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == whole


@pytest.mark.both
def test_a_driver_sees_their_own_visits_and_no_moves(
    manager: Person, driver: Person, other_driver: Person, device: Any
) -> None:
    kinds = {each["kind"] for each in history(driver, device)["items"]}
    assert kinds == {"visit", "faults", "ticket"}
    assert other_driver.get(f"/api/devices/{device['id']}/history").status == 404
    route = manager.get(f"/api/devices/{device['id']}").json["route_id"]
    now = manager.get(f"/api/routes/{route}").json
    body = {"version": now["version"], "driver_id": other_driver.id}
    assert manager.patch(f"/api/routes/{route}", json=body).status == 200
    theirs = {each["kind"] for each in history(other_driver, device)["items"]}
    assert theirs == {"faults", "ticket"}


def test_a_damaged_audit_tells_of_nothing(manager: Person) -> None:
    device = make_stocked_device(manager)
    machine = make_machine(device, serial=f"D{device['id']}")
    sent = send_audit(manager, machine.audit(YESTERDAY), device_id=device["id"])
    assert sent.status == 201, sent.text
    machine.fault("EBJ", YESTERDAY, active=True)
    audit = machine.audit(YESTERDAY + timedelta(hours=1)).replace(b"*USD", b"*EUR", 1)
    assert send_audit(manager, audit).json["status"] == "damaged"
    assert history(manager, device)["items"] == []
