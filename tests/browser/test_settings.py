"""Settings, one's own profile, and the audit log that tells of both."""

from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown
from tests.kit.factories import make_route, make_service_order, make_stocked_device, send_audit
from tests.kit.people import PASSWORD


def test_who_saves_second_sees_what_the_other_changed(sign_in):
    first, second = sign_in("admin", "/settings"), sign_in("admin", "/settings")
    for page in (first, second):
        expect(shown(page).get_by_label("Company")).to_have_value("Bright Vending")
    company = shown(first).get_by_label("Company")
    company.fill("Bright Vending North")
    shown(first).get_by_role("button", name="Save changes").click()
    expect(first.locator("#company")).to_have_text("Bright Vending North")

    locale = shown(second).get_by_role("combobox", name="Dates and numbers")
    locale.fill("British")
    shown(second).get_by_role("option", name="British English").click()
    shown(second).get_by_role("button", name="Save changes").click()
    alert = shown(second).get_by_role("alert")
    expect(alert).to_contain_text("Company is now Bright Vending North.")
    expect(locale).to_have_value("British English")
    screenshot(second, "settings-conflict")

    shown(second).get_by_label("Company").fill("Bright Vending")
    shown(second).get_by_role("button", name="Undo changes").click()
    expect(shown(second).get_by_role("button", name="Save changes")).to_be_disabled()
    shown(second).get_by_label("Company").fill("Bright Vending")
    shown(second).get_by_role("button", name="Save changes").click()
    expect(second.locator("#company")).to_have_text("Bright Vending")
    check_accessibility(second)


def test_another_currency_says_what_becomes_of_prices_and_is_refused_once_sold(sign_in):
    page = sign_in("admin", "/settings")
    currency = shown(page).get_by_role("combobox", name="Currency")
    expect(currency).to_have_value("USD")
    currency.fill("KWD")
    shown(page).get_by_role("option", name="KWD").click()
    example = shown(page).locator("#currency-change")
    expect(example).to_contain_text("a price of $1.80 becomes KWD")
    expect(example).to_contain_text("1.800")
    currency.fill("JPY")
    shown(page).get_by_role("option", name="JPY").click()
    expect(example).to_contain_text("becomes ¥2.")
    expect(example).to_contain_text("JPY has no decimals")
    screenshot(page, "settings-currency")
    shown(page).get_by_role("button", name="Save changes").click()
    expect(shown(page).get_by_role("alert")).to_contain_text("Sales are booked in USD")
    screenshot(page, "settings-currency-refused")
    check_accessibility(page)
    shown(page).get_by_role("button", name="Undo changes").click()
    expect(example).to_have_text("")


def test_a_look_that_is_chosen_holds_in_the_shell_too(sign_in):
    page = sign_in("viewer", "/profile")
    shown(page).get_by_label("Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    check_accessibility(page)
    screenshot(page, "profile")


def test_everybody_changes_their_own_name_and_email(sign_in, office):
    page = sign_in("other_driver", "/profile")
    shown(page).get_by_role("button", name="Edit").click()
    dialog = shown(page).get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Oscar Ortiz")
    dialog.get_by_label("Email").fill("nobody")
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog.get_by_label("Email")).to_be_focused()
    dialog.get_by_label("Email").fill("oscar@example.com")
    dialog.get_by_label("Present password").fill(PASSWORD)
    screenshot(page, "profile-edit")
    check_accessibility(page)
    dialog.get_by_role("button", name="Save changes").click()
    expect(shown(page).locator("#facts")).to_contain_text("oscar@example.com")
    expect(shown(page).get_by_role("button", name="Edit")).to_be_focused()
    expect(page.get_by_role("button", name="Menu of Oscar Ortiz")).to_be_visible()
    page.keyboard.press("e")
    dialog.get_by_label("Name").fill("oscar")
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("button", name="Menu of oscar")).to_be_visible()


def test_the_audit_log_tells_from_what_to_what_and_proves_itself(sign_in, office):
    made = office.post("/api/products", json={"name": "Fig bar", "price_cents": 150}).json
    office.patch(f"/api/products/{made['id']}", json={"version": 1, "price_cents": 175})
    page = sign_in("admin", f"/audit-log?noun=product&noun_id={made['id']}")
    frame = shown(page)
    expect(frame.get_by_text("Price: $1.50 → $1.75")).to_be_visible()
    frame.get_by_role("button", name="Verify").click()
    expect(frame.get_by_text("none was changed, moved or taken out")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "audit-log")

    frame.get_by_text("Price: $1.50 → $1.75").click()
    dialog = frame.get_by_role("dialog", name="Changed product")
    expect(dialog.get_by_role("row", name="Price")).to_contain_text("$1.75")
    page.keyboard.press("Escape")
    frame.get_by_role("combobox", name="Action").select_option("Created product")
    expect(frame.get_by_text("1 entry")).to_be_visible()
    assert "action=product.created" in page.url


def test_the_audit_log_counts_the_cabinets_of_an_order(sign_in, office):
    route_id = make_route(office)["id"]
    cabinets = [
        make_stocked_device(office, route_id=route_id)["cabinets"][0]["id"] for _ in range(2)
    ]
    order = make_service_order(office, route_id=route_id, cabinet_ids=cabinets)
    page = sign_in("admin", f"/audit-log?noun=service_order&noun_id={order['id']}")
    row = shown(page).get_by_role("row").filter(has_text="Created order")
    expect(row).to_contain_text("Cabinets: 2 cabinets")
    row.get_by_text("Created order").click()
    dialog = shown(page).get_by_role("dialog")
    numbers = ", ".join(str(stop["cabinet_id"]) for stop in order["cabinets"])
    expect(dialog.get_by_role("row", name="Cabinets")).to_contain_text(f"Number {numbers}")
    screenshot(page, "audit-log-order")
    cancelled = office.post(
        f"/api/service-orders/{order['id']}/cancellation", json={"reason": "Made for a test"}
    )
    assert cancelled.status == 200


def test_who_shortens_what_is_kept_sees_what_would_go_before_it_is_saved(sign_in, office):
    send_audit(office, b"no audit of a year ago", filename="old.txt")
    page = sign_in("admin", "/settings")
    frame = shown(page)
    going = frame.locator("#going")
    expect(going).to_contain_text("Nothing is past its time")
    save = frame.get_by_role("button", name="Save what is kept")
    expect(save).to_be_disabled()
    expect(frame.get_by_label("Refused files")).to_have_value("")
    frame.get_by_label("Jobs that have ended").select_option("1 year")
    frame.get_by_label("Photos keep the place").check()
    expect(save).to_be_enabled()
    check_accessibility(page)
    screenshot(page, "settings-kept")
    save.click()
    expect(frame.get_by_label("Jobs that have ended")).to_have_value("365")
    expect(save).to_be_disabled()

    frame.get_by_label("Jobs that have ended").select_option("90 days")
    frame.get_by_role("button", name="Undo", exact=True).click()
    expect(frame.get_by_label("Jobs that have ended")).to_have_value("365")


def test_what_goes_for_good_is_asked_once_more(sign_in):
    page = sign_in("admin", "/settings")
    page.route(
        "**/api/retention/preview*",
        lambda route: route.fulfill(
            json={
                "items": [{"setting": "dex_content_days", "count": 1204, "more": False}],
                "runs_at": "2026-03-01T02:30:00Z",
            }
        ),
    )
    frame = shown(page)
    files = frame.get_by_label("Files of audits in the books")
    files.select_option("1 year")
    expect(frame.locator("#going")).to_contain_text("1,204 audit files")
    frame.get_by_role("button", name="Save what is kept").click()
    dialog = frame.get_by_role("dialog", name="Let these go?")
    expect(dialog).to_contain_text("1,204 audit files")
    check_accessibility(page)
    screenshot(page, "settings-kept-sure")
    dialog.get_by_role("button", name="Cancel").click()
    expect(frame.get_by_role("button", name="Save what is kept")).to_be_enabled()
    frame.get_by_role("button", name="Undo", exact=True).click()
    expect(files).to_have_value("")
