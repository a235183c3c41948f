"""The worker: takes jobs that are due, one after the other, until it is told to stop.

It looks for them in the database itself, which is the queue: any number of workers, on any
number of nodes, do each job once.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import auth
import contract
from auth import ADMIN, Actor
from contract import Kind
from db import Engine
from errors import Problem, Unavailable
from jobs import (
    CANCELLED,
    FAILED,
    LEASE_S,
    Cancelled,
    Job,
    Lost,
    Stopping,
    Taken,
    check_allowed,
    check_arguments,
)
from server import job_rows

log = logging.getLogger("cvd.jobs")

LOOK_EVERY_S = 0.5
# Where the database is away, it is early enough so.
AFTER_FAILURE_S = 2.0
HOLD_EVERY_S = LEASE_S / 3
STOP_WITHIN_S = 5.0
BROKEN = {
    "title": "Internal error",
    "detail": "It broke off by a fault of the program; the log of the server says where.",
}

Due = Callable[[Engine], Any]
# Runs beside the jobs until the event is set: (engine, name of the worker, event).
Beside = Callable[[Engine, str, threading.Event], Any]


class JobWorker:
    """One worker over one database; `due` is called between jobs, for what else is due, `beside`
    is what waits for no job: it runs in a thread of its own."""

    def __init__(
        self, engine: Engine, name: str, due: Due | None = None, beside: Beside | None = None
    ) -> None:
        self.stopping = threading.Event()
        self._engine = engine
        self._name = name
        self._due = due
        self._beside = beside
        self._kinds = contract.current().kinds
        self._running: Taken | None = None

    def run(self) -> None:
        """Work until `stopping` is set; what is being done then has a few seconds to end."""
        threading.Thread(target=self._hold, daemon=True).start()
        beside = threading.Thread(target=self._run_beside, daemon=True)
        beside.start()
        self._kept_up(self._leave)
        while not self.stopping.is_set():
            if not self._kept_up(self.run_one):
                self.stopping.wait(LOOK_EVERY_S)
        beside.join()

    def run_one(self) -> bool:
        """Do one job, if one is due: whether one was."""
        if self._due:
            self._due(self._engine)
        taken = job_rows.take(self._engine, self._kinds, self._name)
        if taken is None:
            return False
        self._running = taken
        try:
            self._do(taken, self._kinds[taken.kind])
        finally:
            self._running = None
        return True

    def _kept_up(self, work: Callable[[], Any]) -> Any:
        """What work answers; where the database is away, nothing, a little later."""
        try:
            return work()
        except Unavailable as away:
            log.warning("Jobs wait: %s", away)
        except Exception:
            log.exception("A worker of jobs goes on after an error.")
        self.stopping.wait(AFTER_FAILURE_S)
        return None

    def _leave(self) -> None:
        """What a worker of the same name began is not held any more: it is gone."""
        with self._engine.writing() as db:
            job_rows.leave(db, self._name)

    def _run_beside(self) -> None:
        if self._beside:
            self._beside(self._engine, self._name, self.stopping)

    def _do(self, taken: Taken, kind: Kind) -> None:
        job = Job(self._engine, taken, self.stopping)
        began = time.monotonic()
        try:
            actor = self._actor(taken)
            check_allowed(kind, actor)
            check_arguments(kind, taken.arguments)
            given = contract.function_of_kind(kind)(self._engine, actor, job, **taken.arguments)
            if not job.is_finished:
                job.result = given or job.result
                with job.finishing():
                    pass
            log.info("%s %d is done in %.1f s.", kind.name, taken.id, time.monotonic() - began)
        except Lost:
            log.warning("%s %d was taken by another worker.", kind.name, taken.id)
        except Exception as error:
            if not job.is_finished:
                self._settle(taken, kind, error)
            else:
                log.exception("%s %d is done, with an error behind it.", kind.name, taken.id)

    def _settle(self, taken: Taken, kind: Kind, error: Exception) -> None:
        """Into the row: cancelled, failed, or once more a little later."""
        name, number = kind.name, taken.id
        with self._engine.writing() as db:
            if isinstance(error, Cancelled):
                log.info("%s %d was cancelled.", name, number)
                job_rows.end(db, taken, CANCELLED, None)
                return
            if isinstance(error, Stopping):
                job_rows.again(db, taken, wait_s=0, is_counted=False)
                return
            problem = _problem(error)
            # What is refused would be refused again.
            is_final = isinstance(error, Problem) and error.status < Unavailable.status
            if is_final or taken.attempt >= kind.attempts:
                log.error("%s %d failed: %s", name, number, problem["detail"], exc_info=error)
                job_rows.end(db, taken, FAILED, problem)
                return
            wait_s = job_rows.wait_s(kind, taken.attempt)
            log.warning("%s %d is tried again in %.0f s.", name, number, wait_s, exc_info=error)
            job_rows.again(db, taken, wait_s=wait_s, problem=problem)

    def _actor(self, taken: Taken) -> Actor:
        """Who asked, with the role that they have now; schedules and the console are admins."""
        request_id = f"job-{taken.id}"
        if taken.user_id is None:
            return Actor(user_id=None, username="jobs", role=ADMIN, request_id=request_id)
        with self._engine.reading() as db:
            actor = auth.actor_of(db, taken.user_id, request_id)
        return actor or auth.visitor(request_id)

    def _hold(self) -> None:
        """Keep the lease of what runs, in a thread of its own; end the process on time."""
        held_at = time.monotonic()
        while not self.stopping.wait(LOOK_EVERY_S):
            taken = self._running
            if taken is None or time.monotonic() - held_at < HOLD_EVERY_S:
                continue
            held_at = time.monotonic()
            with suppress(Problem), self._engine.writing() as db:
                job_rows.hold(db, taken)


def _problem(error: Exception) -> dict[str, str]:
    if isinstance(error, Problem):
        return {"title": error.title, "detail": error.detail}
    return BROKEN


@contextmanager
def ended_on_time(worker: JobWorker) -> Iterator[None]:
    """While it runs: once it is told to stop, end the process after a few seconds at most."""

    def end() -> None:
        worker.stopping.wait()
        if not done.wait(STOP_WITHIN_S):
            # What is left undone is begun anew by the next worker.
            os._exit(0)

    done = threading.Event()
    threading.Thread(target=end, daemon=True).start()
    try:
        yield
    finally:
        done.set()
