"""Visibility: which devices somebody may know of.

A driver sees the devices of their routes and of the open orders that are assigned to
them. They learn nothing of others.
"""

from __future__ import annotations

from auth import Actor
from db import Database, scalar
from errors import NotFound
from services.fleet.open_orders import ORDER_IS_OPEN

# Of a device `d`.
VISIBLE_TO_DRIVER = f"""
    d.route_id IN (SELECT r.id FROM routes r WHERE r.driver_id = :actor_id)
    OR d.id IN (
        SELECT c.device_id
        FROM service_orders o
        JOIN service_order_cabinets oc ON oc.service_order_id = o.id
        JOIN cabinets c ON c.id = oc.cabinet_id
        WHERE o.driver_id = :actor_id AND {ORDER_IS_OPEN}
    )
"""
NO_DEVICE = "There is no such device."


def check_visible(db: Database, actor: Actor, *, device_id: int) -> None:
    """NotFound unless there is this device and `actor` may know of it."""
    if not is_visible(db, actor, device_id=device_id):
        raise NotFound(NO_DEVICE)


def is_visible(db: Database, actor: Actor, *, device_id: int) -> bool:
    """Whether there is this device and `actor` may know of it."""
    if actor.is_driver:
        sql = f"SELECT 1 FROM devices d WHERE d.id = :device_id AND ({VISIBLE_TO_DRIVER})"
    else:
        sql = "SELECT 1 FROM devices d WHERE d.id = :device_id"
    return scalar(db, sql, {"device_id": device_id, "actor_id": actor.user_id}) is not None
