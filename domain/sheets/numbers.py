"""Numbers as people write them: with a decimal sign, groups of thousands and a currency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from domain.sheets.sheet import Cell

SIGNS = (".", ",")
# So many a spreadsheet shows of what it computed: 0.6 * 3 is 1.8 there too.
SHOWN_DIGITS = 15
# What is longer is a text, and takes long to be looked at.
LONGEST = 60
# A currency before or behind, and blanks of every kind.
AROUND = re.compile(r"^(?:[^\W\d_]{1,3}\.?|[$€£¥₽₹%])?\s*(.*?)\s*(?:[^\W\d_]{1,4}\.?|[$€£¥₽₹%])?$")
PLAIN = re.compile(r"^[+-]?\d{1,15}(?:\.\d{1,10})?$")
BLANKS = re.compile(r"['\u2019\s]")
TELLING = re.compile(r"\d([.,])(?:\d{1,2}|-)\D*$")
GROUPS = {
    ".": re.compile(r"^[+-]?\d{1,3}(?:[,'\u2019\s]\d{3})+(?:\.\d+)?$"),
    ",": re.compile(r"^[+-]?\d{1,3}(?:[.'\u2019\s]\d{3})+(?:,\d+)?$"),
}


def sign_of(cells: Iterable[Cell]) -> str | None:
    """The decimal sign that these cells are written with; None where none of them tells."""
    counted = dict.fromkeys(SIGNS, 0)
    for cell in cells:
        if isinstance(cell, str) and (found := TELLING.search(cell)):
            counted[found[1]] += 1
    return max(SIGNS, key=lambda sign: counted[sign]) if any(counted.values()) else None


def number(cell: Cell, sign: str) -> Decimal | None:
    """What a cell says; None where that is no number, also where its groups are none."""
    if not isinstance(cell, str):
        return Decimal(f"{cell:.{SHOWN_DIGITS}g}") if isinstance(cell, float) else Decimal(cell)
    if len(cell) > LONGEST:
        return None
    found = AROUND.match(cell.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-"))
    text = found[1] if found else cell
    other = SIGNS[1 - SIGNS.index(sign)]
    if GROUPS[sign].match(text):
        text = BLANKS.sub("", text.replace(other, ""))
    if other in text:
        return None
    text = text.replace(sign, ".")
    return Decimal(text) if text.isascii() and PLAIN.match(text) else None
