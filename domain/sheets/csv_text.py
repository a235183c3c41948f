"""CSV: which encoding and which delimiter a file has, and its rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from domain.sheets.sheet import MOST_COLUMNS, BadSheet, Cell, Line, text_of

ENCODINGS = ("utf-8", "utf-16", "windows-1252")
DELIMITERS = (",", ";", "\t", "|")
# The delimiter is told by so many rows.
LOOKED_AT = 50
MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
CODECS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "windows-1252": "cp1252"}


def encoding_of(content: bytes) -> str:
    """One of ENCODINGS: by its mark, else by what its bytes can be."""
    for mark, codec in MARKS.items():
        if content.startswith(mark):
            return "utf-16" if codec == "utf-16" else "utf-8"
    # Every second byte of Latin text in UTF-16 is zero.
    some = content[:2_000]
    if some.count(0) > len(some) // 4:
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def decoded(content: bytes, encoding: str) -> str:
    """The text. Raises BadSheet where it is not of this encoding."""
    codec = CODECS[encoding]
    if encoding == "utf-16" and content[:2] not in MARKS:
        codec = "utf-16-le" if content[1::2][:1_000].count(0) else "utf-16-be"
    try:
        # Five places of Windows-1252 mean nothing, which is no reason to refuse a file.
        return content.decode(codec, "replace" if codec == "cp1252" else "strict")
    except UnicodeDecodeError:
        raise BadSheet(f"It is not written in {encoding.upper()}: choose another.") from None


def delimiter_of(text: str) -> str:
    """One of DELIMITERS: the one by which most rows have the same number of cells, above one."""
    return max(DELIMITERS, key=lambda each: (_agreement(text, each), -DELIMITERS.index(each)))


def lines(text: str, delimiter: str) -> Iterator[Line]:
    """Its rows that are not empty. Raises BadSheet for what is no CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    try:
        for row in reader:
            cells: list[Cell] = [text_of(cell) for cell in row[:MOST_COLUMNS]]
            if any(cells):
                yield Line(begins, cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadSheet(f"Row {begins} cannot be read as CSV ({error}).") from None


def _agreement(text: str, delimiter: str) -> int:
    widths: Counter[int] = Counter()
    try:
        for count, line in enumerate(lines(text[:200_000], delimiter)):
            if count == LOOKED_AT:
                break
            widths[len(line.cells)] += 1
    except BadSheet:
        return 0
    return max(((width - 1) * rows for width, rows in widths.items()), default=0)
