"""Rows of 0002.audit-entries."""

from tests.migrations.moments import AT, HASH

ROWS = [
    ("audit_entries", {"id": 1, "occurred_at": AT, "user_id": 1, "username": "ann",
                       "action": "user.created", "noun": "user", "noun_id": 2, "changes": "{}",
                       "request_id": "r", "previous_hash": HASH, "hash": HASH}),
]  # fmt: skip
