"""Rows of 0025.sales-of-a-day."""

ROWS = [
    ("daily_sales", {"sold_on": "2026-01-31", "units": 2, "amount_cents": 300,
                     "lost_units_e6": 0, "lost_cents_e6": 0}),
]  # fmt: skip
