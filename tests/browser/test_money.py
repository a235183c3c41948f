"""Money in pages of a company whose currency has three decimals, or none."""

from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_planogram, make_product, make_stocked_device


def opened(alone, path, currency):
    """An administrator of a company that works in the currency."""
    admin, page = alone("admin")
    settings = admin.get("/api/settings").json
    change = {"version": settings["version"], "currency": currency}
    assert admin.patch("/api/settings", json=change).status == 200
    return admin, page, path


def test_a_price_has_the_decimals_of_the_currency_and_no_more(alone):
    admin, page, path = opened(alone, "/#/products", "KWD")
    page.goto(path)
    shown(page).get_by_role("button", name="New product").first.click()
    dialog = shown(page).get_by_role("dialog")
    dialog.get_by_label("Name").fill("Cola")
    dialog.get_by_label("Price").fill("1.5005")
    dialog.get_by_role("button", name="Create product").click()
    expect(dialog).to_contain_text("Amounts in KWD have 3 decimals, 1.5005 has 4")
    screenshot(page, "money-refused")
    check_accessibility(page)
    dialog.get_by_label("Price").fill("free")
    dialog.get_by_role("button", name="Create product").click()
    expect(dialog).to_contain_text("free is no amount: write it like 1234.500")
    dialog.get_by_label("Price").fill("1.500")
    dialog.get_by_label("Cost").fill("0.25")
    dialog.get_by_role("button", name="Create product").click()
    expect(shown(page).get_by_role("row").filter(has_text="Cola")).to_contain_text("1.500")
    (product,) = admin.get("/api/products").json["items"]
    assert (product["price_cents"], product["cost_cents"]) == (1500, 250)
    shown(page).get_by_role("row").filter(has_text="Cola").get_by_text("Cola").click()
    shown(page).get_by_role("button", name="Edit").click()
    expect(shown(page).get_by_role("dialog").get_by_label("Price")).to_have_value("1.500")


def test_a_price_in_yen_is_typed_without_decimals(alone):
    admin, page, _ = opened(alone, "", "JPY")
    device = make_stocked_device(admin)
    cabinet = device["cabinets"][0]
    make_planogram(admin, cabinet["id"], products=[make_product(admin, price_cents=180)["id"]])
    page.goto(f"/#/devices/{device['id']}/planogram")
    shown(page).get_by_role("gridcell").first.click()
    price = shown(page).get_by_label("Price", exact=True)
    price.fill("180.50")
    price.press("Tab")
    expect(shown(page).get_by_text("Amounts in JPY have no decimals")).to_be_visible()
    price.fill("1,180")
    price.press("Tab")
    expect(shown(page).get_by_text("Amounts in JPY have no decimals")).to_have_count(0)
    expect(price).to_have_value("1180")
    screenshot(page, "money-yen")
