"""Rows of 0041.alerts, beside the rules that it brings."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("touched", {"noun": "device", "noun_id": 7_000, "touched_at": AT}),
    ("alerts", {"id": 1, "kind": "sold_out", "cause": "sold_out:1", "noun": "device",
                "noun_id": 1, "device_id": 1, "alert_rule_id": 1, "detail": "A1 is sold out",
                "lost_cents_per_day": 450, "state": "open", "opened_at": AT}),
    ("alerts", {"id": 2, "kind": "backup_old", "cause": "backup_old", "noun": "backup",
                "noun_id": 1, "alert_rule_id": 1, "detail": "No backup", "since": AT,
                "state": "resolved", "opened_at": AT, "resolved_at": LATER,
                "acknowledged_at": AT, "acknowledged_by": 1, "assigned_to": 1}),
    ("alert_mails", {"id": 1, "user_id": 1, "message_id": "<alerts-1@vending.example>",
                     "subject": "1 new alert", "plain": "A1 is sold out", "html": "<p>A1</p>",
                     "created_at": AT, "sent_at": LATER}),
    ("alert_tellings", {"alert_id": 1, "user_id": 1, "how": "at_once", "due_at": AT,
                        "alert_mail_id": 1}),
]  # fmt: skip
