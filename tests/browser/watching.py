"""Watching pages for text that became markup: what ran, what the policy stopped, what stands there.

watch = Watch(context, server.address)
…
watch.look(page)
assert not watch.found
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Error, Frame, Page, Request

SETTLED_MS, POLL_MS, MOST_MS = 60, 30, 10_000
# Refused requests are told in the console too; pages say them in words.
EXPECTED = "Failed to load resource"
LISTEN = """
addEventListener("securitypolicyviolation", (event) =>
    told(`the policy stopped ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# Elements and attributes that no page of CVD has, unless somebody's text became them.
INSPECT = r"""() => {
    const found = [];
    const MAPS = "https://www.openstreetmap.org/";
    const MAP = /^(search\?query=[^?#&]*|\?mlat=[^?#]*#map=[\d/.-]+)$/;
    const ADDRESS = /^#(\/|content$)/;
    const addresses = ["href", "src", "action", "formaction", "data", "xlink:href"];
    for (const element of document.querySelectorAll("*")) {
        for (const { name, value } of element.attributes) {
            const says = `${element.localName} ${name}=${value.slice(0, 80)}`;
            if (name === "pwned" || name === "srcdoc" || name.startsWith("on")) found.push(says);
            if (!addresses.includes(name)) continue;
            const to = URL.canParse(value, location.href) ? new URL(value, location.href) : null;
            if (to?.protocol === "blob:" || to?.protocol === "data:") continue;
            // A place on a map, in the query alone.
            const isMap = to?.href.startsWith(MAPS) && MAP.test(to.href.slice(MAPS.length));
            if (isMap && element.matches("a.map[rel=noopener]")) continue;
            if (to?.origin !== location.origin) found.push(says);
            // The shell's own addresses begin so; #content is where its skip link leads.
            if (to?.pathname === "/" && to.hash && !ADDRESS.test(to.hash)) found.push(says);
        }
    }
    return found;
}"""
# Everything that shows only when somebody points at it.
POINT = """() => {
    for (const part of document.querySelectorAll("details")) part.open = true;
    for (const element of [...document.querySelectorAll("[data-tip]")].slice(0, 60)) {
        element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
    }
    for (const over of document.querySelectorAll(".u-over")) {
        const box = over.getBoundingClientRect();
        for (let at = 0; at < 6; at += 1) {
            const place = { clientX: box.x + (box.width * at) / 6, clientY: box.y + 20 };
            over.dispatchEvent(new MouseEvent("mousemove", { ...place, bubbles: true }));
        }
    }
    for (const input of [...document.querySelectorAll("cvd-combobox input")].slice(0, 3)) {
        input.focus();
        input.click();
    }
}"""


class Watch:
    """What texts did in the pages of one browser window; `found` is empty when nothing."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.found: list[str] = []
        self._address = address
        self._asked: set[Request] = set()
        context.expose_binding("hit", lambda source: self._tell(f"ran in {source['frame'].url}"))
        context.expose_binding(
            "told", lambda source, words: self._tell(f"{words} in {source['frame'].url}")
        )
        context.add_init_script(LISTEN)
        context.on("console", self._hear)
        context.on("dialog", self._answer)
        context.on("weberror", lambda error: self._tell(f"threw {error.error}"))
        context.on("request", self._ask)
        context.on("requestfinished", self._done)
        context.on("requestfailed", self._done)

    def settle(self, page: Page) -> None:
        """Wait until nothing is being fetched and the shown page has begun."""
        quiet = waited = 0
        while quiet < SETTLED_MS and waited < MOST_MS:
            page.wait_for_timeout(POLL_MS)
            waited += POLL_MS
            quiet = quiet + POLL_MS if not self._asked and _has_begun(page) else 0

    def look(self, page: Page) -> None:
        """Point at everything, open what is folded and each tab, and inspect what stands there."""
        self.settle(page)
        self.point(page)
        for frame in shown_frames(page):
            for tab in frame.locator("cvd-tabs [role=tab]:visible").all()[1:]:
                tab.click()
                self.settle(page)
                self.point(page)

    def point(self, page: Page) -> None:
        """Point at what is there, and inspect it."""
        for frame in shown_frames(page):
            frame.evaluate(POINT)
        self.settle(page)
        for frame in shown_frames(page):
            for says in frame.evaluate(INSPECT):
                self._tell(f"{says} in {frame.url}")
            frame.evaluate("document.activeElement?.blur()")

    def _tell(self, words: str) -> None:
        if words not in self.found:
            self.found.append(words)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and EXPECTED not in message.text:
            self._tell(f"console: {message.text}")

    def _answer(self, dialog: Dialog) -> None:
        """Leaving what is not saved is asked about; nothing else is."""
        if dialog.type == "beforeunload":
            dialog.accept()
            return
        self._tell(f"a dialog of the browser: {dialog.message}")
        dialog.dismiss()

    def _done(self, request: Request) -> None:
        self._asked.discard(request)

    def _ask(self, request: Request) -> None:
        self._asked.add(request)
        if not request.url.startswith((self._address, "data:", "blob:")):
            self._tell(f"asked for {request.url}")


def shown_frames(page: Page) -> list[Frame]:
    """The shell and the page in it, without those that are kept behind."""
    return [frame for frame in page.frames if frame.parent_frame is None or _is_shown(frame)]


def _is_shown(frame: Frame) -> bool:
    try:
        return frame.frame_element().is_visible()
    except Error:  # it went while we asked
        return False


def _has_begun(page: Page) -> Any:
    try:
        return all(frame.evaluate("document.readyState") == "complete" for frame in page.frames)
    except Error:
        return False
