"""Audits of another machine, and of a machine in parts, in the browser."""

import itertools
import re

from playwright.sync_api import expect

from domain.dex import writer
from tests.browser.fleet import noon
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, send_audit
from tests.kit.machine import Machine

numbers = itertools.count(1)


def file_of(content):
    return {"name": "audit.dex", "mimeType": "application/octet-stream", "buffer": content}


def combination(number):
    """Master and slave with one serial: 1 to 8, and 1 to 4."""

    def part(model, count, price):
        lines = (
            line
            for code in range(1, count + 1)
            for line in (f"PA1*{code}*{price}", f"PA2*{code * 10}*{code * 10 * price}*0*0")
        )
        return writer.seal([f"ID1*CB{number}*{model}", "ID5*20260105*0900", *lines])

    return part("MASTER", 8, 100) + part("SLAVE", 4, 150)


def test_an_audit_of_another_machine_is_booked_only_if_somebody_insists(sign_in, office):
    device = make_device(office, asset=f"OM-{next(numbers)}", serial=f"OWN{next(numbers)}")
    page = sign_in("manager", f"/devices/{device['id']}?tab=reads")
    audit = Machine(serial="STRANGE1").audit(noon(1))
    shown(page).locator("cvd-drop input[type=file]").set_input_files([file_of(audit)])
    row = shown(page).locator("#uploads li")
    expect(row).to_contain_text("Nothing was booked")
    expect(row).to_contain_text("STRANGE1")
    expect(row).to_contain_text(device["serial"])
    check_accessibility(page)
    screenshot(page, "device-other-machine")
    button = row.get_by_role("button", name="Book it all the same")
    button.focus()
    page.keyboard.press("Enter")
    expect(row).to_contain_text("the first one")
    assert office.get(f"/api/dex-reads?device_id={device['id']}").json["items"]


def test_who_assigns_an_audit_of_another_machine_is_asked(sign_in, office):
    device = make_device(office, asset=f"OM-{next(numbers)}", serial=f"OWN{next(numbers)}")
    read = send_audit(office, Machine(serial="STRANGE2").audit(noon(1))).json
    page = sign_in("manager", f"/dex/{read['id']}")
    shown(page).get_by_role("button", name="Assign to a device").click()
    dialog = shown(page).get_by_role("dialog")
    insisting = dialog.get_by_label("Book it all the same")
    expect(insisting).to_be_hidden()
    dialog.get_by_role("combobox").fill(device["asset"])
    dialog.get_by_role("option", name=re.compile(device["asset"])).first.click()
    dialog.get_by_role("button", name="Assign and book").click()
    expect(dialog).to_contain_text("STRANGE2")
    expect(insisting).to_be_visible()
    check_accessibility(page)
    screenshot(page, "dex-assign-other-machine")
    insisting.check()
    dialog.get_by_role("button", name="Assign and book").click()
    expect(dialog).to_be_hidden()
    assert office.get(f"/api/dex-reads/{read['id']}").json["device_id"] == device["id"]


def test_a_combination_machine_is_installed_with_two_cabinets(sign_in, office):
    number = next(numbers)
    read = send_audit(office, combination(number)).json
    page = sign_in("manager", f"/dex/{read['id']}")
    expect(shown(page).get_by_role("heading", name="Cabinet 2")).to_be_visible()
    screenshot(page, "dex-read-combination")
    page = sign_in("manager", f"/dex/{read['id']}/installation")
    expect(shown(page).get_by_role("heading", name="Cabinet 2")).to_be_visible()
    expect(shown(page).locator(".slot-line .place")).to_have_count(12)
    check_accessibility(page)
    screenshot(page, "installation-combination")
    shown(page).get_by_label("Asset number").fill(f"CB-{number}")
    shown(page).get_by_role("button", name="Create machine").click()
    page.wait_for_url(re.compile(r"/devices/\d+"))
    device = office.get(f"/api/devices?q=CB-{number}").json["items"][0]
    cabinets = office.get(f"/api/devices/{device['id']}").json["cabinets"]
    named = [
        [
            slot["selection"]
            for slot in office.get(f"/api/cabinets/{cabinet['id']}/planogram").json["slots"]
            if slot["selection"]
        ]
        for cabinet in cabinets
    ]
    assert named == [[str(n) for n in range(1, 9)], [f"2:{n}" for n in range(1, 5)]]
