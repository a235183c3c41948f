"""A quantity and its money, since initialisation and since the last reset."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from domain.dex.amounts import cents, pair, total
from domain.dex.records import Record


class Totals(NamedTuple):
    """Counters in units and minor units; None where the machine does not say."""

    value_init_cents: int | None = None
    count_init: int | None = None
    value_rst_cents: int | None = None
    count_rst: int | None = None


NOTHING = Totals()


def money_first(record: Record | None, shift: int) -> Totals:
    """Fields 1..4 of VA, CA2, DA2: value init, count init, value rst, count rst."""
    if record is None:
        return NOTHING
    count_init, value_init = pair(record.field(2), record.field(1))
    count_rst, value_rst = pair(record.field(4), record.field(3))
    return Totals(cents(value_init, shift), count_init, cents(value_rst, shift), count_rst)


def count_first(record: Record | None, at: int, shift: int) -> Totals:
    """Four fields from position `at` of PA2..PA4: count init, value init, count rst, value rst."""
    if record is None or len(record.fields) < at:
        return NOTHING
    return _totals(record.four(at), shift)


@lru_cache(maxsize=4096)  # most tests and gifts are zero, and most odometers stand still
def _totals(four: tuple[str, ...], shift: int) -> Totals:
    count_init, value_init = pair(four[0], four[1])
    count_rst, value_rst = pair(four[2], four[3])
    return Totals(cents(value_init, shift), count_init, cents(value_rst, shift), count_rst)


def swapped(totals: Totals) -> Totals:
    """The same with its two pairs exchanged (machines that write "since reset" first)."""
    return Totals(
        totals.value_rst_cents, totals.count_rst, totals.value_init_cents, totals.count_init
    )


def added(parts: Iterable[Totals]) -> Totals:
    """The sum of several, field by field."""
    several = list(parts)
    return Totals(
        total(each.value_init_cents for each in several),
        total(each.count_init for each in several),
        total(each.value_rst_cents for each in several),
        total(each.count_rst for each in several),
    )
