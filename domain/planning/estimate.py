"""Estimates: what is in a slot between the facts that say so.

Stock = what was known last less units a day x days since then, never below zero. Up to a
day after a fact the fact stands: a machine that reports daily shows what it reported.
Several slots of one selection are drained in slot order, as the next audit will book it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

OLD_AFTER_DAYS = 1.0


class Known(NamedTuple):
    """A slot as it was known last, `days` ago; quantity None where nobody ever knew.

    `is_fact` is False where `quantity` is itself a guess: filled without a count.
    """

    selection: str | None
    quantity: int | None
    days: float
    units_per_day: float | None
    is_fact: bool = True


def stocks(slots: Sequence[Known]) -> list[int | None]:
    """The estimated stock of each slot, in slot order; None where the books stand."""
    found: list[int | None] = [None if slot.is_fact else slot.quantity for slot in slots]
    for places in _by_selection(slots):
        sold = sum(slots[place].days * (slots[place].units_per_day or 0) for place in places)
        for place in places:
            stock = float(slots[place].quantity or 0)
            taken = min(stock, sold)
            sold -= taken
            found[place] = round(stock - taken)
    return found


def days_until_another(slots: Sequence[Known]) -> float | None:
    """In how many days the first of these stocks is another one; None where none will be.

    A stock becomes an estimate a day after the fact, and falls by a unit after that.
    """
    waits = []
    for slot in slots:
        if not slot.quantity or not slot.units_per_day:
            continue
        left = slot.quantity - slot.units_per_day * slot.days
        if slot.days <= OLD_AFTER_DAYS:
            waits.append(OLD_AFTER_DAYS - slot.days)
        elif left > 0:
            # A stock is rounded: it falls where half a unit is gone.
            waits.append(max(0.0, left - round(left) + 0.5) / slot.units_per_day)
    return min(waits, default=None)


def _by_selection(slots: Sequence[Known]) -> list[list[int]]:
    """The places of the slots to estimate, those of one selection together."""
    together: dict[object, list[int]] = {}
    for place, slot in enumerate(slots):
        if slot.quantity and slot.units_per_day is not None and slot.days > OLD_AFTER_DAYS:
            together.setdefault(slot.selection or object(), []).append(place)
    return list(together.values())
