"""The shell, and that a page in it is usable by everybody."""

import re

import pytest
from playwright.sync_api import expect

from settings import PROJECT
from tests.browser.holding import Held
from tests.browser.looking import check_accessibility, check_rule, screenshot, shown
from tests.kit.factories import (
    make_device,
    make_product,
    make_route,
    make_service_order,
    make_stocked_device,
)

STARTING = [
    page.name
    for page in sorted((PROJECT / "frontend" / "pages").glob("*/*.html"))
    if page.stem not in {"api-docs", "login", "setup"}
]


@pytest.mark.parametrize("part", ["manager", "viewer"])
def test_products_are_listed_inside_the_shell(sign_in, part):
    page = sign_in(part, "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    check_accessibility(page)
    screenshot(page, f"products-{part}")


@pytest.mark.parametrize("phone", [False, True])
def test_the_shell_and_the_page_it_shows_have_a_heading_each(sign_in, office, phone):
    page = sign_in("manager", "/products", phone=phone)
    expect(shown(page).get_by_role("heading", level=1)).to_have_text("Products")
    company = office.get("/api/settings").json["company"] or "CVD"
    expect(page.get_by_role("heading", level=1)).to_have_text(company)
    check_rule(page, "page-has-heading-one")
    page.goto("/#/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text(company)
    check_rule(page, "page-has-heading-one")


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


def test_the_first_letter_after_ctrl_k_is_the_palettes(sign_in):
    page = sign_in("manager", "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    typed_into = (
        shown(page)
        .locator("body")
        .evaluate(
            """(body) => {
            const key = { key: "k", ctrlKey: true, bubbles: true };
            body.dispatchEvent(new KeyboardEvent("keydown", key));
            return parent.document.activeElement.ariaLabel;
        }"""
        )
    )
    assert typed_into == "Go to"


@pytest.mark.parametrize(
    ("awaited", "names"),
    [("**/pages/**/*.js", STARTING), ("**/api/auth/me", ["devices.html", "profile.html"])],
    ids=["its script", "its session"],
)
def test_nothing_can_be_chosen_or_typed_before_a_page_has_begun(sign_in, awaited, names):
    page = sign_in("admin", "/api/health/live", alone=True)
    Held(page, awaited)
    for name in names:
        with page.expect_request(awaited):
            page.goto(f"/pages/{name}", wait_until="commit")
        expect(page.locator("main.page")).to_be_visible()
        controls = page.locator(":is(button, input, select, textarea):visible")
        assert controls.count() == 0, (name, controls.first.evaluate("each => each.outerHTML"))


def test_a_page_that_still_writes_its_state_holds_nobody_back(sign_in):
    page = sign_in("manager", "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    shown(page).locator("body").evaluate(
        """() => {
            const message = { cvd: 1, type: "params", params: { q: "apple" } };
            parent.postMessage(message, location.origin);
            parent.location.hash = "#/locations";
        }"""
    )
    expect(page).to_have_url(re.compile(r"#/locations$"))
    expect(shown(page).get_by_role("heading", name="Locations", level=1)).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"#/products"))


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
    expect(page.get_by_role("option", name="Old town Route", exact=True)).to_be_visible()
    expect(page.get_by_role("option", name=re.compile("^Order"))).to_have_count(0)
    for words in (f"#{order['id']}", str(order["id"])):
        page.get_by_role("combobox", name="Go to").fill(words)
        found = page.get_by_role("option", name=f"Order {order['id']}, Old town")
        expect(found).to_contain_text("Cancelled")
    screenshot(page, "palette-order")
    found.click()
    expect(page).to_have_url(re.compile(rf"#/service-orders/{order['id']}$"))


def listed_keys(page):
    """What `?` tells, by its headings: {"Rows": {"j": "Next row", …}, …}."""
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_role("heading", name="Everywhere")).to_be_visible()
    expect(dialog.locator("[aria-busy]")).to_have_count(0)
    groups = dialog.locator("section").evaluate_all(
        """(sections) => sections.map((section) => [
            section.querySelector("h3").textContent,
            [...section.querySelectorAll("dt")].map((key) => [
                [...key.children].map((each) => each.textContent).join(" "),
                key.nextElementSibling.textContent,
            ]),
        ])"""
    )
    return {heading: dict(keys) for heading, keys in groups}


def test_the_keys_of_a_list_are_those_of_its_rows_and_its_search(sign_in):
    page = sign_in("manager", "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    keys = listed_keys(page)
    assert list(keys) == ["This page", "Rows", "Go to", "Everywhere"]
    assert keys["This page"] == {"n": "New product", "/": "Search products"}
    assert list(keys["Rows"]) == ["j", "k", "Enter", "x", "Shift ↓", "Esc"]
    check_accessibility(page)
    screenshot(page, "keys")


def test_no_key_is_listed_that_does_nothing(sign_in, fleet):
    page = sign_in("viewer", "/locations")
    expect(shown(page).get_by_text("Town hall, lobby").first).to_be_visible()
    keys = listed_keys(page)
    assert keys["This page"] == {"/": "Search locations"}
    assert list(keys["Rows"]) == ["j", "k"]
    page.keyboard.press("Escape")
    page.goto("/#/sales?group=day")
    expect(shown(page).get_by_role("grid", name="Sales").get_by_role("row").nth(1)).to_be_visible()
    assert list(listed_keys(page)) == [
        "Rows of the table that has the focus",
        "Go to",
        "Everywhere",
    ]
    page.keyboard.press("Escape")
    page.goto("/#/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    keys = listed_keys(page)
    assert list(keys) == ["This page", "Go to", "Everywhere"]
    assert list(keys["This page"]) == ["j", "k"]


def test_the_keys_are_found_in_the_menu_too(sign_in):
    page = sign_in("manager", "/devices")
    expect(shown(page).locator("tbody tr[data-index]").first).to_be_visible()
    page.get_by_role("button", name="Menu of max").click()
    page.get_by_role("menuitem", name="Keys").click()
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_text("New device")).to_be_visible()
    expect(dialog.get_by_text("Open the row")).to_be_visible()


def test_the_keys_of_a_planogram_are_those_of_its_cabinet(sign_in, fleet):
    address = f"/devices/{fleet.device()['id']}/planogram"
    page = sign_in("manager", address)
    expect(shown(page).get_by_role("gridcell").first).to_be_visible()
    keys = listed_keys(page)
    assert list(keys) == ["This page", "In the cabinet", "Go to", "Everywhere"]
    cabinet = keys["In the cabinet"]
    assert cabinet["Enter"] == "Choose a product by typing"
    assert {"← ↑ ↓ →", "Space", "Delete"} <= cabinet.keys()
    assert "Set par by typing it" in cabinet.values()
    assert {"p", "c", "m", "q", "s", "a", "Ctrl S", "Ctrl Z"} <= keys["This page"].keys()
    check_accessibility(page)
    screenshot(page, "keys-planogram")
    page.keyboard.press("Escape")

    page = sign_in("viewer", address)
    expect(shown(page).get_by_role("gridcell").first).to_be_visible()
    keys = listed_keys(page)
    assert list(keys) == ["In the cabinet", "Go to", "Everywhere"]
    assert "Delete" not in keys["In the cabinet"]


def test_nobody_is_told_to_do_what_their_role_may_not(alone):
    manager, _ = alone("manager")
    _, page = alone("viewer")

    def told(address, words):
        page.goto(f"/#{address}")
        expect(shown(page).get_by_text(words)).to_be_visible()

    told("/dex", "as soon as a manager or a driver uploads one")
    screenshot(page, "empty-dex")
    told("/products", "A manager adds them, or takes them over")
    told("/products?archived=true", "Archived products keep their sales.")
    told("/locations", "A manager adds them.")
    told("/locations?archived=true", "Archived locations keep their history.")
    told("/routes", "A manager makes them.")
    told("/route-board", "A manager makes them.")
    told("/types", "A manager says once")
    told("/devices?archived=true", "An administrator can restore them.")
    device, route = make_device(manager, cabinets=0), make_route(manager)
    told(f"/devices/{device['id']}", "A manager adds it.")
    told(f"/devices/{device['id']}?tab=reads", "as soon as one is uploaded")
    told(f"/devices/{device['id']}?tab=orders", "once the office has made one")
    told(f"/devices/{device['id']}/planogram", "once a manager has added one")
    screenshot(page, "empty-planogram")
    told(f"/route-board/{route['id']}", "once the office has put some on it")
    _, page = alone("driver")
    told("/route-board", "The office gives you one")


LOADED = "() => performance.getEntriesByType('resource').map((e) => [e.name, e.transferSize])"


def test_a_page_that_was_open_before_asks_for_what_it_shows_and_for_no_file(sign_in):
    # A window of its own: in one whose answers a test made up, files may be asked for each time.
    page = sign_in("manager", "/pages/products.html", alone=True, locale="en-US")
    expect(page.get_by_role("row")).not_to_have_count(0)
    page.goto("about:blank")
    page.goto("/pages/products.html")
    expect(page.get_by_role("row")).not_to_have_count(0)
    loaded = page.evaluate(LOADED)
    assert len(loaded) > 5
    # What comes out of the cache has no bytes on the wire.
    assert [name for name, transferred in loaded if transferred and "/api/" not in name] == []


def test_another_tab_of_the_browser_shows_what_this_one_saved(sign_in, office):
    product = make_product(office, name="Told to other tabs")
    page = sign_in("manager", "/products?q=told")
    expect(shown(page).get_by_text("Told to other tabs")).to_be_visible()
    other = page.context.new_page()
    other.goto("/#/products?q=told")
    expect(shown(other).get_by_text("Told to other tabs")).to_be_visible()
    alone = page.context.new_page()
    alone.goto("/pages/products.html?q=told")
    expect(alone.get_by_text("Told to other tabs")).to_be_visible()
    changes = {"version": product["version"], "name": "Told and heard"}
    assert office.patch(f"/api/products/{product['id']}", json=changes).status == 200
    shown(page).locator("body").evaluate(
        """() => parent.postMessage({ cvd: 1, type: "changed", nouns: ["product"] }, "*")"""
    )
    expect(shown(other).get_by_text("Told and heard")).to_be_visible()
    expect(alone.get_by_text("Told and heard")).to_be_visible()


def test_an_answer_that_takes_long_is_spoken_of_until_it_comes(sign_in):
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    listed = Held(page, re.compile(r"/api/products\?"))
    page.goto("/#/products")
    says = shown(page).get_by_text("Waiting for the server.")
    expect(says).to_be_visible()
    screenshot(page, "waiting")
    listed.let_go()
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    expect(says).to_have_count(0)


def test_a_change_that_is_not_confirmed_yet_is_spoken_of(sign_in, office):
    product = make_product(office, name="Slow to be saved")
    page = sign_in("manager", f"/products/{product['id']}")
    shown(page).get_by_role("button", name="Edit").click()
    form = shown(page).get_by_role("dialog")
    name = form.get_by_label("Name", exact=True)
    name.fill("Saved at last")
    saved = Held(page, re.compile(rf"/api/products/{product['id']}$"))
    name.press("Control+Enter")
    expect(shown(page).get_by_text("The server has not confirmed your change yet.")).to_be_visible()
    saved.let_go()
    expect(shown(page).get_by_role("heading", name="Saved at last")).to_be_visible()


def test_g_and_a_letter_go_to_a_page_and_only_there(sign_in, fleet):
    page = sign_in("manager", "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    assert listed_keys(page)["Go to"]["g x"] == "DEX"
    page.keyboard.press("Escape")
    for letter, path in (("d", "devices"), ("x", "dex"), ("t", "today")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        expect(page).to_have_url(re.compile(rf"#/{path}$"))
        expect(shown(page).locator("html.started")).to_be_attached()
    page.goto("/#/products")
    search = shown(page).get_by_role("searchbox")
    search.fill("")
    search.press_sequentially("gd")
    expect(search).to_have_value("gd")
    expect(page).to_have_url(re.compile("#/products"))


def test_a_viewer_is_not_offered_keys_or_actions_of_what_they_may_not(sign_in, fleet):
    page = sign_in("viewer", "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    keys = listed_keys(page)["Go to"]
    assert "g d" in keys
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("new")
    expect(page.get_by_text("Nothing is called “new”.")).to_be_visible()


@pytest.mark.parametrize(
    ("noun", "path"),
    [("product", "products"), ("location", "locations"), ("route", "routes")],
)
def test_the_palette_begins_something_new(sign_in, noun, path):
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type(f"new {noun}")
    expect(page.get_by_role("option", name=f"New {noun}")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    expect(shown(page).get_by_role("dialog", name=f"New {noun}")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"#/{path}$"))


def test_the_palette_finds_locations_and_visits_a_machine_now(sign_in, office):
    route = make_route(office, name="Mill lane")
    device = make_stocked_device(office, route_id=route["id"])
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("town hall")
    place = page.get_by_role("option", name="Town hall, lobby").first
    expect(place).to_be_visible()
    page.get_by_role("combobox", name="Go to").fill(f"visit {device['asset']}")
    visit = page.get_by_role("option", name=f"Visit {device['asset']} now")
    expect(visit).to_be_visible()
    screenshot(page, "palette-visit", sizes=("desktop",))
    visit.click()
    expect(page).to_have_url(re.compile(rf"#/cabinets/{device['cabinets'][0]['id']}/visit$"))


def test_the_palette_forgives_slips_of_the_finger(sign_in):
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("sparklnig watre")
    found = page.get_by_role("option", name="Sparkling water 0.5 l Drinks", exact=True)
    expect(found).to_have_attribute("aria-selected", "true")
    screenshot(page, "palette-mistyped")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#/products/\d+$"))


def test_enter_before_the_palette_has_its_answer_opens_the_best_of_it(sign_in):
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    held = Held(page, "**/api/search?*")
    page.keyboard.press("Control+k")
    page.keyboard.type("sparkling wat")
    expect(page.get_by_role("listbox", name="Found")).to_have_text("Looking…")
    page.keyboard.press("Enter")
    held.let_go()
    expect(page).to_have_url(re.compile(r"#/products/\d+$"))


def test_what_somebody_went_down_to_stays_chosen_when_the_palette_finds_more(sign_in):
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    held = Held(page, "**/api/search?*")
    page.keyboard.press("Control+k")
    with page.expect_request("**/api/search?*"):
        page.keyboard.type("ap")
    options = page.get_by_role("option")
    page.keyboard.press("ArrowUp")
    chosen = page.get_by_role("option", selected=True)
    (before, words) = (options.count(), chosen.text_content())
    assert before > 1
    held.let_go()
    expect(page.get_by_role("option", name=re.compile("Apple juice")).first).to_be_visible()
    assert options.count() > before
    expect(chosen).to_have_text(words)


def test_only_who_manages_users_finds_them_in_the_palette(sign_in):
    for role, count in (("admin", 1), ("manager", 0)):
        page = sign_in(role, "/products")
        expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
        page.keyboard.press("Control+k")
        page.keyboard.type("dora")
        expect(page.get_by_role("option", name="dora · Driver")).to_have_count(count)


def test_the_rail_fits_and_folds_what_an_administrator_seldom_opens(sign_in):
    page = sign_in("admin", "/devices")
    page.set_viewport_size({"width": 1440, "height": 900})
    rail = page.locator("#nav")
    expect(rail.get_by_role("link").nth(1)).to_contain_text("Alerts")
    assert rail.evaluate("it => it.scrollHeight <= it.clientHeight")
    expect(rail.get_by_role("link", name="Users")).to_be_hidden()
    heading = rail.get_by_role("button", name="Admin")
    heading.click()
    expect(heading).to_have_attribute("aria-expanded", "true")
    expect(rail.get_by_role("link", name="Users")).to_be_visible()
    rail.get_by_role("button", name="Insight").click()
    page.reload()
    expect(rail.get_by_role("link", name="Users")).to_be_visible()
    expect(rail.get_by_role("link", name="Sales")).to_be_hidden()


def test_the_rail_unfolds_where_the_reader_is(sign_in):
    page = sign_in("admin", "/jobs")
    here = page.locator("#nav").get_by_role("link", name="Jobs")
    expect(here).to_be_in_viewport()
    expect(here).to_have_attribute("aria-current", "page")


def test_a_drivers_rail_has_what_drivers_work_with(sign_in):
    page = sign_in("driver", "/service-orders")
    expect(shown(page).locator("html.started")).to_be_attached()
    rail = page.locator("#nav")
    expect(rail.get_by_role("link", name="Devices")).to_be_visible()
    for name in ("Products", "Types", "Sales"):
        expect(rail.get_by_role("link", name=name)).to_have_count(0)
    page.goto("/#/products")
    expect(shown(page).get_by_role("heading", name="Products", level=1)).to_be_visible()
