"""What each page of the office weighs, and how soon it can be used, in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench import servers
from bench.people import sign_in

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
LIMIT_KB = 150
LIMIT_WITH_CHARTS_KB = 250
PATHS = (
    "today",
    "devices",
    "device?id=1",
    "planogram?cabinet_id=1",
    "route-board?route_id=1",
    "routes",
    "locations",
    "products",
    "types",
    "service-orders",
    "service-order?id=1",
    "pick-list?id=1",
    "dex",
    "dex-read?id=1",
    "sales",
    "audit-log",
    "users",
    "settings",
    "profile",
    "installation",
)
CHARTS = {"today", "device?id=1", "sales"}
# When the last thing of the first view had arrived and the scripts had run, in milliseconds.
READY = """() => {
    const entries = performance.getEntriesByType('resource').map((entry) => entry.responseEnd);
    const [page] = performance.getEntriesByType('navigation');
    return Math.max(page.domContentLoadedEventEnd, page.loadEventEnd, ...entries);
}"""


@dataclass(frozen=True)
class Weighed:
    """One page on an empty cache."""

    path: str
    requests: int
    kilobytes: float
    ready_ms: float

    @property
    def limit_kb(self) -> int:
        return LIMIT_WITH_CHARTS_KB if self.path in CHARTS else LIMIT_KB


def weigh(database: Path) -> Iterator[Weighed]:
    """Every page as an administrator sees it; nothing where there is no Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        return
    token = sign_in(database, "admin")
    with servers.application(database) as (port, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        for path in PATHS:
            yield _weighed(browser, f"http://127.0.0.1:{port}", path, token)
        browser.close()


def _weighed(browser: Browser, address: str, path: str, token: str) -> Weighed:
    context = browser.new_context(base_url=address)
    context.add_cookies([{"name": "cvd_session", "value": token, "url": address}])
    page = context.new_page()
    sizes: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    name, _, query = path.partition("?")
    page.goto(f"/pages/{name}.html" + (f"#{query}" if query else ""))
    page.wait_for_load_state("networkidle")
    ready = page.evaluate(READY)
    context.close()
    return Weighed(path, len(sizes), sum(sizes) / 1024, ready)
