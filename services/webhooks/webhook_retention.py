"""Deliveries of webhooks, and when they go from the list; what waited so long goes as well."""

from __future__ import annotations

from db import Database, scalar

PAST = """
    SELECT id FROM webhook_deliveries
    WHERE occurred_at < :before
    ORDER BY occurred_at, id
    LIMIT CAST(:most AS bigint)
"""
COUNT = f"SELECT count(*) FROM ({PAST}) AS past"
REMOVE = f"DELETE FROM webhook_deliveries WHERE id IN ({PAST})"


def count(db: Database, before: str, most: int) -> int:
    """How many deliveries are of events before then, `most` at most."""
    return int(scalar(db, COUNT, {"before": before, "most": most}))


def remove(db: Database, before: str, most: int) -> int:
    """Remove the oldest of them, `most` at once; how many."""
    return db.execute(REMOVE, {"before": before, "most": most}).rowcount
