"""Needs: what it takes to bring cabinets up to par, slot by slot, from the best known stock.

The preview, the order and the pick list all read the one selection below, and a
visit fills the slots it named; two slots of one product are two needs, so nothing
is loaded twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract.types import PickListItem, ServiceOrderPreviewCabinet
from db import Database, Row, json_list, typed
from records.json_rows import as_json, json_group
from services.books.known_stock import STOCK

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
# The units of some slots added up by product, before the products are looked up.
BY_PRODUCT_OF = """
    SELECT p.id AS product_id, p.name, p.category, p.case_size, p.archived_at, l.quantity,
           l.estimated_units
    FROM (
        SELECT n.product_id, CAST(sum(n.quantity) AS bigint) AS quantity,
               CAST(sum(CASE WHEN n.known_at IS NULL THEN 0 ELSE n.quantity END) AS bigint)
                   AS estimated_units
        FROM
"""
BY_PRODUCT = """
        n GROUP BY n.product_id
    ) l
    JOIN products p ON p.id = l.product_id
"""
# The slots of the chosen cabinets that lack something or have to be counted first, in slot
# order; of a cabinet without such slots, one row of nulls.
PREVIEWED = f"""
    SELECT c.id AS cabinet_id, s.id AS slot_id, s.label, s.product_id, s.par_level,
           s.par_level - {STOCK} AS quantity, s.estimated_quantity, {KNOWN_AT} AS known_at
    FROM cabinets c
    JOIN devices d ON d.id = c.device_id AND d.archived_at IS NULL
    LEFT JOIN slots s ON s.cabinet_id = c.id AND (({LACKS}) OR ({IS_UNKNOWN}))
    WHERE c.id IN (SELECT CAST(value AS bigint) FROM json_each(:cabinet_ids))
      AND c.removed_at IS NULL
    ORDER BY c.id, s."row", s."column"
"""
ITEMS_OF_CABINET = json_group(
    ["slot_id", "product_id", "quantity", "estimated_quantity", "known_at"],
    "n.quantity IS NOT NULL",
)
UNKNOWN_SLOTS_OF_CABINET = json_group(
    ["slot_id", "label", "product_id", "par_level"],
    "n.slot_id IS NOT NULL AND n.quantity IS NULL",
)


def previews(db: Database, cabinet_ids: Iterable[int]) -> dict[int, ServiceOrderPreviewCabinet]:
    """By cabinet in use; both of its lists in slot order, as JSON of the engine."""
    found = db.query(
        f"""
        SELECT n.cabinet_id, {ITEMS_OF_CABINET[db.name]} AS items,
            {UNKNOWN_SLOTS_OF_CABINET[db.name]} AS unknown_slots
        FROM ({PREVIEWED}) n
        GROUP BY n.cabinet_id
        """,
        {"cabinet_ids": json_list(cabinet_ids)},
    )
    return {row["cabinet_id"]: _preview(row) for row in found}


def _preview(row: Row) -> ServiceOrderPreviewCabinet:
    items: Any = as_json(row["items"])
    unknown_slots: Any = as_json(row["unknown_slots"])
    return {"cabinet_id": row["cabinet_id"], "items": items, "unknown_slots": unknown_slots}


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


def pick_list_of_cabinets(db: Database, cabinet_ids: Iterable[int]) -> list[PickListItem]:
    """What these cabinets lack, by category then name."""
    params = {"cabinet_ids": json_list(cabinet_ids)}
    return _in_shelf_order(db.query(f"{BY_PRODUCT_OF} ({LOADS}) {BY_PRODUCT}", params))


def pick_list_of_order(db: Database, service_order_id: int) -> list[PickListItem]:
    """What an order loads, by category then name."""
    items = db.query(f"{BY_PRODUCT_OF} ({ITEMS}) {BY_PRODUCT}", {"id": service_order_id})
    return _in_shelf_order(items)


def _in_shelf_order(items: Iterable[Row]) -> list[PickListItem]:
    """Case aside, in any language: what the engines call lower case differs."""
    return sorted(typed(PickListItem, items), key=_shelf)


def _shelf(item: PickListItem) -> tuple[str, str, int]:
    return item["category"].casefold(), item["name"].casefold(), item["product_id"]
