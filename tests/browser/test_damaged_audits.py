"""A damaged audit: which check fails, beside the last good one, and what would be booked."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

import clock
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_dex_read, make_machine, make_planogram, send_audit

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def damaged(office):
    """A read whose selection A1 counts more since its reset than in all, on a known device."""
    device = make_device(office)
    week_ago = clock.later(clock.now(), days=-7)
    make_planogram(office, device["cabinets"][0]["id"], quantity=8, as_of=week_ago)
    machine = make_machine(device, serial=f"DMG{device['id']}")
    make_dex_read(office, machine, at=NOW - timedelta(days=3), device_id=device["id"])
    machine.sell("A1", 3)
    audit = machine.audit((NOW - timedelta(hours=2)).replace(tzinfo=None))
    line = next(each for each in audit.split(b"\r\n") if each.startswith(b"PA2*3*450*"))
    fields = line.split(b"*")
    fields[3] = b"1003"
    body, _, rest = audit.replace(line, b"*".join(fields)).rpartition(b"G85*")
    return send_audit(office, body + b"G85*0000" + rest[4:], device_id=device["id"]).json


def test_it_says_what_fails_and_what_would_be_booked(sign_in, damaged):
    page = sign_in("manager", f"/dex/{damaged['id']}")
    frame = shown(page)
    words = "Selection A1: 1,003 units since the last reset of 3 in all cannot be."
    expect(frame.get_by_role("heading", name="What does not agree")).to_be_visible()
    expect(frame.locator(".damage").get_by_text(words)).to_be_visible()
    expect(frame.get_by_text("since its last reset")).to_have_count(0)
    beside = frame.get_by_role("region", name="Beside the last good audit")
    expect(beside.get_by_role("row").nth(1)).to_contain_text("1,003, more than in all")
    expect(frame.get_by_text("3 units for $4.50")).to_be_visible()
    expect(frame.get_by_role("region", name="Stock that would change")).to_contain_text("A1")
    screenshot(page, "dex-damaged")
    check_accessibility(page)
    frame.get_by_role("button", name="Accept and book").click()
    expect(frame.get_by_text("It sold 3 units for $4.50")).to_be_visible()
    expect(frame.get_by_role("heading", name="Before you decide")).to_have_count(0)


def test_a_viewer_sees_what_fails_and_tries_nothing(sign_in, damaged):
    page = sign_in("viewer", f"/dex/{damaged['id']}", alone=True)
    frame = shown(page)
    expect(frame.get_by_role("heading", name="What does not agree")).to_be_visible()
    expect(frame.get_by_role("heading", name="What accepting would book")).to_have_count(0)


def test_a_phone_is_not_told_to_drop_files(sign_in):
    page = sign_in("manager", "/dex", phone=True, alone=True)
    frame = shown(page)
    expect(frame.get_by_text("Upload audits")).to_be_visible()
    expect(frame.get_by_text("Drop audits anywhere")).to_have_count(0)
