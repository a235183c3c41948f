"""Alerts and mails whose time is over: what was told stays for a while, not for ever."""

from __future__ import annotations

import clock
from db import Database

RESOLVED_DAYS = 365
MAIL_DAYS = 90
# Its tellings go with a mail, and with an alert.
MAILS = """
    DELETE FROM alert_mails WHERE id IN (
        SELECT id FROM alert_mails WHERE created_at < :before ORDER BY created_at, id
        LIMIT CAST(:most AS bigint)
    )
"""
ALERTS = """
    DELETE FROM alerts WHERE id IN (
        SELECT id FROM alerts WHERE resolved_at < :before ORDER BY resolved_at, id
        LIMIT CAST(:most AS bigint)
    )
"""


def clear_some(db: Database, most: int) -> int:
    """Remove mails that are older than 90 days and alerts resolved a year ago; how many."""
    now = clock.now()
    mails = {"before": clock.later(now, days=-MAIL_DAYS), "most": most}
    alerts = {"before": clock.later(now, days=-RESOLVED_DAYS), "most": most}
    return db.execute(MAILS, mails).rowcount + db.execute(ALERTS, alerts).rowcount
