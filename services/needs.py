"""Needs: what it takes to bring cabinets up to par, slot by slot.

The preview, the order and the pick list all read this one function, and a visit
fills the slots it named; two slots of one product are two needs, so nothing is
loaded twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from db import Database, Row, json_list

# What one slot `s` needs; null while its quantity is unknown.
UNITS_TO_PAR = """
    CASE WHEN s.quantity IS NULL THEN NULL
         WHEN s.quantity < s.par_level THEN s.par_level - s.quantity
         ELSE 0 END
"""


@dataclass(frozen=True, slots=True)
class Need:
    """One slot that holds a product. `units` brings it to par; None while its stock is unknown."""

    cabinet_id: int
    slot_id: int
    label: str
    product_id: int
    par_level: int
    units: int | None


def needs_of_cabinets(db: Database, cabinet_ids: Iterable[int]) -> list[Need]:
    """Every slot with a product of these cabinets, in slot order.

    Cabinets that were removed, and those of archived devices, need nothing.
    """
    # Rows of hundreds of slots: straight into Need, not by way of dicts.
    rows = db.execute(
        f"""
        SELECT s.cabinet_id, s.id AS slot_id, s.label, s.product_id, s.par_level,
               {UNITS_TO_PAR} AS units
        FROM slots s
        JOIN cabinets c ON c.id = s.cabinet_id
        JOIN devices d ON d.id = c.device_id
        WHERE s.cabinet_id IN (SELECT CAST(value AS bigint) FROM json_each(:cabinet_ids))
          AND s.product_id IS NOT NULL
          AND c.removed_at IS NULL
          AND d.archived_at IS NULL
        ORDER BY s.device_id, s.position
        """,
        {"cabinet_ids": json_list(cabinet_ids)},
    )
    return [Need(*row) for row in rows]


def to_load(needs: Iterable[Need]) -> list[Need]:
    """Those with something to load."""
    return [need for need in needs if need.units]


def pick_list_of(db: Database, units: Iterable[tuple[int, int]]) -> list[Row]:
    """(product id, units) added up by product, by category then name, case aside."""
    totals: Counter[int] = Counter()
    for product_id, quantity in units:
        totals[product_id] += quantity
    products = db.query(
        """
        SELECT id AS product_id, name, category, case_size FROM products
        WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:product_ids))
        """,
        {"product_ids": json_list(totals)},
    )
    items = [{**product, "quantity": totals[product["product_id"]]} for product in products]
    return sorted(items, key=_shelf)


def _shelf(item: Row) -> tuple[str, str, int]:
    return item["category"].casefold(), item["name"].casefold(), item["product_id"]
