"""Recurring orders: the service orders that the next days of a recurring visit become.

An order is made once for a day, under the lock of its recurring visit, so of many nodes one makes
it. Where it cannot be made, why is kept with the day, and it is tried again until the day is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import clock
from auth import Actor
from db import Database, Row, json_list, one, scalar
from errors import Conflict, Problem
from records import company
from services.fleet.open_orders import CABINET_IS_OPEN, ORDER_STANDS
from services.orders import order_drivers, order_stops, service_order_service
from services.orders.recurring_days import RecurringDay, days_of

MOST_CABINETS = 200
MOST_NOTES = 2_000
ONE = """
    SELECT v.id, v.name, v.route_id, r.name AS route_name, v.driver_id, v.purpose, v.notes,
        v.starts_on, v.ends_on, v.every_weeks, v.weekdays, v.days_ahead, v.archived_at
    FROM recurring_visits v
    LEFT JOIN routes r ON r.id = v.route_id
    WHERE v.id = :id
"""
OF_ROUTE = """
    SELECT c.id, d.asset, d.route_id, r.name AS route_name, d.archived_at
    FROM cabinets c
    JOIN devices d ON d.id = c.device_id
    LEFT JOIN routes r ON r.id = d.route_id
    WHERE d.route_id = :route_id AND d.archived_at IS NULL AND c.removed_at IS NULL
"""
CHOSEN = """
    SELECT c.id, d.asset, d.route_id, r.name AS route_name, d.archived_at
    FROM recurring_visit_devices x
    JOIN devices d ON d.id = x.device_id
    JOIN cabinets c ON c.device_id = d.id
    LEFT JOIN routes r ON r.id = d.route_id
    WHERE x.recurring_visit_id = :id AND c.removed_at IS NULL
"""
IS_CHOSEN = "SELECT 1 FROM recurring_visit_devices WHERE recurring_visit_id = :id LIMIT 1"
# Also of those that were visited for the same: the day is tried again, and one visit is enough.
OF_THE_DAY = f"""
    SELECT oc.cabinet_id, oc.service_order_id FROM service_order_cabinets oc
    JOIN service_orders o ON o.id = oc.service_order_id
    WHERE oc.cabinet_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
      AND oc.service_on = :day
      AND ({CABINET_IS_OPEN} OR ({ORDER_STANDS} AND o.purpose = :purpose))
    ORDER BY oc.service_order_id
"""
NOTE = """
    INSERT INTO recurring_visit_days (recurring_visit_id, day, service_order_id, problem)
    VALUES (:visit_id, :day, :order_id, :problem)
    ON CONFLICT (recurring_visit_id, day) DO UPDATE
        SET service_order_id = excluded.service_order_id, problem = excluded.problem
"""


def order_due(db: Database, actor: Actor, recurring_visit_id: int) -> int:
    """Make the orders of the days that are near enough; how many were made.

    Raises Conflict or Invalid nowhere: what kept an order from being made is kept with its day.
    """
    db.lock("recurring_visit", recurring_visit_id)
    visit = one(db, ONE, {"id": recurring_visit_id})
    if visit is None or visit["archived_at"] is not None:
        return 0
    return sum(_order(db, actor, day) for day in due_days(db, [visit]))


def due_days(db: Database, visits: Sequence[Row]) -> list[RecurringDay]:
    """The days of which an order is to be made now, of these rows of recurring_visits."""
    today = clock.today(company.time_zone(db))
    # Until which day orders are made of each.
    until = {visit["id"]: _days_after(today, visit["days_ahead"]) for visit in visits}
    days = days_of(db, visits, today, max(until.values(), default=today))
    return [day for day in days if day.is_to_order and day.on <= until[day.visit["id"]]]


def _days_after(day: str, count: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()


def _order(db: Database, actor: Actor, day: RecurringDay) -> bool:
    """Was an order made of this day?"""
    order_id, problem = None, None
    try:
        with db.atomic():
            order_id = _make(db, actor, day)
    except Problem as refused:
        problem = refused.detail
    if order_id is None and problem == day.problem:
        return False
    noted = {"visit_id": day.visit["id"], "day": day.day, "order_id": order_id}
    db.execute(NOTE, {**noted, "problem": problem})
    return order_id is not None


def _make(db: Database, actor: Actor, day: RecurringDay) -> int:
    visit = day.visit
    cabinets, left_out = _cabinets(db, day)
    if not cabinets:
        raise Conflict(_nothing(visit, left_out))
    if len(cabinets) > MOST_CABINETS:
        raise Conflict(
            f"The machines have {len(cabinets)} cabinets, and an order takes {MOST_CABINETS}: "
            "choose fewer machines in this recurring visit, and the others in a second one."
        )
    driver_id = visit["driver_id"]
    made = service_order_service.create_service_order(
        db,
        actor,
        route_id=visit["route_id"],
        cabinet_ids=cabinets,
        purpose=visit["purpose"],
        # Of somebody who drives no more it is the route's, rather than nobody's order.
        driver_id=driver_id if order_drivers.is_driver(db, driver_id) else None,
        scheduled_on=day.on,
        notes=_notes(visit["notes"], left_out),
    )
    return made["id"]


def _cabinets(db: Database, day: RecurringDay) -> tuple[list[int], list[str]]:
    """The cabinets that an order of this day takes, and in words which it does not, and why."""
    visit = day.visit
    asked = {"id": visit["id"], "route_id": visit["route_id"]}
    is_chosen = scalar(db, IS_CHOSEN, asked) is not None
    rows = list(db.query(CHOSEN if is_chosen else OF_ROUTE, asked))
    order_stops.hold_devices(db, [row["id"] for row in rows])
    ids = json_list(row["id"] for row in rows)
    wanted = {"ids": ids, "day": day.on, "purpose": visit["purpose"]}
    ordered = {row["cabinet_id"]: row["service_order_id"] for row in db.query(OF_THE_DAY, wanted)}
    taken, left_out = [], []
    for row in rows:
        if row["archived_at"] is not None:
            left_out.append(f"{row['asset']} (archived)")
        elif row["route_id"] != visit["route_id"]:
            left_out.append(f"{row['asset']} (on {_route(row)} now)")
        elif row["id"] in ordered:
            left_out.append(f"{row['asset']} (in order {ordered[row['id']]} of that day)")
        else:
            taken.append(row["id"])
    return taken, sorted(set(left_out))


def _route(row: Row) -> str:
    return "no route" if row["route_name"] is None else f"route {row['route_name']}"


def _nothing(visit: Row, left_out: Sequence[str]) -> str:
    if left_out:
        return f"No machine is left for an order: {_few(left_out)}."
    if visit["route_name"] is None:
        return "None of the chosen machines has a cabinet."
    return f"No machine in use is on route {visit['route_name']}."


def _notes(notes: str, left_out: Sequence[str]) -> str:
    """What the order says: the reasons whole, and of the notes what an order takes besides."""
    if not left_out:
        return notes
    reasons = f"Not in it: {_few(left_out)}."
    return "\n".join(filter(None, (notes[: MOST_NOTES - 1 - len(reasons)], reasons)))


def _few(words: Iterable[str], most: int = 10) -> str:
    words = list(words)
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
