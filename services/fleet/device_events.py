"""Device events: that devices changed, told to other programs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from db import Database, Row, one
from services.webhooks import outbox

DEVICE = """
    SELECT d.id AS device_id, d.location_id, d.route_id, d.device_type_id, d.archived_at,
           d.version, d.asset, d.name, d.serial, l.name AS location_name, r.name AS route_name
    FROM devices d
    LEFT JOIN locations l ON l.id = d.location_id
    LEFT JOIN routes r ON r.id = d.route_id
    WHERE d.id = :id
"""


def changed(db: Database, device_ids: Iterable[int]) -> None:
    """Tell of these, as they are when the transaction ends."""
    for device_id in device_ids:
        outbox.tell(db, "device.changed", device_id, partial(_row, db, device_id))


def _row(db: Database, device_id: int) -> Row | None:
    return one(db, DEVICE, {"id": device_id})
