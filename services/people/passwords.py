"""Passwords that are easily guessed: one that is chosen is refused with the reason.

Length is the contract's (`NewPassword`), and any characters will do. What is refused:
the passwords that are tried first (common_passwords.txt), also with other capitals,
with digits and signs around them or in place of letters; walks along the keyboard,
the alphabet or the digits, and repetitions; the product's, the company's and the
person's own names with little else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from errors import Invalid

LIST = Path(__file__).resolve().parent / "common_passwords.txt"
# What has to be left beside a name, or behind a common word, to be no guess.
REST = 8
SHORTEST_NAME = 3
OWN_WORDS = ("vending", "automat", "cvd")
ROWS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm"),
    *("1234567890", "abcdefghijklmnopqrstuvwxyz"),
)
COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "1qay", "6zhn")
DIGITS_ABOVE = ("1q", "2w", "3e", "4r", "5t", "6y", "7u", "8i", "9o", "0p", "1a", "2z", "6z")
LIKE_LETTERS = str.maketrans("@401!3$578", "aaoliesstb")
AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def check(password: str, *, names: Iterable[str | None], at: str) -> None:
    """Invalid at the pointer `at` for a password that is tried early; `names` are avoided."""
    reason = _weakness(password, names)
    if reason:
        raise Invalid.at(at, reason)


def _weakness(password: str, names: Iterable[str | None]) -> str | None:
    # As it reads: wide letters and raised digits are no others, and blanks hide nothing.
    lower = "".join(unicodedata.normalize("NFKC", password).lower().split())
    if _is_common(lower):
        return (
            "is among the most used passwords, or one of them with a few digits and signs: "
            "choose another, such as a few words in a row"
        )
    if _is_repeated(lower):
        return "repeats itself: choose another, such as a few words in a row"
    if _is_walk(lower):
        return "follows the keyboard or counts up: choose another, such as a few words in a row"
    for word in _words(names):
        if word in lower and len(lower.replace(word, "")) < REST:
            return f'is little more than "{word}", a name that others know: choose another'
    return None


def _is_common(lower: str) -> bool:
    common = _common()
    for variant in {lower, lower.translate(LIKE_LETTERS)}:
        if variant in common:
            return True
        base = AROUND.sub("", variant)
        if base in common and len(variant) - len(base) < REST:
            return True
    # Digits around it are none in place of letters.
    base = AROUND.sub("", lower)
    return base.translate(LIKE_LETTERS) in common and len(lower) - len(base) < REST


def _is_repeated(lower: str) -> bool:
    if len(set(lower)) <= 3:
        return True
    # The shortest unit of which it is made, cut off anywhere.
    unit = (lower + lower).find(lower, 1)
    return unit < len(lower) and (unit <= 4 or _is_common(lower[:unit]))


def _is_walk(lower: str) -> bool:
    steps = sum(pair in _steps() for pair in pairwise(lower))
    return steps >= 0.8 * (len(lower) - 1)


def _words(names: Iterable[str | None]) -> list[str]:
    """The words of the names; of an address only what is before the @."""
    texts = [(name or "").lower().split("@")[0] for name in names]
    words = {word for text in texts for word in (text, *re.split(r"[\W\d_]+", text))}
    long = {word for word in words if len(word) >= SHORTEST_NAME}
    return sorted(long | set(OWN_WORDS), key=len, reverse=True)


@cache
def _common() -> frozenset[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@cache
def _steps() -> frozenset[tuple[str, str]]:
    """Pairs of characters side by side, either way, and each with itself."""
    lines = (*ROWS, *COLUMNS, *DIGITS_ABOVE)
    ahead = {pair for line in lines for pair in pairwise(line)}
    return frozenset(ahead | {(b, a) for a, b in ahead} | {(c, c) for line in lines for c in line})
