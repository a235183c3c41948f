"""Order details: the stops of one order, what each loads, and what was done there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract.types import (
    PickListUnknownCabinet,
    ServiceOrderCabinet,
    ServiceOrderCabinetOtherOrder,
    Visit,
)
from db import Database, Row, one, typed
from errors import NotFound
from records.json_rows import as_json, json_rows
from services.fleet import price_differences
from services.fleet.open_orders import CABINET_IS_OPEN
from services.orders import order_stops, skips, visit_service

# The items of a cabinet `oc` of an order. A cross join, for SQLite would read all items of
# the order anew for each cabinet.
ITEMS_OF_CABINET = json_rows(
    [
        "slot_id",
        "label",
        "selection",
        "product_id",
        "product_name",
        "product_archived_at",
        "quantity",
        "known_at",
    ],
    """
    SELECT i.slot_id, s.label, s.selection, i.product_id, p.name AS product_name,
           p.archived_at AS product_archived_at, i.quantity, i.known_at
    FROM slots s
    CROSS JOIN service_order_items i
    JOIN products p ON p.id = i.product_id
    WHERE s.cabinet_id = oc.cabinet_id AND i.service_order_id = :id AND i.slot_id = s.id
    ORDER BY s."row", s."column"
    """,
)


def names_of(db: Database, service_order_id: int) -> Row:
    row = one(
        db,
        """
        SELECT r.name AS route_name, u.display_name AS driver_name
        FROM service_orders o
        LEFT JOIN routes r ON r.id = o.route_id
        LEFT JOIN users u ON u.id = o.driver_id
        WHERE o.id = :id
        """,
        {"id": service_order_id},
    )
    if row is None:
        raise NotFound(f"There is no service order {service_order_id}.")
    return row


def cabinets_of(db: Database, service_order_id: int) -> list[ServiceOrderCabinet]:
    """The stops of an order as they come: what each loads, what was done there or why not."""
    items = _items_by_cabinet(db, service_order_id)
    visits = visit_service.visits_of_order(db, service_order_id)
    skipped = skips.skips_of_order(db, service_order_id)
    rows = list(
        db.query(
            """
            SELECT c.id AS cabinet_id, d.id AS device_id, d.asset, d.name AS device_name,
                   l.name AS location_name, l.address, l.notes AS location_notes,
                   l.latitude, l.longitude, c.position, oc.stale_at, oc.closed_at
            FROM service_order_cabinets oc
            JOIN cabinets c ON c.id = oc.cabinet_id
            JOIN devices d ON d.id = c.device_id
            LEFT JOIN locations l ON l.id = d.location_id
            WHERE oc.service_order_id = :id
            ORDER BY oc.position
            """,
            {"id": service_order_id},
        )
    )
    to_do = [row["cabinet_id"] for row in rows if row.pop("closed_at") is None]
    elsewhere = _waiting_elsewhere(db, service_order_id, to_do)
    differing = price_differences.of_cabinets(db, to_do)
    stops = typed(ServiceOrderCabinet, rows)
    for stop in stops:
        cabinet_id = stop["cabinet_id"]
        stop["visited_at"] = _visited_at(visits[cabinet_id])
        stop["skip"] = skipped.get(cabinet_id)
        stop["other_orders"] = elsewhere.get(cabinet_id, [])
        stop["items"] = items[cabinet_id]
        stop["price_differences"] = differing[cabinet_id]
        stop["visits"] = visits[cabinet_id]
    return stops


def _waiting_elsewhere(
    db: Database, service_order_id: int, cabinet_ids: Iterable[int]
) -> dict[int, list[ServiceOrderCabinetOtherOrder]]:
    """The other open orders that these cabinets wait in."""
    found: dict[int, list[ServiceOrderCabinetOtherOrder]] = {}
    for row in order_stops.waiting(db, cabinet_ids, besides=service_order_id):
        found.setdefault(row["cabinet_id"], []).append(
            {"service_order_id": row["service_order_id"], "scheduled_on": row["scheduled_on"]}
        )
    return found


def _visited_at(visits: list[Visit]) -> str | None:
    standing = (visit["finished_at"] for visit in visits if visit["reversed_at"] is None)
    return next(standing, None)


def _items_by_cabinet(db: Database, service_order_id: int) -> dict[int, Any]:
    """The items of each cabinet of the order, as JSON."""
    rows = db.query(
        f"""
        SELECT oc.cabinet_id, {ITEMS_OF_CABINET[db.name]} AS items
        FROM service_order_cabinets oc
        WHERE oc.service_order_id = :id
        """,
        {"id": service_order_id},
    )
    return {row["cabinet_id"]: as_json(row["items"]) for row in rows}


def unknown_cabinets(db: Database, service_order_id: int) -> list[PickListUnknownCabinet]:
    """Of an order that is still open, the cabinets to visit of which the load is not all known."""
    rows = db.query(
        f"""
        SELECT c.id AS cabinet_id, d.asset, c.position, count(*) AS unknown_slots,
               CAST(sum(s.par_level) AS bigint) AS units_at_most
        FROM service_order_cabinets oc
        JOIN cabinets c ON c.id = oc.cabinet_id
        JOIN devices d ON d.id = c.device_id
        JOIN slots s ON s.cabinet_id = c.id
        WHERE oc.service_order_id = :id
          AND {CABINET_IS_OPEN}
          AND s.product_id IS NOT NULL
          AND s.quantity IS NULL
        GROUP BY c.id, d.asset, c.position, oc.position
        ORDER BY oc.position
        """,
        {"id": service_order_id},
    )
    return typed(PickListUnknownCabinet, rows)
