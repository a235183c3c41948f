"""Which counters of an audit run since initialisation.

The standard puts them first in PA2. Some makes put them third and fourth, and some
count by way of payment only (PA7). The counters whose sum equals VA1 are those to
account from; where none do, those since initialisation can never be behind those
since a reset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dex.amounts import total
from dex.selection import Selection
from dex.totals import Totals

CountersPair = Literal["first", "second"]
CountedBy = Literal["PA2", "PA7", "PA2 and PA7"]

_ALL = 3
PAIRS: tuple[CountersPair, ...] = ("first", "second")


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

    def is_counted(self, stated: int | None) -> bool:
        """Whether `stated` units, if any, are the sum."""
        return bool(stated) and stated in (self.count, self.count_charged)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The selections with the counters to account from, and how those were found.

    `is_proved` says of the second pair that VA1 confirms it and not the first;
    `only_since_reset` that those since initialisation stand still or are not there.
    """

    selections: tuple[Selection, ...]
    pair: CountersPair
    counted_by: CountedBy
    is_proved: bool
    only_since_reset: bool
    sums: Sums


def sums(selections: Sequence[Selection]) -> Sums:
    """The counters since initialisation, summed."""
    return _summed(
        (each.price_cents, each.count_init, each.value_init_cents) for each in selections
    )


def choose(
    stated: Sequence[Selection],
    unnamed: Sequence[Selection],
    paid: Totals,
    override: CountersPair | None,
) -> Chosen:
    """`stated` as PA2 has them, `unnamed` as only PA7 knows them; `paid` is VA1.

    `override` is what was learned of the device; it yields where VA1 says otherwise.
    """
    as_written = sums(stated)
    if override != "second" and _agreement(as_written, paid, "first") == _ALL:
        # As the standard has it, and most machines.
        return Chosen(tuple(stated), "first", "PA2", False, False, as_written)
    ways = _ways(stated, unnamed)
    best = 0
    found: tuple[CountedBy, CountersPair] | None = None
    for way, selections in ways.items():
        for pair in PAIRS:
            if way == "PA2 and PA7" and pair == "second":
                continue
            agreed = _agreement(_sums_of(selections, pair), paid, pair)
            if agreed > best:
                best, found = agreed, (way, pair)
    way, pair = found or _guessed(ways, paid)
    pair = override or pair
    selections = ways[way]
    first, second = (_sums_of(selections, each) for each in PAIRS)
    only_since_reset = not first.count and bool(second.count)
    if pair == "second" and only_since_reset and _is_since_reset(second, paid):
        pair = "first"
    return Chosen(
        tuple(each.second_pair() for each in selections) if pair == "second" else tuple(selections),
        pair,
        way,
        is_proved=pair == "second" and bool(best) and not second.is_counted(paid.count_rst),
        only_since_reset=pair == "first" and only_since_reset,
        sums=second if pair == "second" else first,
    )


def _ways(
    stated: Sequence[Selection], unnamed: Sequence[Selection]
) -> dict[CountedBy, Sequence[Selection]]:
    """The selections by each way of counting that the audit knows, the usual one first."""
    ways: dict[CountedBy, Sequence[Selection]] = {"PA2": stated}
    if unnamed or any(each.paid_by for each in stated):
        paid = [each.by_payment() for each in (*stated, *unnamed)]
        ways["PA7"] = paid
        ways["PA2 and PA7"] = [
            *(
                each if each.count_init else other
                for each, other in zip(stated, paid, strict=False)
            ),
            *paid[len(stated) :],
        ]
    return ways


def _guessed(
    ways: dict[CountedBy, Sequence[Selection]], paid: Totals
) -> tuple[CountedBy, CountersPair]:
    """Where VA1 confirms nothing: PA2 if it counts at all, else PA7."""
    stated = ways["PA2"]
    pair = _guessed_pair(stated, paid)
    if "PA7" not in ways:
        return "PA2", pair
    by_payment = _sums_of(ways["PA7"], "first").count
    counted = _sums_of(stated, pair).count
    if counted is None or (not counted and by_payment):
        return "PA7", "first"
    silent = any(each.count_init is None and each.paid_by for each in stated)
    return ("PA2 and PA7" if silent and pair == "first" else "PA2"), pair


def _guessed_pair(selections: Sequence[Selection], paid: Totals) -> CountersPair:
    first, second = (_sums_of(selections, pair) for pair in PAIRS)
    if _behind(selections) and _nearer(second, first, paid) and not _contradicted(second, paid):
        return "second"
    return "first"


def _sums_of(selections: Sequence[Selection], pair: CountersPair) -> Sums:
    if pair == "first":
        return sums(selections)
    return _summed((each.price_cents, each.count_rst, each.value_rst_cents) for each in selections)


def _summed(counters: Iterable[tuple[int | None, int | None, int | None]]) -> Sums:
    """`counters` are price, count and value of each selection."""
    known = list(counters)
    return Sums(
        total(count for _, count, _ in known),
        total(value for _, _, value in known),
        total(count for price, count, value in known if price != 0 or value),
    )


def _agreement(pair: Sums, paid: Totals, which: CountersPair) -> int:
    """2 for the count (every vend is in it), 1 for the money, `_ALL` for both."""
    if which == "second" and _is_since_reset(pair, paid):
        return 0
    valued = paid.value_init_cents and paid.value_init_cents == pair.value_cents
    return 2 * pair.is_counted(paid.count_init) + bool(valued)


def _is_since_reset(second: Sums, paid: Totals) -> bool:
    """Whether the second pair adds up to VA1 since its reset, and not since initialisation."""
    if second.is_counted(paid.count_init):
        return False
    if second.is_counted(paid.count_rst):
        return True
    value = second.value_cents
    return bool(value) and value == paid.value_rst_cents and value != paid.value_init_cents


def _contradicted(second: Sums, paid: Totals) -> bool:
    """Whether VA1 shows that the second pair is not what was sold since initialisation."""
    if _is_since_reset(second, paid):
        return True
    sold, since_reset = paid.count_init, paid.count_rst
    if not sold or second.count is None:
        return False
    is_nearer_reset = bool(since_reset) and abs(second.count - (since_reset or 0)) < abs(
        second.count - sold
    )
    return 2 * second.count < sold or is_nearer_reset


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
