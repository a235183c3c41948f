"""Rows of 0044.saved-views."""

from tests.migrations.moments import AT

ROWS = [
    ("saved_views", {"id": 1, "user_id": 1, "list_name": "devices", "name": "Ä 'quoted' 50%",
                     "params": '{"route_id":"1"}', "columns": '["asset","level"]', "shared": 1,
                     "version": 3}),
    ("saved_views", {"id": 2, "user_id": 1, "list_name": "devices", "name": "ä", "removed_at": AT}),
    ("saved_view_pins", {"user_id": 1, "saved_view_id": 1}),
    ("list_layouts", {"user_id": 1, "list_name": "devices", "columns": '["asset"]',
                      "default_view_id": 1}),
    ("list_layouts", {"user_id": 1, "list_name": "products"}),
]  # fmt: skip
