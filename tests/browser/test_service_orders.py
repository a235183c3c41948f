"""Service orders: the list, one order, what the office does with it, and the pick list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.holding import LateAnswer, others_changed
from tests.browser.looking import SCREENSHOTS, check_accessibility, screenshot, shown
from tests.kit.factories import make_location, make_product, make_route
from tests.kit.stops import fill, make_stop, order, visit


@pytest.fixture
def drivers(office):
    """Ids of the drivers by name."""
    return {one["username"]: one["id"] for one in office.get("/api/drivers").json["items"]}


@pytest.fixture
def route(office, drivers):
    return make_route(office, driver_id=drivers["dora"])


def test_a_driver_lands_on_their_own_open_orders(sign_in, office, route, drivers):
    own = order(office, route["id"], make_stop(office, route["id"]))
    others = order(office, route["id"], make_stop(office, route["id"]), driver_id=drivers["oscar"])
    page = sign_in("driver", "", phone=True)
    expect(page).to_have_url(re.compile("#/service-orders$"))
    orders = shown(page)
    expect(orders.get_by_role("link", name=f"#{own['id']}", exact=True)).to_be_visible()
    expect(orders.get_by_role("link", name=f"#{others['id']}", exact=True)).to_have_count(0)
    check_accessibility(page)
    screenshot(page, "service-orders")


def test_the_list_is_filtered_by_chips_that_are_in_the_address(sign_in, office, route):
    one = order(office, route["id"], make_stop(office, route["id"]), scheduled_on="2026-02-03")
    page = sign_in("manager", "/service-orders")
    orders = shown(page)
    orders.get_by_label("Route").select_option(label=route["name"])
    expect(orders.get_by_role("row")).to_have_count(2)
    orders.get_by_label("Status").select_option(label="Completed")
    expect(orders.get_by_text("No order matches")).to_be_visible()
    expect(page).to_have_url(re.compile("status=completed"))
    page.goto(f"/#/service-orders?scheduled_on=2026-02-03&route_id={route['id']}")
    expect(orders.get_by_role("link", name=f"#{one['id']}")).to_be_visible()
    expect(orders.get_by_text("late")).to_be_visible()


def test_the_office_changes_day_driver_and_notes_in_place(sign_in, office, route, drivers):
    made = order(office, route["id"], make_stop(office, route["id"]), scheduled_on="2026-03-02")
    page = sign_in("manager", f"/service-orders/{made['id']}", alone=True)
    shows = shown(page)
    shows.get_by_role("combobox", name="Driver").fill("osc")
    shows.get_by_role("option", name="oscar").click()
    expect(page.get_by_text(f"Order {made['id']} is now oscar's")).to_be_visible()
    shows.get_by_label("Date").fill("2026-03-03")
    expect(page.get_by_text("The order is of")).to_be_visible()
    shows.get_by_label("Notes for the driver").fill("Van 2")
    shows.get_by_label("Notes for the driver").blur()
    expect(page.get_by_text("Saved the notes")).to_be_visible()
    now = office.get(f"/api/service-orders/{made['id']}").json
    assert (now["driver_id"], now["scheduled_on"], now["notes"]) == (
        drivers["oscar"],
        "2026-03-03",
        "Van 2",
    )
    page.get_by_role("button", name="Undo").last.click()
    expect(shows.get_by_label("Notes for the driver")).to_have_value("")


def test_stops_are_dragged_moved_by_key_added_and_taken_out(sign_in, office, route):
    place = make_location(office, name="City Hall", notes="Gate code 4711")
    stops = [
        make_stop(office, route["id"], asset=f"R{route['id']}-{number}", location_id=place["id"])
        for number in (1, 2, 3)
    ]
    added = make_stop(office, route["id"])
    made = order(office, route["id"], *stops)
    page = sign_in("manager", f"/service-orders/{made['id']}")
    shows = shown(page)

    def assets():
        now = office.get(f"/api/service-orders/{made['id']}").json
        return [cabinet["asset"] for cabinet in now["cabinets"]]

    one, two, three = [stop.asset for stop in stops]
    grip = shows.get_by_role("button", name=f"Move {one}: arrow keys, or drag")
    grip.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("Changed the order of the stops")).to_be_visible()
    assert assets() == [two, one, three]
    expect(grip).to_be_focused()
    grip.drag_to(shows.get_by_role("button", name=f"Move {three}: arrow keys, or drag"))
    expect(shows.locator(".stop").last).to_contain_text(one)
    expect(page.get_by_text("Changed the order of the stops")).to_have_count(2)
    shows.get_by_role("combobox", name="Add a machine").fill(added.asset)
    shows.get_by_role("option", name=added.asset).click()
    expect(page.get_by_text(f"Added {added.asset}")).to_be_visible()
    assert assets() == [two, three, one, added.asset]
    shows.get_by_role("button", name=f"What to load and what was done: {two}").click()
    screenshot(page, "service-order-open")
    check_accessibility(page)
    shows.get_by_role("button", name="Take out of the order").click()
    expect(page.get_by_text(f"Took {two} out of the order")).to_be_visible()
    assert assets() == [three, one, added.asset]
    page.get_by_role("button", name="Undo").last.click()
    expect(shows.locator(".stop").first).to_contain_text(two)
    assert assets() == [two, three, one, added.asset]


def test_quantities_of_an_open_order_are_changed(sign_in, office, route):
    stop = make_stop(office, route["id"], quantities=(3, 4))
    made = order(office, route["id"], stop)
    page = sign_in("manager", f"/service-orders/{made['id']}", alone=True)
    shows = shown(page)
    quantity = shows.get_by_role("spinbutton", name=re.compile("for A1$"))
    quantity.fill("5")
    quantity.press("Tab")
    expect(shows.get_by_text("11 units to load")).to_be_visible()
    assert office.get(f"/api/service-orders/{made['id']}").json["units"] == 11


def test_a_change_of_somebody_else_is_told_before_it_is_overwritten(sign_in, office, route):
    made = order(office, route["id"], make_stop(office, route["id"]))
    page = sign_in("manager", f"/service-orders/{made['id']}")
    shows = shown(page)
    notes = shows.get_by_label("Notes for the driver")
    expect(notes).to_be_visible()
    path = f"/api/service-orders/{made['id']}"
    office.patch(path, json={"version": made["version"], "scheduled_on": "2026-03-03"})
    notes.fill("Mine")
    notes.blur()
    dialog = shows.get_by_role("dialog")
    expect(dialog).to_contain_text("The date is")
    check_accessibility(page)
    screenshot(page, "service-order-conflict")
    dialog.get_by_role("button", name="Change it all the same").click()
    expect(notes).to_have_value("Mine")
    now = office.get(path).json
    assert (now["notes"], now["scheduled_on"]) == ("Mine", "2026-03-03")


def test_an_order_that_was_asked_for_earlier_does_not_stay(sign_in, office, route):
    made = order(office, route["id"], make_stop(office, route["id"]))
    page = sign_in("manager", f"/service-orders/{made['id']}", alone=True)
    notes = shown(page).get_by_label("Notes for the driver")
    expect(notes).to_be_visible()
    path = f"/api/service-orders/{made['id']}"
    late = LateAnswer(page, f"**{path}")
    others_changed(page, "service_order")
    late.is_held()
    office.patch(path, json={"version": made["version"], "notes": "Ring twice"})
    others_changed(page, "service_order")
    late.let_go()
    expect(notes).to_have_value("Ring twice")


def test_an_order_is_finished_with_stops_skipped_and_that_is_undone(sign_in, office, route):
    stops = [make_stop(office, route["id"]) for _ in range(3)]
    made = order(office, route["id"], *stops)
    visit(office, made, stops[0], fill(stops[0], 0, 7))
    page = sign_in("manager", f"/service-orders/{made['id']}")
    shows = shown(page)
    shows.get_by_role("button", name="More actions").click()
    expect(shows.get_by_role("menuitem", name="Cancel order")).to_have_count(0)
    shows.get_by_role("menuitem", name="Finish, skip 2 stops").click()
    form = shows.get_by_role("dialog")
    form.get_by_label("No time left").check()
    form.get_by_role("button", name="Finish, skip 2 stops").click()
    expect(shows.get_by_text("1 of 3, 2 skipped")).to_be_visible()
    screenshot(page, "service-order-skipped")
    check_accessibility(page)
    page.get_by_role("button", name="Undo").last.click()
    expect(shows.get_by_text("To do")).to_have_count(2)
    assert office.get(f"/api/service-orders/{made['id']}").json["status"] == "in_progress"


def test_a_load_that_another_visit_made_stale_is_loaded_again(sign_in, office, route):
    stop = make_stop(office, route["id"])
    today = order(office, route["id"], stop, scheduled_on="2026-03-02")
    later = order(office, route["id"], stop, scheduled_on="2026-03-03")
    page = sign_in("manager", f"/service-orders/{later['id']}")
    shows = shown(page)
    expect(shows.get_by_text(f"Also in order {today['id']}")).to_be_visible()
    visit(office, today, stop, fill(stop, 0, 5))
    page.reload()
    expect(shows.get_by_text("was visited in another order since")).to_be_visible()
    screenshot(page, "service-order-stale")
    shows.get_by_role("button", name="Load again").click()
    expect(shows.get_by_text("2 units to load")).to_be_visible()


def test_the_office_cancels_what_nobody_began(sign_in, office, route):
    made = order(office, route["id"], make_stop(office, route["id"]))
    page = sign_in("manager", f"/service-orders/{made['id']}", alone=True)
    shows = shown(page)
    shows.get_by_role("button", name="More actions").click()
    shows.get_by_role("menuitem", name="Cancel order").click()
    form = shows.get_by_role("dialog")
    form.get_by_label("Reason").fill("Road closed")
    form.get_by_role("button", name="Cancel order").click()
    expect(shows.get_by_text("Road closed")).to_be_visible()
    expect(shows.get_by_role("link", name="Visit")).to_have_count(0)


def test_a_reversed_visit_stays_in_the_history(sign_in, office, route):
    stop = make_stop(office, route["id"], quantities=(3, 6))
    made = order(office, route["id"], stop)
    done = visit(office, made, stop, fill(stop, 0, 5), fill(stop, 1, 4, counted=6)).json
    page = sign_in("manager", f"/service-orders/{made['id']}?visit_id={done['id']}")
    shows = shown(page)
    expect(shows.get_by_role("row").nth(1)).to_contain_text(re.compile("A1.*7.*5.*\N{MINUS SIGN}2"))
    expect(shows.get_by_text("9 of 11 units")).to_be_visible()
    screenshot(page, "service-order")
    check_accessibility(page)
    shows.get_by_role("button", name="Reverse").click()
    form = shows.get_by_role("dialog")
    form.get_by_label("Reason").fill("Wrong machine")
    form.get_by_role("button", name="Reverse visit").click()
    expect(shows.get_by_text("Reversed").first).to_be_visible()
    expect(shows.get_by_text(": Wrong machine")).to_be_visible()
    expect(shows.get_by_role("link", name=f"Visit {stop.asset}")).to_be_visible()
    assert stop.quantities(office) == [3, 6]


def test_what_was_loaded_beside_the_plan_is_named_by_its_product(sign_in, office, route):
    stop = make_stop(office, route["id"], quantities=[3, 9], par_level=9)
    made = order(office, route["id"], stop)
    assert visit(office, made, stop, fill(stop, 0, 6), fill(stop, 1, 1)).status == 201
    page = sign_in("manager", f"/service-orders/{made['id']}")
    product = office.get(f"/api/products/{stop.products[1]}").json["name"]
    row = shown(page).get_by_role("row").filter(has_text="not in the plan")
    expect(row).to_contain_text(f"A2{product} not in the plan")
    check_accessibility(page)


def test_an_order_of_another_driver_is_not_there(sign_in, office, route, drivers):
    others = order(office, route["id"], make_stop(office, route["id"]), driver_id=drivers["oscar"])
    page = sign_in("driver", f"/service-orders/{others['id']}", phone=True, alone=True)
    expect(shown(page).get_by_role("alert")).to_contain_text("There is no service order")


def test_a_viewer_sees_an_order_and_changes_nothing(sign_in, office, route):
    made = order(office, route["id"], make_stop(office, route["id"]))
    page = sign_in("viewer", f"/service-orders/{made['id']}", alone=True)
    shows = shown(page)
    expect(shows.get_by_text("7 units to load")).to_be_visible()
    for name in ("Visit", "Pick list", "More actions", "Start first stop"):
        expect(shows.get_by_role("button", name=name)).to_have_count(0)
        expect(shows.get_by_role("link", name=name)).to_have_count(0)


@pytest.mark.parametrize(("products", "paper"), [(30, "Letter"), (80, "A4"), (80, "Letter")])
def test_a_pick_list_is_one_side_of_paper(sign_in, office, route, products, paper):
    stops = [
        make_stop(office, route["id"], quantities=(2,) * min(26, products - done))
        for done in range(0, products, 26)
    ]
    made = order(office, route["id"], *stops, scheduled_on="2026-02-03")
    page = sign_in("driver", f"/pages/pick-list.html?service_order_id={made['id']}", alone=True)
    expect(page.get_by_role("checkbox")).to_have_count(products)
    printed = page.pdf(format=paper)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_a_pick_list_says_which_slots_nobody_knows(sign_in, office, route):
    stops = [
        make_stop(office, route["id"], asset=asset, quantities=(2, 2, *quantities))
        for asset, quantities in (("P-1", (None, None)), ("P-2", (1, 1)), ("P-3", (None,)))
    ]
    made = order(office, route["id"], *stops)
    page = sign_in("manager", f"/service-orders/{made['id']}/pick-list")
    words = shown(page).get_by_text("Not counted in: 3 slots of unknown quantity")
    expect(words).to_be_visible()
    expect(shown(page).locator(".unknowns")).to_contain_text("P-1 (2), P-3 (1)")
    expect(shown(page).locator(".unknowns")).to_contain_text("At most 30 units more.")
    check_accessibility(page)
    screenshot(page, "pick-list-unknown")
    page.goto(f"/pages/pick-list.html?service_order_id={made['id']}")
    page.emulate_media(media="print")
    expect(page.get_by_text("Not counted in: 3 slots of unknown quantity")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "pick-list-unknown-print.png")


def test_what_is_in_the_crate_stays_ticked(sign_in, office, route):
    product = make_product(office, name="Rye crisps", category="Snacks", case_size=5)["id"]
    made = order(office, route["id"], make_stop(office, route["id"], product_id=product))
    page = sign_in("driver", f"/service-orders/{made['id']}/pick-list", phone=True)
    crate = shown(page)
    expect(crate.get_by_text("1 case + 2")).to_be_visible()
    crate.get_by_text("Rye crisps").click()
    expect(crate.get_by_role("status").first).to_have_text("All 7 units picked")
    page.reload()
    expect(crate.get_by_role("checkbox")).to_be_checked()
    check_accessibility(page)
    screenshot(page, "pick-list")


def test_by_stop_a_pick_list_is_a_sheet_for_each_machine(sign_in, office, route):
    place = make_location(office, name="City Hall", notes="Gate code 4711")
    stops = [
        make_stop(office, route["id"], quantities=(2, 3), location_id=place["id"]) for _ in range(3)
    ]
    made = order(office, route["id"], *stops, scheduled_on="2026-02-03")
    page = sign_in("manager", f"/service-orders/{made['id']}/pick-list")
    crate = shown(page)
    crate.get_by_role("tab", name="By stop").click()
    for stop in stops:
        sheet = crate.locator(".sheet").filter(has_text=stop.asset)
        expect(sheet).to_contain_text("15 units")
        expect(sheet.get_by_role("row").nth(1)).to_contain_text(re.compile("A1.*8"))
    expect(crate.get_by_text("Gate code 4711")).to_have_count(3)
    check_accessibility(page)
    screenshot(page, "pick-list-stops")
    page.goto(f"/pages/pick-list.html?service_order_id={made['id']}&view=stops")
    expect(page.locator(".sheet")).to_have_count(3)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 3
    page.emulate_media(media="print")
    page.screenshot(path=SCREENSHOTS / "pick-list-stops-print.png")


def test_a_printed_order_says_what_to_load_and_has_no_buttons(sign_in, office, route):
    stops = [make_stop(office, route["id"], quantities=(2, 3)) for _ in range(2)]
    made = order(office, route["id"], *stops)
    page = sign_in(
        "manager", f"/pages/service-order.html?service_order_id={made['id']}", alone=True
    )
    expect(page.locator(".stop")).to_have_count(2)
    page.emulate_media(media="print")
    for stop in page.locator(".stop").all():
        expect(stop.get_by_role("row").nth(1)).to_be_visible()
    for name in ("Visit", "Could not do it", "Start first stop"):
        assert not [each for each in page.get_by_text(name, exact=True).all() if each.is_visible()]
    page.screenshot(path=SCREENSHOTS / "service-order-print.png", full_page=True)


def test_from_the_shell_the_whole_page_is_printed(sign_in, office, route):
    products = (2,) * 26
    made = order(
        office, route["id"], *[make_stop(office, route["id"], quantities=products) for _ in "123"]
    )
    page = sign_in("manager", f"/service-orders/{made['id']}/pick-list")
    crate = shown(page)
    expect(crate.get_by_role("checkbox")).to_have_count(78)
    frame = page.frames[-1]
    frame.evaluate("window.print = () => { document.title = 'Printed'; }")
    page.locator("body").press("Control+p")
    frame.wait_for_function("document.title === 'Printed'")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    last = crate.locator(".pick").last.bounding_box()
    box = page.locator("iframe.is-shown").bounding_box()
    assert last is not None
    assert box is not None
    assert last["y"] + last["height"] <= box["y"] + box["height"]
    assert box["height"] > 900
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(page.locator("iframe.is-shown")).to_have_js_property("style.height", "")
