"""Rows of 0035.retention."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("removals", {"what": "jobs", "removed": 3}),
    ("erasures", {"user_id": 1, "erased_at": AT, "finished_at": LATER}),
    ("audit_redactions", {"entry_id": 1, "seal": "0" * 64}),
]  # fmt: skip
