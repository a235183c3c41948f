"""Rows of 0005.dex-reads."""

from tests.migrations.moments import AT, HASH

ROWS = [
    ("dex_reads", {"id": 1, "device_id": 1, "status": "baseline", "position": "p1", "read_at": AT,
                   "clock": "id5", "received_at": AT, "received_by": 1, "last_seen_at": AT,
                   "filename": "a.dex", "sha256": HASH, "crc": "valid", "warnings": "[]",
                   "faults": "[]", "stated_at": AT, "paid_count_init": 9, "notes": "[]"}),
    ("dex_contents", {"dex_read_id": 1, "content": b"\x00\xff"}),
    ("dex_selections", {"dex_read_id": 1, "device_id": 1, "selection": "A1", "position": "p1",
                        "read_at": AT, "price_cents": 150, "count_init": 2**40,
                        "value_init_cents": 150}),
    ("quarantined_files", {"id": 1, "filename": "b.dex", "received_at": AT, "size": 2,
                           "sha256": HASH, "line": 1, "reason": "no", "content": b"\x00"}),
]  # fmt: skip
