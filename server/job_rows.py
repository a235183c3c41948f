"""The rows of jobs as a worker sees them: taken by compare-and-set, held by a lease, settled.

Whoever takes a job changes its row from what was read, so of several workers one gets it. A
lease is the name of one taking: what was taken meanwhile by another is changed by nobody else.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import orjson

import clock
from contract import Kind
from db import Database, Engine, Row, json_list
from jobs import HELD, LEASE_S, Taken

AT_ONCE = 8
LONGEST_WAIT_S = 3600
GONE = {
    "title": "Broke off",
    "detail": "The process that did it ended before it was done, at each attempt.",
}

DUE = """
    SELECT id, kind, arguments, state, attempts, lease, user_id, cancel_asked_at
    FROM jobs
    WHERE state = 'queued' AND run_after <= :now
      AND kind IN (SELECT value ->> 'kind' FROM json_each(:kinds))
    ORDER BY run_after, id
    LIMIT CAST(:most AS bigint)
"""
LEFT = """
    SELECT id, kind, arguments, state, attempts, lease, user_id, cancel_asked_at
    FROM jobs
    WHERE state = 'running' AND leased_until < :now
      AND kind IN (SELECT value ->> 'kind' FROM json_each(:kinds))
    ORDER BY leased_until, id
    LIMIT CAST(:most AS bigint)
"""
# Compared with what was read: that nobody else has taken, cancelled or retried it since.
AS_READ = "id = :id AND state = :state AND attempts = :attempts AND COALESCE(lease, '') = :seen"
TAKE = f"""
    UPDATE jobs SET state = 'running', attempts = attempts + 1, worker = :worker,
        lease = :lease, leased_until = :until, started_at = :now, ended_at = NULL
    WHERE {AS_READ}
"""
GIVE_UP = f"""
    UPDATE jobs SET state = :end, problem = :problem, ended_at = :now,
        worker = NULL, lease = NULL, leased_until = NULL
    WHERE {AS_READ}
"""
HOLD = f"UPDATE jobs SET leased_until = :until WHERE {HELD}"
END = f"""
    UPDATE jobs SET state = :state, problem = :problem, ended_at = :now,
        worker = NULL, lease = NULL, leased_until = NULL
    WHERE {HELD}
"""
AGAIN = f"""
    UPDATE jobs SET state = 'queued', run_after = :run_after, problem = :problem,
        attempts = attempts - :forgiven, worker = NULL, lease = NULL, leased_until = NULL
    WHERE {HELD}
"""
# Of a worker that is known to be gone: its lease need not be waited for.
LEAVE = "UPDATE jobs SET leased_until = '' WHERE state = 'running' AND worker = :worker"


def take(engine: Engine, kinds: Mapping[str, Kind], worker: str) -> Taken | None:
    """The next job that is due, or that somebody left, held by a new lease; None where none is."""
    asked = {
        "now": clock.now(),
        "kinds": json_list({"kind": name} for name in kinds),
        "most": AT_ONCE,
    }
    with engine.reading() as db:
        rows = [*db.query(LEFT, asked), *db.query(DUE, asked)]
    for row in rows:
        with engine.writing() as db:
            taken = _take(db, row, kinds[row["kind"]], worker)
        if taken is not None:
            return taken
    return None


def _take(db: Database, row: Row, kind: Kind, worker: str) -> Taken | None:
    now = clock.now()
    seen = {
        "id": row["id"],
        "state": row["state"],
        "attempts": row["attempts"],
        "seen": row["lease"] or "",
        "now": now,
    }
    if row["cancel_asked_at"]:
        # Its worker did not live to hear of it.
        db.execute(GIVE_UP, {**seen, "end": "cancelled", "problem": None})
        return None
    if row["attempts"] >= kind.attempts:
        db.execute(GIVE_UP, {**seen, "end": "failed", "problem": _json(GONE)})
        return None
    lease = secrets.token_hex(8)
    until = clock.later(now, seconds=LEASE_S)
    held = {**seen, "worker": worker, "lease": lease, "until": until}
    if db.execute(TAKE, held).rowcount == 0:
        return None
    arguments = orjson.loads(row["arguments"])
    return Taken(row["id"], row["kind"], arguments, row["attempts"] + 1, lease, row["user_id"])


def hold(db: Database, taken: Taken) -> None:
    """Say that the worker lives."""
    until = clock.later(clock.now(), seconds=LEASE_S)
    db.execute(HOLD, {"until": until, "id": taken.id, "lease": taken.lease})


def end(db: Database, taken: Taken, state: str, problem: Mapping[str, Any] | None) -> None:
    """Cancelled, or failed with a problem; nothing where it is another's by now."""
    db.execute(
        END,
        {
            "state": state,
            "problem": _json(problem),
            "now": clock.now(),
            "id": taken.id,
            "lease": taken.lease,
        },
    )


def again(
    db: Database,
    taken: Taken,
    *,
    wait_s: float,
    problem: Mapping[str, Any] | None = None,
    is_counted: bool = True,
) -> None:
    """Back into the queue, for the next attempt; one that was not the job's fault is forgiven."""
    db.execute(
        AGAIN,
        {
            "run_after": clock.later(clock.now(), seconds=wait_s),
            "problem": _json(problem),
            "forgiven": 0 if is_counted else 1,
            "id": taken.id,
            "lease": taken.lease,
        },
    )


def leave(db: Database, worker: str) -> None:
    """Let the jobs of a worker that is gone be taken at once."""
    db.execute(LEAVE, {"worker": worker})


def wait_s(kind: Kind, attempt: int) -> float:
    """How long to wait after so many attempts."""
    return float(min(kind.backoff_s * 2 ** (attempt - 1), LONGEST_WAIT_S))


def _json(problem: Mapping[str, Any] | None) -> str | None:
    return None if problem is None else orjson.dumps(dict(problem)).decode()
