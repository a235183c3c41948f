"""XLSX: the rows of one sheet of a workbook, in bounded memory.

A workbook is an archive of XML from anybody. How much it unpacks to is looked at before any
of it is read, and what it says of its own size is not believed.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple
from xml.parsers import expat

from domain.sheets.sheet import MOST_COLUMNS, MOST_ROWS, BadSheet, Cell, Line, text_of

SIGNATURE = b"PK\x03\x04"
# An old workbook (XLS), or one that is locked with a password.
OLD_SIGNATURE = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 200 * 2**20
# The texts of all cells and the formats are kept in memory whole.
MOST_KEPT = 24 * 2**20
KEPT = re.compile(r"(sharedStrings|styles|workbook|theme\d*)\.xml$", re.IGNORECASE)
MOST_PARTS = 2_000
# The parser makes objects of each element, whatever it says.
CELLS = re.compile(r"^xl/(worksheets/|sharedStrings\.xml$)", re.IGNORECASE)
MOST_CELL_MARKS = 4_000_000
MOST_OTHER_MARKS = 200_000
# It holds a row, or a text, as a whole before it lets go of it: 4 million cells in one row took
# 1.3 GiB. A sheet has 16,384 columns.
HELD = frozenset({"row", "si"})
MOST_HELD = 100_000
MOST_HELD_BYTES = 24 * 2**20
# A mark that has not come to its end is read again from its begin with each piece: one of
# 20 MB took 17 s, and one ten times as long takes a hundred times that. A text is no mark.
MOST_MARK_BYTES = 2**18
# A parser writes it in front of the name of each element.
MOST_NAMESPACE = 1_000
MOST_WALKED = 4 * 2**30
SHEET = re.compile(rb"<(?:\w{1,20}:)?sheet[\s/>]")
DECLARES = (b"<!ENTITY", "<!ENTITY".encode("utf-16-le"), "<!ENTITY".encode("utf-16-be"))
ACROSS = max(map(len, DECLARES)) - 1
# Rows are numbered by the file; those that are left out are not there to be read.
LAST_ROW = MOST_ROWS * 2
ZEROS = re.compile(r"^0{2,20}$")
TOO_MUCH = "It unpacks to more than can be read: save it as CSV."
TOO_WIDE = "It has more cells in one row than can be read: save it as CSV."
NOT_ONE = "It is no workbook that can be read: save it again as XLSX, or as CSV."


def sheets_of(content: bytes) -> list[str]:
    """The names of its sheets. Raises BadSheet."""
    with _Workbook(content) as book:
        return list(book.sheetnames)


def lines(content: bytes, sheet: str | None) -> Iterator[Line]:
    """The rows of a sheet, of the first one unless named. Raises BadSheet."""
    with _Workbook(content) as book:
        if sheet is not None and sheet not in book.sheetnames:
            raise BadSheet("It has no sheet of that name.")
        shown = book[sheet] if sheet is not None else book.worksheets[0]
        yield from _lines(shown)


class _Workbook:
    """A workbook that is open. Whatever its parser makes of a broken one is a BadSheet."""

    def __init__(self, content: bytes) -> None:
        _check(content)
        self._content = content
        self._book: Any = None

    def __enter__(self) -> Any:
        # Only who imports a workbook needs it.
        from openpyxl import load_workbook  # type: ignore[import-untyped]

        try:
            self._book = load_workbook(
                BytesIO(self._content), read_only=True, data_only=True, keep_links=False
            )
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  # the parser raises whatever a broken file leads it to
            raise BadSheet(NOT_ONE) from None
        if not self._book.worksheets:
            raise BadSheet("It has no sheet with rows.")
        return self._book

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._book is not None:
            self._book.close()
        if kind is not None and issubclass(kind, Exception) and not issubclass(kind, BadSheet):
            raise BadSheet(NOT_ONE) from None


def _check(content: bytes) -> None:
    """Refuse what would unpack to more than may be held. Raises BadSheet."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_parts(archive)
    except BadSheet:
        raise
    except Exception:  # noqa: BLE001  # an archive may be broken in any way
        raise BadSheet(NOT_ONE) from None


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise BadSheet(f"It has more than {MOST_PARTS:,} parts, as no workbook needs.")
    left, kept, sheets = MOST_UNPACKED, MOST_KEPT, 0
    marks = {"cells": MOST_CELL_MARKS, "others": MOST_OTHER_MARKS}
    for part in parts:
        if part.flag_bits & 1:
            raise BadSheet("It is locked with a password: save it without one.")
        kind = "cells" if CELLS.search(part.filename) else "others"
        held = _Held(MOST_HELD if kind == "cells" else MOST_OTHER_MARKS)
        found = _unpacked(archive, part, left, held)
        if kind == "cells" and held.is_broken:
            raise BadSheet(NOT_ONE)
        left -= found.size
        kept -= found.size if KEPT.search(part.filename) else 0
        marks[kind] -= found.marks
        sheets += found.sheets
        if min(left, kept, *marks.values()) < 0:
            raise BadSheet(TOO_MUCH)
    # Each of them is walked through, also where all are the same part.
    if sheets * (MOST_UNPACKED - left) > MOST_WALKED:
        raise BadSheet(TOO_MUCH)


class _Found(NamedTuple):
    """Of a part: its bytes, its marks (each element has one or two), the sheets it names."""

    size: int
    marks: int
    sheets: int


class _Held:
    """Walks along a part, and counts what a parser of it would hold at once. Raises BadSheet.

    A parser gets no further than to where this one finds a part to be no XML (`is_broken`), as a
    photo is from its first byte on.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.is_broken = False
        self._depth = 0
        self._inside = 0
        self._outside = 0
        self._fed = 0
        # Where the last row began or ended, and the bytes that lie between those before.
        self._edge = 0
        self._between = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        # What is declared of attributes is given to each element anew.
        self._parser.AttlistDeclHandler = self._declared
        self._parser.StartNamespaceDeclHandler = self._named

    def feed(self, piece: bytes) -> None:
        if self.is_broken:
            return
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError:
            self.is_broken = True
            return
        self._fed += len(piece)
        if self._fed - max(self._parser.CurrentByteIndex, 0) > MOST_MARK_BYTES:
            raise BadSheet(TOO_MUCH)
        between = 0 if self._depth else self._between
        if self._fed - self._edge + between > MOST_HELD_BYTES:
            raise BadSheet(TOO_MUCH)

    def _start(self, name: str, _: object) -> None:
        # A row within a row does not end that one.
        if name.rpartition(" ")[2] in HELD:
            self._depth += 1
            if self._depth == 1:
                self._inside = 0
                begin = self._parser.CurrentByteIndex
                self._between += begin - self._edge
                self._edge = begin
        if self._depth:
            self._inside += 1
        else:
            self._outside += 1
        if max(self._inside, self._outside) > self._most:
            raise BadSheet(TOO_WIDE)

    def _declared(self, *_: object) -> None:
        raise BadSheet(NOT_ONE)

    def _named(self, _: str | None, namespace: str | None) -> None:
        if len(namespace or "") > MOST_NAMESPACE:
            raise BadSheet(NOT_ONE)

    def _end(self, name: str) -> None:
        if name.rpartition(" ")[2] in HELD:
            self._depth -= 1
            if not self._depth:
                self._edge = self._parser.CurrentByteIndex


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int, held: _Held) -> _Found:
    """What a part really has, read up to one byte more than `most`. Raises BadSheet."""
    size, marks, sheets, last = 0, 0, 0, b""
    with archive.open(part) as stream:
        while size <= most and (piece := stream.read(2**16)):
            # What XML declares for itself can be worth a thousand times its length. Any part
            # may be named as one that is XML, and what is looked for lie across two pieces.
            seen = last + piece
            if any(each in seen for each in DECLARES):
                raise BadSheet(NOT_ONE)
            held.feed(piece)
            size += len(piece)
            marks += piece.count(b"<")
            # Each other byte of UTF-16 is a zero.
            sheets += len(SHEET.findall(seen.replace(b"\0", b"")))
            last = piece[-ACROSS:]
    return _Found(size, marks, sheets)


def _lines(sheet: Any) -> Iterator[Line]:
    # What it says of its own size may be wrong in both directions.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(min_row=1, max_row=LAST_ROW, max_col=MOST_COLUMNS)
    for number, row in enumerate(rows, start=1):
        cells = [_cell(cell) for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield Line(number, cells)


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None or isinstance(value, bool):
        return "" if value is None else ("yes" if value else "no")
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return str(value.isoformat())
    return text_of(str(value))


def _number(value: int | float, number_format: str) -> Cell:
    """A number; a text where its format writes a code with zeros in front."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        if value.is_integer() and abs(value) < 2**53:
            value = int(value)
    if isinstance(value, int):
        if ZEROS.match(number_format) and value >= 0:
            return str(value).zfill(len(number_format))
        # JSON and the databases take no larger one.
        return value if abs(value) < 2**53 else str(value)
    return value
