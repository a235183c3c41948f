"""Rows of 0045.prices."""

from tests.migrations.moments import AT

ROWS = [
    ("price_answers", {"visit_id": 1, "slot_id": 1, "price_cents": 175, "outcome": "not_done",
                       "reason": "other", "notes": "Schlüssel fehlt"}),
    ("planned_changes", {"id": 1, "kind": "slot_price",
                         "change": '{"kind":"slot_price","price":{"set_cents":175}}',
                         "ids": "[1]", "selected_rows": 1, "target": None,
                         "from_on": "2099-01-01", "user_id": 1, "username": "anna",
                         "planned_at": AT, "state": "planned"}),
]  # fmt: skip
