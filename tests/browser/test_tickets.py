"""Tickets in the browser: written at a machine, found in the list, talked about, done, undone."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

import clock
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.browser.test_photos import picture
from tests.kit.factories import make_device, make_location, make_route, make_ticket
from tests.kit.stops import make_stop, order


@pytest.fixture
def device(office):
    made = make_device(office, location_id=make_location(office, name="City library")["id"])
    entered = clock.now()
    # Of a machine that has been here for no second yet, nobody knows how long it was up.
    while clock.now() == entered:
        time.sleep(0.05)
    return made


def save(frame):
    frame.get_by_role("button", name="Save ticket").click()


def test_the_office_writes_finds_and_finishes_one(sign_in, device):
    page = sign_in("manager", f"/devices/{device['id']}?tab=tickets")
    frame = shown(page)
    expect(frame.get_by_text("No ticket yet")).to_be_visible()
    expect(frame.get_by_text("100% up in 90 days")).to_be_visible()
    check_accessibility(page)
    frame.get_by_role("button", name="New ticket").click()
    frame.get_by_label("What is it?").fill("The display is dark\nSince the storm")
    frame.get_by_label("Kind").select_option("Damage")
    frame.get_by_label("The machine sells nothing").check()
    screenshot(page, "ticket-form")
    check_accessibility(page)
    save(frame)
    row = frame.get_by_role("link", name="The display is dark")
    expect(row).to_be_visible()
    expect(frame.get_by_text("Machine down")).to_be_visible()
    screenshot(page, "device-tickets")
    row.click()
    frame = shown(page)
    expect(frame.get_by_role("heading", name="The display is dark")).to_be_visible()
    frame.get_by_label("Say something").fill("Ordered a new one")
    frame.get_by_role("button", name="Add to the ticket").click()
    expect(frame.get_by_role("listitem").filter(has_text="Ordered a new one")).to_be_visible()
    screenshot(page, "ticket")
    check_accessibility(page)
    page.keyboard.press("Escape")
    frame.get_by_role("heading", name="What happened").click()
    page.keyboard.press("d")
    expect(frame.get_by_role("button", name="Open again")).to_be_visible()
    expect(frame.get_by_role("listitem").filter(has_text="machine up since")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(frame.get_by_role("button", name="Done")).to_be_visible()
    expect(frame.get_by_text("Machine down", exact=True)).to_be_visible()


def test_a_long_text_is_read_below_a_heading_that_leaves_room_for_the_buttons(
    sign_in, office, device
):
    text = "A guest lost two dollars twice this morning: the reader says wait, and nothing comes."
    ticket = make_ticket(office, device_id=device["id"], text=text)
    page = sign_in("manager", f"/tickets/{ticket['id']}")
    page.set_viewport_size({"width": 1440, "height": 900})
    heading = shown(page).get_by_role("heading", level=1)
    expect(heading).to_have_text("A guest lost two dollars twice this morning: the reader…")
    expect(shown(page).get_by_text(text, exact=True)).to_be_visible()
    done = shown(page).get_by_role("button", name="Done")
    expect(done).to_be_visible()
    end_of_heading = heading.evaluate("it => it.getBoundingClientRect().bottom")
    assert done.evaluate("it => it.getBoundingClientRect().top") < end_of_heading


def test_the_list_is_narrowed_by_its_chips_and_says_what_is_late(sign_in, office, device):
    make_ticket(office, device_id=device["id"], text="Late lamp", due_on="2026-01-02")
    make_ticket(office, device_id=device["id"], kind="task", text="Paint the side")
    make_ticket(office, device_id=device["id"], kind="note", text="Key is at the desk")
    page = sign_in("manager", f"/tickets?device_id={device['id']}")
    frame = shown(page)
    expect(frame.get_by_role("link", name="Paint the side")).to_be_visible()
    expect(frame.get_by_text(re.compile("2026, late"))).to_be_visible()
    expect(frame.get_by_role("link", name="Key is at the desk")).to_have_count(0)
    screenshot(page, "tickets")
    check_accessibility(page)
    frame.get_by_role("button", name="Late").click()
    expect(frame.get_by_role("link", name="Paint the side")).to_have_count(0)
    expect(frame.get_by_role("link", name="Late lamp")).to_be_visible()


def test_the_palette_and_a_key_begin_one(sign_in, device):
    page = sign_in("manager", "/tickets")
    frame = shown(page)
    expect(frame.get_by_text("Machine down", exact=True).first).to_be_visible()
    page.keyboard.press("n")
    dialog = frame.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Machine").fill(device["asset"])
    dialog.get_by_role("option", name=device["asset"]).click()
    dialog.get_by_label("What is it?").fill("Door does not shut")
    save(frame)
    expect(shown(page).get_by_role("heading", name="Door does not shut")).to_be_visible()


def test_a_driver_reports_with_a_photo_from_a_visit(sign_in, office):
    drivers = {one["username"]: one["id"] for one in office.get("/api/drivers").json["items"]}
    route = make_route(office, driver_id=drivers["dora"])
    stop = make_stop(office, route["id"])
    made = order(office, route["id"], stop)
    make_ticket(office, device_id=stop.device_id, kind="note", text="Key is at the desk")
    page = sign_in("driver", f"/service-orders/{made['id']}/visits/{stop.cabinet_id}", phone=True)
    frame = shown(page)
    expect(frame.get_by_role("link", name="Key is at the desk")).to_be_visible()
    screenshot(page, "visit-tickets")
    frame.get_by_role("button", name="Report").click()
    dialog = frame.get_by_role("dialog")
    dialog.get_by_label("What is it?").fill("Glass is cracked")
    dialog.get_by_label("Photo").set_input_files(picture(1))
    screenshot(page, "visit-report")
    check_accessibility(page)
    save(frame)
    link = frame.get_by_role("link", name="Glass is cracked")
    expect(link).to_be_visible()
    link.click()
    frame = shown(page)
    expect(frame.get_by_role("button", name="Photo of Glass is cracked")).to_be_visible()
    screenshot(page, "ticket-of-driver")
    check_accessibility(page)


def test_a_note_of_a_location_is_written_at_its_list_and_read_at_its_machines(sign_in, office):
    drivers = {one["username"]: one["id"] for one in office.get("/api/drivers").json["items"]}
    route = make_route(office, driver_id=drivers["dora"])
    place = make_location(office, name="Old town hall")
    stop = make_stop(office, route["id"], location_id=place["id"])
    made = order(office, route["id"], stop)
    page = sign_in("manager", f"/tickets?location_id={place['id']}&status=any")
    frame = shown(page)
    expect(frame.get_by_role("heading", name="Tickets of Old town hall")).to_be_visible()
    frame.get_by_role("button", name="New ticket").first.click()
    dialog = frame.get_by_role("dialog", name="New ticket for Old town hall")
    expect(dialog.get_by_role("combobox", name="Machine")).to_have_count(0)
    dialog.get_by_label("What is it?").fill("The gate shuts at six")
    dialog.get_by_label("Kind").select_option("Note")
    screenshot(page, "ticket-of-location")
    save(frame)
    expect(shown(page).get_by_role("heading", name="The gate shuts at six")).to_be_visible()
    page = sign_in("driver", f"/service-orders/{made['id']}/visits/{stop.cabinet_id}", phone=True)
    expect(shown(page).get_by_role("link", name="The gate shuts at six")).to_be_visible()


def test_a_device_tells_its_history_and_a_report_what_was_down(sign_in, office, device):
    since = clock.later(clock.now(), hours=-30)
    make_ticket(office, device_id=device["id"], text="No power at all", down_since=since)
    page = sign_in("manager", f"/devices/{device['id']}?tab=history")
    frame = shown(page)
    expect(frame.get_by_text("No power at all")).to_be_visible()
    screenshot(page, "device-history")
    check_accessibility(page)
    page = sign_in("manager", "/availability")
    frame = shown(page)
    expect(frame.get_by_role("link", name=device["asset"], exact=True)).to_be_visible()
    expect(frame.get_by_text("1 d 6 h").first).to_be_visible()
    expect(frame.get_by_text("still down").first).to_be_visible()
    screenshot(page, "availability")
    check_accessibility(page)


def test_today_tells_of_machines_that_are_down_and_of_what_is_due(sign_in, office, device):
    since = clock.later(clock.now(), hours=-3)
    make_ticket(office, device_id=device["id"], text="No power", down_since=since)
    make_ticket(office, device_id=device["id"], text="Late lamp", due_on="2026-01-02")
    page = sign_in("manager", "/today")
    frame = shown(page)
    down = frame.locator("#down")
    expect(down.get_by_text("No power", exact=True)).to_be_visible()
    expect(frame.locator("#tickets").get_by_text("Late lamp").first).to_be_visible()
    screenshot(page, "today-tickets")
    check_accessibility(page)
