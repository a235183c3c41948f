"""Tickets: what people notice of a device, a location or an order, and what becomes of it."""

from __future__ import annotations

import io
from typing import Any

import pytest

import clock
from tests.kit.factories import (
    make_device,
    make_location,
    make_route,
    make_service_order,
    make_stocked_device,
    make_ticket,
)
from tests.kit.people import Person
from tests.kit.photos import photo_bytes

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def listed(person: Person, **query: Any) -> list[int]:
    answer = person.get("/api/tickets", query_string=query)
    assert answer.status == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def change(person: Person, ticket: Any, **changes: Any) -> Any:
    return person.patch(
        f"/api/tickets/{ticket['id']}", json={"version": ticket["version"], **changes}
    )


def changed(person: Person, ticket: Any, **changes: Any) -> Any:
    answer = change(person, ticket, **changes)
    assert answer.status == 200, answer.text
    return answer.json


def entries(person: Person, ticket: Any) -> list[Any]:
    items: list[Any] = person.get(f"/api/tickets/{ticket['id']}/entries").json["items"]
    return items


def needing(person: Person) -> dict[str, list[int]]:
    """The tickets that Today names, by group."""
    attention = person.get("/api/dashboard").json["attention"]
    groups = {name: attention[name] for name in ("down_machines", "due_tickets")}
    assert all(len(each["items"]) == each["count"] for each in groups.values())
    return {name: [item["id"] for item in each["items"]] for name, each in groups.items()}


def pointer(answer: Any) -> str:
    assert answer.status == 422, answer.text
    return str(answer.json["errors"][0]["pointer"])


@pytest.mark.both
def test_it_works(manager: Person, viewer: Person) -> None:
    location = make_location(manager, name="Hospital")
    device = make_device(manager, location_id=location["id"])
    ticket = make_ticket(manager, device_id=device["id"], due_on="2026-02-01")
    assert (ticket["status"], ticket["asset"], ticket["location_name"], ticket["location_id"]) == (
        "open",
        device["asset"],
        "Hospital",
        None,
    )
    assert viewer.get(f"/api/tickets/{ticket['id']}").json == ticket
    assert listed(viewer) == [ticket["id"]]
    assert viewer.post("/api/tickets", json={"kind": "note", "text": "x"}).status == 403


@pytest.mark.both
def test_done_reopened_and_said_in_the_thread(manager: Person) -> None:
    ticket = make_ticket(manager)
    started = changed(manager, ticket, status="in_progress")
    done = changed(manager, started, status="done")
    assert done["done_at"] is not None
    assert listed(manager) == []
    assert listed(manager, status="done") == [ticket["id"]]
    reopened = changed(manager, done, status="open")
    assert (reopened["done_at"], reopened["version"]) == (None, 4)
    said = manager.post(f"/api/tickets/{ticket['id']}/entries", json={"text": "Came back"})
    assert said.status == 201
    told = [
        each["text"] or [(e["field"], e["from"], e["to"]) for e in each["changes"]]
        for each in entries(manager, ticket)
    ]
    assert told == [
        [("status", "open", "in_progress")],
        [("status", "in_progress", "done")],
        [("status", "done", "open")],
        "Came back",
    ]


@pytest.mark.both
def test_it_is_given_to_somebody_who_then_sees_it(
    manager: Person, driver: Person, other_driver: Person
) -> None:
    ticket = make_ticket(manager, kind="task", text="Change the lock")
    assert driver.get(f"/api/tickets/{ticket['id']}").status == 404
    given = changed(manager, ticket, assignee_id=driver.id)
    people = {each["id"]: each for each in manager.get("/api/ticket-assignees").json["items"]}
    assert given["assignee_name"] == people[driver.id]["username"]
    assert listed(driver, mine="true") == [ticket["id"]]
    assert listed(manager, mine="true") == []
    assert listed(other_driver) == []
    (entry,) = entries(driver, ticket)
    assert entry["changes"] == [
        {"field": "assignee_name", "from": None, "to": given["assignee_name"]}
    ]


def test_nobody_gets_a_ticket_who_only_looks_on(
    manager: Person, viewer: Person, driver: Person
) -> None:
    ticket = make_ticket(manager)
    assert pointer(change(manager, ticket, assignee_id=viewer.id)) == "/assignee_id"
    given = changed(manager, ticket, assignee_id=driver.id)
    assert change(driver, given, assignee_id=None).status == 403


@pytest.mark.both
def test_a_driver_sees_those_of_their_machines_places_and_orders(
    manager: Person, driver: Person, other_driver: Person
) -> None:
    location = make_location(manager)
    route = make_route(manager, driver=driver)
    device = make_stocked_device(manager, route_id=route["id"], location_id=location["id"])
    order = make_service_order(
        manager,
        route_id=route["id"],
        cabinet_ids=[device["cabinets"][0]["id"]],
        driver=driver,
    )
    own = [
        make_ticket(manager, device_id=device["id"]),
        make_ticket(manager, location_id=location["id"]),
        make_ticket(manager, service_order_id=order["id"]),
    ]
    other = make_ticket(manager)
    ids = [each["id"] for each in own]
    assert listed(driver) == ids
    assert listed(other_driver) == []
    assert driver.get(f"/api/tickets/{other['id']}").status == 404
    assert change(other_driver, own[0], status="done").status == 404
    assert other_driver.get(f"/api/tickets/{ids[1]}/entries").status == 404
    said = other_driver.post(f"/api/tickets/{ids[2]}/entries", json={"text": "Hm"})
    assert said.status == 404
    assert listed(manager, device_id=device["id"]) == ids[:1]
    assert listed(manager, location_id=location["id"]) == ids[1:2]
    assert listed(manager, service_order_id=order["id"]) == ids[2:]
    assert listed(manager, route_id=route["id"]) == ids[:1]


@pytest.mark.both
def test_a_driver_writes_only_of_what_they_see(
    manager: Person, driver: Person, other_driver: Person
) -> None:
    location = make_location(manager)
    route = make_route(manager, driver=driver)
    device = make_stocked_device(manager, route_id=route["id"], location_id=location["id"])
    order = make_service_order(
        manager, route_id=route["id"], cabinet_ids=[device["cabinets"][0]["id"]], driver=driver
    )
    of = {
        "device_id": device["id"],
        "location_id": location["id"],
        "service_order_id": order["id"],
    }
    for name, noun_id in of.items():
        body = {"kind": "note", "text": "Ring twice", name: noun_id}
        assert driver.post("/api/tickets", json=body).status == 201
        assert pointer(other_driver.post("/api/tickets", json=body)) == f"/{name}"


def test_a_driver_changes_the_words_only_of_what_they_wrote(
    manager: Person, driver: Person
) -> None:
    route = make_route(manager, driver=driver)
    device = make_device(manager, route_id=route["id"])
    theirs = make_ticket(manager, device_id=device["id"])
    assert change(driver, theirs, text="No").status == 403
    assert changed(driver, theirs, status="done")["status"] == "done"
    own = make_ticket(driver, device_id=device["id"])
    assert changed(driver, own, text="Better said")["text"] == "Better said"
    assert entries(driver, own)[0]["changes"] == [{"field": "text", "from": None, "to": None}]


def test_it_is_of_one_thing(manager: Person) -> None:
    body = {"kind": "task", "text": "Sweep"}
    assert pointer(manager.post("/api/tickets", json=body)) == "/device_id"
    both = {"device_id": make_device(manager)["id"], "location_id": make_location(manager)["id"]}
    assert pointer(manager.post("/api/tickets", json={**body, **both})) == "/device_id"
    absent = manager.post("/api/tickets", json={**body, "location_id": 999_999})
    assert pointer(absent) == "/location_id"


@pytest.mark.both
def test_those_due_come_first_and_what_is_late_is_told(manager: Person) -> None:
    someday = make_ticket(manager)
    late = make_ticket(manager, due_on="2026-01-01")
    later = make_ticket(manager, due_on="9999-01-01")
    assert listed(manager) == [late["id"], later["id"], someday["id"]]
    assert listed(manager, sort="newest") == [later["id"], late["id"], someday["id"]]
    assert listed(manager, overdue="true") == [late["id"]]
    page = manager.get("/api/tickets?limit=1").json
    following = manager.get(f"/api/tickets?limit=1&cursor={page['next_cursor']}").json
    assert [each["id"] for each in following["items"]] == [later["id"]]


@pytest.mark.both
def test_they_are_found_by_their_words_and_kind(manager: Person) -> None:
    damage = make_ticket(manager, kind="damage", text="The glass of the door is broken")
    make_ticket(manager, text="Display is dark")
    assert listed(manager, q="GLASS of") == [damage["id"]]
    assert listed(manager, kind="damage") == [damage["id"]]
    changed(manager, damage, text="The pane is broken")
    assert listed(manager, q="glass") == []
    assert listed(manager, q="pane") == [damage["id"]]


def test_a_note_is_only_to_be_known(manager: Person) -> None:
    note = make_ticket(manager, kind="note", text="The gate shuts at six")
    assert note["status"] == "noted"
    assert listed(manager) == []
    assert listed(manager, status="noted") == [note["id"]]
    assert pointer(change(manager, note, due_on="2026-02-01")) == "/due_on"
    assert pointer(change(manager, note, status="done")) == "/status"
    task = changed(manager, note, kind="task")
    assert task["status"] == "open"
    done = changed(manager, task, status="done")
    again = changed(manager, done, kind="note")
    assert (again["status"], again["done_at"]) == ("noted", None)


@pytest.mark.both
def test_a_machine_is_down_until_the_ticket_is_done(manager: Person) -> None:
    since = clock.later(clock.now(), hours=-2)
    ticket = make_ticket(manager, down_since=since)
    assert listed(manager, down="true") == [ticket["id"]]
    done = changed(manager, ticket, status="done")
    assert done["up_since"] > since
    assert listed(manager, down="true", status="any") == []
    undone = changed(manager, done, status="open", up_since=None)
    assert (undone["down_since"], undone["up_since"]) == (since, None)
    never = changed(manager, undone, down_since=None)
    assert (never["down_since"], never["up_since"]) == (None, None)


def test_a_ticket_that_is_done_puts_no_machine_down(manager: Person) -> None:
    done = changed(manager, make_ticket(manager), status="done")
    since = clock.later(clock.now(), hours=-2)
    assert pointer(change(manager, done, down_since=since)) == "/down_since"
    told = changed(manager, done, down_since=since, up_since=clock.later(since, hours=1))
    assert told["status"] == "done"


def test_a_ticket_of_somebody_who_was_disabled_is_changed_without_taking_it_from_them(
    admin: Person, driver: Person
) -> None:
    ticket = make_ticket(admin, assignee_id=driver.id)
    user = next(each for each in admin.get("/api/users").json["items"] if each["id"] == driver.id)
    body = {"version": user["version"], "disabled": True}
    assert admin.patch(f"/api/users/{driver.id}", json=body).status == 200
    now = changed(admin, ticket, text="Still jammed", assignee_id=driver.id)
    assert (now["text"], now["assignee_id"]) == ("Still jammed", driver.id)
    freed = changed(admin, now, assignee_id=None)
    assert pointer(change(admin, freed, assignee_id=driver.id)) == "/assignee_id"


@pytest.mark.both
def test_today_tells_of_no_archived_machine_that_it_is_down_but_of_what_is_due_there(
    manager: Person, admin: Person
) -> None:
    since = clock.later(clock.now(), hours=-2)
    ticket = make_ticket(manager, down_since=since, due_on="2026-01-01")
    assert needing(manager) == {"down_machines": [ticket["id"]], "due_tickets": []}
    device = manager.get(f"/api/devices/{ticket['device_id']}").json
    body = {"version": device["version"], "archived": True}
    assert admin.patch(f"/api/devices/{device['id']}", json=body).status == 200
    assert needing(manager) == {"down_machines": [], "due_tickets": [ticket["id"]]}


def test_times_that_cannot_be_are_refused(manager: Person) -> None:
    now = clock.now()
    before, after = clock.later(now, hours=-2), clock.later(now, hours=2)
    ticket = make_ticket(manager)
    assert pointer(change(manager, ticket, down_since=after)) == "/down_since"
    assert pointer(change(manager, ticket, up_since=before)) == "/up_since"
    earlier = clock.later(before, hours=-1)
    wrong = change(manager, ticket, down_since=before, up_since=earlier)
    assert pointer(wrong) == "/up_since"
    task = make_ticket(manager, location_id=make_location(manager)["id"])
    assert pointer(change(manager, task, down_since=before)) == "/down_since"


def test_two_do_not_write_over_one_another(manager: Person, admin: Person) -> None:
    ticket = make_ticket(manager)
    now = changed(admin, ticket, status="done")
    answer = change(manager, ticket, text="Something else")
    assert answer.status == 409
    assert answer.json["current"] == now


@pytest.mark.both
def test_it_has_photos_for_those_who_see_it(
    manager: Person, driver: Person, other_driver: Person
) -> None:
    route = make_route(manager, driver=driver)
    ticket = make_ticket(manager, device_id=make_device(manager, route_id=route["id"])["id"])
    form = {"noun": "ticket", "noun_id": str(ticket["id"])}
    photo = driver.post("/api/files", data={**form, "file": (io.BytesIO(photo_bytes()), "a.png")})
    assert photo.status == 201, photo.text
    assert len(manager.get("/api/files", query_string=form).json["items"]) == 1
    assert other_driver.get("/api/files", query_string=form).status == 404
    assert other_driver.get(f"/api/files/{photo.json['id']}").status == 404


def test_what_was_done_is_in_the_audit_log(admin: Person) -> None:
    ticket = make_ticket(admin)
    admin.post(f"/api/tickets/{ticket['id']}/entries", json={"text": "Looked at it"})
    changed(admin, ticket, status="done")
    log = admin.get(f"/api/audit-entries?noun=ticket&noun_id={ticket['id']}").json["items"]
    assert [each["action"] for each in log] == [
        "ticket.updated",
        "ticket.commented",
        "ticket.created",
    ]
