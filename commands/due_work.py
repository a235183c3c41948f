"""What a worker does now and then beside its jobs: schedules, and the watched folder."""

from __future__ import annotations

from db import Engine
from server.job_worker import Due
from services.reads import inbox
from services.reads.inbox import Inbox
from services.system import schedule_service
from settings import Settings


def due_of(settings: Settings) -> Due:
    """What each worker calls every few seconds, outside of a job."""
    watched = settings.inbox and Inbox(
        settings.inbox, settings.inbox_days, settings.max_upload_bytes
    )

    def due(engine: Engine) -> None:
        schedule_service.start_due(engine)
        if watched:
            watched.look(engine)
        else:
            inbox.forget(engine)

    return due
