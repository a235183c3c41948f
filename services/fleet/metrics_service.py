"""The figures of one device, and of each of its slots; figures.py keeps them."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from auth import Actor
from contract.types import DeviceMetrics, SlotMetrics
from db import Database, Row
from services.books import figures, slot_levels
from services.fleet import device_figures, price_differences, visibility

BESIDE = """
    s.cabinet_id, s.label, s.product_id, p.name AS product_name,
    p.archived_at AS product_archived_at, s.capacity
"""
SLOTS = """
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    JOIN products p ON p.id = s.product_id
    LEFT JOIN dex_selections d ON d.dex_read_id = :last_read_id
      AND d.selection = s.selection
    WHERE s.device_id = :device_id
    ORDER BY s.position
"""


def get_device_metrics(db: Database, actor: Actor, *, device_id: int) -> DeviceMetrics:
    """The figures of a device, and of each slot that holds a product."""
    visibility.check_visible(db, actor, device_id=device_id)
    kept = next(
        db.query(
            f"""
        SELECT device_id, {device_figures.SOLD_OUT_SLOTS} AS sold_out_slots,
               probably_sold_out_slots, low_slots, unknown_slots, estimated_stock_slots,
               stock_known_at, days_of_inventory, days_of_inventory_median,
               product_level_percent, units_to_par, units_per_day, estimated_slots,
               {device_figures.LOST_CENTS} AS lost_cents_per_day, lost_without_cost_slots,
               {device_figures.STATE} AS state, last_read_at, last_visit_at, faults
        FROM device_metrics m WHERE device_id = :device_id
        """,
            {"device_id": device_id},
        )
    )
    last = next(iter(figures.last_reads(db, device_id)), None)
    slots = db.query(
        f"SELECT {figures.COMPUTED_FROM}, {BESIDE} {SLOTS}",
        {"device_id": device_id, "last_read_id": last["id"] if last else None},
    )
    return {
        "device_id": kept["device_id"],
        "sold_out_slots": kept["sold_out_slots"],
        "probably_sold_out_slots": kept["probably_sold_out_slots"],
        "low_slots": kept["low_slots"],
        "unknown_slots": kept["unknown_slots"],
        "estimated_stock_slots": kept["estimated_stock_slots"],
        "stock_known_at": kept["stock_known_at"],
        "days_of_inventory": kept["days_of_inventory"],
        "days_of_inventory_median": kept["days_of_inventory_median"],
        "product_level_percent": kept["product_level_percent"],
        "units_to_par": kept["units_to_par"],
        "units_per_day": kept["units_per_day"],
        "estimated_slots": kept["estimated_slots"],
        "lost_cents_per_day": kept["lost_cents_per_day"],
        "lost_without_cost_slots": kept["lost_without_cost_slots"],
        "state": kept["state"],
        "last_read_at": kept["last_read_at"],
        "last_visit_at": kept["last_visit_at"],
        "faults": orjson.loads(kept["faults"]),
        "price_differences": price_differences.of_device(db, device_id),
        "slots": _slot_metrics(list(slots), kept["last_read_at"]),
    }


def _slot_metrics(slots: Sequence[Row], last_read_at: str | None) -> list[SlotMetrics]:
    return [
        _of_slot(slot, of_slot, last_read_at)
        for slot, of_slot in zip(slots, slot_levels.figures_of(slots), strict=True)
    ]


def _of_slot(slot: Row, level: Row, last_read_at: str | None) -> SlotMetrics:
    return {
        "cabinet_id": slot["cabinet_id"],
        "label": slot["label"],
        "selection": slot["selection"],
        "product_id": slot["product_id"],
        "product_name": slot["product_name"],
        "product_archived_at": slot["product_archived_at"],
        "sells_out_at": slot["sells_out_at"],
        "capacity": slot["capacity"],
        "par_level": slot["par_level"],
        "quantity": slot["quantity"],
        "estimated_quantity": slot["estimated_quantity"],
        "units_per_day": slot["units_per_day"],
        "units_per_day_basis": slot["units_per_day_basis"],
        "state": level["state"],
        "lost_cents_per_day": level["lost_cents_per_day"],
        "lost_without_cost": level["lost_without_cost"],
        "days_of_inventory": level["days_of_inventory"],
        "units_to_par": level["units_to_par"],
        "slot_id": slot["id"],
        "known_at": None if slot["quantity"] is None else slot["known_at"] or last_read_at,
        "sold_out": level["state"] == "sold_out",
    }
