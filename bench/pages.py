"""What each page weighs, and how soon it can be used, in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import auth
from bench import servers
from bench.models import DEVICES
from bench.people import sign_in
from contract.results import Upload, plain
from db import open_engine, scalar
from services.orders import service_order_service
from services.reads import dex_read_service
from services.system import settings_service
from settings import PROJECT, Settings
from storage import migrate
from tests.kit.machine import Machine

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
LIMIT_KB = 150
LIMIT_WITH_CHARTS_KB = 250
# A visit loads the other stops of its order as well, for where there is no network.
LIMIT_WITH_STOPS_KB = 250
# What pages need to know of the nouns they show, see `_prepared`; any other needs nothing.
NEEDS = {
    "device": "device_id=1",
    "planogram": "device_id=1",
    "route-board": "route_id=1",
    "product": "product_id=1",
    "service-order": "service_order_id={service_order_id}",
    "pick-list": "service_order_id={service_order_id}",
    "visit": "service_order_id={service_order_id}&cabinet_id=1",
    "dex-read": "dex_read_id=1",
    "installation": "dex_read_id={stranger_id}",
}
ADDRESSES = {"index": "/", "api-docs": "/api/docs", "setup": "/pages/setup.html#token=x"}
# For whom nobody is signed in.
OPEN = {"login", "setup"}
CHARTS = {"index", "today", "device", "sales"}
STOPS = {"visit"}
# When a frame began, and its last thing had arrived and its scripts had run, in milliseconds.
READY = """() => {
    const entries = performance.getEntriesByType('resource').map((entry) => entry.responseEnd);
    const [page] = performance.getEntriesByType('navigation');
    const ready = Math.max(page.domContentLoadedEventEnd, page.loadEventEnd, ...entries);
    return [performance.timeOrigin, performance.timeOrigin + ready];
}"""


@dataclass(frozen=True)
class Weighed:
    """One page on an empty cache, and what it still asks of the server when opened again."""

    page: str
    requests: int
    kilobytes: float
    ready_ms: float
    requests_again: int

    @property
    def limit_kb(self) -> int:
        if self.page in STOPS:
            return LIMIT_WITH_STOPS_KB
        return LIMIT_WITH_CHARTS_KB if self.page in CHARTS else LIMIT_KB


def pages() -> list[str]:
    """The pages there are, by the names of their files."""
    files = (PROJECT / "frontend").glob("pages/**/*.html")
    return ["index", *sorted(file.stem for file in files)]


def weigh(fleet: Path, folder: Path) -> Iterator[Weighed]:
    """Every page as an administrator sees it; nothing where there is no Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        return
    # A quarter of a second to load, which the tests of what is measured do without.
    from playwright.sync_api import sync_playwright

    database, empty = folder / "pages.db", _empty(folder / "empty.db")
    shutil.copyfile(fleet, database)
    database.chmod(0o600)
    nouns = _prepared(database)
    token = sign_in(database, "admin")
    with (
        servers.application(database) as (port, _),
        servers.application(empty) as (empty_port, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        for page in pages():
            known = NEEDS.get(page, "").format(**nouns)
            address = ADDRESSES.get(page, f"/pages/{page}.html" + (f"?{known}" if known else ""))
            base = f"http://127.0.0.1:{empty_port if page == 'setup' else port}"
            yield _weighed(browser, base, page, address, None if page in OPEN else token)
        browser.close()


def _prepared(database: Path) -> dict[str, int]:
    """The ids of an order that is to be carried out and of an audit that nobody knows."""
    actor = auth.console("bench")
    stranger = Machine(serial="STRANGER", selections={f"A{n}": 150 for n in range(1, 9)})
    audit = Upload("stranger.dex", stranger.audit(datetime.now(UTC).replace(tzinfo=None)))
    with closing(open_engine(f"sqlite:///{database}")) as engine, engine.writing() as db:
        order = plain(
            service_order_service.create_service_order(
                db, actor, route_id=1, cabinet_ids=list(range(1, DEVICES + 1))
            )
        )
        dex_read_service.create_dex_read(db, actor, file=audit)
        stranger_id = scalar(db, "SELECT max(id) FROM dex_reads")
    return {"service_order_id": order["id"], "stranger_id": stranger_id}


def _empty(database: Path) -> Path:
    """A database that nobody set up yet."""
    url = f"sqlite:///{database}"
    migrate.upgrade(url)
    with closing(open_engine(url)) as engine, engine.writing() as db:
        settings_service.ensure(db, Settings(database_url=url, time_zone="UTC"))
    return database


def _weighed(browser: Browser, base: str, name: str, address: str, token: str | None) -> Weighed:
    context = browser.new_context(base_url=base)
    if token is not None:
        context.add_cookies([{"name": "cvd_session", "value": token, "url": base}])
    page = context.new_page()
    sizes: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    first = _over_the_wire(sizes)
    frames = [frame.evaluate(READY) for frame in page.frames]
    if page.locator("cvd-problem:visible").count():
        raise RuntimeError(f"{address}: {page.inner_text('body')[:300]}")
    sizes.clear()
    # By its address, as people come back to it: a reload would ask for everything anew.
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    context.close()
    ready_ms = max(ready for _, ready in frames) - frames[0][0]
    again = _over_the_wire(sizes)
    return Weighed(name, len(first), sum(first) / 1024, ready_ms, len(again))


def _over_the_wire(sizes: list[float]) -> list[float]:
    """Without what came out of the browser's cache, which weighs nothing."""
    return [size for size in sizes if size]
