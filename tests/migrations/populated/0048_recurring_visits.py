"""Rows of 0048.recurring-visits."""

from tests.migrations.moments import AT

RHYTHM = {"starts_on": "2026-01-01", "every_weeks": 2, "weekdays": "15", "days_ahead": 1}
ROWS = [
    ("recurring_visits", {"id": 1, "name": "Ä 50%", "route_id": 1, "driver_id": 1,
                          "purpose": "fill", "notes": "Gate", "ends_on": "2026-12-31",
                          **RHYTHM, "version": 2}),
    ("recurring_visits", {"id": 2, "name": "Old", "purpose": "count", **RHYTHM,
                          "archived_at": AT}),
    ("recurring_visit_devices", {"recurring_visit_id": 1, "device_id": 1}),
    ("recurring_visit_days", {"recurring_visit_id": 1, "day": "2026-01-02",
                              "moved_to": "2026-01-03"}),
    ("recurring_visit_days", {"recurring_visit_id": 1, "day": "2026-01-12", "left_out": 1}),
    ("recurring_visit_days", {"recurring_visit_id": 1, "day": "2026-01-16",
                              "service_order_id": 1}),
    ("recurring_visit_days", {"recurring_visit_id": 1, "day": "2026-01-26", "problem": "None"}),
]  # fmt: skip
