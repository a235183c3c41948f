"""The page of the API: finding an operation, who may, what it takes, and trying it."""

import json
import re

import pytest
from playwright.sync_api import expect

import contract
from tests.browser.looking import SIZES, check_accessibility, check_rule, screenshot

LIMIT_KB = 175
SUMMARIES = """(entries) => entries.map((each) =>
    [each.id, each.querySelector("summary").textContent])"""
LEAD_NOWHERE = """(links) => links.map(({ hash }) => hash.slice(1)).filter((id) =>
    document.querySelectorAll(`[id="${CSS.escape(id)}"]`).length !== 1)"""


@pytest.fixture
def docs(sign_in):
    """`docs("viewer", "#products")`: the page, as somebody of this role sees it."""

    def opened(part="viewer", at="", **options):
        page = sign_in(part, f"/api/docs{at}", alone=True, **options)
        expect(page.locator("#count")).to_contain_text("operations")
        return page

    return opened


def entry(page, name):
    return page.locator(f'details[id="{name}"]')


def shown_entries(page):
    return page.locator("#contract details.entry:visible")


def test_every_operation_stands_under_its_noun(docs):
    page = docs()
    operations = contract.current().operations
    told = dict(page.locator("details.entry").evaluate_all(SUMMARIES))
    assert not [each.name for each in operations if each.path not in told.get(each.name, "")]
    expect(page.locator("#count")).to_have_text(f"{len(operations)} operations")
    page.get_by_role("navigation", name="Nouns").get_by_role("link", name="Planograms").click()
    expect(page.get_by_role("region", name="Planograms")).to_be_in_viewport()
    check_accessibility(page)
    screenshot(page, "api-docs")


def test_an_administrator_finds_it_in_their_menu(sign_in):
    page = sign_in("admin")
    page.get_by_role("button", name="Menu of").click()
    with page.expect_popup() as opened:
        page.get_by_role("menuitem", name="API for programs").click()
    expect(opened.value.locator("#count")).to_contain_text("operations")
    driver = sign_in("driver", "/service-orders")
    driver.get_by_role("button", name="Menu of").click()
    expect(driver.get_by_role("menuitem", name="Keys")).to_be_visible()
    expect(driver.get_by_role("menuitem", name="API for programs")).to_have_count(0)


def test_everything_that_is_said_can_be_opened_and_read(docs):
    page = docs("admin")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    expect(page.locator(".entry .inside:empty")).to_have_count(0)
    links = page.locator("#contract a[href^='#']")
    assert links.count() > len(contract.current().operations)
    assert links.evaluate_all(LEAD_NOWHERE) == []
    assert "undefined" not in page.locator("#contract").inner_text()
    check_accessibility(page)


def test_an_operation_is_found_by_path_words_name_and_role(docs):
    page = docs()
    page.keyboard.press("/")
    for words, name in (
        ("/visits/{visit_id}/reversal", "visit_service.reverse_visit"),
        ("dex reads, newest first", "dex_read_service.list_dex_reads"),
        ("user_service.create_user", "user_service.create_user"),
        ("get driver /pick-list", "service_order_service.get_pick_list"),
    ):
        page.get_by_role("searchbox").fill(words)
        expect(page.locator("#count")).to_contain_text("1 of")
        expect(entry(page, name)).to_be_visible()
        expect(shown_entries(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"#q=get"))
    page.reload()
    expect(shown_entries(page)).to_have_count(1)
    page.get_by_role("searchbox").fill("driver")
    expect(entry(page, "visit_service.create_visit")).to_be_visible()
    expect(entry(page, "user_service.list_users")).to_be_hidden()


def test_a_search_that_finds_nothing_says_so(docs):
    page = docs()
    page.get_by_role("searchbox").fill("zebra")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    screenshot(page, "api-docs-nothing")
    page.get_by_role("button", name="Show everything").click()
    expect(entry(page, "sale_service.list_sales")).to_be_visible()


def test_a_link_opens_what_it_names(docs):
    page = docs(at="#user_service.update_user")
    opened = entry(page, "user_service.update_user")
    expect(opened).to_have_attribute("open", "")
    expect(opened).to_be_in_viewport()
    expect(opened.locator("summary")).to_be_focused()
    expect(opened.locator("summary")).to_contain_text("Admin")
    expect(opened).to_contain_text("would be done for real")
    expect(opened.get_by_role("button", name="Send")).to_have_count(0)
    opened.get_by_role("link", name="version", exact=True).click()
    expect(page.locator("#Version")).to_be_in_viewport()


def test_a_link_that_was_spoilt_on_its_way_still_shows_the_contract(docs):
    for spoilt in ("#%", "#q=%E0%A4%A", "#user_service.<b>"):
        page = docs(at=spoilt)
        expect(page.get_by_role("alert")).to_have_count(0)


def test_what_was_opened_with_the_keyboard_is_in_the_address(docs):
    page = docs(at="#q=list_products")
    entry(page, "product_service.list_products").locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#product_service\.list_products$"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#q=list_products$"))


def test_a_link_to_what_the_search_hides_shows_it(docs):
    page = docs(at="#q=list_products")
    listed = entry(page, "product_service.list_products")
    listed.locator("summary").click()
    listed.get_by_role("link", name="Product", exact=True).click()
    expect(entry(page, "Product")).to_have_attribute("open", "")
    expect(entry(page, "Product")).to_contain_text("price_cents: price")
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_a_get_is_tried_and_its_answer_shown(docs, fleet):
    page = docs(at="#device_service.list_devices")
    listed = entry(page, "device_service.list_devices")
    listed.get_by_label("q optional").fill("T-1003")
    listed.get_by_label("limit optional").fill("1")
    expect(listed.get_by_role("region", name="curl")).to_contain_text(
        "/api/devices?q=T-1003&limit=1'"
    )
    listed.get_by_role("button", name="Send").click()
    answer = listed.get_by_role("region", name="Answer")
    expect(answer).to_contain_text("T-1003")
    assert [item["asset"] for item in json.loads(answer.inner_text())["items"]] == ["T-1003"]
    expect(listed.locator("cvd-status")).to_contain_text("200")
    expect(listed.locator(".answer")).to_contain_text(re.compile(r"\d+ ms"))
    check_accessibility(page)
    screenshot(page, "api-docs-tried")


def test_a_refusal_is_shown_as_the_problem_that_it_is(docs):
    page = docs(at="#device_service.get_device")
    one = entry(page, "device_service.get_device")
    one.get_by_role("button", name="Send").click()
    expect(one.get_by_label("device_id")).to_be_focused()
    expect(one.get_by_role("region", name="Answer")).to_have_count(0)
    one.get_by_label("device_id").fill("999999")
    page.keyboard.press("Enter")
    expect(one.get_by_role("alert")).to_be_visible()
    expect(one.locator("cvd-status")).to_contain_text("404")
    answer = one.get_by_role("region", name="Answer")
    assert json.loads(answer.inner_text())["status"] == 404
    page.goto("/api/docs#product_service.list_products")
    products = entry(page, "product_service.list_products")
    products.get_by_label("limit optional").fill("0")
    products.get_by_role("button", name="Send").click()
    expect(products.locator("cvd-field .error:visible")).to_contain_text("at least 1")
    screenshot(page, "api-docs-refused")


def test_what_is_no_json_is_shown_as_text(docs):
    page = docs(at="#sale_service.list_sales")
    sales = entry(page, "sale_service.list_sales")
    sales.get_by_label("group_by").select_option("product")
    sales.get_by_label("from").fill("2026-01-01")
    sales.get_by_label("to").fill("2026-01-31")
    sales.get_by_label("format optional").select_option("csv")
    sales.get_by_role("button", name="Send").click()
    expect(sales.get_by_role("region", name="Answer")).to_contain_text("SKU,Product,Units")


def test_who_may_not_finds_no_form_but_who_may(docs):
    page = docs("driver", "#user_service.list_users")
    users = entry(page, "user_service.list_users")
    expect(users).to_contain_text("Your role may not ask for this. Who may: admin.")
    expect(users.get_by_role("button", name="Send")).to_have_count(0)
    expect(users.get_by_role("region", name="curl")).to_be_visible()


def test_the_curl_line_is_copied_whole(docs):
    page = docs(at="#product_service.create_product")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    created = entry(page, "product_service.create_product")
    created.get_by_role("button", name="Copy").click()
    expect(created.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -X POST -b cvd.cookies -H 'Content-Type: application/json' -d")
    assert copied.endswith("/api/products'")
    assert '"name": "NAME"' in copied


def test_a_phone_shows_all_without_moving_sideways(docs):
    page = docs("viewer", "#planogram_service.update_planogram", phone=True)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    expect(page.locator(".entry .inside:empty")).to_have_count(0)
    # A phone would zoom out rather than scroll, and call that its width.
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES["phone"][0]
    # What is said is looked at on a desk; here some of it scrolls by itself.
    check_rule(page, "scrollable-region-focusable")
    page.goto("/api/docs#planogram_service.update_planogram")
    page.reload()
    expect(entry(page, "planogram_service.update_planogram")).to_be_in_viewport()
    screenshot(page, "api-docs-opened")


def test_who_is_not_signed_in_comes_back_to_the_same_place(open_browser, server, sign_in):
    visitor = open_browser(server.address).new_page()
    visitor.goto("/api/docs#sale_service.list_sales")
    expect(visitor.get_by_label("Username")).to_be_visible()
    assert "next=%2Fapi%2Fdocs%23sale_service.list_sales" in visitor.url


def test_a_contract_that_cannot_be_read_says_what_to_do(sign_in):
    page = sign_in("viewer", "/today")
    page.route("**/api/openapi.json", lambda route: route.abort())
    page.goto("/api/docs")
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    page.unroute("**/api/openapi.json")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#count")).to_contain_text("operations")


def test_the_page_is_light(sign_in):
    page = sign_in("viewer", "/pages/login.html", alone=True)
    sizes = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.wait_for_load_state("networkidle")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/api/docs")
    expect(page.locator("#count")).to_contain_text("operations")
    page.wait_for_load_state("networkidle")
    assert sum(sizes) / 1024 < LIMIT_KB
