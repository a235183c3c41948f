"""Parts of mass changes that are past their time: they go, the audit log keeps what they say."""

from __future__ import annotations

import clock
from auth import Actor
from db import Engine
from jobs import Job

KEPT_DAYS = 90
AT_ONCE = 2_000

FORGET = """
    DELETE FROM mass_change_parts WHERE id IN (
        SELECT p.id FROM mass_changes m
        JOIN mass_change_parts p ON p.mass_change_id = m.id
        WHERE m.changed_at < :before
        LIMIT CAST(:most AS bigint)
    )
"""


def clear_away(engine: Engine, actor: Actor, job: Job) -> dict[str, int]:
    """Remove parts of changes more than KEPT_DAYS ago, a few thousand at a time: {"removed"}."""
    before = clock.later(clock.now(), days=-KEPT_DAYS)
    removed = 0
    while True:
        job.progress(removed, sentence=f"{removed} rows removed")
        with engine.writing() as db:
            gone = db.execute(FORGET, {"before": before, "most": AT_ONCE}).rowcount
        if not gone:
            return {"removed": removed}
        removed += gone
