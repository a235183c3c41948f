"""Columns: which fields each kind of import has, and by which names files call them.

`columns.json` is the one list: for each kind its fields in the order of the template, with the
names that spreadsheets and other vending systems give their columns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from domain.sheets.header import plain

FILE = Path(__file__).resolve().parent / "columns.json"
TITLES = {
    "products": "Products",
    "locations": "Locations",
    "devices": "Machines",
    "slots": "Slots: planograms, prices, par levels, stock",
    "sales": "Sales history: what machines sold before their first read",
    "users": "Users",
}


class Field(NamedTuple):
    """A field of one kind; `shape` is text, code, money, count, degrees, day, kind, payment or
    role.
    """

    name: str
    label: str
    shape: str
    is_needed: bool
    example: str
    names: tuple[str, ...]


class Match(NamedTuple):
    """A kind, and the field of each column that is one of its own."""

    kind: str
    columns: dict[str, str]


@cache
def kinds() -> dict[str, dict[str, Field]]:
    """The fields of each kind by their names."""
    stated = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        kind: {
            name: Field(
                name,
                field["label"],
                field["is"],
                field.get("needed", False),
                field["example"],
                tuple(plain(each) for each in (field["label"], *field["names"])),
            )
            for name, field in fields.items()
        }
        for kind, fields in stated.items()
    }


@cache
def _known() -> frozenset[str]:
    return frozenset(
        name for fields in kinds().values() for field in fields.values() for name in field.names
    )


def is_known(name: str) -> bool:
    """Whether a plain name is one of a column of any kind."""
    return name in _known()


def matched(kind: str, headers: Sequence[str]) -> dict[str, str]:
    """The field of each header that names one; of two that name the same, the better name."""
    found: dict[str, str] = {}
    for field in kinds()[kind].values():
        free = [header for header in headers if header not in found]
        places = {
            field.names.index(plain(header)): header
            for header in reversed(free)
            if plain(header) in field.names
        }
        if places:
            found[places[min(places)]] = field.name
    return found


def best(headers: Sequence[str], *, besides: str | None = None) -> Match | None:
    """The kind of which these headers name most fields, all that are needed among them."""
    matches = [
        Match(kind, columns)
        for kind in kinds()
        if kind != besides and not missing(kind, columns := matched(kind, headers))
    ]
    return max(matches, key=lambda match: len(match.columns), default=None)


def missing(kind: str, columns: Mapping[str, str]) -> list[str]:
    """The labels of needed fields that no column gives."""
    given = set(columns.values())
    return [
        field.label
        for field in kinds()[kind].values()
        if field.is_needed and field.name not in given
    ]
