"""Outages: how long a machine was down in a period, however many people said so.

Times are UTC text, so a day of 23 or 25 hours counts as many.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import clock


@dataclass(frozen=True, slots=True)
class Outage:
    """One time that a machine was down in a period; `up_since` is None while it still is."""

    down_since: str
    up_since: str | None
    seconds: int


def within(
    told: Iterable[tuple[str, str | None]], *, begin: str, end: str, now: str
) -> list[Outage]:
    """The outages of a period that ends behind its last second, or now, in order.

    `told`: since when the machine was down and when it was up, as often as somebody said so;
    what overlaps or touches is one outage.
    """
    end = min(end, now)
    found: list[Outage] = []
    for since, until in _joined(told):
        first, last = max(since, begin), min(until or end, end)
        if first < last:
            found.append(Outage(since, until, seconds(first, last)))
    return found


def seconds(begin: str, end: str) -> int:
    """From one UTC time to another; 0 where that is no later."""
    return max(0, int((clock.to_datetime(end) - clock.to_datetime(begin)).total_seconds()))


def _joined(told: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    joined: list[tuple[str, str | None]] = []
    for since, until in sorted(told, key=lambda each: each[0]):
        if joined and (joined[-1][1] is None or since <= joined[-1][1]):
            before, up = joined[-1]
            joined[-1] = before, None if up is None or until is None else max(up, until)
        else:
            joined.append((since, until))
    return joined
