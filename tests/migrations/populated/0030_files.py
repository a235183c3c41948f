"""Rows of 0030.files."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("files", {"id": 1, "noun": "device", "noun_id": 1, "name": "front.jpg",
               "media_type": "image/jpeg", "bytes": 9, "sha256": "a" * 64,
               "sent_sha256": "b" * 64, "width": 4, "height": 3, "thumbnail_160": "c" * 64,
               "thumbnail_1024": "d" * 64, "user_id": 1, "username": "ann", "created_at": AT,
               "removed_at": LATER}),
]  # fmt: skip
