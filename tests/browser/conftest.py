"""Fixtures for tests in the browser: one server, one Chromium and one fleet for all of them.

    def test_it_works(sign_in, fleet):
        page = sign_in("manager", "/devices")
        shown(page).get_by_text("T-1000").click()

Every test here is marked `browser`. Tests share the server and its data, so each
changes only what it made or what no other test looks at. `office` makes data
over the API with the factories of factories.py. How to look at a page
(`shown`, `screenshot`, `check_accessibility`) is in tests/browser/looking.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    WebError,
    expect,
    sync_playwright,
)

import auth
from app import create_app
from db import Engine, open_engine
from services.system import settings_service
from settings import Settings
from tests.browser.addresses import without_shell
from tests.browser.fleet import Fleet, make_fleet
from tests.browser.live_server import LiveServer, serving
from tests.browser.looking import stand_alone
from tests.browser.windows import WAIT_MS, Windows, new_window
from tests.kit.people import COOKIE, Person, sign_up
from tests.kit.receiver import LOOPBACK

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    # Maps are drawn by WebGL, without a graphics card by this.
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--no-first-run",
    # What one page compiled, the next has, also in another test.
    "--process-per-site",
)
# The headless shell is the same engine without windows: a test takes two thirds of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CAST = {
    "admin": ("anna", "admin"),
    "manager": ("max", "manager"),
    "driver": ("dora", "driver"),
    "other_driver": ("oscar", "driver"),
    "viewer": ("vera", "viewer"),
}
expect.set_options(timeout=WAIT_MS)

SignIn = Callable[..., Page]


def hear(context: BrowserContext, mistakes: list[str]) -> Callable[[], None]:
    """Add to `mistakes` what its pages throw, until the function that it returns is called."""

    def threw(error: WebError) -> None:
        mistakes.append(str(error.error))

    def said(message: ConsoleMessage) -> None:
        # Styles are not counted: the tools of these tests put some of their own into the page.
        if "Content Security Policy" in message.text and "script-src" in message.text:
            mistakes.append(message.text)

    def stop() -> None:
        context.remove_listener("weberror", threw)
        context.remove_listener("console", said)

    context.on("weberror", threw)
    context.on("console", said)
    return stop


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Stage:
    """The server with its people and the fleet; `office` is the manager at the API."""

    server: LiveServer
    tokens: dict[str, str]
    office: Person
    fleet: Fleet
    database_url: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    found = os.environ.get("CVD_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    if found is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def stage(databases, template_url, tmp_path_factory) -> Iterator[Stage]:
    """One server for all browser tests, with the cast signed up and the fleet in its database."""
    url = databases.copy(template_url)
    settings = Settings(database_url=url, company="Bright Vending", time_zone="Europe/Berlin")
    engine = open_engine(url)
    with engine.writing() as db:
        settings_service.ensure(db, settings)
    app = create_app(settings)
    people = {part: sign_up(app, engine, *named) for part, named in CAST.items()}
    tokens = {}
    with engine.writing() as db:
        for part, person in people.items():
            assert person.id is not None
            tokens[part] = auth.open_session(db, person.id)
    fleet = make_fleet(people["manager"], people["driver"], people["other_driver"])
    output = tmp_path_factory.mktemp("server") / "output.txt"
    # Where the receivers of tests are.
    with serving(url, output, CVD_WEBHOOK_NETWORKS=LOOPBACK) as server:
        yield Stage(server, tokens, people["manager"], fleet, url)
    app.extensions["cvd"]["engine"].close()
    engine.close()
    databases.drop(url)


@pytest.fixture
def fresh_server(databases, template_url, tmp_path) -> Iterator[LiveServer]:
    """A server nobody has set up yet; it printed its setup link."""
    url = databases.copy(template_url)
    engine = open_engine(url)
    with engine.writing() as db:
        settings_service.ensure(db, Settings(database_url=url, time_zone="Europe/Berlin"))
    engine.close()
    with serving(url, tmp_path / "output.txt") as server:
        yield server
    databases.drop(url)


@pytest.fixture
def server(stage: Stage) -> LiveServer:
    return stage.server


@pytest.fixture
def office(stage: Stage) -> Person:
    """The manager at the API, to make and look at data beside the browser."""
    return stage.office


@pytest.fixture
def fleet(stage: Stage) -> Fleet:
    """What tests/browser/fleet.py made."""
    return stage.fleet


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def mistakes() -> Iterator[list[str]]:
    """What pages did wrong; the test fails when one threw or broke the policy."""
    found: list[str] = []
    yield found
    assert not found, found


@pytest.fixture
def open_browser(browser: Browser, mistakes: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """A browser window of somebody's own, which has seen nothing yet."""
    contexts: list[BrowserContext] = []

    def opened(address: str, **options: Any) -> BrowserContext:
        context = new_window(browser, address, **options)
        contexts.append(context)
        hear(context, mistakes)
        return context

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(
    stage: Stage,
    windows: Windows,
    open_browser: Callable[..., BrowserContext],
    mistakes: list[str],
) -> Iterator[SignIn]:
    """`sign_in("manager", "/devices", phone=True)`: a page of the shell, signed in.

    `alone=True` opens the page without the shell, which is seen in half the time: for what one
    page does by itself. Where it leads to another, or how it looks, takes the shell. Each is in a
    window of its own, and both may have been another test's before, unless `options` of
    Playwright make it unlike others.
    """
    address = stage.server.address
    lent: list[tuple[Page, Callable[[], None]]] = []

    def empty_page(*, phone: bool = False, **options: Any) -> Page:
        if options:
            return open_browser(address, phone=phone, **options).new_page()
        page = windows.open(address, phone=phone)
        lent.append((page, hear(page.context, mistakes)))
        return page

    def signed_in(
        part: str = "manager", path: str = "/today", *, alone: bool = False, **options: Any
    ) -> Page:
        page = empty_page(**options)
        page.context.add_cookies([{"name": COOKIE, "value": stage.tokens[part], "url": address}])
        if alone:
            stand_alone.add(page)
            page.goto(without_shell(path))
        else:
            stand_alone.discard(page)
            page.goto(f"/#{path}")
        return page

    yield signed_in
    for page, stop_hearing in lent:
        windows.take_back(page)
        stop_hearing()


@pytest.fixture
def alone(
    engine: Engine,
    app: Flask,
    database_url: str,
    open_browser: Callable[..., BrowserContext],
    tmp_path: Path,
) -> Iterator[Callable[[str], tuple[Person, Page]]]:
    """Somebody of a role on a server without a fleet: at the API, and in the browser."""
    with serving(database_url, tmp_path / "output.txt") as server:

        def signed_in(role: str) -> tuple[Person, Page]:
            person = sign_up(app, engine, f"lone-{role}", role)
            assert person.id is not None
            with engine.writing() as db:
                token = auth.open_session(db, person.id)
            context = open_browser(server.address)
            context.add_cookies([{"name": COOKIE, "value": token, "url": server.address}])
            return person, context.new_page()

        yield signed_in


@pytest.fixture
def apart(alone: Callable[[str], tuple[Person, Page]]) -> tuple[Person, Page]:
    """A manager on a server of their own, without a fleet: at the API, and in the browser."""
    return alone("manager")
