"""Lines into records, records into audits: the outer form of a DEX file.

A record is one line: an id and `*`-separated fields. Everything else in the
file (terminal text, blank lines) is passed over. A file may hold several audits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dex.error import DexError

MAX_BYTES = 8 * 1024 * 1024
MAX_LINE = 4096
MAX_LINES = 50_000
MAX_AUDITS = 200

_LINE = re.compile(rb"[^\r\n]+")
_RECORD_ID = re.compile(r"(?:[A-Z]{2}\d{1,3}|G85|DXS|DXE|ST|SE|LS|LE)\Z")
_CONTROL = bytes(range(32)) + b"\x7f"


@dataclass(frozen=True, slots=True)
class Record:
    """One line of an audit: its line number from 1, its id (`PA1`), its fields as they came."""

    line: int
    id: str
    fields: tuple[str, ...]

    def field(self, position: int) -> str:
        """The field at `position` (from 1, as the standard counts), trimmed; "" when absent."""
        return self.fields[position - 1].strip() if position <= len(self.fields) else ""


@dataclass(frozen=True, slots=True)
class Span:
    """One audit of a file: its records in order, its bytes, and how many lines were none."""

    records: tuple[Record, ...]
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
    found: list[Span] = []
    current = _Collector(0)
    for count, (offset, line, text) in enumerate(_lines(data)):
        if count >= MAX_LINES:
            raise DexError(line, f"The file has more than {MAX_LINES} lines; no audit does.")
        record = _record(line, text)
        if record is not None and current.ends_before(record):
            found.append(current.span(data, offset))
            if len(found) >= MAX_AUDITS:
                raise DexError(line, f"The file holds more than {MAX_AUDITS} audits; split it.")
            current = _Collector(offset)
        current.take(record)
    if not current.records:
        raise DexError(1, "No line of this file is a DEX record.")
    found.append(current.span(data, len(data)))
    return found


class _Collector:
    """The audit being gathered while the lines go by."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.records: list[Record] = []
        self.ids: set[str] = set()
        self.stray_lines = 0

    def take(self, record: Record | None) -> None:
        if record is None:
            # Text before the first record is the terminal's greeting, not a lost record.
            self.stray_lines += bool(self.records)
        else:
            self.records.append(record)
            self.ids.add(record.id)

    def ends_before(self, record: Record) -> bool:
        """Whether `record` begins the next audit.

        What some machines send before DXS belongs to the audit that DXS opens,
        unless it is an audit by itself.
        """
        if record.id == "DXS":
            return not self.ids.isdisjoint({"DXS", "ST", "VA1", "PA1"})
        if record.id == "ST":
            return "ST" in self.ids
        return (
            record.id == "ID1" and "ID1" in self.ids and self.records[-1].id in ("G85", "SE", "DXE")
        )

    def span(self, data: bytes, end: int) -> Span:
        return Span(tuple(self.records), data[self.start : end], self.stray_lines)


def _lines(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each line that is not empty: its offset, its number from 1, its bytes."""
    line, end = 1, 0
    for match in _LINE.finditer(data):
        gap = data[end : match.start()]
        line += gap.count(b"\n") + gap.count(b"\r") - gap.count(b"\r\n")
        end = match.end()
        yield match.start(), line, match.group()


def _record(line: int, text: bytes) -> Record | None:
    if len(text) > MAX_LINE:
        return None
    text = text.removeprefix(b"\xef\xbb\xbf").translate(None, _CONTROL)
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        decoded = text.decode("latin-1")
    head, *fields = decoded.split("*")
    head = head.strip()
    return Record(line, head, tuple(fields)) if _RECORD_ID.match(head) else None
