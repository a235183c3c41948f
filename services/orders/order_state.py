"""The state of a service order: planned -> in_progress -> completed, or cancelled before.

Every move is a compare-and-set on `status`, so two people can never both make
one. The status of an order that was not cancelled is what its stops imply: one is
done when a visit of it stands, or when it was skipped, and then its cabinet is
closed in the order and free for another. A cabinet may wait in open orders of
several days; of one day, the partial unique index lets it wait in one.
"""

from __future__ import annotations

import clock
from auth import Actor
from db import Database, IntegrityError, Row, json_list, one
from errors import Conflict, NotFound
from records import company, trail
from services.fleet.open_orders import CABINET_IS_OPEN
from services.orders import order_events, order_touching

PLANNED = "planned"
IN_PROGRESS = "in_progress"
COMPLETED = "completed"
CANCELLED = "cancelled"
OPEN = (PLANNED, IN_PROGRESS)
OPEN_OR_DONE = (*OPEN, COMPLETED)

# Of a row of service_order_cabinets: a visit of it stands, or it was skipped.
IS_DONE = """
    EXISTS (
        SELECT 1 FROM visits v
        WHERE v.service_order_id = service_order_cabinets.service_order_id
          AND v.cabinet_id = service_order_cabinets.cabinet_id
          AND v.reversed_at IS NULL
    )
    OR EXISTS (
        SELECT 1 FROM skips k
        WHERE k.service_order_id = service_order_cabinets.service_order_id
          AND k.cabinet_id = service_order_cabinets.cabinet_id
          AND k.taken_back_at IS NULL
    )
"""

_WORDS = {
    PLANNED: "planned",
    IN_PROGRESS: "in progress",
    COMPLETED: "completed",
    CANCELLED: "cancelled",
}


def visible_order(db: Database, actor: Actor, service_order_id: int) -> Row:
    """The order's own row; NotFound where it is absent or another driver's."""
    order = one(
        db,
        """
        SELECT id, route_id, driver_id, status, purpose, origin, scheduled_on, notes, units,
               created_at, cancelled_at, cancellation_reason, version
        FROM service_orders WHERE id = :id
        """,
        {"id": service_order_id},
    )
    if order is None or (actor.is_driver and order["driver_id"] != actor.user_id):
        raise NotFound(f"There is no service order {service_order_id}.")
    return order


def locked_order(db: Database, actor: Actor, service_order_id: int) -> Row:
    """The same, held until the transaction ends: its visits and moves come one after another."""
    db.lock("service_order", service_order_id)
    return visible_order(db, actor, service_order_id)


def check_open(order: Row) -> None:
    """Conflict unless the order is planned or in progress."""
    if order["status"] not in OPEN:
        raise changed_meanwhile(order)


def check_takes_visit(order: Row, *, was_skipped: bool) -> None:
    """Conflict unless the order is open; one that is completed still takes skipped stops."""
    if not (was_skipped and order["status"] == COMPLETED):
        check_open(order)


def changed_meanwhile(order: Row) -> Conflict:
    """The refusal for an order that is no longer in the state an action begins from."""
    return Conflict(
        f"Service order {order['id']} is {_WORDS[order['status']]}: nothing was changed.",
        current=order,
    )


def follow_stops(db: Database, actor: Actor, order: Row) -> None:
    """Move an order to what its stops imply, and close or open its cabinets.

    A cancelled order stays cancelled. Raises Conflict when the status is no longer
    the one in `order`, or when a stop is to do again that another open order of the
    same day has taken.
    """
    if order["status"] == CANCELLED:
        return
    status = _implied_status(db, order["id"])
    moved = one(
        db,
        """
        UPDATE service_orders SET status = :status, service_on = :service_on, version = version + 1
        WHERE id = :id AND status = :from_status
        RETURNING id
        """,
        {
            "id": order["id"],
            "status": status,
            "from_status": order["status"],
            "service_on": _service_on(db, order, status),
        },
    )
    if moved is None:
        raise changed_meanwhile(visible_order(db, actor, order["id"]))
    if status != order["status"]:
        _record_move(db, actor, order, status)
        order_events.tell_changed(db, order["id"])
    _close_and_open(db, order)
    order_touching.touch(db, order["id"])


def cancel(db: Database, actor: Actor, order: Row, reason: str) -> None:
    """Cancel an order as it is in `order`; what was done of it stays. Conflict if it moved on."""
    moved = one(
        db,
        """
        UPDATE service_orders
        SET status = :cancelled, cancelled_at = :now, cancellation_reason = :reason,
            version = version + 1
        WHERE id = :id AND status = :status
        RETURNING status, cancelled_at, cancellation_reason
        """,
        {
            "id": order["id"],
            "status": order["status"],
            "cancelled": CANCELLED,
            "now": clock.now(),
            "reason": reason,
        },
    )
    if moved is None:
        raise changed_meanwhile(visible_order(db, actor, order["id"]))
    close_cabinets(db, order["id"])
    order_events.tell_changed(db, order["id"])
    order_touching.touch(db, order["id"])
    trail.record(
        db,
        actor,
        action="service_order.cancelled",
        noun="service_order",
        noun_id=order["id"],
        before={name: order[name] for name in moved},
        after=moved,
    )


def _service_on(db: Database, order: Row, status: str) -> str | None:
    """The day an order counts for: one without a day, that of its completion."""
    if status == COMPLETED and order["scheduled_on"] is None:
        return clock.today(company.time_zone(db))
    day: str | None = order["scheduled_on"]
    return day


def _record_move(db: Database, actor: Actor, order: Row, status: str) -> None:
    is_back = OPEN_OR_DONE.index(status) < OPEN_OR_DONE.index(order["status"])
    action = "set_back" if is_back else "completed" if status == COMPLETED else "started"
    trail.record(
        db,
        actor,
        action=f"service_order.{action}",
        noun="service_order",
        noun_id=order["id"],
        before={"status": order["status"]},
        after={"status": status},
    )


def close_cabinets(db: Database, service_order_id: int) -> None:
    """Free the cabinets of an order that ended for the next one."""
    db.execute(
        f"""
        UPDATE service_order_cabinets AS oc SET closed_at = :now
        WHERE oc.service_order_id = :id AND {CABINET_IS_OPEN}
        """,
        {"id": service_order_id, "now": clock.now()},
    )


def check_not_in_open_order(
    db: Database, cabinet_ids: list[int], *, day: str | None, besides: int = 0
) -> None:
    """Conflict naming the first of these cabinets that an open order of this day holds.

    The order `besides` is not looked at; orders without a day are of one day as well.
    """
    held = one(
        db,
        f"""
        SELECT oc.service_order_id, oc.cabinet_id, d.asset, c.position
        FROM service_order_cabinets oc
        JOIN cabinets c ON c.id = oc.cabinet_id
        JOIN devices d ON d.id = c.device_id
        WHERE oc.cabinet_id IN (SELECT CAST(value AS bigint) FROM json_each(:cabinet_ids))
          AND {CABINET_IS_OPEN}
          AND oc.service_on = :day
          AND oc.service_order_id <> :besides
        ORDER BY d.asset_order, c.position
        LIMIT 1
        """,
        {"cabinet_ids": json_list(cabinet_ids), "day": day or "", "besides": besides},
    )
    if held is not None:
        when = "of the same day" if day else "without a day"
        raise Conflict(
            f"Cabinet {held['position']} of {held['asset']} is already in open "
            f"service order {held['service_order_id']} {when}.",
            current=held,
        )


def move_day(db: Database, service_order_id: int, day: str | None) -> None:
    """Move the stops of an order to another day; Conflict where an order of that day has one."""
    try:
        with db.atomic():
            db.execute(
                "UPDATE service_order_cabinets SET service_on = :day WHERE service_order_id = :id",
                {"id": service_order_id, "day": day or ""},
            )
    except IntegrityError:
        open_ids = _cabinet_ids(db, service_order_id)
        check_not_in_open_order(db, open_ids, day=day, besides=service_order_id)
        raise


def _implied_status(db: Database, service_order_id: int) -> str:
    row = one(
        db,
        f"""
        SELECT count(*) AS cabinets, count(CASE WHEN {IS_DONE} THEN 1 END) AS done
        FROM service_order_cabinets
        WHERE service_order_id = :id
        """,
        {"id": service_order_id},
    )
    if row is None or not row["done"]:
        return PLANNED
    return COMPLETED if row["done"] == row["cabinets"] else IN_PROGRESS


def _close_and_open(db: Database, order: Row) -> None:
    """Close what is done and open what is to do again.

    The partial unique index refuses where another order took a cabinet meanwhile.
    """
    try:
        with db.atomic():
            db.execute(
                f"""
                UPDATE service_order_cabinets
                SET closed_at = CASE WHEN closed_at IS NULL THEN CAST(:now AS text) END
                WHERE service_order_id = :id AND (closed_at IS NOT NULL) <> ({IS_DONE})
                """,
                {"id": order["id"], "now": clock.now()},
            )
    except IntegrityError:
        check_not_in_open_order(
            db,
            _cabinet_ids(db, order["id"]),
            day=order["scheduled_on"],
            besides=order["id"],
        )
        raise


def _cabinet_ids(db: Database, service_order_id: int) -> list[int]:
    """The cabinets of an order that are to do."""
    rows = db.query(
        f"""
        SELECT cabinet_id FROM service_order_cabinets
        WHERE service_order_id = :id AND NOT ({IS_DONE})
        """,
        {"id": service_order_id},
    )
    return [row["cabinet_id"] for row in rows]
