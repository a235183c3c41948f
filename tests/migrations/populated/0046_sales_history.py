"""Rows of 0046.sales-history."""

PAST = {"import_id": 1, "device_id": 1}
ROWS = [
    ("past_sales", {"id": 1, **PAST, "sold_on": "2025-12-30", "selection": "", "product_id": 1,
                    "payment": "cash", "units": 2, "amount_cents": 300, "route_id": 1,
                    "location_id": 1, "is_counted": 1}),
    ("past_sales", {"id": 2, **PAST, "sold_on": "2026-01-31", "selection": "A1", "units": 1,
                    "amount_cents": 0, "is_counted": 0}),
]  # fmt: skip
