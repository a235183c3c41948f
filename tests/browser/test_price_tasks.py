"""Prices that the machine asks otherwise: the driver sets them at the visit, or says why not."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import clock
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_route, send_audit
from tests.kit.machine import Machine
from tests.kit.stops import make_stop, order


@pytest.fixture
def route(office):
    drivers = {one["username"]: one["id"] for one in office.get("/api/drivers").json["items"]}
    return make_route(office, driver_id=drivers["dora"])


@pytest.fixture
def stop(office, route):
    """A1 and A2 cost 1.50, as CVD wants; the machine asks 1.25 for both."""
    stop = make_stop(office, route["id"], quantities=(3, 10))
    asks = {"A1": 125, "A2": 125}
    machine = Machine(serial=f"SN-{stop.asset}", asset=stop.asset, selections=asks)
    ago = clock.to_datetime(clock.later(clock.now(), hours=-3)).replace(tzinfo=None)
    assert send_audit(office, machine.audit(ago)).status == 201
    return stop


def differences(office, stop):
    return office.get(f"/api/devices/{stop.device_id}/metrics").json["price_differences"]


def test_a_driver_sets_a_price_and_says_why_another_was_not(sign_in, office, route, stop):
    made = order(office, route["id"], stop)
    page = sign_in("driver", f"/service-orders/{made['id']}/visits/{stop.cabinet_id}", phone=True)
    phone = shown(page)
    first = phone.get_by_role("group", name="Price of A1")
    expect(first).to_contain_text("Set price to $1.50")
    expect(first).to_contain_text("machine asks $1.25")
    check_accessibility(page)
    screenshot(page, "visit-prices")
    first.get_by_role("button", name="Set: price of A1", exact=True).click()
    second = phone.get_by_role("group", name="Price of A2")
    second.get_by_role("button", name="Not set").click()
    phone.get_by_role("button", name="Done").click()
    expect(second.get_by_text("Say why the price was not set.")).to_be_visible()
    second.get_by_label("Why the price of A2 was not set", exact=True).select_option("no_code")
    page.reload()
    expect(second.get_by_role("button", name="Not set")).to_have_attribute("aria-pressed", "true")
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_role("dialog")).to_contain_text("1 price set")
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("A1 set to $1.50.")).to_be_visible()
    expect(phone.get_by_text("No code or key for it")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "visit-prices-done")
    said = {each["label"]: each["is_to_do"] for each in differences(office, stop)}
    assert said == {"A1": False, "A2": True}


def test_a_visit_without_a_difference_takes_no_tap_more(sign_in, office, route):
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = sign_in("driver", f"/service-orders/{made['id']}/visits/{stop.cabinet_id}", phone=True)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    expect(phone.get_by_text("Set price")).to_have_count(0)
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_role("dialog")).not_to_contain_text("price")


def test_a_price_that_nobody_looked_at_is_named_before_the_visit_is_recorded(
    sign_in, office, route, stop
):
    made = order(office, route["id"], stop)
    page = sign_in("manager", f"/service-orders/{made['id']}/visits/{stop.cabinet_id}", alone=True)
    office_page = shown(page)
    expect(office_page.get_by_role("group", name="Price of A1")).to_be_visible()
    # By keyboard alone: the first price is said to be set, the second is left.
    office_page.get_by_role("button", name="Set: price of A1", exact=True).focus()
    page.keyboard.press("Space")
    office_page.get_by_role("button", name="Done").focus()
    page.keyboard.press("Enter")
    expect(office_page.get_by_role("dialog")).to_contain_text(
        "1 price not looked at, to do at the next visit: A2."
    )
    page.keyboard.press("Control+Enter")
    expect(office_page.get_by_text("A1 set to $1.50.")).to_be_visible()
    assert [each["is_to_do"] for each in differences(office, stop)] == [False, True]


def test_the_order_and_its_paper_list_the_prices_to_set(sign_in, office, route, stop):
    made = order(office, route["id"], stop)
    page = sign_in("manager", f"/service-orders/{made['id']}")
    order_page = shown(page)
    expect(order_page.get_by_text("2 prices to set")).to_be_visible()
    table = order_page.get_by_role("table", name="Prices to set at the machine")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table).to_contain_text("At the next visit")
    check_accessibility(page)
    screenshot(page, "order-prices")
    page.goto(f"/#/service-orders/{made['id']}/pick-list?view=stops")
    expect(order_page.get_by_role("table", name="Prices to set at the machine")).to_be_visible()
    screenshot(page, "pick-list-prices")


def test_the_machine_says_what_was_done_about_its_prices(sign_in, office, route, stop):
    made = order(office, route["id"], stop)
    answer = {"slot_id": stop.slots[0], "price_cents": 150, "outcome": "done"}
    body = {"cabinet_id": stop.cabinet_id, "fills": [], "price_answers": [answer]}
    path = f"/api/service-orders/{made['id']}/visits"
    assert office.post(path, json=body).status == 201
    page = sign_in("manager", f"/devices/{stop.device_id}")
    device_page = shown(page)
    expect(device_page.get_by_text("the next audit shows it")).to_be_visible()
    expect(device_page.get_by_text("At the next visit")).to_be_visible()
