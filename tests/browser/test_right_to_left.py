"""Names that run from right to left, or would turn what follows them: sentences stay in order."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.browser.fleet import noon
from tests.browser.looking import shown
from tests.kit.factories import make_product, send_audit
from tests.kit.machine import Machine

NAMES = {
    "Hebrew": "מכונה 7, קומה ב",
    "Arabic": "شاي بالنعناع",
    "an override": "\u202eoneT",
    "left open": "\u2067Tea",
    "closed twice": "\u2069\u2069\u202eTea",
}
# Where two words stand on the screen, from the left.
LEFTS = """(element, words) => words.map((word) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.data.indexOf(word);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        return range.getBoundingClientRect().left;
    }
    return null;
})"""
WORD = re.compile(r"[^\W\d]+")
numbers = itertools.count(1)


@pytest.fixture(params=NAMES.values(), ids=[*NAMES])
def name(request):
    return f"{request.param} {next(numbers)}"


def in_order(element, name, after):
    """Whether the name stands left of what is said after it."""
    first, second = element.evaluate(LEFTS, [WORD.findall(name)[0], after])
    return first < second


def test_a_sentence_about_a_product_stays_in_order(sign_in, office, fleet, name):
    make_product(office, name=name)
    page = sign_in("manager", f"/devices/{fleet.device()['id']}/planogram", alone=True)
    frame = shown(page)
    frame.get_by_role("searchbox", name="Search products").fill(name)
    expect(frame.locator(".product")).to_have_count(1)
    frame.locator(".product").click()
    assert in_order(frame.locator("#notice"), name, "Escape")


def test_the_heading_of_an_audit_stays_in_order(sign_in, office, name):
    machine = Machine(serial=f"R{next(numbers)}", asset=name, selections={"A1": 100})
    read = send_audit(office, machine.audit(noon(1))).json
    page = sign_in("manager", f"/dex/{read['id']}", alone=True)
    heading = shown(page).get_by_role("heading", level=1)
    expect(heading).to_contain_text("read")
    assert in_order(heading, name, "read")


def test_the_heading_of_a_dialog_stays_in_order(sign_in, name):
    page = sign_in("admin", "/users", alone=True)
    frame = shown(page)
    frame.get_by_role("button", name="New user").click()
    dialog = frame.get_by_role("dialog", name="New user")
    dialog.locator("[name=display_name]").fill(name)
    dialog.locator("[name=username]").fill(f"right{next(numbers)}")
    dialog.get_by_role("button", name="Create user").click()
    heading = frame.get_by_role("heading", name="can sign in")
    expect(heading).to_be_visible()
    assert in_order(heading, name, "can sign in")
