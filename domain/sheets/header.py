"""The header of a sheet: which row it is, and what is below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from domain.sheets.sheet import BadSheet, Line

# Above it stand a title and a few lines at most.
LOOKED_AT = 25
WORDS = re.compile(r"[^0-9a-z]+")


class Header(NamedTuple):
    """The place of the header among the lines, from 0, and the name of each column."""

    place: int
    names: list[str]


def plain(name: str) -> str:
    """A name as it is compared: `Preis (€)` is `preis`."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return WORDS.sub("", "".join(each for each in decomposed if not unicodedata.combining(each)))


def find(lines: Sequence[Line], is_known: Callable[[str], bool], at: int | None = None) -> Header:
    """The header: the row with this number in the file, else the one that names most columns.

    `is_known` says of a plain name whether it is one of a column. Raises BadSheet.
    """
    if not lines:
        raise BadSheet("There is nothing in it.")
    if at is not None:
        place = next((n for n, line in enumerate(lines) if line.number == at), None)
        if place is None:
            raise BadSheet(f"Row {at} has no names of columns, or is not among the first rows.")
    else:
        place = max(range(min(len(lines), LOOKED_AT)), key=lambda n: _likeness(lines, n, is_known))
    return Header(place, _names(lines[place]))


def _likeness(
    lines: Sequence[Line], place: int, is_known: Callable[[str], bool]
) -> tuple[int, int, int]:
    texts = [cell for cell in lines[place].cells if isinstance(cell, str) and cell]
    known = sum(is_known(plain(text)) for text in texts)
    # Where nothing is known: the widest of the first rows, of those the first one.
    return known, len(texts), -place


def _names(line: Line) -> list[str]:
    """Each column by a name of its own: one without is called by its number."""
    names: list[str] = []
    for number, cell in enumerate(line.cells, start=1):
        name = str(cell)[:120] or f"Column {number}"
        while name in names:
            name = f"{name} ({number})"
        names.append(name)
    return names
