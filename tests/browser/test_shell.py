"""The shell, and that a page in it is usable by everybody."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.factories import make_route, make_service_order, make_stocked_device


@pytest.mark.parametrize("part", ["manager", "viewer"])
def test_products_are_listed_inside_the_shell(sign_in, part):
    page = sign_in(part, "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    check_accessibility(page)
    screenshot(page, f"products-{part}")


def test_the_palette_finds_orders_by_number_route_and_driver(sign_in, office):
    drivers = office.get("/api/drivers").json["items"]
    dora = next(driver for driver in drivers if driver["username"] == "dora")
    route = make_route(office, name="Harbour mile", driver_id=dora["id"])
    device = make_stocked_device(office, route_id=route["id"])
    order = make_service_order(
        office, route_id=route["id"], cabinet_ids=[device["cabinets"][0]["id"]]
    )
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    found = page.get_by_role("option", name=f"Order {order['id']}, Harbour mile")
    for words in ("harbour", "dora", f"#{order['id']}", str(order["id"])):
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        expect(found).to_be_visible()
        if words == "dora":
            screenshot(page, "palette-orders")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("harbour")
    expect(found).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"#/service-orders/{order['id']}$"))
    cancelled = office.post(
        f"/api/service-orders/{order['id']}/cancellation", json={"reason": "Made for a test"}
    )
    assert cancelled.status == 200


def test_the_palette_finds_an_order_that_is_done_by_its_number(sign_in, office):
    route = make_route(office, name="Old town")
    device = make_stocked_device(office, route_id=route["id"])
    order = make_service_order(
        office, route_id=route["id"], cabinet_ids=[device["cabinets"][0]["id"]]
    )
    path = f"/api/service-orders/{order['id']}"
    assert office.post(f"{path}/cancellation", json={"reason": "Made for a test"}).status == 200
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("old town")
    expect(page.get_by_text("Nothing is called “old town”.")).to_be_visible()
    for words in (f"#{order['id']}", str(order["id"])):
        page.get_by_role("combobox", name="Go to").fill(words)
        found = page.get_by_role("option", name=f"Order {order['id']}, Old town")
        expect(found).to_contain_text("Cancelled")
    screenshot(page, "palette-order")
    found.click()
    expect(page).to_have_url(re.compile(rf"#/service-orders/{order['id']}$"))
