"""Metrics: what is in a device, how fast it sells, and how long that lasts.

Kept per device, brought up to date in the transaction that changes what they are
computed from, so that a board is a walk along an index; what only time changes, the
estimates of stock, is brought up to date by services/freshness.py. The formulas are in
planning/; how fast a slot sells is told by services/velocities.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import orjson

import clock
from auth import Actor
from db import Database, Row, json_list, scalar
from planning import estimate, metrics
from planning.estimate import Known
from planning.velocity import OWN
from services import device_counts, device_service, known_stock, slot_levels, velocities
from services.known_stock import AT_THE_READ, Start
from services.selling_windows import Change

SECONDS_A_DAY = 86_400
# What the figures of a slot are computed from, and what is shown beside them.
COMPUTED_FROM = """
    s.id, s.selection, s.sells_out_at, s.par_level, s.quantity, s.units_per_day,
    s.units_per_day_basis, s.known_at, s.known_quantity, s.estimated_quantity,
    COALESCE(s.price_cents, p.price_cents) AS earned_cents, p.cost_cents,
    CASE WHEN d.selection IS NULL THEN 0 ELSE 1 END AS is_reported,
    CASE WHEN s.price_cents <> d.price_cents THEN 1 ELSE 0 END AS price_differs
"""
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
# Every slot of a device in slot order, beside what the last read says of it.
EVERY_SLOT = f"""
    SELECT {COMPUTED_FROM}, s.product_id, {velocities.PLACED_AT} AS placed_at
    FROM slots s
    LEFT JOIN products p ON p.id = s.product_id
    LEFT JOIN dex_selections d ON d.dex_read_id = :last_read_id
      AND d.selection = s.selection
    WHERE s.device_id = :device_id
    ORDER BY s.position
"""
KEEP_ESTIMATES = """
    UPDATE slots SET known_at = w.value ->> 'known_at',
        known_quantity = CAST(w.value ->> 'known_quantity' AS bigint),
        estimated_quantity = CAST(w.value ->> 'estimated_quantity' AS bigint)
    FROM json_each(:slots) w
    WHERE slots.id = CAST(w.value ->> 'id' AS bigint)
"""
LEAST_WAIT_S = 3_600
SHOWN = (
    "cabinet_id",
    "label",
    "selection",
    "product_id",
    "product_name",
    "product_archived_at",
    "sells_out_at",
    "capacity",
    "par_level",
    "quantity",
    "estimated_quantity",
    "units_per_day",
    "units_per_day_basis",
)


def get_device_metrics(db: Database, actor: Actor, *, device_id: int) -> dict[str, Any]:
    """The figures of a device, and of each slot that holds a product."""
    device_service.check_visible(db, actor, device_id=device_id)
    kept = next(
        db.query(
            f"""
        SELECT device_id, {device_service.SOLD_OUT_SLOTS} AS sold_out_slots,
               probably_sold_out_slots, low_slots, unknown_slots, estimated_stock_slots,
               stock_known_at, days_of_inventory, days_of_inventory_median,
               product_level_percent, units_to_par, units_per_day, estimated_slots,
               {device_service.LOST_CENTS} AS lost_cents_per_day, lost_without_cost_slots,
               {device_service.STATE} AS state, last_read_at, last_visit_at, faults
        FROM device_metrics m WHERE device_id = :device_id
        """,
            {"device_id": device_id},
        )
    )
    last = next(iter(_last_reads(db, device_id)), None)
    slots = db.query(
        f"SELECT {COMPUTED_FROM}, {BESIDE} {SLOTS}",
        {"device_id": device_id, "last_read_id": last["id"] if last else None},
    )
    return {
        **kept,
        "faults": orjson.loads(kept["faults"]),
        "price_differences": _price_differences(db, device_id),
        "slots": _slot_metrics(list(slots), kept["last_read_at"]),
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
    reads, slots = _looked_up(db, device_id)
    velocities.refresh(
        db,
        device_id=device_id,
        slots=slots,
        reads=[read["read_at"] for read in reads],
        changes=changes,
    )
    _refresh_figures(db, device_id, clock.now(), reads, slots)


def refresh_levels(db: Database, *, device_id: int) -> None:
    """Compute the figures of a device anew where no audit's velocity can be another."""
    reads, slots = _looked_up(db, device_id)
    velocities.refresh_unmeasured(db, device_id=device_id, slots=slots)
    _refresh_figures(db, device_id, clock.now(), reads, slots)


def refresh_due(db: Database, *, device_id: int) -> None:
    """Compute the figures of a device anew because time went by (services/freshness.py).

    What others know of its products is asked once a day.
    """
    now = clock.now()
    figures_at = scalar(
        db, "SELECT figures_at FROM device_metrics WHERE device_id = :id", {"id": device_id}
    )
    reads, slots = _looked_up(db, device_id)
    if figures_at is None or figures_at[:10] != now[:10]:
        velocities.refresh_unmeasured(db, device_id=device_id, slots=slots)
    _refresh_figures(db, device_id, now, reads, slots)


def figures(db: Database, *, device_id: int, now: str) -> Row:
    """What the figures of a device are by its books, at that time; nothing is written."""
    reads, slots = _looked_up(db, device_id)
    return _figures(db, device_id, now, reads, _held(slots))[0]


def _looked_up(db: Database, device_id: int) -> tuple[list[Row], list[Row]]:
    """The last reads of a device, newest first, and all its slots as they stand."""
    reads = _last_reads(db, device_id)
    params = {"device_id": device_id, "last_read_id": reads[0]["id"] if reads else None}
    return reads, list(db.query(EVERY_SLOT, params))


def _held(slots: Sequence[Row]) -> list[Row]:
    """The slots that hold a product; those of a removed cabinet were emptied before."""
    return [slot for slot in slots if slot["product_id"] is not None]


def _refresh_figures(
    db: Database, device_id: int, now: str, reads: Sequence[Row], slots: Sequence[Row]
) -> None:
    held = _held(slots)
    wanted, starts, estimates = _figures(db, device_id, now, reads, held)
    _keep_estimates(db, held, starts, estimates)
    _keep_figures(db, wanted)


def _figures(
    db: Database, device_id: int, now: str, reads: Sequence[Row], slots: Sequence[Row]
) -> tuple[Row, Mapping[int, Start], Sequence[int | None]]:
    """The figures of a device, and where its slots' estimates start from and what they are."""
    last = reads[0] if reads else None
    last_read_at = last["read_at"] if last else None
    starts = known_stock.starts(db, device_id=device_id, slots=slots, last_read_at=last_read_at)
    known = known_stock.known(slots, starts, last_read_at=last_read_at, now=now)
    estimates = estimate.stocks(known)
    levels = [
        slot_levels.level_of(slot, stock)
        for slot, stock in zip(slots, estimates, strict=True)
        if slot["sells_out_at"] is None
    ]
    faults = last["faults"] if last else "[]"
    wanted = {
        **metrics.device_figures(levels)._asdict(),
        "device_id": device_id,
        "stock_known_at": _oldest(slots, starts, estimates, last_read_at),
        "figures_at": now,
        "figures_due_at": _due_at(slots, known, now),
        "last_read_at": last_read_at,
        "faults": faults,
        "fault_count": len(orjson.loads(faults)),
        "price_difference_count": sum(slot["price_differs"] for slot in slots),
    }
    return wanted, starts, estimates


def _keep_figures(db: Database, wanted: Row) -> None:
    before = _counted_by(db, wanted["device_id"])
    db.execute(
        """
        UPDATE device_metrics SET
            sold_out_slots = :sold_out_slots,
            probably_sold_out_slots = :probably_sold_out_slots, low_slots = :low_slots,
            unknown_slots = :unknown_slots, estimated_stock_slots = :estimated_stock_slots,
            stock_known_at = :stock_known_at, days_of_inventory = :days_of_inventory,
            days_of_inventory_median = :days_of_inventory_median,
            product_level_percent = :product_level_percent, units_to_par = :units_to_par,
            units_per_day = :units_per_day, estimated_slots = :estimated_slots,
            lost_cents_per_day = :lost_cents_per_day,
            lost_without_cost_slots = :lost_without_cost_slots,
            figures_at = :figures_at, figures_due_at = :figures_due_at,
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


def _keep_estimates(
    db: Database,
    slots: Sequence[Row],
    starts: Mapping[int, Start],
    estimates: Sequence[int | None],
) -> None:
    """Write what differs: of a machine that reports daily, nothing."""
    changed = []
    for slot, estimated in zip(slots, estimates, strict=True):
        known_at, known_quantity = starts.get(slot["id"], AT_THE_READ)
        stands = slot["known_at"], slot["known_quantity"], slot["estimated_quantity"]
        if stands != (known_at, known_quantity, estimated):
            changed.append(
                {
                    "id": slot["id"],
                    "known_at": known_at,
                    "known_quantity": known_quantity,
                    "estimated_quantity": estimated,
                }
            )
    if changed:
        db.execute(KEEP_ESTIMATES, {"slots": json_list(changed)})


def _oldest(
    slots: Sequence[Row],
    starts: Mapping[int, Start],
    estimates: Sequence[int | None],
    last_read_at: str | None,
) -> str | None:
    """The oldest fact that an estimate of the device starts from."""
    times = [
        starts.get(slot["id"], AT_THE_READ).known_at or last_read_at
        for slot, estimated in zip(slots, estimates, strict=True)
        if estimated is not None
    ]
    return min(filter(None, times), default=None)


def _due_at(slots: Sequence[Row], known: Sequence[Known], now: str) -> str | None:
    """When the figures will be others without anything that happens; None where never.

    Not within the hour: a stock that falls by the minute need not be followed so closely.
    A day is the longest, because days left fall too, and others may know a velocity by then.
    """
    days = estimate.days_until_another(known)
    asks_others = any(
        slot["quantity"] is not None and slot["units_per_day_basis"] not in OWN for slot in slots
    )
    if days is None and not asks_others:
        return None
    wait = 1.0 if days is None else min(days, 1.0)
    return clock.later(now, seconds=max(LEAST_WAIT_S, ceil(wait * SECONDS_A_DAY)))


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


def _slot_metrics(slots: Sequence[Row], last_read_at: str | None) -> list[Row]:
    return [
        {
            **{name: slot[name] for name in SHOWN},
            **figures,
            "slot_id": slot["id"],
            "known_at": None if slot["quantity"] is None else slot["known_at"] or last_read_at,
            "sold_out": figures["state"] == "sold_out",
        }
        for slot, figures in zip(slots, slot_levels.figures_of(slots), strict=True)
    ]


def _last_reads(db: Database, device_id: int) -> list[Row]:
    """As many as it takes to measure a velocity, newest first."""
    return list(
        db.query(
            f"""
            SELECT id, read_at, faults FROM dex_reads
            WHERE device_id = :device_id AND position IS NOT NULL
            ORDER BY position DESC LIMIT {velocities.READS}
            """,
            {"device_id": device_id},
        )
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
