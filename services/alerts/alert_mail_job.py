"""The job that sends a mail of alerts, tried again until the mail server takes it.

A worker that is killed between the server's yes and its own note sends it again, as the same
mail: at least once, and by its Message-ID once for most people's mail programs.
"""

from __future__ import annotations

import clock
import settings as environment
from auth import Actor
from db import Engine, one
from errors import NotFound
from jobs import Job
from services.alerts import smtp

MAIL = """
    SELECT m.message_id, m.subject, m.plain, m.html, m.created_at, m.sent_at, u.email, u.disabled_at
    FROM alert_mails m
    JOIN users u ON u.id = m.user_id
    WHERE m.id = :id
"""
SENT = "UPDATE alert_mails SET sent_at = :now WHERE id = :id AND sent_at IS NULL"


def send(engine: Engine, actor: Actor, job: Job, *, alert_mail_id: int) -> None:
    """Send it to the address that its person has now. Raises NotFound, Conflict, Unavailable."""
    with engine.reading() as db:
        mail = one(db, MAIL, {"id": alert_mail_id})
    if mail is None:
        raise NotFound("There is no such mail any more.")
    is_wanted = mail["sent_at"] is None and mail["disabled_at"] is None and mail["email"]
    if is_wanted:
        settings = environment.load()
        message = smtp.message_of(
            settings,
            to=mail["email"],
            message_id=mail["message_id"],
            written_at=mail["created_at"],
            subject=mail["subject"],
            plain=mail["plain"],
            html=mail["html"],
        )
        smtp.deliver(settings, message)
    job.link = "/alerts"
    with job.finishing() as db:
        if is_wanted:
            db.execute(SENT, {"id": alert_mail_id, "now": clock.now()})
