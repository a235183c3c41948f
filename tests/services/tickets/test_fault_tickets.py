"""Faults that audits tell of open tickets, and audits end them where nobody took them up."""

from __future__ import annotations

import random
import string
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

import clock
from db import Engine
from services.reads import dex_intakes
from services.upkeep import past_tickets
from tests.kit.factories import make_machine, make_stocked_device, send_audit
from tests.kit.people import Person

FIRST = datetime.now(UTC).replace(microsecond=0, tzinfo=None) - timedelta(days=20)
TWO_DAYS = timedelta(days=2)
JAMMED = "EBJ"
TELLS = {
    "F": (JAMMED,),
    "-": (),
    "O": ("EDT",),
    "2": (JAMMED, "EDT"),
}
SHOWN = ("code", "status", "seen_count", "first_seen_at", "last_seen_at", "over_at", "done_at")


def reporting(
    person: Person, days: str, *, ends: datetime | None = None
) -> tuple[Any, list[bytes]]:
    """A device with its machine, and an audit of each other day with the faults that TELLS names.

    The last audit is of `ends`, if given.
    """
    device = make_stocked_device(person)
    machine = device["machine"] = make_machine(device, serial=f"FT{device['id']}")
    audits = []
    first = FIRST if ends is None else ends.replace(tzinfo=None) - TWO_DAYS * (len(days) - 1)
    for day, tells in enumerate(days):
        at = first + TWO_DAYS * day
        machine.sell_some(2)
        for code in (JAMMED, "EDT"):
            machine.odometers.event_tallies.pop(code, None)
        for code in TELLS[tells]:
            machine.fault(code, at - timedelta(hours=1), active=True)
        audits.append(machine.audit(at))
    return device, audits


def send(person: Person, device: Any, audits: list[bytes]) -> None:
    for audit in audits:
        answer = send_audit(person, audit, device_id=device["id"])
        assert answer.status in (200, 201), answer.text


def tickets(person: Person, device: Any) -> list[Any]:
    path = f"/api/tickets?status=any&sort=newest&device_id={device['id']}"
    return sorted(
        person.get(path).json["items"], key=lambda each: (each["code"], each["first_seen_at"])
    )


def shown(person: Person, device: Any) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in SHOWN) for each in tickets(person, device)]


def at(day: int) -> str:
    return clock.to_text((FIRST + TWO_DAYS * day).replace(tzinfo=UTC))


@pytest.fixture(autouse=True)
def in_utc(admin: Person) -> None:
    settings = admin.get("/api/settings").json
    changes = {"version": settings["version"], "time_zone": "UTC"}
    assert admin.patch("/api/settings", json=changes).status == 200


def test_a_fault_of_an_audit_opens_a_ticket_and_the_next_one_joins_it(manager: Person) -> None:
    device, audits = reporting(manager, "-FF")
    send(manager, device, audits)
    (ticket,) = tickets(manager, device)
    assert (ticket["kind"], ticket["status"], ticket["username"]) == ("fault", "open", None)
    assert ticket["text"].endswith("(EBJ)")
    assert (ticket["seen_count"], ticket["first_seen_at"]) == (2, at(1))


def test_reading_an_audit_again_adds_nothing(manager: Person) -> None:
    device, audits = reporting(manager, "F-F")
    send(manager, device, audits)
    before = tickets(manager, device)
    send(manager, device, audits)
    assert tickets(manager, device) == before


def test_it_is_done_with_the_audit_that_no_longer_tells_of_it(manager: Person) -> None:
    device, audits = reporting(manager, "FF-")
    send(manager, device, audits)
    assert shown(manager, device) == [(JAMMED, "done", 2, at(0), at(1), at(2), at(2))]


def test_what_somebody_took_up_is_theirs_to_finish(manager: Person) -> None:
    device, audits = reporting(manager, "F-F-")
    send(manager, device, audits[:1])
    (ticket,) = tickets(manager, device)
    said = manager.post(f"/api/tickets/{ticket['id']}/entries", json={"text": "On my way"})
    assert said.status == 201
    send(manager, device, audits[1:])
    assert shown(manager, device) == [(JAMMED, "open", 2, at(0), at(2), at(3), None)]


def test_two_faults_are_two_tickets(manager: Person) -> None:
    device, audits = reporting(manager, "2O")
    send(manager, device, audits)
    assert [(each[0], each[1], each[2]) for each in shown(manager, device)] == [
        (JAMMED, "done", 1),
        ("EDT", "open", 2),
    ]


@pytest.mark.parametrize("days", ["F-FO", "2-2", "FF-"])
def test_any_order_of_arrival_ends_in_the_same_tickets(manager: Person, days: str) -> None:
    ends = set()
    for order in permutations(range(len(days))):
        device, audits = reporting(manager, days)
        send(manager, device, [audits[each] for each in order])
        ends.add(tuple(shown(manager, device)))
    assert len(ends) == 1


def test_a_fault_of_the_day_after_it_was_done_belongs_to_it_though_it_was_over_between(
    manager: Person, engine: Engine
) -> None:
    device, audits = reporting(manager, "F-F", ends=datetime.now(UTC) - timedelta(hours=2))
    send(manager, device, audits[:1])
    (ticket,) = tickets(manager, device)
    take_up = {"version": ticket["version"], "status": "in_progress"}
    assert manager.patch(f"/api/tickets/{ticket['id']}", json=take_up).status == 200
    send(manager, device, audits[1:])
    (ticket,) = tickets(manager, device)
    done = {"version": ticket["version"], "status": "done"}
    assert manager.patch(f"/api/tickets/{ticket['id']}", json=done).status == 200
    with engine.writing() as db:
        an_hour_ago = clock.later(clock.now(), hours=-1)
        db.execute("UPDATE tickets SET done_at = :at", {"at": an_hour_ago})
    machine = device["machine"]
    send(manager, device, [machine.audit(datetime.now(UTC).replace(tzinfo=None))])
    assert [each[:3] for each in shown(manager, device)] == [(JAMMED, "done", 3)]


def test_what_removal_took_away_is_not_opened_again_by_the_next_audit(
    admin: Person, engine: Engine
) -> None:
    device, audits = reporting(admin, "2OO", ends=datetime.now(UTC) - timedelta(days=400))
    send(admin, device, audits[:2])
    retention = admin.get("/api/retention").json
    kept = {"version": retention["version"], "ticket_days": 365}
    assert admin.patch("/api/retention", json=kept).status == 200
    with engine.writing() as db:
        before = clock.later(clock.now(), days=-365)
        assert past_tickets.remove(db, before, 10) == 1
    send(admin, device, audits[2:])
    assert [each[:3] for each in shown(admin, device)] == [("EDT", "open", 3)]


def test_a_broken_file_opens_no_thousand_tickets(manager: Person) -> None:
    device, _ = reporting(manager, "-")
    machine = device["machine"]
    for number in range(3 * dex_intakes.MOST_FAULTS):
        machine.fault(f"{JAMMED}_{number}", FIRST - timedelta(hours=1), active=True)
    send(manager, device, [machine.audit(FIRST)])
    listed = manager.get(f"/api/tickets?limit=200&device_id={device['id']}").json["items"]
    assert len(listed) == dex_intakes.MOST_FAULTS


@pytest.mark.both
def test_a_code_that_no_index_takes_is_no_fault(manager: Person) -> None:
    device, _ = reporting(manager, "-")
    machine = device["machine"]
    letters = "".join(random.Random(1).choices(string.ascii_letters, k=3_900))
    machine.fault(f"{JAMMED}_{letters}", FIRST - timedelta(hours=1), active=True)
    send(manager, device, [machine.audit(FIRST)])
    assert tickets(manager, device) == []


def test_an_audit_without_a_fault_opens_nothing(manager: Person) -> None:
    device, audits = reporting(manager, "--")
    send(manager, device, audits)
    assert tickets(manager, device) == []


def test_who_sent_the_audit_is_in_the_audit_log(admin: Person) -> None:
    device, audits = reporting(admin, "F")
    send(admin, device, audits)
    (ticket,) = tickets(admin, device)
    log = admin.get(f"/api/audit-entries?noun=ticket&noun_id={ticket['id']}").json["items"]
    assert [each["action"] for each in log] == ["ticket.opened"]
