"""Rows of 0028.api-keys."""

from tests.migrations.moments import AT, HASH, LATER

ROWS = [
    ("api_keys", {"id": 1, "user_id": 1, "name": "Gateway", "prefix": "cvd_Ab3dE6gH",
                  "key_hash": HASH, "scopes": "dex:push fleet:read", "created_at": AT,
                  "expires_at": LATER, "last_used_at": None, "last_address": ""}),
]  # fmt: skip
