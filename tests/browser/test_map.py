"""The map: machines where they stand, today's orders, choosing by lasso, putting places on it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import clock
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_location, make_route
from tests.kit.stops import make_stop, order

NO_WEBGL = """
    const plain = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith("webgl") ? null : plain.call(this, kind, ...more);
    };
"""


@pytest.fixture
def route(office):
    """A route of its own, with three machines at two places north of each other."""
    made = make_route(office)
    for name, latitude, quantities in (
        (f"{made['name']} hall", 48.1, [(0,), (9,)]),
        (f"{made['name']} yard", 48.2, [(2,)]),
    ):
        place = make_location(office, name=name, latitude=latitude, longitude=11.5)
        for each in quantities:
            make_stop(office, made["id"], quantities=each, location_id=place["id"])
    return made


def opened(sign_in, path, part="manager", **options):
    """The page, once the map is drawn."""
    page = sign_in(part, path, **options)
    expect(shown(page).get_by_role("button", name="Zoom in")).to_be_visible()
    expect(shown(page).get_by_role("row").nth(1)).to_be_visible()
    return page


def rows(page):
    """The machines in the list, without its head."""
    return shown(page).get_by_role("row").filter(has=shown(page).get_by_role("gridcell"))


def drag_over_all(page):
    """From corner to corner of the map, with Shift held."""
    box = shown(page).locator("#map").bounding_box()
    assert box is not None
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + 60, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] - 60, box["y"] + box["height"] - 8)
    page.mouse.up()
    page.keyboard.up("Shift")


def test_a_box_on_the_map_chooses_machines_for_an_order(sign_in, route):
    page = opened(sign_in, f"/map?route_id={route['id']}")
    expect(rows(page)).to_have_count(3)
    drag_over_all(page)
    expect(shown(page).get_by_role("row", selected=True)).to_have_count(3)
    check_accessibility(page)
    screenshot(page, "map-chosen")
    shown(page).get_by_role("button", name="Plan order").click()
    expect(page).to_have_url(re.compile(rf"#/route-board\D+{route['id']}$"))
    expect(shown(page).get_by_role("row", selected=True)).to_have_count(3)


def test_the_list_does_what_the_lasso_does_by_keyboard_alone(sign_in, route):
    page = opened(sign_in, f"/map?route_id={route['id']}")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(shown(page).get_by_role("row", selected=True)).to_have_count(1)
    page.keyboard.press("Enter")
    card = shown(page).get_by_role("complementary", name="Place")
    expect(card).to_contain_text(f"{route['name']} hall")
    expect(card.get_by_role("listitem")).to_have_count(2)
    expect(card.get_by_role("listitem").first).to_contain_text("Sold out")
    expect(shown(page).get_by_role("row", selected=True)).to_have_count(1)
    check_accessibility(page)
    screenshot(page, "map-card")


def test_nothing_on_the_map_comes_from_elsewhere(sign_in, server, route):
    page = sign_in("manager", "/today")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/#/map?route_id={route['id']}")
    expect(shown(page).get_by_role("button", name="Zoom in")).to_be_visible()
    assert any("maplibre" in url for url in asked)
    assert [url for url in asked if not url.startswith((server.address, "blob:", "data:"))] == []


def stay_with(page, words):
    """Rest the pointer on a message, which then stays for as long as somebody reads it."""
    page.get_by_text(words).hover()


def test_a_place_is_put_on_the_map_by_coordinates_and_taken_back(sign_in, office):
    place = make_location(office, name="Somewhere new")
    make_stop(office, make_route(office)["id"], location_id=place["id"])
    page = opened(sign_in, "/map?q=somewhere")
    expect(shown(page).get_by_text("without a position")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    shown(page).get_by_role("button", name="Put on the map").click()
    typed = shown(page).get_by_label("Latitude and longitude")
    typed.fill("north pole")
    typed.press("Enter")
    expect(shown(page).get_by_role("alert")).to_contain_text("such as 52.5200, 13.4050")
    typed.fill("48.137, 11.575")
    typed.press("Enter")
    stay_with(page, "Put Somewhere new on the map")
    now = office.get(f"/api/locations/{place['id']}").json
    assert (now["latitude"], now["longitude"]) == (48.137, 11.575)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Took Somewhere new off the map")).to_be_visible()
    assert office.get(f"/api/locations/{place['id']}").json["latitude"] is None


def test_undo_of_a_position_leaves_what_somebody_else_changed_since(sign_in, office):
    place = make_location(office, name="Moved twice", latitude=50, longitude=8)
    make_stop(office, make_route(office)["id"], location_id=place["id"])
    page = opened(sign_in, "/map?q=moved twice")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    shown(page).get_by_role("button", name="Move on the map").click()
    typed = shown(page).get_by_label("Latitude and longitude")
    typed.fill("48.137, 11.575")
    typed.press("Enter")
    stay_with(page, "Put Moved twice on the map")
    now = office.get(f"/api/locations/{place['id']}").json
    changes = {"version": now["version"], "latitude": 49, "longitude": 9}
    office.patch(f"/api/locations/{place['id']}", json=changes)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Somebody else changed this meanwhile")).to_be_visible()
    assert office.get(f"/api/locations/{place['id']}").json["latitude"] == 49


def test_the_pin_is_moved_by_arrows(sign_in, office, route):
    page = opened(sign_in, f"/map?route_id={route['id']}&q=yard")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    shown(page).get_by_role("button", name="Move on the map").click()
    pin = shown(page).get_by_role("button", name="arrows move it")
    expect(pin).to_be_focused()
    before = shown(page).get_by_label("Latitude and longitude").input_value()
    pin.press("ArrowUp")
    after = shown(page).get_by_label("Latitude and longitude").input_value()
    assert float(after.split(",")[0]) > float(before.split(",")[0]) == 48.2
    page.keyboard.press("Escape")
    expect(pin).to_have_count(0)


def test_todays_orders_narrow_the_map_to_their_stops(sign_in, office):
    made = make_route(office)
    place = make_location(office, name="Pier", latitude=50, longitude=8)
    due = make_stop(office, made["id"], location_id=place["id"])
    make_stop(office, made["id"], location_id=place["id"])
    today = order(office, made["id"], due, scheduled_on=clock.today("Europe/Berlin"))
    page = opened(sign_in, f"/map?route_id={made['id']}", alone=True)
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Today's orders").select_option(str(today["id"]))
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text(due.asset)
    screenshot(page, "map-orders")


def test_machines_move_to_another_route_and_back(sign_in, office, route):
    other = make_route(office, name="Riverside")
    page = opened(sign_in, f"/map?route_id={route['id']}&q=yard")
    page.keyboard.press("j")
    page.keyboard.press("x")
    shown(page).get_by_role("button", name="Move to a route").click()
    form = shown(page).get_by_role("dialog")
    form.get_by_role("combobox").fill("Riverside")
    form.get_by_role("option", name="Riverside").click()
    expect(form).to_contain_text("1 device moves from 1 route to Riverside.")
    form.get_by_role("button", name="Move", exact=True).click()
    stay_with(page, "Moved 1 device")
    expect(rows(page)).to_have_count(0)
    assert office.get(f"/api/routes/{other['id']}").json["devices"] == 1
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(1)
    assert office.get(f"/api/routes/{other['id']}").json["devices"] == 0


def test_without_webgl_the_list_is_the_page(sign_in, stage, route):
    page = sign_in("manager", "/today", color_scheme="dark")
    page.add_init_script(NO_WEBGL)
    page.goto(f"/pages/map.html?route_id={route['id']}")
    expect(page.get_by_text("This browser cannot draw the map")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="hall")).to_have_count(2)
    expect(page.get_by_role("button", name="Zoom in")).to_be_hidden()


def test_a_driver_looks_and_changes_nothing(sign_in, fleet):
    page = opened(sign_in, "/map", "driver", phone=True)
    expect(shown(page).get_by_role("button", name="Choose with a lasso")).to_have_count(0)
    check_accessibility(page)
    screenshot(page, "map-driver")
