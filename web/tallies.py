"""Tallies: numbers that the processes of one server count together.

They lie in memory that the server shares with the workers it forks: nothing is written to
any disk, what a worker counted survives its death, and all of it goes with the last process.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
from collections.abc import Iterator

BYTES = 8
TURN_WITHIN_S = 1.0


class Tallies:
    """Rows of `counts` sums and of `levels` that hold at the moment, a row for each process.

    A process writes into its own row alone, so that no two write the same number.
    """

    def __init__(self, *, counts: int, levels: int, processes: int) -> None:
        self._counts = counts
        # In front of each row stands whose it is.
        self._width = 1 + counts + levels
        self._numbers = memoryview(mmap.mmap(-1, BYTES * self._width * processes)).cast("d")
        self._turn = multiprocessing.Lock()

    def take(self) -> memoryview[float]:
        """A row for this process: its counts, then its levels.

        It goes on from what a process counted that has ended. Where there are more
        processes than rows, what this one counts is not seen.
        """
        # Whoever was killed while taking a row keeps the turn for ever.
        has_turn = self._turn.acquire(timeout=TURN_WITHIN_S)
        try:
            for owned in self._rows():
                if not _is_alive(int(owned[0])):
                    owned[0] = os.getpid()
                    for place in range(1 + self._counts, self._width):
                        owned[place] = 0.0
                    return owned[1:]
        finally:
            if has_turn:
                self._turn.release()
        return memoryview(bytearray(BYTES * self._width)).cast("d")[1:]

    def counts(self) -> list[float]:
        """The sums over all processes, also those that have ended."""
        rows = [owned[1 : 1 + self._counts].tolist() for owned in self._rows()]
        return list(map(sum, zip(*rows, strict=True)))

    def levels(self) -> list[float]:
        """The sums over the processes that live."""
        rows = [
            owned[1 + self._counts :].tolist() for owned in self._rows() if _is_alive(int(owned[0]))
        ]
        nothing = [0.0] * (self._width - 1 - self._counts)
        return list(map(sum, zip(nothing, *rows, strict=True)))

    def _rows(self) -> Iterator[memoryview[float]]:
        for begin in range(0, len(self._numbers), self._width):
            yield self._numbers[begin : begin + self._width]


def _is_alive(process: int) -> bool:
    if not process:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
