"""Zips, written forwards: each part bit by bit, and sent while the next is made."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MOST_HELD = 64 * 1024
# What a part that is not `is_large` may have: some programs read no zip64.
MOST_OF_PART = 2**31 - 1


class Part(NamedTuple):
    """A file of a zip. What is compressed already `is_packed`; `is_large` may be of any length."""

    name: str
    pieces: Iterable[bytes]
    is_packed: bool = False
    is_large: bool = True


def zipped(parts: Iterable[Part], *, level: int = 1) -> Iterator[bytes]:
    """The bytes of a zip of these parts, each asked for when the one before is written.

    They say nothing of when they were made, so the same parts are the same bytes.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", compresslevel=level) as archive:
        for part in parts:
            about = zipfile.ZipInfo(part.name)
            about.compress_type = zipfile.ZIP_STORED if part.is_packed else zipfile.ZIP_DEFLATED
            about.external_attr = 0o600 << 16
            with archive.open(about, "w", force_zip64=part.is_large) as file:
                for piece in part.pieces:
                    file.write(piece)
                    if sink.length >= MOST_HELD:
                        yield sink.taken()
    yield sink.taken()


class _Sink(RawIOBase):
    """Takes what is written to it until it is taken away; it has no places to go back to."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self.length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        piece = bytes(data)
        self._held.append(piece)
        self.length += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece = b"".join(self._held)
        self._held.clear()
        self.length = 0
        return piece
