"""Browsers: what somebody signs in with, in words that they know it by.

The words are kept, not the User-Agent: they are all that anybody needs to tell a phone
from a computer. What a program says of itself proves nothing, and decides nothing here.
"""

from __future__ import annotations

import re

UNKNOWN = "A program that does not say what it is"
LONGEST_NAME = 40
# The first that is named counts: most say that they are like others as well.
BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\b(?:OPR|Opera)/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|HeadlessChrome)/")),
    ("Safari", re.compile(r"\bVersion/\S+ (?:Mobile/\S+ )?Safari/")),
)
SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("Mac", re.compile(r"\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)
PROGRAM = re.compile(r"[A-Za-z][\w .-]*")


def words(user_agent: str | None) -> str:
    """Such as "Firefox on Windows"; the name of a program that is no browser; else UNKNOWN."""
    told = user_agent or ""
    browser = _first(BROWSERS, told)
    system = _first(SYSTEMS, told)
    if browser and system:
        return f"{browser} on {system}"
    if browser or system:
        return browser or system
    named = PROGRAM.match(told)
    return named[0].strip()[:LONGEST_NAME] if named else UNKNOWN


def _first(kinds: tuple[tuple[str, re.Pattern[str]], ...], told: str) -> str:
    return next((name for name, pattern in kinds if pattern.search(told)), "")
