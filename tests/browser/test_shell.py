"""The shell, and that a page in it is usable by everybody."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import check_accessibility, screenshot, shown


@pytest.mark.parametrize("part", ["manager", "viewer"])
def test_products_are_listed_inside_the_shell(sign_in, part):
    page = sign_in(part, "/products")
    expect(shown(page).get_by_text("Apple juice 0.33 l")).to_be_visible()
    check_accessibility(page)
    screenshot(page, f"products-{part}")
