"""Product slots: where a product is, slot by slot, and what it costs there.

Only slots of cabinets and devices in use; a driver sees those of the devices that they may
see. What the machine charges is what its last audit says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from auth import Actor
from contract.types import (
    DashboardAttentionArchivedProducts,
    DashboardAttentionArchivedProductsItem,
)
from db import Database, Row, json_list, typed
from domain.planning import metrics
from records.paging import Sort, page
from services.books.known_stock import STOCK
from services.fleet.visibility import VISIBLE_TO_DRIVER

SLOT = """
    s.id AS slot_id, s.cabinet_id, c.position AS cabinet_position, s.device_id, d.asset,
    d.name AS device_name, l.name AS location_name, s.label, s.selection, s.capacity,
    s.par_level, s.quantity, s.estimated_quantity, s.known_at, s.price_cents,
    x.price_cents AS machine_price_cents,
    s.units_per_day, s.units_per_day_basis, s.sells_out_at, s.product_id
"""
SOURCE = """
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    JOIN devices d ON d.id = s.device_id AND d.archived_at IS NULL
"""
REST = """
    LEFT JOIN locations l ON l.id = d.location_id
    LEFT JOIN dex_selections x ON x.selection = s.selection AND x.dex_read_id = (
        SELECT r.id FROM dex_reads r
        WHERE r.device_id = s.device_id AND r.position IS NOT NULL
        ORDER BY r.position DESC LIMIT 1
    )
"""
# Archived products that slots in use go on being refilled with.
ARCHIVED = """
    SELECT a.product_id, a.name, a.archived_at, a.slots, a.machines
    FROM (
        SELECT p.id AS product_id, p.name, p.archived_at, (
            SELECT count(*) FROM slots s
            JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
            JOIN devices d ON d.id = s.device_id AND d.archived_at IS NULL
            WHERE s.product_id = p.id AND s.sells_out_at IS NULL
        ) AS slots, (
            SELECT count(DISTINCT s.device_id) FROM slots s
            JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
            JOIN devices d ON d.id = s.device_id AND d.archived_at IS NULL
            WHERE s.product_id = p.id AND s.sells_out_at IS NULL
        ) AS machines
        FROM products p
        WHERE p.archived_at IS NOT NULL
    ) a
    WHERE a.slots > 0
"""
# The devices of a driver are few: their slots are found from them.
OWN = f"SELECT d.id FROM devices d WHERE {VISIBLE_TO_DRIVER}"
AMONG_OWN = "s.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:own))"
HOLDS = "s.product_id = :product_id"
OFF_LIST = "s.price_cents <> :list_cents"
OFF_MACHINE = "s.price_cents <> x.price_cents"
# By whether a driver asks.
SEEN_BY = {True: VISIBLE_TO_DRIVER, False: "1 = 1"}
# A walk along the slots of a product, which are those of a device one after the other.
IN_ORDER = Sort(key="s.device_id", tie="s.id", number=True)


def of_product(
    db: Database,
    actor: Actor,
    product: Row,
    *,
    limit: int,
    cursor: str | None,
    counted: bool,
) -> dict[str, Any]:
    """A page of the slots that hold it."""
    found = page(
        db,
        f"{SLOT} {SOURCE} {REST}",
        sort=IN_ORDER,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={HOLDS: True, AMONG_OWN: actor.is_driver},
        params={**_params(actor, product), "own": json_list(_own(db, actor))},
    )
    for row in found["items"]:
        del row["product_id"]
        estimated = row["estimated_quantity"]
        stock = row["quantity"] if estimated is None else estimated
        row["days_of_inventory"] = metrics.days_of_inventory(stock, row["units_per_day"])
    return found


def figures(db: Database, actor: Actor, product: Row) -> Row:
    """What is in all its slots, and how many of them there are of each kind."""
    row = next(
        db.query(
            f"""
            SELECT count(DISTINCT s.device_id) AS machines, count(*) AS slots,
                   CAST(COALESCE(sum({STOCK}), 0) AS bigint) AS units,
                   CAST(COALESCE(sum(s.par_level), 0) AS bigint) AS par_level,
                   count(CASE WHEN s.quantity IS NULL THEN 1 END) AS unknown_slots,
                   count(CASE WHEN {STOCK} = 0 THEN 1 END) AS sold_out_slots,
                   count(s.sells_out_at) AS selling_out_slots,
                   CAST(sum(s.units_per_day) AS double precision) AS units_per_day,
                   CAST(sum(CASE WHEN s.units_per_day IS NOT NULL THEN {STOCK} END)
                        AS bigint) AS lasting_units,
                   CAST(sum(CASE WHEN s.quantity IS NOT NULL THEN s.units_per_day END)
                        AS double precision) AS lasting_rate,
                   count(CASE WHEN s.units_per_day_basis NOT IN ('measured', 'visits') THEN 1 END)
                       AS estimated_slots,
                   count(CASE WHEN {OFF_LIST} THEN 1 END) AS off_list_slots,
                   count(CASE WHEN {OFF_MACHINE} THEN 1 END) AS off_machine_slots
            {SOURCE} {REST} WHERE {HOLDS} AND ({SEEN_BY[actor.is_driver]})
            """,
            _params(actor, product),
        )
    )
    lasting = row.pop("lasting_units"), row.pop("lasting_rate")
    return {**row, "days_of_inventory": metrics.days_of_inventory(*lasting)}


def list_archived(db: Database, *, limit: int, most: int) -> DashboardAttentionArchivedProducts:
    """Archived products in use, those in the most slots first: {"count", "more", "items"}."""
    found = list(
        db.query(
            f"{ARCHIVED} ORDER BY a.slots DESC, a.product_id LIMIT CAST(:more AS bigint)",
            {"more": most + 1},
        )
    )
    items = typed(DashboardAttentionArchivedProductsItem, found[:limit])
    return {"count": min(len(found), most), "more": len(found) > most, "items": items}


def with_ids(db: Database, slot_ids: Iterable[int]) -> list[Row]:
    """These slots, in order of their devices, whatever they hold."""
    return list(
        db.query(
            f"""
            SELECT {SLOT} {SOURCE} {REST}
            WHERE s.id IN (SELECT CAST(value AS bigint) FROM json_each(:slot_ids))
            ORDER BY d.asset_order, d.id, s.position
            """,
            {"slot_ids": json_list(slot_ids)},
        )
    )


def _own(db: Database, actor: Actor) -> list[int]:
    """The devices that a driver may see; not asked for people who see all."""
    if not actor.is_driver:
        return []
    return [row["id"] for row in db.query(OWN, {"actor_id": actor.user_id})]


def _params(actor: Actor, product: Row) -> dict[str, Any]:
    return {
        "product_id": product["id"],
        "list_cents": product["price_cents"],
        "actor_id": actor.user_id,
    }
