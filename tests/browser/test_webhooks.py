"""Webhooks: made by keyboard, tried, looked at, sent again, and seen on Today when they fail."""

import json
import re

import pytest
from playwright.sync_api import expect
from standardwebhooks.webhooks import Webhook

from db import open_engine
from tests.browser.keyboard import Keyboard, title
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.receiver import Receiver

PAUSE = """
    UPDATE webhooks SET paused_at = '2026-01-31T08:00:00Z',
        problem = 'The receiver took nothing for three days. It answered 500.'
    WHERE description = 'Accounting'
"""


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def engine(stage):
    """The database behind the pages; webhooks are gone from it afterwards."""
    engine = open_engine(stage.database_url)
    yield engine
    with engine.writing() as db:
        db.execute("DELETE FROM webhook_deliveries")
        db.execute("DELETE FROM webhooks")
    engine.close()


def make(page, url, *, name="Accounting", events=("DEX read booked", "Product changed")):
    """A webhook, made in the form; its secret."""
    shown(page).get_by_role("button", name="New webhook").first.click()
    form = shown(page).get_by_role("dialog")
    form.get_by_label("URL").fill(url)
    form.get_by_label("What it is for").fill(name)
    for event in events:
        form.get_by_label(event).check()
    form.get_by_label("It may see").select_option("full")
    screenshot(page, "webhook-form")
    check_accessibility(page)
    form.get_by_role("button", name="Create webhook").click()
    secret = shown(page).locator("#secret")
    expect(secret).to_contain_text("whsec_")
    screenshot(page, "webhook-secret")
    check_accessibility(page)
    words = secret.text_content()
    shown(page).get_by_role("button", name="Close").click()
    # Its page comes once the dialog is gone, and would come over whatever is opened before.
    expect(page).to_have_url(re.compile(r"/webhooks/\d+$"))
    return words


def test_a_webhook_is_made_tried_and_what_was_sent_is_seen(sign_in, receiver, engine):
    page = sign_in("admin", "/webhooks")
    expect(shown(page).get_by_text("No program is told of anything yet")).to_be_visible()
    shown(page).get_by_text("DEX read booked").click()
    screenshot(page, "webhooks-empty")
    check_accessibility(page)
    secret = make(page, receiver.url)
    expect(title(page, "Accounting")).to_be_visible()
    shown(page).get_by_role("button", name="Send a test").click()
    row = shown(page).get_by_role("row", name="Test")
    expect(row).to_contain_text("Delivered", timeout=20_000)
    [got] = receiver.got
    assert Webhook(secret).verify(got.body, got.headers)["type"] == "webhook.test"
    screenshot(page, "webhook")
    check_accessibility(page)
    row.click()
    dialog = shown(page).get_by_role("dialog")
    expect(dialog).to_contain_text("This is a test of CVD.")
    expect(page).to_have_url(re.compile(r"delivery=\d+"))
    screenshot(page, "webhook-delivery")
    check_accessibility(page)
    dialog.get_by_role("button", name="Send again").click()
    receiver.wait_for(2)
    assert receiver.got[0].body == receiver.got[1].body
    page.goto("/#/webhooks")
    expect(shown(page).get_by_role("row", name="Accounting")).to_contain_text("Active")
    screenshot(page, "webhooks")


def test_a_receiver_that_fails_is_told_of_with_the_next_try(sign_in, receiver, engine):
    receiver.status, receiver.answer = 500, b"<b>out of order</b>"
    page = sign_in("admin", "/webhooks")
    make(page, receiver.url)
    shown(page).get_by_role("button", name="Send a test").click()
    standing = shown(page).locator("#standing")
    expect(standing).to_contain_text("It answered 500. Next try:", timeout=20_000)
    row = shown(page).get_by_role("row", name="Test")
    expect(row).to_contain_text("Tried again")
    screenshot(page, "webhook-retrying")
    check_accessibility(page)
    row.click()
    dialog = shown(page).get_by_role("dialog")
    expect(dialog).to_contain_text("<b>out of order</b>")
    receiver.status = 204
    dialog.get_by_role("button", name="Try now").click()
    expect(row).to_contain_text("Delivered", timeout=20_000)
    expect(standing).to_be_empty()


def test_a_paused_webhook_is_on_today_until_it_is_resumed(sign_in, receiver, engine):
    page = sign_in("admin", "/webhooks")
    make(page, receiver.url)
    with engine.writing() as db:
        db.execute(PAUSE)
    page.goto("/#/today")
    page.reload()
    need = shown(page).locator("#webhooks")
    expect(need).to_contain_text("The receiver took nothing for three days.")
    screenshot(page, "today-webhook")
    need.get_by_role("link", name="See the webhook").click()
    shown(page).get_by_role("button", name="Resume").click()
    expect(shown(page).get_by_role("button", name="Send a test")).to_be_visible()
    expect(shown(page).locator("#standing")).to_be_empty()


def test_everything_since_a_time_is_sent_again_and_a_webhook_removed(
    sign_in, receiver, engine, office
):
    page = sign_in("admin", "/webhooks")
    make(page, receiver.url)
    product = {"name": "Webhook water", "price_cents": 100}
    assert office.post("/api/products", json=product).status == 201
    receiver.wait_for(1)
    assert json.loads(receiver.got[0].body)["data"]["name"] == "Webhook water"
    shown(page).get_by_role("button", name="Send again since").click()
    form = shown(page).get_by_role("dialog")
    screenshot(page, "webhook-replay")
    check_accessibility(page)
    form.get_by_role("button", name="Send again").click()
    receiver.wait_for(2)
    shown(page).get_by_role("button", name="More actions").click()
    shown(page).get_by_role("menuitem", name="Remove").click()
    shown(page).get_by_role("button", name="Remove webhook").click()
    expect(shown(page).get_by_text("No program is told of anything yet")).to_be_visible()


def test_a_webhook_is_made_by_keyboard_alone(sign_in, receiver, engine):
    page = sign_in("admin", "/webhooks")
    keyboard = Keyboard(page)
    expect(shown(page).get_by_text("No program is told of anything yet")).to_be_visible()
    keyboard.press("n")
    form = shown(page).get_by_role("dialog")
    keyboard.reach(form.get_by_label("URL"))
    keyboard.type(receiver.url)
    keyboard.reach(form.get_by_label("Order created"))
    keyboard.press("Space")
    keyboard.press("Control+Enter")
    expect(shown(page).locator("#secret")).to_contain_text("whsec_")
    keyboard.press("Escape")
    keyboard.choose(shown(page).get_by_role("button", name="Send a test"))
    receiver.wait_for(1)
    keyboard.never_pointed()


def test_a_url_that_leads_to_secrets_is_refused_at_its_field(sign_in, engine):
    page = sign_in("admin", "/webhooks", alone=True)
    page.get_by_role("button", name="New webhook").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("URL").fill("http://169.254.169.254/latest/meta-data/")
    form.get_by_label("Order created").check()
    form.get_by_role("button", name="Create webhook").click()
    expect(form.get_by_text("is a link-local address")).to_be_visible()
    expect(form.get_by_label("URL")).to_be_focused()
    screenshot(page, "webhook-refused", sizes=("desktop",))
    form.get_by_role("button", name="Cancel").click()


def test_nobody_but_an_administrator_has_the_page(sign_in):
    page = sign_in("manager", "/")
    rail = page.locator("#nav")
    expect(rail.get_by_role("link", name="Devices")).to_be_visible()
    expect(rail.get_by_role("link", name="Webhooks")).to_have_count(0)
