"""Days of recurring visits as the calendar shows them: to come, moved, left out, or missed.

A day that became an order is that order's, and is moved, cancelled or found there.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import clock
from auth import Actor
from db import Database, Row, one, where
from errors import Conflict, Invalid, NotFound
from records import company, trail
from services.orders import recurring_orders
from services.orders.calendar_service import check_span
from services.orders.recurring_days import RecurringDay, days_of, is_day_of
from services.orders.recurring_visit_service import GONE

MOST_DAYS = 1_000
# As far as somebody may move a day.
MOST_MOVED_DAYS = 366
# Whose it will be is decided as for an order (order_drivers.py): who drives no more is passed over.
VISITS = """
    SELECT v.id, v.name, v.route_id, r.name AS route_name, u.id AS driver_id,
        u.display_name AS driver_name, v.starts_on, v.ends_on, v.every_weeks, v.weekdays,
        v.archived_at
    FROM recurring_visits v
    LEFT JOIN routes r ON r.id = v.route_id
    LEFT JOIN users c ON c.id = v.driver_id AND c.role = 'driver' AND c.disabled_at IS NULL
    LEFT JOIN users u ON u.id = COALESCE(c.id, r.driver_id)
        AND u.role = 'driver' AND u.disabled_at IS NULL
"""
ONE = f"{VISITS} WHERE v.id = :id"
DAY = """
    SELECT day, moved_to, left_out, service_order_id FROM recurring_visit_days
    WHERE recurring_visit_id = :id AND day = :day
"""
WRITE = """
    INSERT INTO recurring_visit_days (recurring_visit_id, day, moved_to, left_out)
    VALUES (:id, :day, :moved_to, :left_out)
    ON CONFLICT (recurring_visit_id, day) DO UPDATE
        SET moved_to = excluded.moved_to, left_out = excluded.left_out, problem = NULL
"""


def list_recurring_days(
    db: Database,
    actor: Actor,
    *,
    from_: str,
    to: str,
    route_id: int | None = None,
    driver_id: int | None = None,
) -> dict[str, Any]:
    """Days that are no orders, from first to last: {"items", "more"}. Raises Invalid for the span.

    Those that are over are told of only where somebody left them out or no order could be made.
    """
    check_span(from_, to)
    clause = where(
        {
            "v.archived_at IS NULL": True,
            "v.starts_on <= :to": True,
            "v.route_id = :route_id": route_id is not None,
            "u.id = :driver_id": driver_id is not None,
            "u.id = :actor_id": actor.is_driver,
        }
    )
    asked = {"to": to, "route_id": route_id, "driver_id": driver_id, "actor_id": actor.user_id}
    visits = list(db.query(f"{VISITS} {clause} ORDER BY v.id", asked))
    today = clock.today(company.time_zone(db))
    days = [_shown(day, today) for day in days_of(db, visits, from_, to)]
    items = [day for day in days if day is not None]
    return {"items": items[:MOST_DAYS], "more": len(items) > MOST_DAYS}


def update_recurring_day(
    db: Database,
    actor: Actor,
    *,
    recurring_visit_id: int,
    day: str,
    moved_to: str | None,
    left_out: bool,
) -> Row:
    """Move one day, or leave it out. Raises NotFound, Invalid, Conflict once it is an order."""
    db.lock("recurring_visit", recurring_visit_id)
    visit = one(db, ONE, {"id": recurring_visit_id})
    if visit is None or visit["archived_at"] is not None:
        raise NotFound(GONE)
    today = clock.today(company.time_zone(db))
    _check(visit, day, moved_to, left_out=left_out, today=today)
    before = one(db, DAY, {"id": recurring_visit_id, "day": day}) or {}
    if before.get("service_order_id") is not None:
        raise Conflict(
            f"Order {before['service_order_id']} was made of this day: change or cancel that one."
        )
    wanted = {"day": day, "moved_to": moved_to if moved_to != day else None, "left_out": left_out}
    db.execute(WRITE, {**wanted, "id": recurring_visit_id, "left_out": int(left_out)})
    trail.record(
        db,
        actor,
        action="recurring_visit.day_changed",
        noun="recurring_visit",
        noun_id=recurring_visit_id,
        before={
            "moved_to": before.get("moved_to"),
            "left_out": bool(before.get("left_out", False)),
        },
        after=wanted,
    )
    recurring_orders.order_due(db, actor, recurring_visit_id)
    on = moved_to or day
    (now,) = [each for each in days_of(db, [visit], on, on) if each.day == day]
    return _told(now, today)


def _check(visit: Row, day: str, moved_to: str | None, *, left_out: bool, today: str) -> None:
    if not is_day_of(visit, day):
        raise Invalid.at("/day", "is no day of this recurring visit")
    if moved_to is None:
        return
    if left_out:
        raise Invalid.at("/moved_to", "Move the day, or leave it out.")
    if moved_to < today:
        raise Invalid.at("/moved_to", "is over: choose today or a later day")
    if abs((date.fromisoformat(moved_to) - date.fromisoformat(day)).days) > MOST_MOVED_DAYS:
        raise Invalid.at("/moved_to", f"is more than {MOST_MOVED_DAYS} days away from its day")


def _shown(day: RecurringDay, today: str) -> Row | None:
    if day.service_order_id is not None:
        return None
    told = _told(day, today)
    return None if told["state"] == "planned" and day.on < today else told


def _told(day: RecurringDay, today: str) -> Row:
    state = "left_out" if day.is_left_out else "missed" if day.problem else "planned"
    visit = day.visit
    names = ("route_id", "route_name", "driver_id", "driver_name", "name")
    return {
        "recurring_visit_id": visit["id"],
        **{name: visit[name] for name in names},
        "day": day.day,
        "on": day.on,
        "state": state,
        "problem": day.problem,
    }
