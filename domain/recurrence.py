"""Recurrence: the days on which something comes back, by weeks and weekdays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

WEEK_DAYS = 7


class Rhythm(NamedTuple):
    """Every so many weeks, from the week of the first day on, on these weekdays.

    `weekdays` are digits, 1 is Monday: "15" is Monday and Friday. Without a last day it
    goes on for ever.
    """

    starts_on: date
    ends_on: date | None
    every_weeks: int
    weekdays: str

    def days(self, first: date, last: date) -> Iterator[date]:
        """Its days from `first` to `last`, both included, the earliest first."""
        begin = max(first, self.starts_on).toordinal()
        end = (last if self.ends_on is None else min(last, self.ends_on)).toordinal()
        # Weeks are counted from the first one, not from the beginning of a year.
        weeks = (_monday(begin) - _monday(self.starts_on.toordinal())) // WEEK_DAYS
        week = _monday(begin) + WEEK_DAYS * (-weeks % self.every_weeks)
        # Numbers of days, for a date cannot be beyond the last one of the calendar.
        while week <= end:
            for weekday in self.weekdays:
                day = week + int(weekday) - 1
                if begin <= day <= end:
                    yield date.fromordinal(day)
            week += WEEK_DAYS * self.every_weeks

    def next_day(self, today: date) -> date | None:
        """The first of its days that is not over; None where there is none any more."""
        return next(self.days(max(today, self.starts_on), date.max), None)


def _monday(ordinal: int) -> int:
    """The number of the Monday on or before that day."""
    return ordinal - (ordinal - 1) % WEEK_DAYS
