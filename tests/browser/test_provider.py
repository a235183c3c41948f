"""Signing in by the company's provider, from the button to the page one wanted."""

import pytest
from playwright.sync_api import expect

from db import open_engine
from tests.browser.live_server import serving
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.fake_provider import CLIENT, SECRET, FakeProvider
from tests.kit.people import PASSWORD

EMAIL = "vera@example.com"


@pytest.fixture
def provider():
    made = FakeProvider()
    made.person = {"sub": "s-1", "email": EMAIL, "email_verified": True}
    yield made
    made.close()


@pytest.fixture
def server_with_provider(stage, provider, tmp_path):
    """A server of its own over the same fleet, where Vera's email is known."""
    engine = open_engine(stage.database_url)
    with engine.writing() as db:
        db.execute("UPDATE users SET email = ?, email_own = 0 WHERE username = 'vera'", (EMAIL,))
    engine.close()
    variables = {
        "CVD_PUBLIC_URL": "{address}",
        "CVD_OIDC_ISSUER": provider.issuer,
        "CVD_OIDC_CLIENT_ID": CLIENT,
        "CVD_OIDC_CLIENT_SECRET": SECRET,
        "CVD_OIDC_NAME": "Office login",
    }
    with serving(stage.database_url, tmp_path / "output.txt", **variables) as s:
        yield s


def button(page):
    return page.get_by_role("button", name="Sign in with Office login")


def test_the_button_leads_there_and_back_to_the_page_one_wanted(server_with_provider, open_browser):
    page = open_browser(server_with_provider.address).new_page()
    page.goto("/pages/login.html?next=/%23/devices")
    expect(button(page)).to_be_visible()
    check_accessibility(page)
    screenshot(page, "sign-in-by-provider")
    page.get_by_role("button", name="Sign in", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#/devices")
    expect(shown(page).get_by_role("heading", name="Devices")).to_be_visible()


def test_who_has_no_account_is_told_what_to_do_and_may_sign_in_otherwise(
    server_with_provider, open_browser, provider
):
    provider.person["email"] = "stranger@example.com"
    page = open_browser(server_with_provider.address).new_page()
    page.goto("/pages/login.html")
    button(page).click()
    expect(page.get_by_text("You have no account in CVD")).to_be_visible()
    assert "code=" not in page.url
    check_accessibility(page)
    screenshot(page, "sign-in-by-provider-refused")
    expect(button(page)).to_be_visible()


def test_while_it_is_away_the_page_says_so_and_passwords_sign_in(
    server_with_provider, open_browser, provider
):
    provider.away = True
    page = open_browser(server_with_provider.address).new_page()
    page.goto("/pages/login.html")
    expect(page.get_by_text("Office login cannot be reached")).to_be_visible()
    expect(button(page)).to_be_hidden()
    check_accessibility(page)
    screenshot(page, "sign-in-provider-away")
    page.get_by_label("Username").fill("vera")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/#/today")


def test_where_a_session_has_ended_it_opens_a_window_beside_and_nothing_typed_is_lost(
    server_with_provider, open_browser
):
    page = open_browser(server_with_provider.address).new_page()
    page.goto("/pages/login.html?next=/%23/profile")
    button(page).click()
    page.wait_for_url("**/#/profile")
    frame = shown(page)
    frame.get_by_role("button", name="Edit").press("Enter")
    frame.get_by_role("dialog").get_by_label("Name").fill("Vera Lane")
    page.context.clear_cookies()
    frame.get_by_role("button", name="Save changes").press("Enter")
    again = page.get_by_role("dialog", name="Sign in again")
    expect(button(again)).to_be_visible()
    check_accessibility(page)
    screenshot(page, "sign-in-again-by-provider")
    button(again).press("Enter")
    expect(again).to_be_hidden()
    expect(frame.get_by_role("definition").filter(has_text="Vera Lane")).to_be_visible()
    frame.get_by_role("button", name="Edit").press("Enter")
    frame.get_by_role("dialog").get_by_label("Name").fill("vera")
    frame.get_by_role("button", name="Save changes").press("Enter")
    expect(frame.get_by_role("definition").filter(has_text="Vera Lane")).to_have_count(0)
