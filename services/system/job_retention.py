"""Jobs that have ended, and when they go from the list."""

from __future__ import annotations

from db import Database, scalar

# The last of each schedule stays, for it says when that was.
PAST = """
    SELECT j.id FROM jobs j
    WHERE j.ended_at < :before
      AND j.id NOT IN (SELECT last_job_id FROM schedules WHERE last_job_id IS NOT NULL)
    ORDER BY j.ended_at, j.id
    LIMIT CAST(:most AS bigint)
"""
COUNT = f"SELECT count(*) FROM ({PAST}) AS past"
REMOVE = f"DELETE FROM jobs WHERE id IN ({PAST})"


def count(db: Database, before: str, most: int) -> int:
    """How many jobs ended before then, `most` at most."""
    return int(scalar(db, COUNT, {"before": before, "most": most}))


def remove(db: Database, before: str, most: int) -> int:
    """Remove the oldest of them, `most` at once; how many."""
    return db.execute(REMOVE, {"before": before, "most": most}).rowcount
