"""Lines into records, records into audits: the outer form of a DEX file.

A record is one line: an id and `*`-separated fields. Everything else in the
file (terminal text, blank lines) is passed over. A file may hold several audits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple
from unicodedata import category

from dex.error import DexError

MAX_BYTES = 8 * 1024 * 1024
MAX_LINE = 4096
MAX_LINES = 50_000
MAX_AUDITS = 200

_LINE = re.compile(rb"([^\r\n]*)(?:\r\n?|\n|\Z)")
_RECORD_ID = re.compile(r"(?:[A-Z]{2}\d{1,3}|G85|DXS|DXE|ST|SE|LS|LE)\Z")
_OPENING = frozenset({"DXS", "ST", "ID1"})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CONTROL = bytes(range(32)) + b"\x7f"
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDIRECTIONAL = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Record(NamedTuple):
    """One line of an audit: its line number from 1, its id (`PA1`), its fields as they came."""

    line: int
    id: str
    fields: tuple[str, ...]

    def field(self, position: int) -> str:
        """The field at `position` (from 1, as the standard counts), trimmed; "" when absent."""
        return self.fields[position - 1].strip() if position <= len(self.fields) else ""

    def leading(self, number: int) -> list[str]:
        """The first fields, as many as `number`, each like `field`."""
        found = [each.strip() for each in self.fields[:number]]
        return found + [""] * (number - len(found))

    def four(self, position: int) -> tuple[str, ...]:
        """The four fields from `position` on as they came, "" for those that are absent."""
        found = self.fields[position - 1 : position + 3]
        return found if len(found) == 4 else (*found, "", "", "", "")[:4]


@dataclass(frozen=True, slots=True)
class Span:
    """One audit of a file: its records in order, the first of each id, its bytes, and how
    many lines were none."""

    records: tuple[Record, ...]
    first: dict[str, Record]
    raw: bytes
    stray_lines: int


def spans(data: bytes) -> list[Span]:
    """The audits in `data`, in file order.

    Raises DexError when the file is empty, too large, or no line of it is a record.
    """
    if not data.strip():
        raise DexError(1, "The file is empty.")
    if len(data) > MAX_BYTES:
        raise DexError(1, f"The file is larger than {MAX_BYTES >> 20} MB; no audit is.")
    _check_number_of_lines(data)
    found: list[_Collector] = []
    current = _Collector(1)
    for line, text in _lines(data):
        record = _record(line, text)
        if record is not None and record.id in _OPENING and current.ends_before(record):
            found.append(current)
            if len(found) >= MAX_AUDITS:
                raise DexError(line, f"The file holds more than {MAX_AUDITS} audits; split it.")
            current = _Collector(line)
        current.take(record)
    if not current.records:
        raise DexError(1, "No line of this file is a DEX record.")
    found.append(current)
    parts = _parted(data, [each.line for each in found])
    return [each.span(raw) for each, raw in zip(found, parts, strict=True)]


class _Collector:
    """The audit being gathered while the lines go by."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.records: list[Record] = []
        self.first: dict[str, Record] = {}
        self.stray_lines = 0

    def take(self, record: Record | None) -> None:
        if record is None:
            # Text before the first record is the terminal's greeting, not a lost record.
            self.stray_lines += bool(self.records)
        else:
            self.records.append(record)
            self.first.setdefault(record.id, record)

    def ends_before(self, record: Record) -> bool:
        """Whether `record` begins the next audit.

        What some machines send before DXS belongs to the audit that DXS opens,
        unless it is an audit by itself.
        """
        if record.id == "DXS":
            return not self.first.keys().isdisjoint({"DXS", "ST", "VA1", "PA1"})
        if record.id == "ST":
            return "ST" in self.first
        return (
            record.id == "ID1"
            and "ID1" in self.first
            and self.records[-1].id in ("G85", "SE", "DXE")
        )

    def span(self, raw: bytes) -> Span:
        return Span(tuple(self.records), self.first, raw, self.stray_lines)


def _check_number_of_lines(data: bytes) -> None:
    """DexError for more than any audit has; empty ones do not count."""
    if data.count(b"\n") + data.count(b"\r") < MAX_LINES:
        return
    filled = (line for line, match in enumerate(_LINE.finditer(data), start=1) if match[1])
    beyond = next(islice(filled, MAX_LINES, None), None)
    if beyond is not None:
        raise DexError(beyond, f"The file has more than {MAX_LINES} lines; no audit does.")


def _lines(data: bytes) -> list[tuple[int, str]]:
    """Each line that is not empty: its number from 1, and its text."""
    if data.isascii() and data.translate(None, b"\r\n").decode().isprintable():
        # As most files are: there is nothing to take out of any line.
        return [each for each in enumerate(data.decode().splitlines(), start=1) if each[1]]
    return [(line, _text(each)) for line, each in enumerate(data.splitlines(), start=1) if each]


def _parted(data: bytes, lines: Sequence[int]) -> list[bytes]:
    """The bytes from each of these lines to the next, the first part from the very beginning."""
    if len(lines) == 1:
        return [data]
    begins = set(lines[1:])
    found = enumerate(_LINE.finditer(data), start=1)
    cuts = [0, *(match.start() for line, match in found if line in begins), len(data)]
    return [data[begin:end] for begin, end in pairwise(cuts)]


def _record(line: int, text: str) -> Record | None:
    if len(text) > MAX_LINE:
        return None
    fields = text.split("*")
    head = fields.pop(0).strip()
    return Record(line, head, tuple(fields)) if _is_record_id(head) else None


def _text(line: bytes) -> str:
    """A line as far as it can be read; empty when it is longer than any record."""
    if len(line) > MAX_LINE:
        return ""
    decoded = _decoded(line)
    if line.startswith(_BYTE_ORDER_MARK) or not decoded.isprintable():
        return _printable(_decoded(line.removeprefix(_BYTE_ORDER_MARK).translate(None, _CONTROL)))
    return decoded


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="ignore")  # five bytes are no letter in it


def _printable(text: str) -> str:
    """The text without what steers a terminal or the direction of writing."""
    if text.isprintable():
        return text
    return "".join(
        " " if letter == "\xa0" else letter
        for letter in text
        if letter not in _BIDIRECTIONAL and category(letter) not in _UNSEEN
    )


@lru_cache(maxsize=1024)  # an audit says the same few ids over and over
def _is_record_id(text: str) -> bool:
    return _RECORD_ID.match(text) is not None
