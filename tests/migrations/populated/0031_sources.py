"""Rows of 0031.sources."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("dex_sources", {"id": 1, "kind": "key", "mark": "1:cvd_Ab12", "name": "Gateway",
                     "first_seen_at": AT, "last_seen_at": LATER, "last_error": "No record.",
                     "last_error_at": AT}),
    ("dex_source_days", {"source_id": 1, "day": "2026-01-02", "received": 5, "known": 1,
                         "waiting": 1, "refused": 1}),
    ("dex_batches", {"id": 1, "filename": "night.zip", "source_id": 1, "job_id": 1, "files": 1,
                     "user_id": 1, "created_at": AT}),
    ("dex_batch_files", {"batch_id": 1, "number": 1, "filename": "a.dex", "size": 1,
                         "content": b"x", "outcome": None, "note": "", "dex_read_id": None}),
    ("dex_inbox", {"id": 1, "folder": "/srv/inbox", "problem": None, "looked_at": AT,
                   "holder": None, "held_until": None}),
]  # fmt: skip
