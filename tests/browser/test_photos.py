"""Photos on the pages of a device, a product and a visit: added, seen, removed and brought back."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_planogram, make_product, make_route
from tests.kit.stops import make_stop, order

COLOURS = ("#7a4b2a", "#2a6f7a", "#5d7a2a", "#7a2a55")
PASTE = """([name, bytes]) => {
    const held = new DataTransfer();
    held.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
    const how = { clipboardData: held, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new ClipboardEvent("paste", how));
}"""
DROP = """(element, [name, bytes]) => {
    const held = new DataTransfer();
    held.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
    const how = { dataTransfer: held, bubbles: true, cancelable: true };
    element.dispatchEvent(new DragEvent("drop", how));
}"""


def picture(number=0, size=(640, 480)):
    """A machine in a hall, as somebody would take it, as a file of a picker."""
    image = Image.new("RGB", size, "#d8d3c8")
    width, height = size
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 0.8, width, height), fill="#8f8a80")
    left = width * (0.2 + 0.12 * number)
    draw.rectangle((left, height * 0.1, left + width * 0.35, height * 0.88), fill=COLOURS[number])
    for row in range(5):
        top = height * (0.15 + 0.12 * row)
        draw.rectangle(
            (left + width * 0.03, top, left + width * 0.25, top + height * 0.09), fill="#f3efe2"
        )
    target = io.BytesIO()
    image.save(target, "PNG")
    return {"name": f"photo-{number}.png", "mimeType": "image/png", "buffer": target.getvalue()}


def choose(frame, *files):
    with frame.owner.page.expect_file_chooser() as asked:
        frame.get_by_role("button", name="Add photos").click()
    asked.value.set_files(list(files))


@pytest.fixture
def device(office):
    return make_device(office, name="Machine with photos")


def test_photos_are_added_seen_removed_and_brought_back(sign_in, device):
    page = sign_in("manager", f"/devices/{device['id']}?tab=photos")
    frame = shown(page)
    expect(frame.get_by_text("Photos show whoever comes next")).to_be_visible()
    screenshot(page, "photos-none")
    check_accessibility(page)
    choose(frame, picture(0), picture(1), picture(2))
    photos = frame.get_by_role("button", name=f"Photo of {device['asset']}")
    expect(photos).to_have_count(3)
    expect(frame.get_by_text("Sending")).to_have_count(0)
    screenshot(page, "photos")
    check_accessibility(page)
    photos.first.click()
    dialog = frame.get_by_role("dialog")
    expect(dialog.get_by_text("1 of 3")).to_be_visible()
    expect(dialog.get_by_role("img", name="by max")).to_be_visible()
    screenshot(page, "photo-view")
    check_accessibility(page)
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog.get_by_text("1 of 2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(photos).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(photos).to_have_count(3)


def test_photos_are_looked_through_and_removed_by_keyboard(sign_in, device):
    page = sign_in("manager", f"/devices/{device['id']}?tab=photos")
    frame = shown(page)
    choose(frame, picture(0), picture(1))
    photos = frame.get_by_role("button", name=f"Photo of {device['asset']}")
    expect(photos).to_have_count(2)
    hands = Keyboard(page)
    photos.first.focus()
    hands.press("Enter")
    dialog = frame.get_by_role("dialog")
    expect(dialog.get_by_text("1 of 2")).to_be_visible()
    hands.press("ArrowRight")
    expect(dialog.get_by_text("2 of 2")).to_be_visible()
    hands.press("ArrowRight")
    expect(dialog.get_by_text("1 of 2")).to_be_visible()
    hands.press("Delete")
    expect(photos).to_have_count(1)
    hands.press("Delete")
    expect(dialog).to_have_count(0)
    expect(photos).to_have_count(0)
    hands.is_at(frame.get_by_role("button", name="Add photos"))


def test_a_photo_is_dropped_and_pasted(sign_in, device):
    page = sign_in("manager", f"/devices/{device['id']}?tab=photos", alone=True)
    frame = shown(page)
    expect(frame.get_by_text("Photos show whoever comes next")).to_be_visible()
    dropped, pasted = picture(0), picture(1)
    frame.locator("cvd-photos").evaluate(DROP, [dropped["name"], [*dropped["buffer"]]])
    photos = frame.get_by_role("button", name=f"Photo of {device['asset']}")
    expect(photos).to_have_count(1)
    frame.locator("body").evaluate(
        f"(body, sent) => ({PASTE})(sent)", [pasted["name"], [*pasted["buffer"]]]
    )
    expect(photos).to_have_count(2)


def test_a_file_that_is_no_photo_says_so_and_is_put_away(sign_in, device):
    page = sign_in("manager", f"/devices/{device['id']}?tab=photos")
    frame = shown(page)
    hostile = {
        "name": "<img src=x onerror=alert(1)>.png",
        "mimeType": "image/png",
        "buffer": b"GIF89a<script>alert(1)</script>",
    }
    choose(frame, hostile, picture(0))
    expect(
        frame.get_by_text("is no photo that can be read: send a JPEG, PNG or WebP.").first
    ).to_be_visible()
    expect(frame.get_by_role("button", name=f"Photo of {device['asset']}")).to_have_count(1)
    screenshot(page, "photos-refused")
    check_accessibility(page)
    frame.get_by_role("button", name="Put away").click()
    expect(frame.locator("cvd-photos .upload")).to_have_count(0)


def test_a_photo_that_is_too_large_is_made_smaller_before_it_is_sent(sign_in, device, office):
    page = sign_in("manager", f"/devices/{device['id']}?tab=photos")
    frame = shown(page)
    choose(frame, picture(0, (7000, 4500)))
    expect(frame.get_by_role("button", name=f"Photo of {device['asset']}")).to_have_count(1)
    asked = {"noun": "device", "noun_id": device["id"]}
    photo = office.get("/api/files", query_string=asked).json["items"][0]
    assert photo["width"] * photo["height"] <= 12_000_000
    assert photo["name"] == "photo-0.jpg"


def test_a_photo_without_a_connection_is_kept_over_a_reload_and_sent(sign_in, device):
    page = sign_in("manager", f"/devices/{device['id']}?tab=photos")
    frame = shown(page)
    expect(frame.get_by_text("Photos show whoever comes next")).to_be_visible()
    page.route("**/api/files", lambda route: route.abort())
    choose(frame, picture(0))
    expect(frame.get_by_text("No connection. It is kept on this device")).to_be_visible()
    screenshot(page, "photos-away")
    check_accessibility(page)
    page.unroute("**/api/files")
    page.reload()
    expect(frame.get_by_role("button", name=f"Photo of {device['asset']}")).to_have_count(1)


def test_another_tab_shows_a_new_photo(sign_in, device):
    page = sign_in("manager", f"/devices/{device['id']}?tab=photos")
    expect(shown(page).get_by_text("Photos show whoever comes next")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"/#/devices/{device['id']}?tab=photos")
    choose(shown(other), picture(0))
    expect(shown(page).get_by_role("button", name=f"Photo of {device['asset']}")).to_have_count(1)


def test_a_viewer_sees_the_photos_of_a_product_and_adds_none(sign_in, office):
    product = make_product(office, name="Elderflower 330 ml")
    looking = sign_in("viewer", f"/products/{product['id']}")
    viewer = shown(looking)
    expect(viewer.get_by_role("heading", name="Where it is")).to_be_visible()
    expect(viewer.get_by_role("heading", name="Photos")).to_be_hidden()
    page = sign_in("manager", f"/products/{product['id']}")
    screenshot(page, "product-no-photo")
    choose(shown(page), picture(3))
    photos = shown(page).get_by_role("button", name="Photo of Elderflower 330 ml")
    expect(photos).to_have_count(1)
    screenshot(page, "product-photo")
    check_accessibility(page)
    looking.reload()
    viewer.get_by_role("button", name="Photo of Elderflower 330 ml").click()
    expect(viewer.get_by_role("dialog")).to_be_visible()
    expect(viewer.get_by_role("button", name="Remove")).to_have_count(0)
    expect(viewer.get_by_role("button", name="Add photos")).to_have_count(0)


def test_a_photo_taken_during_a_visit_is_sent_once_it_is_recorded(sign_in, office):
    drivers = {one["username"]: one["id"] for one in office.get("/api/drivers").json["items"]}
    route = make_route(office, driver_id=drivers["dora"])
    stop = make_stop(office, route["id"], quantities=(3,))
    made = order(office, route["id"], stop)
    page = sign_in("driver", f"/service-orders/{made['id']}/visits/{stop.cabinet_id}", phone=True)
    phone = shown(page)
    with page.expect_file_chooser() as asked:
        phone.get_by_role("button", name="Take a photo").click()
    asked.value.set_files(picture(1))
    expect(phone.get_by_text("Kept here, and sent with the visit")).to_be_visible()
    screenshot(page, "visit-photo-waits")
    page.reload()
    expect(phone.get_by_text("Kept here, and sent with the visit")).to_be_visible()
    check_accessibility(page)
    phone.get_by_role("button", name="All as planned").click()
    phone.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="Record visit").click()
    expect(phone.get_by_text("7 units loaded")).to_be_visible()
    expect(phone.get_by_role("button", name=re.compile("^Photo of"))).to_have_count(1)
    screenshot(page, "visit-photo")
    check_accessibility(page)
    office_page = sign_in("manager", f"/service-orders/{made['id']}")
    shown(office_page).get_by_role("button", name="Photos").click()
    dialog = shown(office_page).get_by_role("dialog")
    expect(dialog.get_by_role("button", name=re.compile("^Photo of"))).to_have_count(1)
    screenshot(office_page, "order-photos")
    check_accessibility(office_page)


def test_a_slot_shows_what_its_product_looks_like(sign_in, office):
    product = make_product(office, name="Cola with a photo")
    other = make_product(office, name="Water without a photo")
    file = picture(1)
    form = {
        "noun": "product",
        "noun_id": str(product["id"]),
        "file": (io.BytesIO(file["buffer"]), file["name"]),
    }
    assert office.post("/api/files", data=form).status == 201
    device = make_device(office, rows=1, columns=2)
    cabinet_id = device["cabinets"][0]["id"]
    make_planogram(office, cabinet_id, products=[product["id"], other["id"]])
    page = sign_in("manager", "/products")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/#/devices/{device['id']}/planogram")
    slots = shown(page).get_by_role("gridcell")
    expect(slots.first).to_be_visible()
    # Nothing of it is asked for before somebody looks at a slot.
    assert [url for url in asked if "/api/files" in url] == []
    photo = shown(page).get_by_role("img", name="Photo of Cola with a photo")
    slots.first.click()
    expect(photo).to_be_visible()
    assert photo.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    screenshot(page, "planogram-product-photo")
    check_accessibility(page)
    slots.nth(1).click()
    expect(photo).to_have_count(0)
    slots.first.click()
    expect(photo).to_be_visible()
    assert len([url for url in asked if "noun=product" in url]) == 2
