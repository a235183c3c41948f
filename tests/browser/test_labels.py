"""Labels with codes: chosen, laid out, printed, scanned, and followed after signing in."""

import io
import re

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_location, make_route
from tests.kit.people import PASSWORD

POINTS_A_MM = 72 / 25.4


def scanned(frame):
    """What a reader that others wrote finds on the first sheet."""
    picture = Image.open(io.BytesIO(frame.locator(".paper").first.screenshot()))
    return {found.text for found in zxingcpp.read_barcodes(picture)}


def test_each_code_says_the_address_of_its_machine(sign_in, office):
    route = make_route(office)
    devices = [make_device(office, route_id=route["id"], name="Ground floor") for _ in range(5)]
    page = sign_in("manager", f"/labels?route_id={route['id']}")
    frame = shown(page)
    expect(frame.get_by_role("status")).to_have_text("5 labels on 1 sheet")
    origin = page.evaluate("location.origin")
    assert scanned(frame) == {f"{origin}/#/devices/{device['id']}" for device in devices}
    expect(frame.get_by_text("which no phone can open")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "labels")


def test_picked_machines_get_labels_and_a_used_sheet_is_gone_on_with(sign_in, office):
    location = make_location(office, name="Quiet corner")
    for name in ("Left", "Middle", "Right"):
        make_device(office, location_id=location["id"], name=name)
    page = sign_in("manager", f"/devices?location_id={location['id']}")
    rows = shown(page).get_by_role("row").filter(has_text=re.compile("Left|Right"))
    expect(rows).to_have_count(2)
    for row in rows.all():
        row.get_by_role("checkbox").check()
    shown(page).get_by_role("button", name="Labels").click()
    frame = shown(page)
    expect(frame.get_by_role("status")).to_have_text("2 labels on 1 sheet")
    frame.get_by_role("tab", name="Cabinets").click()
    expect(frame.get_by_text("Cabinet 1")).to_have_count(2)
    frame.get_by_role("tab", name="Devices").click()
    expect(frame.get_by_text("Cabinet 1")).to_have_count(0)
    expect(frame.get_by_role("status")).to_have_text("2 labels on 1 sheet")
    frame.get_by_label("Begin at label").fill("24")
    expect(frame.get_by_role("status")).to_have_text("2 labels on 2 sheets")
    frame.get_by_label("Print on").select_option(value="roll-62")
    expect(frame.get_by_role("status")).to_have_text("2 labels")
    expect(frame.get_by_label("Begin at label")).to_be_hidden()
    frame.get_by_role("button", name="Show all").click()
    expect(frame.get_by_text("Middle")).to_be_visible()


def test_it_prints_on_paper_of_the_size_of_the_stock(sign_in, office):
    device = make_device(office)
    page = sign_in("manager", f"/labels?ids={device['id']}&stock=roll-62", alone=True)
    expect(page.get_by_role("status")).to_have_text("1 label")
    made = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    sizes = {tuple(round(float(length) / POINTS_A_MM) for length in box) for box in boxes}
    assert (len(boxes), sizes) == (1, {(62, 29)})


def test_who_scans_a_code_signs_in_and_comes_to_the_machine(alone):
    person, page = alone("admin")
    device = make_device(person, asset="T-77")
    address = person.get("/api/labels?noun=device").json["items"][0]["url"]
    page.context.clear_cookies()
    page.goto(address[address.index("/#") :])
    page.get_by_label("Username").fill("lone-admin")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(shown(page).get_by_role("heading", name="T-77")).to_be_visible()
    assert page.url.endswith(f"/#/devices/{device['id']}")


def test_without_machines_it_says_what_labels_are_for(alone):
    _, page = alone("manager")
    page.goto("/#/labels")
    expect(shown(page).get_by_role("heading", name="No devices yet")).to_be_visible()
    screenshot(page, "labels-none")
