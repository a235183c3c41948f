"""Rows of 0038.mass-changes."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("mass_changes", {"id": 1, "noun": "device", "kind": "device_route", "field": "route",
                      "change": '{"kind":"device_route","route_id":1}', "target": "Ä 'North' 50%",
                      "changed_rows": 2, "user_id": 1, "username": "anna", "changed_at": AT,
                      "undone_at": LATER}),
    ("mass_change_parts", {"id": 1, "mass_change_id": 1, "noun_id": 1, "name": "T-1000",
                           "holder_id": 1, "version": 3, "was": '{"route_id":null}',
                           "became": '{"route_id":1}'}),
]  # fmt: skip
