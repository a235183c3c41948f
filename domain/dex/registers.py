"""Registers: what a counter can have moved by, when it stands lower than it stood before.

Makers give their counters 16, 24 or 32 bits, or four to eight decimal digits; beyond
the highest figure a register begins again at zero.
"""

from __future__ import annotations

from collections.abc import Iterator

SIZES = tuple(sorted([2**16, 2**24, 2**32, *(10**digits for digits in range(4, 9))]))


def run_over(before: int, now: int, most: float) -> Iterator[tuple[int, int]]:
    """(moved by, size of the register) for each size that it can have run over, up to `most`.

    More than half of a register between two audits is no running over.
    """
    for size in SIZES:
        if before < size and size - before + now <= min(most, size / 2):
            yield size - before + now, size


def nearest_run_over(before: int, now: int, expected: int) -> int | None:
    """By how much a register ran over, if that is about what was expected of it."""
    found = min(
        (moved for moved, _ in run_over(before, now, 2 * expected)),
        key=lambda moved: abs(moved - expected),
        default=None,
    )
    return found if found is not None and 2 * found >= expected else None


def named(size: int) -> str:
    """The highest figure of a register of this size, as people read it."""
    return f"{size - 1:,}"
