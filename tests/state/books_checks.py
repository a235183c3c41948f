"""What must hold between stock, ledger, sales and orders, whatever happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db import Database, json_list, scalar


def check_stock(db: Database, device_ids: list[int]) -> None:
    """Every quantity is the sum of its moves, fits, and was never below zero on the way."""
    rows = db.query(
        """
        SELECT s.id, s.quantity, s.capacity,
               (SELECT CAST(sum(m.quantity) AS bigint) FROM stock_moves m WHERE m.slot_id = s.id)
                   AS moved,
               (SELECT m.balance FROM stock_moves m WHERE m.slot_id = s.id
                ORDER BY m.id DESC LIMIT 1) AS balance,
               (SELECT min(m.balance) FROM stock_moves m WHERE m.slot_id = s.id) AS lowest
        FROM slots s
        WHERE s.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        """,
        {"ids": json_list(device_ids)},
    )
    for row in rows:
        held = row["quantity"] or 0
        assert held == (row["moved"] or 0) == (row["balance"] or 0), row
        assert 0 <= held <= row["capacity"], row
        assert (row["lowest"] or 0) >= 0, row


def check_reversals(db: Database, device_ids: list[int]) -> None:
    """Of a reversed visit nothing is left in any slot."""
    rows = db.query(
        """
        SELECT m.slot_id, m.source_id AS visit_id, CAST(sum(m.quantity) AS bigint) AS left_over
        FROM stock_moves m
        JOIN visits v ON v.id = m.source_id AND v.reversed_at IS NOT NULL
        WHERE m.source_kind = 'visit'
          AND m.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        GROUP BY m.slot_id, m.source_id
        HAVING sum(m.quantity) <> 0
        """,
        {"ids": json_list(device_ids)},
    )
    assert not list(rows)


def check_orders(db: Database, expected: Mapping[int, str]) -> None:
    """The status of each order is what its stops imply, and only stops to do hold cabinets."""
    found = db.query(
        """
        SELECT o.id, o.status, count(oc.cabinet_id) AS cabinets,
               count(oc.cabinet_id) FILTER (WHERE oc.closed_at IS NULL) AS held,
               (SELECT count(*) FROM visits v
                WHERE v.service_order_id = o.id AND v.reversed_at IS NULL) AS visited,
               (SELECT count(*) FROM skips k
                WHERE k.service_order_id = o.id AND k.taken_back_at IS NULL) AS skipped
        FROM service_orders o
        JOIN service_order_cabinets oc ON oc.service_order_id = o.id
        WHERE o.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        GROUP BY o.id, o.status
        """,
        {"ids": json_list(expected)},
    )
    rows = list(found)
    assert {row["id"] for row in rows} == set(expected)
    for row in rows:
        assert row["status"] == expected[row["id"]], row
        to_do = row["cabinets"] - row["visited"] - row["skipped"]
        assert row["held"] == (0 if row["status"] == "cancelled" else to_do), row


def check_sales(db: Database, device_id: int, reported: Mapping[str, int]) -> None:
    """Sales are what the machine sold from its first audit to its last, also day by day."""
    times = sorted(reported)
    sold = reported[times[-1]] - reported[times[0]] if times else 0
    assert _units(db, SALES, device_id) == sold
    assert _units(db, DAILY_SALES, device_id) == sold


def check_device_counts(db: Database) -> None:
    """The kept counts of devices are what counting them gives."""
    kept = {row["kind"]: row["devices"] for row in db.query(KEPT_COUNTS) if row["devices"]}
    (counted,) = db.query(COUNTED)
    assert kept == {kind: devices for kind, devices in counted.items() if devices}


def snapshot(db: Database, device_id: int) -> dict[str, Any]:
    """Stock, ledger and sales of a device."""
    return {name: list(db.query(sql, {"id": device_id})) for name, sql in SNAPSHOT.items()}


SALES = "SELECT sum(units) FROM sales WHERE device_id = :id"
DAILY_SALES = "SELECT sum(units) FROM daily_device_sales WHERE device_id = :id"
KEPT_COUNTS = "SELECT kind, devices FROM device_counts"
COUNTED = """
    SELECT count(*) AS in_use,
           count(*) FILTER (WHERE sold_out_slots > 0) AS sold_out,
           count(*) FILTER (WHERE sold_out_slots = 0 AND days_of_inventory < 2) AS running_out,
           count(*) FILTER (WHERE fault_count > 0) AS faults,
           count(*) FILTER (WHERE price_difference_count > 0) AS price_differences,
           count(*) FILTER (WHERE product_level_percent < 10) AS level_0,
           count(*) FILTER (WHERE product_level_percent >= 10 AND product_level_percent < 20)
               AS level_10,
           count(*) FILTER (WHERE product_level_percent >= 20 AND product_level_percent < 30)
               AS level_20,
           count(*) FILTER (WHERE product_level_percent >= 30 AND product_level_percent < 40)
               AS level_30,
           count(*) FILTER (WHERE product_level_percent >= 40 AND product_level_percent < 50)
               AS level_40,
           count(*) FILTER (WHERE product_level_percent >= 50 AND product_level_percent < 60)
               AS level_50,
           count(*) FILTER (WHERE product_level_percent >= 60 AND product_level_percent < 70)
               AS level_60,
           count(*) FILTER (WHERE product_level_percent >= 70 AND product_level_percent < 80)
               AS level_70,
           count(*) FILTER (WHERE product_level_percent >= 80 AND product_level_percent < 90)
               AS level_80,
           count(*) FILTER (WHERE product_level_percent >= 90) AS level_90
    FROM device_metrics m
    JOIN devices d ON d.id = m.device_id
    WHERE d.archived_at IS NULL
"""
SNAPSHOT = {
    "stock": "SELECT id, quantity FROM slots WHERE device_id = :id ORDER BY id",
    "moves": "SELECT id, slot_id, quantity FROM stock_moves WHERE device_id = :id ORDER BY id",
    "sales": """
        SELECT dex_read_id, selection, product_id, units, amount_cents, days_out
        FROM sales WHERE device_id = :id ORDER BY dex_read_id, selection
    """,
}


def _units(db: Database, sql: str, device_id: int) -> int:
    return int(scalar(db, sql, {"id": device_id}) or 0)
