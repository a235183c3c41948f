"""The workers of jobs under a server: begun beside it, replaced when they die, ended with it.

They are forked from the server's own process, which has loaded the code: most of their
memory is its own, and they are there at once.
"""

from __future__ import annotations

import gc
import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import db
from server.job_worker import STOP_WITHIN_S, Beside, Due, JobWorker, ended_on_time
from settings import Settings
from storage.lazy_engine import LazyEngine
from web import logs

log = logging.getLogger("cvd.jobs")

# By which a worker of jobs is known in `ps` and `top`.
PROCESS_NAME = "cvd-jobs"
COMM = Path("/proc/self/comm")
LOOK_FOR_SERVER_EVERY_S = 0.5
LOOK_FOR_END_EVERY_S = 0.02
# A start is for those who want to work; jobs have waited already.
BEGIN_AFTER_S = 2.0
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 10.0
# One that lived so long did not die of what the one before died of.
LIVED_S = 60.0
# Requests come first.
NICENESS = 5
POOL_SIZE = 4
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Place:
    """One worker of the server, and those that replace it: they go by one name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pid: int | None = None
        self.born_at = 0.0
        self.wait_s = 0.0
        self.not_before = time.monotonic() + BEGIN_AFTER_S


class JobKeeper:
    """So many workers of jobs; `look` is called about once a second."""

    def __init__(
        self, settings: Settings, count: int, due: Due, beside: Beside | None = None
    ) -> None:
        self._work = partial(work, settings, due=due, beside=beside)
        self._places = [Place(name_of_worker()) for _ in range(count)]

    def look(self) -> None:
        """Begin what is not there, or not there any more."""
        for place in self._places:
            if place.pid is not None and _has_ended(place.pid):
                self._note_death(place)
            if place.pid is None and time.monotonic() >= place.not_before:
                place.born_at = time.monotonic()
                place.pid = _forked(partial(self._work, place.name, server=os.getpid()))

    def end(self) -> None:
        """Tell all of them to end."""
        for pid in self._pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def wait(self) -> None:
        """Until they have ended, which they do within a few seconds."""
        self.end()
        deadline = time.monotonic() + STOP_WITHIN_S + 1
        for pid in self._pids():
            while not _has_ended(pid):
                if time.monotonic() > deadline:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                time.sleep(LOOK_FOR_END_EVERY_S)
        for place in self._places:
            place.pid = None

    def _pids(self) -> Iterable[int]:
        return [place.pid for place in self._places if place.pid is not None]

    def _note_death(self, place: Place) -> None:
        lived_s = time.monotonic() - place.born_at
        place.pid = None
        place.wait_s = (
            FIRST_WAIT_S if lived_s > LIVED_S else min(place.wait_s * 2, LONGEST_WAIT_S)
        ) or FIRST_WAIT_S
        place.not_before = time.monotonic() + place.wait_s
        log.error("A worker of jobs died; it is replaced in %.1f s.", place.wait_s)


def name_of_worker() -> str:
    """One that no other worker has, on whatever node."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def work(
    settings: Settings,
    name: str,
    *,
    due: Due,
    beside: Beside | None = None,
    server: int | None = None,
) -> None:
    """Work until SIGTERM, or until the server is gone; without one, SIGINT ends it as well."""
    logs.configure(settings)
    engine = LazyEngine(
        settings.database_url,
        audit=settings.audit_files,
        opened=partial(
            db.open_engine,
            settings.database_url,
            at_once=False,
            pool_size=POOL_SIZE,
            audit=settings.audit_files,
        ),
        files_url=settings.files_url,
        backups=settings.backups,
    )
    worker = JobWorker(engine, name, due, beside)
    signal.signal(signal.SIGTERM, lambda *_: worker.stopping.set())
    if server is None:
        signal.signal(signal.SIGINT, lambda *_: worker.stopping.set())
    else:
        # Ctrl-C is for the server, which then ends its workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    with ended_on_time(worker):
        worker.run()
        engine.close()
        logs.flush()


def _forked(run: Callable[[], Any]) -> int:
    """A process that runs this and ends; its id."""
    # A signal that came before the process has its own handlers would be taken for the server's.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            # What is there stays: the collector must not touch, and so copy, what is shared.
            gc.freeze()
            with suppress(OSError):
                COMM.write_text(PROCESS_NAME)
            with suppress(OSError):
                os.nice(NICENESS)
            run()
            status = 0
        except BaseException:
            log.exception("A worker of jobs ended by an error.")
        finally:
            os._exit(status)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def _end_with(server: int) -> None:
    """End at once when the server is gone, so that its database is free."""
    while os.getppid() == server:
        time.sleep(LOOK_FOR_SERVER_EVERY_S)
    os._exit(1)
