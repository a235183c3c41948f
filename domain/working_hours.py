"""Working hours: when somebody may be told, in the operator's time zone."""

from __future__ import annotations

from datetime import date, timedelta

import clock

DAYS_AHEAD = 8


def first_within(
    moment: str, zone: str, *, weekdays: str, from_time: str | None, until_time: str | None
) -> str:
    """The first UTC text, from `moment` on, that lies in the hours of one of the weekdays.

    `weekdays` are digits, 1 for Monday; hours are texts such as 08:00, None for all day. Hours
    that end before they begin go on past midnight and belong to the day they began on.
    """
    today = date.fromisoformat(clock.local_date(moment, zone))
    for ahead in range(-1, DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        if str(day.isoweekday()) not in weekdays:
            continue
        begin = clock.at_time(day.isoformat(), from_time or "00:00", zone)
        is_next_day = until_time is None or until_time <= (from_time or "00:00")
        last = day + timedelta(days=1) if is_next_day else day
        end = clock.at_time(last.isoformat(), until_time or "00:00", zone)
        if moment < end:
            return max(moment, begin)
    return moment


def next_digest(moment: str, zone: str, *, at: str, weekdays: str) -> str:
    """The next time behind `moment` at which clocks say `at` on one of the weekdays."""
    found = moment
    for _ in range(DAYS_AHEAD):
        found = clock.next_daily(found, at, zone)
        local = date.fromisoformat(clock.local_date(found, zone))
        if str(local.isoweekday()) in weekdays:
            break
    return found
