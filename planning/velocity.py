"""Velocity: how many units of its product a slot sells a day.

Measured where the slot's own sales say enough: units ÷ days in stock (Anupindi, Dada,
Gupta 1998, doi 10.1287/mksc.17.4.406, simplified). Time in which a slot was known sold
out is not counted, so demand is not underestimated. Elsewhere the mean of what others
measured for the same product stands in, and the basis says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

WINDOW_DAYS = 28
LEAST_INTERVALS = 2
# Less time in stock than this says nothing about demand.
LEAST_DAYS_IN_STOCK = 0.25

Basis = Literal["measured", "similar", "fleet"]
MEASURED: Basis = "measured"


class Velocity(NamedTuple):
    """Units a day and what they rest on; both None while nobody knows."""

    units_per_day: float | None
    basis: Basis | None


UNKNOWN = Velocity(None, None)


def measured(units: int, observed_days: float, days_out: float, slots: int) -> Velocity:
    """What each of the `slots` of a selection sold; unknown when hardly ever in stock."""
    in_stock = observed_days - days_out
    if in_stock < LEAST_DAYS_IN_STOCK:
        return UNKNOWN
    return Velocity(round(units / in_stock / slots, 4), MEASURED)


def estimated(similar: float | None, fleet: float | None) -> Velocity:
    """The product's mean on similar machines, else on the fleet; means in units a day and slot."""
    if similar is not None:
        return Velocity(round(similar, 4), "similar")
    if fleet is not None:
        return Velocity(round(fleet, 4), "fleet")
    return UNKNOWN


def saw_enough(since: str, reads: Sequence[str]) -> bool:
    """Whether two intervals closed after `since`; `reads`: times of the last ones, newest first."""
    return len(reads) >= LEAST_INTERVALS and since < reads[LEAST_INTERVALS - 1]
