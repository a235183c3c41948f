"""The route board: a row per device of a route with its metrics, and what each cabinet needs.

The figures of a device are those kept in device_metrics; what a cabinet needs is
read from its slots by the rule that orders load by (needs.py).
"""

from __future__ import annotations

from typing import Any

from auth import Actor
from db import Database
from records.json_rows import json_row, json_rows
from records.paging import Sort, page
from services.books.known_stock import STOCK
from services.fleet import route_service
from services.fleet.device_figures import FIGURES, SOLD_OUT_SLOTS
from services.fleet.open_orders import CABINET_IS_OPEN
from services.orders.needs import IS_REFILLED

SOURCE = """
    FROM devices d
    LEFT JOIN locations l ON l.id = d.location_id
    LEFT JOIN device_metrics m ON m.device_id = d.id
"""
CABINETS = f"""
    SELECT c.id, c.position,
           CAST(COALESCE(
               sum(s.par_level - {STOCK}) FILTER (WHERE {STOCK} < s.par_level), 0
           ) AS bigint) AS units_to_par,
           count(s.id) FILTER (WHERE s.quantity IS NULL) AS unknown_slots,
           (SELECT oc.service_order_id FROM service_order_cabinets oc
            WHERE oc.cabinet_id = c.id AND {CABINET_IS_OPEN}
            ORDER BY oc.service_on, oc.service_order_id LIMIT 1) AS open_service_order_id,
           (SELECT NULLIF(min(oc.service_on), '') FROM service_order_cabinets oc
            WHERE oc.cabinet_id = c.id AND {CABINET_IS_OPEN}) AS open_service_order_on
    FROM cabinets c
    LEFT JOIN slots s ON s.cabinet_id = c.id AND {IS_REFILLED}
        AND (s.quantity IS NULL OR {STOCK} < s.par_level)
    WHERE c.device_id = d.id AND c.removed_at IS NULL
    GROUP BY c.id, c.position
    ORDER BY c.position
"""
ROW = json_row(
    {
        "device_id": "d.id",
        "asset": "d.asset",
        "name": "d.name",
        "location_id": "d.location_id",
        "location_name": "l.name",
        **FIGURES,
        "low_slots": "m.low_slots",
        "unknown_slots": "COALESCE(m.unknown_slots, 0)",
        "days_of_inventory_median": "m.days_of_inventory_median",
        "units_to_par": "m.units_to_par",
        "units_per_day": "m.units_per_day",
        "last_visit_at": "m.last_visit_at",
        "cabinets": json_rows(
            [
                "id",
                "position",
                "units_to_par",
                "unknown_slots",
                "open_service_order_id",
                "open_service_order_on",
            ],
            CABINETS,
        ),
    }
)

# Worst first, as one number: sold-out slots (by estimate too), then the fewest days of
# inventory (in hundredths; unknown or 999 and more are the same), then the most units to par.
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
    "asset": Sort(key="d.asset_order", tie="d.id"),
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
    "-lost_cents_per_day": Sort(
        key="COALESCE(m.lost_cents_per_day, -1)", tie="d.id", descending=True, number=True
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
    return page(
        db,
        f"{ROW[db.name]} AS item {SOURCE}",
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        conditions={"d.route_id = :route_id": True, "d.archived_at IS NULL": True},
        params={"route_id": route_id},
        is_rendered=True,
    )
