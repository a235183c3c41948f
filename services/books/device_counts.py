"""Device counts: how many devices in use are sold out, run out, and so on, for the home page.

Changed by the difference whenever the figures of a device are written, so that reading
them takes the same few rows of any fleet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from db import Database, Row
from domain.planning.levels import RUNS_OUT_WITHIN_DAYS
from services.books import sale_service

IN_USE = "in_use"
SOLD_OUT = "sold_out"
RUNNING_OUT = "running_out"
FAULTS = "faults"
PRICE_DIFFERENCES = "price_differences"
# The levels begin at these percents of par; at par and above is the last one.
TENTH = 10
LEVELS = range(0, 100, TENTH)

COUNT = """
    INSERT INTO device_counts (kind, devices) VALUES (:kind, :devices)
    ON CONFLICT (kind) DO UPDATE SET devices = device_counts.devices + excluded.devices
"""


def counted(db: Database) -> Counter[str]:
    """How many devices in use are of each kind; see also `level`."""
    rows = db.query("SELECT kind, devices FROM device_counts")
    return Counter({row["kind"]: row["devices"] for row in rows})


def level(from_percent: int) -> str:
    """The kind of devices whose product level is in the tenth that begins there."""
    return f"level_{from_percent}"


def count(db: Database) -> None:
    """Count all devices, where their figures were written past `change`."""
    kinds = of_all(db)
    db.execute("DELETE FROM device_counts")
    db.executemany(COUNT, [{"kind": kind, "devices": kinds[kind]} for kind in sorted(kinds)])


def of_all(db: Database) -> Counter[str]:
    """How many devices of each kind there are by their figures."""
    rows = db.query(
        """
        SELECT archived_at, sold_out_slots, days_of_inventory, product_level_percent,
               fault_count, price_difference_count
        FROM device_metrics
        """
    )
    return Counter(kind for row in rows for kind in _kinds(row))


def change(db: Database, *, before: Row | None, after: Row) -> None:
    """Count a device by its new figures (columns of device_metrics) instead of its old ones."""
    difference = Counter(_kinds(after))
    difference.subtract(_kinds(before))
    if any(difference.values()):
        # Whoever changes both writes the sums by day first, or two could wait for each other.
        sale_service.roll_up(db)
        db.at_commit("device counts", _Counting()).add(difference)


class _Counting:
    """What one transaction changes, written just before it commits and in one order.

    The counts are everybody's, as the sums by day are (sale_service).
    """

    def __init__(self) -> None:
        self._difference: Counter[str] = Counter()

    def add(self, difference: Mapping[str, int]) -> None:
        self._difference.update(difference)

    def __call__(self, db: Database) -> None:
        db.executemany(
            COUNT,
            [
                {"kind": kind, "devices": devices}
                for kind, devices in sorted(self._difference.items())
                if devices
            ],
        )


def _kinds(figures: Mapping[str, Any] | None) -> list[str]:
    if figures is None or figures["archived_at"] is not None:
        return []
    kinds = {
        IN_USE: True,
        SOLD_OUT: figures["sold_out_slots"] > 0,
        RUNNING_OUT: _runs_out(figures),
        FAULTS: figures["fault_count"] > 0,
        PRICE_DIFFERENCES: figures["price_difference_count"] > 0,
    }
    percent = figures["product_level_percent"]
    if percent is not None:
        kinds[level(min(int(percent // TENTH) * TENTH, LEVELS[-1]))] = True
    return [kind for kind, holds in kinds.items() if holds]


def _runs_out(figures: Mapping[str, Any]) -> bool:
    days = figures["days_of_inventory"]
    return figures["sold_out_slots"] == 0 and days is not None and days < RUNS_OUT_WITHIN_DAYS
