"""Figures: what is in a device, how fast it sells, and how long that lasts.

They are kept per device, so that a board is a walk along an index. The transaction that
changes what they are computed from brings them up to date; freshness.py does so for the
estimates of stock, which time alone changes. The formulas are in domain/planning/;
velocities.py says how fast a slot sells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import orjson

import clock
from db import Database, Row, json_list, scalar
from domain.planning import estimate, metrics
from domain.planning.estimate import Known
from domain.planning.velocity import OWN
from services.books import device_counts, known_stock, slot_levels, velocities
from services.books.known_stock import AT_THE_READ, Start
from services.books.selling_windows import Change
from services.system import touched

SECONDS_A_DAY = 86_400
# What the figures of a slot are computed from, and what is shown beside them.
COMPUTED_FROM = """
    s.id, s.selection, s.sells_out_at, s.par_level, s.quantity, s.units_per_day,
    s.units_per_day_basis, s.known_at, s.known_quantity, s.estimated_quantity,
    COALESCE(s.price_cents, p.price_cents) AS earned_cents, p.cost_cents,
    CASE WHEN d.selection IS NULL THEN 0 ELSE 1 END AS is_reported,
    CASE WHEN s.price_cents <> d.price_cents THEN 1 ELSE 0 END AS price_differs
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
    touched.note(db, "device", device_id)


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
    """Compute the figures of a device anew where velocities from audits cannot have changed."""
    reads, slots = _looked_up(db, device_id)
    velocities.refresh_unmeasured(db, device_id=device_id, slots=slots)
    _refresh_figures(db, device_id, clock.now(), reads, slots)


def refresh_figures(db: Database, *, device_id: int) -> None:
    """Compute the figures of a device anew where no velocity can have changed: by a price, a par
    level.
    """
    reads, slots = _looked_up(db, device_id)
    _refresh_figures(db, device_id, clock.now(), reads, slots)


def refresh_due(db: Database, *, device_id: int) -> None:
    """Compute the figures of a device anew because time went by (freshness.py).

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
    reads = last_reads(db, device_id)
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
    touched.note(db, "device", wanted["device_id"])


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
    """When the figures change next by time alone; None where they never do.

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


def last_reads(db: Database, device_id: int) -> list[Row]:
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
