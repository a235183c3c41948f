"""What accepting a damaged audit would book, and which of its checks fail, beforehand."""

from datetime import UTC, datetime, timedelta

import pytest

import clock
from db import scalar
from tests.kit.factories import make_device, make_dex_read, make_machine, make_planogram, send_audit

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

NOW = datetime.now(UTC).replace(microsecond=0)


def damaged(manager, machine, device, *, replace=(b"*", b"*"), at=NOW):
    """An audit of which a byte changed on its way, so that its checksum does not match."""
    audit = machine.audit(at.replace(tzinfo=None)).replace(*replace)
    audit = audit.replace(b"DXS*", b"DXS*", 1)
    body, _, rest = audit.rpartition(b"G85*")
    return send_audit(manager, body + b"G85*0000" + rest[4:], device_id=device["id"]).json


def preview(person, read):
    return person.post(f"/api/dex-reads/{read['id']}/acceptance-preview")


def machine_with_a_read(manager):
    device = make_device(manager)
    week_ago = clock.later(clock.now(), days=-7)
    make_planogram(manager, device["cabinets"][0]["id"], quantity=8, as_of=week_ago)
    machine = make_machine(device)
    make_dex_read(manager, machine, at=NOW - timedelta(days=3), device_id=device["id"])
    machine.sell("A1", 3)
    return device, machine


@pytest.mark.both
def test_it_says_what_would_be_booked_and_books_nothing(manager, engine):
    device, machine = machine_with_a_read(manager)
    read = damaged(manager, machine, device)
    assert read["status"] == "damaged"
    with engine.reading() as db:
        before = scalar(db, "SELECT count(*) FROM audit_entries")
    found = preview(manager, read).json
    assert (found["status"], found["units"], found["amount_cents"]) == ("booked", 3, 450)
    assert [(each["selection"], each["units"]) for each in found["selections"]] == [("A1", 3)]
    assert [(each["label"], each["before"], each["after"]) for each in found["slots"]] == [
        ("A1", 8, 5)
    ]
    still = manager.get(f"/api/dex-reads/{read['id']}").json
    assert (still["status"], still["accepted_at"]) == ("damaged", None)
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM audit_entries") == before
        assert scalar(db, "SELECT count(*) FROM sales WHERE units > 0") == 0


@pytest.mark.both
def test_accepting_books_what_was_shown(manager):
    device, machine = machine_with_a_read(manager)
    read = damaged(manager, machine, device)
    shown = preview(manager, read).json
    booked = manager.post(f"/api/dex-reads/{read['id']}/acceptance").json
    assert (booked["units"], booked["amount_cents"]) == (shown["units"], shown["amount_cents"])


@pytest.mark.both
def test_an_audit_that_is_in_the_books_has_no_preview(manager):
    device, machine = machine_with_a_read(manager)
    read = make_dex_read(manager, machine, at=NOW, device_id=device["id"])
    assert preview(manager, read).status == 409
    assert preview(manager, {"id": 999_999}).status == 404


def test_more_since_a_reset_than_in_all_is_a_check_that_fails(manager):
    device, machine = machine_with_a_read(manager)
    audit = machine.audit(NOW.replace(tzinfo=None))
    line = next(each for each in audit.split(b"\r\n") if each.startswith(b"PA2*3*450*"))
    fields = line.split(b"*")
    fields[3] = b"1003"
    read = damaged(manager, machine, device, replace=(line, b"*".join(fields)))
    detail = manager.get(f"/api/dex-reads/{read['id']}").json
    (check,) = [each for each in detail["checks"] if each["name"] == "since_reset"]
    assert check["passed"] is False
    assert check["meaning"] == (
        "Selection A1: 1,003 units since the last reset of 3 in all cannot be."
    )
    assert (check["expected"], check["actual"]) == ("3", "1003")
