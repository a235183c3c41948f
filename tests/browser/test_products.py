"""A product: found, looked at, archived where it is in use, priced in all its slots."""

import re

from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_planogram, make_product


def in_new_machines(office, name, *assets, **product):
    made = make_product(office, name=name, price_cents=180, **product)
    for asset in assets:
        device = make_device(office, asset=asset, name=f"{asset} in the hall")
        cabinet_id = device["cabinets"][0]["id"]
        make_planogram(office, cabinet_id, products=[made["id"]] * 2, price_cents=180)
    return made


def test_a_product_has_a_page(sign_in, office):
    product = in_new_machines(office, "Birch water 500 ml", "BW-10", "BW-2", cost_cents=60)
    page = sign_in("manager", f"/products/{product['id']}")
    frame = shown(page)
    expect(frame.get_by_role("heading", name="Birch water 500 ml")).to_be_visible()
    expect(frame.get_by_text("4 slots in 2 machines")).to_be_visible()
    links = frame.get_by_role("grid", name="Slots that hold it").get_by_role("link")
    expect(links).to_have_text(["BW-2", "BW-2", "BW-10", "BW-10"])
    screenshot(page, "product")
    check_accessibility(page)


def test_what_a_fleet_sold_of_it_is_shown(sign_in, fleet):
    page = sign_in("viewer", f"/products/{fleet.products[0]['id']}")
    frame = shown(page)
    expect(frame.get_by_role("heading", name="Sales of 28 days")).to_be_visible()
    expect(frame.get_by_role("button", name="Edit")).to_have_count(0)
    screenshot(page, "product-sold")
    check_accessibility(page)


def test_a_driver_sees_their_own_machines_and_no_sales(sign_in, fleet):
    page = sign_in("driver", f"/products/{fleet.products[0]['id']}", phone=True, alone=True)
    frame = shown(page)
    expect(frame.get_by_role("heading", name="Where it is")).to_be_visible()
    expect(frame.get_by_role("heading", name="Sales of 28 days")).to_be_hidden()
    expect(frame.get_by_role("heading", name="Changes")).to_have_count(0)


def test_archiving_says_where_it_is_and_sells_it_out_with_undo(sign_in, office):
    product = in_new_machines(office, "Old lemonade", "OL-1", "OL-2")
    page = sign_in("manager", f"/products/{product['id']}")
    frame = shown(page)
    frame.get_by_role("button", name="Archive", exact=True).click()
    dialog = frame.get_by_role("dialog", name="Archive Old lemonade?")
    expect(dialog).to_contain_text("It is in 4 slots in 2 machines, with 20 units known")
    expect(dialog.get_by_role("radio", name="Sell it out")).to_be_checked()
    expect(dialog).to_contain_text("OL-1")
    screenshot(page, "product-archiving")
    check_accessibility(page)
    dialog.get_by_role("button", name="Archive", exact=True).click()
    expect(frame.get_by_text("Its slots sell out what they hold")).to_be_visible()
    path = f"/api/products/{product['id']}/slots"
    assert all(slot["sells_out_at"] for slot in office.get(path).json["items"])
    screenshot(page, "product-archived")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Restored Old lemonade")).to_be_visible()
    assert not any(slot["sells_out_at"] for slot in office.get(path).json["items"])
    assert office.get(f"/api/products/{product['id']}").json["archived_at"] is None


def test_it_is_replaced_by_another_with_a_preview(sign_in, office):
    product = in_new_machines(office, "Plum soda", "PS-1", "PS-2")
    make_product(office, name="Pear soda", price_cents=210)
    page = sign_in("manager", "/products?q=Plum")
    frame = shown(page)
    frame.get_by_role("row", name=re.compile("Plum soda")).get_by_role("checkbox").check()
    frame.get_by_role("button", name="Archive", exact=True).click()
    dialog = frame.get_by_role("dialog", name="Archive Plum soda?")
    dialog.get_by_text("Replace it", exact=True).click()
    dialog.get_by_role("button", name="Archive", exact=True).click()
    expect(dialog.get_by_text("Choose the product that comes instead.")).to_be_visible()
    box = dialog.get_by_role("combobox")
    box.fill("Pear")
    expect(dialog.get_by_role("option", name=re.compile("Pear soda"))).to_be_visible()
    box.press("Enter")
    expect(dialog).to_contain_text("$1.80 → $2.10")
    screenshot(page, "product-replacing")
    dialog.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("Archived Plum soda, changed 4 slots")).to_be_visible()
    assert office.get(f"/api/products/{product['id']}/slots").json["items"] == []


def test_a_product_that_is_nowhere_is_archived_at_once(sign_in, office):
    make_product(office, name="Nowhere nougat")
    page = sign_in("manager", "/products?q=Nowhere", alone=True)
    frame = shown(page)
    frame.get_by_role("row", name=re.compile("Nowhere nougat")).get_by_role("checkbox").check()
    frame.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("Archived Nowhere nougat")).to_be_visible()
    expect(frame.get_by_role("row", name=re.compile("Nowhere nougat"))).to_have_count(0)


def test_a_changed_list_price_offers_the_slots_it_should_reach(sign_in, office):
    product = in_new_machines(office, "Rhubarb fizz", "RF-1", "RF-2")
    path = f"/api/products/{product['id']}/slots"
    odd = office.get(path).json["items"][0]
    body = {"device_id": odd["device_id"], "slot_ids": [odd["slot_id"]], "price_cents": 300}
    office.post(f"/api/products/{product['id']}/slot-changes", json={"kind": "price", **body})
    page = sign_in("manager", f"/products/{product['id']}")
    frame = shown(page)
    expect(frame.get_by_text("≠ list $1.80")).to_be_visible()
    frame.get_by_role("button", name="Edit").click()
    dialog = frame.get_by_role("dialog", name="Rhubarb fizz")
    dialog.get_by_label("Price").fill("1.95")
    dialog.get_by_role("button", name="Save changes").click()
    offer = frame.get_by_role("dialog", name="Also change 4 slots in 2 machines?")
    expect(offer.get_by_text("3 slots in 2 machines will cost $1.95")).to_be_visible()
    expect(offer.get_by_role("checkbox", name=re.compile("RF-1 A1"))).not_to_be_checked()
    screenshot(page, "product-price")
    check_accessibility(page)
    offer.get_by_role("button", name="Change the slots").click()
    expect(page.get_by_text("Changed the price of 3 slots in 2 machines")).to_be_visible()
    prices = sorted(slot["price_cents"] for slot in office.get(path).json["items"])
    assert prices == [195, 195, 195, 300]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
    prices = sorted(slot["price_cents"] for slot in office.get(path).json["items"])
    assert prices == [180, 180, 180, 300]


def test_the_palette_leads_with_what_begins_with_the_words(sign_in, office):
    in_new_machines(office, "Kolanut 330 ml", "KN-1")
    make_product(office, name="Chokolanade")
    page = sign_in("manager", "/products")
    expect(shown(page).get_by_role("heading", name="Products")).to_be_visible()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Go to")
    palette.get_by_role("combobox").fill("kolan")
    options = palette.get_by_role("option")
    expect(options.nth(0)).to_contain_text("Kolanut 330 ml")
    expect(options.nth(1)).to_contain_text("holds Kolanut 330 ml")
    expect(options.last).to_contain_text("Chokolanade")
    screenshot(page, "palette", sizes=("desktop",))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#/products/\d+"))


def test_the_devices_that_hold_it_are_one_click_from_the_search(sign_in, office):
    in_new_machines(office, "Quince juice", "QJ-1")
    page = sign_in("manager", "/devices")
    frame = shown(page)
    frame.get_by_label("Search devices").fill("quince")
    frame.get_by_role("button", name="Quince juice").click()
    grid = frame.get_by_role("grid", name="Devices")
    expect(grid.get_by_role("link")).to_have_text(["QJ-1"])
    expect(page).to_have_url(re.compile(r"product_id=\d+"))
    screenshot(page, "devices-holding", sizes=("desktop", "phone"))
    check_accessibility(page)


def test_a_planogram_marks_what_ends_and_takes_the_machines_price(sign_in, office, fleet):
    device = fleet.devices["T-1009"]
    page = sign_in("manager", f"/devices/{device['id']}/planogram?view=price")
    frame = shown(page)
    expect(frame.get_by_text("machine").first).to_be_visible()
    screenshot(page, "planogram-prices")
    frame.get_by_role("button", name="Take the machine's price").click()
    expect(frame.get_by_text("1 slot changed, not saved")).to_be_visible()
    frame.get_by_role("button", name="Discard").click()


def test_a_slot_is_not_refilled_any_more(sign_in, office):
    in_new_machines(office, "Sloe syrup", "SS-1")
    device = office.get("/api/devices?q=SS-1").json["items"][0]
    page = sign_in("manager", f"/devices/{device['id']}/planogram")
    frame = shown(page)
    frame.get_by_role("gridcell").first.click()
    frame.get_by_role("button", name="Do not refill").click()
    frame.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved 1 slot")).to_be_visible()
    expect(frame.get_by_role("gridcell").first).to_contain_text("sells out, not refilled")
    screenshot(page, "planogram-ending")
    check_accessibility(page)
    path = f"/api/cabinets/{device['cabinets'][0]['id']}/planogram"
    assert office.get(path).json["slots"][0]["sells_out_at"]


def test_a_dialog_dims_the_rail_and_says_what_is_missing_itself(sign_in):
    page = sign_in("manager", "/products")
    frame = shown(page)
    frame.get_by_role("button", name="New product").click()
    expect(page.locator("#shell")).to_have_class(re.compile("is-dimmed"))
    frame.get_by_role("button", name="Create product").click()
    name = frame.get_by_role("dialog").get_by_label("Name")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    expect(frame.get_by_text("Fill this in.").first).to_be_visible()
    screenshot(page, "dialog-dims", sizes=("desktop",))
    page.keyboard.press("Escape")
    expect(page.locator("#shell")).not_to_have_class(re.compile("is-dimmed"))


def test_a_page_that_is_not_there_and_one_that_is_not_for_the_role(sign_in):
    page = sign_in("driver", "/users")
    expect(page.get_by_role("heading", name="Users is not for your role")).to_be_visible()
    expect(page.get_by_text("There is no such page")).to_have_count(0)
    page.goto("/#/nowhere")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(page.get_by_text("role")).to_have_count(0)
