"""Ordering: the reads of a machine in the order in which they happened.

By the machine's clock, as long as the counters do not contradict it. A clock that repeats
an hour, was put back or not put forward shows readings that fall to between earlier
ones: those belong between them. Reads without a trusted clock are placed by their counters.
The order depends on the reads alone, not on when each of them came.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from clock import later, to_datetime

# Within that, a reading between earlier ones is one of a wrong clock, whatever it shows.
HOUR_ERROR = timedelta(hours=3)
# Beyond it, where a new board cannot well have come to show so much: many times what the
# machine sells, or nearly what the old one showed a few days before.
MANY_TIMES, A_FEW = 10, 50
NEARLY, FEW_DAYS = 0.8, timedelta(days=3)
BUSY_UNITS_A_DAY = 50.0


class Stamp(NamedTuple):
    """A read: when it says it was made (None: no trusted clock), and what it counted in all."""

    id: int
    stated_at: str | None
    received_at: str
    total: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a read stands: `moved` by its counters, `fell` below the read before it."""

    stamp: Stamp
    at: str
    moved: bool
    fell: bool


Fits = Callable[[int, int], bool]


def ordered(stamps: Iterable[Stamp], fits: Fits) -> list[Placed]:
    """The reads in order; `fits(a, b)` says whether no counter of read `a` exceeds that of `b`."""
    every = list(stamps)
    trusted = sorted(
        (each for each in every if each.stated_at is not None),
        key=lambda each: (each.stated_at or "", each.total or 0, each.key),
    )
    order: list[Stamp] = []
    moved: set[int] = set()
    for stamp in trusted:
        place = _place(order, stamp, fits)
        if place < len(order):
            moved.add(stamp.id)
        order.insert(place, stamp)
    times = _times(order)
    untrusted = [each for each in every if each.stated_at is None]
    untrusted.sort(key=lambda each: (each.total is None, each.total or 0, each.key))
    for stamp in untrusted:
        _insert_untrusted(order, times, stamp)
    return _placed(order, times, moved)


def _place(order: Sequence[Stamp], stamp: Stamp, fits: Fits) -> int:
    """The place of a read behind all of an earlier clock; in front of those that it precedes."""
    last = len(order)
    if not last or not stamp.total or (order[-1].total or 0) <= stamp.total:
        return last
    at = last
    # Back along a run of counters that only rise, to the first that is not higher.
    while at and (order[at - 1].total or 0) > stamp.total:
        if at < last and (order[at - 1].total or 0) > (order[at].total or 0):
            return last
        at -= 1
    if not at or not _may_be_misplaced(order, at, stamp):
        return last
    if fits(order[at - 1].id, stamp.id) and fits(stamp.id, order[at].id):
        return at
    return last


def _may_be_misplaced(order: Sequence[Stamp], at: int, stamp: Stamp) -> bool:
    last = order[-1]
    error = _between(order[at], stamp)
    if error <= HOUR_ERROR:
        return True
    total, highest = stamp.total or 0, last.total or 0
    if total >= NEARLY * highest and error <= FEW_DAYS:
        return True
    begin = len(order) - 1
    while begin and (order[begin - 1].total or 0) <= (order[begin].total or 0):
        begin -= 1
    days = _between(order[begin], last) / timedelta(days=1)
    rate = BUSY_UNITS_A_DAY
    if days > 0:
        rate = max(1.0, (highest - (order[begin].total or 0)) / days)
    since = max(1.0, _between(last, stamp) / timedelta(days=1))
    return total > MANY_TIMES * rate * since + A_FEW


def _between(first: Stamp, second: Stamp) -> timedelta:
    return to_datetime(second.stated_at or "") - to_datetime(first.stated_at or "")


def _times(order: Sequence[Stamp]) -> list[str]:
    """When each was made: what it says, but behind the one before."""
    times: list[str] = []
    before: Stamp | None = None
    for stamp in order:
        at = stamp.stated_at or stamp.received_at
        if before is not None and (at, stamp.total or 0, stamp.key) < (
            times[-1],
            before.total or 0,
            before.key,
        ):
            at = later(times[-1], seconds=1)
        times.append(at)
        before = stamp
    return times


def _insert_untrusted(order: list[Stamp], times: list[str], stamp: Stamp) -> None:
    """In front of the first read with a higher total, unless the counters began anew."""
    if stamp.total is None:
        at = bisect_left(times, stamp.received_at)
        order.insert(at, stamp)
        times.insert(at, stamp.received_at)
        return
    total = stamp.total
    place = next(
        (index for index, each in enumerate(order) if (each.total or 0) > total), len(order)
    )
    if place == len(order):
        last = times[-1] if times else ""
        at_time = stamp.received_at
        if last >= at_time:
            at_time = later(last, seconds=1)
    elif not place:
        at_time = later(times[0], seconds=-1)
    else:
        at_time = min(later(times[place - 1], seconds=1), times[place])
    order.insert(place, stamp)
    times.insert(place, at_time)


def _placed(order: Sequence[Stamp], times: Sequence[str], moved: set[int]) -> list[Placed]:
    found = []
    before: Stamp | None = None
    for stamp, at in zip(order, times, strict=True):
        fell = before is not None and (stamp.total or 0) < (before.total or 0)
        is_moved = stamp.id in moved or (stamp.stated_at is not None and at != stamp.stated_at)
        found.append(Placed(stamp, at, is_moved, fell))
        before = stamp
    return found
