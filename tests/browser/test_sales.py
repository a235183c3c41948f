"""Sales: periods, groups and filters that live in the address, a chart, a spreadsheet."""

import csv
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown


def rows(page):
    return shown(page).locator("tbody tr[data-index]")


def totals(page):
    return shown(page).locator("tfoot tr")


def sales(office, group_by, days, **query):
    """What the API says of the last `days` days, in the operator's zone."""
    today = date.fromisoformat(office.get("/api/dashboard").json["today"])
    query |= {"from": (today - timedelta(days=days - 1)).isoformat(), "to": today.isoformat()}
    answer = office.get("/api/sales", query_string={"group_by": group_by, **query})
    assert answer.status == 200, answer.text
    return answer.json


def test_it_shows_products_most_money_first_with_totals(sign_in, office):
    found = sales(office, "product", 28)
    page = sign_in("manager", "/sales")
    expect(rows(page).first).to_contain_text(found["items"][0]["label"])
    expect(totals(page)).to_contain_text(f"{found['total']['amount_cents'] / 100:,.2f}")
    expect(totals(page)).to_contain_text(f"{found['total']['units']:,} units")
    expect(totals(page)).to_contain_text("100%")
    expect(shown(page).locator("cvd-chart canvas")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "sales")


def test_groups_and_periods_are_in_the_address(sign_in, office):
    page = sign_in("viewer", "/sales")
    shown(page).get_by_role("tab", name="By device").click()
    shown(page).get_by_role("combobox", name="Period").select_option("Last 7 days")
    found = sales(office, "device", 7)
    expect(rows(page)).to_have_count(len(found["items"]))
    expect(page).to_have_url(re.compile("group=device"))
    expect(page).to_have_url(re.compile("period=7d"))
    page.reload()
    expect(rows(page)).to_have_count(len(found["items"]))
    rows(page).first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"#/devices/\d+\?tab=sales"))


def test_devices_are_ranked_over_all_their_pages(sign_in, office):
    """The server's pages, but of five devices each."""
    found = sales(office, "device", 28)
    asked = []

    def shorter(route):
        asked.append(route.request.url)
        route.continue_(url=f"{route.request.url}&limit=5")

    page = sign_in("manager", "/products")
    page.route(re.compile("group_by=device(?!.*format)"), shorter)
    page.goto("/#/sales?group=device")
    expect(rows(page)).to_have_count(len(found["items"]))
    assert len(asked) == 2 * -(-len(found["items"]) // 5) > 2
    ranked = sorted(found["items"], key=lambda item: -item["amount_cents"])
    shown_labels = rows(page).get_by_role("link").all_inner_texts()
    assert shown_labels == [item["label"] for item in ranked]
    expect(totals(page)).to_contain_text(f"{found['total']['amount_cents'] / 100:,.2f}")
    expect(totals(page)).to_contain_text("100%")
    expect(shown(page).get_by_text("The first 1,000 devices")).to_have_count(0)


def test_of_more_than_a_thousand_devices_the_first_by_asset_are_ranked(sign_in):
    """A fleet of 1,400: nobody makes so many machines for one look."""
    asked = []

    def answer(route):
        query = parse_qs(urlsplit(route.request.url).query)
        begin = int(query.get("cursor", ["0"])[0])
        earlier = query["from"][0] == "2026-01-25"
        asked.append((earlier, begin))
        # In the period before, one that is archived by now came first and sold.
        numbers = [n - earlier for n in range(begin, min(begin + 200, 1_400))]
        items = [
            {
                "key": str(n),
                "label": f"M-{n:04} Lobby",
                "units": n + 1,
                "amount_cents": 100 + n,
                "lost_units": 0.0,
                "lost_cents": 0,
                "read": True,
                "days": 7.0,
            }
            for n in numbers
        ]
        more = str(begin + 200) if begin + 200 < 1_400 else None
        total = {
            "units": 1_000_000,
            "amount_cents": 2_000_000,
            "lost_units": 0.0,
            "lost_cents": 0,
        }
        route.fulfill(json={"items": items, "next_cursor": more, "total": total})

    page = sign_in("manager", "/products")
    page.route(re.compile("group_by=device(?!.*format)"), answer)
    page.goto("/#/sales?group=device&from=2026-02-01&to=2026-02-07")
    expect(rows(page)).to_have_count(1_000)
    assert sorted(asked) == [(each, at) for each in (False, True) for at in range(0, 1_000, 200)]
    expect(rows(page).first).to_contain_text("M-0999 Lobby")
    expect(rows(page).first).to_contain_text(
        "unknown: Not among the first 1,000 of the period before"
    )
    expect(rows(page).nth(1)).to_contain_text("0%")
    expect(totals(page)).to_contain_text("20,000.00")
    expect(shown(page).get_by_text("The first 1,000 devices by asset")).to_contain_text(
        "The first 1,000 devices by asset: choose a route to rank its devices. All of them as CSV"
    )
    # Rows are alike, and axe takes seconds for a thousand.
    rows(page).evaluate_all("(all) => all.slice(20).forEach((row) => row.remove())")
    check_accessibility(page)
    screenshot(page, "sales-of-many-devices")
    with page.expect_download() as download:
        shown(page).get_by_role("button", name="All of them as CSV").click()
    assert download.value.suggested_filename == "sales-by-device-2026-02-01--07.csv"
    shown(page).get_by_role("tab", name="By product").click()
    expect(shown(page).get_by_text("The first 1,000 devices")).to_have_count(0)


def test_one_device_by_selection_between_dates_of_ones_own(sign_in, office, fleet):
    device = fleet.device("T-1002")
    found = sales(office, "selection", 12, device_id=device["id"])
    today = date.fromisoformat(office.get("/api/dashboard").json["today"])
    page = sign_in("manager", "/sales?group=selection", alone=True)
    shown(page).get_by_role("combobox", name="Device").fill("T-1002")
    shown(page).get_by_role("listbox").get_by_role("option", name=re.compile("T-1002")).click()
    shown(page).get_by_label("First day").fill((today - timedelta(days=11)).isoformat())
    shown(page).get_by_label("First day").blur()
    expect(rows(page)).to_have_count(len(found["items"]))
    expect(shown(page).get_by_role("combobox", name="Period")).to_have_value("")
    expect(page).to_have_url(re.compile(f"device_id={device['id']}"))
    expect(shown(page).locator(".sales-total")).to_contain_text(
        f"{found['total']['amount_cents'] / 100:,.2f}"
    )


def test_every_day_of_the_period_has_a_row(sign_in):
    page = sign_in("manager", "/sales?group=day&period=14d", alone=True)
    expect(rows(page)).to_have_count(14)


def test_a_long_period_is_charted_by_week_and_sums_to_the_same(sign_in, office):
    page = sign_in("manager", "/sales?period=year", alone=True)
    chart = shown(page).get_by_role("figure", name="Sales by day")
    expect(chart).to_contain_text("by week")
    chart.get_by_role("button", name="Table").click()
    amounts = chart.locator("tbody tr td:nth-child(2)").all_inner_texts()
    charted = sum(Decimal(text.strip("$").replace(",", "")) for text in amounts)
    today = date.fromisoformat(office.get("/api/dashboard").json["today"])
    found = sales(office, "day", today.timetuple().tm_yday)
    assert charted * 100 == found["total"]["amount_cents"]


def test_the_spreadsheet_says_what_the_page_says(sign_in, office):
    page = sign_in("manager", "/sales?group=product&period=14d")
    expect(rows(page).first).to_be_visible()
    with page.expect_download() as download:
        shown(page).get_by_role("button", name="Download", exact=True).click()
        shown(page).get_by_role("menuitem", name="CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(text.splitlines()))
    found = sales(office, "product", 14)
    assert [line["Product"] for line in lines] == [item["label"] for item in found["items"]]
    assert [Decimal(line["Amount"]) * 100 for line in lines] == [
        item["amount_cents"] for item in found["items"]
    ]
    assert re.fullmatch(r"sales-\d{4}-\d\d-\d\d--[\d-]+\.csv", download.value.suggested_filename)


def test_days_on_which_a_device_was_not_read_are_not_days_of_nothing(sign_in, office, fleet):
    device = fleet.device("T-1002")
    found = sales(office, "day", 28, device_id=device["id"])
    not_read = [item for item in found["items"] if not item["read"]]
    assert not_read
    page = sign_in("manager", f"/sales?group=day&device_id={device['id']}")
    expect(rows(page)).to_have_count(28)
    expect(rows(page).filter(has_text="No audit was read")).to_have_count(len(not_read))
    chart = shown(page).get_by_role("figure", name="Sales by day")
    expect(chart.locator(".legend")).to_contain_text("Not read")
    chart.get_by_role("button", name="Table").click()
    cells = chart.locator("tbody tr td:nth-child(2)").filter(has_text="not read")
    expect(cells).to_have_count(len(not_read))
    check_accessibility(page)
    screenshot(page, "sales-days-not-read")


def test_periods_that_its_audits_do_not_span_alike_are_not_compared(sign_in, office, fleet):
    device = fleet.device("T-1002")
    today = date.fromisoformat(office.get("/api/dashboard").json["today"])
    reads = [
        item["key"]
        for item in sales(office, "day", 60, device_id=device["id"])["items"]
        if item["units"]
    ]
    # The period before ends with the first day on which it sold, and begins long before that.
    first = date.fromisoformat(reads[0]) + timedelta(days=1)
    query = f"device_id={device['id']}&from={first}&to={today}"
    page = sign_in("manager", f"/sales?{query}", alone=True)
    expect(shown(page).locator(".sales-line")).to_contain_text("unknown: The audits of this period")
    expect(rows(page).first).to_contain_text("unknown: The audits of this period span")


def test_which_product_lost_most_to_sell_outs_is_one_click(sign_in):
    page = sign_in("viewer", "/sales", alone=True)
    shown(page).get_by_role("columnheader", name="Lost to sell-outs").get_by_role("button").click()
    expect(page).to_have_url(re.compile("sort=-?lost_cents"))


def test_last_week_and_the_month_to_date_are_offered(sign_in, office):
    page = sign_in("viewer", "/sales", alone=True)
    today = date.fromisoformat(office.get("/api/dashboard").json["today"])
    periods = shown(page).get_by_role("combobox", name="Period")
    periods.select_option("Month to date")
    expect(shown(page).get_by_label("First day")).to_have_value(today.replace(day=1).isoformat())
    periods.select_option("Last week")
    # Weeks begin on Sunday where the language is that of the United States.
    sunday = today - timedelta(days=(today.weekday() + 1) % 7)
    expect(shown(page).get_by_label("First day")).to_have_value(
        (sunday - timedelta(days=7)).isoformat()
    )
    expect(shown(page).get_by_label("Last day")).to_have_value(
        (sunday - timedelta(days=1)).isoformat()
    )


def test_routes_and_locations_lead_to_their_devices(sign_in, office):
    page = sign_in("viewer", "/sales?group=location")
    rows(page).first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"location_id=\d+"))
    expect(shown(page).get_by_role("tab", name="By device")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(shown(page).get_by_role("group", name="Filters")).to_contain_text("Location")
    shown(page).get_by_role("button", name="Places of today").click()
    expect(page).to_have_url(re.compile("today=true"))


def test_without_the_chart_library_the_figures_are_a_table(sign_in):
    page = sign_in("manager", "/products")
    page.route("**/vendor/uplot/**", lambda route: route.abort())
    page.goto("/#/sales")
    chart = shown(page).get_by_role("figure", name="Sales by day").get_by_role("table")
    expect(chart).to_be_visible()
    expect(shown(page).locator("cvd-chart canvas")).to_have_count(0)


def test_a_period_that_is_refused_says_why(sign_in):
    page = sign_in("manager", "/sales?from=1990-01-01&to=2026-01-31", alone=True)
    expect(shown(page).get_by_role("alert")).to_contain_text("ten years")


def test_a_period_without_sales_says_where_sales_come_from(sign_in):
    page = sign_in("viewer", "/sales?from=2019-01-01&to=2019-01-31")
    expect(shown(page).get_by_role("heading", name="No sales in this period")).to_be_visible()
    check_accessibility(page)
