"""Ordering: the reads of a machine in the order in which they happened.

By the machine's clock, as long as the counters do not contradict it. A clock that repeats
an hour, was put back or not put forward shows readings that fall to between earlier
ones: those belong between them. So does a single one of long before that its counters put behind
later ones. Reads without a trusted clock are placed by their counters.
The order depends on the reads alone, not on when each of them came.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from clock import later, to_datetime

# What a read's time is told by when the clock of its machine is not: its counters, or its receipt.
COUNTERS = "counters"
RECEIPT = "receipt"

# Within that, a reading between earlier ones is one of a wrong clock, whatever it shows.
HOUR_ERROR = timedelta(hours=3)
# Beyond it, where a new board cannot well have come to show so much: many times what the
# machine sells, or nearly what the old one showed a few days before.
MANY_TIMES, A_FEW = 10, 50
NEARLY, FEW_DAYS = 0.8, timedelta(days=3)
BUSY_UNITS_A_DAY = 50.0
# A reading of long before, or a few, is one of a wrong clock where a new board would have had to
# sell so many times what the machine sells. One in front of all others is by no more than
# what it sells in so many days.
SEVERAL_TIMES, DAYS_BEFORE = 3, 14
FEW_READS = 3


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
    for stamp in _late_enough(trusted, fits):
        order.insert(_place(order, stamp, fits), stamp)
    times = _times(order)
    untrusted = [each for each in every if each.stated_at is None]
    untrusted.sort(key=lambda each: (each.total is None, each.total or 0, each.key))
    for stamp in untrusted:
        _insert_untrusted(order, times, stamp)
    return _placed(order, times)


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
    if not _may_be_misplaced(order, at, stamp) or not (at or _is_first(order, stamp)):
        return last
    if at and not fits(order[at - 1].id, stamp.id):
        return last
    return at if fits(stamp.id, order[at].id) else last


def _is_first(order: Sequence[Stamp], stamp: Stamp) -> bool:
    """Whether a read of lower counters than all others can lie in front of the first."""
    total, first = stamp.total or 0, order[0].total or 0
    is_soon = _between(order[0], stamp) <= HOUR_ERROR
    gap = A_FEW + (0 if is_soon else DAYS_BEFORE * _rate(order))
    return total >= NEARLY * first and first - total <= gap


def _late_enough(trusted: Sequence[Stamp], fits: Fits) -> list[Stamp]:
    """The reads by their clocks, single ones that are far too early where their counters are."""
    order = list(trusted)
    at = 0
    while at < len(order) - 1:
        place = at + 1
        if (order[at].total or 0) > (order[at + 1].total or 0):
            place = _place_behind(order, at, fits)
        if place == at + 1:
            at += 1
        else:
            order.insert(place - 1, order.pop(at))
            at = max(0, at - 1)
    return order


def _place_behind(order: Sequence[Stamp], at: int, fits: Fits) -> int:
    """Where the read at `at` belongs if it is far too early, else the place behind it."""
    here, stamp, total = at + 1, order[at], order[at].total or 0
    begin = at
    while begin and (order[begin - 1].total or 0) > (order[here].total or 0):
        begin -= 1
    if here - begin > FEW_READS:
        return here
    end = here
    while end + 1 < len(order) and (order[end].total or 0) <= (order[end + 1].total or 0) <= total:
        end += 1
    behind = end + 1
    if behind < len(order) and (order[behind].total or 0) < total:
        return here
    run = order[here:behind] if end > here else order[here : behind + 1]
    if not _is_too_early(stamp, run, order[end]) or not fits(order[end].id, stamp.id):
        return here
    return behind if behind == len(order) or fits(stamp.id, order[behind].id) else here


def _is_too_early(stamp: Stamp, run: Sequence[Stamp], before: Stamp) -> bool:
    """Whether a new board cannot well have come to show what follows on a read."""
    shown, days = run[0].total or 0, _between(run[0], run[-1]) / timedelta(days=1)
    if days <= 0 or shown < NEARLY * (stamp.total or 0):
        return False
    rate = max(1.0, ((run[-1].total or 0) - shown) / days)
    if (stamp.total or 0) - (before.total or 0) > A_FEW + DAYS_BEFORE * rate:
        return False
    since = _between(stamp, run[0]) / timedelta(days=1)
    return shown > SEVERAL_TIMES * rate * since + A_FEW


def _rate(order: Sequence[Stamp]) -> float:
    """Units a day of the run of rising counters that ends the order."""
    last = order[-1]
    begin = len(order) - 1
    while begin and (order[begin - 1].total or 0) <= (order[begin].total or 0):
        begin -= 1
    days = _between(order[begin], last) / timedelta(days=1)
    if days <= 0:
        return BUSY_UNITS_A_DAY
    return max(1.0, ((last.total or 0) - (order[begin].total or 0)) / days)


def _may_be_misplaced(order: Sequence[Stamp], at: int, stamp: Stamp) -> bool:
    last = order[-1]
    error = _between(order[at], stamp)
    if error <= HOUR_ERROR:
        return True
    total, highest = stamp.total or 0, last.total or 0
    is_near = total >= NEARLY * highest
    if is_near and error <= FEW_DAYS:
        return True
    since = max(1.0, _between(last, stamp) / timedelta(days=1))
    times = SEVERAL_TIMES if is_near else MANY_TIMES
    return total > times * _rate(order) * since + A_FEW


def _between(first: Stamp, second: Stamp) -> timedelta:
    return to_datetime(second.stated_at or "") - to_datetime(first.stated_at or "")


def _times(order: Sequence[Stamp]) -> list[str]:
    """When each was made: what it says, where that is between those around it.

    Of clocks that contradict each other, as few as can be are wrong.
    """
    stated = [stamp.stated_at or stamp.received_at for stamp in order]
    times: list[str] = []
    before: Stamp | None = None
    for stamp, shown, end in zip(order, stated, _next_right(stated), strict=True):
        at = min(shown, end)
        if before is not None and (at, stamp.total or 0, stamp.key) < (
            times[-1],
            before.total or 0,
            before.key,
        ):
            at = later(times[-1], seconds=1)
        times.append(at)
        before = stamp
    return times


def _next_right(stated: Sequence[str]) -> list[str]:
    """For each time, the next one (or itself) that is in the longest rising run of all.

    Of two runs as long, the one that begins first: a clock that was put back is the later one.
    """
    late = {at: -index for index, at in enumerate(sorted(set(stated)))}
    highest: list[int] = []
    following: dict[int, int] = {}
    for index in reversed(range(len(stated))):
        length = bisect_right(highest, late[stated[index]], key=lambda each: late[stated[each]])
        following[index] = highest[length - 1] if length else len(stated)
        highest[length : length + 1] = [index]
    right = highest[-1] if highest else 0
    found = []
    for index in range(len(stated)):
        found.append(stated[right] if right < len(stated) else max(stated))
        if index == right:
            right = following[index]
    return found


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


def _placed(order: Sequence[Stamp], times: Sequence[str]) -> list[Placed]:
    found = []
    before: Stamp | None = None
    for stamp, at in zip(order, times, strict=True):
        fell = before is not None and (stamp.total or 0) < (before.total or 0)
        is_moved = stamp.stated_at is not None and at != stamp.stated_at
        found.append(Placed(stamp, at, is_moved, fell))
        before = stamp
    return found
