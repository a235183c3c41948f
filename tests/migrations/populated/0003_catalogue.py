"""Rows of 0003.catalogue."""

from tests.migrations.moments import AT

ROWS = [
    ("products", {"id": 1, "sku": "COLA", "name": "Cola", "category": "drinks",
                  "price_cents": 150, "cost_cents": 60, "case_size": 24}),
    ("products", {"id": 2, "name": "Nüsse", "category": "snacks", "price_cents": 120,
                  "case_size": 1, "archived_at": AT}),
    ("locations", {"id": 1, "name": "Station", "kind": "transport", "address": "Road 1",
                   "latitude": 52.5, "longitude": -0.25, "notes": ""}),
    ("routes", {"id": 1, "name": "North", "driver_id": 2}),
    ("device_types", {"id": 1, "name": "Snack", "max_cabinets": 2, "version": 3}),
    ("cabinet_types", {"id": 1, "name": "6 x 8", "rows": 6, "columns": 8, "version": 2}),
]  # fmt: skip
