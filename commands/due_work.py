"""What a worker does beside its jobs: schedules, the watched folder and alerts now and then,
webhooks always."""

from __future__ import annotations

import logging
import time
from functools import partial

from db import Engine
from errors import Problem
from server.job_worker import Beside, Due
from services.alerts import alert_beat
from services.reads import inbox
from services.reads.inbox import Inbox
from services.system import schedule_service
from services.webhooks import webhook_sender
from settings import Settings

log = logging.getLogger("cvd.jobs")

# Where a schedule is due or a file was dropped, it is early enough so.
EVERY_S = 5.0
# What breaks off the looking at alerts must not keep jobs from being done.
AFTER_FAULT_S = 60.0


def due_of(settings: Settings) -> Due:
    """What each worker calls between its jobs, twice a second where there are none."""
    watched = settings.inbox and Inbox(
        settings.inbox, settings.inbox_days, settings.max_upload_bytes
    )
    beat = _Every(0.0)
    others = _Every(EVERY_S)

    def due(engine: Engine) -> None:
        if beat.is_due():
            try:
                alert_beat.beat(engine, settings)
            except Problem:
                raise
            except Exception:
                log.exception("Alerts are looked at again in a minute, after an error.")
                beat.wait(AFTER_FAULT_S)
        if others.is_due():
            schedule_service.start_due(engine)
            if watched:
                watched.look(engine)
            else:
                inbox.forget(engine)

    return due


def beside_of(settings: Settings) -> Beside:
    """What each worker runs beside its jobs: what webhooks are told waits for no job."""
    return partial(webhook_sender.run, allowed=settings.webhook_networks)


class _Every:
    """Whether so many seconds went by since the last time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True

    def wait(self, seconds: float) -> None:
        self._next = time.monotonic() + seconds
