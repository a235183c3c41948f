"""The page Import: a spreadsheet is dropped, looked at, imported and taken back."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown

numbers = itertools.count(1)
READ_WITHIN_MS = 60_000


@pytest.fixture
def names():
    """Names of products that no other test has."""
    number = next(numbers)
    return [f"Imported cola {number}", f"Imported nuts {number}"]


def choose(frame, text, name="products.csv"):
    frame.locator("#drop input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


def summary(frame):
    return frame.locator("#summary")


def test_a_list_is_looked_at_corrected_imported_and_taken_back(sign_in, office, names):
    page = sign_in("manager", "/import")
    frame = shown(page)
    expect(frame.get_by_text("Templates")).to_be_visible()
    check_accessibility(page)
    screenshot(page, "import-begin")
    choose(frame, f"Product;Price\n{names[0]};1,80\n{names[1]};much\n")
    expect(summary(frame)).to_have_text(
        "2 rows: 1 creates something and 1 is wrong. New: 1 product.", timeout=READ_WITHIN_MS
    )
    rows = frame.locator("#rows tbody tr[data-index]")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("“much” is no number with a comma as its decimal sign")
    check_accessibility(page)
    screenshot(page, "import-preview")
    run = frame.get_by_role("button", name="Import 1 row")
    expect(run).to_be_disabled()
    frame.get_by_label("Leave out 1 wrong row").check()
    run.click()
    expect(frame.locator("#state")).to_have_text("Imported", timeout=READ_WITHIN_MS)
    found = office.get(f"/api/products?q={names[0]}").json["items"]
    assert [each["price_cents"] for each in found] == [180]
    page.reload()
    frame.get_by_role("button", name="Take back").click()
    frame.locator("dialog[open]").get_by_role("button", name="Take back").click()
    expect(frame.locator("#state")).to_have_text("Taken back", timeout=READ_WITHIN_MS)
    assert office.get(f"/api/products?q={names[0]}").json["items"] == []
    screenshot(page, "import-taken-back")


def test_what_columns_are_is_chosen_where_their_names_do_not_tell(sign_in, names):
    page = sign_in("manager", "/import")
    frame = shown(page)
    choose(frame, f"Was,Wieviel\n{names[0]},1.80\n", "liste.csv")
    expect(summary(frame)).to_contain_text("not recognised", timeout=READ_WITHIN_MS)
    frame.get_by_label("What it is a list of").select_option("products")
    expect(summary(frame)).to_contain_text("No column gives the product", timeout=READ_WITHIN_MS)
    frame.get_by_label("Was").select_option("name")
    expect(summary(frame)).to_have_text(
        "1 row: 1 creates something. New: 1 product.", timeout=READ_WITHIN_MS
    )
    frame.get_by_label("Wieviel").select_option("price_cents")
    expect(frame.get_by_label("Decimal sign")).to_have_value(".", timeout=READ_WITHIN_MS)
    expect(frame.get_by_label("Wieviel")).to_have_value("price_cents")
    screenshot(page, "import-columns")
    frame.get_by_role("button", name="Another file").click()
    expect(frame.get_by_role("link", name="liste.csv").first).to_be_visible()


def test_sales_of_before_are_looked_at_counted_and_shown_and_taken_back(sign_in, office, names):
    asset = f"H-{next(numbers)}"
    page = sign_in("manager", "/import")
    frame = shown(page)
    sales = (
        "Machine ID,TransDate,Product,Selection,RQty,LineTotal,Type\n"
        f"{asset},2/1/2024,{names[0]},A1,2,3.00,Cash\n"
        f"{asset},2/3/2024,{names[1]},A2,1,1.20,Credit\n"
        f"{asset},2/4/2024,{names[1]},A2,-1,-1.20,Credit\n"
    )
    # The machine and its products come first, out of the same file.
    choose(frame, sales, "sales.csv")
    expect(summary(frame)).to_contain_text("1 machine", timeout=READ_WITHIN_MS)
    frame.get_by_role("button", name="Import 2 rows").click()
    expect(frame.locator("#state")).to_have_text("Imported", timeout=READ_WITHIN_MS)
    frame.get_by_role("button", name="Another file").click()
    choose(frame, sales, "sales.csv")
    expect(summary(frame)).to_have_text(
        "3 rows: 2 create something and 1 is wrong. New: 3 units sold.", timeout=READ_WITHIN_MS
    )
    expect(frame.locator("#rows tbody tr[data-index]")).to_contain_text("is no sale")
    frame.locator("#reading summary").click()
    expect(frame.get_by_label("31 January is written as")).to_have_value("month")
    check_accessibility(page)
    screenshot(page, "import-sales-preview")
    frame.get_by_label("Leave out 1 wrong row").check()
    frame.get_by_role("button", name="Import 2 rows").click()
    expect(frame.locator("#state")).to_have_text("Imported", timeout=READ_WITHIN_MS)
    expect(frame.locator("#sold")).to_contain_text("In your sales: 3 units for $4.20 of 1 machine")
    check_accessibility(page)
    screenshot(page, "import-sales-done")
    frame.get_by_role("button", name="Take back").click()
    frame.locator("dialog[open]").get_by_role("button", name="Take back").click()
    expect(frame.locator("#state")).to_have_text("Taken back", timeout=READ_WITHIN_MS)
    expect(frame.locator("#sold")).to_be_hidden()
    year = "group_by=day&from=2024-01-01&to=2024-12-31"
    assert office.get(f"/api/sales?{year}").json["total"]["units"] == 0


def test_what_sales_of_before_come_to_leads_to_the_sales_page(sign_in, office, names):
    asset = f"H-{next(numbers)}"
    page = sign_in("manager", "/import")
    frame = shown(page)
    fleet = f"Machine ID,Selection,Product,Price\n{asset},A1,{names[0]},1.50\n"
    choose(frame, fleet, "slots.csv")
    frame.get_by_role("button", name="Import 1 row").click(timeout=READ_WITHIN_MS)
    expect(frame.locator("#state")).to_have_text("Imported", timeout=READ_WITHIN_MS)
    frame.get_by_role("button", name="Another file").click()
    choose(
        frame, f"Machine ID,Day,Selection,Units,Amount\n{asset},2023-05-06,A1,4,6.00\n", "old.csv"
    )
    frame.get_by_role("button", name="Import 1 row").click(timeout=READ_WITHIN_MS)
    expect(frame.locator("#state")).to_have_text("Imported", timeout=READ_WITHIN_MS)
    frame.get_by_role("link", name="Show them in Sales").click()
    expect(shown(page).get_by_text("$6.00").first).to_be_visible()
    screenshot(page, "sales-of-before")
