"""Results: the few answers of a service that are more than a noun.

Services know nothing of HTTP; these say what happened, and the binding words it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import orjson

from domain import spreadsheets, xlsx
from domain.spreadsheets import Cell, Style
from errors import Invalid

# A longer spreadsheet is written by a job: that many rows take some 200 ms.
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Existing:
    """What was to be created is there already: the 200 beside the 201."""

    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session was opened; `token` goes into the cookie, `body` into the answer.

    `device` is the cookie by which the browser is known from now on, if it is to be, for so
    many days. With `ends_flow` the cookie of SentAway goes.
    """

    body: dict[str, Any] | None
    token: str
    device: str | None = None
    device_days: int = 0
    ends_flow: bool = False


@dataclass(frozen=True, slots=True)
class SentAway:
    """Somebody goes to another site to sign in: `flow` goes into a cookie for so many minutes."""

    body: dict[str, Any]
    flow: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Challenged:
    """A device is asked to answer: `ceremony` goes into a cookie for so many minutes."""

    body: dict[str, Any]
    ceremony: str
    minutes: int


@dataclass(frozen=True, slots=True)
class SignedOut:
    """The session ended."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the front end, by the name of its file."""

    name: str


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes to save under a name: all of them, or an iterator that gives them piece by piece.

    An iterator is asked in the thread and the transaction of its operation (a `Sheet`), or in none
    (`x-transaction: none`), and closed at the end. `length` is in bytes, where that is known.

    What has a `tag` never changes and was made by CVD itself: browsers show it and keep it.
    """

    filename: str
    content: bytes | Iterator[bytes]
    media_type: str = "application/octet-stream"
    length: int | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet to save under a name (`x-sheet`), whose rows are made as they are written.

    `count` is how many there will be, or almost so many. They are asked for in the thread and the
    transaction of whoever writes them: a request, or a job where it `is_long`. It is written as
    CSV in a `style`, or as a workbook.
    """

    name: str
    count: int
    header: Sequence[str]
    rows: Iterator[Sequence[Cell]]
    style: Style

    @property
    def is_long(self) -> bool:
        return self.count > MOST_ROWS

    def written(self, form: str) -> Download:
        """The file of a format (csv or xlsx), made bit by bit. Raises Invalid for too many rows."""
        if form == "xlsx" and self.count > xlsx.MOST_ROWS:
            raise Invalid.at("/query/format", xlsx.TOO_LONG)
        media_type = xlsx.MEDIA_TYPE if form == "xlsx" else "text/csv; charset=utf-8"
        return Download(f"{self.name}.{form}", self.pieces(form), media_type)

    def pieces(self, form: str) -> Iterator[bytes]:
        """Its bytes in a format. Raises Invalid, where it grew meanwhile, for too many rows."""
        if form == "xlsx":
            return xlsx.pieces(self.header, self.rows, self.name)
        return spreadsheets.pieces(self.header, self.rows, self.style)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived: the name is what the sender says, nothing more."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file as it arrived, on the disk because it may be large (`x-most-bytes`).

    It is read from `stream`, which is closed and gone once the operation has ended. `length`
    is in bytes, `sha256` in hexadecimal digits.
    """

    filename: str
    stream: IO[bytes]
    length: int
    sha256: str


def plain(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result as who gets it as JSON has it: what the engine rendered is taken apart."""
    taken_apart: dict[str, Any] = orjson.loads(orjson.dumps(result))
    return taken_apart
