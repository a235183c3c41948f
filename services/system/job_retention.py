"""How long jobs that have ended are kept in the list."""

from __future__ import annotations

import clock
from auth import Actor
from db import Engine
from jobs import Job

KEPT_DAYS = 90
AT_ONCE = 500
# The last of each schedule stays, for it says when that was.
REMOVE = """
    DELETE FROM jobs WHERE id IN (
        SELECT j.id FROM jobs j
        WHERE j.ended_at < :before
          AND j.id NOT IN (SELECT last_job_id FROM schedules WHERE last_job_id IS NOT NULL)
        ORDER BY j.ended_at, j.id
        LIMIT CAST(:most AS bigint)
    )
"""


def remove_ended(engine: Engine, actor: Actor, job: Job) -> dict[str, int]:
    """Remove what ended more than KEPT_DAYS ago, some at a time: {"removed"}."""
    before = clock.later(clock.now(), days=-KEPT_DAYS)
    removed = 0
    while True:
        job.progress(removed, sentence=f"{removed} removed")
        with engine.writing() as db:
            some = db.execute(REMOVE, {"before": before, "most": AT_ONCE}).rowcount
        removed += some
        if some < AT_ONCE:
            return {"removed": removed}
