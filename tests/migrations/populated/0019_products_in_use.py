"""Rows of 0019.products-in-use."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("slot_changes", {"id": 1, "product_id": 2, "device_id": 1, "kind": "sell_out", "slots": "[]",
                      "user_id": 1, "username": "ann", "changed_at": AT}),
    ("count_acknowledgements", {"visit_id": 1, "missing": 2, "surplus": 0, "seen_at": LATER,
                                "seen_by": 1, "seen_by_name": "ann"}),
]  # fmt: skip
