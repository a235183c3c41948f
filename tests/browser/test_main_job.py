"""The main job, end to end: from the setup link to a machine that is full again.

A newcomer follows the printed link, uploads a machine's audit, makes a machine
of it, uploads the next audit, sees what sold, plans a visit from the route
board; the driver carries it out on a phone; the stock is back and the audit log
tells each step.
"""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.lobby import days_ago, lobby_machine
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.machine import Machine

PASSWORD = "blue tractor wins"
PRODUCTS = {
    "A1": ("Cola 0.33 l", 180),
    "A2": ("Orange soda 0.33 l", 170),
    "A3": ("Still water 0.5 l", 150),
    "B1": ("Salted crisps 40 g", 140),
    "B2": ("Roasted peanuts 50 g", 160),
    "B3": ("Chocolate bar 50 g", 150),
}
SOLD = {"A1": 10, "A2": 3, "B1": 4, "B3": 2}

pytestmark = pytest.mark.slow


@pytest.fixture
def machine() -> Machine:
    """A machine that says what it sells, as many do."""
    return lobby_machine(PRODUCTS, seed=3, sold=120)


def upload(page: Page, content: bytes, name: str) -> None:
    shown(page).locator("#drop input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def set_up(context: BrowserContext, link: str) -> Page:
    """The first administrator, from the printed link to the shell."""
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Your name").fill("Ana Costa")
    page.get_by_label("Username").fill("ana")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("textbox", name="Company").fill("Costa Vending")
    screenshot(page, "main-1-setup")
    page.get_by_role("button", name="Create administrator").click()
    expect(page.locator("#company")).to_have_text("Costa Vending")
    return page


def hire(page: Page) -> None:
    """A driver with a route, made over the API in the administrator's own session."""
    request = page.context.request
    driver = request.post(
        "/api/users",
        data={"username": "dora", "display_name": "Dora", "role": "driver", "password": PASSWORD},
    )
    assert driver.status == 201, driver.text()
    route = request.post(
        "/api/routes", data={"name": "City centre", "driver_id": driver.json()["id"]}
    )
    assert route.status == 201, route.text()


def install(page: Page, content: bytes) -> None:
    """Upload the first audit and make a machine of it."""
    page.goto("/#/dex")
    upload(page, content, "lobby-monday.dex")
    expect(shown(page).get_by_text("no device has serial VN4711 or asset LOBBY-1")).to_be_visible()
    screenshot(page, "main-2-unassigned")
    shown(page).get_by_role("link", name="New machine from this audit").click()
    form = shown(page)
    expect(form.get_by_label("Asset number")).to_have_value("LOBBY-1")
    expect(form.get_by_text("6 of 6 slots with a product, 6 new products")).to_be_visible()
    form.get_by_role("combobox", name="Route").click()
    form.get_by_role("option", name="City centre").click()
    form.get_by_label("Full").check()
    check_accessibility(page)
    screenshot(page, "main-3-installation")
    form.get_by_role("button", name="Create machine").click()
    expect(shown(page).get_by_role("heading", name="LOBBY-1")).to_be_visible()
    screenshot(page, "main-4-device")


def sell(page: Page, content: bytes) -> None:
    """The second audit tells what the machine sold."""
    page.goto("/#/dex")
    upload(page, content, "lobby-thursday.dex")
    frame = shown(page)
    expect(
        frame.get_by_text(re.compile(r"19 units, \$31\.70 since .*; A1 sold out"))
    ).to_be_visible()
    screenshot(page, "main-5-sales")
    page.goto("/#/sales")
    expect(shown(page).get_by_text("$31.70").first).to_be_visible()


def plan(page: Page) -> None:
    """The machine is chosen by its need, and an order made of it."""
    page.goto("/#/route-board")
    board = shown(page)
    expect(board.get_by_role("link", name="LOBBY-1")).to_be_visible()
    board.get_by_role("button", name=re.compile("All that need something")).click()
    expect(board.locator("#totals")).to_contain_text("19")
    expect(board.locator("#pick-list")).to_contain_text("Cola 0.33 l")
    check_accessibility(page)
    screenshot(page, "main-6-route-board", sizes=("desktop",))
    board.get_by_role("button", name="Create order").click()
    dialog = board.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile("Create order")).click()
    page.get_by_role("button", name="Open").click()
    page.wait_for_url(re.compile(r"#/service-orders/\d+"))
    expect(shown(page).get_by_role("combobox", name="Driver")).to_have_value("Dora")
    screenshot(page, "main-7-order")


def carry_out(context: BrowserContext) -> None:
    """The driver signs in on a phone and loads what the order says."""
    page = context.new_page()
    page.goto("/pages/login.html")
    page.get_by_label("Username").fill("dora")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(#.*)?$"))
    page.goto("/#/service-orders")
    shown(page).get_by_role("link", name=re.compile(r"\d")).first.click()
    page.wait_for_url(re.compile(r"#/service-orders/\d+"))
    shown(page).get_by_role("button", name="Start first stop").click()
    page.wait_for_url(re.compile(r"/visits/\d+"))
    visit = shown(page)
    visit.get_by_role("button", name="All as planned").click()
    expect(visit.locator("#left")).to_contain_text("19 of 19 units")
    check_accessibility(page)
    screenshot(page, "main-8-visit")
    visit.get_by_role("button", name="Done").click()
    visit.get_by_role("button", name="Record visit").click()
    expect(visit.get_by_text("19 units loaded")).to_be_visible()
    screenshot(page, "main-9-visited")


def look_back(page: Page) -> None:
    """Every slot is full again, and the audit log tells each step."""
    device = page.context.request.get("/api/devices").json()["items"][0]
    page.goto(f"/#/devices/{device['id']}/planogram")
    cabinet = shown(page).get_by_role("grid")
    for code, (name, _) in PRODUCTS.items():
        tile = cabinet.get_by_role(
            "gridcell", name=re.compile(f"^{code} .*{name} 10 of 10, par 10")
        )
        expect(tile).to_be_visible()
    screenshot(page, "main-10-planogram")
    page.goto("/#/audit-log")
    log = shown(page)
    for step in (
        "Received an audit",
        "Created device",
        "Changed planogram",
        "Assigned an audit",
        "Created order",
        "Carried out a visit",
    ):
        expect(log.get_by_role("gridcell", name=step, exact=True).first).to_be_visible()
    screenshot(page, "main-11-audit-log")


def test_from_the_setup_link_to_a_full_machine(fresh_server, open_browser, machine):
    address = fresh_server.printed_address
    office = open_browser(address)
    page = set_up(office, fresh_server.setup_link)
    hire(page)
    install(page, machine.audit(days_ago(3)))
    for code, count in SOLD.items():
        machine.sell(code, count)
    sell(page, machine.audit(days_ago(0)))
    plan(page)
    carry_out(open_browser(address, phone=True))
    look_back(page)
