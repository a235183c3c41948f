"""Counts that differ: in the order's table, on Today until somebody has seen them, and all."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_product, make_route
from tests.kit.stops import fill, make_stop, order, visit

MINUS = "\u2212"


@pytest.fixture
def short(office):
    """A visit that found 3 of 5, took one out because it was expired, and put 6 in."""
    route = make_route(office)
    product = make_product(office, name="Ginger snap", price_cents=150)
    stop = make_stop(office, route["id"], quantities=(5, 4), product_id=product["id"])
    made = order(office, route["id"], stop)
    found = fill(stop, 0, added=6, counted=3, removed=1, removed_reason="Expired")
    done = visit(office, made, stop, found, fill(stop, 1, added=2, counted=4)).json
    return {"asset": stop.asset, "order": made, "visit": done}


def test_the_office_sees_books_found_and_why_something_was_removed(sign_in, short):
    page = sign_in(
        "manager", f"/service-orders/{short['order']['id']}?visit_id={short['visit']['id']}"
    )
    row = shown(page).get_by_role("row", name=re.compile("A1 Ginger snap"))
    expect(row.get_by_role("cell")).to_have_text(
        ["A1", "Ginger snap", "5", "5", f"3 {MINUS}2", "1 Expired", "6", "+1"]
    )
    screenshot(page, "order-counts")
    check_accessibility(page)


def test_today_names_it_until_somebody_has_seen_it(sign_in, office, short):
    page = sign_in("manager", "/today")
    frame = shown(page)
    row = frame.get_by_role("listitem").filter(has_text=short["asset"]).filter(has_text="missing")
    expect(row).to_contain_text("2 units missing, in 1 slot")
    screenshot(page, "today-counts")
    check_accessibility(page)
    row.get_by_role("button", name="Seen").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row).to_have_count(1)
    row.get_by_role("link", name="See the visit").click()
    expect(page).to_have_url(re.compile(rf"visit_id={short['visit']['id']}"))


def test_all_of_them_are_listed_and_summed_up(sign_in, short):
    page = sign_in("viewer", "/count-differences")
    frame = shown(page)
    grid = frame.get_by_role("grid", name="Counts that differ")
    row = grid.get_by_role("row").filter(has_text=short["asset"])
    expect(row).to_contain_text("1 Expired")
    expect(row).to_contain_text(f"{MINUS}2")
    expect(frame.get_by_role("button", name="Seen", exact=True)).to_have_count(0)
    screenshot(page, "count-differences")
    check_accessibility(page)
    frame.get_by_role("tab", name="By product").click()
    total = frame.get_by_role("grid", name="Differences by product")
    expect(total.get_by_role("row").filter(has_text="Ginger snap").first).to_contain_text("2 units")
    screenshot(page, "shrinkage", sizes=("desktop",))


def test_an_archived_product_that_is_refilled_is_named_on_today(sign_in, office):
    route = make_route(office)
    product = make_product(office, name="Bygone bar")
    make_stop(office, route["id"], product_id=product["id"])
    body = {"version": product["version"], "archived": True}
    office.patch(f"/api/products/{product['id']}", json=body)
    page = sign_in("manager", "/today")
    row = shown(page).get_by_role("listitem").filter(has_text="Bygone bar")
    expect(row).to_contain_text("still refilled in 1 slot of 1 machine")
    row.get_by_role("link", name="Replace or sell out").click()
    expect(page).to_have_url(re.compile(rf"#/products/{product['id']}"))
