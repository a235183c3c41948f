"""The map: where machines stand, what they need, and where today's orders lead.

The points of a fleet are one answer, in columns: a browser draws and filters them all at
once, and 20,000 machines as objects would be twice the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import clock
from auth import Actor
from db import Database, json_list, where
from records import company
from services.fleet.device_figures import STATE
from services.fleet.open_orders import CABINET_IS_OPEN
from services.fleet.visibility import VISIBLE_TO_DRIVER
from services.insight.board_service import NEED
from services.orders.order_summaries import DONE, DUE, UNDATED

MOST_ORDERS = 200
LOCATION_COLUMNS = ("id", "name", "latitude", "longitude")
DEVICE_COLUMNS = (
    "id",
    "asset",
    "name",
    "location_id",
    "route_id",
    "state",
    "estimated_stock_slots",
)
# The few at the front of each part, which is an index of those alone.
FIRST = "ORDER BY o.id LIMIT CAST(:limit AS bigint)"
OF_ACTOR = "AND o.driver_id = :actor_id"
TODAYS = f"""
    SELECT 1 AS part, id FROM ({DUE} {FIRST}) AS due
    UNION ALL SELECT 2, id FROM ({UNDATED} {FIRST}) AS undated
    UNION ALL SELECT 3, id FROM ({DONE} {FIRST}) AS done
"""
TODAYS_OF_ACTOR = f"""
    SELECT 1 AS part, id FROM ({DUE} {OF_ACTOR} {FIRST}) AS due
    UNION ALL SELECT 2, id FROM ({UNDATED} {OF_ACTOR} {FIRST}) AS undated
    UNION ALL SELECT 3, id FROM ({DONE} {OF_ACTOR} {FIRST}) AS done
"""
ORDERS = """
    SELECT o.id, o.route_id, r.name AS route_name, o.driver_id, u.display_name AS driver_name,
           o.status, o.scheduled_on, o.units
    FROM service_orders o
    LEFT JOIN routes r ON r.id = o.route_id
    LEFT JOIN users u ON u.id = o.driver_id
    WHERE o.id IN (SELECT CAST(value AS bigint) FROM json_each(:order_ids))
    ORDER BY o.id
"""
# In no order: sorted by the database, it would walk the stops of every order there ever was.
STOPS = f"""
    SELECT oc.service_order_id, oc.position, c.device_id,
           CASE WHEN {CABINET_IS_OPEN} THEN 1 ELSE 0 END AS to_do
    FROM service_order_cabinets oc
    JOIN cabinets c ON c.id = oc.cabinet_id
    WHERE oc.service_order_id IN (SELECT CAST(value AS bigint) FROM json_each(:order_ids))
"""


def list_map_points(db: Database, actor: Actor) -> dict[str, Any]:
    """The machines in use that the actor may see, and the places where they stand."""
    clause = where({"d.archived_at IS NULL": True, f"({VISIBLE_TO_DRIVER})": actor.is_driver})
    params = {"actor_id": actor.user_id}
    locations = db.execute(
        f"""
        SELECT l.id, l.name, l.latitude, l.longitude
        FROM locations l
        WHERE l.id IN (SELECT d.location_id FROM devices d {clause})
        ORDER BY lower(l.name), l.id
        """,
        params,
    ).fetchall()
    devices = db.execute(
        f"""
        SELECT d.id, d.asset, d.name, d.location_id, d.route_id, {STATE} AS state,
               COALESCE(m.estimated_stock_slots, 0)
        FROM devices d
        LEFT JOIN device_metrics m ON m.device_id = d.id
        {clause}
        ORDER BY {NEED}, d.id
        """,
        params,
    ).fetchall()
    return {
        "locations": _columns(LOCATION_COLUMNS, locations),
        "devices": _columns(DEVICE_COLUMNS, devices),
    }


def list_map_orders(db: Database, actor: Actor) -> dict[str, Any]:
    """Today's orders, by number: open ones of today and of no day, and those completed today.

    Of more than MOST_ORDERS, the completed ones are left out first, then those of no day.
    """
    given = {
        "today": clock.today(company.time_zone(db)),
        "actor_id": actor.user_id,
        "limit": MOST_ORDERS + 1,
    }
    found = db.query(TODAYS_OF_ACTOR if actor.is_driver else TODAYS, given)
    order_ids = [row["id"] for row in sorted(found, key=lambda row: (row["part"], row["id"]))]
    shown = {"order_ids": json_list(order_ids[:MOST_ORDERS])}
    orders = {
        row["id"]: {**row, "device_ids": [], "done_device_ids": []}
        for row in db.query(ORDERS, shown)
    }
    stops = sorted(db.query(STOPS, shown), key=lambda stop: stop["position"])
    to_do = {(stop["service_order_id"], stop["device_id"]) for stop in stops if stop["to_do"]}
    for order_id, device_id in dict.fromkeys(
        (stop["service_order_id"], stop["device_id"]) for stop in stops
    ):
        orders[order_id]["device_ids"].append(device_id)
        if (order_id, device_id) not in to_do:
            orders[order_id]["done_device_ids"].append(device_id)
    return {"items": list(orders.values()), "more": len(order_ids) > MOST_ORDERS}


def _columns(names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Rows as columns by name, each of which has a value for every row."""
    found = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {name: list(column) for name, column in zip(names, found, strict=True)}
