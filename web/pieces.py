"""Pieces: the body of an answer that is too long to be held, given bit by bit.

What is short is held whole before anything is answered. An error further on is raised by the
next piece, and whoever sends the pieces has to show it: the server has sent nothing by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

# Of an answer in pieces so much is held; whatever ends before it is answered at once.
HELD_BYTES = 256 * 1024


class Pieces:
    """An iterator of bytes, and what is to be done once it has ended or nobody wants more."""

    def __init__(self, pieces: Iterator[bytes], *ends: Callable[[], None]) -> None:
        self._pieces = pieces
        self._ends = ends

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def and_then(self, end: Callable[[], None]) -> Pieces:
        """The same pieces, and one thing more to be done behind them."""
        return Pieces(self._pieces, *self._ends, end)

    def close(self) -> None:
        """Do what is to be done at the end; once, however often it is asked for."""
        ends, self._ends = self._ends, ()
        for end in ends:
            end()


def of(content: Iterator[bytes]) -> bytes | Pieces:
    """All of it where it is short, else its pieces. Raises what the beginning raises."""
    begun: list[bytes] = []
    held = 0
    close: Callable[[], None] = getattr(content, "close", lambda: None)
    for piece in content:
        begun.append(piece)
        held += len(piece)
        if held >= HELD_BYTES:
            return Pieces(chain(begun, content), close)
    return b"".join(begun)
