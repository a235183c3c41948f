"""Numbers as audits write them: counters, money, and the values that mean "unknown"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

UNKNOWN_32 = 4294967295
UNKNOWN_16 = 65535
# No counter comes near; and all of a file's together, in minor units, still are a 64-bit integer.
LARGEST = 10**12
_LONGEST = len(str(LARGEST))


@lru_cache(maxsize=4096)  # an audit says the same few numbers over and over
def number(text: str) -> int | None:
    """A counter or amount in the audit's own unit; None when empty, not a number or "unknown".

    4294967295 is the all-ones of a 32-bit register that was never set: no counter reaches it.
    """
    text = text.strip()
    if not (text.isdigit() and text.isascii() and len(text) <= _LONGEST):
        return None
    value = int(text)
    return None if value == UNKNOWN_32 or value > LARGEST else value


def small(text: str) -> int | None:
    """A number that never honestly comes near 65535 (price, capacity, outages)."""
    value = number(text)
    return None if value == UNKNOWN_16 else value


def pair(count_text: str, value_text: str) -> tuple[int | None, int | None]:
    """A counter and its money.

    A lively machine passes a true count of 65535, and then its money is of the
    same order; 65535 without money, or beside another "unknown", was never set.
    """
    count, value = number(count_text), number(value_text)
    if count == UNKNOWN_16 and value in (None, 0, UNKNOWN_16):
        return None, None if value == UNKNOWN_16 else value
    if value == UNKNOWN_16 and count in (None, 0):
        return count, None
    return count, value


def cents(value: int | None, shift: int) -> int | None:
    """`value` with `shift` more decimals than the books have, in minor units of the books.

    Halves are rounded away from zero; `shift` is negative where the books have more.
    """
    if value is None or shift == 0:
        return value
    if shift < 0:
        scaled = value * int(10**-shift)
        return scaled if scaled <= LARGEST else None
    unit = int(10**shift)
    return (value + unit // 2) // unit


def total(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
