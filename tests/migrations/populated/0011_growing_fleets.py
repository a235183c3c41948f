"""Rows of 0011.growing-fleets."""

ROWS = [
    ("device_counts", {"kind": "in_use", "devices": 1}),
    ("search_grams", {"noun": "device", "gram": "a-1", "noun_id": 1}),
]  # fmt: skip
