"""Velocities that rest on other machines: every page marks them and says what they rest on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device_type, make_location, make_product, make_route
from tests.kit.sellers import ZONE, make_seller

SIMILAR = "Estimated: mean of this product on similar machines"
FLEET = "Estimated: mean of this product in the fleet"


@pytest.fixture(scope="module")
def machines(stage):
    """A route with a machine that sells two products, and a new one of its type beside it.

    The new one also has a product of which only another type knows, and one nobody knows.
    """
    office = stage.office
    snack = make_device_type(office)["id"]
    place = make_location(office, name="Plant gate", kind="factory")["id"]
    route = make_route(office)["id"]
    known = [make_product(office, name=name)["id"] for name in ("Almonds", "Biscuits", "Crisps")]
    here = {"device_type_id": snack, "location_id": place, "route_id": route}
    # All of it is known since an hour ago: no stock is an estimate.
    last = datetime.now(ZONE).replace(microsecond=0) - timedelta(hours=1)
    counted_at = last - timedelta(days=2, hours=1)
    old = make_seller(office, products=known[:2], counted_at=counted_at, **here)
    other = make_seller(office, products=known[2:], quantities=(20,), counted_at=counted_at)
    for day in (-2, -1, 0):
        old.report(last + timedelta(days=day), A1=2, A2=3)
        other.report(last + timedelta(days=day), A1=4)
    unknown = make_product(office, name="Dates")["id"]
    new = make_seller(
        office, products=[*known, unknown], quantities=(20,) * 4, counted_at=last, **here
    )
    assets = {
        name: office.get(f"/api/devices/{seller.device_id}").json["asset"]
        for name, seller in (("old", old), ("new", new))
    }
    return {"route": route, "old": old, "new": new, "assets": assets}


def test_the_board_marks_days_that_rest_on_estimates(sign_in, machines):
    page = sign_in("manager", f"/route-board/{machines['route']}")
    rows = shown(page).get_by_role("row")
    new = rows.filter(has_text=machines["assets"]["new"])
    expect(new).to_contain_text("≈ 5.0 d worst")
    expect(new).to_contain_text("6.7 d median")
    words = "Worst slot 5.0 d, median 6.7 d: 3 slots are estimates"
    new.get_by_text("5.0 d worst").hover()
    expect(shown(page).get_by_role("tooltip")).to_have_text(words)
    expect(rows.filter(has_text=machines["assets"]["old"])).not_to_contain_text("≈")
    check_accessibility(page)
    screenshot(page, "route-board-estimates")


def test_the_list_of_devices_marks_them_too(sign_in, machines):
    page = sign_in("manager", f"/devices?route_id={machines['route']}")
    new = shown(page).get_by_role("row").filter(has_text=machines["assets"]["new"])
    expect(new).to_contain_text("≈ 5.0 d")
    expect(new.get_by_text("about 5.0 d: 3 slots are estimates")).to_be_attached()
    check_accessibility(page)
    screenshot(page, "devices-estimates")


def test_a_device_says_for_each_slot_what_its_sales_rest_on(sign_in, machines):
    page = sign_in("manager", f"/devices/{machines['new'].device_id}")
    view = shown(page)
    expect(view.get_by_text("about 5.0 d: 3 of 4 slots are estimates")).to_be_attached()

    def slot(product):
        return view.get_by_role("row").filter(has_text=product)

    expect(slot("Biscuits")).to_contain_text("≈ 3.00 a day")
    expect(slot("Biscuits").get_by_text(f"about 3.00 a day: {SIMILAR}")).to_be_attached()
    expect(slot("Crisps").get_by_text(f"about 4.00 a day: {FLEET}")).to_be_attached()
    expect(slot("Dates")).to_contain_text("unknown: Not known yet")
    view.get_by_text("What these are computed from").click()
    expect(view.get_by_text("3 of 4 slots are estimates, marked ≈")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "device-estimates")
    page = sign_in("manager", f"/devices/{machines['old'].device_id}")
    expect(shown(page).get_by_text("2.00 a day")).to_be_visible()
    expect(shown(page).get_by_text("≈")).to_have_count(0)


def test_the_planogram_tells_estimates_from_measurements(sign_in, machines):
    page = sign_in("manager", f"/devices/{machines['new'].device_id}/planogram?view=sales")
    view = shown(page)
    tile = view.get_by_role("gridcell").filter(has_text="Biscuits")
    expect(tile).to_contain_text("≈ 3.0")
    expect(tile.get_by_text(SIMILAR)).to_be_attached()
    screenshot(page, "planogram-estimates")
    tile.click()
    expect(view.get_by_text(f"Sells ≈ 3.0 a day. {SIMILAR}.")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "planogram-estimates-side")
    view.get_by_role("gridcell").filter(has_text="Dates").click()
    expect(view.get_by_text("What it sells a day is not known yet.")).to_be_visible()
    page = sign_in("manager", f"/devices/{machines['old'].device_id}/planogram?view=sales")
    shown(page).get_by_role("gridcell").filter(has_text="Biscuits").click()
    expect(shown(page).get_by_text("Sells 3.0 a day. Measured on this machine.")).to_be_visible()


def test_a_location_gets_its_kind_on_its_form(sign_in, office):
    name = make_location(office, name="Old mill")["name"]
    page = sign_in("manager", f"/locations?q={name.replace(' ', '%20')}")
    view = shown(page)
    row = view.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("unknown: No kind given")
    row.click()
    view.get_by_label("Kind").select_option("School or university")
    check_accessibility(page)
    screenshot(page, "location-kind-form")
    page.keyboard.press("Control+Enter")
    expect(row).to_contain_text("School or university")
    screenshot(page, "locations-kinds")
    row.click()
    expect(view.get_by_label("Kind")).to_have_value("education")


def test_a_visit_proposes_what_is_most_likely_missing_until_it_is_counted(sign_in, office):
    route = make_route(office)["id"]
    last = datetime.now(ZONE).replace(microsecond=0) - timedelta(days=5)
    counted_at = last - timedelta(days=2, hours=1)
    seller = make_seller(office, quantities=(20,), counted_at=counted_at, route_id=route)
    for day in (-2, -1, 0):
        seller.report(last + timedelta(days=day), A1=2)
    (slot,) = office.get(f"/api/cabinets/{seller.cabinet_id}/planogram").json["slots"]
    likely = slot["estimated_quantity"]
    assert likely < slot["quantity"]
    page = sign_in("manager", f"/cabinets/{seller.cabinet_id}/visit", phone=True)
    phone = shown(page)
    expect(phone.get_by_text(f"≈ {likely} of 20")).to_be_visible()
    expect(phone.get_by_text("0 of 1 slot entered")).to_be_visible()
    expect(phone.get_by_role("tab")).to_have_count(0)
    check_accessibility(page)
    screenshot(page, "visit-estimates")
    phone.get_by_role("button", name=f"Load {20 - likely} into A1").click()
    expect(phone.get_by_text("≈ 20 of 20")).to_be_visible()
    phone.get_by_role("button", name="Count or remove: A1").click()
    phone.get_by_label("Found in A1", exact=True).fill("3")
    expect(phone.get_by_role("button", name="Load 17 into A1")).to_be_visible()
    expect(phone.get_by_text("≈")).to_have_count(0)
