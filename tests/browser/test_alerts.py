"""Alerts: seen, put to rest and given to somebody; rules tried before they are saved."""

import re
import time

import pytest
from playwright.sync_api import expect

from db import open_engine, scalar
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device

OPEN = """
    INSERT INTO alerts (kind, cause, noun, noun_id, device_id, alert_rule_id, detail,
        lost_cents_per_day, state, opened_at)
    SELECT 'fault', :cause, 'backup', :noun_id, (SELECT min(id) FROM devices), min(id),
        :detail, :lost, 'open', '2026-01-31T08:00:00Z'
    FROM alert_rules
    RETURNING id
"""
LEFT = """
    INSERT INTO users (username, display_name, role, password_hash, disabled_at, created_at)
    VALUES ('lena', 'Lena Left', 'manager', '', '2026-01-31T08:00:00Z', '2026-01-01T08:00:00Z')
    RETURNING id
"""
RULE = """
    INSERT INTO alert_rules (name, kind, threshold, roles, user_ids)
    VALUES ('Late for Lena', 'late_order', 1, 'admin', :user_ids)
"""
FAILED = """
    INSERT INTO touched (noun, noun_id, touched_at, failed_at)
    VALUES ('device', :device_id, '2026-01-31T08:00:00Z', '2026-01-31T08:00:00Z')
    ON CONFLICT (noun, noun_id) DO UPDATE SET failed_at = excluded.failed_at
"""
# A rule that was changed lets everything be looked at anew, a moment later.
TO_LOOK_AT = """
    SELECT 1 FROM touched WHERE noun = 'device' AND failed_at IS NULL
    UNION ALL
    SELECT 1 FROM jobs WHERE kind = 'alerts.sweep' AND state IN ('queued', 'running')
    LIMIT 1
"""
MOST_LOOKS = 600
# Dearer than what the fleet has, so that they come first.
DEAREST = 99_000


@pytest.fixture
def planted(stage):
    """Two alerts that no worker looks at, the dearest of all; their details, dearest first."""
    engine = open_engine(stage.database_url)
    details = ["Coin changer <b>jammed</b>", "Validator is out of order"]
    with engine.writing() as db:
        for number, detail in enumerate(details):
            db.execute(
                OPEN,
                {
                    "cause": f"planted:{number}",
                    "noun_id": 1_000 + number,
                    "detail": detail,
                    "lost": DEAREST - number,
                },
            )
    yield details
    with engine.writing() as db:
        db.execute("DELETE FROM alerts WHERE cause LIKE 'planted:%'")
    engine.close()


def row_of(page, detail):
    return shown(page).get_by_role("row").filter(has_text=detail)


def act(page, detail, action):
    """Choose from the menu of one alert."""
    shown(page).get_by_role("button", name=f"Actions for {detail}").click()
    shown(page).get_by_role("menuitem", name=action).click()


def test_the_dearest_comes_first_and_is_seen_by_somebody(sign_in, planted):
    page = sign_in("manager", "/alerts")
    first, second = planted
    rows = shown(page).get_by_role("row")
    expect(rows.nth(1)).to_contain_text(first)
    expect(rows.nth(2)).to_contain_text(second)
    expect(shown(page).locator("#summary")).to_contain_text("a day at stake")
    expect(
        page.locator("#nav").get_by_role("link", name=re.compile("^Alerts .* open"))
    ).to_be_visible()
    screenshot(page, "alerts")
    check_accessibility(page)
    act(page, first, "Seen")
    expect(row_of(page, first)).to_have_count(0)
    expect(row_of(page, second)).to_have_count(1)
    page.goto(re.sub(r"#.*", "#/alerts?state=acknowledged", page.url))
    expect(row_of(page, first)).to_have_count(1)
    act(page, first, "Open again")
    expect(row_of(page, first)).to_have_count(0)


def test_an_alert_rests_and_is_given_to_somebody(sign_in, planted):
    page = sign_in("manager", "/alerts")
    first, second = planted
    act(page, second, "Give it to me")
    expect(row_of(page, second)).not_to_contain_text("nobody")
    act(page, first, "Rest until tomorrow")
    expect(row_of(page, first)).to_have_count(0)
    page.goto(re.sub(r"#.*", "#/alerts?state=snoozed", page.url))
    expect(row_of(page, first)).to_contain_text("rests until")
    page.goto(re.sub(r"#.*", "#/alerts?mine=true", page.url))
    expect(row_of(page, second)).to_have_count(1)


def test_several_are_seen_by_keyboard(sign_in, planted):
    page = sign_in("manager", "/alerts")
    expect(row_of(page, planted[0])).to_have_count(1)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    shown(page).get_by_role("button", name="Seen", exact=True).click()
    for detail in planted:
        expect(row_of(page, detail)).to_have_count(0)


def test_who_only_looks_has_no_actions(sign_in, planted):
    page = sign_in("viewer", "/alerts")
    expect(row_of(page, planted[0])).to_have_count(1)
    expect(shown(page).get_by_role("button", name=re.compile("^Actions for"))).to_have_count(0)


def test_today_shows_the_dearest(sign_in, planted):
    page = sign_in("manager", "/today")
    alerts = shown(page).locator("#alerts")
    expect(alerts).to_contain_text(planted[0])
    screenshot(page, "today-alerts")
    alerts.get_by_role("link", name="All alerts").click()
    expect(page).to_have_url(re.compile("#/alerts"))


def test_a_rule_is_tried_before_it_is_saved(sign_in):
    page = sign_in("admin", "/alert-rules")
    expect(shown(page).get_by_role("row", name=re.compile("^Sold out"))).to_have_count(1)
    expect(shown(page).locator("#server")).to_contain_text("CVD_SMTP_URL")
    screenshot(page, "alert-rules")
    check_accessibility(page)
    page.keyboard.press("n")
    dialog = shown(page).get_by_role("dialog")
    dialog.get_by_label("Name").fill("Silent for three days")
    dialog.get_by_label("Tells of").select_option("Silent")
    dialog.get_by_label("After hours without an audit").fill("1")
    expect(dialog.get_by_role("status")).to_contain_text("It would")
    dialog.get_by_label("After hours without an audit").fill("72")
    expect(dialog.get_by_label("Mails from")).to_be_hidden()
    dialog.get_by_label("How").select_option("Mail at once")
    dialog.get_by_label("Mails from").fill("08:00")
    dialog.get_by_label("until").fill("17:00")
    screenshot(page, "alert-rule-form")
    check_accessibility(page)
    dialog.get_by_role("button", name="Create rule").click()
    row = shown(page).get_by_role("row", name=re.compile("^Silent for three days"))
    expect(row).to_contain_text("after 72 hours")
    expect(row).to_contain_text("Mail at once, 08:00\u201317:00")
    shown(page).get_by_role("button", name="Actions for Silent for three days").click()
    shown(page).get_by_role("menuitem", name="Switch off").click()
    expect(row).to_contain_text("Off")
    shown(page).get_by_role("button", name="Actions for Silent for three days").click()
    shown(page).get_by_role("menuitem", name="Archive").click()
    expect(row).to_have_count(0)


@pytest.fixture
def rule_of_one_who_left(stage):
    """The name of a rule that tells somebody who was disabled since."""
    engine = open_engine(stage.database_url)
    with engine.writing() as db:
        user_id = scalar(db, LEFT)
        db.execute(RULE, {"user_ids": f"[{user_id}]"})
    yield "Late for Lena"
    with engine.writing() as db:
        db.execute("DELETE FROM alert_rules WHERE name LIKE 'Late for Lena%'")
        db.execute("DELETE FROM users WHERE id = :id", {"id": user_id})
    engine.close()


def test_a_rule_keeps_whom_it_names_though_they_cannot_sign_in(sign_in, rule_of_one_who_left):
    page = sign_in("admin", "/alert-rules")
    row = shown(page).get_by_role("row", name=re.compile(rule_of_one_who_left))
    expect(row).to_contain_text("Lena Left")
    row.click()
    dialog = shown(page).get_by_role("dialog")
    expect(dialog.get_by_label("Lena Left (cannot sign in)")).to_be_checked()
    screenshot(page, "alert-rule-of-one-who-left")
    check_accessibility(page)
    dialog.get_by_label("Name").fill("Late for Lena still")
    dialog.get_by_role("button", name="Save").click()
    changed = shown(page).get_by_role("row", name=re.compile("Late for Lena still"))
    expect(changed).to_contain_text("Lena Left")


def test_where_looking_for_alerts_failed_is_named(sign_in, office, stage, planted):
    engine = open_engine(stage.database_url)
    # Of its own: at one that others touch, a worker looks again and all is well.
    device = {"device_id": make_device(office)["id"]}
    for _ in range(MOST_LOOKS):
        with engine.reading() as db:
            if scalar(db, TO_LOOK_AT) is None:
                break
        time.sleep(0.05)
    with engine.writing() as db:
        db.execute(FAILED, device)
    page = sign_in("manager", "/alerts")
    failed = shown(page).locator("#failed")
    expect(failed).to_contain_text("Looking for alerts failed at machine")
    screenshot(page, "alerts-failed")
    check_accessibility(page)
    with engine.writing() as db:
        db.execute("DELETE FROM touched WHERE failed_at IS NOT NULL")
    engine.close()


def test_a_threshold_that_cannot_be_is_told_at_its_field(sign_in):
    page = sign_in("manager", "/alert-rules?new=true")
    dialog = shown(page).get_by_role("dialog")
    dialog.get_by_label("Name").fill("Wrong")
    dialog.get_by_label("Tells of").select_option("Late order")
    dialog.get_by_label("From days late").fill("0")
    dialog.get_by_role("button", name="Create rule").click()
    expect(dialog).to_contain_text("must be from 1 to 365")
