"""Whatever people and machines write, it stays text: on every page, in every corner of it.

A property of the contract that takes text and is not written here fails a test, and so
does a page that is not opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import FilePayload, Page, expect

import auth
from app import create_app
from db import open_engine
from services.system import settings_service
from settings import PROJECT, Settings
from tests.browser.addresses import ROUTES, without_shell
from tests.browser.hostile_text import PAYLOADS, text_fields
from tests.browser.hostile_world import DEVICES, World, make_hostile_world
from tests.browser.live_server import LiveServer, serving
from tests.browser.looking import shown
from tests.browser.watching import Watch
from tests.browser.windows import WAIT_MS, new_window
from tests.kit.people import COOKIE

FRONTEND = PROJECT / "frontend"
# Pages without an address in the shell, and where they are.
ALONE = {"login": "/pages/login.html", "setup": "/pages/setup.html", "api-docs": "/api/docs"}
# They show times, sizes and words of our own.
WITHOUT_TEXTS = {"backups", "help", "jobs", "schedules"}
# What pages read from their addresses.
STATE = ("q", "tab", "group", "sort", "view", "period", "from", "to", "noun", "action", "archived")
HOSTILE_STATE = "&".join(
    f"{name}={quote(text)}" for name, text in zip(STATE, PAYLOADS, strict=False)
)
# What shows only when somebody does something: the steps to it, by role or css and name.
ROW = "css tbody tr[data-index] td:nth-child(2)"
TICK = "css tbody tr[data-index] input[type=checkbox]"
# A route that has no device can be archived.
TICK_EMPTY = "css tbody tr[data-index]:has-text(' 0 devices') input[type=checkbox]"
CORNERS = [
    ("/products", ROW),
    ("/products/:product_id", "button ^Edit$", "button Save changes"),
    ("/products/:product_id", "button ^Archive$", "css dialog .choice-card"),
    ("/products/:product_id", TICK, "button Replace by", "css dialog cvd-combobox input"),
    ("/count-differences", "css tbody tr[data-index] button"),
    ("/today", "button ^Seen"),
    ("/locations", ROW, "button ^Archive$", "button Undo"),
    ("/routes", TICK_EMPTY, "button ^Archive$", "button Undo"),
    ("/routes", "button ^New route", "css dialog cvd-combobox input"),
    ("/users", ROW),
    ("/users", "css tbody tr[data-index='1'] button", "menuitem password"),
    ("/devices", TICK, "button Move to a route", "css dialog cvd-combobox input"),
    (
        "/devices",
        TICK,
        "button ^Change$",
        "menuitem Copy a planogram",
        "css dialog cvd-combobox input",
    ),
    ("/devices", "button ^Views$"),
    ("/recent-changes", "css tbody tr[data-index] td:nth-child(1)"),
    ("/devices/:device_id", "button ^Edit$", "button Save changes"),
    ("/devices/:device_id", "button More about this device", "menuitem Add a cabinet"),
    ("/devices/:device_id/planogram", "css .product"),
    ("/devices/:device_id/planogram", "css [role=gridcell]", "css summary"),
    ("/devices/:device_id/planogram", "button From audit", "button Propose"),
    ("/service-orders/:service_order_id", "button More actions", "menuitem Cancel order"),
    (
        "/service-orders/:service_order_id/visits/:cabinet_id",
        "button All as planned",
        "css #finish",
    ),
    ("/dex/:dex_read_id", "button Accept and book"),
    ("/dex/:dex_read_id/installation", "button Create machine"),
    ("/audit-log", "css tbody tr[data-index] td:nth-child(1)"),
    ("/route-board/:route_id", TICK),
    ("/webhooks/:webhook_id", ROW),
    ("/webhooks/:webhook_id", "button More actions", "menuitem Change"),
    ("/devices/:device_id", "button More about this device", "menuitem Archive"),
]
# What a page says, also in its fields.
SAYS = """(body) => [body.textContent, ...[...body.querySelectorAll("input, textarea")]
    .map((field) => field.value)].join(" ")"""
# Put where texts reach a page, they are markup.
MARKUP_IN = {
    "page/dom.js": (
        "  element.replaceChildren(\n    ...flat",
        (
            "  element.innerHTML = flat.filter((each) => `${each}` === each);\n"
            "  element.append(\n    ...flat"
        ),
    ),
    "components/toasts/toasts.js": (
        "    this.append(box);",
        "    this.append(box);\n    box.querySelector('span').innerHTML = text;",
    ),
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hostile(databases, template_url, tmp_path_factory) -> Iterator[tuple[LiveServer, World, str]]:
    """A server over the hostile world, the world, and the session of its administrator."""
    url = databases.copy(template_url)
    settings = Settings(database_url=url, time_zone="Europe/Berlin")
    engine = open_engine(url)
    with engine.writing() as db:
        settings_service.ensure(db, settings)
    app = create_app(settings)
    world = make_hostile_world(app, engine)
    with engine.writing() as db:
        token = auth.open_session(db, world.ids["user_id"][0])
    app.extensions["cvd"]["engine"].close()
    engine.close()
    with serving(url, tmp_path_factory.mktemp("hostile") / "output.txt") as server:
        yield server, world, token
    databases.drop(url)


@pytest.fixture(scope="module")
def window(hostile, browser) -> Iterator[tuple[Page, Watch]]:
    """The administrator's browser, watched; one for all tests, as it takes long to start."""
    server, _, token = hostile
    context = new_window(browser, server.address)
    context.add_cookies([{"name": COOKIE, "value": token, "url": server.address}])
    watch = Watch(context, server.address)
    yield context.new_page(), watch
    context.close()


@pytest.fixture
def page(window) -> Iterator[Page]:
    """The page; the test fails when somebody's text did anything in it."""
    page, watch = window
    watch.found.clear()
    yield page
    watch.settle(page)
    assert not watch.found, "\n".join(watch.found)


@pytest.fixture
def watch(window: tuple[Page, Watch]) -> Watch:
    return window[1]


@pytest.fixture
def world(hostile: tuple[LiveServer, World, str]) -> World:
    return hostile[1]


def addresses(world: World, path: str) -> tuple[str, str]:
    """Where in the shell this route is, for the first and the last of the nouns that it names."""
    return _address(world, path, 0), _address(world, path, DEVICES - 1)


def alone(world: World, path: str) -> str:
    """Where the page of this route is without the shell."""
    return without_shell(_address(world, path, DEVICES - 1))


def _address(world: World, path: str, which: int) -> str:
    def named(match: re.Match[str]) -> str:
        if match[1] == "dex_read_id" and path.endswith("/installation"):
            return str(world.ids["unassigned"][0])
        if match[1] == "route_id" and which:
            return str(world.ids["route_id"][DEVICES])
        each = len(world.ids[match[1]]) // DEVICES
        # What happened last at a device: the order that is to do, the audit that is damaged.
        last = each * (which + 1) - 1 if match[1] in ("service_order_id", "dex_read_id") else which
        return str(world.ids[match[1]][last])

    return re.sub(r":(\w+)", named, path)


def test_every_text_of_the_contract_is_written(world):
    assert text_fields().keys() - world.written == set()


def test_every_page_is_opened():
    pages = {file.stem for file in (FRONTEND / "pages").glob("*/*.html")}
    assert pages
    assert pages - {page for _, page in ROUTES} - set(ALONE) == set()


@pytest.mark.parametrize(("path", "name"), ROUTES, ids=[path for path, _ in ROUTES])
def test_a_page_shows_texts_as_texts(page, watch, world, path, name):
    first, last = addresses(world, path)
    page.goto(f"/#{first}")
    watch.look(page)
    says = "hit()" in shown(page).locator("body").evaluate(SAYS)
    assert says or name in WITHOUT_TEXTS, "the page shows no such text"
    page.goto(f"/#{last}?{HOSTILE_STATE}")
    watch.settle(page)
    watch.point(page)
    assert any(f"/pages/{name}.html" in frame.url for frame in page.frames)


@pytest.mark.parametrize("name", ALONE)
def test_a_page_outside_the_shell_shows_texts_as_texts(page, watch, name):
    page.goto(ALONE[name])
    watch.look(page)


@pytest.mark.parametrize("corner", CORNERS, ids=[" ".join(corner) for corner in CORNERS])
def test_dialogs_and_toasts_show_texts_as_texts(page, watch, world, corner):
    path, *steps = corner
    page.goto(alone(world, path))
    watch.settle(page)
    for step in steps:
        kind, _, name = step.partition(" ")
        found = (
            page.locator(name) if kind == "css" else page.get_by_role(kind, name=re.compile(name))
        )
        found.first.click()
        # Some lead to another page, which must have come before it is looked at.
        watch.settle(page)
        watch.point(page)


def test_the_palette_shows_texts_as_texts(page, watch, world):
    page.goto("/#/profile")
    watch.settle(page)
    for words in ("hit()", PAYLOADS[0]):
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Go to").fill(words)
        page.wait_for_timeout(150)
        watch.point(page)
        page.keyboard.press("Escape")


def test_what_is_dropped_and_refused_is_told_as_text(page, watch, world):
    page.goto("/#/dex")
    watch.settle(page)
    names = [f"{payload.replace('/', '')}.dex" for payload in PAYLOADS[:8]]
    files = [FilePayload(name=name, mimeType="text/plain", buffer=name.encode()) for name in names]
    shown(page).locator("#drop input[type=file]").set_input_files(files)
    expect(shown(page).get_by_text(f"{len(names)} not.")).to_be_visible()
    watch.point(page)


@pytest.mark.parametrize("payload", PAYLOADS[:3])
def test_an_address_nobody_has_is_shown_as_text(page, watch, payload):
    for address in (
        f"/#/devices/{quote(payload)}",
        f"/#{payload}",
        f"/pages/device.html?device_id={quote(payload)}",
        f"/pages/login.html?next={quote(payload)}",
        f"/pages/setup.html#token={quote(payload)}",
    ):
        page.goto(address)
        watch.settle(page)
        watch.point(page)


# The watch itself


def plain(route):
    """Answer a page's script as it is written."""
    name = re.sub(r"^.*/v/\w+/", "", route.request.url)
    script = (FRONTEND / name).read_text(encoding="utf-8")
    route.fulfill(body=script, content_type="text/javascript")


@pytest.mark.parametrize(
    ("file", "obeys_policy"),
    [("page/dom.js", True), ("page/dom.js", False), ("components/toasts/toasts.js", False)],
)
def test_markup_made_of_texts_is_caught(hostile, browser, file, obeys_policy):
    server, _, token = hostile
    right, wrong = MARKUP_IN[file]
    source = (FRONTEND / file).read_text(encoding="utf-8")
    assert right in source
    context = browser.new_context(base_url=server.address, bypass_csp=not obeys_policy)
    context.set_default_timeout(WAIT_MS)
    context.add_cookies([{"name": COOKIE, "value": token, "url": server.address}])
    # Bundled, the file is none of its own: the pages load their plain modules here.
    context.route(re.compile(r"/(shell/index|pages/[\w-]+/[\w-]+)\.js$"), plain)
    context.route(
        f"**/{file}",
        lambda route: route.fulfill(
            body=source.replace(right, wrong), content_type="text/javascript"
        ),
    )
    watch = Watch(context, server.address)
    page = context.new_page()
    page.goto(f"/#/products?q={quote('<img src=x onerror')}")
    watch.settle(page)
    if "toasts" in file:
        # A location is archived at once, and the toast says its name.
        made = context.request.post("/api/locations", data={"name": f"{PAYLOADS[0]} toasted"})
        assert made.ok, made.text()
        page.goto("/#/locations?q=toasted")
        shown(page).locator("tbody tr[data-index] input[type=checkbox]").first.click()
        shown(page).get_by_role("button", name="Archive", exact=True).click()
        page.get_by_role("button", name="Undo").click()
        watch.settle(page)
    watch.point(page)
    context.close()
    told = "\n".join(watch.found)
    assert "pwned" in told
    assert ("the policy stopped script-src" if obeys_policy else "ran in") in told
