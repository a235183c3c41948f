"""Sums of sales by day, kept in the transaction that changes a sale, so that reports walk few rows.

There are sums of devices, products, selections, routes and locations, and of everything;
0 stands for no product, no route and no location.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db import Database, Row
from records import company
from records.company import Zones

# What is summed, in this order.
FIGURES = ("units", "amount_cents", "lost_units_e6", "lost_cents_e6")
ADDED = """
        units = before.units + excluded.units,
        amount_cents = before.amount_cents + excluded.amount_cents,
        lost_units_e6 = before.lost_units_e6 + excluded.lost_units_e6,
        lost_cents_e6 = before.lost_cents_e6 + excluded.lost_cents_e6
"""
VALUES = "(:sold_on, :id, :units, :amount_cents, :lost_units_e6, :lost_cents_e6)"
COLUMNS = "units, amount_cents, lost_units_e6, lost_cents_e6"
ADD_TO_DEVICE = f"""
    INSERT INTO daily_device_sales AS before (sold_on, device_id, {COLUMNS})
    VALUES {VALUES}
    ON CONFLICT (sold_on, device_id) DO UPDATE SET {ADDED}
"""
ADD_TO_PRODUCT = f"""
    INSERT INTO daily_product_sales AS before (sold_on, product_id, {COLUMNS})
    VALUES {VALUES}
    ON CONFLICT (sold_on, product_id) DO UPDATE SET {ADDED}
"""
ADD_TO_SELECTION = f"""
    INSERT INTO daily_selection_sales AS before (sold_on, selection, {COLUMNS})
    VALUES {VALUES}
    ON CONFLICT (sold_on, selection) DO UPDATE SET {ADDED}
"""
ADD_TO_ROUTE = f"""
    INSERT INTO daily_route_sales AS before (sold_on, route_id, {COLUMNS})
    VALUES {VALUES}
    ON CONFLICT (route_id, sold_on) DO UPDATE SET {ADDED}
"""
ADD_TO_LOCATION = f"""
    INSERT INTO daily_location_sales AS before (sold_on, location_id, {COLUMNS})
    VALUES {VALUES}
    ON CONFLICT (location_id, sold_on) DO UPDATE SET {ADDED}
"""
ADD_TO_DAY = f"""
    INSERT INTO daily_sales AS before (sold_on, {COLUMNS})
    VALUES (:sold_on, :units, :amount_cents, :lost_units_e6, :lost_cents_e6)
    ON CONFLICT (sold_on) DO UPDATE SET {ADDED}
"""
EVERYTHING = 0

Sums = dict[tuple[str, Any], list[int]]


class RollUp:
    """What one transaction changes in the sums by day, written just before it commits.

    Every device sells on the same day, so these rows are everybody's: written last
    they are held shortest, and written in one order no two writers embrace.
    """

    def __init__(self) -> None:
        self.devices: Sums = {}
        self.products: Sums = {}
        self.selections: Sums = {}
        self.routes: Sums = {}
        self.locations: Sums = {}
        self.days: Sums = {}
        self._zones: Zones | None = None

    def zones(self, db: Database) -> Zones:
        """Whose days these are; asked once in a transaction."""
        if self._zones is None:
            self._zones = company.zones(db)
        return self._zones

    def add(self, sign: int, device_id: int, rows: Iterable[Row]) -> None:
        """Add the sales of a device, or take them away."""
        # The sales of one audit are mostly of one day and place.
        places: dict[tuple[str, int, int], list[int]] = {}
        for row in rows:
            day = row["sold_on"]
            figures = (
                sign * row["units"],
                sign * row["amount_cents"],
                sign * row["lost_units_e6"],
                sign * row["lost_cents_e6"],
            )
            _count(self.products, (day, row["product_id"] or 0), figures)
            _count(self.selections, (day, row["selection"]), figures)
            place = (day, row["route_id"] or 0, row["location_id"] or 0)
            _count(places, place, figures)
        for (day, route_id, location_id), sums in places.items():
            _count(self.devices, (day, device_id), sums)
            _count(self.routes, (day, route_id), sums)
            _count(self.locations, (day, location_id), sums)
            _count(self.days, (day, EVERYTHING), sums)

    def __call__(self, db: Database) -> None:
        for sql, sums in (
            (ADD_TO_DEVICE, self.devices),
            (ADD_TO_PRODUCT, self.products),
            # Before selections, as for nodes of the release before it is written with them (0025).
            (ADD_TO_DAY, self.days),
            (ADD_TO_SELECTION, self.selections),
            (ADD_TO_ROUTE, self.routes),
            (ADD_TO_LOCATION, self.locations),
        ):
            if sums:
                db.executemany(sql, _differences(sums))


def roll_up(db: Database) -> RollUp:
    """What this transaction changes in the sums by day, in its place among what commits do."""
    return db.at_commit("sales by day", RollUp())


def _count(sums: dict[Any, list[int]], key: Any, figures: Sequence[int]) -> None:
    kept = sums.get(key)
    if kept is None:
        sums[key] = list(figures)
        return
    kept[0] += figures[0]
    kept[1] += figures[1]
    kept[2] += figures[2]
    kept[3] += figures[3]


def _differences(sums: Mapping[tuple[str, Any], list[int]]) -> list[dict[str, Any]]:
    return [
        {
            "sold_on": day,
            "id": noun,
            "units": units,
            "amount_cents": amount_cents,
            "lost_units_e6": lost_units_e6,
            "lost_cents_e6": lost_cents_e6,
        }
        for (day, noun), (units, amount_cents, lost_units_e6, lost_cents_e6) in sorted(sums.items())
        if units or amount_cents or lost_units_e6 or lost_cents_e6
    ]
