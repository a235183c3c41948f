"""Order events: other programs hear of orders and visits, as they are when the transaction ends."""

from __future__ import annotations

from collections.abc import Sequence

from db import Database, Row, json_list
from services.webhooks import outbox

CREATED = "service_order.created"
CHANGED = "service_order.changed"
# By the action of the audit log that goes with it.
OF_VISITS = {"visit.created": "visit.recorded", "visit.reversed": "visit.reversed"}

ORDERS = """
    SELECT id AS service_order_id, status, route_id, driver_id, scheduled_on, purpose, units,
        notes, cancellation_reason
    FROM service_orders WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
VISITS = """
    SELECT v.id AS visit_id, v.service_order_id, c.device_id, v.cabinet_id, v.finished_at,
        v.reversed_at, v.notes, v.reversal_reason,
        CAST(COALESCE((SELECT sum(f.added) FROM slot_facts f WHERE f.visit_id = v.id), 0)
            AS bigint) AS units_added
    FROM visits v
    JOIN cabinets c ON c.id = v.cabinet_id
    WHERE v.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""


def tell_created(db: Database, service_order_id: int) -> None:
    """Note a new order."""
    outbox.tell(db, CREATED, [service_order_id], _orders)


def tell_changed(db: Database, service_order_id: int) -> None:
    """Note that an order is another now; one that is new is told as such alone."""
    if not outbox.is_told(db, CREATED, service_order_id):
        outbox.tell(db, CHANGED, [service_order_id], _orders)


def tell_visit(db: Database, action: str, visit_id: int) -> None:
    """Note a visit that was recorded or reversed."""
    outbox.tell(db, OF_VISITS[action], [visit_id], _visits)


def _orders(db: Database, order_ids: Sequence[int]) -> dict[int, Row]:
    rows = db.query(ORDERS, {"ids": json_list(order_ids)})
    return {row["service_order_id"]: row for row in rows}


def _visits(db: Database, visit_ids: Sequence[int]) -> dict[int, Row]:
    return {row["visit_id"]: row for row in db.query(VISITS, {"ids": json_list(visit_ids)})}
