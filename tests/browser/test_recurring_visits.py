"""Recurring visits: made in a form, seen in the calendar, and single days moved or left out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

import clock
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_route
from tests.kit.stops import make_stop

# A Wednesday in a month that no other test plans for.
DAY = date(2032, 5, 12)


@pytest.fixture
def route(office):
    """A route of its own, without a driver."""
    return make_route(office)


@pytest.fixture
def stop(office, route):
    return make_stop(office, route["id"])


def recurring(office, route, **more):
    body = {
        "name": f"Round of {route['name']}",
        "route_id": route["id"],
        "weekdays": "3",
        "starts_on": "2032-05-01",
    }
    answer = office.post("/api/recurring-visits", json={**body, **more})
    assert answer.status == 201, answer.text
    return answer.json


def calendar(route, more=""):
    return f"/calendar?day={DAY}&route_id={route['id']}{more}"


def bar(page, made, day=DAY):
    return shown(page).locator(f'[data-recurring="{made["id"]}:{day}"]')


def cell(page, day):
    return shown(page).locator(f'td[data-day="{day}"]')


def days(office, route):
    asked = f"from=2032-05-01&to=2032-05-31&route_id={route['id']}"
    return [
        (each["day"], each["on"], each["state"])
        for each in office.get(f"/api/recurring-days?{asked}").json["items"]
    ]


def test_it_is_made_with_the_keyboard_and_its_days_are_in_the_calendar(sign_in, route, stop):
    page = sign_in("manager", "/recurring-visits")
    shown(page).get_by_role("button", name="New recurring visit").first.click()
    form = shown(page).get_by_role("dialog")
    form.get_by_label("Name").fill("City hospital")
    form.get_by_role("combobox", name="Route").fill(route["name"])
    form.get_by_role("option", name=route["name"], exact=True).click()
    form.get_by_role("combobox", name="Add a machine").fill(stop.asset)
    form.get_by_role("option", name=stop.asset, exact=True).click()
    expect(form.get_by_role("button", name=f"Take out {stop.asset}")).to_be_visible()
    form.get_by_label("Mon").check()
    form.get_by_label("Wed").check()
    form.get_by_label("First day").fill("2032-05-01")
    check_accessibility(page)
    screenshot(page, "recurring-form")
    page.keyboard.press("Control+Enter")
    row = shown(page).get_by_role("row", name="City hospital")
    expect(row).to_contain_text("Every Mon and Wed")
    expect(row).to_contain_text("1 machine")
    check_accessibility(page)
    screenshot(page, "recurring-visits")
    page.goto(f"/#{calendar(route)}")
    expect(cell(page, DAY)).to_contain_text("City hospital")
    check_accessibility(page)
    screenshot(page, "calendar-recurring")


def test_without_a_weekday_it_says_what_is_missing(sign_in, office, route):
    page = sign_in("manager", "/recurring-visits?new=true", alone=True)
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Nowhere")
    page.keyboard.press("Control+Enter")
    expect(form).to_contain_text("Choose at least one day of the week.")


def test_a_machine_on_no_route_is_offered_beside_many_that_are_on_one(sign_in, office, route):
    words = f"T{route['id']}"
    for number in range(21):
        make_device(office, asset=f"{words}-{number}", route_id=route["id"], cabinets=0)
    alone = make_device(office, asset=f"{words}-99", cabinets=0)
    page = sign_in("manager", "/recurring-visits?new=true", alone=True)
    form = page.get_by_role("dialog")
    form.get_by_role("combobox", name="Add a machine").fill(words)
    expect(form.get_by_role("option", name=alone["asset"], exact=True)).to_be_visible()


def test_a_day_is_dragged_to_another_and_back(sign_in, office, route, stop):
    made = recurring(office, route)
    page = sign_in("manager", calendar(route))
    friday = DAY + timedelta(days=2)
    bar(page, made).drag_to(cell(page, friday))
    expect(cell(page, friday)).to_contain_text(made["name"])
    assert (str(DAY), str(friday), "planned") in days(office, route)
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, DAY)).to_contain_text(made["name"])
    assert (str(DAY), str(DAY), "planned") in days(office, route)


def test_a_day_is_moved_and_left_out_with_the_keyboard(sign_in, office, route, stop):
    made = recurring(office, route)
    page = sign_in("manager", calendar(route))
    bar(page, made).focus()
    page.keyboard.press("m")
    form = shown(page).get_by_role("dialog")
    form.get_by_label("Date").fill("2032-05-20")
    page.keyboard.press("Control+Enter")
    expect(cell(page, "2032-05-20")).to_contain_text(made["name"])
    expect(bar(page, made)).to_be_focused()
    page.keyboard.press("Enter")
    expect(form).to_contain_text("Moved from")
    check_accessibility(page)
    screenshot(page, "recurring-day")
    form.get_by_role("button", name="Leave this day out").click()
    expect(bar(page, made)).to_contain_text("Left out")
    assert (str(DAY), str(DAY), "left_out") in days(office, route)
    bar(page, made).click()
    form.get_by_role("button", name="Take it in again").click()
    expect(bar(page, made)).not_to_contain_text("Left out")


def test_why_there_is_no_order_is_said_in_the_calendar(sign_in, office, route):
    today = date.fromisoformat(clock.today("Europe/Berlin"))
    made = recurring(office, route, starts_on=str(today), weekdays="1234567", days_ahead=0)
    page = sign_in("manager", f"/calendar?day={today}&route_id={route['id']}", alone=True)
    bar(page, made, today).click()
    words = f"No machine in use is on route {route['name']}."
    expect(page.get_by_role("dialog")).to_contain_text(words)


def test_it_is_archived_and_taken_back(sign_in, office, route, stop):
    made = recurring(office, route)
    page = sign_in("manager", f"/recurring-visits?route_id={route['id']}")
    row = shown(page).get_by_role("row", name=made["name"])
    row.get_by_role("button", name=f"Actions for {made['name']}").click()
    shown(page).get_by_role("menuitem", name="Archive").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()


def test_a_phone_shows_its_days_and_a_driver_moves_none(sign_in, office, stage, route, stop):
    drivers = {each["username"]: each["id"] for each in office.get("/api/drivers").json["items"]}
    made = recurring(office, route, driver_id=drivers["dora"])
    page = sign_in("driver", f"/calendar?day={DAY}", phone=True)
    expect(bar(page, made)).to_contain_text(made["name"])
    expect(bar(page, made)).to_have_attribute("draggable", "false")
    bar(page, made).click()
    expect(shown(page).get_by_role("dialog")).to_contain_text("no order yet")
    check_accessibility(page)
    screenshot(page, "recurring-phone")
