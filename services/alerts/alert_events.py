"""Alert events: that an alert opened or is over, told to other programs."""

from __future__ import annotations

from db import Database, Row, one
from services.webhooks import outbox

ALERT = """
    SELECT a.id AS alert_id, a.device_id, a.kind, a.opened_at, a.resolved_at,
           COALESCE(d.asset || ': ', '') || a.detail AS sentence, a.lost_cents_per_day
    FROM alerts a
    LEFT JOIN devices d ON d.id = a.device_id
    WHERE a.id = :id
"""


def opened(db: Database, alert_id: int) -> None:
    """Tell of it, as it is when the transaction ends."""
    outbox.tell(db, "alert.opened", alert_id, lambda: _row(db, alert_id))


def resolved(db: Database, alert_id: int) -> None:
    """Tell that what it was opened for holds no longer."""
    outbox.tell(db, "alert.resolved", alert_id, lambda: _row(db, alert_id))


def _row(db: Database, alert_id: int) -> Row | None:
    return one(db, ALERT, {"id": alert_id})
