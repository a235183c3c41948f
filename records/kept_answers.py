"""Answers that are kept for who sends a POST again: how long, and when they go.

They say what somebody saw, names of others among it. web/idempotency.py keeps them.
"""

from __future__ import annotations

import clock
from db import Database

KEPT_HOURS = 48


def forget_past(db: Database) -> None:
    """Remove those that are older than KEPT_HOURS."""
    now = clock.now()
    # A clock that ran ahead would have them kept for as long.
    db.execute(
        "UPDATE idempotency_keys SET created_at = :now WHERE created_at > :ahead",
        {"now": now, "ahead": clock.ahead(now)},
    )
    db.execute(
        "DELETE FROM idempotency_keys WHERE created_at < :old",
        {"old": clock.later(now, hours=-KEPT_HOURS)},
    )


def forget_of(db: Database, user_id: int) -> None:
    """Remove those of one user."""
    db.execute("DELETE FROM idempotency_keys WHERE user_id = :id", {"id": user_id})
