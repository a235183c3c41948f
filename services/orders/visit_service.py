"""Visits: what was really done at one cabinet of a service order.

A cabinet is visited once per order (the partial unique index `visits_once`), and
only its latest visit can be reversed. The fills of a visit are facts of its slots
(stock_service), the status of its order follows from its stops (order_state).
Whoever visits a machine without an order gets one that is done with the visit.
"""

from __future__ import annotations

from collections import defaultdict
from typing import cast

import clock
from auth import Actor
from contract.types import Fills, PriceAnswers, Visit, VisitFill
from db import Database, IntegrityError, Row, json_list, one, scalar, typed
from errors import Conflict, Invalid, NotFound
from records import company, trail
from services.books import count_difference_service, stock_service
from services.fleet import visibility
from services.orders import answered_prices, order_events, order_stops, skips
from services.orders.fills import facts_of_visit
from services.orders.order_state import (
    PLANNED,
    cancel,
    check_open,
    check_takes_visit,
    follow_stops,
    locked_order,
    visible_order,
)

# A phone's clock may run ahead of the server's; a visit typed in later may be old.
CLOCK_TOLERANCE_MINUTES = 5
OLDEST_DAYS = 90

UNPLANNED = "unplanned"

COLUMNS = """
    v.id, v.service_order_id, o.status AS service_order_status, v.cabinet_id, v.user_id,
    v.username, v.notes, v.started_at, v.finished_at, v.recorded_at, v.reversed_at,
    v.reversal_reason
    FROM visits v
    JOIN service_orders o ON o.id = v.service_order_id
"""
# How the slot of a fact `f` was arranged then. Its first arrangement holds before it as well.
ARRANGED = """
    COALESCE(
        (SELECT b.id FROM slot_arrangements b
         WHERE b.slot_id = f.slot_id AND b.from_at <= f.occurred_at
         ORDER BY b.from_at DESC, b.id DESC LIMIT 1),
        (SELECT b.id FROM slot_arrangements b
         WHERE b.slot_id = f.slot_id ORDER BY b.from_at, b.id LIMIT 1)
    )
"""


def create_visit(
    db: Database,
    actor: Actor,
    *,
    service_order_id: int,
    cabinet_id: int,
    fills: Fills,
    price_answers: PriceAnswers | None = None,
    notes: str = "",
    started_at: str | None = None,
    finished_at: str | None = None,
) -> Visit:
    """Record a visit, post its fills and move the order on; the last visit completes it.

    `finished_at` (default now) is when the fills happened. Raises Conflict for a
    cabinet that was visited in this order already and for an order that is not
    open, both before the fills are looked at; Invalid for fills that cannot be.
    A stop that was skipped is visited all the same, unless the order was cancelled: the skip
    is taken back.
    """
    order = locked_order(db, actor, service_order_id)
    cabinet = _cabinet_of_order(db, order, cabinet_id)
    # Held before the slots are read: an audit that moves their stock waits.
    db.lock("device", cabinet["device_id"])
    visit = _visit(actor, order, cabinet, notes, started_at, finished_at)
    visit_id = _insert_visit(db, visit, cabinet)
    order_stops.note_stale(db, cabinet_id, visited_in=service_order_id)
    was_skipped = skips.take_back(db, actor, service_order_id, cabinet_id)
    check_takes_visit(order, was_skipped=was_skipped)
    _check_times(visit["recorded_at"], started_at, finished_at or visit["recorded_at"])
    _fill(db, actor, cabinet, visit_id, visit, fills)
    answered = _answer(db, cabinet, visit_id, price_answers)
    follow_stops(db, actor, order)
    _record(db, actor, "visit.created", visit_id, after={**visit, **answered})
    return get_visit(db, actor, visit_id=visit_id)


def create_unplanned_visit(
    db: Database,
    actor: Actor,
    *,
    cabinet_id: int,
    fills: Fills,
    purpose: str = order_stops.FILL,
    price_answers: PriceAnswers | None = None,
    notes: str = "",
    started_at: str | None = None,
    finished_at: str | None = None,
) -> Visit:
    """Record a visit that no order asked for, with an order of its own that is done with it.

    The order is of the route that the machine is on, or without one. Raises Invalid for a
    cabinet that is not in use, and for one of a machine that the driver may not see.
    """
    cabinet = _cabinet_to_visit(db, actor, cabinet_id)
    db.lock("device", cabinet["device_id"])
    visited_at = min(finished_at or clock.now(), clock.now())
    order = {
        "route_id": cabinet["route_id"],
        "driver_id": actor.user_id if actor.is_driver else None,
        "status": PLANNED,
        "purpose": purpose,
        "origin": UNPLANNED,
        "scheduled_on": clock.local_date(visited_at, company.time_zone(db)),
        "notes": "",
        "units": 0,
    }
    order_id = order_stops.insert_order(db, actor, order)
    visit = _visit(actor, {"id": order_id}, cabinet, notes, started_at, finished_at)
    # Before its stop: a cabinet that was visited is free, whatever other orders wait for it.
    visit_id = _insert_visit(db, visit, cabinet)
    order_stops.insert_done_stop(db, order_id, cabinet_id, day=order["scheduled_on"])
    order_stops.note_stale(db, cabinet_id, visited_in=order_id)
    _check_times(visit["recorded_at"], started_at, finished_at or visit["recorded_at"])
    _fill(db, actor, cabinet, visit_id, visit, fills)
    answered = _answer(db, cabinet, visit_id, price_answers)
    follow_stops(db, actor, {**order, "id": order_id})
    _record(db, actor, "visit.created", visit_id, after={**visit, **answered})
    return get_visit(db, actor, visit_id=visit_id)


def check_not_visited(
    db: Database, actor: Actor, *, service_order_id: int, cabinet_id: int
) -> None:
    """Conflict when the order is not open or has visited the cabinet already."""
    order = visible_order(db, actor, service_order_id)
    was_skipped = cabinet_id in skips.skips_of_order(db, service_order_id)
    check_takes_visit(order, was_skipped=was_skipped)
    row = one(
        db,
        """
        SELECT id FROM visits
        WHERE service_order_id = :service_order_id AND cabinet_id = :cabinet_id
          AND reversed_at IS NULL
        """,
        {"service_order_id": service_order_id, "cabinet_id": cabinet_id},
    )
    if row is not None:
        cabinet = _cabinet_of_order(db, order, cabinet_id)
        raise _already_visited(cabinet, service_order_id)


def check_reversible(db: Database, actor: Actor, *, visit_id: int) -> None:
    """Conflict unless this is its cabinet's latest visit that stands; NotFound."""
    visit = get_visit(db, actor, visit_id=visit_id)
    latest = _latest(db, visit["cabinet_id"])
    if latest is None or latest["id"] != visit_id:
        raise _not_the_latest(db, visit)


def get_visit(db: Database, actor: Actor, *, visit_id: int) -> Visit:
    """One visit; NotFound where it is absent or of another driver's order."""
    rows = list(db.query(f"SELECT {COLUMNS} WHERE v.id = :id", {"id": visit_id}))
    if not rows:
        raise _absent(visit_id)
    try:
        visible_order(db, actor, rows[0]["service_order_id"])
    except NotFound:
        raise _absent(visit_id) from None
    return _with_fills(db, rows)[0]


def reverse_visit(db: Database, actor: Actor, *, visit_id: int, reason: str) -> Visit:
    """Undo the cabinet's latest visit: stock and order become what the others imply.

    Raises Conflict when the visit was reversed, when a later one stands, and when
    its stop is to do again and another open order of the day has taken the cabinet.
    """
    visit = get_visit(db, actor, visit_id=visit_id)
    order = locked_order(db, actor, visit["service_order_id"])
    device_id = _device_of(db, visit["cabinet_id"])
    db.lock("device", device_id)
    reversed_ = _mark_reversed(db, actor, visit_id, reason)
    if reversed_ is None:
        raise _not_the_latest(db, get_visit(db, actor, visit_id=visit_id))
    order_stops.note_stale(db, visit["cabinet_id"], visited_in=order["id"])
    stock_service.reverse_visit(db, actor, device_id=device_id, visit_id=visit_id)
    if order["origin"] == UNPLANNED:
        # Nobody had asked for it: nothing of it is to do again.
        cancel(db, actor, order, reason)
    else:
        follow_stops(db, actor, order)
    before = {"reversed_at": None, "reversal_reason": None}
    _record(db, actor, "visit.reversed", visit_id, before=before, after=reversed_)
    return get_visit(db, actor, visit_id=visit_id)


def visits_of_order(db: Database, service_order_id: int) -> defaultdict[int, list[Visit]]:
    """The visits of an order by cabinet, newest first, reversed ones too."""
    rows = db.query(
        f"SELECT {COLUMNS} WHERE v.service_order_id = :id ORDER BY v.finished_at DESC, v.id DESC",
        {"id": service_order_id},
    )
    grouped: defaultdict[int, list[Visit]] = defaultdict(list)
    for visit in _with_fills(db, list(rows)):
        grouped[visit["cabinet_id"]].append(visit)
    return grouped


def _cabinet_to_visit(db: Database, actor: Actor, cabinet_id: int) -> Row:
    """A cabinet in use, as in `_cabinet_of_order`, with the route that it is on, if any."""
    cabinet = one(
        db,
        """
        SELECT c.id, c.device_id, c.position, d.asset, d.route_id, 1 AS in_use
        FROM cabinets c
        JOIN devices d ON d.id = c.device_id
        WHERE c.id = :id AND c.removed_at IS NULL AND d.archived_at IS NULL
        """,
        {"id": cabinet_id},
    )
    if cabinet is None or not visibility.is_visible(db, actor, device_id=cabinet["device_id"]):
        raise Invalid.at("/cabinet_id", f"There is no cabinet {cabinet_id} in use.")
    return cabinet


def _visit(
    actor: Actor,
    order: Row,
    cabinet: Row,
    notes: str,
    started_at: str | None,
    finished_at: str | None,
) -> Row:
    now = clock.now()
    return {
        "service_order_id": order["id"],
        "cabinet_id": cabinet["id"],
        "user_id": actor.user_id,
        "username": actor.username,
        "notes": notes,
        # A clock that runs ahead does not move a visit into the future.
        "started_at": started_at and min(started_at, now),
        "finished_at": min(finished_at or now, now),
        "recorded_at": now,
    }


def _fill(
    db: Database, actor: Actor, cabinet: Row, visit_id: int, visit: Row, fills: Fills
) -> None:
    facts = facts_of_visit(
        db, cabinet=cabinet, visit_id=visit_id, occurred_at=visit["finished_at"], fills=fills
    )
    stock_service.post_facts(db, actor, device_id=cabinet["device_id"], facts=facts)


def _answer(db: Database, cabinet: Row, visit_id: int, answers: PriceAnswers | None) -> Row:
    """Keep what was done about prices, if anything; what the audit log says of it."""
    kept = answered_prices.keep(
        db, visit_id=visit_id, cabinet_id=cabinet["id"], answers=answers or []
    )
    return {"price_answers": kept} if kept else {}


def _cabinet_of_order(db: Database, order: Row, cabinet_id: int) -> Row:
    """{id, device_id, position, asset, in_use (1 or 0)} of a cabinet of the order.

    Raises Invalid for a cabinet that is not in it, Conflict where it is not open besides.
    """
    cabinet = one(
        db,
        """
        SELECT c.id, c.device_id, c.position, d.asset,
               CASE WHEN c.removed_at IS NULL AND d.archived_at IS NULL THEN 1 ELSE 0 END AS in_use
        FROM service_order_cabinets oc
        JOIN cabinets c ON c.id = oc.cabinet_id
        JOIN devices d ON d.id = c.device_id
        WHERE oc.service_order_id = :order_id AND oc.cabinet_id = :cabinet_id
        """,
        {"order_id": order["id"], "cabinet_id": cabinet_id},
    )
    if cabinet is None:
        check_open(order)
        raise Invalid.at("/cabinet_id", f"Cabinet {cabinet_id} is not in this service order.")
    return cabinet


def _insert_visit(db: Database, visit: Row, cabinet: Row) -> int:
    """The index decides: whoever comes second is told, in a race too."""
    try:
        with db.atomic():
            visit_id: int = scalar(
                db,
                """
                INSERT INTO visits (service_order_id, cabinet_id, user_id, username, notes,
                                    started_at, finished_at, recorded_at)
                VALUES (:service_order_id, :cabinet_id, :user_id, :username, :notes,
                        :started_at, :finished_at, :recorded_at)
                RETURNING id
                """,
                visit,
            )
    except IntegrityError as error:
        if error.kind != "unique":
            raise
        raise _already_visited(cabinet, visit["service_order_id"]) from None
    return visit_id


def _already_visited(cabinet: Row, service_order_id: int) -> Conflict:
    return Conflict(
        f"Cabinet {cabinet['position']} of {cabinet['asset']} was already visited in "
        f"service order {service_order_id}: nothing was changed."
    )


def _check_times(now: str, started_at: str | None, finished_at: str) -> None:
    if finished_at > clock.later(now, minutes=CLOCK_TOLERANCE_MINUTES):
        raise Invalid.at("/finished_at", "A visit cannot finish in the future.")
    if started_at is not None and started_at > finished_at:
        raise Invalid.at("/started_at", "A visit cannot start after it has finished.")
    if min(started_at or finished_at, finished_at) < clock.later(now, days=-OLDEST_DAYS):
        name = "/finished_at" if started_at is None else "/started_at"
        raise Invalid.at(name, f"This is more than {OLDEST_DAYS} days ago.")


def _mark_reversed(db: Database, actor: Actor, visit_id: int, reason: str) -> Row | None:
    """Compare-and-set: None where the visit was reversed, or is not its cabinet's latest."""
    return one(
        db,
        """
        UPDATE visits
        SET reversed_at = :now, reversed_by = :actor_id, reversal_reason = :reason
        WHERE id = :id
          AND reversed_at IS NULL
          AND NOT EXISTS (
              SELECT 1 FROM visits later
              WHERE later.cabinet_id = visits.cabinet_id
                AND later.reversed_at IS NULL
                AND (later.finished_at, later.id) > (visits.finished_at, visits.id)
          )
        RETURNING reversed_at, reversal_reason
        """,
        {"id": visit_id, "now": clock.now(), "actor_id": actor.user_id, "reason": reason},
    )


def _not_the_latest(db: Database, visit: Visit) -> Conflict:
    if visit["reversed_at"] is not None:
        return Conflict(f"Visit {visit['id']} was already reversed.", current=visit)
    later = _latest(db, visit["cabinet_id"]) or {"id": "?", "service_order_id": "?"}
    return Conflict(
        f"Only a cabinet's latest visit can be reversed: visit {later['id']} of service order "
        f"{later['service_order_id']} came after this one.",
        current=visit,
    )


def _latest(db: Database, cabinet_id: int) -> Row | None:
    """{id, service_order_id} of a cabinet's latest visit that was not reversed."""
    return one(
        db,
        """
        SELECT id, service_order_id FROM visits
        WHERE cabinet_id = :cabinet_id AND reversed_at IS NULL
        ORDER BY finished_at DESC, id DESC
        LIMIT 1
        """,
        {"cabinet_id": cabinet_id},
    )


def _device_of(db: Database, cabinet_id: int) -> int:
    device_id: int = scalar(db, "SELECT device_id FROM cabinets WHERE id = :id", {"id": cabinet_id})
    return device_id


def _with_fills(db: Database, visits: list[Row]) -> list[Visit]:
    visit_ids = [visit["id"] for visit in visits]
    fills = _fills_by_visit(db, visit_ids)
    answers = answered_prices.by_visit(db, visit_ids)
    found = typed(Visit, visits)
    for visit in found:
        visit["units_added"] = sum(fill["added"] for fill in fills[visit["id"]])
        visit["fills"] = fills[visit["id"]]
        visit["price_answers"] = answers[visit["id"]]
    return found


def _fills_by_visit(db: Database, visit_ids: list[int]) -> defaultdict[int, list[VisitFill]]:
    grouped: defaultdict[int, list[VisitFill]] = defaultdict(list)
    if not visit_ids:
        return grouped
    rows = db.query(
        f"""
        SELECT f.visit_id, f.slot_id, s.label, s.selection, g.id AS product_id,
               g.name AS product_name, f.counted, f.added, f.removed, f.removed_reason
        FROM slot_facts f
        JOIN slots s ON s.id = f.slot_id
        LEFT JOIN slot_arrangements a ON a.id = {ARRANGED}
        LEFT JOIN products g ON g.id = a.product_id
        WHERE f.visit_id IN (SELECT CAST(value AS bigint) FROM json_each(:visit_ids))
        ORDER BY f.visit_id, s.position
        """,
        {"visit_ids": json_list(visit_ids)},
    )
    found = count_difference_service.of_visits(db, visit_ids)
    for row in rows:
        visit_id = row.pop("visit_id")
        fill = cast("VisitFill", row)
        counted = fill["counted"]
        was_unknown, difference = found.get((visit_id, fill["slot_id"]), (False, 0))
        fill["expected"] = None if was_unknown or counted is None else counted - difference
        fill["difference"] = difference
        grouped[visit_id].append(fill)
    return grouped


def _record(
    db: Database,
    actor: Actor,
    action: str,
    visit_id: int,
    *,
    before: Row | None = None,
    after: Row | None = None,
) -> None:
    trail.record(
        db, actor, action=action, noun="visit", noun_id=visit_id, before=before, after=after
    )
    order_events.tell_visit(db, action, visit_id)


def _absent(visit_id: int) -> NotFound:
    return NotFound(f"There is no visit {visit_id}.")
