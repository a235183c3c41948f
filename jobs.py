"""Jobs: what is to be done later, and the few words that services need for it.

    job_id = enqueue(db, actor, "dex.import", {"file_id": 7})

The row is written in the caller's own transaction: what was acknowledged will be done, what
was rolled back will not. A kind is stated in the contract (`x-jobs`), and names the function
that does it, `(engine, actor, job, **arguments)`:

    job.progress(done, total, "12 of 40 files")      now and then, outside of a transaction
    with job.finishing() as db:                      the effect, and the end of the job, at once
        ...
        job.link = "/dex-reads"

A worker holds a job by a lease. Where it is killed, the job is begun anew, so all that a
function writes before `finishing` must be the same when it is written twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import orjson

import clock
import contract
from auth import Actor
from contract import Kind
from db import Database, Engine, scalar
from errors import Forbidden, Invalid, Unavailable

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
STATES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)
# A worker says so often that it lives; it counts as gone when it was silent so long.
LEASE_S = 30
TELL_EVERY_S = 1.0
# Progress is told rather than waited for.
PATIENCE_S = 0.2

INSERT = """
    INSERT INTO jobs (kind, arguments, key, state, run_after, user_id, schedule_id, created_at)
    VALUES (:kind, :arguments, :key, 'queued', :now, :user_id, :schedule_id, :now)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
"""
# Whoever changes a job that runs names the lease: nobody does once it was taken by another.
HELD = "id = :id AND lease = :lease AND state = 'running'"
PROGRESS = f"""
    UPDATE jobs SET done = :done, total = :total, sentence = :sentence, leased_until = :until
    WHERE {HELD}
"""
FINISH = f"""
    UPDATE jobs SET state = 'done', result = :result, link = :link, ended_at = :now,
        done = COALESCE(total, done), worker = NULL, lease = NULL, leased_until = NULL
    WHERE {HELD}
"""
STILL_WANTED = f"SELECT cancel_asked_at IS NULL FROM jobs WHERE {HELD}"


class Lost(Exception):
    """The job is another worker's by now: nothing more may be done for it here."""


class Cancelled(Exception):
    """Somebody wants the job no more."""


class Stopping(Exception):
    """The worker is about to end: the job is begun anew by the next one."""


class Taken(NamedTuple):
    """A job as it was taken: its row, and by which lease."""

    id: int
    kind: str
    arguments: dict[str, Any]
    attempt: int
    lease: str
    user_id: int | None


class Job:
    """A job that runs, in the hands of the function that does it.

    `link` (the address of a page or file that shows what was made) and `result` (what a
    person is told, as JSON) may be set until the end.
    """

    def __init__(self, engine: Engine, taken: Taken, stopping: threading.Event) -> None:
        self.id = taken.id
        self.kind = taken.kind
        self.attempt = taken.attempt
        self.link: str | None = None
        self.result: dict[str, Any] | None = None
        self.is_finished = False
        self._engine = engine
        self._held = {"id": taken.id, "lease": taken.lease}
        self._stopping = stopping
        self._told_at = 0.0

    def progress(self, done: int, total: int | None = None, sentence: str = "") -> None:
        """Say how far it is, once a second at most, and whether to go on.

        Outside of a transaction. Raises Cancelled, Stopping or Lost, which the function
        lets pass: what it wrote so far stays, and nothing more is done.
        """
        if self._stopping.is_set():
            raise Stopping
        if time.monotonic() - self._told_at < TELL_EVERY_S:
            return
        self._told_at = time.monotonic()
        self.check()
        until = clock.later(clock.now(), seconds=LEASE_S)
        told = {"done": done, "total": total, "sentence": sentence[:500], "until": until}
        with suppress(Unavailable), self._engine.writing(patience_s=PATIENCE_S) as db:
            db.execute(PROGRESS, {**told, **self._held})

    def check(self) -> None:
        """Raises Cancelled or Lost where nobody wants it from here any more."""
        with self._engine.reading() as db:
            wanted = scalar(db, STILL_WANTED, self._held)
        if wanted is None:
            raise Lost
        if not wanted:
            raise Cancelled

    @contextmanager
    def finishing(self) -> Iterator[Database]:
        """A writing transaction that ends the job with what is done in it, or does neither."""
        self.check()
        with self._engine.writing() as db:
            yield db
            result = None if self.result is None else orjson.dumps(self.result).decode()
            ended = {"result": result, "link": self.link, "now": clock.now()}
            if db.execute(FINISH, {**ended, **self._held}).rowcount == 0:
                raise Lost
        self.is_finished = True


def enqueue(
    db: Database,
    actor: Actor,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    key: str | None = None,
    schedule_id: int | None = None,
) -> int:
    """The id of a job that is done once this transaction is committed.

    Under a `key` there is one job for ever: the id is that of the first. Raises Forbidden
    where the actor's role may not ask for the kind, Invalid for arguments of another shape.
    """
    stated = contract.current().kinds[kind]
    check_allowed(stated, actor)
    check_arguments(stated, arguments)
    job_id = scalar(
        db,
        INSERT,
        {
            "kind": kind,
            "arguments": orjson.dumps(dict(arguments)).decode(),
            "key": key,
            "now": clock.now(),
            "user_id": actor.user_id,
            "schedule_id": schedule_id,
        },
    )
    if job_id is None:
        job_id = scalar(db, "SELECT id FROM jobs WHERE key = :key", {"key": key})
    return int(job_id)


def check_allowed(kind: Kind, actor: Actor) -> None:
    """Forbidden where the actor's role may not ask for a job of this kind."""
    if actor.role not in kind.roles:
        raise Forbidden(f"Your role may not ask for this: {kind.title}.")


def check_arguments(kind: Kind, arguments: Mapping[str, Any]) -> None:
    """Invalid for arguments of another shape than the contract states."""
    if errors := kind.arguments.errors(dict(arguments), "/arguments"):
        raise Invalid(errors)
