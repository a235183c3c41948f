"""Slot visits: how fast slots sell on a machine whose audits do not tell.

What a visit found, less what the one before had left, was sold meanwhile. A fill without a
count was to par, or it was all that was put in. The formulas are in velocity.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from clock import later, to_datetime
from db import Database, Row, scalar
from domain.planning import velocity
from domain.planning.velocity import UNKNOWN, Found, Velocity

DAY = timedelta(days=1)


def velocities(db: Database, *, device_id: int, slots: Sequence[Row]) -> dict[int, Velocity]:
    """The velocities of these slots that visits tell, by slot; a slot is a row of velocities."""
    holding = {slot["id"]: slot for slot in slots if slot["product_id"] is not None}
    if not holding:
        return {}
    facts: dict[int, list[Row]] = {}
    for fact in _facts(db, device_id):
        if fact["slot_id"] in holding:
            facts.setdefault(fact["slot_id"], []).append(fact)
    found = {}
    for slot_id, told in facts.items():
        slot = holding[slot_id]
        since = slot["placed_at"] or ""
        visits = _visits(slot, (fact for fact in told if fact["occurred_at"] >= since))
        each = velocity.from_visits(velocity.periods_of(visits))
        if each != UNKNOWN:
            found[slot_id] = each
    return found


def _facts(db: Database, device_id: int) -> list[Row]:
    """What people saw and did in the twelve weeks before the last time they were there."""
    newest = scalar(
        db,
        """
        SELECT occurred_at FROM slot_facts
        WHERE device_id = :device_id AND reversed_at IS NULL
        ORDER BY occurred_at DESC LIMIT 1
        """,
        {"device_id": device_id},
    )
    if newest is None:
        return []
    return list(
        db.query(
            """
            SELECT slot_id, occurred_at, counted, removed, added FROM slot_facts
            WHERE device_id = :device_id AND occurred_at >= :since AND reversed_at IS NULL
            ORDER BY occurred_at, id
            """,
            {
                "device_id": device_id,
                "since": later(newest, days=-velocity.VISITS_WINDOW_DAYS),
            },
        )
    )


def _visits(slot: Row, facts: Iterable[Row]) -> Iterator[Found]:
    begin = None
    last: Found | None = None
    # What was taken out since the last visit would have been found by the next one.
    taken = 0
    for fact in facts:
        at = to_datetime(fact["occurred_at"])
        begin = begin or at
        days = (at - begin) / DAY
        counted, removed, added = fact["counted"], fact["removed"], fact["added"]
        if counted is not None:
            before = counted
        elif not added:
            taken += removed
            continue
        elif last is not None and days - last.days < velocity.LEAST_DAYS_BETWEEN_VISITS:
            before = last.after
        else:
            before = max(0, max(slot["par_level"], added) - added + removed)
        last = Found(days, before + taken, before - removed + added)
        taken = 0
        yield last
