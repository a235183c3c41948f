"""Browser windows that are used again: what one loaded and compiled, the next test need not.

windows = Windows(chromium)
context = windows.open("http://127.0.0.1:4242", phone=True)
…
windows.take_back(context)
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.looking import SIZES

WAIT_MS = 10_000
# A page without scripts: while it is there, the process that draws pages stays too.
KEEPER = "/favicon.svg"


class Windows:
    """The windows of one browser, by what they are like."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._keepers: dict[BrowserContext, Page] = {}
        self._kinds: dict[BrowserContext, tuple[str, bool]] = {}
        self._free: defaultdict[tuple[str, bool], list[BrowserContext]] = defaultdict(list)

    def open(self, address: str, *, phone: bool) -> BrowserContext:
        """A window in which nobody is signed in and nothing is kept, of a server that stays."""
        kind = (address, phone)
        if self._free[kind]:
            return self._free[kind].pop()
        context = new_window(self._chromium, address, phone=phone)
        self._kinds[context] = kind
        self._keepers[context] = context.new_page()
        self._keepers[context].goto(KEEPER)
        return context

    def take_back(self, context: BrowserContext) -> None:
        """Leave nothing of a test in it but what the browser fetched.

        Routes and scripts of a whole window would stay: a test that sets some has a
        window of its own.
        """
        keeper = self._keepers[context]
        context.set_offline(False)
        for page in context.pages:
            if page is not keeper:
                page.close()
        keeper.evaluate("localStorage.clear()")
        context.clear_cookies()
        context.clear_permissions()
        self._free[self._kinds[context]].append(context)


def new_window(
    chromium: Browser, address: str, *, phone: bool = False, **options: Any
) -> BrowserContext:
    """A window that has seen nothing yet, of somebody in Germany who reads English."""
    width, height = SIZES["phone" if phone else "desktop"]
    context = chromium.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
        **{"locale": "en-US", "timezone_id": "Europe/Berlin", **options},
    )
    context.set_default_timeout(WAIT_MS)
    return context
