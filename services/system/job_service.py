"""Jobs as people see them: listed, cancelled, tried again. Workers do them (server/)."""

from __future__ import annotations

from typing import Any

import orjson

import clock
import contract
from auth import ADMIN, Actor
from contract.types import DashboardAttentionFailedJobs, Job
from db import Database, Row, one, scalar, typed
from errors import Conflict, NotFound
from records import trail
from records.paging import Sort, page

NEWEST_FIRST = Sort(key="j.id", tie="j.id", descending=True, number=True)
SHOWN = """
    j.id, j.kind, j.state, j.done, j.total, j.sentence, j.attempts, j.run_after, j.result,
    j.problem, j.link, j.user_id, u.username, j.schedule_id, j.cancel_asked_at, j.created_at,
    j.started_at, j.ended_at
    FROM jobs j
    LEFT JOIN users u ON u.id = j.user_id
"""
ONE = f"SELECT {SHOWN} WHERE j.id = :id"
# A worker may take, end or hand back the job at the same moment: each names what it changes.
PUT_AWAY = """
    UPDATE jobs SET state = 'cancelled', cancel_asked_at = :now, ended_at = :now
    WHERE id = :id AND state IN ('queued', 'failed')
"""
ASK_TO_END = "UPDATE jobs SET cancel_asked_at = :now WHERE id = :id AND state = 'running'"
RETRY = """
    UPDATE jobs SET state = 'queued', attempts = 0, run_after = :now, problem = NULL,
        done = 0, total = NULL, sentence = '', cancel_asked_at = NULL, ended_at = NULL
    WHERE id = :id AND state IN ('failed', 'cancelled')
"""
FAILED = f"""
    SELECT {SHOWN} WHERE j.state = 'failed' ORDER BY j.id DESC LIMIT CAST(:limit AS bigint)
"""
FAILED_COUNT = """
    SELECT count(*) FROM (
        SELECT id FROM jobs WHERE state = 'failed' LIMIT CAST(:most AS bigint)
    ) AS failed
"""


def list_jobs(
    db: Database,
    actor: Actor,
    *,
    limit: int,
    mine: bool,
    cursor: str | None = None,
    counted: bool = False,
    state: str | None = None,
    kind: str | None = None,
) -> dict[str, Any]:
    """A page of jobs, newest first; who is no admin sees their own alone."""
    found = page(
        db,
        SHOWN,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "j.user_id = :user_id": mine or actor.role != ADMIN,
            "j.state = :state": state is not None,
            "j.kind = :kind": kind is not None,
        },
        params={"user_id": actor.user_id, "state": state, "kind": kind},
    )
    found["items"] = [_shown(row, actor) for row in found["items"]]
    return found


def get_job(db: Database, actor: Actor, *, job_id: int) -> Row:
    """One job. Raises NotFound, also where it is somebody else's and you are no admin."""
    row = one(db, ONE, {"id": job_id})
    if row is None or (actor.role != ADMIN and row["user_id"] != actor.user_id):
        raise NotFound("There is no such job.")
    return _shown(row, actor)


def cancel_job(db: Database, actor: Actor, *, job_id: int) -> Row:
    """Put away what waits or failed, ask what runs to end. Conflict where it has ended."""
    before = get_job(db, actor, job_id=job_id)
    changed = {"id": job_id, "now": clock.now()}
    if not db.execute(PUT_AWAY, changed).rowcount and not db.execute(ASK_TO_END, changed).rowcount:
        current = get_job(db, actor, job_id=job_id)
        raise Conflict(f"The job is {current['state']} already.", current=current)
    return _recorded(db, actor, "job.cancelled", before)


def retry_job(db: Database, actor: Actor, *, job_id: int) -> Row:
    """Queue what failed or was cancelled anew. Conflict for any other."""
    before = get_job(db, actor, job_id=job_id)
    if not db.execute(RETRY, {"id": job_id, "now": clock.now()}).rowcount:
        current = get_job(db, actor, job_id=job_id)
        raise Conflict(
            f"The job is {current['state']}: only one that failed or was cancelled is tried again.",
            current=current,
        )
    return _recorded(db, actor, "job.retried", before)


def failed_jobs(
    db: Database, actor: Actor, *, limit: int, most: int
) -> DashboardAttentionFailedJobs:
    """{"count", "more", "items"} of what failed and is not put away; none for who is no admin."""
    if actor.role != ADMIN:
        return {"count": 0, "more": False, "items": []}
    rows = [_shown(row, actor) for row in db.query(FAILED, {"limit": limit})]
    count = len(rows)
    if count == limit:
        count = int(scalar(db, FAILED_COUNT, {"most": most + 1}))
    return {"count": min(count, most), "more": count > most, "items": typed(Job, rows)}


def _recorded(db: Database, actor: Actor, action: str, before: Row) -> Row:
    after = get_job(db, actor, job_id=before["id"])
    told = ("kind", "state", "cancel_asked_at")
    trail.record(
        db,
        actor,
        action=action,
        noun="job",
        noun_id=before["id"],
        before={name: before[name] for name in told},
        after={name: after[name] for name in told},
    )
    return after


def _shown(row: Row, actor: Actor) -> Row:
    kind = contract.current().kinds.get(row["kind"])
    # A file is its maker's alone; pages are for whoever may see them.
    is_open = row["user_id"] == actor.user_id or not (row["link"] or "").startswith("/api/")
    return {
        **row,
        "link": row["link"] if is_open else None,
        # One that an earlier release knew, or a later one does.
        "title": kind.title if kind else row["kind"],
        "most_attempts": kind.attempts if kind else row["attempts"],
        "result": row["result"] and orjson.loads(row["result"]),
        "problem": row["problem"] and orjson.loads(row["problem"]),
    }
