"""Needs: what it takes to bring cabinets up to par, slot by slot, from the best known stock.

The preview, the order and the pick list all read the one selection below, and a
visit fills the slots it named; two slots of one product are two needs, so nothing
is loaded twice.
"""

from __future__ import annotations

from collections.abc import Iterable

from db import Database, Row, json_list, one
from engine_json import as_json, json_rows

# The best known stock of a slot `s`: an estimate where the books are old.
STOCK = "COALESCE(s.estimated_quantity, s.quantity)"
# Since when nobody has seen what is in it; null while the books are recent.
KNOWN_AT = """
    CASE WHEN s.estimated_quantity IS NOT NULL THEN COALESCE(s.known_at, (
        SELECT m.last_read_at FROM device_metrics m WHERE m.device_id = s.device_id
    )) END
"""
# A slot is refilled unless it sells out: then it needs nothing, whatever is in it.
IS_REFILLED = "s.product_id IS NOT NULL AND s.sells_out_at IS NULL"
# A slot that lacks something, and one that has to be counted first.
LACKS = f"{IS_REFILLED} AND {STOCK} < s.par_level"
IS_UNKNOWN = f"{IS_REFILLED} AND s.quantity IS NULL"
# The slots of the chosen cabinets. Those that were removed, and those of archived
# devices, need nothing.
CHOSEN = """
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    JOIN devices d ON d.id = c.device_id AND d.archived_at IS NULL
    WHERE s.cabinet_id IN (SELECT CAST(value AS bigint) FROM json_each(:cabinet_ids))
"""
LOADS = f"""
    SELECT s.cabinet_id, s.id AS slot_id, s.product_id, s.par_level - {STOCK} AS quantity,
           {KNOWN_AT} AS known_at
    {CHOSEN} AND {LACKS}
"""
ITEMS = (
    "SELECT product_id, quantity, known_at FROM service_order_items WHERE service_order_id = :id"
)
# The units of some slots added up by product.
BY_PRODUCT_OF = """
    SELECT p.id AS product_id, p.name, p.category, p.case_size, p.archived_at,
           CAST(sum(l.quantity) AS bigint) AS quantity,
           CAST(sum(CASE WHEN l.known_at IS NULL THEN 0 ELSE l.quantity END) AS bigint)
               AS estimated_units
    FROM products p
    JOIN
"""
BY_PRODUCT = """
    l ON l.product_id = p.id GROUP BY p.id, p.name, p.category, p.case_size, p.archived_at
"""
# Of a cabinet `c`, in slot order.
ITEMS_OF_CABINET = json_rows(
    ["slot_id", "product_id", "quantity", "estimated_quantity", "known_at"],
    f"""
    SELECT s.id AS slot_id, s.product_id, s.par_level - {STOCK} AS quantity,
           s.estimated_quantity, {KNOWN_AT} AS known_at
    FROM slots s
    WHERE s.cabinet_id = c.id AND {LACKS}
    ORDER BY s.position
    """,
)
UNKNOWN_SLOTS_OF_CABINET = json_rows(
    ["slot_id", "label", "product_id", "par_level"],
    f"""
    SELECT s.id AS slot_id, s.label, s.product_id, s.par_level
    FROM slots s
    WHERE s.cabinet_id = c.id AND {IS_UNKNOWN}
    ORDER BY s.position
    """,
)


def previews(db: Database, cabinet_ids: Iterable[int]) -> dict[int, Row]:
    """By cabinet in use: {cabinet_id, items, unknown_slots}, both lists JSON in slot order."""
    found = db.query(
        f"""
        SELECT c.id AS cabinet_id, {ITEMS_OF_CABINET[db.name]} AS items,
            {UNKNOWN_SLOTS_OF_CABINET[db.name]} AS unknown_slots
        FROM cabinets c
        JOIN devices d ON d.id = c.device_id AND d.archived_at IS NULL
        WHERE c.id IN (SELECT CAST(value AS bigint) FROM json_each(:cabinet_ids))
          AND c.removed_at IS NULL
        """,
        {"cabinet_ids": json_list(cabinet_ids)},
    )
    return {
        row["cabinet_id"]: {
            "cabinet_id": row["cabinet_id"],
            "items": as_json(row["items"]),
            "unknown_slots": as_json(row["unknown_slots"]),
        }
        for row in found
    }


def totals(db: Database, cabinet_ids: Iterable[int]) -> dict[str, int]:
    """{units, unknown_slots}: how many units these cabinets lack, and what must be counted."""
    found = one(
        db,
        f"""
        SELECT CAST(COALESCE(sum(CASE WHEN {LACKS} THEN s.par_level - {STOCK} END), 0)
                    AS bigint) AS units,
               count(CASE WHEN {IS_UNKNOWN} THEN 1 END) AS unknown_slots
        {CHOSEN}
        """,
        {"cabinet_ids": json_list(cabinet_ids)},
    )
    return found or {"units": 0, "unknown_slots": 0}


def load_order(db: Database, *, service_order_id: int, cabinet_ids: Iterable[int]) -> None:
    """Write what these cabinets lack as the items of an order."""
    db.execute(
        f"""
        INSERT INTO service_order_items
            (service_order_id, cabinet_id, slot_id, product_id, quantity, known_at)
        SELECT CAST(:order_id AS bigint), l.cabinet_id, l.slot_id, l.product_id, l.quantity,
               l.known_at
        FROM ({LOADS}) l
        """,
        {"order_id": service_order_id, "cabinet_ids": json_list(cabinet_ids)},
    )


def pick_list_of_cabinets(db: Database, cabinet_ids: Iterable[int]) -> list[Row]:
    """What these cabinets lack, by category then name."""
    params = {"cabinet_ids": json_list(cabinet_ids)}
    return _in_shelf_order(db.query(f"{BY_PRODUCT_OF} ({LOADS}) {BY_PRODUCT}", params))


def pick_list_of_order(db: Database, service_order_id: int) -> list[Row]:
    """What an order loads, by category then name."""
    items = db.query(f"{BY_PRODUCT_OF} ({ITEMS}) {BY_PRODUCT}", {"id": service_order_id})
    return _in_shelf_order(items)


def _in_shelf_order(items: Iterable[Row]) -> list[Row]:
    """Case aside, in any language: what the engines call lower case differs."""
    return sorted(items, key=_shelf)


def _shelf(item: Row) -> tuple[str, str, int]:
    return item["category"].casefold(), item["name"].casefold(), item["product_id"]
