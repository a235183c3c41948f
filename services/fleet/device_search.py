"""Device search: the texts by which devices are found."""

from __future__ import annotations

from collections.abc import Sequence

from db import Database, json_list, where
from records import search

AMONG = "d.id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))"


def keep(
    db: Database,
    *,
    device_id: int | None = None,
    device_ids: Sequence[int] | None = None,
    location_id: int | None = None,
) -> None:
    """Let a device, some, those at a location, or all be found by what is written at them now."""
    clause = where(
        {
            "d.id = :device_id": device_id is not None,
            AMONG: device_ids is not None,
            "d.location_id = :location_id": location_id is not None,
        }
    )
    rows = db.query(
        f"""
        SELECT d.id, d.asset, d.name, d.serial, l.name AS location_name
        FROM devices d
        LEFT JOIN locations l ON l.id = d.location_id
        {clause}
        """,
        {
            "device_id": device_id,
            "device_ids": json_list(device_ids or ()),
            "location_id": location_id,
        },
    )
    texts = {
        row["id"]: (row["asset"], row["name"], row["serial"], row["location_name"]) for row in rows
    }
    search.keep(db, noun="device", texts=texts)
