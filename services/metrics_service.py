"""Metrics: what is in a device, how fast it sells, and how long that lasts.

Kept per device, brought up to date in the transaction that changes what they
are computed from, so that a board is a walk along an index. The formulas are
in planning/metrics.py; how fast a slot sells is told by services/velocities.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from auth import Actor
from db import Database, Row, one
from planning import metrics
from planning.metrics import SlotLevel
from services import device_counts, device_service, velocities
from services.selling_windows import Change


def get_device_metrics(db: Database, actor: Actor, *, device_id: int) -> dict[str, Any]:
    """The figures of a device, and of each slot that holds a product."""
    device_service.check_visible(db, actor, device_id=device_id)
    kept = next(
        db.query(
            f"""
        SELECT device_id, {device_service.SOLD_OUT_SLOTS} AS sold_out_slots, low_slots,
               unknown_slots, days_of_inventory,
               days_of_inventory_median, product_level_percent, units_to_par, units_per_day,
               estimated_slots, last_read_at, last_visit_at, faults
        FROM device_metrics m WHERE device_id = :device_id
        """,
            {"device_id": device_id},
        )
    )
    return {
        **kept,
        "faults": json.loads(kept["faults"]),
        "price_differences": _price_differences(db, device_id),
        "slots": [_slot_metrics(row) for row in _slots(db, device_id)],
    }


def begin(db: Database, *, device_id: int) -> None:
    """The figures of a new device, of which nothing is known."""
    db.execute(
        """
        INSERT INTO device_metrics
            (device_id, sold_out_slots, low_slots, unknown_slots, faults, fault_count,
             price_difference_count)
        VALUES (:device_id, 0, 0, 0, '[]', 0, 0)
        """,
        {"device_id": device_id},
    )
    device_counts.change(db, before=None, after=_counted_by(db, device_id))


def archive(db: Database, *, device_id: int, archived_at: str | None) -> None:
    """Take a device out of what is in use, or back into it."""
    before = _counted_by(db, device_id)
    db.execute(
        "UPDATE device_metrics SET archived_at = :archived_at WHERE device_id = :device_id",
        {"archived_at": archived_at, "device_id": device_id},
    )
    device_counts.change(db, before=before, after={**before, "archived_at": archived_at})


def refresh(db: Database, *, device_id: int, changes: Sequence[Change] | None = None) -> None:
    """Compute the velocity of each slot and the figures of the device anew.

    `changes` are those of the device's sales, from who rebuilt its books.
    """
    velocities.refresh(db, device_id=device_id, changes=changes)
    refresh_levels(db, device_id=device_id)


def refresh_levels(db: Database, *, device_id: int) -> None:
    """Compute the figures of a device anew where no velocity can be another."""
    figures = metrics.device_figures(_levels(db, device_id))
    last = _last_read(db, device_id)
    faults = last["faults"] if last else "[]"
    wanted = {
        **figures._asdict(),
        "device_id": device_id,
        "last_read_at": last["read_at"] if last else None,
        "faults": faults,
        "fault_count": len(json.loads(faults)),
        "price_difference_count": len(_price_differences(db, device_id)),
    }
    before = _counted_by(db, device_id)
    db.execute(
        """
        UPDATE device_metrics SET
            sold_out_slots = :sold_out_slots, low_slots = :low_slots,
            unknown_slots = :unknown_slots, days_of_inventory = :days_of_inventory,
            days_of_inventory_median = :days_of_inventory_median,
            product_level_percent = :product_level_percent, units_to_par = :units_to_par,
            units_per_day = :units_per_day, estimated_slots = :estimated_slots,
            last_read_at = :last_read_at,
            last_visit_at = (
                SELECT max(v.finished_at) FROM visits v
                JOIN cabinets c ON c.id = v.cabinet_id
                WHERE c.device_id = :device_id AND v.reversed_at IS NULL
            ),
            faults = :faults, fault_count = :fault_count,
            price_difference_count = :price_difference_count
        WHERE device_id = :device_id
        """,
        wanted,
    )
    device_counts.change(db, before=before, after={**before, **wanted})


def _counted_by(db: Database, device_id: int) -> Row:
    """What a device is counted by (device_counts)."""
    return next(
        db.query(
            """
            SELECT archived_at, sold_out_slots, days_of_inventory, product_level_percent,
                   fault_count, price_difference_count
            FROM device_metrics WHERE device_id = :device_id
            """,
            {"device_id": device_id},
        )
    )


def _levels(db: Database, device_id: int) -> list[SlotLevel]:
    """The slots that hold a product and are refilled, as figures are computed from them."""
    rows = db.execute(
        """
        SELECT s.selection, s.quantity, s.par_level, s.units_per_day, s.units_per_day_basis
        FROM slots s
        JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
        WHERE s.device_id = :device_id AND s.product_id IS NOT NULL AND s.sells_out_at IS NULL
        ORDER BY s.position
        """,
        {"device_id": device_id},
    )
    return [SlotLevel(*row) for row in rows]


def _slots(db: Database, device_id: int) -> list[Row]:
    return list(
        db.query(
            """
            SELECT s.id AS slot_id, s.cabinet_id, s.label, s.selection, s.product_id,
                   p.name AS product_name, p.archived_at AS product_archived_at, s.sells_out_at,
                   s.capacity, s.par_level, s.quantity, s.units_per_day, s.units_per_day_basis
            FROM slots s
            JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
            JOIN products p ON p.id = s.product_id
            WHERE s.device_id = :device_id
            ORDER BY s.position
            """,
            {"device_id": device_id},
        )
    )


def _slot_metrics(row: Row) -> Row:
    return {
        **row,
        "days_of_inventory": metrics.days_of_inventory(row["quantity"], row["units_per_day"]),
        "sold_out": row["quantity"] == 0,
        "units_to_par": 0
        if row["sells_out_at"]
        else metrics.units_to_par(row["quantity"], row["par_level"]),
    }


def _last_read(db: Database, device_id: int) -> Row | None:
    return one(
        db,
        """
        SELECT id, read_at, faults FROM dex_reads
        WHERE device_id = :device_id AND position IS NOT NULL
        ORDER BY position DESC LIMIT 1
        """,
        {"device_id": device_id},
    )


def _price_differences(db: Database, device_id: int) -> list[Row]:
    """Slots whose price is not the one the machine charged at its last read."""
    return list(
        db.query(
            """
            SELECT s.selection, s.label, s.price_cents, d.price_cents AS machine_price_cents
            FROM slots s
            JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
            JOIN dex_selections d ON d.selection = s.selection AND d.dex_read_id = (
                SELECT r.id FROM dex_reads r
                WHERE r.device_id = :device_id AND r.position IS NOT NULL
                ORDER BY r.position DESC LIMIT 1
            )
            WHERE s.device_id = :device_id AND s.product_id IS NOT NULL
              AND s.price_cents <> d.price_cents
            ORDER BY s.position
            """,
            {"device_id": device_id},
        )
    )
