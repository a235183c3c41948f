"""Locations, routes and types: kept by managers, looked at by everybody else."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_cabinet_type, make_device_type


def test_a_location_is_created_changed_and_archived_with_undo(sign_in):
    page = sign_in("manager", "/locations")
    frame = shown(page)
    frame.get_by_role("button", name="New location").click()
    dialog = frame.get_by_role("dialog", name="New location")
    dialog.get_by_label("Name").fill("Riverside Clinic")
    dialog.get_by_label("Address").fill("5 Quay")
    latitude = dialog.get_by_label("Latitude")
    latitude.evaluate(
        """(input) => {
            const data = new DataTransfer();
            data.setData("text", "52.5200, 13.4050");
            input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
        }"""
    )
    expect(dialog.get_by_label("Longitude")).to_have_value("13.4050")
    dialog.get_by_role("button", name="Create location").click()
    row = frame.get_by_role("row", name=re.compile("Riverside Clinic"))
    expect(row).to_contain_text("52.5200, 13.4050")
    screenshot(page, "locations")
    check_accessibility(page)

    row.get_by_text("Riverside Clinic").click()
    frame.get_by_role("dialog").get_by_label("Notes").fill("Ring twice")
    frame.get_by_role("button", name="Save changes").click()
    expect(row).to_contain_text("Ring twice")
    row.get_by_text("Riverside Clinic").click()
    frame.get_by_role("button", name="Archive", exact=True).click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()


def test_a_name_that_is_only_blanks_is_refused_at_its_field(sign_in):
    page = sign_in("manager", "/locations", alone=True)
    frame = shown(page)
    frame.get_by_role("button", name="New location").click()
    dialog = frame.get_by_role("dialog")
    dialog.get_by_label("Name").fill("   ")
    dialog.get_by_role("button", name="Create location").click()
    expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")


def test_a_route_gets_a_driver_and_leads_to_its_board(sign_in):
    page = sign_in("manager", "/routes")
    frame = shown(page)
    expect(frame.get_by_role("row", name=re.compile("West"))).to_be_visible()
    page.keyboard.press("n")
    dialog = frame.get_by_role("dialog", name="New route")
    dialog.get_by_label("Name").fill("East")
    driver = dialog.get_by_role("combobox")
    driver.fill("dora")
    driver.press("Enter")
    expect(driver).to_have_value("dora")
    dialog.get_by_role("button", name="Create route").click()
    row = frame.get_by_role("row", name=re.compile("East"))
    expect(row).to_contain_text("dora")
    expect(row).to_contain_text("0 devices")
    screenshot(page, "routes")
    check_accessibility(page)
    row.get_by_role("link", name="East", exact=True).click()
    expect(page).to_have_url(re.compile(r"#/route-board/\d+"))


def test_a_cabinet_type_is_seen_before_it_is_created(sign_in):
    page = sign_in("manager", "/types")
    frame = shown(page)
    frame.get_by_role("button", name="New cabinet type").click()
    dialog = frame.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Lanes 5 x 9")
    dialog.get_by_role("spinbutton", name="Rows").fill("5")
    dialog.get_by_role("spinbutton", name="Columns").fill("9")
    expect(dialog.get_by_text("45 slots, labelled A1 to E9")).to_be_visible()
    dialog.get_by_role("button", name="Create cabinet type").click()
    expect(frame.get_by_role("row", name=re.compile("Lanes 5 x 9"))).to_contain_text("45 slots")
    screenshot(page, "types")
    check_accessibility(page)


def test_a_type_is_renamed_and_who_is_second_is_told(sign_in, office):
    make_cabinet_type(office, name="Lanes 4 x 9", rows=4, columns=9)
    kind = make_device_type(office, name="Sandwich tower", max_cabinets=2)
    page = sign_in("manager", "/types")
    frame = shown(page)
    frame.get_by_role("button", name="Edit Lanes 4 x 9").click()
    dialog = frame.get_by_role("dialog")
    expect(dialog.get_by_text("Its 4 rows of 9 stay")).to_be_visible()
    dialog.get_by_label("Name").fill("Wide lanes")
    dialog.get_by_role("button", name="Save changes").click()
    expect(frame.get_by_role("row", name=re.compile("Wide lanes"))).to_contain_text("36 slots")
    expect(frame.get_by_role("grid", name="Cabinet types")).to_be_focused()

    frame.get_by_role("button", name="Edit Sandwich tower").click()
    office.patch(f"/api/device-types/{kind['id']}", json={"version": 1, "max_cabinets": 3})
    dialog.get_by_label("Name").fill("Sandwich carousel")
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Cabinets: now up to three.")
    screenshot(page, "types-conflict")
    check_accessibility(page)
    dialog.get_by_role("button", name="Save changes").click()
    row = frame.get_by_role("row", name=re.compile("Sandwich carousel"))
    expect(row).to_contain_text("up to 2")


@pytest.mark.parametrize("path", ["products", "locations", "routes", "devices"])
def test_every_heading_that_sorts_may_be_clicked_twice(sign_in, path):
    page = sign_in("admin", f"/{path}", alone=True)
    frame = shown(page)
    expect(frame.locator("tbody tr[data-index]").first).to_be_visible()
    headings = frame.locator("thead th button")
    assert headings.count()
    for number in range(headings.count()):
        for _ in range(2):
            with page.expect_response(re.compile(rf"/api/{path}\?")) as answer:
                headings.nth(number).click()
            assert answer.value.status == 200, answer.value.url


@pytest.mark.parametrize("path", ["/locations", "/routes", "/types"])
def test_a_viewer_sees_everything_and_changes_nothing(sign_in, path):
    page = sign_in("viewer", path, alone=True)
    frame = shown(page)
    expect(frame.get_by_role("row").nth(1)).to_be_visible()
    expect(frame.get_by_role("button", name=re.compile("^New|Edit"))).to_have_count(0)


def test_a_driver_sees_only_the_routes_that_are_theirs(sign_in, fleet):
    page = sign_in("driver", "/routes", phone=True)
    frame = shown(page)
    expect(frame.get_by_text("North")).to_be_visible()
    expect(frame.get_by_text("South")).to_have_count(0)
    check_accessibility(page)
