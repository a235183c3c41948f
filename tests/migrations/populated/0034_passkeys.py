"""Rows of 0034.passkeys."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("passkeys", {"id": 1, "user_id": 1, "name": "Phone", "rp_id": "cvd.example",
                  "credential_id": "Y3JlZGVudGlhbA", "public_key": "a2V5",
                  "user_handle": "aGFuZGxl",
                  "transports": "hybrid internal", "sign_count": 4294967295, "created_at": AT,
                  "last_used_at": LATER}),
]  # fmt: skip
