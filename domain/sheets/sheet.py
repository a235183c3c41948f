"""What a spreadsheet is made of, and how much of one is read."""

from __future__ import annotations

from typing import NamedTuple

# Text as it is written, or a number where the file itself says that it is one.
Cell = str | int | float

MOST_ROWS = 50_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 4_000


class BadSheet(Exception):
    """Why a file cannot be read, as one sentence for the person who sent it."""


class Line(NamedTuple):
    """A row that says something, with its number in the file, from 1."""

    number: int
    cells: list[Cell]


def text_of(value: str) -> str:
    """A text as it can be kept: without what no database takes, of bounded length."""
    return value.replace("\x00", "").strip()[:MOST_CHARACTERS]
