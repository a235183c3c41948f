"""After an upgrade stored audits are read again, and only books that change are told of."""

from datetime import UTC, datetime, timedelta

import pytest

import auth
from services.reads import rereading
from tests.kit.factories import make_device, make_machine, make_stocked_device, send_audit
from tests.kit.machine import Zeros
from tests.services.books.sums_by_day import check_sums

ACTOR = auth.console()
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def machines(admin):
    """Two machines: one ran on, the board of the other answered zeros once."""
    found = []
    glitches: list[Zeros | None] = [None, "all"]
    for glitch in glitches:
        device = make_stocked_device(admin)
        machine = make_machine(device, serial=f"SN{device['id']}")
        machine.sell("A1", 300)
        for week, zeros in enumerate((None, glitch, None)):
            machine.sell("A1", 2)
            moment = (NOW - timedelta(days=7 * (4 - week))).replace(tzinfo=None)
            send_audit(admin, machine.audit(moment, zeros=zeros), device_id=device["id"])
        found.append(device)
    return found


def forget(engine, device_ids):
    """The books as an older version derived them: without totals, each fall an epoch."""
    with engine.writing() as db:
        for device_id in device_ids:
            db.execute(
                """
                UPDATE dex_reads SET paid_count_init = NULL, counted_units = NULL,
                    finding = 'plain', epoch = 0
                WHERE device_id = :id
                """,
                {"id": device_id},
            )
            db.execute("UPDATE devices SET books_rules = 0 WHERE id = :id", {"id": device_id})


def inflate(engine, device_id):
    """What the zeros made an older version book."""
    with engine.writing() as db:
        db.execute(
            """
            UPDATE sales SET units = 304 WHERE id = (
                SELECT max(id) FROM sales WHERE device_id = :id AND units > 0
            )
            """,
            {"id": device_id},
        )


def reread(engine):
    return list(rereading.reread_all(engine, ACTOR, on_device=lambda _: None))


def test_only_what_changes_is_told_and_it_is_kept(admin, engine, machines):
    steady, strange = (device["id"] for device in machines)
    forget(engine, [steady, strange])
    inflate(engine, strange)
    changes = reread(engine)
    assert [change["device_id"] for change in changes] == [strange]
    kept = admin.get("/api/book-changes").json
    assert kept["left"] == 0
    (change,) = kept["items"]
    assert change["asset"] == machines[1]["asset"]
    assert (change["units_before"], change["units_after"]) == (304, 4)
    entries = admin.get("/api/audit-entries?noun=device").json["items"]
    assert "device.books_derived_again" in {entry["action"] for entry in entries}
    assert reread(engine) == []


def test_a_device_that_waits_to_be_read_again_works_meanwhile(admin, engine, machines):
    forget(engine, [device["id"] for device in machines])
    assert admin.get("/api/book-changes").json["left"] == 2
    machine = make_machine(machines[0], serial=f"SN{machines[0]['id']}")
    machine.sell("A1", 311)
    answer = send_audit(
        admin,
        machine.audit((NOW - timedelta(days=1)).replace(tzinfo=None)),
        device_id=machines[0]["id"],
    )
    assert (answer.status, answer.json["units"]) == (201, 5)


def test_a_machine_without_audits_is_never_read_again(admin, engine):
    make_device(admin)
    assert admin.get("/api/book-changes").json == {"items": [], "next_cursor": None, "left": 0}


def test_books_that_were_read_again_are_right(admin, engine, machines):
    forget(engine, [device["id"] for device in machines])
    reread(engine)
    with engine.reading() as db:
        check_sums(db)
        units = db.execute("SELECT sum(units) FROM sales").fetchone()[0]
    assert units == 8
