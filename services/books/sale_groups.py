"""Groups of sales: the sums of a period by day, device, product, and so on.

Sums of everything, and of one device, route or location by day, are read from the sums that
are kept by day; narrower ones from the sales of the few devices in question.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from db import Database, Row, json_list, where
from records.paging import ALL_COUNTED, Sort, page

FIGURES = ("units", "amount_cents", "lost_units_e6", "lost_cents_e6")
NOTHING = dict.fromkeys(FIGURES, 0)

SUMS = """
    CAST(sum(d.units) AS BIGINT) AS units, CAST(sum(d.amount_cents) AS BIGINT) AS amount_cents,
    CAST(sum(d.lost_units_e6) AS BIGINT) AS lost_units_e6,
    CAST(sum(d.lost_cents_e6) AS BIGINT) AS lost_cents_e6
"""
PRODUCT = """
    CAST(COALESCE(d.product_id, 0) AS TEXT) AS key, COALESCE(p.name, 'No product') AS label,
    p.sku, p.cost_cents AS unit_cost_cents
"""
CATEGORY = "COALESCE(p.category, '') AS key, COALESCE(p.category, '') AS label"
# Imported sales may name none.
SELECTION = """
    d.selection AS key, CASE d.selection WHEN '' THEN 'No selection' ELSE d.selection END AS label
"""
OF_ALL = {
    "day": f"SELECT d.sold_on AS key, d.sold_on AS label, {SUMS} FROM daily_sales d",
    "selection": f"SELECT {SELECTION}, {SUMS} FROM daily_selection_sales d",
}
# Of all devices the days of each product are summed before anything else of it is read.
OF_PRODUCTS = {
    "product": f"SELECT {PRODUCT}, d.units, d.amount_cents, d.lost_units_e6, d.lost_cents_e6",
    "category": f"SELECT {CATEGORY}, {SUMS}",
}
# Days of one device, of one route or of one location: each has sums of its own.
DAYS_OF_ONE = {
    "device_id": f"""
        SELECT d.sold_on AS key, d.sold_on AS label, {SUMS} FROM daily_device_sales d
    """,
    "route_id": f"""
        SELECT d.sold_on AS key, d.sold_on AS label, {SUMS} FROM daily_route_sales d
    """,
    "location_id": f"""
        SELECT d.sold_on AS key, d.sold_on AS label, {SUMS} FROM daily_location_sales d
    """,
}
DAYS_OF_DEVICES = f"""
    SELECT d.sold_on AS key, d.sold_on AS label, {SUMS}
    FROM daily_device_sales d JOIN devices v ON v.id = d.device_id
"""
ROUTE = "CAST(COALESCE(r.id, 0) AS TEXT) AS key, COALESCE(r.name, 'No route') AS label"
LOCATION = "CAST(COALESCE(l.id, 0) AS TEXT) AS key, COALESCE(l.name, 'No location') AS label"
# Sales between reads, and those of before that spreadsheets brought: the one place that reads
# both, below the sums by day, which have both in them.
BETWEEN_READS = """
    SELECT d.device_id, d.sold_on, d.selection, d.product_id, d.route_id, d.location_id,
        v.route_id AS route_today, v.location_id AS location_today,
        d.units, d.amount_cents, d.lost_units_e6, d.lost_cents_e6
    FROM sales d JOIN devices v ON v.id = d.device_id
"""
BEFORE_READS = """
    SELECT d.device_id, d.sold_on, d.selection, d.product_id, d.route_id, d.location_id,
        v.route_id AS route_today, v.location_id AS location_today,
        d.units, d.amount_cents, 0 AS lost_units_e6, 0 AS lost_cents_e6
    FROM past_sales d JOIN devices v ON v.id = d.device_id
"""
SALES = "FROM sold d"
OF_DEVICES = {
    "day": f"SELECT d.sold_on AS key, d.sold_on AS label, {SUMS} {SALES}",
    "selection": f"SELECT {SELECTION}, {SUMS} {SALES}",
    "product": f"SELECT {PRODUCT}, {SUMS} {SALES} LEFT JOIN products p ON p.id = d.product_id",
    "category": f"SELECT {CATEGORY}, {SUMS} {SALES} LEFT JOIN products p ON p.id = d.product_id",
    "route": f"SELECT {ROUTE}, {SUMS} {SALES} LEFT JOIN routes r ON r.id = d.route_id",
    "location": f"""
        SELECT {LOCATION}, {SUMS} {SALES} LEFT JOIN locations l ON l.id = d.location_id
    """,
}
OF_DEVICES_TODAY = {
    **OF_DEVICES,
    "route": f"SELECT {ROUTE}, {SUMS} {SALES} LEFT JOIN routes r ON r.id = d.route_today",
    "location": f"""
        SELECT {LOCATION}, {SUMS} {SALES} LEFT JOIN locations l ON l.id = d.location_today
    """,
}
GROUPS = {
    "day": "GROUP BY d.sold_on ORDER BY d.sold_on",
    "selection": "GROUP BY d.selection ORDER BY d.selection",
    "product": """
        GROUP BY d.product_id, p.name, p.sku, p.cost_cents ORDER BY amount_cents DESC, label
    """,
    "category": "GROUP BY COALESCE(p.category, '') ORDER BY amount_cents DESC, label",
    "route": "GROUP BY r.id, r.name ORDER BY amount_cents DESC, label",
    "location": "GROUP BY l.id, l.name ORDER BY amount_cents DESC, label",
}
GROUPS_OF_PRODUCTS = {
    "product": "ORDER BY amount_cents DESC, label",
    "category": GROUPS["category"],
}

DEVICES = "CAST(v.id AS TEXT) AS key, v.asset || ' ' || v.name AS label FROM devices v"
# A value rather than EXISTS, for which PostgreSQL may read the days of the whole fleet.
DEVICE_IN_USE_OR_SOLD = """
    v.archived_at IS NULL OR (
        SELECT 1
        FROM daily_device_sales d
        WHERE d.device_id = v.id AND d.sold_on BETWEEN :from AND :to
          AND (d.units > 0 OR d.amount_cents > 0 OR d.lost_units_e6 > 0)
        LIMIT 1
    ) = 1
"""
ON_THE_ROUTE_OR_SOLD_THERE = """
    v.id IN (SELECT a.device_id FROM device_assignments a WHERE a.route_id = :route_id)
    AND (v.route_id = :route_id OR (
        SELECT 1 FROM sales d
        WHERE d.device_id = v.id AND d.sold_on BETWEEN :from AND :to AND d.route_id = :route_id
        LIMIT 1
    ) = 1 OR (
        SELECT 1 FROM past_sales d
        WHERE d.device_id = v.id AND d.is_counted = 1 AND d.sold_on BETWEEN :from AND :to
          AND d.route_id = :route_id
        LIMIT 1
    ) = 1)
"""
AT_THE_LOCATION_OR_SOLD_THERE = """
    v.id IN (SELECT a.device_id FROM device_assignments a WHERE a.location_id = :location_id)
    AND (v.location_id = :location_id OR (
        SELECT 1 FROM sales d
        WHERE d.device_id = v.id AND d.sold_on BETWEEN :from AND :to
          AND d.location_id = :location_id
        LIMIT 1
    ) = 1 OR (
        SELECT 1 FROM past_sales d
        WHERE d.device_id = v.id AND d.is_counted = 1 AND d.sold_on BETWEEN :from AND :to
          AND d.location_id = :location_id
        LIMIT 1
    ) = 1)
"""
SOLD_BY_DEVICES = f"""
    SELECT CAST(d.device_id AS TEXT) AS key, {SUMS}
    FROM daily_device_sales d
    WHERE d.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
      AND d.sold_on BETWEEN :from AND :to
    GROUP BY d.device_id
"""
ROUTES = "CAST(r.id AS TEXT) AS key, r.name AS label FROM routes r"
ROUTE_IN_USE_OR_SOLD = """
    r.archived_at IS NULL OR (
        SELECT 1
        FROM daily_route_sales d
        WHERE d.route_id = r.id AND d.sold_on BETWEEN :from AND :to
          AND (d.units > 0 OR d.amount_cents > 0 OR d.lost_units_e6 > 0)
        LIMIT 1
    ) = 1
"""
LOCATIONS = "CAST(l.id AS TEXT) AS key, l.name AS label FROM locations l"
LOCATION_IN_USE_OR_SOLD = """
    l.archived_at IS NULL OR (
        SELECT 1
        FROM daily_location_sales d
        WHERE d.location_id = l.id AND d.sold_on BETWEEN :from AND :to
          AND (d.units > 0 OR d.amount_cents > 0 OR d.lost_units_e6 > 0)
        LIMIT 1
    ) = 1
"""
SOLD_BY = {
    "route": f"""
        SELECT CAST(d.route_id AS TEXT) AS key, {SUMS}
        FROM daily_route_sales d
        WHERE d.route_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
          AND d.sold_on BETWEEN :from AND :to
        GROUP BY d.route_id
    """,
    "location": f"""
        SELECT CAST(d.location_id AS TEXT) AS key, {SUMS}
        FROM daily_location_sales d
        WHERE d.location_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
          AND d.sold_on BETWEEN :from AND :to
        GROUP BY d.location_id
    """,
}
SOLD_BY_TODAY = {
    "route": f"""
        SELECT CAST(COALESCE(v.route_id, 0) AS TEXT) AS key, {SUMS}
        FROM devices v
        JOIN daily_device_sales d ON d.device_id = v.id AND d.sold_on BETWEEN :from AND :to
        WHERE COALESCE(v.route_id, 0) IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        GROUP BY COALESCE(v.route_id, 0)
    """,
    "location": f"""
        SELECT CAST(COALESCE(v.location_id, 0) AS TEXT) AS key, {SUMS}
        FROM devices v
        JOIN daily_device_sales d ON d.device_id = v.id AND d.sold_on BETWEEN :from AND :to
        WHERE COALESCE(v.location_id, 0) IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        GROUP BY COALESCE(v.location_id, 0)
    """,
}
SOLD_OR_LOST = "d.units > 0 OR d.amount_cents > 0 OR d.lost_units_e6 > 0"
COUNTED = "d.is_counted = 1"
NOWHERE = {"route": "No route", "location": "No location"}
BY_ASSET = Sort(key="v.asset_order", tie="v.id")
BY_ROUTE = Sort(key="lower(r.name)", tie="r.id")
BY_LOCATION = Sort(key="lower(l.name)", tie="l.id")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which sales: of a period, and perhaps of a device, a route or a location.

    `is_today`: a device is on the route and at the location where it is today, instead of
    where it was at the sale.
    """

    from_: str
    to: str
    device_id: int | None = None
    route_id: int | None = None
    location_id: int | None = None
    is_today: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """The values that statements about it bind."""
        return {
            "from": self.from_,
            "to": self.to,
            "device_id": self.device_id,
            "route_id": self.route_id,
            "location_id": self.location_id,
        }

    @property
    def narrowed(self) -> list[str]:
        """What it is narrowed to, by the names of its parameters."""
        names = ("device_id", "route_id", "location_id")
        return [name for name in names if self.params[name] is not None]


def whole(db: Database, group_by: str, scope: Scope) -> list[Row]:
    """All groups of the scope in which something was sold or lost."""
    narrowed = scope.narrowed
    if not narrowed:
        return _of_all(db, group_by, scope)
    if group_by == "day" and len(narrowed) == 1 and not scope.is_today:
        return _days_of_one(db, narrowed[0], scope)
    return _of_devices(db, group_by, scope)


def products_of_each(db: Database, scope: Scope, ids: Iterable[int]) -> list[Row]:
    """By device and product, what each of these devices sold in the period of the scope."""
    conditions = {
        "d.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))": True,
        "d.sold_on BETWEEN :from AND :to": True,
    }
    between, before = where(conditions), where({**conditions, COUNTED: True})
    return list(
        db.query(
            f"""
            WITH sold AS ({BETWEEN_READS} {between} UNION ALL {BEFORE_READS} {before})
            SELECT d.device_id, d.product_id, {SUMS} FROM sold d
            GROUP BY d.device_id, d.product_id
            """,
            {**scope.params, "ids": json_list(ids)},
        )
    )


def page_of_devices(
    db: Database, scope: Scope, *, limit: int, cursor: str | None, counted: bool = False
) -> dict[str, Any]:
    """A page of devices with what they sold; those in use also where that is nothing.

    Where it is `counted`, with the "total" of all pages, however many they are.
    """
    route, location = scope.route_id is not None, scope.location_id is not None
    past = not scope.is_today
    found = page(
        db,
        DEVICES,
        sort=BY_ASSET,
        limit=limit,
        cursor=cursor,
        conditions={
            DEVICE_IN_USE_OR_SOLD: True,
            "v.id = :device_id": scope.device_id is not None,
            "v.route_id = :route_id": route and not past,
            "v.location_id = :location_id": location and not past,
            ON_THE_ROUTE_OR_SOLD_THERE: route and past,
            AT_THE_LOCATION_OR_SOLD_THERE: location and past,
        },
        params=scope.params,
        counted=counted,
        most_counted=ALL_COUNTED,
    )
    ids = json_list(int(row["key"]) for row in found["items"])
    if past and (route or location):
        sold = _sold_there(db, ids, scope)
    else:
        sold = list(db.query(SOLD_BY_DEVICES, {**scope.params, "ids": ids}))
    return _with_figures(found, sold)


def page_of_places(
    db: Database,
    group_by: str,
    scope: Scope,
    *,
    limit: int,
    cursor: str | None,
    counted: bool = False,
) -> dict[str, Any]:
    """A page of routes or locations; what was sold on none is on the last one.

    Where it is `counted`, with the "total" of all pages, that one aside.
    """
    if group_by == "route":
        found = page(
            db,
            ROUTES,
            sort=BY_ROUTE,
            limit=limit,
            cursor=cursor,
            conditions={ROUTE_IN_USE_OR_SOLD: True},
            params=scope.params,
            counted=counted,
            most_counted=ALL_COUNTED,
        )
    else:
        found = page(
            db,
            LOCATIONS,
            sort=BY_LOCATION,
            limit=limit,
            cursor=cursor,
            conditions={LOCATION_IN_USE_OR_SOLD: True},
            params=scope.params,
            counted=counted,
            most_counted=ALL_COUNTED,
        )
    if found["next_cursor"] is None:
        found["items"].append({"key": "0", "label": NOWHERE[group_by]})
    ids = json_list(int(row["key"]) for row in found["items"])
    sources = SOLD_BY_TODAY if scope.is_today else SOLD_BY
    found = _with_figures(found, db.query(sources[group_by], {**scope.params, "ids": ids}))
    last = found["items"][-1:]
    if found["next_cursor"] is None and not any(last[0][name] for name in FIGURES):
        del found["items"][-1]
    return found


def _of_all(db: Database, group_by: str, scope: Scope) -> list[Row]:
    clause = where(
        {
            "d.sold_on BETWEEN :from AND :to": True,
            "d.units > 0 OR d.amount_cents > 0 OR d.lost_units_e6 > 0": True,
        }
    )
    if group_by in OF_PRODUCTS:
        sql = f"""
            {OF_PRODUCTS[group_by]}
            FROM (
                SELECT d.product_id, {SUMS} FROM daily_product_sales d {clause}
                GROUP BY d.product_id
            ) d
            LEFT JOIN products p ON p.id = d.product_id
            {GROUPS_OF_PRODUCTS[group_by]}
        """
        return list(db.query(sql, scope.params))
    return list(db.query(f"{OF_ALL[group_by]} {clause} {GROUPS[group_by]}", scope.params))


def _days_of_one(db: Database, name: str, scope: Scope) -> list[Row]:
    clause = where(
        {
            "d.sold_on BETWEEN :from AND :to": True,
            "d.units > 0 OR d.amount_cents > 0 OR d.lost_units_e6 > 0": True,
            "d.device_id = :device_id": name == "device_id",
            "d.route_id = :route_id": name == "route_id",
            "d.location_id = :location_id": name == "location_id",
        }
    )
    return list(db.query(f"{DAYS_OF_ONE[name]} {clause} {GROUPS['day']}", scope.params))


def _of_devices(db: Database, group_by: str, scope: Scope) -> list[Row]:
    route, location = scope.route_id is not None, scope.location_id is not None
    past = not scope.is_today
    conditions = {
        "d.sold_on BETWEEN :from AND :to": True,
        "v.id = :device_id": scope.device_id is not None,
        "v.route_id = :route_id": route and not past,
        "v.location_id = :location_id": location and not past,
        # The devices first: the sales of a device are found by it and the day.
        """
        v.id IN (SELECT a.device_id FROM device_assignments a WHERE a.route_id = :route_id)
        AND d.route_id = :route_id
        """: route and past,
        """
        v.id IN (
            SELECT a.device_id FROM device_assignments a WHERE a.location_id = :location_id
        )
        AND d.location_id = :location_id
        """: location and past,
    }
    between = where({**conditions, SOLD_OR_LOST: True})
    if group_by == "day" and not past:
        return list(db.query(f"{DAYS_OF_DEVICES} {between} {GROUPS['day']}", scope.params))
    before = where({**conditions, COUNTED: True})
    sources = OF_DEVICES if past else OF_DEVICES_TODAY
    sql = f"""
        WITH sold AS ({BETWEEN_READS} {between} UNION ALL {BEFORE_READS} {before})
        {sources[group_by]} {GROUPS[group_by]}
    """
    return list(db.query(sql, scope.params))


def _sold_there(db: Database, ids: str, scope: Scope) -> list[Row]:
    """What devices sold while they were on the route and at the location."""
    conditions = {
        "d.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))": True,
        "d.sold_on BETWEEN :from AND :to": True,
        "d.route_id = :route_id": scope.route_id is not None,
        "d.location_id = :location_id": scope.location_id is not None,
    }
    between, before = where(conditions), where({**conditions, COUNTED: True})
    return list(
        db.query(
            f"""
            WITH sold AS ({BETWEEN_READS} {between} UNION ALL {BEFORE_READS} {before})
            SELECT CAST(d.device_id AS TEXT) AS key, {SUMS} FROM sold d
            GROUP BY d.device_id
            """,
            {**scope.params, "ids": ids},
        )
    )


def _with_figures(found: dict[str, Any], sold: Iterable[Row]) -> dict[str, Any]:
    by_key = {row["key"]: row for row in sold}
    found["items"] = [{**row, **by_key.get(row["key"], NOTHING)} for row in found["items"]]
    return found
