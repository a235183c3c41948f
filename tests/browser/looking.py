"""Looking at a page: what the shell shows, pictures of it, and whether everybody can use it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal
from weakref import WeakSet

import pytest
from playwright.sync_api import Error, Frame, FrameLocator, Page

from settings import PROJECT

# Nothing is asserted of them, and making them is a seventh of the time.
WANTS_PICTURES = bool(os.environ.get("CVD_TEST_PICTURES"))
SCREENSHOTS = PROJECT / "screenshots"
AXE = PROJECT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
# The first frame has the new layout, the second what its observers changed.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Without preload: it fetches every style sheet again, for rules that are not run.
RUN_AXE = """async () => {
    const options = { resultTypes: ["violations"], iframes: false, preload: false };
    // A third of the time went to rules of which nothing is asserted.
    const rules = axe._audit.rules
        .filter(({ enabled, impact, tags }) => enabled && !tags.includes("experimental")
            && ["serious", "critical"].includes(impact))
        .map(({ id }) => id);
    const { violations } = await axe.run(document, { ...options, runOnly: rules });
    return violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html}`);
}"""
RUN_AXE_RULE = """async (rule) => {
    const options = { runOnly: [rule], iframes: false, preload: false };
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}"""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# Pages that were opened without the shell.
stand_alone: WeakSet[Page] = WeakSet()
# The shell around a page is mostly one that was looked at before.
LOOKS = """() => JSON.stringify([innerWidth, matchMedia("(prefers-color-scheme: dark)").matches,
    document.documentElement.outerHTML.replace(/<iframe[^>]*>/g, "")])"""
_fine: set[str] = set()


def shown(page: Page) -> FrameLocator | Page:
    """The page that the shell shows, or that stands there without it."""
    return page if page in stand_alone else page.frame_locator("iframe.is-shown")


def screenshot(page: Page, name: str, *, sizes: tuple[str, ...] | None = None) -> None:
    """screenshots/NAME-SIZE-SCHEME.png, light and dark; a desktop's page at both sizes."""
    if not WANTS_PICTURES:
        return
    SCREENSHOTS.mkdir(exist_ok=True)
    before = page.viewport_size
    assert before is not None
    is_phone = before["width"] == SIZES["phone"][0]
    for size in sizes or (("phone",) if is_phone else ("desktop", "phone")):
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate(DRAWN)
            page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{scheme}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)


def check_accessibility(page: Page) -> None:
    """axe finds nothing serious or critical, in the page and the frame it shows."""
    if not AXE.exists():
        pytest.skip("the front-end libraries are not installed (npm)")
    shell, *pages = _visible_frames(page)
    looks = shell.evaluate(LOOKS)
    found = [] if looks in _fine else _violations(shell)
    if not found:
        _fine.add(looks)
    found += [says for frame in pages for says in _violations(frame)]
    assert not found, "\n".join(found)


def check_rule(page: Page, rule: str) -> None:
    """This rule of axe, of whatever impact, holds in the page and the frame it shows."""
    if not AXE.exists():
        pytest.skip("the front-end libraries are not installed (npm)")
    found = []
    for frame in _visible_frames(page):
        _bring_axe(frame)
        found += [f"{frame.url}: {says}" for says in frame.evaluate(RUN_AXE_RULE, rule)]
    assert not found, "\n".join(found)


def _visible_frames(page: Page) -> Iterator[Frame]:
    for frame in page.frames:
        if frame.parent_frame is None or frame.frame_element().is_visible():
            yield frame


def _violations(frame: Frame) -> list[str]:
    _bring_axe(frame)
    try:
        found = frame.evaluate(RUN_AXE)
    except Error as error:
        raise AssertionError(f"axe could not run in {frame.url}: {error}") from None
    return [f"{frame.url}: {says}" for says in found]


def _bring_axe(frame: Frame) -> None:
    if not frame.evaluate("'axe' in window"):
        frame.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
