"""Arranging a cabinet: by mouse, finger and keyboard; saving it, also after somebody else."""

import itertools
import re

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.fleet import OVERPRICED
from tests.browser.holding import Held, LateAnswer, others_changed
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_device, make_planogram

assets = itertools.count(1)


@pytest.fixture
def device(office, fleet):
    """2 x 3 slots with Cola, Cola Zero, Orange soda … at 5 of 10, par 8."""
    made = make_device(office, asset=f"PG-{next(assets)}")
    products = [product["id"] for product in fleet.products[:6]]
    make_planogram(office, made["cabinets"][0]["id"], products=products)
    return made


@pytest.fixture
def open_planogram(sign_in, device):
    """The planogram of the device: the page, and the frame it is in."""

    def opened(part="manager", **options):
        page = sign_in(part, f"/devices/{device['id']}/planogram", **options)
        frame = shown(page)
        expect(frame.get_by_role("gridcell").first).to_be_visible()
        return page, frame

    return opened


def slots(person, device):
    return person.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json["slots"]


def tile(frame: FrameLocator | Page, code: str) -> Locator:
    return frame.get_by_role("gridcell", name=re.compile(f"^{code} "))


def drag(page: Page, source: Locator, target: Locator) -> None:
    source.scroll_into_view_if_needed()
    start, end = source.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 30, steps=4)
    page.mouse.up()


def save(frame) -> None:
    frame.get_by_role("button", name="Save", exact=True).click()
    expect(frame.locator("#save-bar")).to_be_hidden()


def test_a_product_is_dragged_onto_a_slot_and_saved(open_planogram, office, device):
    page, frame = open_planogram()
    frame.get_by_role("searchbox", name="Search products").fill("trail mix")
    expect(frame.locator(".product")).to_have_count(1)
    drag(page, frame.locator(".product", has_text="Trail mix 60 g"), tile(frame, "A2"))
    expect(tile(frame, "A2")).to_have_accessible_name(
        re.compile(r"A2 \$2\.10 Trail mix 60 g Stock unknown.* not saved")
    )
    expect(frame.get_by_text("1 slot changed, not saved")).to_be_visible()
    screenshot(page, "planogram-changed")
    save(frame)
    saved = slots(office, device)[1]
    assert (saved["product_name"], saved["quantity"], saved["par_level"]) == (
        "Trail mix 60 g",
        None,
        8,
    )


def test_two_slots_are_swapped_with_what_is_in_them(open_planogram, office, device):
    before = slots(office, device)
    page, frame = open_planogram()
    drag(page, tile(frame, "A1"), tile(frame, "B3"))
    save(frame)
    after = slots(office, device)
    assert (after[0]["product_id"], after[5]["product_id"]) == (
        before[5]["product_id"],
        before[0]["product_id"],
    )
    assert [slot["quantity"] for slot in after] == [5] * 6
    assert [slot["selection"] for slot in after] == [slot["selection"] for slot in before]


def test_undo_and_redo_go_back_and_forth(open_planogram):
    page, frame = open_planogram()
    drag(page, tile(frame, "A1"), tile(frame, "A2"))
    expect(tile(frame, "A1")).to_contain_text("Cola Zero")
    page.keyboard.press("Control+z")
    expect(tile(frame, "A1")).not_to_contain_text("Cola Zero")
    expect(frame.locator("#save-bar")).to_be_hidden()
    page.keyboard.press("Control+Shift+z")
    expect(tile(frame, "A1")).to_contain_text("Cola Zero")
    frame.get_by_role("button", name="Discard").click()
    expect(tile(frame, "A1")).not_to_contain_text("Cola Zero")


def test_everything_goes_by_keyboard(open_planogram, office, device):
    page, frame = open_planogram()
    tile(frame, "A1").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(frame.get_by_role("heading", name="2 slots")).to_be_visible()
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    page.keyboard.press("m")
    page.keyboard.type("2.25")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("mint")
    expect(frame.get_by_role("option", name=re.compile("Mint drops"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(tile(frame, "B3")).to_contain_text("Mint drops")
    page.keyboard.press("Control+s")
    expect(frame.locator("#save-bar")).to_be_hidden()
    after = slots(office, device)
    assert [(slot["par_level"], slot["price_cents"]) for slot in after[:3]] == [
        (8, 150),
        (6, 225),
        (6, 225),
    ]
    assert after[5]["product_name"] == "Mint drops 34 g"


def test_enter_takes_what_the_words_find_however_late_that_is_known(open_planogram):
    page, frame = open_planogram()
    held = Held(page, re.compile(r"/api/products\?.*q=mint"))
    tile(frame, "A1").focus()
    page.keyboard.press("Enter")
    expect(frame.get_by_role("option", name=re.compile("Mint drops"))).to_be_visible()
    with page.expect_request(re.compile(r"q=mint")):
        page.keyboard.type("mint")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(tile(frame, "A1")).to_contain_text("Cola 0.33 l")
    held.let_go()
    expect(tile(frame, "A1")).to_contain_text("Mint drops")


def test_what_cannot_be_saved_is_said_before_it_is_sent(open_planogram, office, device):
    _, frame = open_planogram()
    tile(frame, "A1").click()
    frame.get_by_label("Par", exact=True).fill("12")
    frame.get_by_label("Par", exact=True).press("Enter")
    frame.get_by_role("button", name="Save", exact=True).click()
    expect(frame.get_by_text("A1: par 12 is more than the 10 that fit.")).to_be_visible()
    assert slots(office, device)[0]["par_level"] == 8


def test_somebody_else_saved_first(open_planogram, office, device):
    page, frame = open_planogram()
    for code, par in (("A1", "7"), ("A2", "6")):
        tile(frame, code).click()
        frame.get_by_label("Par", exact=True).fill(par)
        frame.get_by_label("Par", exact=True).press("Enter")
    now = office.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json
    theirs = [
        {"id": now["slots"][0]["id"], "par_level": 3},
        {"id": now["slots"][1]["id"], "par_level": 4},
        {"id": now["slots"][2]["id"], "par_level": 5},
    ]
    path = f"/api/cabinets/{now['cabinet_id']}/planogram"
    assert office.put(path, json={"version": now["version"], "slots": theirs}).status == 200
    frame.get_by_role("button", name="Save", exact=True).click()
    dialog = frame.get_by_role("dialog", name="Somebody else saved this planogram")
    expect(dialog.get_by_role("row", name=re.compile("A1"))).to_contain_text("par 3")
    check_accessibility(page)
    screenshot(page, "planogram-conflict")
    dialog.get_by_role("row", name=re.compile("A2")).get_by_role("radio").first.check()
    dialog.get_by_role("button", name="Save with these choices").click()
    expect(frame.locator("#save-bar")).to_be_hidden()
    assert [slot["par_level"] for slot in slots(office, device)[:4]] == [7, 4, 5, 8]


def test_changes_to_other_slots_are_kept_without_a_question(open_planogram, office, device):
    _, frame = open_planogram()
    tile(frame, "A1").click()
    frame.get_by_label("Par", exact=True).fill("7")
    frame.get_by_label("Par", exact=True).press("Enter")
    now = office.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json
    path = f"/api/cabinets/{now['cabinet_id']}/planogram"
    change = {"id": now["slots"][4]["id"], "par_level": 2}
    office.put(path, json={"version": now["version"], "slots": [change]})
    save(frame)
    assert [slot["par_level"] for slot in slots(office, device)] == [7, 8, 8, 8, 2, 8]


def test_what_is_changed_here_outlasts_an_answer_that_was_asked_for_before(open_planogram, device):
    page, frame = open_planogram()
    late = LateAnswer(page, f"**/api/cabinets/{device['cabinets'][0]['id']}/planogram")
    others_changed(page, "stock")
    late.is_held()
    tile(frame, "A1").click()
    frame.get_by_label("Par", exact=True).fill("7")
    frame.get_by_label("Par", exact=True).press("Enter")
    late.let_go()
    expect(frame.get_by_text("1 slot changed, not saved")).to_be_visible()


def test_an_audit_proposes_the_price_of_the_machine(sign_in, fleet):
    page = sign_in("manager", f"/devices/{fleet.device(OVERPRICED)['id']}/planogram?view=price")
    frame = shown(page)
    expect(tile(frame, "A1")).to_contain_text("≠ $2.50")
    screenshot(page, "planogram-price")
    frame.get_by_role("button", name="From audit").click()
    frame.get_by_role("dialog").get_by_role("button", name="Propose").click()
    expect(frame.get_by_text("The audit changes 1 slot.")).to_be_visible()
    expect(tile(frame, "A1")).to_contain_text("$2.50")


def test_the_ledger_of_a_slot_is_beside_it(sign_in, fleet):
    page = sign_in("viewer", f"/devices/{fleet.device()['id']}/planogram")
    frame = shown(page)
    tile(frame, "A1").click()
    frame.get_by_text("Stock ledger").click()
    expect(frame.get_by_role("link", name="Sold").first).to_be_visible()
    expect(frame.get_by_text("Counted").first).to_be_visible()
    check_accessibility(page)


@pytest.mark.parametrize("part", ["viewer", "driver"])
def test_who_may_not_change_it_only_looks(sign_in, fleet, part):
    page = sign_in(part, f"/devices/{fleet.device()['id']}/planogram", alone=True)
    frame = shown(page)
    tile(frame, "A1").click()
    expect(frame.get_by_role("heading", name="Slot A1")).to_be_visible()
    for control in ("Save", "From audit", "Undo", "Empty"):
        expect(frame.get_by_role("button", name=control)).to_have_count(0)
    expect(frame.get_by_label("Par", exact=True)).to_have_count(0)


def test_ten_columns_fit_a_desktop_without_clipping(sign_in, office, fleet):
    device = make_device(office, asset="PG-WIDE", rows=6, columns=10)
    products = [fleet.products[n % 20]["id"] for n in range(60)]
    make_planogram(office, device["cabinets"][0]["id"], products=products, capacity=12)
    page = sign_in("manager", f"/devices/{device['id']}/planogram")
    frame = shown(page)
    expect(frame.get_by_role("gridcell")).to_have_count(60)
    clipped = frame.locator("body").evaluate(
        """() => [...document.querySelectorAll('.tile, .tile-top, .tile-foot, .cabinet-scroll')]
            .filter((each) => each.scrollWidth > each.clientWidth + 1).length"""
    )
    assert clipped == 0
    check_accessibility(page)
    screenshot(page, "planogram")


def test_on_a_phone_it_works_by_tap(open_planogram, office, device):
    page, frame = open_planogram(phone=True)
    tile(frame, "A1").tap()
    frame.get_by_label("Counted now").fill("2")
    frame.get_by_label("Counted now").press("Enter")
    screenshot(page, "planogram-slot")
    frame.get_by_role("button", name="Swap with…").tap()
    tile(frame, "A2").tap()
    expect(tile(frame, "A2")).to_contain_text("2/10")
    frame.get_by_role("button", name="Close").tap()
    frame.get_by_role("button", name="Products").tap()
    frame.locator(".product", has_text="Oat cookie").tap()
    tile(frame, "B1").tap()
    frame.get_by_role("button", name="Done").tap()
    save(frame)
    after = slots(office, device)
    assert [slot["quantity"] for slot in after[:2]] == [5, 2]
    assert after[3]["product_name"] == "Oat cookie 35 g"
