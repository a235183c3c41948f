"""What is written to it, taken away bit by bit: a file that is only ever written forwards."""

from __future__ import annotations

from io import RawIOBase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Pieces(RawIOBase):
    """A stream without places, for an archive that is sent while it is written."""

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
