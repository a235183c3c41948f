"""Machines side by side: chosen by name, in the list of devices or on a device's page."""

import re

from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.browser.looking import check_accessibility, screenshot, shown


def address(fleet, *assets, **query):
    ids = ",".join(str(fleet.device(asset)["id"]) for asset in assets)
    return f"/compare?devices={ids}" + "".join(f"&{name}={value}" for name, value in query.items())


def column(page, asset):
    return shown(page).get_by_role("columnheader").filter(has_text=asset)


def cell(page, row, place):
    name = re.compile(f"^{row}")
    return shown(page).get_by_role("row", name=name).get_by_role("cell").nth(place)


def test_without_a_machine_it_says_how_to_choose(sign_in):
    page = sign_in("viewer", "/compare")
    expect(shown(page).get_by_role("heading", name="Choose two to six machines")).to_be_visible()
    expect(shown(page).get_by_role("link", name="Download CSV")).to_be_hidden()
    check_accessibility(page)
    screenshot(page, "compare-empty")


def test_machines_stand_beside_each_other_and_their_kind(sign_in, fleet, office):
    page = sign_in("manager", address(fleet, "T-1000", "T-1003", "T-1011"))
    heads = shown(page).get_by_role("columnheader")
    expect(heads).to_have_count(3)
    against = re.compile(r"Sells (\d+% (more|less) than|as much as) the mean of \d+ machines")
    expect(column(page, "T-1000")).to_contain_text(against)
    expect(column(page, "T-1011")).to_contain_text("compared with nothing")
    for row in ("Money a day", "In all", "Time sold out", "Lost by it"):
        expect(cell(page, row, 2)).not_to_contain_text(re.compile(r"\d"))
    first = fleet.device("T-1000")["id"]
    figure = cell(page, "Money a day", 0).get_by_role("link")
    expect(figure).to_have_attribute("href", re.compile(rf"/sales\?device_id={first}&from="))
    check_accessibility(page)
    screenshot(page, "compare")
    figure.click()
    expect(page).to_have_url(re.compile(r"#/sales\?device_id="))
    page.go_back()
    expect(heads).to_have_count(3)


def test_the_address_keeps_machines_and_days(sign_in, fleet):
    page = sign_in("viewer", address(fleet, "T-1000", "T-1001"))
    shown(page).get_by_role("combobox", name="Period").select_option("Last 90 days")
    expect(page).to_have_url(re.compile("days=90"))
    shown(page).get_by_role("button", name=re.compile("Remove .?T-1000")).click()
    expect(shown(page).get_by_role("columnheader")).to_have_count(1)
    page.reload()
    expect(shown(page).get_by_role("columnheader")).to_have_count(1)
    expect(column(page, "T-1001")).to_be_visible()
    expect(shown(page).get_by_role("combobox", name="Period")).to_have_value("90")


def test_a_machine_is_added_by_keyboard(sign_in, fleet):
    page = sign_in("viewer", address(fleet, "T-1000"))
    expect(column(page, "T-1000")).to_be_visible()
    keyboard = Keyboard(page)
    box = shown(page).get_by_role("combobox", name="Add a machine")
    keyboard.reach(box)
    keyboard.type("T-1004")
    expect(shown(page).get_by_role("option", name=re.compile("T-1004"))).to_be_visible()
    keyboard.press("Enter")
    expect(column(page, "T-1004")).to_be_visible()
    expect(page).to_have_url(re.compile(r"devices=\d+%2C\d+|devices=\d+,\d+"))
    expect(box).to_have_value("")
    keyboard.never_pointed()


def test_they_are_chosen_in_the_list_of_devices(sign_in):
    page = sign_in("manager", "/devices?q=T-100")
    boxes = shown(page).locator("tbody tr[data-index] input[type=checkbox]")
    boxes.nth(0).check()
    expect(shown(page).get_by_role("button", name="Compare")).to_have_count(0)
    boxes.nth(1).check()
    shown(page).get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile("#/compare"))
    expect(shown(page).get_by_role("columnheader")).to_have_count(2)


def test_a_device_leads_there(sign_in, fleet):
    page = sign_in("viewer", f"/devices/{fleet.device('T-1000')['id']}")
    shown(page).get_by_role("link", name="Compare").click()
    expect(page).to_have_url(re.compile("#/compare"))
    expect(shown(page).get_by_text("Add another machine to see both.")).to_be_visible()
    expect(shown(page).get_by_role("columnheader")).to_have_count(1)


def test_a_driver_has_no_such_page(sign_in, fleet):
    page = sign_in("driver", f"/devices/{fleet.device('T-1000')['id']}")
    expect(shown(page).locator("#actions").get_by_role("link", name="Planogram")).to_be_visible()
    expect(shown(page).get_by_role("link", name="Compare")).to_have_count(0)
    expect(page.get_by_role("link", name="Compare")).to_have_count(0)


def test_a_link_to_a_machine_that_is_no_more_is_no_dead_end(sign_in, fleet):
    page = sign_in("viewer", f"{address(fleet, 'T-1000')},999999")
    expect(shown(page).get_by_role("alert")).to_contain_text("There is no device 999999")
    expect(shown(page).locator("cvd-skeleton")).to_have_count(0)
    shown(page).get_by_role("button", name="Choose machines anew").click()
    expect(shown(page).get_by_role("heading", name="Choose two to six machines")).to_be_visible()
    expect(shown(page).get_by_role("alert")).to_have_count(0)


def test_no_figures_stand_under_days_that_cannot_be_compared(sign_in, fleet):
    page = sign_in("viewer", address(fleet, "T-1000"))
    expect(column(page, "T-1000")).to_be_visible()
    shown(page).get_by_role("combobox", name="Period").select_option("Own dates")
    expect(column(page, "T-1000")).to_be_visible()
    shown(page).get_by_label("Last day").fill("2020-01-01")
    expect(shown(page).get_by_role("alert")).to_be_visible()
    expect(shown(page).get_by_role("columnheader")).to_have_count(0)
