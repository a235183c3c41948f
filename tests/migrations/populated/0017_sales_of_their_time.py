"""Rows of 0017.sales-of-their-time."""

ROWS = [
    ("device_assignments", {"device_id": 1, "from_at": "", "route_id": 1, "location_id": 1}),
    ("time_zone_periods", {"from_at": "", "time_zone": "Europe/Berlin"}),
    ("daily_route_sales", {"sold_on": "2026-01-31", "route_id": 1, "units": 2,
                           "amount_cents": 300}),
    ("daily_location_sales", {"sold_on": "2026-01-31", "location_id": 1, "units": 2,
                              "amount_cents": 300}),
]  # fmt: skip
