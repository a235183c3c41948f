"""Repricing: what a price or a number of units becomes when it is set, moved or scaled.

Amounts are integers: minor units, or units. A half is rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

WHOLE = 100


def price_after(base_cents: int, how: Mapping[str, Any]) -> int:
    """What a price of `base_cents` becomes: {set_cents}, {add_cents} or {percent}, the last two
    rounded to a multiple of their `step_cents`. It may be below zero.
    """
    if "set_cents" in how:
        return int(how["set_cents"])
    step = int(how.get("step_cents", 1))
    if "add_cents" in how:
        return _rounded(base_cents + how["add_cents"], step) * step
    added, parts = _ratio(how["percent"])
    return _rounded(base_cents * (WHOLE * parts + added), WHOLE * parts * step) * step


def units_after(base: int, how: Mapping[str, Any]) -> int:
    """What `base` units become: {set} or {scale_percent}; at least 1 of what was not 0."""
    if "set" in how:
        return int(how["set"])
    percent, parts = _ratio(how["scale_percent"])
    return max(_rounded(base * percent, WHOLE * parts), min(base, 1))


def scaled_along(part: int, whole: int, whole_after: int) -> int:
    """A part of a whole, when the whole becomes another: in proportion, at least 1 of what was
    not 0, and never more than the whole.
    """
    if whole == 0:
        return min(part, whole_after)
    return min(max(_rounded(part * whole_after, whole), min(part, 1)), whole_after)


def _ratio(number: float) -> tuple[int, int]:
    """A number as it was written, as a fraction: 2.5 is 5 / 2."""
    return Decimal(str(number)).as_integer_ratio()


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
