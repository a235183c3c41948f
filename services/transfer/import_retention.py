"""Imports that are past their time: files, rows and effects go, what was imported stays.

Sales of the past stay marked with their import, so that they can still be taken back: of such
an import only its file and rows go.
"""

from __future__ import annotations

import clock
from auth import Actor
from db import Engine, one
from jobs import Job
from services.transfer import import_service

KEPT_DAYS = 90

PAST = """
    SELECT i.id FROM imports i
    WHERE i.created_at < :before AND NOT EXISTS (
        SELECT 1 FROM jobs j WHERE j.id = i.job_id AND j.state IN ('queued', 'running')
    ) AND (
        NOT EXISTS (SELECT 1 FROM past_sales p WHERE p.import_id = i.id)
        OR EXISTS (SELECT 1 FROM import_files f WHERE f.import_id = i.id)
    )
    ORDER BY i.created_at, i.id
    LIMIT 1
"""


def clear_away(engine: Engine, actor: Actor, job: Job) -> dict[str, int]:
    """Remove what was sent more than KEPT_DAYS ago, one at a time: {"removed"}."""
    before = clock.later(clock.now(), days=-KEPT_DAYS)
    removed = 0
    while True:
        job.progress(removed, sentence=f"{removed} files removed")
        with engine.writing() as db:
            past = one(db, PAST, {"before": before})
            if past is None:
                return {"removed": removed}
            import_service.forget(db, past["id"])
        removed += 1
