"""Where audits come from: counted by source, found again, and missed when they stop."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import clock
from db import Engine
from services.reads import dex_sources
from services.reads.dex_source_service import usual_gap
from services.reads.dex_sources import Source, Tally
from tests.kit.factories import make_machine, make_stocked_device, send_audit
from tests.kit.machine import Machine
from tests.kit.people import Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

AT = datetime.now(UTC).replace(microsecond=0, tzinfo=None) - timedelta(days=20)


@pytest.fixture
def machine(manager: Person) -> Machine:
    device = make_stocked_device(manager)
    return make_machine(device, serial=f"SO{device['id']}")


def sources(person: Person) -> dict[str, Any]:
    return {each["name"]: each for each in person.get("/api/dex-sources").json["items"]}


@pytest.mark.both
def test_what_people_and_keys_send_is_counted_for_each(
    manager: Person, admin: Person, machine: Machine
) -> None:
    key = manager.with_key(["dex:push"])
    first = machine.audit(AT)
    send_audit(key, first)
    send_audit(key, first)
    send_audit(admin, b"no audit at all", filename="notes.txt")
    found = sources(manager)
    gateway, person = found["Gateway"], found["anna"]
    assert (gateway["kind"], gateway["today"], gateway["known"]) == ("key", 1, 1)
    assert (person["kind"], person["total"], person["refused"]) == ("person", 0, 1)
    assert person["last_error"].startswith("notes.txt: Line 1: ")
    assert gateway["last_error"] is None


def test_what_waits_for_a_person_is_counted(manager: Person) -> None:
    send_audit(manager, Machine(serial="NOBODYS", selections={"A1": 150}).audit(AT))
    assert sources(manager)["max"]["waiting"] == 1


@pytest.mark.both
def test_the_audits_of_a_source_are_found(manager: Person, admin: Person, machine: Machine) -> None:
    mine = send_audit(manager, machine.audit(AT)).json
    machine.sell_some(2)
    send_audit(admin, machine.audit(AT + timedelta(hours=3)))
    source = sources(manager)["max"]["id"]
    listed = manager.get(f"/api/dex-reads?source_id={source}").json["items"]
    assert [each["id"] for each in listed] == [mine["id"]]


def plant(engine: Engine, source: Source, days_ago: list[int]) -> None:
    """A source that sent on these days."""
    today = date.fromisoformat(clock.today("Europe/Berlin"))
    with engine.writing() as db:
        source_id = dex_sources.id_of(db, source)
        for ago in days_ago:
            day = (today - timedelta(days=ago)).isoformat()
            tally = Tally(received=1)._asdict()
            db.execute(dex_sources.COUNT, {"id": source_id, "day": day, **tally})


@pytest.mark.both
def test_a_gateway_that_is_silent_for_much_longer_than_usual_is_on_today(
    engine: Engine, manager: Person, viewer: Person
) -> None:
    plant(engine, dex_sources.of_inbox("stopped"), [9, 8, 7, 6, 5, 4, 3])
    plant(engine, dex_sources.of_inbox("weekly"), [40, 33, 26, 19, 12])
    plant(engine, dex_sources.of_inbox("new"), [9, 8])
    plant(engine, Source("person", "99", "somebody"), [9, 8, 7, 6, 5, 4])
    plant(engine, Source("key", "1:cvd_gone", "revoked"), [9, 8, 7, 6, 5, 4])
    found = manager.get("/api/dashboard").json["attention"]["silent_sources"]
    assert [(each["name"], each["detail"]) for each in found["items"]] == [
        ("Inbox: stopped", "nothing for 3 days; it used to send every day")
    ]
    assert sources(manager)["Inbox: stopped"]["silent_days"] == 3
    assert sources(manager)["Inbox: weekly"]["silent_days"] is None
    assert viewer.get("/api/dashboard").json["attention"]["silent_sources"]["count"] == 0


@pytest.mark.once("it is about numbers alone")
def test_what_is_usual_is_the_longest_gap_of_enough_days() -> None:
    days = [date(2026, 1, day) for day in (1, 2, 5, 6, 7)]
    assert usual_gap(days) == 3
    assert usual_gap(days[:4]) is None
