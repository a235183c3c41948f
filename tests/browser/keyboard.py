"""Somebody at the keyboard, who has no mouse and must always see where they are.

    hands = Keyboard(page)
    hands.go_to("Route board")
    hands.choose(shown(page).get_by_role("button", name="Create order"))

Every step is a key. After each Tab whatever has the focus must be in view and
marked; a control that takes an unreasonable number of presses to reach fails
the test, as does a pointer that moved.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import shown

MOST_PRESSES = 30
MOST_LOOKS = 5
POINTED = "() => window.pointed ?? 0"
COUNT_POINTERS = """
    for (const kind of ["pointerdown", "mousedown", "mousemove", "touchstart"]) {
        addEventListener(kind, (event) => {
            if (event.isTrusted) window.pointed = (window.pointed ?? 0) + 1;
        }, { capture: true });
    }
"""
# What has the focus in the innermost frame, and what is wrong with the way it shows: empty when
# nothing is, null for what is gone. All in one question, for it is asked after each key.
LOOK = """() => {
    let element = document.activeElement ?? document.body;
    while (element.contentDocument?.body) {
        element = element.contentDocument.activeElement ?? element.contentDocument.body;
    }
    const { defaultView: view, body } = element.ownerDocument;
    const isBody = element === body;
    const name = element.outerHTML.slice(0, 200);
    const wrong = () => {
        if (isBody) return "nothing has the focus";
        if (!element.isConnected || !view) return null;
        const box = element.getBoundingClientRect();
        if (box.width < 1 || box.height < 1) return `has no size: ${name}`;
        const isOutside = box.bottom < 1 || box.right < 1
            || box.top > view.innerHeight - 1 || box.left > view.innerWidth - 1;
        if (isOutside) return `is out of view: ${name}`;
        const isMarked = (each) => {
            const { outlineStyle, outlineWidth } = view.getComputedStyle(each);
            return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
        };
        const active = element.getAttribute("aria-activedescendant");
        const shown = active && element.ownerDocument.getElementById(active);
        const marks = [element, element.parentElement, shown];
        // A place to type in has its caret.
        const isText = element.matches("dialog.palette input");
        if (isText || marks.some((each) => each && isMarked(each))) return "";
        return `is not marked: ${name}`;
    };
    return { isBody, name, wrong: wrong() };
}"""


class Keyboard:
    """The keys of one browser window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.context.add_init_script(COUNT_POINTERS)
        # Listened for from the start: told only at the key press, the browser may be too late.
        page.on("filechooser", lambda _: None)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def fill(self, text: str) -> None:
        """Put the text in the place of what is in the field that has the focus."""
        self.press("Control+a", "Delete")
        self.type(text)

    def look(self) -> Any:
        """What has the focus, as LOOK tells."""
        told = None
        # A page that renders itself anew puts the focus on what comes in place of the old.
        for _ in range(MOST_LOOKS):
            told = self.page.evaluate(LOOK)
            if told["wrong"] is not None:
                break
        return told

    def sees(self) -> None:
        """Whatever has the focus is in view and marked."""
        wrong = self.look()["wrong"]
        assert wrong == "", wrong

    def is_at(self, wanted: Locator) -> None:
        """The focus is where one expects it, and can be seen."""
        expect(wanted).to_be_focused()
        self.sees()

    def reach(self, wanted: Locator, *, key: str = "Tab", within: int = MOST_PRESSES) -> None:
        """Press Tab (or `key`) until `wanted` has the focus."""
        expect(wanted).to_be_visible()
        passed = []
        for _ in range(within + 1):
            if wanted.evaluate(
                "(element) => element === document.activeElement && document.hasFocus()"
            ):
                self.sees()
                return
            self.press(key)
            told = self.look()
            assert told["isBody"] or told["wrong"] == "", told["wrong"]
            passed.append(told["name"])
        raise AssertionError(
            f"{within} presses of {key} do not reach it, only " + "\n".join(passed)
        )

    def choose(self, wanted: Locator, *, key: str = "Tab", within: int = MOST_PRESSES) -> None:
        """Reach a button or link, and press Enter on it."""
        self.reach(wanted, key=key, within=within)
        self.press("Enter")

    def go_to(self, words: str) -> None:
        """Another page, by the palette: there once its frame shows in place of the one before."""
        self.press("Control+k")
        self.is_at(self.page.get_by_role("combobox", name="Go to"))
        self.type(words)
        option = self.page.get_by_role("option", selected=True)
        expect(option).to_contain_text(words)
        self.press("Enter")
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        frame = self.page.locator("iframe.is-shown")
        expect(frame).to_have_attribute("title", re.compile(re.escape(words)))

    def give_file(self, path: Path, key: str) -> None:
        """Choose a file where `key` opens the choice."""
        with self.page.expect_file_chooser() as choosing:
            self.press(key)
        choosing.value.set_files(path)

    def never_pointed(self) -> None:
        for frame in self.page.frames:
            assert frame.evaluate(POINTED) == 0, f"a pointer was used in {frame.url}"


def title(page: Page, heading: str | re.Pattern[str]) -> Locator:
    """The heading of the page that the shell shows."""
    return shown(page).get_by_role("heading", name=heading, level=1)
