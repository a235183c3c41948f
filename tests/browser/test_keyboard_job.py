"""The main job with the keyboard alone: from the setup link to a machine that is full again.

No step here touches a pointer. What has the focus is always marked and in view,
and after a dialog, a step or an error it is where one goes on.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard, title
from tests.browser.lobby import days_ago, lobby_machine
from tests.browser.looking import shown

PASSWORD = "blue tractor wins"
OWN_PASSWORD = "green bicycle sings"
PRODUCTS = {
    "A1": ("Cola 0.33 l", 180),
    "A2": ("Still water 0.5 l", 150),
    "B1": ("Salted crisps 40 g", 140),
    "B2": ("Chocolate bar 50 g", 150),
}
SOLD = {"A1": 10, "A2": 3, "B2": 4}

pytestmark = pytest.mark.slow


@pytest.fixture
def machine():
    return lobby_machine(PRODUCTS, seed=5, sold=60)


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


def set_up(hands, page, link):
    """The first administrator. What is wrong is said where it is, and the focus goes there."""
    page.goto(link)
    hands.is_at(page.get_by_label("Your name"))
    hands.type("Ana Costa")
    hands.reach(page.get_by_label("Username"), within=1)
    hands.type("ana")
    hands.reach(page.locator("input[name=password]"), within=1)
    hands.type("short")
    hands.reach(page.get_by_role("textbox", name="Company"), within=2)
    hands.type("Costa Vending")
    hands.choose(page.get_by_role("button", name="Create administrator"), within=8)
    hands.is_at(page.locator("input[name=password]"))
    expect(page.get_by_text("At least 8 characters, please")).to_be_visible()
    hands.fill(PASSWORD)
    hands.press("Enter")
    page.wait_for_url("**/#/today")
    expect(shown(page).get_by_role("heading", name="First steps")).to_be_visible()


def install(hands, page, audit):
    """The first audit, and a new machine made of it."""
    hands.choose(shown(page).get_by_role("link", name="Upload an audit"), within=4)
    page.wait_for_url("**/#/dex")
    choose = shown(page).get_by_role("button", name="Choose files")
    hands.reach(choose, within=3)
    hands.give_file(audit, "Enter")
    hands.is_at(choose)
    new = shown(page).get_by_role("link", name="New machine from this audit")
    hands.choose(new, within=6)
    asset = shown(page).get_by_label("Asset number")
    expect(asset).to_have_value("LOBBY-1")
    hands.reach(asset, within=4)
    hands.fill("")
    hands.press("Enter")
    hands.is_at(asset)
    expect(shown(page).get_by_text("Give the machine a number")).to_be_visible()
    hands.type("LOBBY-1")
    hands.reach(shown(page).get_by_role("radio", name="At par"), within=10)
    hands.press("ArrowLeft")
    hands.is_at(shown(page).get_by_role("radio", name="Full"))
    hands.press("Enter")
    expect(title(page, "LOBBY-1")).to_be_visible()


def hire(hands, page):
    """A driver, their route, and the machine on it; the one-time password of the driver."""
    hands.go_to("Users")
    expect(title(page, "Users")).to_be_visible()
    expect(shown(page).get_by_role("row", name=re.compile("Ana Costa"))).to_be_visible()
    hands.press("n")
    name = shown(page).get_by_role("dialog").get_by_label("Name", exact=True)
    hands.is_at(name)
    hands.press("Control+Enter")
    hands.is_at(name)
    hands.type("Dora Diaz")
    hands.reach(shown(page).get_by_role("dialog").get_by_label("Username"), within=1)
    hands.type("dora")
    hands.press("Control+Enter")
    given = shown(page).locator("#one-time-password")
    expect(given).to_be_visible()
    password = given.text_content()
    hands.press("Tab")
    hands.sees()
    hands.press("Escape")
    expect(shown(page).get_by_role("dialog")).to_have_count(0)

    hands.go_to("Routes")
    expect(title(page, "Routes")).to_be_visible()
    expect(shown(page).get_by_text("No routes yet")).to_be_visible()
    hands.choose(shown(page).get_by_role("main").get_by_role("button", name="New route").last)
    hands.is_at(shown(page).get_by_role("dialog").get_by_label("Name"))
    hands.type("City centre")
    driver = shown(page).get_by_role("dialog").get_by_role("combobox", name=re.compile("Driver"))
    hands.reach(driver, within=1)
    hands.type("dora")
    hands.press("Enter")
    expect(driver).to_have_value("Dora Diaz")
    hands.press("Enter")
    expect(shown(page).get_by_role("link", name="City centre", exact=True)).to_be_visible()
    grid = shown(page).get_by_role("grid", name="Routes")
    hands.is_at(grid)
    hands.choose(shown(page).get_by_role("button", name="Edit City centre"), within=4)
    hands.press("Control+Enter")
    expect(shown(page).get_by_role("dialog")).to_have_count(0)
    hands.is_at(grid)

    hands.go_to("LOBBY-1")
    expect(title(page, "LOBBY-1")).to_be_visible()
    hands.press("e")
    route = shown(page).get_by_role("dialog").get_by_role("combobox", name=re.compile("Route"))
    hands.reach(route, within=8)
    hands.type("city")
    hands.press("Enter")
    expect(route).to_have_value("City centre")
    hands.press("Control+Enter")
    expect(shown(page).get_by_role("link", name="City centre", exact=True)).to_be_visible()
    return password


def sell(hands, page, audit):
    """The second audit tells what was sold."""
    hands.go_to("DEX")
    choose = shown(page).get_by_role("button", name="Choose files")
    expect(choose).to_be_visible()
    hands.give_file(audit, "u")
    hands.is_at(choose)
    hands.press("Control+k")
    hands.is_at(page.get_by_role("combobox", name="Go to"))
    hands.press("Escape")
    hands.is_at(choose)
    expect(shown(page).get_by_text(re.compile("17 units, .*; A1 sold out"))).to_be_visible()
    hands.choose(shown(page).get_by_role("button", name="Clear the list"), within=2)
    hands.is_at(choose)


def plan(hands, page):
    """The machine is chosen, looked at beside the board, and an order is made of it."""
    hands.go_to("Route board")
    expect(title(page, "Route board")).to_be_visible()
    expect(shown(page).get_by_role("link", name="LOBBY-1")).to_be_visible()
    hands.press("j", "x")
    expect(shown(page).locator("#pick-list")).to_contain_text("Cola 0.33 l")
    expect(shown(page).locator("#totals")).to_contain_text("17")
    hands.reach(shown(page).get_by_role("region", name="Pick list"), within=20)
    hands.press("c")
    dialog = shown(page).get_by_role("dialog")
    hands.is_at(dialog.get_by_role("combobox", name=re.compile("Driver")))
    hands.press("Escape")
    expect(dialog).to_have_count(0)
    hands.is_at(shown(page).get_by_role("region", name="Pick list"))
    hands.press("c")
    hands.press("Control+Enter")
    expect(dialog).to_have_count(0)
    hands.choose(page.get_by_role("button", name="Open"), within=12)
    page.wait_for_url(re.compile(r"#/service-orders/\d+$"))
    expect(shown(page).get_by_role("combobox", name="Driver")).to_have_value("Dora Diaz")


def pick(hands, page):
    """What to take along, ticked as it goes into the crate."""
    link = shown(page).get_by_role("link", name="Pick list")
    hands.choose(link, within=6)
    boxes = shown(page).get_by_role("checkbox")
    for number in range(len(SOLD)):
        hands.reach(boxes.nth(number), within=6)
        hands.press("Space")
    expect(shown(page).get_by_text("All 17 units picked")).to_be_visible()
    hands.choose(shown(page).get_by_role("button", name="Untick all"), key="Shift+Tab", within=6)
    hands.is_at(boxes.first)
    page.go_back()
    page.wait_for_url(re.compile(r"#/service-orders/\d+$"))
    hands.is_at(link)


def carry_out(hands, page, password):
    """The driver signs in, chooses a password, and fills the machine."""
    page.goto("/pages/login.html")
    hands.is_at(page.get_by_label("Username"))
    hands.type("dora")
    hands.press("Tab")
    hands.type("wrong")
    hands.press("Enter")
    expect(page.get_by_text("That did not match")).to_be_visible()
    hands.is_at(page.get_by_label("Password"))
    hands.type(password)
    hands.press("Enter")
    page.wait_for_url(re.compile("#/profile"))
    hands.reach(shown(page).locator("input[name=new_password]"), within=6)
    hands.type(OWN_PASSWORD)
    hands.press("Enter")
    page.wait_for_url(re.compile("#/(service-orders|today)"))
    expect(title(page, "Service orders")).to_be_visible()
    expect(shown(page).get_by_role("link", name="1", exact=False).first).to_be_visible()
    hands.press("j", "Enter")
    page.wait_for_url(re.compile(r"#/service-orders/\d+$"))
    expect(shown(page).get_by_role("button", name="Start first stop")).to_be_visible()
    hands.press("v")
    page.wait_for_url(re.compile(r"/visits/\d+"))
    hands.choose(shown(page).get_by_role("button", name="All as planned"), within=5)
    expect(shown(page).locator("#left")).to_contain_text("17 of 17 units")
    hands.choose(shown(page).get_by_role("button", name="Done"), within=40)
    hands.is_at(shown(page).get_by_text("As planned."))
    hands.choose(shown(page).get_by_role("button", name="Record visit"), within=3)
    expect(shown(page).get_by_text("17 units loaded")).to_be_visible()
    hands.sees()


def look_back(hands, page):
    """Every slot is full again, and the audit log tells each step."""
    hands.go_to("LOBBY-1")
    hands.press("p")
    page.wait_for_url(re.compile("/planogram"))
    grid = shown(page).get_by_role("grid")
    for code, (name, _) in PRODUCTS.items():
        tile = grid.get_by_role("gridcell", name=re.compile(f"^{code} .*{name} 10 of 10"))
        expect(tile).to_be_visible()
    hands.go_to("Audit log")
    log = shown(page)
    for step in ("Received an audit", "Created device", "Created order", "Carried out a visit"):
        expect(log.get_by_role("gridcell", name=step, exact=True).first).to_be_visible()
    hands.press("j", "Enter")
    expect(log.get_by_role("dialog")).to_be_visible()
    hands.press("Escape")
    expect(log.get_by_role("dialog")).to_have_count(0)


def test_the_main_job_takes_no_mouse(fresh_server, open_browser, machine, tmp_path):
    page = open_browser(fresh_server.address).new_page()
    hands = Keyboard(page)
    set_up(hands, page, fresh_server.setup_link)
    install(hands, page, written(tmp_path, "monday.dex", machine.audit(days_ago(3))))
    password = hire(hands, page)
    for code, count in SOLD.items():
        machine.sell(code, count)
    sell(hands, page, written(tmp_path, "thursday.dex", machine.audit(days_ago(0))))
    plan(hands, page)
    pick(hands, page)
    drivers = open_browser(fresh_server.address).new_page()
    drivers_hands = Keyboard(drivers)
    carry_out(drivers_hands, drivers, password)
    look_back(hands, page)
    for each in (hands, drivers_hands):
        each.never_pointed()
