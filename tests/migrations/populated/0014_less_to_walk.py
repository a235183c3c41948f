"""Rows of 0014.less-to-walk."""

from tests.migrations.moments import AT

ROWS = [
    ("selling_windows", {"device_id": 1, "begin_at": AT, "sold": '[["A1", 1, 2, 5000]]'}),
]  # fmt: skip
