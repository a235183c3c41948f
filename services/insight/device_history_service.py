"""The history of a device: what happened there, from several areas, in one line of time.

Years of one device are some thousand rows, each found by an index, so a page sorts them all.
"""

from __future__ import annotations

from typing import Any

import orjson

from auth import Actor
from db import Database, Row, json_list
from records.paging import Sort, page
from services.fleet import visibility

NEWEST_FIRST = Sort(key="h.at", tie="h.tie", descending=True)
VISITS = """
    SELECT v.finished_at AS at, v.id * 4 AS tie, 'visit' AS kind, v.id AS id,
        v.service_order_id AS service_order_id, v.username AS username, v.notes AS text,
        CASE WHEN v.reversed_at IS NULL THEN NULL ELSE 'reversed' END AS status, '[]' AS changes
    FROM cabinets c
    JOIN visits v ON v.cabinet_id = c.id
    WHERE c.device_id = :device_id
"""
VISITS_OF_DRIVER = f"""
    {VISITS} AND v.service_order_id IN (
        SELECT o.id FROM service_orders o WHERE o.driver_id = :actor_id
    )
"""
FAULTS = """
    SELECT r.read_at, r.id * 4 + 1, 'faults', r.id, CAST(NULL AS bigint), NULL, r.faults, NULL, '[]'
    FROM dex_reads r
    WHERE r.device_id = :device_id AND r.position IS NOT NULL AND r.faults <> '[]'
"""
TICKETS = """
    SELECT COALESCE(t.first_seen_at, t.created_at), t.id * 4 + 2, 'ticket', t.id,
        CAST(NULL AS bigint), t.username, t.text, t.status, '[]'
    FROM tickets t
    WHERE t.device_id = :device_id
"""
MOVES = """
    SELECT a.occurred_at, a.id * 4 + 3, 'move', a.id, CAST(NULL AS bigint), a.username, '', NULL,
        a.changes
    FROM audit_entries a
    WHERE a.noun = 'device' AND a.noun_id = :device_id AND a.action = 'device.updated'
      AND (a.changes LIKE '%"location_id"%' OR a.changes LIKE '%"route_id"%')
"""
COLUMNS = "h.at, h.kind, h.id, h.service_order_id, h.username, h.text, h.status, h.changes"
OF_OFFICE = f"""
    {COLUMNS} FROM ({VISITS} UNION ALL {FAULTS} UNION ALL {TICKETS} UNION ALL {MOVES}) AS h
"""
OF_DRIVER = f"""
    {COLUMNS} FROM ({VISITS_OF_DRIVER} UNION ALL {FAULTS} UNION ALL {TICKETS}) AS h
"""
MOVED = {"location_id": "location", "route_id": "route"}
NAMES = {
    "location_id": """
        SELECT id, name FROM locations
        WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    """,
    "route_id": """
        SELECT id, name FROM routes
        WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    """,
}


def list_device_history(
    db: Database, actor: Actor, *, device_id: int, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of what happened at a device, newest first. Raises NotFound."""
    visibility.check_visible(db, actor, device_id=device_id)
    found = page(
        db,
        OF_DRIVER if actor.is_driver else OF_OFFICE,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        params={"device_id": device_id, "actor_id": actor.user_id},
    )
    for item in found["items"]:
        item["changes"] = orjson.loads(item["changes"])
        if item["kind"] == "faults":
            item["text"] = "; ".join(each["meaning"] for each in orjson.loads(item["text"]))
    _name_places(db, found["items"])
    return found


def _name_places(db: Database, items: list[Row]) -> None:
    """Say of each move from where to where, as locations and routes are called now."""
    moves = [change for item in items for change in item["changes"]]
    names = {field: _names(db, sql, moves, field) for field, sql in NAMES.items()}
    for item in items:
        item["changes"] = [
            {
                "field": MOVED[each["field"]],
                "from": names[each["field"]].get(each["from"]),
                "to": names[each["field"]].get(each["to"]),
            }
            for each in item["changes"]
            if each["field"] in MOVED
        ]


def _names(db: Database, sql: str, moves: list[Row], field: str) -> dict[int, str]:
    ids = {each[side] for each in moves if each["field"] == field for side in ("from", "to")}
    rows = db.query(sql, {"ids": json_list(sorted(ids - {None}))})
    return {row["id"]: row["name"] for row in rows}
