"""Backups as jobs: every night all of it, verified, and in between what is new."""

from __future__ import annotations

from typing import Any

from auth import Actor
from db import Engine, Refused, back_up, tidy_backups
from errors import Problem
from jobs import Job
from services.system import touched

# A failed one that was tried again since by the next need not be put away by hand.
SUPERSEDE = """
    UPDATE jobs SET state = 'cancelled'
    WHERE kind = :kind AND state = 'failed' AND schedule_id IS NOT NULL AND id < :id
"""


class NotBackedUp(Problem):
    """No backup was made, and trying again would not help."""

    status = 409
    title = "No backup was made"


def back_up_daily(engine: Engine, actor: Actor, job: Job) -> dict[str, Any]:
    """{"name", "bytes", "blocks", "new", "removed"}. Raises NotBackedUp, Unavailable."""
    return _backed_up(engine, job, is_daily=True)


def back_up_increment(engine: Engine, actor: Actor, job: Job) -> dict[str, Any]:
    """As `back_up_daily`, without removing any."""
    return _backed_up(engine, job, is_daily=False)


def _backed_up(engine: Engine, job: Job, *, is_daily: bool) -> dict[str, Any]:
    with engine.writing() as db:
        db.execute(SUPERSEDE, {"kind": job.kind, "id": job.id})
    try:
        made = back_up(engine, is_daily=is_daily, told=job.progress)
        removed = tidy_backups(engine, job.progress) if is_daily else 0
        with engine.writing() as db:
            touched.note(db, "backup", touched.THE_BACKUP)
    except Refused as refused:
        raise NotBackedUp(str(refused)) from refused
    return {
        "name": made.name,
        "bytes": made.bytes,
        "blocks": made.blocks,
        "new": made.new,
        "removed": removed,
    }
