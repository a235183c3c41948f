"""The sums by day are kept beside the sales: they must be the sums of the sales."""

from __future__ import annotations

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
