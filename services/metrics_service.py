"""Metrics: what is in a device, how fast it sells, and how long that lasts.

Kept per device, brought up to date in the transaction that changes what they
are computed from, so that a board is a walk along an index. The formulas are
in planning/metrics.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from auth import Actor
from clock import later, to_datetime
from db import Database, Row, one
from planning import metrics
from planning.metrics import SlotLevel
from services import device_service

SECONDS_A_DAY = 86_400


def get_device_metrics(db: Database, actor: Actor, *, device_id: int) -> dict[str, Any]:
    """The figures of a device, and of each slot that holds a product."""
    device_service.check_visible(db, actor, device_id=device_id)
    kept = next(
        db.query(
            """
        SELECT device_id, sold_out_slots, low_slots, unknown_slots, days_of_inventory,
               days_of_inventory_median, product_level_percent, units_to_par, units_per_day,
               last_read_at, last_visit_at, faults
        FROM device_metrics WHERE device_id = :device_id
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


def refresh(db: Database, *, device_id: int) -> None:
    """Compute the velocity of each slot and the figures of the device anew."""
    _refresh_velocities(db, device_id)
    slots = _slots(db, device_id)
    figures = metrics.device_figures(
        [
            SlotLevel(row["selection"], row["quantity"], row["par_level"], row["units_per_day"])
            for row in slots
        ]
    )
    last = _last_read(db, device_id)
    faults = last["faults"] if last else "[]"
    db.execute(
        """
        UPDATE device_metrics SET
            sold_out_slots = :sold_out_slots, low_slots = :low_slots,
            unknown_slots = :unknown_slots, days_of_inventory = :days_of_inventory,
            days_of_inventory_median = :days_of_inventory_median,
            product_level_percent = :product_level_percent, units_to_par = :units_to_par,
            units_per_day = :units_per_day, last_read_at = :last_read_at,
            last_visit_at = (
                SELECT max(v.finished_at) FROM visits v
                JOIN cabinets c ON c.id = v.cabinet_id
                WHERE c.device_id = :device_id AND v.reversed_at IS NULL
            ),
            faults = :faults, fault_count = :fault_count,
            price_difference_count = :price_difference_count
        WHERE device_id = :device_id
        """,
        {
            **asdict(figures),
            "device_id": device_id,
            "last_read_at": last["read_at"] if last else None,
            "faults": faults,
            "fault_count": len(json.loads(faults)),
            "price_difference_count": len(_price_differences(db, device_id)),
        },
    )


def _slots(db: Database, device_id: int) -> list[Row]:
    return list(
        db.query(
            """
            SELECT s.id AS slot_id, s.cabinet_id, s.label, s.selection, s.product_id,
                   p.name AS product_name, s.capacity, s.par_level, s.quantity, s.units_per_day
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
        "units_to_par": metrics.units_to_par(row["quantity"], row["par_level"]),
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


def _refresh_velocities(db: Database, device_id: int) -> None:
    window = _window(db, device_id)
    slots = _all_slots(db, device_id)
    rates = _velocities(db, device_id, slots, *window) if window else {}
    changed = [
        {"id": slot["id"], "units_per_day": rates.get(slot["id"])}
        for slot in slots
        if slot["units_per_day"] != rates.get(slot["id"])
    ]
    if changed:
        db.executemany("UPDATE slots SET units_per_day = :units_per_day WHERE id = :id", changed)


def _window(db: Database, device_id: int) -> tuple[str, str] | None:
    """From which to which read velocities are measured: 28 days, but two intervals at least."""
    times = [
        row["read_at"]
        for row in db.query(
            """
            SELECT read_at FROM dex_reads
            WHERE device_id = :device_id AND position IS NOT NULL
            ORDER BY position DESC LIMIT :most
            """,
            {"device_id": device_id, "most": metrics.LEAST_INTERVALS + 1},
        )
    ]
    if len(times) <= metrics.LEAST_INTERVALS:
        return None
    last = times[0]
    first = one(
        db,
        """
        SELECT read_at FROM dex_reads
        WHERE device_id = :device_id AND position >= :since
        ORDER BY position LIMIT 1
        """,
        {"device_id": device_id, "since": later(last, days=-metrics.WINDOW_DAYS)},
    )
    begin = min(times[-1], first["read_at"] if first else times[-1])
    return begin, last


def _velocities(
    db: Database, device_id: int, slots: Iterable[Row], begin: str, end: str
) -> dict[int, float]:
    """Units a day by slot; the slots of one selection share its sales evenly.

    A selection counts from its first report, and from when one of its slots got its product.
    """
    reported = _reported(db, device_id, begin)
    sold = {
        (row["selection"], row["product_id"]): row
        for row in db.query(
            """
            SELECT selection, product_id, CAST(sum(units) AS BIGINT) AS units,
                   sum(days_out) AS days_out
            FROM sales
            WHERE device_id = :device_id AND closed_at > :begin
            GROUP BY selection, product_id
            """,
            {"device_id": device_id, "begin": begin},
        )
    }
    by_selection: dict[str, list[Row]] = {}
    for slot in slots:
        if slot["product_id"] is not None and slot["selection"] in reported:
            by_selection.setdefault(slot["selection"], []).append(slot)
    rates: dict[int, float] = {}
    for selection, fed in by_selection.items():
        placed_at = min(slot["placed_at"] or "" for slot in fed)
        since = max(begin, reported[selection], placed_at)
        observed = (to_datetime(end) - to_datetime(since)).total_seconds() / SECONDS_A_DAY
        # A sale is booked on the first slot's product, whichever slot it left.
        products = {slot["product_id"] for slot in fed}
        rows = [sold[selection, product] for product in products if (selection, product) in sold]
        units, days_out = sum(row["units"] for row in rows), sum(row["days_out"] for row in rows)
        rate = metrics.velocity(units, observed, days_out)
        if rate is not None:
            rates |= {slot["id"]: round(rate / len(fed), 4) for slot in fed}
    return rates


def _reported(db: Database, device_id: int, begin: str) -> dict[str, str]:
    """Since when, from the read at `begin` on, each selection of the slots is reported."""
    return {
        row["selection"]: row["read_at"]
        for row in db.query(
            """
            SELECT d.selection, d.read_at FROM (
                SELECT DISTINCT selection FROM slots
                WHERE device_id = :device_id AND selection IS NOT NULL
            ) s
            JOIN dex_selections d
              ON d.device_id = :device_id AND d.selection = s.selection AND d.position = (
                SELECT min(f.position) FROM dex_selections f
                WHERE f.device_id = :device_id AND f.selection = s.selection
                  AND f.position >= :begin
            )
            """,
            {"device_id": device_id, "begin": begin},
        )
    }


def _all_slots(db: Database, device_id: int) -> list[Row]:
    """Every slot of the device; `placed_at`: since when it has its product, null for its first."""
    return list(
        db.query(
            """
            SELECT s.id, s.selection, s.product_id, s.units_per_day, (
                SELECT max(a.from_at) FROM slot_arrangements a
                WHERE a.slot_id = s.id AND EXISTS (
                    SELECT 1 FROM slot_arrangements b
                    WHERE b.slot_id = a.slot_id AND b.id < a.id
                      AND COALESCE(b.product_id, 0) <> COALESCE(a.product_id, 0)
                )
            ) AS placed_at
            FROM slots s
            WHERE s.device_id = :device_id
            """,
            {"device_id": device_id},
        )
    )
