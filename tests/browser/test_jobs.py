"""Jobs and schedules: run now, followed over a reload, found in the list, changed and put away."""

import re

import pytest
from playwright.sync_api import expect

from db import open_engine
from tests.browser.looking import check_accessibility, screenshot, shown

CHECK = "Check database, books and audit log"
RETENTION = "Remove what is past its time"
FAILED = """
    INSERT INTO jobs (kind, arguments, state, attempts, run_after, problem, created_at,
        started_at, ended_at)
    VALUES ('database.check', '{}', 'failed', 2, '2026-01-31T08:00:00Z',
        '{"title": "Not sound", "detail": "sums by day: Device 12 sold 3 more than its sums say."}',
        '2026-01-31T08:00:00Z', '2026-01-31T08:00:00Z', '2026-01-31T08:00:20Z')
    RETURNING id
"""


@pytest.fixture
def failed_job(stage):
    """A check that found something wrong; its number."""
    engine = open_engine(stage.database_url)
    with engine.writing() as db:
        job_id = db.execute(FAILED).fetchone()[0]
    yield job_id
    with engine.writing() as db:
        db.execute("DELETE FROM jobs WHERE id = :id", {"id": job_id})
    engine.close()


def act(page, title, action):
    """Choose from the menu of one schedule."""
    shown(page).get_by_role("button", name=f"Actions for {title}").click()
    shown(page).get_by_role("menuitem", name=action).click()


def test_a_schedule_is_run_now_and_followed_over_a_reload(sign_in):
    page = sign_in("admin", "/schedules")
    expect(shown(page).get_by_role("row", name=CHECK)).to_contain_text("Daily at 02:30")
    screenshot(page, "schedules")
    check_accessibility(page)
    act(page, CHECK, "Run now")
    dialog = shown(page).get_by_role("dialog")
    expect(dialog).to_contain_text(CHECK)
    expect(page).to_have_url(re.compile(r"job=\d+"))
    page.reload()
    expect(dialog.get_by_text("Done", exact=True)).to_be_visible(timeout=60_000)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).not_to_have_url(re.compile(r"job=\d+"))
    row = shown(page).get_by_role("row", name=CHECK)
    expect(row.get_by_role("link", name="Done")).to_be_visible()
    row.get_by_role("link", name="Done").click()
    expect(dialog).to_contain_text("sealed upon each other")
    expect(dialog).to_contain_text("Attempts")
    screenshot(page, "job-done")
    check_accessibility(page)


def test_an_administrator_changes_when_a_schedule_runs_and_switches_it_off(sign_in):
    page = sign_in("admin", "/schedules")
    act(page, RETENTION, "Change")
    form = shown(page).get_by_role("dialog")
    form.get_by_label("How often").select_option("Every so many minutes")
    form.get_by_label("Minutes").fill("90")
    expect(form.get_by_label("At", exact=True)).to_be_hidden()
    screenshot(page, "schedule-form")
    check_accessibility(page)
    form.get_by_role("button", name="Save changes").click()
    row = shown(page).get_by_role("row", name=RETENTION)
    expect(row).to_contain_text("Every 90 minutes")
    act(page, RETENTION, "Switch off")
    expect(row).to_contain_text("Switched off")
    act(page, RETENTION, "Switch on")
    act(page, RETENTION, "Change")
    form.get_by_label("How often").select_option("Once a day")
    form.get_by_label("At", exact=True).fill("03:30")
    form.get_by_role("button", name="Save changes").click()
    expect(row).to_contain_text("Daily at 03:30")


def test_a_failed_job_is_on_today_until_it_is_put_away(sign_in, failed_job):
    page = sign_in("admin", "/")
    need = shown(page).locator("#failed-jobs")
    expect(need).to_contain_text("Device 12 sold 3 more")
    screenshot(page, "today-failed-job")
    need.get_by_role("link", name="Try again or put away").click()
    dialog = shown(page).get_by_role("dialog")
    expect(dialog).to_contain_text("Failed")
    screenshot(page, "job-failed")
    check_accessibility(page)
    dialog.get_by_role("button", name="Put away").click()
    expect(dialog).to_contain_text("Cancelled")
    page.keyboard.press("Escape")
    row = shown(page).get_by_role("row").filter(has_text="Device 12 sold 3 more")
    expect(row).to_contain_text("Cancelled")
    screenshot(page, "jobs")
    check_accessibility(page)


def test_only_an_administrator_has_these_pages_in_the_rail(sign_in):
    page = sign_in("manager", "/")
    rail = page.locator("#nav")
    expect(rail.get_by_role("link", name="Devices")).to_be_visible()
    expect(rail.get_by_role("link", name="Jobs")).to_have_count(0)
