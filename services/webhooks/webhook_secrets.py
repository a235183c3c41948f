"""Secrets of webhooks: sealed in the database, and two in force for a day after a change."""

from __future__ import annotations

from contextlib import suppress

import clock
from db import Database, Row, scalar
from errors import Unavailable
from services.people import sealed_secrets
from services.webhooks import webhook_signatures

BEFORE_HOURS = 24
FIRST = "UPDATE webhooks SET sealed_secret = :sealed WHERE id = :id"
GET = "SELECT sealed_secret FROM webhooks WHERE id = :id"
REPLACE = """
    UPDATE webhooks SET sealed_secret_before = :before, before_until = :until,
        sealed_secret = :sealed, version = version + 1
    WHERE id = :id
"""


def give(db: Database, webhook_id: int) -> str:
    """The first secret of a webhook, which is readable nowhere afterwards."""
    secret = webhook_signatures.new_secret()
    db.execute(FIRST, {"id": webhook_id, "sealed": _sealed(db, webhook_id, secret)})
    return secret


def replace(db: Database, webhook_id: int) -> str:
    """A new secret; the one before signs as well for BEFORE_HOURS, where it can be unsealed."""
    secret = webhook_signatures.new_secret()
    before = scalar(db, GET, {"id": webhook_id})
    until = None
    # One that was sealed with a key that is lost would keep the new one from signing.
    with suppress(Unavailable):
        db.audit.secret.unseal(before, owner=_owner(webhook_id))
        until = clock.later(clock.now(), hours=BEFORE_HOURS)
    replaced = {
        "sealed": _sealed(db, webhook_id, secret),
        "before": before if until else None,
        "until": until,
    }
    db.execute(REPLACE, {"id": webhook_id, **replaced})
    return secret


def in_force(db: Database, webhook_id: int, kept: Row) -> list[str]:
    """The secrets that sign now, the newest first; `kept` are the columns of the webhook.

    Raises Unavailable where one of them cannot be unsealed.
    """
    sealed = [kept["sealed_secret"]]
    if kept["sealed_secret_before"] and (kept["before_until"] or "") > clock.now():
        sealed.append(kept["sealed_secret_before"])
    return [db.audit.secret.unseal(each, owner=_owner(webhook_id)) for each in sealed]


def _sealed(db: Database, webhook_id: int, secret: str) -> str:
    return sealed_secrets.seal(db, secret, owner=_owner(webhook_id))


def _owner(webhook_id: int) -> str:
    return f"webhook {webhook_id}"
