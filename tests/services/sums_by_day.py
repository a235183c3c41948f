"""Sums are kept beside the sales, by day and for velocities: they must be the sums of the sales."""

from __future__ import annotations

import json

from db import Database

OF_DEVICES = """
    SELECT sold_on, device_id AS id, CAST(sum(units) AS bigint) AS units,
           CAST(sum(amount_cents) AS bigint) AS amount_cents
    FROM {table} GROUP BY sold_on, device_id
    HAVING sum(units) <> 0 OR sum(amount_cents) <> 0 ORDER BY sold_on, device_id
"""
OF_PRODUCTS = """
    SELECT sold_on, COALESCE(product_id, 0) AS id, CAST(sum(units) AS bigint) AS units,
           CAST(sum(amount_cents) AS bigint) AS amount_cents
    FROM {table} GROUP BY sold_on, COALESCE(product_id, 0)
    HAVING sum(units) <> 0 OR sum(amount_cents) <> 0 ORDER BY sold_on, COALESCE(product_id, 0)
"""
OF_SELECTIONS = """
    SELECT sold_on, selection AS id, CAST(sum(units) AS bigint) AS units,
           CAST(sum(amount_cents) AS bigint) AS amount_cents
    FROM {table} GROUP BY sold_on, selection
    HAVING sum(units) <> 0 OR sum(amount_cents) <> 0 ORDER BY sold_on, selection
"""


def check_sums(db: Database) -> None:
    """What stands for each day and device, product or selection is what its sales add up to."""
    for sql, table in (
        (OF_DEVICES, "daily_device_sales"),
        (OF_PRODUCTS, "daily_product_sales"),
        (OF_SELECTIONS, "daily_selection_sales"),
    ):
        kept = list(db.query(sql.format(table=table)))
        added_up = list(db.query(sql.format(table="sales")))
        assert kept == added_up, table


def check_windows(db: Database) -> None:
    """What stands for each device's velocities is what its sales behind that moment add up to."""
    for kept in list(db.query("SELECT device_id, begin_at, sold FROM selling_windows")):
        added_up: dict[tuple[str, int | None], list[int]] = {}
        for sale in db.query(
            """
            SELECT selection, product_id, units, days_out FROM sales
            WHERE device_id = :device_id AND closed_at > :begin_at
            """,
            kept,
        ):
            sums = added_up.setdefault((sale["selection"], sale["product_id"]), [0, 0])
            sums[0] += sale["units"]
            sums[1] += round(sale["days_out"] * 10_000)
        stands = {(name, product): sums for name, product, *sums in json.loads(kept["sold"])}
        assert stands == {key: sums for key, sums in added_up.items() if any(sums)}
