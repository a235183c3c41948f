"""Rows of 0018.orders-live."""

from tests.migrations.moments import AT

ROWS = [
    ("skips", {"id": 1, "service_order_id": 1, "cabinet_id": 1, "user_id": 2, "username": "bob",
               "reason": "closed", "notes": "", "skipped_at": AT, "taken_back_at": AT}),
]  # fmt: skip
