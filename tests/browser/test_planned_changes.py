"""Changes of many rows that wait for their day: planned in the dialog, looked at, taken back."""

import re

from playwright.sync_api import expect

import clock
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_planogram, make_product


def test_prices_are_planned_for_a_day_by_keyboard(sign_in, office):
    cola = make_product(office, name="Planned cola")
    device = make_device(office, asset="PLAN-1", rows=1, columns=2)
    make_planogram(office, device["cabinets"][0]["id"], products=[cola["id"]] * 2)
    page = sign_in("manager", "/devices?q=PLAN-1", alone=True)
    expect(shown(page).locator("tbody tr[data-index]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("x")
    shown(page).get_by_role("button", name="Change", exact=True).focus()
    page.keyboard.press("Enter")
    shown(page).get_by_role("menuitem", name="Change prices").focus()
    page.keyboard.press("Enter")
    shown(page).get_by_label("Amount").fill("1.95")
    expect(shown(page).get_by_role("region", name="Preview")).to_contain_text("2 slots")
    day = clock.later(clock.now(), days=40)[:10]
    shown(page).get_by_label("From the day on").fill(day)
    check_accessibility(page)
    screenshot(page, "plan-prices")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Prices of slots in 1 device")).to_be_visible()
    (planned,) = office.get("/api/planned-changes").json["items"]
    assert (planned["from_on"], planned["state"]) == (day, "planned")


def test_what_is_planned_is_looked_at_and_taken_back(sign_in, office):
    device = make_device(office, asset="PLAN-2", rows=1, columns=2)
    cola = make_product(office, name="Other planned cola")
    make_planogram(office, device["cabinets"][0]["id"], products=[cola["id"]] * 2)
    body = {
        "change": {"kind": "slot_price", "price": {"set_cents": 195}},
        "selection": {"ids": [device["id"]]},
        "from_on": clock.later(clock.now(), days=3)[:10],
    }
    assert office.post("/api/planned-changes", json=body).status == 201
    page = sign_in("manager", "/recent-changes?view=planned", alone=True)
    row = shown(page).locator("tbody tr[data-index]").first
    expect(row).to_contain_text("Prices of slots in 1 device")
    check_accessibility(page)
    screenshot(page, "planned-changes")
    row.get_by_text("Prices of slots in 1 device").click()
    dialog = shown(page).get_by_role("dialog")
    expect(dialog).to_contain_text("$1.95")
    screenshot(page, "planned-change")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    row.get_by_role("button", name="Take back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Planned no more")).to_be_visible()
    shown(page).get_by_role("tab", name="No longer planned").click()
    expect(shown(page).locator("tbody tr[data-index]").first).to_contain_text("Taken back")
    (ended,) = office.get("/api/planned-changes?ended=true").json["items"]
    assert ended["state"] == "cancelled"


def test_a_day_that_is_over_is_refused_at_its_field(sign_in, office):
    make_product(office, name="Late gum", price_cents=20)
    page = sign_in("manager", "/products?q=Late gum", alone=True)
    shown(page).locator("tbody tr[data-index]").first.get_by_role("checkbox").click()
    shown(page).get_by_role("button", name="Change", exact=True).click()
    shown(page).get_by_role("menuitem", name="Change prices").click()
    shown(page).get_by_label("Amount").fill("0.50")
    shown(page).get_by_label("From the day on").fill("2020-01-01")
    shown(page).get_by_role("button", name="Change prices", exact=True).click()
    expect(shown(page).get_by_role("dialog")).to_contain_text(
        re.compile("Choose a later day than today")
    )
