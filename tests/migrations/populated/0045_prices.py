"""Rows of 0045.prices."""

ROWS = [
    ("price_answers", {"visit_id": 1, "slot_id": 1, "price_cents": 175, "outcome": "not_done",
                       "reason": "other", "notes": "Schlüssel fehlt"}),
]  # fmt: skip
