"""The state of a service order: planned -> in_progress -> completed, or cancelled before.

Every move is a compare-and-set on `status`, so two people can never both make
one. The status of an order that was not cancelled is what its unreversed visits
imply, and closed_at of its cabinets follows the order's end.
"""

from __future__ import annotations

import clock
from auth import Actor
from db import Database, IntegrityError, Row, json_list, one
from errors import Conflict, NotFound
from services import audit_service, settings_service

PLANNED = "planned"
IN_PROGRESS = "in_progress"
COMPLETED = "completed"
CANCELLED = "cancelled"
OPEN = (PLANNED, IN_PROGRESS)
OPEN_OR_DONE = (*OPEN, COMPLETED)

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
        SELECT id, route_id, driver_id, status, scheduled_on, notes, units,
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


def changed_meanwhile(order: Row) -> Conflict:
    """The refusal for an order that is no longer in the state an action begins from."""
    return Conflict(
        f"Service order {order['id']} is {_WORDS[order['status']]}: nothing was changed.",
        current=order,
    )


def follow_visits(db: Database, actor: Actor, order: Row) -> None:
    """Move an order to what its unreversed visits imply.

    A cancelled order stays cancelled. Raises Conflict when the status is no longer
    the one in `order`, or when reopening meets another open order of a cabinet.
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
    if status == COMPLETED:
        close_cabinets(db, order["id"])
    elif order["status"] == COMPLETED:
        _reopen_cabinets(db, order["id"])


def _service_on(db: Database, order: Row, status: str) -> str | None:
    """The day an order counts for: one without a day, that of its completion."""
    if status == COMPLETED and order["scheduled_on"] is None:
        return clock.today(settings_service.time_zone(db))
    day: str | None = order["scheduled_on"]
    return day


def _record_move(db: Database, actor: Actor, order: Row, status: str) -> None:
    is_back = OPEN_OR_DONE.index(status) < OPEN_OR_DONE.index(order["status"])
    action = "set_back" if is_back else "completed" if status == COMPLETED else "started"
    audit_service.record(
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
        """
        UPDATE service_order_cabinets SET closed_at = :now
        WHERE service_order_id = :id AND closed_at IS NULL
        """,
        {"id": service_order_id, "now": clock.now()},
    )


def check_not_in_open_order(db: Database, cabinet_ids: list[int]) -> None:
    """Conflict naming the first of these cabinets that an open order holds."""
    held = one(
        db,
        """
        SELECT oc.service_order_id, oc.cabinet_id, d.asset, c.position
        FROM service_order_cabinets oc
        JOIN cabinets c ON c.id = oc.cabinet_id
        JOIN devices d ON d.id = c.device_id
        WHERE oc.cabinet_id IN (SELECT CAST(value AS bigint) FROM json_each(:cabinet_ids))
          AND oc.closed_at IS NULL
        ORDER BY d.asset_order, c.position
        LIMIT 1
        """,
        {"cabinet_ids": json_list(cabinet_ids)},
    )
    if held is not None:
        raise Conflict(
            f"Cabinet {held['position']} of {held['asset']} is already in open "
            f"service order {held['service_order_id']}.",
            current=held,
        )


def _implied_status(db: Database, service_order_id: int) -> str:
    row = one(
        db,
        """
        SELECT count(*) AS cabinets, count(v.id) AS visited
        FROM service_order_cabinets oc
        LEFT JOIN visits v ON v.service_order_id = oc.service_order_id
                          AND v.cabinet_id = oc.cabinet_id
                          AND v.reversed_at IS NULL
        WHERE oc.service_order_id = :id
        """,
        {"id": service_order_id},
    )
    if row is None or not row["visited"]:
        return PLANNED
    return COMPLETED if row["visited"] == row["cabinets"] else IN_PROGRESS


def _reopen_cabinets(db: Database, service_order_id: int) -> None:
    """The partial unique index refuses where another order took a cabinet meanwhile."""
    try:
        with db.atomic():
            db.execute(
                "UPDATE service_order_cabinets SET closed_at = NULL WHERE service_order_id = :id",
                {"id": service_order_id},
            )
    except IntegrityError:
        check_not_in_open_order(db, _cabinet_ids(db, service_order_id))
        raise


def _cabinet_ids(db: Database, service_order_id: int) -> list[int]:
    rows = db.query(
        "SELECT cabinet_id FROM service_order_cabinets WHERE service_order_id = :id",
        {"id": service_order_id},
    )
    return [row["cabinet_id"] for row in rows]
