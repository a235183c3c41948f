"""Rows of 0004.devices."""

from tests.migrations.moments import AT

ROWS = [
    ("devices", {"id": 1, "asset": "A-1", "name": "Hall", "device_type_id": 1, "location_id": 1,
                 "route_id": 1, "serial": "S1", "counters_pair": "first",
                 "ignored_selections": '["B7"]'}),
    ("cabinets", {"id": 1, "device_id": 1, "position": 1, "cabinet_type_id": 1, "rows": 6,
                  "columns": 8}),
    ("slots", {"id": 1, "cabinet_id": 1, "device_id": 1, "position": 1, "row": 1, "column": 1,
               "label": "A1", "selection": "A1", "product_id": 1, "capacity": 10, "par_level": 8,
               "price_cents": 150, "quantity": 4, "units_per_day": 1.5,
               "units_per_day_basis": "measured"}),
    ("slots", {"id": 3, "cabinet_id": 1, "device_id": 1, "position": 3, "row": 1, "column": 3,
               "label": "A3", "selection": "A3", "product_id": 2, "capacity": 10, "par_level": 8,
               "quantity": 1, "sells_out_at": AT}),
    ("slots", {"id": 2, "cabinet_id": 1, "device_id": 1, "position": 2, "row": 1, "column": 2,
               "label": "A2", "capacity": 0, "par_level": 0, "quantity": 0}),
    ("planogram_changes", {"id": 1, "cabinet_id": 1, "slot_id": 1, "user_id": 1,
                           "username": "ann", "changed_at": AT, "changes": "[]"}),
    ("slot_arrangements", {"id": 1, "slot_id": 1, "device_id": 1, "from_at": AT, "product_id": 1,
                           "selection": "A1", "capacity": 10,
                           "planogram_change_id": 1}),
]  # fmt: skip
