"""Requests that are kept waiting, as on a slow phone.

held = Held(page, "**/api/auth/me")
…
held.let_go()

late = LateAnswer(page, "**/api/devices/1/metrics")
others_changed(page, "stock")
late.is_held()
…
late.let_go()
"""

from __future__ import annotations

import re

from playwright.sync_api import APIResponse, Page, Route, expect


class Held:
    """What a page asks of these addresses; answered once it is let go."""

    def __init__(self, page: Page, addresses: str | re.Pattern[str]) -> None:
        self._routes: list[Route] = []
        self._waits = True
        page.route(addresses, self._take)

    def let_go(self) -> None:
        self._waits = False
        while self._routes:
            self._routes.pop(0).continue_()

    def _take(self, route: Route) -> None:
        if self._waits:
            self._routes.append(route)
        else:
            route.continue_()


class LateAnswer:
    """The first answer to these addresses is of its moment, but arrives once it is let go."""

    def __init__(self, page: Page, addresses: str) -> None:
        self._page = page
        self._held: list[tuple[Route, APIResponse]] = []
        page.route(addresses, self._take)

    def is_held(self) -> None:
        """Waits until the server has answered."""
        expect(self._page).to_have_title("held")

    def let_go(self) -> None:
        """After a while in which a newer answer can overtake it; returns when it is shown."""
        self._page.wait_for_timeout(300)
        route, answer = self._held[0]
        route.fulfill(response=answer)
        self._page.wait_for_timeout(300)

    def _take(self, route: Route) -> None:
        if self._held:
            route.continue_()
        else:
            self._held.append((route, route.fetch()))
            self._page.evaluate("document.title = 'held'")


def others_changed(page: Page, noun: str) -> None:
    """What another tab of the browser tells when it changed one."""
    page.evaluate(
        'noun => new BroadcastChannel("cvd").postMessage({ cvd: 1, nouns: [noun] })', noun
    )
