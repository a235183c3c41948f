"""Rows of 0032.identities."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("identities", {"id": 1, "user_id": 1, "issuer": "https://login.example", "subject": "a-1",
                    "linked_at": AT, "last_used_at": LATER}),
    ("ended_flows", {"state_hash": "e" * 64, "ended_at": AT}),
]  # fmt: skip
