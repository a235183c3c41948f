"""Rows of 0040.tickets."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("tickets", {"id": 1, "kind": "fault", "status": "done", "device_id": 1, "location_id": None,
                 "service_order_id": None, "text": "Coin mechanism jammed (EBJ)",
                 "due_on": "2026-01-31", "assignee_id": 1, "down_since": AT, "up_since": LATER,
                 "code": "EBJ", "seen_count": 2, "first_seen_at": AT, "last_seen_at": AT,
                 "over_at": LATER, "handled_at": LATER, "user_id": None, "username": None,
                 "created_at": AT, "done_at": LATER, "version": 3}),
    ("tickets", {"id": 2, "kind": "note", "status": "noted", "device_id": None, "location_id": 1,
                 "service_order_id": None, "text": "The gate is shut after six", "due_on": None,
                 "assignee_id": None, "down_since": None, "up_since": None, "code": None,
                 "seen_count": 0, "first_seen_at": None, "last_seen_at": None, "over_at": None,
                 "handled_at": AT, "user_id": 1, "username": "ann", "created_at": AT,
                 "done_at": None, "version": 1}),
    ("ticket_entries", {"id": 1, "ticket_id": 1, "text": "Took a coin out",
                        "changes": '[{"field": "status", "from": "open", "to": "done"}]',
                        "user_id": 1, "username": "ann", "created_at": LATER}),
]  # fmt: skip
