"""Spreadsheets as CSV: cells that keep their meaning, and texts that no program runs.

A text that a spreadsheet would take for a formula gets an apostrophe in front of the sign
(OWASP, CSV injection). It is looked for behind blanks, quotes and every separator too:
another program may divide the line there. Numbers are never texts.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain import locales

# Amounts are Decimals, of the decimals of their currency; dates and times are those of a place.
Cell = str | int | float | bool | Decimal | date | datetime | None

# The signs of formulas, also as wide ones, which spreadsheets read as the same.
_FORMULA = re.compile(
    r"""
    (?P<before> (?:^ | [,;|\t\r\n"'\u2018-\u201f\x00-\x08\x0b\x0c\x0e-\x1f])
                [\s"'\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f]* )
    (?P<sign> [=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212] )
    """,
    re.VERBOSE,
)
MARK = "\ufeff"
PIECE_CHARACTERS = 32 * 1024
_BLANK_STARTS = ("\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Style:
    """How numbers and columns are written; `has_mark`: spreadsheets see by it that it is UTF-8."""

    decimal: str = "."
    separator: str = ","
    has_mark: bool = False


FOR_MACHINES = Style()
# Who else a spreadsheet may be for, as the contract calls it.
MACHINES = "machines"


def for_people(locale: str) -> Style:
    """As spreadsheets of people with this language read it."""
    return Style(locales.decimal_sign(locale), locales.list_sign(locale), has_mark=True)


def amount(cents: int | None, decimals: int) -> Decimal | None:
    """Minor units as the currency has them: 150 of two decimals is 1.50."""
    return None if cents is None else Decimal(cents).scaleb(-decimals)


def written(header: Sequence[str], rows: Iterable[Sequence[Cell]], style: Style) -> bytes:
    """The bytes of a CSV file."""
    return b"".join(pieces(header, rows, style))


def pieces(header: Sequence[str], rows: Iterable[Sequence[Cell]], style: Style) -> Iterator[bytes]:
    """The same bit by bit: as many rows at once as give about PIECE_CHARACTERS."""
    text = io.StringIO(MARK if style.has_mark else "", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=style.separator)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(value, style) for value in row])
        if text.tell() >= PIECE_CHARACTERS:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def harmless(text: str) -> str:
    """The text, with an apostrophe before whatever would begin a formula."""
    safe = _FORMULA.sub(r"\g<before>'\g<sign>", text)
    return f"'{safe}" if safe.startswith(_BLANK_STARTS) else safe


def _cell(value: Cell, style: Style) -> str | int | None:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | Decimal):
        return _plain(value).replace(".", style.decimal)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else value


def _plain(number: float | Decimal) -> str:
    """Without an exponent, which not every program reads."""
    return f"{number if isinstance(number, Decimal) else Decimal(repr(number)):f}"
