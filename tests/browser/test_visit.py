"""Carrying out a visit with a thumb: as planned, otherwise, refused, and without a connection."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.api.stops import fill, make_stop, order, visit
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.factories import make_route


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
    page = sign_in("manager", f"/service-orders/{made['id']}/visits/{stop.cabinet_id}")
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


def test_more_than_fits_asks_for_a_count(at, office, route):
    stop = make_stop(office, route["id"], quantities=(6,))
    page = at(order(office, route["id"], stop), stop)
    phone = shown(page)
    phone.get_by_label("Loaded into A1", exact=True).fill("9")
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_text("6 in the books and 9 more do not fit. Count")).to_be_visible()
    phone.get_by_label("Found in A1", exact=True).fill("1")
    phone.get_by_role("button", name="Done").click()
    expect(phone.get_by_role("dialog")).to_contain_text("5 more than planned: A1 +5.")


def test_a_refusal_of_the_server_lands_at_its_slot(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3, 3))
    page = at(order(office, route["id"], stop), stop)
    phone = shown(page)
    phone.get_by_role("button", name="All as planned").click()
    planogram = office.get(f"/api/cabinets/{stop.cabinet_id}/planogram").json
    smaller = {"id": stop.slots[1], "capacity": 6, "par_level": 6}
    saved = office.put(
        f"/api/cabinets/{stop.cabinet_id}/planogram",
        json={"version": planogram["version"], "slots": [smaller]},
    )
    assert saved.status == 200, saved.text
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_role("group", name="A2").get_by_role("alert")).to_contain_text(
        "would be 10"
    )
    expect(phone.get_by_role("group", name="A1").get_by_role("alert")).to_be_hidden()
    assert stop.quantities(office) == [3, 3]


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


def test_what_was_changed_after_a_lost_connection_is_what_is_sent(at, office, route):
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = at(made, stop)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    page.route("**/visits", lambda route: route.abort())
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("Not sent: no connection")).to_be_visible()
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
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = at(made, stop)
    phone = shown(page)
    phone.get_by_role("button", name="Load 7 into A1").click()
    phone.get_by_role("button", name="Done").click()
    page.route("**/visits", lambda route: route.abort())
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("Not sent: no connection")).to_be_visible()
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
