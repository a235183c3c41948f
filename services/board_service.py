"""The route board: a row per device of a route with its metrics, and what each cabinet needs.

The figures of a device are those kept in device_metrics; what a cabinet needs is
read from its slots by the rule that orders load by (services/needs.py).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from auth import Actor
from db import Database, Row, json_list
from paging import Sort, page
from services import route_service
from services.device_service import SOLD_OUT_SLOTS
from services.needs import UNITS_TO_PAR

ROWS = f"""
    d.id AS device_id, d.asset, d.name, d.location_id, l.name AS location_name,
    {SOLD_OUT_SLOTS} AS sold_out_slots, m.low_slots,
    COALESCE(m.unknown_slots, 0) AS unknown_slots,
    m.days_of_inventory, m.days_of_inventory_median, m.product_level_percent,
    m.units_to_par, m.units_per_day, COALESCE(m.estimated_slots, 0) AS estimated_slots,
    m.last_read_at, m.last_visit_at
    FROM devices d
    LEFT JOIN locations l ON l.id = d.location_id
    LEFT JOIN device_metrics m ON m.device_id = d.id
"""

# Worst first, as one number: sold-out slots, then the fewest days of inventory (in
# hundredths; unknown or 999 and more are the same), then the most units to par.
NEED = """
    - COALESCE(m.sold_out_slots, 0) * 100000000000
    + CASE WHEN m.days_of_inventory < 999
           THEN CAST(round(m.days_of_inventory * 100) AS bigint) ELSE 99999 END * 1000000
    - CASE WHEN m.units_to_par < 999999 THEN m.units_to_par
           WHEN m.units_to_par IS NULL THEN 0 ELSE 999999 END
"""
# Unknown comes last, except in last_read_at: a device that never reported is the oldest.
SORTS = {
    "need": Sort(key=NEED, tie="d.id", number=True),
    "asset": Sort(key="lower(d.asset)", tie="d.id"),
    "days_of_inventory": Sort(
        key="COALESCE(m.days_of_inventory, 1000000.0)", tie="d.id", number=True
    ),
    "product_level_percent": Sort(
        key="COALESCE(m.product_level_percent, 1000000.0)", tie="d.id", number=True
    ),
    "-units_to_par": Sort(
        key="COALESCE(m.units_to_par, -1)", tie="d.id", descending=True, number=True
    ),
    "-sold_out_slots": Sort(
        key=f"COALESCE({SOLD_OUT_SLOTS}, -1)", tie="d.id", descending=True, number=True
    ),
    "last_read_at": Sort(key="COALESCE(m.last_read_at, '')", tie="d.id"),
}


def list_route_devices(
    db: Database,
    actor: Actor,
    *,
    route_id: int,
    sort: str = "need",
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """The devices of a route in use, worst first; NotFound where a driver may not see the route."""
    route_service.get_route(db, actor, route_id=route_id)
    board = page(
        db,
        ROWS,
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        conditions={"d.route_id = :route_id": True, "d.archived_at IS NULL": True},
        params={"route_id": route_id},
    )
    cabinets = _cabinets_by_device(db, [row["device_id"] for row in board["items"]])
    for row in board["items"]:
        row["cabinets"] = cabinets[row["device_id"]]
    return board


def _cabinets_by_device(db: Database, device_ids: list[int]) -> defaultdict[int, list[Row]]:
    rows = db.query(
        f"""
        SELECT c.device_id, c.id, c.position,
               CAST(COALESCE(sum({UNITS_TO_PAR}), 0) AS bigint) AS units_to_par,
               count(s.id) FILTER (WHERE s.quantity IS NULL) AS unknown_slots,
               min(oc.service_order_id) AS open_service_order_id
        FROM cabinets c
        LEFT JOIN slots s ON s.cabinet_id = c.id AND s.product_id IS NOT NULL
        LEFT JOIN service_order_cabinets oc ON oc.cabinet_id = c.id AND oc.closed_at IS NULL
        WHERE c.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
          AND c.removed_at IS NULL
        GROUP BY c.device_id, c.id, c.position
        ORDER BY c.device_id, c.position
        """,
        {"device_ids": json_list(device_ids)},
    )
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.pop("device_id")].append(row)
    return grouped
