"""Days as people write them: in the order of their country, with or without a time of day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import clock
from domain.sheets.sheet import Cell

DAY_FIRST, MONTH_FIRST = "day", "month"
ORDERS = (DAY_FIRST, MONTH_FIRST)
# What is longer is a text, and takes long to be looked at.
LONGEST = 60
# A year of two digits is of this century.
CENTURY = 2000
TIME = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?"
ZONE = r"(?: ?(?P<zone>Z|[+-]\d{2}:?\d{2}))?"
YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){TIME}{ZONE}")
YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){TIME}")
WEEKDAY = r"(?:[^\W\d_]{2,10}[.,]? )?"
IN_WORDS = (
    re.compile(rf"{WEEKDAY}(?P<month>[^\W\d_]{{3,9}})\.? (?P<d>\d{{1,2}}),? (?P<y>\d{{4}}){TIME}"),
    re.compile(
        rf"{WEEKDAY}(?P<d>\d{{1,2}})\.?[ -](?P<month>[^\W\d_]{{3,9}})\.?[ -](?P<y>\d{{4}}){TIME}"
    ),
)
# By the first three letters, in English and German.
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip


def order_of(cells: Iterable[Cell]) -> str | None:
    """Whether these begin with the day or the month; None where none of them tells."""
    counted = dict.fromkeys(ORDERS, 0)
    for cell in cells:
        if isinstance(cell, str) and len(cell) <= LONGEST and (found := YEAR_LAST.fullmatch(cell)):
            first, second = int(found[1]), int(found[3])
            if (first > 12) != (second > 12):
                counted[DAY_FIRST if first > 12 else MONTH_FIRST] += 1
    return max(ORDERS, key=lambda order: counted[order]) if any(counted.values()) else None


def day(cell: Cell, order: str, zone: str) -> str | None:
    """The ISO date that a cell says, None where it says none.

    A time with its own zone is of the day that it was in `zone`; others are local already.
    """
    text = str(cell)
    if len(text) > LONGEST:
        return None
    if found := YEAR_FIRST.fullmatch(text):
        if found["zone"]:
            return _local(text, zone)
        return _date(int(found["y"]), int(found["m"]), int(found["d"]))
    if found := YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += CENTURY if len(found[4]) == 2 else 0
        month, of_month = (second, first) if order == DAY_FIRST else (first, second)
        return _date(year, month, of_month)
    for pattern in IN_WORDS:
        found = pattern.fullmatch(text)
        if found and (named := MONTHS.get(found["month"][:3].casefold())):
            return _date(int(found["y"]), named, int(found["d"]))
    return None


def _date(year: int, month: int, of_month: int) -> str | None:
    try:
        return date(year, month, of_month).isoformat()
    except ValueError:
        return None


def _local(text: str, zone: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text.replace(",", ".").replace(" Z", "Z"))
        return clock.local_date(clock.to_text(moment.astimezone(UTC)), zone)
    except (ValueError, OverflowError):
        return None
