"""What a worker does beside its jobs: schedules and the folder now and then, webhooks always."""

from __future__ import annotations

from functools import partial

from db import Engine
from server.job_worker import Beside, Due
from services.reads import inbox
from services.reads.inbox import Inbox
from services.system import schedule_service
from services.webhooks import webhook_sender
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


def beside_of(settings: Settings) -> Beside:
    """What each worker runs beside its jobs: what webhooks are told waits for no job."""
    return partial(webhook_sender.run, allowed=settings.webhook_networks)
