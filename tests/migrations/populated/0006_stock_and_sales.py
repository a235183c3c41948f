"""Rows of 0006.stock-and-sales."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("slot_facts", {"id": 1, "device_id": 1, "slot_id": 1, "kind": "visit", "visit_id": 1,
                    "occurred_at": AT, "recorded_at": AT, "counted": 0, "added": 4}),
    ("stock_moves", {"id": 1, "slot_id": 1, "device_id": 1, "product_id": 1, "reason": "fill",
                     "quantity": 4, "balance": 4, "occurred_at": AT, "recorded_at": AT,
                     "source_kind": "visit", "source_id": 1}),
    ("sales", {"id": 1, "device_id": 1, "dex_read_id": 1, "selection": "A1", "product_id": 1,
               "units": 2, "amount_cents": 300, "opened_at": AT, "closed_at": LATER,
               "sold_on": "2026-01-31", "days_out": 0.5, "route_id": 1, "location_id": 1,
               "lost_units_e6": 500_000, "lost_cents_e6": 75_000_000}),
    ("daily_device_sales", {"sold_on": "2026-01-31", "device_id": 1, "units": 2,
                            "amount_cents": 300}),
    ("daily_product_sales", {"sold_on": "2026-01-31", "product_id": 1, "units": 2,
                             "amount_cents": 300}),
    ("daily_selection_sales", {"sold_on": "2026-01-31", "selection": "A1", "units": 2,
                               "amount_cents": 300}),
    ("device_metrics", {"device_id": 1, "sold_out_slots": 0, "low_slots": 1, "unknown_slots": 0,
                        "days_of_inventory": 2.5, "faults": "[]", "fault_count": 0,
                        "price_difference_count": 0}),
]  # fmt: skip
