"""What a worker does for alerts between its jobs: looks at what was touched, writes mails."""

from __future__ import annotations

from db import Engine
from services.alerts import alert_mails, evaluation
from settings import Settings


def beat(engine: Engine, settings: Settings) -> None:
    """Bring alerts up to date and write the mails that are due. Raises Unavailable."""
    sends_mail = settings.smtp_url is not None
    evaluation.look(engine, sends_mail=sends_mail)
    if sends_mail:
        alert_mails.write_due(engine, settings)
