"""Carrying out a visit with a thumb: as planned, otherwise, refused, and without a connection."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.holding import Held
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_location, make_route
from tests.kit.stops import fill, make_stop, order, visit

VISITS = re.compile(r"/service-orders/\d+/visits$")


@pytest.fixture
def route(office):
    drivers = {one["username"]: one["id"] for one in office.get("/api/drivers").json["items"]}
    return make_route(office, driver_id=drivers["dora"])


@pytest.fixture
def at(sign_in):
    """Dora's phone, at a stop of an order."""
    return lambda made, stop, part="driver": sign_in(
        part, f"/service-orders/{made['id']}/visits/{stop.cabinet_id}", phone=True
    )


def test_a_driver_fills_as_planned_and_goes_on_to_the_next_stop(at, office, route):
    first = make_stop(office, route["id"], quantities=(3, 10, 6))
    second = make_stop(office, route["id"], quantities=(8,))
    made = order(office, route["id"], first, second, notes="Door code 44")
    page = at(made, first)
    phone = shown(page)
    expect(phone.get_by_text("Door code 44")).to_be_visible()
    expect(phone.get_by_role("group", name="A2")).to_be_hidden()
    phone.get_by_role("button", name="All as planned").click()
    expect(phone.get_by_text("11 of 11 units")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "visit")
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_role("dialog")).to_contain_text(
        re.compile(r"As planned\.\s*11 units into 2 slots\.")
    )
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("11 units loaded")).to_be_visible()
    assert first.quantities(office) == [10, 10, 10]
    phone.get_by_role("link", name=f"Next stop {second.asset}").click()
    expect(page).to_have_url(re.compile(f"/visits/{second.cabinet_id}$"))
    phone.get_by_role("button", name="Load 2 into A1").click()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text(f"Order {made['id']} is done")).to_be_visible()
    assert office.get(f"/api/service-orders/{made['id']}").json["status"] == "completed"


def test_counting_removing_and_loading_otherwise_is_said_in_one_line(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3, 6, None))
    made = order(office, route["id"], stop)
    page = at(made, stop)
    phone = shown(page)
    phone.get_by_role("button", name="Count or remove: A1").click()
    phone.get_by_label("Found in A1", exact=True).fill("2")
    phone.get_by_role("button", name="More: Removed from A1").click()
    phone.get_by_role("button", name="Load 9 into A1").click()
    phone.get_by_role("button", name="More: Loaded into A2").click()
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_text("Say why it was removed.")).to_be_visible()
    phone.get_by_label("Why removed from A1", exact=True).select_option("Expired")
    phone.get_by_role("button", name="More: Found in A3").click()
    phone.get_by_role("button", name="Load 9 into A3").click()
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_role("dialog")).to_contain_text(
        "8 more than planned: A1 +2, A2 \N{MINUS SIGN}3, A3 +9."
    )
    check_accessibility(page)
    screenshot(page, "visit-confirm")
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("19 units loaded")).to_be_visible()
    assert stop.quantities(office) == [10, 7, 10]


def test_the_office_types_a_visit_in_without_a_mouse(sign_in, office, route):
    stop = make_stop(office, route["id"], quantities=(3, 6))
    made = order(office, route["id"], stop)
    page = sign_in("manager", f"/service-orders/{made['id']}/visits/{stop.cabinet_id}", alone=True)
    visit_page = shown(page)
    visit_page.get_by_label("Loaded into A1", exact=True).focus()
    for key in ("7", "Enter", "3", "Enter", "Enter"):
        page.keyboard.press(key)
    expect(visit_page.get_by_role("dialog")).to_contain_text("1 fewer than planned: A2")
    page.keyboard.press("Control+Enter")
    expect(visit_page.get_by_text("10 units loaded")).to_be_visible()
    assert stop.quantities(office) == [10, 9]


def test_what_is_entered_survives_a_reload(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3, 6))
    page = at(order(office, route["id"], stop), stop)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    page.reload()
    expect(phone.get_by_label("Loaded into A1", exact=True)).to_have_value("7")
    expect(phone.get_by_text("1 slot left")).to_be_visible()


def test_more_than_the_books_have_room_for_is_taken_and_said(at, office, route):
    stop = make_stop(office, route["id"], quantities=(6,))
    page = at(order(office, route["id"], stop), stop)
    phone = shown(page)
    phone.get_by_label("Loaded into A1", exact=True).fill("9")
    expect(phone.get_by_text("5 more than the books have room for")).to_be_visible()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("9 units loaded")).to_be_visible()
    assert stop.quantities(office) == [10]


def test_what_no_slot_can_hold_is_asked_about_in_one_sentence(at, office, route):
    stop = make_stop(office, route["id"], quantities=(6,))
    page = at(order(office, route["id"], stop), stop)
    phone = shown(page)
    phone.get_by_label("Loaded into A1", exact=True).fill("12")
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_text("It holds 10, and 12 were loaded. Is that so?")).to_be_visible()
    phone.get_by_role("button", name="Yes, it is so").click()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("12 units loaded")).to_be_visible()


def test_what_is_proposed_follows_what_is_typed(at, office, route):
    stop = make_stop(office, route["id"], quantities=(6, 6))
    page = at(order(office, route["id"], stop), stop)
    phone = shown(page)
    expect(phone.get_by_role("tab", name="To do 2")).to_be_visible()
    phone.get_by_role("button", name="Count or remove: A1").click()
    phone.get_by_label("Found in A1", exact=True).press_sequentially("2")
    expect(phone.get_by_role("button", name="Load 8 into A1")).to_be_visible()
    phone.get_by_role("button", name="Load 8 into A1").click()
    phone.get_by_role("button", name="Load 4 into A2").click()
    expect(phone.get_by_text("12 units, 4 more than planned")).to_be_visible()
    expect(phone.get_by_role("tab", name="To do 0")).to_be_visible()


def test_a_driver_knows_the_place_before_getting_there(at, office, route):
    place = make_location(
        office, name="City Hall", address="4 King Street", notes="Gate code 4711, ask for Mary"
    )
    stop = make_stop(office, route["id"], location_id=place["id"], name="Lobby left")
    page = at(order(office, route["id"], stop), stop)
    phone = shown(page)
    expect(phone.get_by_text("Gate code 4711, ask for Mary")).to_be_visible()
    expect(phone.get_by_text("Lobby left, City Hall, 4 King Street")).to_be_visible()
    expect(phone.get_by_role("link", name="Map")).to_have_attribute(
        "href", re.compile("King%20Street")
    )
    check_accessibility(page)
    screenshot(page, "visit-place")


def test_a_driver_says_that_a_stop_could_not_be_done(at, office, route):
    first, second = make_stop(office, route["id"]), make_stop(office, route["id"])
    made = order(office, route["id"], first, second)
    page = at(made, first)
    phone = shown(page)
    phone.get_by_role("button", name="Could not do it").click()
    form = phone.get_by_role("dialog")
    form.get_by_label("No access").check()
    form.get_by_label("In words").fill("New lock")
    check_accessibility(page)
    screenshot(page, "visit-skip")
    form.get_by_role("button", name="Skip this stop").click()
    expect(phone.get_by_text("No access: “New lock”")).to_be_visible()
    phone.get_by_role("link", name=f"Next stop {second.asset}").click()
    expect(phone.get_by_role("button", name="Load 7 into A1")).to_be_visible()
    (skipped, _) = office.get(f"/api/service-orders/{made['id']}").json["cabinets"]
    assert skipped["skip"]["reason"] == "no_access"


def test_without_a_connection_the_next_stops_open_and_all_are_sent_later(sign_in, office, route):
    first, second = (make_stop(office, route["id"], quantities=(held,)) for held in (3, 4))
    made = order(office, route["id"], first, second)
    page = sign_in("driver", f"/service-orders/{made['id']}", phone=True)
    phone = shown(page)
    expect(phone.get_by_role("button", name="Start first stop")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    phone.get_by_role("button", name="Start first stop").click()
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("It is kept on this phone")).to_be_visible()
    expect(page.get_by_text("Visits and photos are kept on this device")).to_be_visible()
    screenshot(page, "visit-offline")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    phone.get_by_role("link", name="Next stop").click()
    phone.get_by_role("button", name="Load 6 into A1").click()
    # The phone knows that it has no connection: nobody waits for tries.
    assert not [
        url for url in asked if url.endswith((f"/service-orders/{made['id']}", "/planogram"))
    ]
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("It is kept on this phone")).to_be_visible()
    page.context.set_offline(False)
    expect(phone.get_by_text("6 units loaded")).to_be_visible()
    expect(page.get_by_text("Sent 1 visit that waited on this phone")).to_be_visible()
    assert first.quantities(office) + second.quantities(office) == [10, 10]
    assert office.get(f"/api/service-orders/{made['id']}").json["status"] == "completed"


def test_a_late_answer_leaves_what_is_entered_at_the_next_stop(at, office, route):
    first, second = (make_stop(office, route["id"], quantities=(held,)) for held in (3, 4))
    made = order(office, route["id"], first, second)
    page = at(made, first)
    phone = shown(page)
    held = Held(page, VISITS)
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    page.goto(f"/#/service-orders/{made['id']}/visits/{second.cabinet_id}")
    phone.get_by_role("button", name="Load 6 into A1").click()
    held.let_go()
    expect(page.get_by_text(f"Visit {first.asset} was recorded")).to_be_visible()
    expect(phone.get_by_text("6 of 6 units")).to_be_visible()
    page.reload()
    expect(phone.get_by_text("6 of 6 units")).to_be_visible()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text(f"Order {made['id']} is done")).to_be_visible()
    assert first.quantities(office) + second.quantities(office) == [10, 10]


def test_who_is_done_before_the_last_visit_is_sent_sends_both(at, office, route):
    first, second = (make_stop(office, route["id"], quantities=(held,)) for held in (3, 4))
    made = order(office, route["id"], first, second)
    page = at(made, first)
    phone = shown(page)
    held = Held(page, VISITS)
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    page.goto(f"/#/service-orders/{made['id']}/visits/{second.cabinet_id}")
    phone.get_by_role("button", name="Load 6 into A1").click()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    held.let_go()
    expect(phone.get_by_text("6 units loaded")).to_be_visible()
    expect(page.get_by_text(f"Visit {first.asset} was recorded")).to_be_visible()
    assert first.quantities(office) + second.quantities(office) == [10, 10]


def test_a_machine_is_visited_without_an_order(sign_in, office, route):
    stop = make_stop(office, route["id"], quantities=(3,))
    page = sign_in("driver", f"/devices/{stop.device_id}", phone=True)
    phone = shown(page)
    phone.get_by_role("link", name="Visit now").click()
    phone.get_by_label("Count", exact=True).check()
    phone.get_by_role("button", name="Count or remove: A1").click()
    phone.get_by_label("Found in A1", exact=True).fill("2")
    check_accessibility(page)
    screenshot(page, "visit-unplanned")
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("0 units loaded", exact=True)).to_be_visible()
    assert stop.quantities(office) == [2]
    (made,) = office.get(f"/api/service-orders?device_id={stop.device_id}").json["items"]
    assert (made["origin"], made["purpose"], made["status"]) == ("unplanned", "count", "completed")


def test_a_machine_on_no_route_is_visited_and_its_order_says_so(sign_in, office):
    stop = make_stop(office, None, quantities=(3,))
    page = sign_in("manager", f"/devices/{stop.device_id}")
    shown(page).get_by_role("link", name="Visit now").click()
    shown(page).get_by_role("button", name="Count or remove: A1").click()
    shown(page).get_by_label("Found in A1", exact=True).fill("2")
    shown(page).get_by_role("button", name="Done").click()
    shown(page).get_by_role("button", name="Record visit").click()
    expect(shown(page).get_by_text("0 units loaded", exact=True)).to_be_visible()
    (made,) = office.get(f"/api/service-orders?device_id={stop.device_id}").json["items"]
    page.goto(f"/#/service-orders/{made['id']}")
    expect(shown(page).get_by_text("No route", exact=True)).to_be_visible()
    check_accessibility(page)
    page.goto("/#/service-orders?status=all")
    shown(page).get_by_label("Route").select_option(label="No route")
    expect(shown(page).get_by_text(f"#{made['id']} No route, unplanned")).to_be_visible()


def test_a_refusal_of_the_server_lands_at_its_slot(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3, 3))
    page = at(order(office, route["id"], stop), stop)
    phone = shown(page)
    phone.get_by_role("button", name="All as planned").click()
    planogram = office.get(f"/api/cabinets/{stop.cabinet_id}/planogram").json
    smaller = {"id": stop.slots[1], "product_id": None}
    saved = office.put(
        f"/api/cabinets/{stop.cabinet_id}/planogram",
        json={"version": planogram["version"], "slots": [smaller]},
    )
    assert saved.status == 200, saved.text
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_role("group", name="A2").get_by_role("alert")).to_contain_text(
        "holds no product"
    )
    expect(phone.get_by_role("group", name="A1").get_by_role("alert")).to_be_hidden()
    assert stop.quantities(office) == [3, 0]


def test_without_a_connection_nothing_is_lost_and_it_is_sent_once(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = at(made, stop)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    # The request arrives; its answer does not come back.
    page.route("**/visits", lambda route: (route.fetch(), route.abort())[1])
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("Not sent: no connection")).to_be_visible()
    page.unroute("**/visits")
    phone.get_by_role("button", name="Try again").click()
    expect(phone.get_by_text("7 units loaded")).to_be_visible()
    visits = office.get(f"/api/service-orders/{made['id']}").json["cabinets"][0]["visits"]
    assert len(visits) == 1
    assert stop.quantities(office) == [10]


def unsent(at, office, route):
    """A stop of an order, and its page on a phone: 7 units in A1 did not get through."""
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = at(made, stop)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    page.route("**/visits", lambda route: route.abort())
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("Not sent: no connection")).to_be_visible()
    return stop, made, page


def test_what_was_changed_after_a_lost_connection_is_what_is_sent(at, office, route):
    stop, _, page = unsent(at, office, route)
    phone = shown(page)
    page.unroute("**/visits")
    phone.get_by_role("button", name="Less: Loaded into A1").click()
    expect(phone.get_by_text("Not sent: no connection")).to_be_hidden()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("6 units loaded")).to_be_visible()
    assert stop.quantities(office) == [9]


def test_a_stop_that_somebody_else_recorded_says_so(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = at(made, stop)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    assert visit(office, made, stop, fill(stop, 0, 4)).status == 201
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("You had entered: A1 7.")).to_be_visible()
    expect(phone.get_by_text("4 units loaded")).to_be_visible()
    assert stop.quantities(office) == [7]


def test_a_visit_left_on_the_phone_is_found_again_and_sent(at, office, route):
    stop, made, page = unsent(at, office, route)
    phone = shown(page)
    page.goto(f"/#/service-orders/{made['id']}")
    expect(phone.get_by_text("Not sent yet")).to_be_visible()
    page.goto("/#/service-orders")
    page.reload()
    page.unroute("**/visits")
    expect(
        phone.get_by_text(f"A visit of order {made['id']} is still on this phone")
    ).to_be_visible()
    phone.get_by_role("link", name="Send it").click()
    expect(phone.get_by_text("7 units loaded")).to_be_visible()
    assert stop.quantities(office) == [10]
    page.goto("/#/service-orders")
    expect(phone.get_by_text("is still on this phone")).to_be_hidden()


def test_a_visit_whose_answer_was_lost_is_not_asked_for_again(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = at(made, stop)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    page.route("**/visits", lambda route: (route.fetch(), route.abort())[1])
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("Not sent: no connection")).to_be_visible()
    page.reload()
    expect(phone.get_by_text("7 units loaded")).to_be_visible()
    expect(phone.get_by_text("You had entered")).to_be_hidden()


def test_what_was_done_for_an_order_that_was_cancelled_is_recorded_without_it(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = at(made, stop)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    cancelled = office.post(
        f"/api/service-orders/{made['id']}/cancellation", json={"reason": "Snow"}
    )
    assert cancelled.status == 200
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("You had entered: A1 7.")).to_be_visible()
    phone.get_by_role("button", name="Record it without the order").click()
    expect(phone.get_by_text("nobody: visited without an order")).to_be_visible()
    assert stop.quantities(office) == [10]
