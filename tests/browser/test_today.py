"""Today: what needs a person, one click from the fix; and where an empty installation begins."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import (
    make_device,
    make_planogram,
    make_route,
    make_service_order,
    make_stocked_device,
    make_visit,
)


def test_what_needs_a_person_is_grouped_and_counted(sign_in, office):
    page = sign_in("manager", "/today")
    attention = office.get("/api/dashboard").json["attention"]
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    for name, heading in (
        ("sold_out", "sold-out"),
        ("silent", "silent"),
        ("faults", "faults"),
        ("price_differences", "prices"),
        ("audits", "audits"),
    ):
        group = shown(page).locator(f"#{heading}")
        assert attention[name]["count"] > 0, name
        expect(group.locator(".count")).to_have_text(str(attention[name]["count"]))
    check_accessibility(page)
    screenshot(page, "today-manager")


@pytest.mark.parametrize(
    ("group", "fix", "goes_to"),
    [
        ("sold-out", "Plan a visit", r"#/route-board/\d+"),
        ("silent", "Upload an audit", r"#/devices/\d+\?tab=reads"),
        ("faults", "See its tickets", r"#/devices/\d+\?tab=tickets$"),
        ("prices", "Compare prices", r"#/devices/\d+/planogram\?view=price"),
        ("audits", "Say whose it is", r"#/dex/\d+$"),
    ],
)
def test_each_row_is_one_click_from_the_fix(sign_in, group, fix, goes_to):
    page = sign_in("manager", "/today")
    shown(page).locator(f"#{group}").get_by_role("link", name=fix).first.click()
    expect(page).to_have_url(re.compile(goes_to))


def test_a_machine_that_waits_for_an_order_leads_to_that_order(sign_in, office):
    route_id = make_route(office)["id"]
    # A hundred slots at zero of what the fleet sells: nobody loses more money a day.
    device = make_device(office, route_id=route_id, rows=10, columns=10)
    product = office.get("/api/products?q=Cola").json["items"][0]["id"]
    make_planogram(office, device["cabinets"][0]["id"], products=[product] * 100, quantity=0)
    page = sign_in("manager", "/today")
    row = shown(page).locator("#sold-out li").filter(has_text=device["asset"])
    expect(row.get_by_role("link", name="Plan a visit")).to_be_visible()
    order = make_service_order(office, route_id=route_id, cabinet_ids=[device["cabinets"][0]["id"]])
    page.reload()
    expect(row.get_by_role("link", name="Plan a visit")).to_have_count(0)
    screenshot(page, "today-in-order")
    row.get_by_role("link", name=f"Open order {order['id']}").click()
    expect(page).to_have_url(re.compile(rf"#/service-orders/{order['id']}$"))
    expect(shown(page).get_by_text(device["asset"]).first).to_be_visible()
    make_visit(office, order)


def test_a_chip_leads_to_its_group(sign_in):
    page = sign_in("manager", "/today", alone=True)
    shown(page).get_by_role("button", name=re.compile("^Silent")).click()
    expect(shown(page).locator("#silent h2")).to_be_focused()


def test_sales_are_compared_with_a_named_period(sign_in, office):
    page = sign_in("manager", "/today", alone=True)
    sales = office.get("/api/dashboard").json["sales"]
    now, before = (sales[name]["amount_cents"] for name in ("total", "previous_total"))
    sign = "+" if now > before else "\N{MINUS SIGN}"
    line = shown(page).locator("#sales .sales-line")
    expect(line).to_contain_text(f"{now / 100:,.2f}")
    expect(line).to_contain_text(sign)
    expect(line).to_contain_text(str(int(sales["previous"][0]["date"][-2:])))


def test_an_order_of_today_shows_its_progress(sign_in, office):
    route_id = make_route(office)["id"]
    devices = [make_stocked_device(office, route_id=route_id) for _ in range(2)]
    order = make_service_order(
        office,
        route_id=route_id,
        cabinet_ids=[device["cabinets"][0]["id"] for device in devices],
        scheduled_on=office.get("/api/dashboard").json["today"],
    )
    make_visit(office, order)
    page = sign_in("manager", "/today")
    row = shown(page).locator("#orders li").filter(has_text=f"Order {order['id']}")
    expect(row).to_contain_text("1 of 2")
    cancelled = office.post(
        f"/api/service-orders/{order['id']}/cancellation", json={"reason": "Made for a test"}
    )
    assert cancelled.status == 200
    page.goto("/#/products")
    page.goto("/#/today")
    expect(row).to_have_count(0)


def cancel_open_orders(office):
    """Those of other tests: Today shows so many orders, the open ones first."""
    for each in office.get("/api/service-orders?open=true&limit=200").json["items"]:
        path = f"/api/service-orders/{each['id']}/cancellation"
        assert office.post(path, json={"reason": "Made for a test"}).status == 200


def test_an_order_completed_today_stays_on_the_page(sign_in, office):
    cancel_open_orders(office)
    order = make_service_order(office)
    make_visit(office, order)
    open_one = make_service_order(office)
    page = sign_in("manager", "/today")
    orders = shown(page).locator("#orders li")
    row = orders.filter(has_text=f"Order {order['id']}")
    expect(row).to_contain_text("Completed")
    expect(row).to_contain_text("1 of 1")
    expect(orders.filter(has_text=f"Order {open_one['id']}")).to_contain_text("Planned")
    expect(shown(page).locator("#order-count")).to_have_text(
        re.compile(r"^[1-9]\d* of \d+ completed$")
    )
    check_accessibility(page)
    screenshot(page, "today-orders")
    page.set_viewport_size({"width": 390, "height": 844})
    shown(page).locator("#order-count").scroll_into_view_if_needed()
    screenshot(page, "today-orders-below")
    make_visit(office, open_one)


def test_a_large_day_is_counted_and_its_first_orders_are_shown(sign_in, office):
    make_service_order(office)
    page = sign_in("manager", "/products")

    def crowd(route):
        home = route.fetch().json()
        home["orders"] |= {"count": 1012, "completed": 12, "more": True}
        home["orders"]["items"] = home["orders"]["items"][:1] * 20
        route.fulfill(json=home)

    page.route("**/api/dashboard", crowd)
    page.goto("/#/today")
    expect(shown(page).locator("#order-count")).to_have_text("12 of 1,012+ completed")
    expect(shown(page).locator("#orders li")).to_have_count(21)
    expect(shown(page).locator("#orders li").last).to_have_text("992+ more")
    screenshot(page, "today-many-orders")
    shown(page).get_by_role("link", name="All orders").click()
    expect(page).to_have_url(re.compile(r"#/service-orders\?status=all$"))


def test_a_viewer_is_led_to_the_device_and_uploads_nothing(sign_in):
    page = sign_in("viewer", "/today")
    group = shown(page).locator("#sold-out")
    expect(group.get_by_role("link", name="See the device").first).to_be_visible()
    expect(shown(page).get_by_role("link", name="See the audit").first).to_be_visible()
    expect(shown(page).get_by_role("link", name=re.compile("Upload|Say|Plan"))).to_have_count(0)


def test_a_server_that_is_busy_is_said_and_can_be_asked_again(sign_in):
    page = sign_in("manager", "/products")
    page.route("**/api/dashboard", lambda route: route.abort())
    page.goto("/#/today")
    again = shown(page).get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.unroute("**/api/dashboard")
    again.click()
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()


def test_an_empty_installation_leads_through_the_main_job(apart):
    _, page = apart
    page.goto("/#/today")
    expect(shown(page).get_by_text("0 of 7 done")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "today-empty")
    shown(page).get_by_role("link", name="Upload an audit").click()
    expect(page).to_have_url(re.compile("#/dex$"))


def test_a_first_step_ticks_itself_and_leads_to_where_it_is_done_with_the_form_open(apart):
    office, page = apart
    page.goto("/#/today")
    steps = shown(page).locator("#first-steps")
    steps.get_by_role("link", name="New location").click()
    expect(page).to_have_url(re.compile("#/locations"))
    form = shown(page).get_by_role("dialog")
    form.get_by_label("Name").fill("Town hall")
    form.get_by_role("button", name="Create location").click()
    expect(form).to_have_count(0)
    page.goto("/#/today")
    expect(steps.get_by_text("1 of 7 done")).to_be_visible()
    expect(steps.get_by_text("Add a location, done")).to_be_visible()
    expect(steps.get_by_role("link", name="New location")).to_have_count(0)
    device = make_device(office)
    page.reload()
    fill_slots = steps.get_by_role("link", name="Fill its slots")
    expect(fill_slots).to_have_attribute("href", f"/#/devices/{device['id']}/planogram")
    check_accessibility(page)
    screenshot(page, "today-first-steps")


def test_the_first_steps_are_put_away_for_everybody_and_taken_out_again(apart):
    office, page = apart
    page.goto("/#/today")
    heading = shown(page).get_by_role("heading", name="First steps")
    shown(page).get_by_role("button", name="Hide").click()
    expect(shown(page).get_by_role("heading", name="Nothing to show yet")).to_be_visible()
    expect(heading).to_have_count(0)
    assert office.get("/api/first-steps").json["hidden"] is True
    page.get_by_role("button", name="Undo").click()
    expect(heading).to_be_visible()
    shown(page).get_by_role("button", name="Hide").click()
    expect(heading).to_have_count(0)
    page.goto("/#/help")
    shown(page).get_by_role("button", name="Show them again").click()
    page.wait_for_url("**/#/today")
    expect(heading).to_be_visible()


def test_the_example_can_be_loaded_later(alone):
    _, page = alone("admin")
    page.goto("/#/today")
    load = shown(page).get_by_role("button", name="Load the example fleet")
    screenshot(page, "today-empty-admin", sizes=("desktop", "phone"))
    load.click()
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()


def test_bars_are_seen_in_colours_of_the_system(sign_in):
    page = sign_in("manager", "/today", forced_colors="active", alone=True)
    column = shown(page).locator(".levels .column").last
    expect(column).to_be_attached()
    ground, bar = column.evaluate(
        """(each) => [document.body, each].map((one) => getComputedStyle(one).backgroundColor)"""
    )
    assert bar != ground


def test_rows_are_walked_by_keys_and_take_one_stop_of_tab_a_list(sign_in):
    page = sign_in("manager", "/today", alone=True)
    frame = shown(page)
    first = frame.locator("[data-row]").first
    expect(first).to_be_visible()
    page.keyboard.press("j")
    expect(first.locator(".fix")).to_be_focused()
    page.keyboard.press("j")
    second = frame.locator("[data-row]").nth(1)
    expect(second.locator(".fix")).to_be_focused()
    page.keyboard.press("k")
    expect(first.locator(".fix")).to_be_focused()
    sold_out = frame.locator("#sold-out .needs")
    rows_with_stops = sold_out.locator('[data-row]:has([href][tabindex="0"])')
    expect(rows_with_stops).to_have_count(1)
