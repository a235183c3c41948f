"""Readings: what one audit shows of a machine, and what stands from those before.

The values that solving.py compares. Money in integer minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Finding = Literal["plain", "glitch", "wrap", "partly_anew", "epoch", "return", "reset", "unsolved"]


class Counters(NamedTuple):
    """One selection: since initialisation, and since the last reset."""

    price_cents: int | None
    counted: int
    value_cents: int | None
    count_rst: int | None = None
    value_rst_cents: int | None = None

    @property
    def shows_something(self) -> bool:
        """Whether it is more than what a failing board says; a count may have run over to zero."""
        return bool(self.counted or self.value_cents)


class Total(NamedTuple):
    """The machine as a whole: VA1, and the money of all ways of payment; None where not said."""

    counted: int | None = None
    value_cents: int | None = None
    payments_cents: int | None = None


class Reading(NamedTuple):
    """One audit."""

    selections: Mapping[str, Counters]
    total: Total


class Board(NamedTuple):
    """The standing readings of one life of a machine's counters.

    `selections` holds the last figure of each that is not a zero behind a higher one;
    `last` and `total` are of its last audit.
    """

    epoch: int
    selections: Mapping[str, Counters]
    last: Mapping[str, Counters]
    total: Total


class Sold(NamedTuple):
    """What a selection sold between two audits."""

    units: int
    amount_cents: int
    began_anew: bool = False
    is_free: bool = False


class Change(NamedTuple):
    """What the machine as a whole says it sold; None where it does not say."""

    units: int | None = None
    cents: int | None = None
    payments_cents: int | None = None


class Habit(NamedTuple):
    """Which share of a machine's own total its selections miss as a rule; None: not known yet."""

    units: float | None = None
    cents: float | None = None
    spread: float = 0.0


class Renamed(NamedTuple):
    """A selection that is gone, the one that seems to be it, and what it sold meanwhile."""

    formerly: str
    selection: str
    units: int


class Usual(NamedTuple):
    """What a machine sells as a rule in the time between two audits, and the most it can."""

    units: float
    most: float
    is_known: bool


@dataclass(frozen=True)
class Solution:
    """How one audit is read against what stood.

    `epoch` is None where a new life of the counters begins. `contradiction` says
    why it cannot be booked; `notes` what a person should know.
    """

    finding: Finding
    epoch: int | None
    sold: Mapping[str, Sold]
    change: Change
    contradiction: str | None = None
    notes: Sequence[str] = ()
    renamed: Sequence[Renamed] = ()
    explained: bool = False

    @cached_property
    def units(self) -> int:
        """As the selections say; what costs nothing left out where the total leaves it out."""
        units = sum(each.units for each in self.sold.values())
        told = self.change.units
        if told is None or told >= units:
            return units
        charged = units - sum(each.units for each in self.sold.values() if each.is_free)
        return min(units, charged, key=lambda each: abs(told - each))

    @cached_property
    def cents(self) -> int:
        return sum(each.amount_cents for each in self.sold.values())


class Context(NamedTuple):
    """What is known besides of a machine when an audit is read.

    `fresh`: selections that the present board did not report yet and another one did;
    `ignored`: those that book nothing.
    """

    fresh: Collection[str] = ()
    ignored: Collection[str] = ()
    habit: Callable[[], Habit] = Habit
