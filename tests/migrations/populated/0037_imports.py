"""Rows of 0037.imports."""

from tests.migrations.moments import AT, LATER

ROWS = [
    ("imports", {"id": 1, "filename": "fleet.csv", "state": "done", "kind": "products",
                 "headers": '["Product"]', "counts": '{"creates":1}', "row_count": 1,
                 "user_id": 1, "job_id": 1, "created_at": AT, "ended_at": LATER}),
    ("import_files", {"import_id": 1, "content": b"x\x9c"}),
    ("import_rows", {"id": 1, "import_id": 1, "line": 2, "cells": '["Cola"]',
                     "verdict": "creates", "says": "[]"}),
    ("import_effects", {"id": 1, "import_id": 1, "noun": "product", "noun_id": 1,
                        "version": 1}),
    ("import_sources", {"mark": "0123456789abcdef", "kind": "products",
                        "columns": '{"Product":"name"}', "used_at": AT}),
]  # fmt: skip
