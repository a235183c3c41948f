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
