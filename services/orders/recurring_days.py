"""Recurring days: the days of recurring visits, as the rhythm and what was changed have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from db import Database, Row, json_list
from domain.recurrence import Rhythm

CHANGED = """
    SELECT x.recurring_visit_id, x.day, x.moved_to, x.left_out, x.service_order_id, x.problem
    FROM recurring_visit_days x
    WHERE x.recurring_visit_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
      AND (x.day BETWEEN :from AND :to OR x.moved_to BETWEEN :from AND :to)
"""


class RecurringDay(NamedTuple):
    """A day of a recurring visit; `on` is where it is now, `day` where the rhythm has it."""

    visit: Row
    day: str
    on: str
    is_left_out: bool = False
    service_order_id: int | None = None
    problem: str | None = None

    @property
    def is_to_order(self) -> bool:
        """Is an order to be made of it?"""
        return self.service_order_id is None and not self.is_left_out


def rhythm_of(visit: Mapping[str, Any]) -> Rhythm:
    """The rhythm of a row of recurring_visits."""
    ends_on = visit["ends_on"]
    return Rhythm(
        starts_on=date.fromisoformat(visit["starts_on"]),
        ends_on=None if ends_on is None else date.fromisoformat(ends_on),
        every_weeks=visit["every_weeks"],
        weekdays=visit["weekdays"],
    )


def is_day_of(visit: Mapping[str, Any], day: str) -> bool:
    """Does the rhythm of this recurring visit have the day?"""
    wanted = date.fromisoformat(day)
    return wanted in rhythm_of(visit).days(wanted, wanted)


def days_of(db: Database, visits: Sequence[Row], first: str, last: str) -> list[RecurringDay]:
    """The days of these rows of recurring_visits from first to last, by where they are now.

    A day that was moved is there if it was moved into the span, however far away it was; what
    was changed about a day that the rhythm has no more is not looked at.
    """
    changed: defaultdict[int, dict[str, Row]] = defaultdict(dict)
    asked = {"ids": json_list(visit["id"] for visit in visits), "from": first, "to": last}
    for row in db.query(CHANGED, asked):
        changed[row["recurring_visit_id"]][row["day"]] = row
    span = date.fromisoformat(first), date.fromisoformat(last)
    found = []
    for visit in visits:
        of_visit = changed[visit["id"]]
        days = {day.isoformat() for day in rhythm_of(visit).days(*span)}
        found += [_day(visit, day, of_visit.get(day)) for day in days | of_visit.keys()]
    inside = [
        each for each in found if first <= each.on <= last and is_day_of(each.visit, each.day)
    ]
    return sorted(inside, key=lambda each: (each.on, each.visit["id"], each.day))


def _day(visit: Row, day: str, changed: Row | None) -> RecurringDay:
    if changed is None:
        return RecurringDay(visit, day, day)
    return RecurringDay(
        visit,
        day,
        changed["moved_to"] or day,
        bool(changed["left_out"]),
        changed["service_order_id"],
        changed["problem"],
    )
