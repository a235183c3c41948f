"""The audit's page says whether it adds up, and a renamed selection is linked there."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.browser.fleet import noon
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_machine, make_planogram, send_audit

numbers = itertools.count(1)


@pytest.fixture
def renamed(office):
    """A machine that calls A1 by another name in its second audit: the device and that read."""
    device = make_device(office, asset=f"RE-{next(numbers)}")
    as_of = "2020-01-01T00:00:00Z"
    make_planogram(office, device["cabinets"][0]["id"], quantity=None, as_of=as_of)
    machine = make_machine(device, serial=f"RES{device['id']}")
    machine.sell("A1", 400)
    machine.sell("A2", 90)
    send(office, device, machine, days_ago=8)
    machine.rename("A1", "101")
    machine.sell("101", 12)
    machine.sell("A2", 7)
    return device, send(office, device, machine, days_ago=1)


def send(office, device, machine, *, days_ago):
    audit = machine.audit(noon(days_ago))
    return send_audit(office, audit, device_id=device["id"]).json


def test_a_renamed_selection_is_linked_on_the_audits_page_and_taken_back(sign_in, office, renamed):
    _, read = renamed
    page = sign_in("manager", f"/dex/{read['id']}")
    frame = shown(page)
    sums = frame.locator(".reconciled")
    expect(sums).to_contain_text("12 units more than the selections say")
    expect(sums.get_by_role("row", name="Counted but not booked")).to_contain_text("12")
    check_accessibility(page)
    screenshot(page, "reconciling")
    frame.get_by_role(
        "button", name=re.compile("101.* is the former .*A1.*: book 12 units")
    ).click()
    expect(sums).to_contain_text("The machine's total agrees: 19 units.")
    assert office.get(f"/api/dex-reads/{read['id']}").json["units"] == 19
    screenshot(page, "reconciled")
    page.get_by_role("button", name="Undo").click()
    expect(sums).to_contain_text("12 units more than the selections say")
    assert office.get(f"/api/dex-reads/{read['id']}").json["units"] == 7


def test_what_is_counted_and_not_booked_is_on_the_devices_page_and_on_today(sign_in, renamed):
    device, _ = renamed
    page = sign_in("manager", f"/devices/{device['id']}")
    expect(shown(page).locator("#figures")).to_contain_text(re.compile("Counted, not booked.*12"))
    screenshot(page, "unbooked-device")
    page = sign_in("manager", "/")
    group = shown(page).locator("#unbooked")
    expect(group).to_contain_text("12 units not booked")
    screenshot(page, "unbooked-today")


def test_links_are_edited_with_the_device(sign_in, office, renamed):
    device, read = renamed
    frame = shown(sign_in("manager", f"/devices/{device['id']}", alone=True))
    frame.get_by_role("button", name="Edit").click()
    frame.get_by_label("Renamed selections").fill("101 = A1")
    frame.get_by_role("button", name="Save changes").click()
    expect(frame.get_by_role("dialog")).to_have_count(0)
    assert office.get(f"/api/dex-reads/{read['id']}").json["units"] == 19
