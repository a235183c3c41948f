"""Browser windows that are used again: what one loaded and compiled, the next test need not.

windows = Windows(chromium)
page = windows.open("http://127.0.0.1:4242", phone=True)
…
windows.take_back(page)
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.looking import SIZES

# Nothing waits so long but what never comes: a machine that does five other things is no failure.
WAIT_MS = 30_000
# A page without scripts: while it is there, the process that draws pages stays too.
REST = "/favicon.svg"
FORGET = """() => {
    localStorage.clear();
    sessionStorage.clear();
    return matchMedia("print").matches;
}"""


class Windows:
    """The windows of one browser with a page in each, by what they are like."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._kinds: dict[BrowserContext, tuple[str, bool]] = {}
        self._free: defaultdict[tuple[str, bool], list[Page]] = defaultdict(list)

    def open(self, address: str, *, phone: bool) -> Page:
        """A page at rest in a window where nobody is signed in, of a server that stays."""
        kind = (address, phone)
        if self._free[kind]:
            return self._free[kind].pop()
        context = new_window(self._chromium, address, phone=phone)
        self._kinds[context] = kind
        return _at_rest(context)

    def take_back(self, page: Page) -> None:
        """Leave nothing of a test in its window but what the browser fetched.

        Scripts, bindings and listeners that a test gives to the page, and routes of the whole
        window, would stay: a test that sets some takes them away, or has a window of its own.
        """
        context = page.context
        kind = self._kinds[context]
        context.set_offline(False)
        if page.is_closed():
            page = _at_rest(context)
        for other in context.pages:
            if other is not page:
                other.close()
        page.unroute_all(behavior="ignoreErrors")
        page.goto(REST)
        if page.evaluate(FORGET):
            page.emulate_media(media="null")
        if page.viewport_size != _size(phone=kind[1]):
            page.set_viewport_size(_size(phone=kind[1]))
        context.clear_cookies()
        context.clear_permissions()
        self._free[kind].append(page)


def _at_rest(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(REST)
    return page


def new_window(
    chromium: Browser, address: str, *, phone: bool = False, **options: Any
) -> BrowserContext:
    """A window that has seen nothing yet, of somebody in Germany who reads English."""
    context = chromium.new_context(
        base_url=address,
        viewport=_size(phone=phone),
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
        **{"locale": "en-US", "timezone_id": "Europe/Berlin", **options},
    )
    context.set_default_timeout(WAIT_MS)
    return context


def _size(*, phone: bool) -> ViewportSize:
    width, height = SIZES["phone" if phone else "desktop"]
    return {"width": width, "height": height}
