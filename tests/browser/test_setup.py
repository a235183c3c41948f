"""The setup: from the printed link to a working shell, with or without the example fleet."""

import pytest
from playwright.sync_api import expect

from db import open_engine
from services.system import settings_service
from settings import Settings
from tests.browser.live_server import serving
from tests.browser.looking import check_accessibility, screenshot, shown

PASSWORD = "blue horse cup 7"


@pytest.fixture
def new_database(databases, template_url):
    """A database with nobody in it yet."""
    url = databases.copy(template_url)
    engine = open_engine(url)
    with engine.writing() as db:
        settings_service.ensure(db, Settings(database_url=url))
    engine.close()
    yield url
    databases.drop(url)


@pytest.fixture
def new_server(new_database, tmp_path):
    """A server over it."""
    with serving(new_database, tmp_path / "output.txt") as server:
        yield server


def fill_in(page, *, example=False):
    page.get_by_label("Your name").fill("Ana Ruiz")
    page.get_by_label("Username").fill("ana")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("textbox", name="Company").fill("Lakeside Vending")
    if example:
        page.get_by_label("The example fleet").check()


def test_the_printed_link_leads_to_a_shell_with_the_example_fleet(new_server, open_browser):
    page = open_browser(new_server.printed_address).new_page()
    page.goto(new_server.setup_link)
    expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Europe/Berlin")
    fill_in(page, example=True)
    expect(page.get_by_text("Strong")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "setup")
    page.get_by_role("button", name="Create administrator").click()

    page.wait_for_url("**/#/today")
    expect(page.locator("#company")).to_have_text("Lakeside Vending")
    expect(shown(page).get_by_role("heading", name="Sold out")).to_be_visible()
    screenshot(page, "example-today")  # the picture in README.md
    page.goto("/#/devices")
    expect(shown(page).get_by_text("24 devices")).to_be_visible()

    page.goto(new_server.setup_link)
    expect(page.get_by_text("CVD is set up already")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_currency_and_zone_are_found_by_typing(new_server, open_browser):
    page = open_browser(new_server.printed_address).new_page()
    page.goto(new_server.setup_link)
    fill_in(page)
    for label, words, value in (
        ("Currency", "swiss", "CHF"),
        ("Time zone", "new york", "America/New York"),
        ("Dates and numbers", "de-CH", "Swiss High German"),
    ):
        box = page.get_by_role("combobox", name=label)
        box.fill(words)
        box.press("Enter")
        expect(box).to_have_value(value)
    page.get_by_role("button", name="Create administrator").click()
    page.wait_for_url("**/#/today")
    page.goto("/#/settings")
    expect(shown(page).get_by_role("combobox", name="Currency")).to_have_value("CHF")
    expect(shown(page).get_by_role("combobox", name="Time zone")).to_have_value("America/New York")


def test_a_link_that_no_longer_works_is_asked_for_and_nothing_typed_is_lost(
    new_server, open_browser
):
    page = open_browser(new_server.printed_address, phone=True).new_page()
    page.goto("/pages/setup.html#token=of-an-earlier-start")
    page.get_by_role("button", name="Create administrator").click()
    expect(page.get_by_text("Choose a name to sign in with")).to_be_visible()
    expect(page.get_by_label("Username")).to_be_focused()

    fill_in(page)
    page.get_by_role("button", name="Create administrator").click()
    expect(page.get_by_text("This link no longer works")).to_be_visible()
    check_accessibility(page)

    page.get_by_label("Link or code").fill(new_server.setup_link)
    page.get_by_role("button", name="Create administrator").click()
    page.wait_for_url("**/#/today")


def test_a_link_pasted_into_the_tab_that_asks_for_it_is_taken(new_server, open_browser):
    page = open_browser(new_server.printed_address).new_page()
    page.goto("/")
    page.wait_for_url("**/pages/setup.html")
    expect(page.get_by_label("Link or code")).to_be_focused()
    fill_in(page)
    page.goto(new_server.setup_link)
    expect(page.get_by_label("Link or code")).to_be_hidden()
    expect(page.get_by_label("Username")).to_have_value("ana")
    page.get_by_role("button", name="Create administrator").click()
    page.wait_for_url("**/#/today")


def test_what_the_environment_states_is_what_the_form_starts_with(
    new_database, tmp_path, open_browser
):
    stated = {"CVD_CURRENCY": "CHF", "CVD_LOCALE": "de-CH", "CVD_TIME_ZONE": "Europe/Zurich"}
    with serving(new_database, tmp_path / "output.txt", **stated) as server:
        context = open_browser(server.address, locale="en-GB", timezone_id="America/New_York")
        page = context.new_page()
        page.goto(server.setup_link)
        expect(page.get_by_role("combobox", name="Currency")).to_have_value("CHF")
        expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Europe/Zurich")
        numbers = page.get_by_role("combobox", name="Dates and numbers")
        expect(numbers).to_have_value("Swiss High German")


def test_where_the_environment_is_silent_the_browser_is_asked(new_database, tmp_path, open_browser):
    with serving(new_database, tmp_path / "output.txt", CVD_TIME_ZONE="") as server:
        context = open_browser(server.address, locale="en-GB", timezone_id="America/New_York")
        page = context.new_page()
        page.goto(server.setup_link)
        expect(page.get_by_role("combobox", name="Time zone")).to_have_value("America/New York")
        numbers = page.get_by_role("combobox", name="Dates and numbers")
        expect(numbers).to_have_value("British English")
