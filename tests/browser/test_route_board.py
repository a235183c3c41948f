"""The route board: choosing machines by need, and making an order of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import clock
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_product, make_route, make_visit
from tests.kit.stops import make_stop, order


@pytest.fixture
def route(office):
    """A route of its own, so that no other test's orders are in the way."""
    return make_route(office)


def test_a_manager_orders_what_is_worst_with_the_keyboard(sign_in, office, route):
    full = make_stop(office, route["id"], quantities=(9,))
    empty = make_stop(office, route["id"], quantities=(0, 4))
    page = sign_in("manager", f"/route-board/{route['id']}")
    board = shown(page)
    expect(board.get_by_role("row").nth(1)).to_contain_text(empty.asset)
    expect(board.get_by_role("row").nth(2)).to_contain_text(full.asset)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(board.get_by_text("Units", exact=True).locator("..")).to_contain_text("16")
    page.keyboard.press("c")
    form = board.get_by_role("dialog")
    expect(form).to_contain_text("1 stop, 1 cabinet, 16 units to load")
    form.get_by_label("Notes for the driver").fill("Ring twice")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Open").click()
    expect(page).to_have_url(re.compile(r"#/service-orders/\d+$"))
    expect(shown(page).get_by_label("Notes for the driver")).to_have_value("Ring twice")
    page.go_back()
    row = board.get_by_role("row").filter(has_text=empty.asset)
    expect(row.get_by_role("link", name="#")).to_be_visible()


def test_tomorrow_is_planned_beside_today_and_the_office_is_told(sign_in, office, route):
    stop = make_stop(office, route["id"], quantities=(1,))
    page = sign_in("manager", f"/route-board/{route['id']}")
    board = shown(page)
    board.get_by_role("button", name="All that need something").click()
    page.keyboard.press("c")
    today = board.get_by_label("Date").input_value()
    page.keyboard.press("Control+Enter")
    expect(board.get_by_role("link", name="#")).to_be_visible()
    (first,) = office.get(f"/api/service-orders?route_id={route['id']}").json["items"]
    board.get_by_role("button", name="All that need something").click()
    warning = f"{stop.asset} is in order {first['id']} of today, not visited yet"
    expect(board.get_by_text(warning)).to_be_visible()
    check_accessibility(page)
    screenshot(page, "route-board-beside")
    page.keyboard.press("c")
    form = board.get_by_role("dialog")
    expect(form).to_contain_text(warning)
    assert form.get_by_label("Date").input_value() > today
    page.keyboard.press("Control+Enter")
    expect(form).to_have_count(0)
    found = office.get(f"/api/service-orders?route_id={route['id']}").json["items"]
    assert [one["scheduled_on"] > today for one in found] == [True, False]


def test_the_pick_list_follows_the_choice(sign_in, office, route):
    product = make_product(office, name="Barley water", category="Cordials", case_size=4)["id"]
    known = make_stop(office, route["id"], quantities=(4, 5), product_id=product)
    make_stop(office, route["id"], quantities=(None, 2), product_id=product)
    page = sign_in("manager", f"/route-board/{route['id']}", alone=True)
    board = shown(page)
    board.get_by_role("button", name="All that need something").click()
    load = board.get_by_role("complementary", name="What to load")
    expect(load.get_by_role("listitem")).to_have_text(["19Barley water4 cases + 3"])
    expect(load).to_contain_text("1 slot of unknown quantity not counted in")
    board.get_by_role("button", name=f"cabinet 1 of {known.asset}").click()
    expect(load.get_by_role("listitem")).to_have_text(["8Barley water2 cases"])
    expect(load.get_by_text("Stops", exact=True).locator("..")).to_contain_text("1")
    page.keyboard.press("Escape")
    expect(load).to_contain_text("Nothing chosen")


def test_all_below_a_level_are_chosen_at_once(sign_in, office, route):
    make_stop(office, route["id"], quantities=(9,))
    low = make_stop(office, route["id"], quantities=(3,))
    page = sign_in("manager", f"/route-board/{route['id']}", alone=True)
    board = shown(page)
    board.get_by_label("Of what").select_option(label="% level")
    board.get_by_label("Below").fill("50")
    board.get_by_role("button", name="Choose 1").click()
    expect(board.get_by_role("row", selected=True)).to_have_count(1)
    expect(board.get_by_role("row", selected=True)).to_contain_text(low.asset)


def test_a_cabinet_taken_meanwhile_is_named_and_can_be_left_out(sign_in, office, route):
    taken = make_stop(office, route["id"], quantities=(1,))
    free = make_stop(office, route["id"], quantities=(2,))
    page = sign_in("manager", f"/route-board/{route['id']}", alone=True)
    board = shown(page)
    board.get_by_role("button", name="All that need something").click()
    page.keyboard.press("c")
    form = board.get_by_role("dialog")
    day = form.get_by_label("Date").input_value()
    other = order(office, route["id"], taken, scheduled_on=day)
    form.get_by_role("button", name="Create order").click()
    expect(form).to_contain_text(f"{taken.asset} is already in open service order {other['id']}")
    expect(form.get_by_role("link", name=f"Open order {other['id']}")).to_be_visible()
    form.get_by_role("button", name=f"Leave out {taken.asset}").click()
    expect(form).to_contain_text("1 stop, 1 cabinet")
    form.get_by_role("button", name="Create order").click()
    expect(page.get_by_text(re.compile(r"^Created order \d+: 1 cabinet, 8 units$"))).to_be_visible()
    made = office.get(f"/api/service-orders?open=true&route_id={route['id']}").json["items"][0]
    assert made["cabinets"] == 1
    assert made["units"] == 10 - 2
    assert free.cabinet_id


def test_the_route_is_in_the_address_and_remembered(sign_in, fleet):
    page = sign_in("manager", "/route-board")
    board = shown(page)
    board.get_by_label("Route", exact=True).select_option(label="South · oscar")
    expect(page).to_have_url(re.compile(rf"route_id={fleet.routes['South']['id']}$"))
    expect(board.get_by_role("link", name="T-1001")).to_be_visible()
    page.goto("/#/products")
    expect(shown(page).get_by_label("Search products")).to_be_visible()
    page.goto("/#/route-board")
    expect(page).to_have_url(re.compile(rf"route_id={fleet.routes['South']['id']}$"))
    page.goto("/#/products")
    page.reload()
    page.goto(f"/#/route-board/{fleet.routes['North']['id']}")
    expect(board.get_by_role("link", name="T-1000")).to_be_visible()


def test_a_phone_sorts_the_board_and_finds_the_way_back_to_worst_first(sign_in, office, route):
    full = make_stop(office, route["id"], quantities=(9,), asset="WF-1")
    empty = make_stop(office, route["id"], quantities=(0, 4), asset="WF-2")
    page = sign_in("manager", f"/route-board/{route['id']}", phone=True)
    board = shown(page)
    rows, box = board.get_by_role("row"), board.get_by_label("Worst first by", exact=True)
    expect(rows.nth(1)).to_contain_text(empty.asset)
    expect(box.locator("option:checked")).to_have_text("Sold out, then days left")
    box.select_option(label="Asset number")
    expect(rows.nth(1)).to_contain_text(full.asset)
    rows.nth(1).get_by_role("checkbox").check()
    screenshot(page, "route-board-sorted")
    box.select_option(label="Sold out, then days left")
    expect(rows.nth(1)).to_contain_text(empty.asset)
    expect(page).not_to_have_url(re.compile("sort="))


def test_who_only_looks_sorts_the_board_and_goes_back_to_worst_first(sign_in, office, route):
    full = make_stop(office, route["id"], quantities=(9,))
    empty = make_stop(office, route["id"], quantities=(0, 4))
    page = sign_in("viewer", f"/route-board/{route['id']}")
    board = shown(page)
    first, ranking = (
        board.get_by_role("row").nth(1),
        board.get_by_label("Worst first by", exact=True),
    )
    worst = "Sold out, then days left"
    expect(first).to_contain_text(empty.asset)
    for go_back in (
        lambda: ranking.select_option(label=worst),
        lambda: page.keyboard.press("w"),
    ):
        board.get_by_role("button", name="Level").click()
        expect(first).to_contain_text(empty.asset)
        board.get_by_role("button", name="Level").click()
        expect(first).to_contain_text(full.asset)
        go_back()
        expect(first).to_contain_text(empty.asset)
        expect(ranking.locator("option:checked")).to_have_text(worst)


def test_a_viewer_looks_and_chooses_nothing(sign_in, fleet):
    page = sign_in("viewer", f"/route-board/{fleet.routes['North']['id']}")
    board = shown(page)
    expect(board.get_by_role("link", name="T-1003")).to_be_visible()
    expect(board.get_by_role("checkbox")).to_have_count(0)
    expect(board.get_by_role("button", name="Create order")).to_have_count(0)
    check_accessibility(page)


def test_a_phone_shows_all_that_a_row_tells(sign_in, office, route):
    stop = make_stop(office, route["id"], quantities=(0, 4), asset="PHONE-1")
    done = order(office, route["id"], stop)
    make_visit(office, done)
    order(office, route["id"], make_stop(office, route["id"], quantities=(None,)))
    make_stop(office, route["id"], quantities=(None, 1))
    page = sign_in("manager", f"/route-board/{route['id']}")
    page.set_viewport_size({"width": 390, "height": 844})
    row = shown(page).get_by_role("row").filter(has_text=stop.asset)
    expect(row.locator("cvd-level")).to_be_visible()
    for told in ("100%", "Visited now", "0 to par"):
        expect(row.get_by_text(told)).to_be_visible()
    inside = row.evaluate(
        """row => [...row.cells].every(cell => cell.scrollWidth <= cell.clientWidth
            && cell.getBoundingClientRect().bottom <= row.getBoundingClientRect().bottom)"""
    )
    assert inside
    assert shown(page).locator("html").evaluate("html => html.scrollWidth") == 390
    screenshot(page, "route-board-phone")


def test_everybody_can_use_the_board(sign_in, fleet):
    page = sign_in("manager", f"/route-board/{fleet.routes['North']['id']}")
    board = shown(page)
    board.get_by_role("button", name="All that need something").click()
    expect(board.get_by_role("complementary").get_by_role("listitem").first).to_be_visible()
    check_accessibility(page)
    screenshot(page, "route-board")


def counted_weeks_ago(office, route, **more):
    """A machine that never reports: full 20 and 13 days ago, 7 of 10 sold between."""
    stop = make_stop(office, route["id"], quantities=(10,), as_of=ago(20), **more)
    for quantity, days in ((3, 13), (10, 12.9)):
        version = office.get(f"/api/cabinets/{stop.cabinet_id}/planogram").json["version"]
        slots = [{"id": stop.slots[0], "quantity": quantity}]
        body = {"version": version, "as_of": ago(days), "slots": slots}
        assert office.put(f"/api/cabinets/{stop.cabinet_id}/planogram", json=body).status == 200
    return stop


def ago(days):
    return clock.later(clock.now(), days=-days)


def test_the_board_estimates_a_machine_that_never_reports_and_says_so(sign_in, office, route):
    """Sold out by estimate: probably, with the money a day, the age and the basis."""
    product = make_product(office, name="Ginger ale", price_cents=150, cost_cents=50)["id"]
    stop = counted_weeks_ago(office, route, product_id=product)
    page = sign_in("manager", f"/route-board/{route['id']}")
    board = shown(page)
    row = board.get_by_role("row").filter(has_text=stop.asset)
    expect(row).to_contain_text("≈ 10")
    expect(row.get_by_text("1 of 1 probably. Stock of 1 slot estimated")).to_be_attached()
    expect(row).to_contain_text("$1.00 a day")
    row.get_by_role("checkbox").check()
    load = board.get_by_role("complementary", name="What to load")
    expect(load).to_contain_text("≈ 1 slot by estimate: last known 2 wk. ago")
    page = sign_in("manager", f"/devices/{stop.device_id}")
    device = shown(page)
    expect(device.get_by_text("≈ Probably sold out")).to_be_visible()
    expect(device.get_by_text("From visits: what was found and filled here").first).to_be_attached()
    check_accessibility(page)


def test_the_board_ranks_by_money_and_says_so(sign_in, office, route):
    dear = make_product(office, cost_cents=10)["id"]
    cheap = make_product(office, cost_cents=140)["id"]
    little = counted_weeks_ago(office, route, product_id=cheap, asset=f"Cheap {route['id']}")
    much = counted_weeks_ago(office, route, product_id=dear, asset=f"Dear {route['id']}")
    page = sign_in("manager", f"/route-board/{route['id']}", alone=True)
    board = shown(page)
    ranking = board.get_by_label("Worst first by", exact=True)
    expect(ranking.locator("option:checked")).to_have_text("Sold out, then days left")
    ranking.select_option(label="Money lost a day")
    expect(board.get_by_role("row").nth(1)).to_contain_text(much.asset)
    expect(board.get_by_role("row").nth(2)).to_contain_text(little.asset)
    expect(page).to_have_url(re.compile("sort=-lost_cents_per_day"))


def test_sold_out_counts_what_is_on_the_board(sign_in, office, route):
    """Also what an open order holds, which cannot be chosen again."""
    held = make_stop(office, route["id"], quantities=(0,))
    make_stop(office, route["id"], quantities=(0,))
    order(office, route["id"], held)
    page = sign_in("manager", f"/route-board/{route['id']}", phone=True, alone=True)
    board = shown(page)
    chip = board.get_by_role(
        "button", name=re.compile("Sold out ?2.*Choose 1 machine; 1 in an open order")
    )
    expect(chip).to_be_visible()
    # A phone shows the choices first and whole.
    for name in ("All that need something", "Choose"):
        box = board.get_by_role("button", name=name).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    chip.click()
    expect(board.get_by_role("row", selected=True)).to_have_count(1)
