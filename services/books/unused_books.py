"""The books of devices at which nothing was ever sold or visited, removed with them.

The ledger refuses to be shortened but for a device whose import is being taken back
(migrations/0037.imports.sql).
"""

from __future__ import annotations

from collections.abc import Collection

from db import Database, json_list

IDS = "(SELECT CAST(value AS bigint) FROM json_each(:ids))"
REMOVE = (
    # Sums of what an import brought that was taken back: they are 0.
    f"DELETE FROM daily_device_sales WHERE device_id IN {IDS}",
    f"DELETE FROM selling_windows WHERE device_id IN {IDS}",
    f"DELETE FROM device_assignments WHERE device_id IN {IDS}",
    f"DELETE FROM device_metrics WHERE device_id IN {IDS}",
    f"DELETE FROM stock_moves WHERE device_id IN {IDS}",
    f"DELETE FROM slot_facts WHERE device_id IN {IDS}",
)


def remove(db: Database, device_ids: Collection[int]) -> None:
    """Remove all that the books keep of these devices."""
    for statement in REMOVE:
        db.execute(statement, {"ids": json_list(device_ids)})
