"""Rows of 0036.exports."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("exports", {"id": 1, "operation": "sale_service.list_sales",
                 "query": '{"group_by":"device"}', "name": "sales.csv",
                 "media_type": "text/csv; charset=utf-8", "row_count": 20_000, "user_id": 1,
                 "job_id": 1, "mark": "0123456789abcdef0123456789abcdef", "parts": 1,
                 "bytes": 1_000, "created_at": AT, "made_at": LATER}),
]  # fmt: skip
