"""Rows of 0035.retention."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("removals", {"what": "jobs", "removed": 3}),
    ("erasures", {"user_id": 1, "erased_at": AT, "finished_at": LATER}),
    # Of no entry that is there, for those stay as they are.
    ("audit_redactions", {"entry_id": 99, "seal": "0" * 64}),
]  # fmt: skip
