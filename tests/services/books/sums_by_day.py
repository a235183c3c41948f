"""Sums are kept beside the sales, by day and for velocities: they must be the sums of the sales."""

from __future__ import annotations

import json

from db import Database

NOUNS = {
    "daily_device_sales": "device_id",
    "daily_product_sales": "product_id",
    "daily_selection_sales": "selection",
    "daily_route_sales": "route_id",
    "daily_location_sales": "location_id",
    # Of everything: by the day alone.
    "daily_sales": "sold_on",
}
FIGURES = ("units", "amount_cents", "lost_units_e6", "lost_cents_e6")
COLUMNS = "sold_on, device_id, product_id, selection, route_id, location_id, units, amount_cents"
SOLD = f"""(
    SELECT {COLUMNS}, lost_units_e6, lost_cents_e6 FROM sales
    UNION ALL
    SELECT {COLUMNS}, 0, 0 FROM past_sales WHERE is_counted = 1
) s"""


def check_sums(db: Database) -> None:
    """What stands for each day and noun is what its sales add up to."""
    for table, noun in NOUNS.items():
        assert _sums(db, table, noun) == _sums(db, SOLD, noun), table


def _sums(db: Database, table: str, noun: str) -> dict[tuple[str, object], list[int]]:
    names = ", ".join(("sold_on", noun, *FIGURES))
    found: dict[tuple[str, object], list[int]] = {}
    for row in db.query(f"SELECT {names} FROM {table}"):
        sums = found.setdefault((row["sold_on"], row[noun] or 0), [0] * len(FIGURES))
        for place, name in enumerate(FIGURES):
            sums[place] += row[name]
    return {key: sums for key, sums in found.items() if any(sums)}


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
