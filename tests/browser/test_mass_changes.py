"""Many rows changed at once: selecting them, seeing what it means, doing it, taking it back."""

import re

from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.browser.test_devices import choose
from tests.kit.factories import make_device, make_planogram, make_product, make_route


def rows(page):
    return shown(page).locator("tbody tr[data-index]")


def preview(page):
    return shown(page).get_by_role("region", name="Preview")


def test_devices_move_to_a_route_once_it_was_seen_what_that_means(sign_in, office):
    was, new = make_route(office), make_route(office)
    ids = [make_device(office, asset=f"MASS-{n}", route_id=was["id"])["id"] for n in range(3)]
    page = sign_in("manager", "/devices?q=MASS-", alone=True)
    expect(rows(page)).to_have_count(3)
    shown(page).get_by_role("checkbox", name="Select all").click()
    shown(page).get_by_role("button", name="Move to a route").click()
    choose(page, "Route", new["name"], re.compile(new["name"]))
    expect(preview(page)).to_contain_text(f"3 devices move from 1 route to {new['name']}.")
    expect(preview(page)).to_contain_text("MASS-0")
    check_accessibility(page)
    screenshot(page, "mass-change")
    shown(page).get_by_role("button", name="Move", exact=True).click()
    expect(rows(page).first).to_contain_text(new["name"])
    page.get_by_role("button", name="Undo").click()
    expect(rows(page).first).to_contain_text(was["name"])
    routes = [office.get(f"/api/devices/{each}").json["route_id"] for each in ids]
    assert routes == [was["id"]] * 3


def test_devices_lose_their_route_only_where_that_is_chosen(sign_in, office):
    route = make_route(office)
    device = make_device(office, asset="LOSE-1", route_id=route["id"])
    page = sign_in("manager", "/devices?q=LOSE-1", alone=True)
    rows(page).first.get_by_role("checkbox").click()
    shown(page).get_by_role("button", name="Move to a route").click()
    expect(preview(page)).to_contain_text("What changes shows here.")
    shown(page).get_by_role("button", name="Move", exact=True).click()
    expect(shown(page).get_by_role("dialog")).to_be_visible()
    assert office.get(f"/api/devices/{device['id']}").json["route_id"] == route["id"]
    choose(page, "Route", "No route", "No route")
    expect(preview(page)).to_contain_text("LOSE-1")
    shown(page).get_by_role("button", name="Move", exact=True).click()
    expect(shown(page).get_by_role("dialog")).to_have_count(0)
    assert office.get(f"/api/devices/{device['id']}").json["route_id"] is None


def test_rows_are_selected_by_keyboard_and_their_prices_changed(sign_in, office):
    cola = make_product(office, name="Keyboard cola")
    for n in range(2):
        device = make_device(office, asset=f"KEYS-{n}", rows=1, columns=2)
        make_planogram(office, device["cabinets"][0]["id"], products=[cola["id"]] * 2)
    page = sign_in("manager", "/devices?q=KEYS-", alone=True)
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("Shift+ArrowDown")
    expect(shown(page).get_by_text("2 selected")).to_be_visible()
    shown(page).get_by_role("button", name="Change", exact=True).focus()
    page.keyboard.press("Enter")
    shown(page).get_by_role("menuitem", name="Change prices").focus()
    page.keyboard.press("Enter")
    expect(shown(page).get_by_role("combobox", name="How")).to_be_focused()
    shown(page).get_by_label("How").select_option("percent")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    expect(preview(page)).to_contain_text("4 slots get dearer.")
    expect(preview(page)).to_contain_text("$1.65")
    screenshot(page, "mass-prices")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Changed the price of 4 slots")).to_be_visible()


def test_what_cannot_be_changed_is_named_before(sign_in, office):
    cheap = make_product(office, name="Cheapest gum", price_cents=20)
    page = sign_in("manager", "/products?q=Cheapest gum", alone=True)
    rows(page).first.get_by_role("checkbox").click()
    shown(page).get_by_role("button", name="Change", exact=True).click()
    shown(page).get_by_role("menuitem", name="Change prices").click()
    shown(page).get_by_label("How").select_option("add")
    shown(page).get_by_label("Amount").fill("-0.50")
    expect(preview(page)).to_contain_text("Nothing changes.")
    expect(preview(page)).to_contain_text("would cost less than nothing")
    shown(page).get_by_label("Amount").fill("a lot")
    expect(shown(page).get_by_text("a lot is no amount")).to_be_visible()
    assert office.get(f"/api/products/{cheap['id']}").json["price_cents"] == 20


def test_all_that_match_are_changed_also_those_that_are_not_loaded(sign_in, office):
    for n in range(130):
        make_product(office, name=f"Many {n:03}", category="Before")
    page = sign_in("manager", "/products?q=Many", alone=True)
    expect(rows(page).first).to_be_visible()
    shown(page).get_by_role("checkbox", name="Select all").click()
    shown(page).get_by_role("button", name="Select all 130 products").click()
    expect(shown(page).get_by_text("All 130 products selected")).to_be_visible()
    screenshot(page, "mass-all", sizes=("desktop",))
    shown(page).get_by_role("button", name="Change", exact=True).click()
    shown(page).get_by_role("menuitem", name="Move to a category").click()
    shown(page).get_by_role("textbox", name="Category").fill("Afterwards")
    expect(preview(page)).to_contain_text("130 products move from 1 category to Afterwards.")
    shown(page).get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("Moved 130 products to")).to_be_visible()
    assert len(office.get("/api/products?q=Afterwards&limit=200").json["items"]) == 130


def test_a_change_is_taken_back_from_the_recent_ones_unless_somebody_was_there(sign_in, office):
    route = make_route(office, name="Recent route")
    devices = [make_device(office, asset=f"RECENT-{n}") for n in range(2)]
    body = {
        "change": {"kind": "device_route", "route_id": route["id"]},
        "selection": {"ids": [each["id"] for each in devices]},
    }
    assert office.post("/api/mass-changes", json=body).status == 201
    page = sign_in("manager", "/recent-changes", alone=True)
    first = rows(page).filter(has_text="Recent route").first
    expect(first).to_contain_text("Moved 2 devices to")
    check_accessibility(page)
    screenshot(page, "recent-changes")
    first.get_by_text("Moved 2 devices").click()
    expect(shown(page).get_by_role("dialog")).to_contain_text("RECENT-1")
    check_accessibility(page)
    screenshot(page, "recent-change")
    page.keyboard.press("Escape")
    now = office.get(f"/api/devices/{devices[0]['id']}").json
    path, changed = f"/api/devices/{now['id']}", {"version": now["version"], "name": "Touched"}
    office.patch(path, json=changed)
    first.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Nothing was taken back: RECENT-0 was changed since.")).to_be_visible()
    expect(first.get_by_role("button", name="Undo")).to_be_visible()
