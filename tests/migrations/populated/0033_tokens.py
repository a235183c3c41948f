"""Rows of 0033.tokens."""

from tests.migrations.moments import AT, HASH, LATER

ROWS = [
    ("token_families", {"id": 1, "api_key_id": 1, "handle": "f" * 22, "family_hash": HASH,
                        "refresh_hash": "a" * 64, "previous_hash": "b" * 64, "exchanges": 3,
                        "scopes": "fleet:read", "created_at": AT, "exchanged_at": AT,
                        "expires_at": LATER, "last_used_at": AT, "last_address": ""}),
    ("signing_keys", {"kid": "k" * 22, "public_key": "{}", "sealed_key": "sealed",
                      "created_at": AT, "verifies_until": None}),
]  # fmt: skip
