"""Velocity: how many units of its product a slot sells a day.

Measured where the slot's own sales say enough: units ÷ days in stock (Anupindi, Dada,
Gupta 1998, doi 10.1287/mksc.17.4.406, simplified). Time in which a slot was known sold
out is not counted, so demand is not underestimated. Where no audit says it, what visits
found and filled does. Elsewhere the mean of what others know of the same product stands
in, and the basis says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp
from typing import Literal, NamedTuple

WINDOW_DAYS = 28
LEAST_INTERVALS = 2
# Less time in stock than this says nothing about demand.
LEAST_DAYS_IN_STOCK = 0.25
# Visits are further apart than audits: they are looked at for longer.
VISITS_WINDOW_DAYS = 84
# A visit sooner than this mends the one before.
LEAST_DAYS_BETWEEN_VISITS = 0.5
LEAST_DAYS_OF_VISITS = 3
# What sold out within a period sold more than was there: so often the rate is corrected.
CORRECTIONS = 12
# Without a period that did not sell out, nothing bounds the correction.
MOST_TIMES = 3.0

Basis = Literal["measured", "visits", "similar", "fleet"]
MEASURED: Basis = "measured"
VISITS: Basis = "visits"
# What a machine knows of itself, and others may be told by.
OWN: frozenset[Basis] = frozenset({MEASURED, VISITS})


class Velocity(NamedTuple):
    """Units a day and what they rest on; both None while nobody knows."""

    units_per_day: float | None
    basis: Basis | None


class Found(NamedTuple):
    """What a visit found at a slot and left there; `days` since some moment."""

    days: float
    before: int
    after: int


class Period(NamedTuple):
    """What a slot sold from one visit to the next, and whether it was empty at its end."""

    units: int
    days: float
    sold_out: bool


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


def from_visits(periods: Sequence[Period]) -> Velocity:
    """What a slot sold between visits; unknown after less than three days of them.

    A slot that was found empty sold out at a time that nobody knows: its demand is what
    is to be expected of a Poisson demand that is at least what was there.
    """
    days = sum(period.days for period in periods)
    if days < LEAST_DAYS_OF_VISITS:
        return UNKNOWN
    plain = rate = sum(period.units for period in periods) / days
    if any(not period.sold_out for period in periods):
        for _ in range(CORRECTIONS if any(period.sold_out for period in periods) else 0):
            rate = min(sum(_demand(period, rate) for period in periods) / days, MOST_TIMES * plain)
    return Velocity(round(rate, 4), VISITS)


def periods_of(visits: Iterable[Found]) -> list[Period]:
    """What was sold between visits, oldest first."""
    periods = []
    last: Found | None = None
    for visit in visits:
        if last is not None and visit.days - last.days < LEAST_DAYS_BETWEEN_VISITS:
            last = last._replace(after=visit.after)
            continue
        if last is not None and last.after > 0:
            units = max(0, last.after - visit.before)
            periods.append(Period(units, visit.days - last.days, visit.before == 0))
        last = visit
    return periods


def saw_enough(since: str, reads: Sequence[str]) -> bool:
    """Whether two intervals closed after `since`; `reads`: times of the last ones, newest first."""
    return len(reads) >= LEAST_INTERVALS and since < reads[LEAST_INTERVALS - 1]


def _demand(period: Period, rate: float) -> float:
    """What was asked for: the units, or more where these were all there was."""
    if not period.sold_out:
        return period.units
    mean = rate * period.days
    return mean * _at_least(period.units - 1, mean) / _at_least(period.units, mean)


def _at_least(units: int, mean: float) -> float:
    """The probability of a Poisson demand of so many units or more; never quite nothing."""
    share = exp(-mean)
    below = 0.0
    for number in range(units):
        below += share
        share *= mean / (number + 1)
    return max(1.0 - below, 1e-12)
