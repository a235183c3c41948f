"""The mail server as people see it: whether one is set, and a mail to try it."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

import clock
from auth import Actor
from db import Database, Engine, scalar
from errors import Conflict
from records import company
from services.alerts import mail_texts, smtp
from settings import Settings

ADDRESS = "SELECT email FROM users WHERE id = :user_id"


def get_mail_server(db: Database, actor: Actor, *, settings: Settings) -> dict[str, Any]:
    """{"host", "mail_from", "to"}: None while none is set; `to` is where a test would go."""
    url = urlsplit(settings.smtp_url or "")
    return {
        "host": url.hostname,
        "mail_from": settings.mail_from or None,
        "to": scalar(db, ADDRESS, {"user_id": actor.user_id}) or None,
    }


def create_test_mail(engine: Engine, actor: Actor, *, settings: Settings) -> dict[str, Any]:
    """Send who asks a mail: {"to"}. Raises Conflict, Unavailable, each saying what to do."""
    with engine.reading() as db:
        to = scalar(db, ADDRESS, {"user_id": actor.user_id})
        text = mail_texts.of_test(address=settings.address, company=company.name(db))
    if not to:
        raise Conflict("You have no address yet: write one into your profile, then try again.")
    host = urlsplit(settings.address).hostname
    message = smtp.message_of(
        settings,
        to=to,
        message_id=f"<{secrets.token_hex(16)}@{host}>",
        written_at=clock.now(),
        **text._asdict(),
    )
    smtp.deliver(settings, message)
    return {"to": to}
