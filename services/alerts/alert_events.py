"""Alert events: that an alert opened or is over, told to other programs."""

from __future__ import annotations

from collections.abc import Sequence

from db import Database, Row, json_list
from services.webhooks import outbox

ALERTS = """
    SELECT a.id AS alert_id, a.device_id, a.kind, a.opened_at, a.resolved_at,
           COALESCE(d.asset || ': ', '') || a.detail AS sentence, a.lost_cents_per_day
    FROM alerts a
    LEFT JOIN devices d ON d.id = a.device_id
    WHERE a.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""


def opened(db: Database, alert_id: int) -> None:
    """Tell of it, as it is when the transaction ends."""
    outbox.tell(db, "alert.opened", [alert_id], _told)


def resolved(db: Database, alert_id: int) -> None:
    """Tell that what it was opened for holds no longer."""
    outbox.tell(db, "alert.resolved", [alert_id], _told)


def _told(db: Database, alert_ids: Sequence[int]) -> dict[int, Row]:
    return {row["alert_id"]: row for row in db.query(ALERTS, {"ids": json_list(alert_ids)})}
