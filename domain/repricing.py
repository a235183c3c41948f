"""Repricing: what a price or a number of units becomes when it is set, moved or scaled.

Amounts are integers: minor units, or units. A half is rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

WHOLE = 100


def price_after(base_cents: int, how: Mapping[str, Any]) -> int:
    """What a price of `base_cents` becomes: {set_cents}, {add_cents} or {percent}, the last two
    rounded to a multiple of their `step_cents`. It may be below zero.
    """
    if "set_cents" in how:
        return int(how["set_cents"])
    if "add_cents" in how:
        moved = Fraction(base_cents + how["add_cents"])
    else:
        moved = Fraction(base_cents) * (WHOLE + Fraction(str(how["percent"]))) / WHOLE
    step = how.get("step_cents", 1)
    return _rounded(moved / step) * step


def units_after(base: int, how: Mapping[str, Any]) -> int:
    """What `base` units become: {set} or {scale_percent}; at least 1 of what was not 0."""
    if "set" in how:
        return int(how["set"])
    scaled = _rounded(Fraction(base) * Fraction(str(how["scale_percent"])) / WHOLE)
    return max(scaled, min(base, 1))


def scaled_along(part: int, whole: int, whole_after: int) -> int:
    """A part of a whole, when the whole becomes another: in proportion, at least 1 of what was
    not 0, and never more than the whole.
    """
    if whole == 0:
        return min(part, whole_after)
    return min(max(_rounded(Fraction(part * whole_after, whole)), min(part, 1)), whole_after)


def _rounded(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))
