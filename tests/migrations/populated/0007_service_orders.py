"""Rows of 0007.service-orders."""

from tests.migrations.moments import AT

ROWS = [
    ("service_orders", {"id": 1, "route_id": 1, "driver_id": 2, "status": "planned",
                        "scheduled_on": "2026-02-01", "service_on": "2026-02-01", "notes": "",
                        "units": 4, "created_at": AT,
                        "created_by": 1}),
    ("service_order_cabinets", {"service_order_id": 1, "cabinet_id": 1, "position": 1}),
    ("service_order_items", {"service_order_id": 1, "cabinet_id": 1, "slot_id": 1,
                             "product_id": 1, "quantity": 4}),
    ("visits", {"id": 1, "service_order_id": 1, "cabinet_id": 1, "user_id": 2, "username": "bob",
                "notes": "", "finished_at": AT, "recorded_at": AT}),
]  # fmt: skip
