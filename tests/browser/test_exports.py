"""Long lists as files: asked for, found again after a reload, taken and removed."""

import csv
import io
import re
import zipfile
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown

MADE_WITHIN_MS = 60_000


@pytest.fixture
def long_lists(sign_in):
    """Somebody's sales page, whose spreadsheet is too long to be answered at once."""

    def open_page(role, path):
        page = sign_in(role, "/products")
        page.route(
            "**/api/export-previews",
            lambda route: route.fulfill(json={"rows": 20_000, "address": None}),
        )
        page.goto(f"/#{path}")
        return page

    return open_page


def files(page):
    return shown(page).locator("cvd-exports")


def ask(page):
    shown(page).get_by_role("button", name="Download", exact=True).click()
    shown(page).get_by_role("menuitem", name="CSV").click()


def download(page):
    with page.expect_download() as taken:
        files(page).get_by_role("link", name="Download").first.click()
    return taken.value


def lines(taken):
    text = Path(taken.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def rows_of(page):
    return shown(page).locator("tbody tr[data-index]")


def labels(page):
    rows = rows_of(page)
    expect(rows.first).to_be_visible()
    return rows.locator("td:first-child").all_inner_texts()


def test_a_long_list_is_asked_for_found_after_a_reload_taken_and_removed(long_lists):
    page = long_lists("manager", "/sales?group=device&sort=-units")
    expect(shown(page).locator("tbody tr[data-index]").first).to_be_visible()
    expect(files(page)).to_be_hidden()
    ask(page)
    expect(files(page)).to_contain_text("sales-by-device-")
    page.reload()
    expect(files(page)).to_contain_text("kept until", timeout=MADE_WITHIN_MS)
    expect(files(page)).to_contain_text("Only you see them")
    screenshot(page, "export-made")
    check_accessibility(page)
    taken = download(page)
    assert re.fullmatch(r"sales-by-device-[\d-]+\.csv", taken.suggested_filename)
    assert [line["Machine"] for line in lines(taken)] == [
        " ".join(label.split()) for label in labels(page)
    ]
    files(page).get_by_role("button", name="Remove sales-by-device").click()
    expect(files(page)).to_be_hidden()
    page.reload()
    expect(shown(page).locator("tbody tr[data-index]").first).to_be_visible()
    expect(files(page)).to_be_hidden()


def test_the_spreadsheet_is_sorted_as_the_page(long_lists):
    page = long_lists("viewer", "/sales?group=product")
    shown(page).get_by_role("columnheader", name="Units").get_by_role("button").click()
    expect(page).to_have_url(re.compile("sort=-units"))
    ask(page)
    expect(files(page)).to_contain_text("kept until", timeout=MADE_WITHIN_MS)
    assert [line["Product"] for line in lines(download(page))] == labels(page)
    files(page).get_by_role("button", name="Remove").click()
    expect(files(page)).to_be_hidden()


RUNNING = {
    "id": 7,
    "operation": "sale_service.list_sales",
    "query": {"group_by": "device"},
    "name": "sales-by-device-2026-01-01--31.csv",
    "rows": 20_000,
    "bytes": None,
    "job_id": 9,
    "state": "running",
    "address": "/api/exports/7/file",
    "created_at": "2026-01-31T08:00:00Z",
    "made_at": None,
    "goes_at": "2026-02-01T08:00:00Z",
}
JOB = {
    "id": 9,
    "kind": "exports.writing",
    "title": "Write a list into a file",
    "state": "running",
    "done": 8_000,
    "total": 20_000,
    "sentence": "8,000 of 20,000 rows",
    "attempts": 1,
    "most_attempts": 3,
    "run_after": "2026-01-31T08:00:00Z",
    "result": None,
    "problem": None,
    "link": None,
    "user_id": 2,
    "username": "max",
    "schedule_id": None,
    "cancel_asked_at": None,
    "created_at": "2026-01-31T08:00:00Z",
    "started_at": "2026-01-31T08:00:01Z",
    "ended_at": None,
}


def test_one_on_its_way_shows_how_far_it_is_and_can_be_cancelled(sign_in):
    page = sign_in("manager", "/products")
    states = {"job": JOB, "export": RUNNING}
    page.route(re.compile(r"/api/exports\?"), lambda r: r.fulfill(json={"items": [RUNNING]}))
    page.route("**/api/exports/7", lambda r: r.fulfill(json=states["export"]))
    page.route("**/api/jobs/9", lambda r: r.fulfill(json=states["job"]))

    def cancel(route):
        states["job"] = {**JOB, "state": "cancelled"}
        states["export"] = {**RUNNING, "state": "cancelled"}
        route.fulfill(json=states["job"])

    page.route("**/api/jobs/9/cancellation", cancel)
    page.goto("/#/sales?group=device")
    expect(files(page)).to_contain_text("8,000 of 20,000 rows")
    expect(files(page).get_by_role("progressbar")).to_be_visible()
    screenshot(page, "export-running")
    check_accessibility(page)
    files(page).get_by_role("button", name="Cancel").click()
    expect(files(page).get_by_text("Cancelled")).to_be_visible()
    expect(files(page).get_by_role("button", name="Try again")).to_be_visible()
    expect(files(page).get_by_role("button", name="Remove sales-by-device")).to_be_visible()
    screenshot(page, "export-cancelled")
    check_accessibility(page)


LISTS = {
    "/devices": "machines",
    "/products": "products",
    "/locations": "locations",
    "/routes": "routes",
    "/users": "users",
    "/service-orders": "service-orders",
    "/dex": "dex-reads",
    "/audit-log": "audit-log",
    "/jobs": "jobs",
    "/tickets": "tickets",
    "/alerts": "alerts",
    "/count-differences": "count-differences",
    "/products/1": "slots",
}


@pytest.mark.parametrize(("path", "name"), LISTS.items())
def test_every_list_is_taken_as_excel_by_keyboard(sign_in, path, name):
    page = sign_in("admin", path)
    button = shown(page).get_by_role("button", name=re.compile("^Download( slots)?$"))
    button.focus()
    page.keyboard.press("Enter")
    expect(shown(page).get_by_role("menuitem", name="Excel")).to_be_focused()
    if path == "/devices":
        screenshot(page, "download-menu")
        check_accessibility(page)
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert re.fullmatch(rf"{name}-\d{{4}}-\d\d-\d\d\.xlsx", taken.value.suggested_filename)
    (sheet,) = openpyxl.load_workbook(io.BytesIO(taken.value.path().read_bytes())).worksheets
    assert sheet.freeze_panes == "A2"


def test_a_list_is_taken_as_it_is_filtered_and_sorted(sign_in):
    page = sign_in("manager", "/products?sort=-price_cents&q=0.33+l")
    expect(shown(page).locator("tbody tr[data-index]").first).to_be_visible()
    names = rows_of(page).locator("a").all_inner_texts()
    with page.expect_download() as taken:
        ask(page)
    taken_names = [line["Name"] for line in lines(taken.value)]
    assert taken_names == names


def test_everything_is_taken_as_one_zip(sign_in):
    page = sign_in("admin", "/backups")
    shown(page).get_by_role("button", name="Take everything").click()
    expect(files(page)).to_contain_text("everything-")
    expect(files(page)).to_contain_text("kept until", timeout=MADE_WITHIN_MS)
    screenshot(page, "everything-taken")
    check_accessibility(page)
    archive = zipfile.ZipFile(io.BytesIO(download(page).path().read_bytes()))
    assert {"README.txt", "columns.csv", "tables/devices.csv"} <= set(archive.namelist())
    files(page).get_by_role("button", name="Remove everything-").click()
    expect(files(page)).to_be_hidden()
