"""Rows of 0015.reconciled-reads."""

from tests.migrations.moments import AT

ROWS = [
    ("book_changes", {"device_id": 1, "rules": 1, "units_before": 30, "units_after": 20,
                      "amount_before_cents": 4500, "amount_after_cents": 3000, "held_before": 0,
                      "held_after": 1, "changed_at": AT}),
]  # fmt: skip
