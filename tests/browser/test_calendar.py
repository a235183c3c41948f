"""The calendar: orders by day and driver, moved by dragging or with the keyboard alone."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

import clock
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_route
from tests.kit.stops import make_stop, order

# A month that no other test plans for, and a Wednesday in the middle of it.
DAY = date(2031, 1, 15)


@pytest.fixture
def route(office):
    """A route of its own, without a driver."""
    return make_route(office)


@pytest.fixture
def planned(office, route):
    """An order on that Wednesday."""
    return order(office, route["id"], make_stop(office, route["id"]), scheduled_on=DAY.isoformat())


def address(route, more=""):
    return f"/calendar?day={DAY}&route_id={route['id']}{more}"


def bar(page, made):
    return shown(page).locator(f'[data-order="{made["id"]}"]')


def cell(page, day, more=""):
    return shown(page).locator(f'td[data-day="{day}"]{more}')


def now(office, made):
    return office.get(f"/api/service-orders/{made['id']}").json


def test_an_order_is_dragged_to_another_day_and_back(sign_in, office, route, planned):
    page = sign_in("manager", address(route))
    friday = (DAY + timedelta(days=2)).isoformat()
    expect(cell(page, DAY)).to_contain_text(route["name"])
    bar(page, planned).drag_to(cell(page, friday))
    expect(cell(page, friday)).to_contain_text(route["name"])
    assert now(office, planned)["scheduled_on"] == friday
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, DAY)).to_contain_text(route["name"])
    assert now(office, planned)["scheduled_on"] == DAY.isoformat()
    check_accessibility(page)
    screenshot(page, "calendar-month")


def test_in_a_week_it_is_dragged_to_another_driver_too(sign_in, office, stage, route, planned):
    page = sign_in("manager", address(route, "&week=true"))
    drivers = {each["username"]: each["id"] for each in office.get("/api/drivers").json["items"]}
    monday = (DAY - timedelta(days=2)).isoformat()
    target = cell(page, monday, f'[data-driver="{drivers["dora"]}"]')
    bar(page, planned).drag_to(target)
    expect(target).to_contain_text(route["name"])
    moved = now(office, planned)
    assert (moved["scheduled_on"], moved["driver_id"]) == (monday, drivers["dora"])
    check_accessibility(page)
    screenshot(page, "calendar-week")


def test_an_order_is_moved_by_keyboard_alone(sign_in, office, route, planned):
    later = order(
        office,
        route["id"],
        make_stop(office, route["id"]),
        scheduled_on=(DAY + timedelta(days=1)).isoformat(),
    )
    page = sign_in("manager", address(route))
    bar(page, planned).focus()
    page.keyboard.press("ArrowRight")
    expect(bar(page, later)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(bar(page, planned)).to_be_focused()
    page.keyboard.press("m")
    form = shown(page).get_by_role("dialog")
    form.get_by_label("Date").fill("2031-01-22")
    page.keyboard.press("Control+Enter")
    expect(cell(page, "2031-01-22")).to_contain_text(route["name"])
    expect(form).to_have_count(0)
    expect(bar(page, planned)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"#/service-orders/{planned['id']}$"))


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(sign_in, office, route, planned):
    page = sign_in("manager", address(route))
    expect(bar(page, planned)).to_be_visible()
    changes = {"version": planned["version"], "notes": "Ring twice"}
    office.patch(f"/api/service-orders/{planned['id']}", json=changes)
    bar(page, planned).drag_to(cell(page, "2031-01-17"))
    expect(page.get_by_role("status").filter(has_text="changed")).to_be_visible()
    assert now(office, planned)["scheduled_on"] == DAY.isoformat()


def test_undo_that_is_refused_says_so_and_overwrites_nothing(sign_in, office, route, planned):
    page = sign_in("manager", address(route))
    bar(page, planned).drag_to(cell(page, "2031-01-17"))
    expect(cell(page, "2031-01-17")).to_contain_text(route["name"])
    changes = {"version": now(office, planned)["version"], "scheduled_on": "2031-01-20"}
    office.patch(f"/api/service-orders/{planned['id']}", json=changes)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="changed")).to_be_visible()
    expect(cell(page, "2031-01-20")).to_contain_text(route["name"])
    assert now(office, planned)["scheduled_on"] == "2031-01-20"


def test_late_orders_say_so(sign_in, office, route):
    yesterday = date.fromisoformat(clock.today("Europe/Berlin")) - timedelta(days=1)
    late = order(
        office, route["id"], make_stop(office, route["id"]), scheduled_on=yesterday.isoformat()
    )
    page = sign_in("manager", f"/calendar?day={yesterday}&route_id={route['id']}", alone=True)
    expect(bar(page, late)).to_contain_text("Late")
    expect(bar(page, late)).to_have_class("order-bar warn")


def test_one_turns_to_other_months_and_back_to_today(sign_in, route):
    page = sign_in("manager", address(route), alone=True)
    expect(page.get_by_role("heading", name="January 2031")).to_be_visible()
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_role("heading", name="February 2031")).to_be_visible()
    page.get_by_role("button", name="Today").click()
    expect(page.locator("td.is-today")).to_have_count(1)


def test_a_month_that_cannot_be_loaded_does_not_show_the_orders_of_another(sign_in, route, planned):
    page = sign_in("manager", address(route), alone=True)
    expect(bar(page, planned)).to_be_visible()
    page.route("**/api/calendar-orders*", lambda asked: asked.fulfill(status=500, body="{}"))
    page.get_by_role("button", name="Later").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(bar(page, planned)).to_have_count(0)


def test_a_phone_shows_the_days_one_after_the_other(sign_in, route, planned):
    page = sign_in("manager", address(route), phone=True)
    expect(shown(page).get_by_role("heading", name="15")).to_be_visible()
    expect(bar(page, planned)).to_contain_text("1 stop")
    check_accessibility(page)
    screenshot(page, "calendar-phone")


def test_a_phone_opens_at_today_and_keeps_the_head_of_the_page(sign_in, office, route):
    today = date.fromisoformat(clock.today("Europe/Berlin"))
    for off in range(-4, 5):
        on = (today + timedelta(days=off)).isoformat()
        order(office, route["id"], make_stop(office, route["id"]), scheduled_on=on)
    page = sign_in("manager", f"/calendar?route_id={route['id']}", phone=True)
    expect(shown(page).locator(".agenda .is-today")).to_be_in_viewport()
    expect(shown(page).get_by_role("heading", name="Calendar")).to_be_in_viewport()


def test_a_driver_moves_nothing(sign_in, office, fleet):
    page = sign_in("driver", "/calendar", alone=True)
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.locator('[draggable="true"]')).to_have_count(0)
