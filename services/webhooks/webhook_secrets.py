"""Secrets of webhooks: sealed in the database, and two in force for a day after a change."""

from __future__ import annotations

import clock
from db import Database, Row
from services.people import sealed_secrets
from services.webhooks import webhook_signatures

BEFORE_HOURS = 24
FIRST = "UPDATE webhooks SET sealed_secret = :sealed WHERE id = :id"
REPLACE = """
    UPDATE webhooks SET sealed_secret_before = sealed_secret, before_until = :until,
        sealed_secret = :sealed, version = version + 1
    WHERE id = :id
"""


def give(db: Database, webhook_id: int) -> str:
    """The first secret of a webhook, which is readable nowhere afterwards."""
    secret = webhook_signatures.new_secret()
    db.execute(FIRST, {"id": webhook_id, "sealed": _sealed(db, webhook_id, secret)})
    return secret


def replace(db: Database, webhook_id: int) -> str:
    """A new secret; the one before signs as well for BEFORE_HOURS."""
    secret = webhook_signatures.new_secret()
    until = clock.later(clock.now(), hours=BEFORE_HOURS)
    sealed = _sealed(db, webhook_id, secret)
    db.execute(REPLACE, {"id": webhook_id, "sealed": sealed, "until": until})
    return secret


def in_force(db: Database, webhook_id: int, kept: Row) -> list[str]:
    """The secrets that sign now, the newest first; `kept` are the columns of the webhook.

    Raises Unavailable where the newest cannot be unsealed.
    """
    sealed = [kept["sealed_secret"]]
    if kept["sealed_secret_before"] and (kept["before_until"] or "") > clock.now():
        sealed.append(kept["sealed_secret_before"])
    return [db.audit.secret.unseal(each, owner=_owner(webhook_id)) for each in sealed]


def _sealed(db: Database, webhook_id: int, secret: str) -> str:
    return sealed_secrets.seal(db, secret, owner=_owner(webhook_id))


def _owner(webhook_id: int) -> str:
    return f"webhook {webhook_id}"
