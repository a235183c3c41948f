"""Device events: that devices changed, told to other programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db import Database, Row, json_list
from services.webhooks import outbox

DEVICES = """
    SELECT d.id AS device_id, d.location_id, d.route_id, d.device_type_id, d.archived_at,
           d.version, d.asset, d.name, d.serial, l.name AS location_name, r.name AS route_name
    FROM devices d
    LEFT JOIN locations l ON l.id = d.location_id
    LEFT JOIN routes r ON r.id = d.route_id
    WHERE d.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""


def changed(db: Database, device_ids: Iterable[int]) -> None:
    """Tell of these, as they are when the transaction ends."""
    outbox.tell(db, "device.changed", device_ids, _told)


def _told(db: Database, device_ids: Sequence[int]) -> dict[int, Row]:
    return {row["device_id"]: row for row in db.query(DEVICES, {"ids": json_list(device_ids)})}
