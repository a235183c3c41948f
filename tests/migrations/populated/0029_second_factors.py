"""Rows of 0029.second-factors."""

from tests.migrations.moments import AT, HASH, LATER

ROWS = [
    ("second_factors", {"id": 1, "user_id": 1, "sealed_secret": "c2VhbGVk", "created_at": AT,
                        "confirmed_at": LATER, "last_step": 58000000}),
    ("recovery_codes", {"id": 1, "user_id": 1, "code_hash": HASH}),
]  # fmt: skip
