"""Help: on each page, and all of it in one place with the manual."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown


@pytest.mark.parametrize("phone", [False, True])
def test_the_question_mark_beside_a_title_says_what_the_page_is_for(sign_in, phone):
    page = sign_in("manager", "/devices?q=T-1000", phone=phone)
    expect(shown(page).get_by_role("link", name="T-1000")).to_be_visible()
    shown(page).get_by_role("button", name="Help on this page").click()
    help_of_page = page.get_by_role("dialog", name="Help: Devices")
    expect(help_of_page.get_by_text("All machines, with their place")).to_be_visible()
    expect(help_of_page.get_by_role("heading", name="How do I add a machine?")).to_be_visible()
    expect(help_of_page.get_by_text("Select the row", exact=True)).to_be_visible()
    check_accessibility(page)
    screenshot(page, "help-of-page")
    help_of_page.get_by_role("link", name="Bringing a fleet").click()
    expect(help_of_page).to_have_count(0)
    expect(page).to_have_url(re.compile(r"#/help\?chapter=bringing-a-fleet$"))
    expect(shown(page).get_by_role("heading", name="Bringing a fleet", level=1)).to_be_visible()


def test_the_key_h_opens_the_help_unless_somebody_types(sign_in):
    page = sign_in("manager", "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    help_of_page = page.get_by_role("dialog", name="Help: Products")
    page.keyboard.press("h")
    expect(help_of_page).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_of_page).to_have_count(0)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_text("Help on the page")).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("h")
    expect(shown(page).get_by_label("Search products")).to_have_value("h")
    expect(help_of_page).to_have_count(0)


def test_all_help_is_searched_by_words(sign_in):
    page = sign_in("manager", "/help")
    expect(shown(page).get_by_role("heading", name="The manual")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "help")
    shown(page).get_by_label("Search the help").fill("wrong stock")
    found = shown(page).get_by_role("list", name="Found")
    expect(found.get_by_role("link").first).to_have_text("The stock is wrong. How do I correct it?")
    expect(found.locator("mark").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"#/help\?q=wrong"))
    check_accessibility(page)
    screenshot(page, "help-found")
    found.get_by_role("link").first.click()
    asked = shown(page).get_by_role("heading", name="The stock is wrong. How do I correct it?")
    expect(asked).to_be_focused()
    screenshot(page, "help-page")
    page.go_back()
    expect(found).to_be_visible()
    shown(page).get_by_label("Search the help").fill("xyzzy")
    expect(shown(page).get_by_text("Nothing in the help has “xyzzy”")).to_be_visible()


def test_the_manual_is_read_chapter_by_chapter(sign_in):
    page = sign_in("admin", "/help?chapter=the-command-line")
    expect(shown(page).get_by_role("heading", name="The command line", level=1)).to_be_visible()
    expect(shown(page).get_by_role("cell", name="flask user list")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "help-chapter")
    shown(page).get_by_role("link", name='What "sells" and "days left"').click()
    expect(page).to_have_url(re.compile("chapter=what-sells-and-days-left-rest-on$"))


def test_the_help_is_there_while_the_server_refuses_the_first_steps(sign_in):
    page = sign_in("manager", "/products")
    page.route("**/api/first-steps", lambda route: route.fulfill(status=500, json={}))
    with page.expect_response("**/api/first-steps"):
        page.goto("/#/help")
    expect(shown(page).get_by_role("heading", name="The manual")).to_be_visible()
    page.wait_for_timeout(100)
    expect(shown(page).get_by_role("alert")).to_have_count(0)
    expect(shown(page).get_by_role("heading", name="The manual")).to_be_visible()


def test_help_is_of_the_pages_that_a_role_may_open(sign_in):
    page = sign_in("driver", "/help")
    pages = shown(page).locator(".help-pages")
    expect(pages.get_by_role("link", name="Visit")).to_be_visible()
    expect(pages.get_by_role("link", name="Users")).to_have_count(0)
    page.goto("/#/help?page=users")
    expect(shown(page).get_by_role("heading", name="The manual")).to_be_visible()


def test_the_palette_answers_a_question(sign_in):
    page = sign_in("manager", "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("set up printing labels")
    expect(page.get_by_text("Nothing is called")).to_be_visible()
    page.get_by_role("combobox", name="Go to").fill("stock is wrong")
    page.get_by_role("option", name="The stock is wrong. How do I correct it?").click()
    expect(page).to_have_url(re.compile(r"#/help\?page=device&question=1$"))


def test_the_help_needs_no_internet(sign_in):
    page = sign_in("manager", "/help?page=today")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(shown(page).get_by_role("heading", name="Today", level=1)).to_be_visible()
    origin = page.evaluate("location.origin")
    assert asked
    assert [url for url in asked if not url.startswith(origin)] == []
