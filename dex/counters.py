"""Which pair of PA2 counters runs since initialisation.

The standard puts it first. Some makes put it third and fourth. The pair whose
sum equals VA1 is the one to account from; where neither does, counters since
initialisation can never be behind those since a reset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dex.amounts import total
from dex.selection import Selection
from dex.totals import Totals

CountersPair = Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class Sums:
    """The counters of one pair summed over the selections, and over those that cost money."""

    count: int | None
    value_cents: int | None
    count_charged: int | None

    def nearest_count(self, stated: int | None) -> int | None:
        """The sum that is meant by VA1: machines differ in whether free counters are in it."""
        if stated is not None and self.count_charged is not None and self.count != stated:
            return self.count_charged
        return self.count


def sums(selections: Sequence[Selection]) -> Sums:
    """The counters since initialisation, summed."""
    return _summed(
        (each.price_cents, each.count_init, each.value_init_cents) for each in selections
    )


def _summed(counters: Iterable[tuple[int | None, int | None, int | None]]) -> Sums:
    """`counters` are price, count and value of each selection."""
    known = list(counters)
    return Sums(
        total(count for _, count, _ in known),
        total(value for _, _, value in known),
        total(count for price, count, value in known if price != 0 or value),
    )


def choose_pair(selections: Sequence[Selection], paid: Totals) -> CountersPair:
    """`selections` as the standard reads them; `paid` is VA1."""
    first = sums(selections)
    second = _summed(
        (each.price_cents, each.count_rst, each.value_rst_cents) for each in selections
    )
    for_first, for_second = _agreement(first, paid), _agreement(second, paid)
    if for_first == for_second == 0 and _behind(selections) and _nearer(second, first, paid):
        return "second"
    return "second" if for_second > for_first else "first"


def _agreement(pair: Sums, paid: Totals) -> int:
    """2 for the count (every vend is in it), 1 for the money."""
    counted = paid.count_init and paid.count_init in (pair.count, pair.count_charged)
    valued = paid.value_init_cents and paid.value_init_cents == pair.value_cents
    return 2 * bool(counted) + bool(valued)


def _behind(selections: Sequence[Selection]) -> bool:
    """Whether the first counter never exceeds the third and is below it somewhere."""
    known = [
        (each.count_init, each.count_rst)
        for each in selections
        if each.count_init is not None and each.count_rst is not None
    ]
    return all(a <= b for a, b in known) and any(a < b for a, b in known)


def _nearer(second: Sums, first: Sums, paid: Totals) -> bool:
    if paid.count_init is None or second.count is None or first.count is None:
        return paid.count_init is None
    return abs(second.count - paid.count_init) < abs(first.count - paid.count_init)
