"""Files: one as somebody says that it is to be read, and what was found of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.sheets import MOST_ROWS, BadSheet, Line, csv_text
from services.transfer import workbooks

TOO_MANY = f"It has more than {MOST_ROWS:,} rows: divide it into several files."

# A workbook keeps a text once, however many of its cells say it; here each row keeps its own.
MOST_CHARACTERS = 2**25
NUMBER = 8
TOO_LONG = "Its cells say more than can be read: leave out columns that nobody needs here."


class Choice(NamedTuple):
    """How a file is to be read; what is None is found."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


class Read(NamedTuple):
    """How a file was read, and its lines; of a workbook its sheets, and no encoding."""

    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: list[str]
    lines: list[Line]


def read(content: bytes, choice: Choice) -> Read:
    """The lines of a CSV or XLSX file. Raises BadSheet."""
    if content.startswith(workbooks.OLD_SIGNATURE):
        raise BadSheet(
            "It is an old workbook (XLS), or locked with a password: save it as XLSX or CSV."
        )
    if content.startswith(workbooks.SIGNATURE):
        sheets = workbooks.sheets_of(content)
        sheet = choice.sheet or sheets[0]
        return Read(None, None, sheet, sheets, _bounded(workbooks.lines(content, sheet)))
    encoding = choice.encoding or csv_text.encoding_of(content)
    text = csv_text.decoded(content, encoding)
    delimiter = choice.delimiter or csv_text.delimiter_of(text)
    return Read(encoding, delimiter, None, [], _bounded(csv_text.lines(text, delimiter)))


def _bounded(lines: Iterator[Line]) -> list[Line]:
    """All of them. Raises BadSheet for more than a file may have."""
    kept: list[Line] = []
    left = MOST_CHARACTERS
    for line in lines:
        # A few more stand above the header.
        if len(kept) > MOST_ROWS + 100:
            raise BadSheet(TOO_MANY)
        left -= sum(len(cell) if isinstance(cell, str) else NUMBER for cell in line.cells)
        if left < 0:
            raise BadSheet(TOO_LONG)
        kept.append(line)
    if not kept:
        raise BadSheet("There is nothing in it.")
    return kept
