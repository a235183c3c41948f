"""Devices: finding one among many, making and changing one, and all that is known about it."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import FilePayload, expect

import clock
from tests.browser.fleet import ZONE, noon
from tests.browser.holding import Held, LateAnswer, others_changed
from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import (
    make_device,
    make_device_type,
    make_machine,
    make_planogram,
    make_route,
    make_stocked_device,
)
from tests.kit.sellers import make_seller


def rows(page):
    return shown(page).locator("tbody tr[data-index]")


def test_devices_are_found_by_words_and_the_address_keeps_it(sign_in):
    page = sign_in("manager", "/devices")
    expect(rows(page).first).to_be_visible()
    check_accessibility(page)
    screenshot(page, "devices")
    shown(page).get_by_role("searchbox").fill("hospital")
    expect(rows(page).filter(has_text="T-1000")).to_have_count(0)
    expect(rows(page).filter(has_text="City hospital").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=hospital"))
    page.reload()
    expect(shown(page).get_by_role("searchbox")).to_have_value("hospital")
    expect(rows(page).filter(has_text="T-1000")).to_have_count(0)


def test_devices_are_narrowed_to_a_route_and_a_location(sign_in, fleet):
    north = fleet.routes["North"]["id"]
    page = sign_in("manager", f"/devices?route_id={north}", alone=True)
    expect(rows(page).filter(has_text="T-1003")).to_be_visible()
    expect(rows(page).filter(has_text="T-1001")).to_have_count(0)
    place = shown(page).get_by_role("combobox", name="Location")
    place.fill("Station")
    shown(page).get_by_role("option", name="Station, platform 2").click()
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"location_id=\d+"))
    shown(page).get_by_role("button", name="Clear").click()
    expect(rows(page).filter(has_text="T-1007")).to_be_visible()


def test_the_worst_come_first_when_sorted_by_need(sign_in, office):
    page = sign_in("manager", "/devices", alone=True)
    shown(page).get_by_role("button", name="Sold out").click()
    worst = office.get("/api/devices?sort=need&limit=1").json["items"][0]["asset"]
    expect(rows(page).first).to_contain_text(worst)
    expect(page).to_have_url(re.compile("sort=need"))


def test_the_keyboard_opens_a_device_and_back_returns(sign_in):
    page = sign_in("manager", "/devices?q=T-10")
    expect(rows(page).first).to_be_visible()
    shown(page).get_by_role("grid").focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(shown(page).get_by_role("heading", name="T-1001", level=1)).to_be_visible()
    page.go_back()
    expect(shown(page).get_by_role("heading", name="Devices", level=1)).to_be_visible()


def choose(page, name, text, option):
    form = shown(page).get_by_role("dialog").last
    form.get_by_role("combobox", name=name, exact=True).fill(text)
    form.get_by_role("option", name=option).click()


def test_a_device_is_made_with_a_type_and_a_cabinet_of_its_own(sign_in):
    page = sign_in("manager", "/devices")
    shown(page).get_by_role("button", name="New device").click()
    shown(page).get_by_label("Asset number").fill("B-1")
    choose(page, "Type", "Glass front", "Create “Glass front”")
    shown(page).get_by_role("button", name="Create type").click()
    expect(shown(page).get_by_role("combobox", name="Type")).to_have_value("Glass front")
    choose(page, "Cabinet 1", "Spirals 5 x 8", "Create “Spirals 5 x 8”")
    shown(page).get_by_label("Rows").fill("5")
    shown(page).get_by_role("spinbutton", name="Columns").fill("8")
    shown(page).get_by_role("button", name="Create type").click()
    expect(shown(page).get_by_role("combobox", name="Cabinet 1")).to_have_value("Spirals 5 x 8")
    shown(page).get_by_role("button", name="Create device").click()
    expect(shown(page).get_by_role("heading", name="B-1", level=1)).to_be_visible()
    expect(shown(page).get_by_text(re.compile("^5 . 8"))).to_be_visible()
    expect(shown(page).get_by_role("link", name="Arrange products")).to_be_visible()


def test_an_asset_that_is_taken_loses_nothing_typed(sign_in):
    page = sign_in("manager", "/devices", alone=True)
    shown(page).get_by_role("button", name="New device").click()
    shown(page).get_by_label("Asset number").fill("T-1000")
    shown(page).get_by_label("Name").fill("Second hall")
    choose(page, "Type", "Combi", "Combi")
    shown(page).get_by_role("button", name="Create device").click()
    expect(shown(page).get_by_role("alert")).to_contain_text("T-1000 already")
    expect(shown(page).get_by_label("Name")).to_have_value("Second hall")


def test_devices_are_moved_to_a_route_and_back(sign_in, office):
    was, new = make_route(office), make_route(office)
    device = make_device(office, asset="MOVE-1", route_id=was["id"])
    page = sign_in("manager", "/devices?q=MOVE-1", alone=True)
    rows(page).first.get_by_role("checkbox").click()
    shown(page).get_by_role("button", name="Move to a route").click()
    choose(page, "Route", new["name"], re.compile(new["name"]))
    shown(page).get_by_role("button", name="Move", exact=True).click()
    expect(rows(page).first).to_contain_text(new["name"])
    page.get_by_role("button", name="Undo").click()
    expect(rows(page).first).to_contain_text(was["name"])
    assert office.get(f"/api/devices/{device['id']}").json["route_id"] == was["id"]


def test_an_admin_archives_a_device_and_takes_it_back(sign_in, office):
    device = make_device(office, asset="OLD-1")
    page = sign_in("admin", f"/devices/{device['id']}", alone=True)
    shown(page).get_by_role("button", name="More about this device").click()
    shown(page).get_by_role("menuitem", name="Archive").click()
    expect(shown(page).get_by_text("Archived", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(shown(page).get_by_text("Archived", exact=True)).to_have_count(0)
    assert office.get(f"/api/devices/{device['id']}").json["archived_at"] is None


def test_a_manager_archives_nothing(sign_in, fleet):
    page = sign_in("manager", f"/devices/{fleet.device()['id']}", alone=True)
    shown(page).get_by_role("button", name="More about this device").click()
    expect(shown(page).get_by_role("menuitem", name="Add a cabinet")).to_be_visible()
    expect(shown(page).get_by_role("menuitem", name="Archive")).to_have_count(0)


def test_a_device_shows_its_figures_and_what_they_come_from(sign_in, office, fleet):
    device = fleet.device("T-1003")
    figures = office.get(f"/api/devices/{device['id']}/metrics").json
    page = sign_in("manager", f"/devices/{device['id']}")
    facts = shown(page).locator(".facts")
    expect(facts).to_contain_text(f"{figures['sold_out_slots']} of {len(figures['slots'])} slots")
    expect(facts).to_contain_text(f"{figures['units_to_par']} units")
    check_accessibility(page)
    screenshot(page, "device-overview")
    shown(page).get_by_text("What these are computed from").click()
    stock = sum(slot["quantity"] for slot in figures["slots"])
    par = sum(slot["par_level"] for slot in figures["slots"])
    expect(shown(page).get_by_text(f"{stock} units in stock ÷ {par} at par")).to_be_visible()


def test_a_slot_opens_its_ledger(sign_in, fleet):
    page = sign_in("manager", f"/devices/{fleet.device('T-1003')['id']}", alone=True)
    rows(page).first.locator("td").nth(1).click()
    ledger = shown(page).get_by_role("dialog")
    expect(ledger.get_by_text("Sold", exact=True).first).to_be_visible()
    expect(ledger.get_by_text("Set in the planogram").first).to_be_visible()


def test_a_known_audit_is_said_to_be_known_and_seen_again(sign_in, office, fleet):
    device = fleet.device("T-1004")
    read = office.get(f"/api/dex-reads?device_id={device['id']}&limit=1").json["items"][0]
    content = office.get(f"/api/dex-reads/{read['id']}/raw").body
    page = sign_in("manager", f"/devices/{device['id']}?tab=reads")
    expect(rows(page).first).to_be_visible()
    audit: FilePayload = {"name": "again.dex", "mimeType": "text/plain", "buffer": content}
    shown(page).locator("cvd-drop input[type=file]").set_input_files(audit)
    expect(shown(page).locator("#uploads")).to_contain_text("known already, seen again now")
    expect(rows(page).first.locator("td").nth(5)).to_contain_text(re.compile("now|sec"))
    check_accessibility(page)
    screenshot(page, "device-reads")
    page.set_viewport_size({"width": 390, "height": 844})
    seen = rows(page).first.locator("td").nth(5)
    expect(seen).to_be_visible()
    expect(seen).to_have_text(re.compile("seen (now|.* sec)"))


def test_an_audit_uploaded_at_the_device_shows_in_its_figures(sign_in, office):
    device = make_device(office, asset="UP-1")
    # An hour ago: a quick page is done within the second of a count made now, and what is
    # sold in the second of a count was sold before it.
    counted_at = clock.later(clock.now(), minutes=-60)
    make_planogram(office, device["cabinets"][0]["id"], as_of=counted_at)
    machine = make_machine(device)
    page = sign_in("manager", f"/devices/{device['id']}", alone=True)
    last_read = shown(page).locator(".facts > div").filter(has_text="Last audit")
    expect(last_read).to_contain_text("No audit has come in")
    shown(page).get_by_role("tab", name="Audits").click()
    earlier = datetime.now(ZONE).replace(tzinfo=None) - timedelta(minutes=2)
    for minute, said in enumerate(("the first one", "3 units, $4.50")):
        audit: FilePayload = {
            "name": "up.dex",
            "mimeType": "text/plain",
            "buffer": machine.audit(earlier + timedelta(minutes=minute)),
        }
        shown(page).locator("cvd-drop input[type=file]").set_input_files(audit)
        expect(shown(page).locator("#uploads li").first).to_contain_text(said)
        machine.sell("A1", 3)
    expect(shown(page).locator("#reads tbody tr[data-index]")).to_have_count(2)
    shown(page).get_by_role("tab", name="Overview").click()
    expect(last_read).not_to_contain_text("No audit has come in")
    expect(shown(page).locator(".facts")).to_contain_text("21 units")


def test_figures_that_were_asked_for_earlier_do_not_stay(sign_in, office):
    device = make_stocked_device(office, asset="LATE-1")
    page = sign_in("manager", f"/devices/{device['id']}", alone=True)
    facts = shown(page).locator(".facts")
    expect(facts).to_contain_text("18 units")
    late = LateAnswer(page, f"**/api/devices/{device['id']}/metrics")
    others_changed(page, "stock")
    late.is_held()
    make_planogram(office, device["cabinets"][0]["id"], quantity=4)
    others_changed(page, "stock")
    late.let_go()
    expect(facts).to_contain_text("24 units")


def test_the_first_audit_at_the_device_asks_what_was_in_the_slots(sign_in, office):
    device = make_device(office, asset="FIRST-1")
    cabinet_id = device["cabinets"][0]["id"]
    make_planogram(office, cabinet_id, quantity=None, as_of="2020-01-01T00:00:00Z")
    machine = make_machine(device)
    older = machine.audit(noon(2))
    machine.sell("A1", 4)
    page = sign_in("manager", f"/devices/{device['id']}?tab=reads")
    audits: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": content}
        for name, content in (("newer.dex", machine.audit(noon(1))), ("older.dex", older))
    ]
    shown(page).locator("cvd-drop input[type=file]").set_input_files(audits)
    told = shown(page).locator("#uploads li")
    expect(told.first).to_contain_text("the first one. Its counters stand at 0 units")
    expect(told.last).to_contain_text("4 units, $6.00")
    question = told.get_by_role("group", name="Stock at the time of this audit")
    expect(question).to_contain_text("How much was in the 6 slots")
    check_accessibility(page)
    screenshot(page, "device-first-audit")
    question.get_by_role("button", name="At par").click()
    expect(question.get_by_text("6 slots counted as of this audit")).to_be_visible()
    planogram = office.get(f"/api/cabinets/{cabinet_id}/planogram").json
    assert [slot["quantity"] for slot in planogram["slots"]] == [4, 8, 8, 8, 8, 8]
    expect(shown(page).get_by_text("Stock unknown")).to_have_count(0)


def test_a_change_by_somebody_else_is_said_before_it_is_replaced(sign_in, office):
    device = make_device(office, asset="TWO-1", name="Hall")
    page = sign_in("manager", f"/devices/{device['id']}", alone=True)
    shown(page).get_by_role("button", name="Edit").click()
    changed = office.patch(
        f"/api/devices/{device['id']}", json={"version": device["version"], "serial": "S-99"}
    )
    assert changed.status == 200
    shown(page).get_by_label("Name", exact=True).fill("Entrance")
    shown(page).get_by_role("button", name="Save changes").click()
    expect(shown(page).get_by_role("alert")).to_contain_text("Serial number is now S-99")
    shown(page).get_by_role("button", name="Save changes").click()
    expect(shown(page).locator("#place")).to_contain_text("Entrance")


def test_a_cabinet_is_added_and_removed(sign_in, office):
    device = make_stocked_device(office, asset="CAB-1")
    page = sign_in("manager", f"/devices/{device['id']}", alone=True)
    shown(page).get_by_role("button", name="More about this device").click()
    shown(page).get_by_role("menuitem", name="Add a cabinet").click()
    choose(page, "Cabinet type", "Spirals 4", re.compile("Spirals 4 x 6"))
    shown(page).get_by_role("button", name="Add cabinet").click()
    expect(shown(page).get_by_role("heading", name="Cabinet 2")).to_be_visible()
    shown(page).get_by_role("button", name="More about cabinet 2").click()
    shown(page).get_by_role("menuitem", name="Remove cabinet").click()
    shown(page).get_by_role("button", name="Remove cabinet").click()
    expect(shown(page).get_by_role("heading", name="Cabinet 2")).to_have_count(0)


def test_tabs_are_in_the_address(sign_in, office, fleet):
    device = fleet.device()
    page = sign_in("manager", f"/devices/{device['id']}")
    for tab, name in (("orders", "Orders"), ("sales", "Sales"), ("changes", "Changes")):
        shown(page).get_by_role("tab", name=name).click()
        expect(page).to_have_url(re.compile(f"tab={tab}"))
        expect(shown(page).locator(f"[data-tab={tab}]")).to_be_visible()
        check_accessibility(page)
    page.reload()
    expect(shown(page).get_by_role("tab", name="Changes")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(rows(page).first).to_contain_text("max")


def test_a_tab_is_chosen_before_the_device_is_there(sign_in, fleet):
    device = fleet.device()
    page = sign_in("manager", "/devices")
    held = Held(page, f"**/api/devices/{device['id']}")
    with page.expect_request(f"**/api/devices/{device['id']}"):
        page.goto(f"/#/devices/{device['id']}")
    shown(page).get_by_role("tab", name="Orders").click()
    held.let_go()
    expect(shown(page).get_by_role("heading", name="T-1000", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile("tab=orders"))
    expect(shown(page).locator("[data-tab=orders]")).to_be_visible()


def test_a_driver_sees_their_own_devices_and_nothing_they_may_not(sign_in, fleet):
    page = sign_in("driver", "/devices", phone=True)
    expect(rows(page).filter(has_text="T-1000")).to_be_visible()
    expect(rows(page).filter(has_text="T-1001")).to_have_count(0)
    expect(shown(page).get_by_role("button", name="New device")).to_have_count(0)
    rows(page).filter(has_text="T-1000").click()
    expect(shown(page).get_by_role("heading", name="T-1000", level=1)).to_be_visible()
    tabs = ["Overview", "Audits", "Orders", "Tickets", "History", "Photos"]
    expect(shown(page).get_by_role("tab")).to_have_text(tabs)
    expect(shown(page).get_by_role("button", name="Edit")).to_have_count(0)
    check_accessibility(page)
    screenshot(page, "device-driver")
    page.goto(f"/#/devices/{fleet.device('T-1001')['id']}")
    expect(shown(page).get_by_role("alert")).to_contain_text("no such device")


def test_many_devices_scroll_without_filling_the_document(apart):
    manager, page = apart
    kind = make_device_type(manager)["id"]
    for number in range(260):
        make_device(manager, asset=f"V-{number}", cabinets=0, device_type_id=kind)
    page.goto("/#/devices")
    expect(rows(page).first).to_be_visible()
    expect(shown(page).get_by_text(re.compile("^1.100 of 260 devices"))).to_be_visible()
    shown(page).get_by_role("grid").focus()
    for _ in range(4):
        page.keyboard.press("End")
        page.wait_for_timeout(200)
    expect(shown(page).get_by_text("260 devices")).to_be_visible()
    expect(rows(page).filter(has_text="V-259")).to_be_visible()
    assert rows(page).count() < 80


def test_a_slot_is_called_what_customers_press_and_its_place_is_said(sign_in, office):
    seller = make_seller(office, quantities=(5,), selections=["11"])
    page = sign_in("manager", f"/devices/{seller.device_id}?tab=changes")
    expect(shown(page).get_by_role("gridcell", name="11 at A1")).to_be_visible()
    page = sign_in("manager", f"/devices/{seller.device_id}/planogram")
    shown(page).get_by_role("gridcell").first.click()
    expect(shown(page).get_by_role("heading", name="Slot 11 at A1")).to_be_visible()
