"""Deliveries as a worker sees them: one webhook held by a lease, its deliveries one by one.

Of several workers one holds a webhook, by compare-and-set, so its deliveries are sent in
their order. What was sent counts once it is written here: a worker that dies in between leaves
it to be sent again, with the same id.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

import clock
from db import Database, Engine, Row, one
from services.webhooks.webhook_calls import GONE, Outcome

# Longer than a try takes, a slow look-up of the name included.
LEASE_S = 60
MINUTE, HOUR = 60, 3600
# How long is waited after each failed try: for three days.
WAITS_S = (
    5,
    30,
    2 * MINUTE,
    10 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
    24 * HOUR,
)
SWITCHED_OFF = "It was not sent: the webhook was switched off."
NOT_WANTED = "The receiver wants no more: it answered 410."
GAVE_UP = "The receiver took nothing for three days."

IN_USE = "w.disabled_at IS NULL AND w.paused_at IS NULL"
FIRST = """
    (SELECT min(x.id) FROM webhook_deliveries x WHERE x.webhook_id = w.id AND x.state = 'waiting')
"""
DUE = f"""
    SELECT w.id, COALESCE(w.lease, '') AS seen
    FROM webhooks w
    JOIN webhook_deliveries d ON d.id = {FIRST}
    WHERE {IN_USE} AND COALESCE(w.leased_until, '') < :now AND d.next_at <= :now
    ORDER BY w.id
"""
TAKE = """
    UPDATE webhooks SET worker = :worker, lease = :lease, leased_until = :until
    WHERE id = :webhook_id AND COALESCE(lease, '') = :seen AND COALESCE(leased_until, '') < :now
"""
NEXT = f"""
    SELECT d.id, d.webhook_id, d.event_id, d.type, d.occurred_at, d.data, d.attempts, w.lease,
        w.url, w.sealed_secret, w.sealed_secret_before, w.before_until
    FROM webhooks w
    JOIN webhook_deliveries d ON d.id = {FIRST}
    WHERE w.id = :webhook_id AND w.lease = :lease AND {IN_USE} AND d.next_at <= :now
"""
HELD = "id = :webhook_id AND lease = :lease"
HOLD = f"UPDATE webhooks SET leased_until = :until WHERE {HELD}"
RELEASE = f"UPDATE webhooks SET worker = NULL, lease = NULL, leased_until = NULL WHERE {HELD}"
# Of a worker that is known to be gone: its lease need not be waited for.
LEAVE = """
    UPDATE webhooks SET worker = NULL, lease = NULL, leased_until = NULL WHERE worker = :worker
"""
SETTLE = """
    UPDATE webhook_deliveries SET state = :state, attempts = attempts + 1, next_at = :next_at,
        last_at = :now, status = :status, duration_ms = :duration_ms, answer = :answer,
        problem = :problem
    WHERE id = :id AND state = 'waiting'
"""
PAUSE = "UPDATE webhooks SET paused_at = :now, problem = :problem WHERE id = :webhook_id"
DISABLE = "UPDATE webhooks SET disabled_at = :now, problem = :problem WHERE id = :webhook_id"
FAIL_WAITING = """
    UPDATE webhook_deliveries SET state = 'failed', problem = :problem
    WHERE webhook_id = :webhook_id AND state = 'waiting'
"""


class Due(NamedTuple):
    """A webhook with something to deliver, and its lease as it was read."""

    webhook_id: int
    seen: str


def due(engine: Engine) -> Sequence[Due]:
    """The webhooks that nobody holds and whose first delivery is due."""
    with engine.reading() as db:
        return [Due(row["id"], row["seen"]) for row in db.query(DUE, {"now": clock.now()})]


def take(db: Database, found: Due, worker: str) -> Row | None:
    """Hold a webhook: its first delivery, with where and how it is sent; None where another does.

    {id, webhook_id, event_id, type, occurred_at, data, attempts, lease, url, sealed_secret,
    sealed_secret_before, before_until}
    """
    held = {"webhook_id": found.webhook_id, "lease": secrets.token_hex(8)}
    now = clock.now()
    until = clock.later(now, seconds=LEASE_S)
    held_as = {"worker": worker, "until": until, "seen": found.seen, "now": now}
    taken = db.execute(TAKE, {**held, **held_as})
    return _next(db, held, now) if taken.rowcount else None


def settle(db: Database, sent: Row, outcome: Outcome, *, goes_on: bool) -> Row | None:
    """Write what came of a try: the next delivery, as `take`; None where none is due.

    Nothing is written where the webhook is another's by now, or gone.
    """
    now = clock.now()
    held = {"webhook_id": sent["webhook_id"], "lease": sent["lease"]}
    if not db.execute(HOLD, {**held, "until": clock.later(now, seconds=LEASE_S)}).rowcount:
        return None
    _note(db, sent, outcome, now)
    if goes_on:
        return _next(db, held, now)
    db.execute(RELEASE, held)
    return None


def leave(db: Database, worker: str) -> None:
    """Let the webhooks of a worker that is gone be taken at once."""
    db.execute(LEAVE, {"worker": worker})


def fail_waiting(db: Database, webhook_id: int, problem: str) -> None:
    """Give up what waits for a webhook that is switched off."""
    db.execute(FAIL_WAITING, {"webhook_id": webhook_id, "problem": problem})


def _next(db: Database, held: Row, now: str) -> Row | None:
    found = one(db, NEXT, {**held, "now": now})
    if found is None:
        db.execute(RELEASE, held)
    return found


def _note(db: Database, sent: Row, outcome: Outcome, now: str) -> None:
    tries = sent["attempts"] + 1
    is_gone = outcome.status == GONE
    is_last = is_gone or tries > len(WAITS_S)
    state = "delivered" if outcome.problem is None else "failed" if is_last else "waiting"
    wait_s = 0 if is_last else max(WAITS_S[tries - 1], outcome.wait_s)
    written: dict[str, Any] = {
        "id": sent["id"],
        "state": state,
        "next_at": clock.later(now, seconds=wait_s),
        "now": now,
        "status": outcome.status,
        "duration_ms": outcome.duration_ms,
        "answer": outcome.answer,
        "problem": outcome.problem,
    }
    db.execute(SETTLE, written)
    if state == "failed":
        why = {"webhook_id": sent["webhook_id"], "now": now}
        if is_gone:
            db.execute(DISABLE, {**why, "problem": NOT_WANTED})
            fail_waiting(db, sent["webhook_id"], SWITCHED_OFF)
        else:
            db.execute(PAUSE, {**why, "problem": f"{GAVE_UP} {outcome.problem}"})
