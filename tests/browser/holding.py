"""Requests that are kept waiting, as on a slow phone.

held = Held(page, "**/api/auth/me")
…
held.let_go()
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route


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
