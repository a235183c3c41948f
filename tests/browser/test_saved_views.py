"""Saved views: a list as somebody likes it, under a name, in the rail, and for others."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_route


@pytest.fixture
def office(apart):
    """A manager with two routes: their person, their page at the devices, and the routes' ids."""
    person, page = apart
    routes = {name: make_route(person, name=name)["id"] for name in ("North", "South")}
    for number, name in enumerate(("North", "North", "South")):
        make_device(person, asset=f"T-{number}", route_id=routes[name])
    page.goto("/#/devices")
    expect(rows(page)).to_have_count(3)
    return person, page, routes


def rows(page):
    return shown(page).locator("tbody tr[data-index]")


def headings(page):
    return shown(page).locator("thead th:not(.pick)")


def rail(page):
    return page.get_by_role("navigation", name="Pages")


def menu(page, name="Views"):
    return shown(page).get_by_role("button", name=name, exact=True)


def entry(page, name):
    return shown(page).get_by_role("menuitem", name=name, exact=True)


def narrow(page, route):
    shown(page).get_by_label("Route").select_option(label=route)


def save(person, name="Northern", **more):
    body = {"list_name": "devices", "name": name, **more}
    return person.post("/api/saved-views", json=body).json


def test_a_view_is_saved_changed_renamed_and_removed(office):
    person, page, routes = office
    narrow(page, "North")
    expect(rows(page)).to_have_count(2)
    menu(page).click()
    screenshot(page, "saved-views-menu", sizes=("desktop",))
    entry(page, "Save as a new view…").click()
    shown(page).get_by_label("Name").fill("Northern")
    check_accessibility(page)
    screenshot(page, "saved-views-new")
    shown(page).get_by_role("button", name="Save view").click()
    expect(menu(page, "Northern")).to_be_visible()
    expect(page).to_have_url(re.compile(r"#/devices\?.*view=\d+"))
    narrow(page, "South")
    expect(rows(page)).to_have_count(1)
    shown(page).get_by_role("button", name="Save changes").click()
    expect(shown(page).get_by_role("button", name="Save changes")).to_have_count(0)
    (view,) = person.get("/api/list-layout?list_name=devices").json["views"]
    assert view["params"] == {"route_id": str(routes["South"])}
    menu(page, "Northern").click()
    entry(page, "Rename or share…").click()
    shown(page).get_by_label("Name").fill("Southern")
    shown(page).get_by_role("button", name="Save", exact=True).click()
    menu(page, "Southern").click()
    screenshot(page, "saved-views-open")
    entry(page, "Remove").click()
    expect(menu(page)).to_be_visible()
    expect(rows(page)).to_have_count(3)
    page.locator("cvd-toasts > *").filter(has_text="Removed").get_by_role(
        "button", name="Undo"
    ).click()
    expect(menu(page, "Southern")).to_be_visible()
    expect(rows(page)).to_have_count(1)


def test_a_view_is_saved_and_opened_by_the_keyboard(office):
    person, page, routes = office
    save(person, params={"route_id": str(routes["South"])})
    page.reload()
    expect(rows(page)).to_have_count(3)
    keys = Keyboard(page)
    shown(page).get_by_role("searchbox").focus()
    keys.choose(menu(page))
    keys.reach(entry(page, "Northern"), key="ArrowDown")
    keys.press("Enter")
    expect(rows(page)).to_have_count(1)
    keys.choose(menu(page, "Northern"))
    keys.choose(entry(page, "Save as a new view…"), key="ArrowDown")
    expect(shown(page).get_by_label("Name")).to_be_focused()
    keys.type("Mine")
    keys.press("Enter")
    expect(menu(page, "Mine")).to_be_visible()


def test_a_link_to_a_view_opens_it_as_it_was_saved(office):
    person, page, routes = office
    view = save(person, params={"route_id": str(routes["South"])}, columns=["route", "asset"])
    page.goto("/#/routes")
    page.goto(f"/#/devices?view={view['id']}")
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(headings(page)).to_have_text(["Route", "Device"])
    expect(page).to_have_url(re.compile(rf"route_id={routes['South']}"))


def test_a_view_that_is_gone_says_so_and_its_address_still_narrows_the_list(office):
    _, page, routes = office
    page.goto(f"/#/devices?view=999&route_id={routes['South']}")
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(shown(page).get_by_text("This view was removed, or is not shared")).to_be_visible()
    screenshot(page, "saved-views-gone")


def test_nothing_is_said_of_a_view_while_nobody_knows_which_there_are(office):
    person, page, routes = office
    view = save(person, params={"route_id": str(routes["South"])})
    page.route("**/api/list-layout*", lambda route: route.abort())
    page.goto(f"/#/devices?view={view['id']}&route_id={routes['South']}")
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(shown(page).get_by_text("This view was removed")).to_be_hidden()


def test_what_a_list_no_longer_has_is_left_out_and_said(office):
    person, page, routes = office
    kept = {"route_id": str(routes["South"]), "machine_hue": "red"}
    view = save(person, params=kept, columns=["asset", "weight"])
    page.goto(f"/#/devices?view={view['id']}")
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(headings(page)).to_have_text(["Device"])
    expect(shown(page).get_by_text("“machine hue” and “weight”")).to_be_visible()


def test_a_pinned_view_is_in_the_rail_until_it_is_taken_out(office):
    person, page, routes = office
    save(person, params={"route_id": str(routes["South"])})
    page.reload()
    menu(page).click()
    entry(page, "Northern").click()
    expect(rows(page)).to_have_count(1)
    menu(page, "Northern").click()
    entry(page, "Pin to the rail").click()
    link = rail(page).get_by_role("link", name="Northern")
    expect(link).to_have_attribute("aria-current", "true")
    check_accessibility(page)
    screenshot(page, "saved-views-pinned")
    rail(page).get_by_role("link", name="Products").click()
    expect(shown(page).get_by_role("heading", name="Products", level=1)).to_be_visible()
    expect(link).not_to_have_attribute("aria-current", "true")
    link.click()
    expect(rows(page)).to_have_count(1)
    menu(page, "Northern").click()
    entry(page, "Take out of the rail").click()
    expect(link).to_have_count(0)


def test_a_list_opens_with_the_view_that_somebody_chose(office):
    person, page, routes = office
    save(person, params={"route_id": str(routes["South"])})
    page.reload()
    menu(page).click()
    entry(page, "Northern").click()
    menu(page, "Northern").click()
    with page.expect_response("**/api/list-layout"):
        entry(page, "Always open the list with it").click()
    page.goto("/#/products")
    page.reload()
    rail(page).get_by_role("link", name="Devices").click()
    expect(rows(page)).to_have_count(1)
    expect(menu(page, "Northern")).to_be_visible()
    menu(page, "Northern").click()
    entry(page, "The list as it is").click()
    expect(rows(page)).to_have_count(3)
    page.reload()
    expect(rows(page)).to_have_count(3)


def test_columns_are_chosen_by_the_keyboard_and_remembered_for_the_person(office):
    _, page, _ = office
    keys = Keyboard(page)
    shown(page).get_by_role("searchbox").focus()
    keys.choose(shown(page).get_by_role("button", name="Choose columns"))
    boxes = shown(page).get_by_role("dialog").get_by_role("checkbox")
    keys.reach(boxes.nth(2))
    keys.press("Space")
    expect(headings(page).filter(has_text="Location")).to_have_count(0)
    keys.reach(shown(page).get_by_role("checkbox", name="Route"))
    keys.press("Alt+ArrowUp")
    expect(shown(page).get_by_text("Route is now 3 of 8")).to_be_attached()
    with page.expect_response("**/api/list-layout"):
        keys.press("Alt+ArrowUp")
    expect(shown(page).get_by_role("checkbox", name="Route")).to_be_focused()
    check_accessibility(page)
    screenshot(page, "columns", sizes=("desktop",))
    keys.press("Escape")
    expect(headings(page)).to_have_text(
        ["Device", "Route", "Name", "Sold out", "Level", "Days left", "Last audit"]
    )
    page.reload()
    expect(headings(page).nth(1)).to_have_text("Route")
    shown(page).get_by_role("button", name="Choose columns").click()
    shown(page).get_by_role("button", name="As the list has them").click()
    expect(headings(page)).to_have_count(8)
    expect(headings(page).nth(1)).to_have_text("Name")


def test_columns_that_are_chosen_in_a_view_are_in_the_address_until_they_are_saved(office):
    person, page, _ = office
    view = save(person)
    page.goto(f"/#/devices?view={view['id']}")
    page.reload()
    expect(menu(page, "Northern")).to_be_visible()
    shown(page).get_by_role("button", name="Choose columns").click()
    shown(page).get_by_role("checkbox", name="Name", exact=True).uncheck()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"columns=asset\.location"))
    page.reload()
    expect(headings(page)).to_have_count(7)
    with page.expect_response("**/api/list-layout**"):
        shown(page).get_by_role("button", name="Save changes").click()
    expect(page).not_to_have_url(re.compile("columns="))
    expect(headings(page)).to_have_count(7)
    layout = person.get("/api/list-layout?list_name=devices").json
    assert layout["columns"] is None
    assert "name" not in layout["views"][0]["columns"]


def test_a_phone_shows_the_cards_that_it_has_whatever_is_chosen(office):
    person, page, _ = office
    body = {"list_name": "devices", "columns": ["asset"], "default_view_id": None}
    person.put("/api/list-layout", json=body)
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(rows(page).first).to_contain_text("no audit yet")
    expect(shown(page).get_by_role("button", name="Choose columns")).to_be_hidden()
    screenshot(page, "saved-views-phone")


LISTS = {
    "alerts": "/alerts",
    "audit-log": "/audit-log",
    "devices": "/devices",
    "dex": "/dex",
    "locations": "/locations",
    "products": "/products",
    "routes": "/routes",
    "service-orders": "/service-orders",
    "tickets": "/tickets",
    "users": "/users",
}


def test_every_list_has_views_and_names_its_columns(alone):
    person, page = alone("admin")
    for name, path in LISTS.items():
        page.goto("/#/profile")
        page.goto(f"/#{path}")
        expect(menu(page)).to_be_visible()
        columns = "document.querySelector('cvd-table').columns.map(({ name }) => name)"
        named = shown(page).locator("body").evaluate(f"() => {columns}")
        body = {"list_name": name, "columns": named, "default_view_id": None}
        assert person.put("/api/list-layout", json=body).status == 200, (name, named)
