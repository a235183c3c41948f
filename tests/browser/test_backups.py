"""Backups: what there is, and that none are made is said where an administrator begins the day."""

from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown

STATE = {"place": "s3://company/cvd", "encrypted": True, "last_at": None, "problem": None}
ITEMS = [
    {
        "name": f"2026013{day}T013000Z-{kind}-104857600",
        "made_at": f"2026-01-3{day}T01:30:00Z",
        "kind": kind,
        "bytes": 104_857_600,
    }
    for day, kind in ((1, "increment"), (0, "daily"))
]


def test_an_administrator_is_told_on_today_that_no_backups_are_made(sign_in):
    page = sign_in("admin", "/today")
    hint = shown(page).get_by_text("No backups are made: set CVD_BACKUP_URL")
    expect(hint).to_be_visible()
    check_accessibility(page)
    screenshot(page, "today-no-backups")
    hint.get_by_role("link", name="Backups").click()
    expect(shown(page).get_by_role("heading", name="No backups")).to_be_visible()
    screenshot(page, "backups-none")
    check_accessibility(page)


def test_a_manager_is_not_told_of_backups(sign_in):
    page = sign_in("manager", "/today")
    expect(shown(page).get_by_role("heading", name="Today", exact=True)).to_be_visible()
    expect(shown(page).get_by_role("heading", name="Orders today")).to_be_visible()
    expect(shown(page).get_by_text("No backups are made")).to_have_count(0)


def test_backups_are_listed_with_how_each_was_verified(sign_in):
    page = sign_in("admin", "/today")
    answer = {"state": STATE, "items": ITEMS}
    page.route("**/api/backups", lambda route: route.fulfill(json=answer))
    page.goto(page.url.replace("/today", "/backups"))
    expect(shown(page).get_by_text("Kept at s3://company/cvd, encrypted.")).to_be_visible()
    nightly = shown(page).get_by_role("row", name="Everything, nightly")
    expect(nightly).to_contain_text("Restored and compared")
    expect(nightly).to_contain_text("100 MiB")
    screenshot(page, "backups")
    check_accessibility(page)
