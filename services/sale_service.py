"""Sales: units and money that a selection sold between two consecutive reads.

Rows are derived by `books`; here they are kept, summed by day in the same
transaction, and reported. Days are local days of the closing read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list, where
from errors import Invalid, NotFound
from paging import Sort, page
from services import settings_service
from services.selling_windows import Change

COLUMNS = (
    "product_id",
    "units",
    "amount_cents",
    "opened_at",
    "closed_at",
    "days_out",
    "new_epoch",
)
MOST_DAYS = 3_700
EARLIEST = "1970-01-01"
# More devices than there can be.
EVERY = 2**53
NOTHING = {"units": 0, "amount_cents": 0}

BY_DAY = """
    SELECT d.sold_on AS key, d.sold_on AS label, CAST(sum(d.units) AS BIGINT) AS units,
           CAST(sum(d.amount_cents) AS BIGINT) AS amount_cents
    FROM daily_selection_sales d
"""
BY_PRODUCT = """
    SELECT CAST(d.product_id AS TEXT) AS key,
           COALESCE(p.name, 'No product') AS label,
           CAST(sum(d.units) AS BIGINT) AS units,
           CAST(sum(d.amount_cents) AS BIGINT) AS amount_cents
    FROM daily_product_sales d
    LEFT JOIN products p ON p.id = d.product_id
"""
BY_DAY_OF_DEVICES = """
    SELECT d.sold_on AS key, d.sold_on AS label, CAST(sum(d.units) AS BIGINT) AS units,
           CAST(sum(d.amount_cents) AS BIGINT) AS amount_cents
    FROM daily_device_sales d
    JOIN devices v ON v.id = d.device_id
"""
DEVICES = "CAST(v.id AS TEXT) AS key, v.asset || ' ' || v.name AS label FROM devices v"
BY_ASSET = Sort(key="v.asset_order", tie="v.id")
# A value rather than EXISTS, for which PostgreSQL may read the days of the whole fleet.
IN_USE_OR_SOLD = """
    v.archived_at IS NULL OR (
        SELECT 1
        FROM daily_device_sales d
        WHERE d.device_id = v.id AND d.sold_on BETWEEN :from AND :to
          AND (d.units > 0 OR d.amount_cents > 0)
        LIMIT 1
    ) = 1
"""
SOLD_BY_DEVICES = """
    SELECT CAST(d.device_id AS TEXT) AS key, CAST(sum(d.units) AS BIGINT) AS units,
           CAST(sum(d.amount_cents) AS BIGINT) AS amount_cents
    FROM daily_device_sales d
    WHERE d.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
      AND d.sold_on BETWEEN :from AND :to
    GROUP BY d.device_id
"""
BY_PRODUCT_OF_DEVICES = """
    SELECT CAST(COALESCE(d.product_id, 0) AS TEXT) AS key,
           COALESCE(p.name, 'No product') AS label,
           CAST(sum(d.units) AS BIGINT) AS units,
           CAST(sum(d.amount_cents) AS BIGINT) AS amount_cents
    FROM sales d
    JOIN devices v ON v.id = d.device_id
    LEFT JOIN products p ON p.id = d.product_id
"""
BY_SELECTION = """
    SELECT d.selection AS key, d.selection AS label, CAST(sum(d.units) AS BIGINT) AS units,
           CAST(sum(d.amount_cents) AS BIGINT) AS amount_cents
    FROM daily_selection_sales d
"""
BY_SELECTION_OF_DEVICES = """
    SELECT d.selection AS key, d.selection AS label, CAST(sum(d.units) AS BIGINT) AS units,
           CAST(sum(d.amount_cents) AS BIGINT) AS amount_cents
    FROM sales d
    JOIN devices v ON v.id = d.device_id
"""
SOURCES = {"day": BY_DAY, "product": BY_PRODUCT, "selection": BY_SELECTION}
SOURCES_OF_DEVICES = {
    "day": BY_DAY_OF_DEVICES,
    "product": BY_PRODUCT_OF_DEVICES,
    "selection": BY_SELECTION_OF_DEVICES,
}
GROUPS = {
    "day": "GROUP BY d.sold_on ORDER BY d.sold_on",
    "product": "GROUP BY d.product_id, p.name ORDER BY amount_cents DESC, label",
    "selection": "GROUP BY d.selection ORDER BY d.selection",
}

ADD_TO_DEVICE = """
    INSERT INTO daily_device_sales (sold_on, device_id, units, amount_cents)
    VALUES (:sold_on, :id, :units, :amount_cents)
    ON CONFLICT (sold_on, device_id) DO UPDATE SET
        units = daily_device_sales.units + excluded.units,
        amount_cents = daily_device_sales.amount_cents + excluded.amount_cents
"""
ADD_TO_PRODUCT = """
    INSERT INTO daily_product_sales (sold_on, product_id, units, amount_cents)
    VALUES (:sold_on, :id, :units, :amount_cents)
    ON CONFLICT (sold_on, product_id) DO UPDATE SET
        units = daily_product_sales.units + excluded.units,
        amount_cents = daily_product_sales.amount_cents + excluded.amount_cents
"""
ADD_TO_SELECTION = """
    INSERT INTO daily_selection_sales (sold_on, selection, units, amount_cents)
    VALUES (:sold_on, :id, :units, :amount_cents)
    ON CONFLICT (sold_on, selection) DO UPDATE SET
        units = daily_selection_sales.units + excluded.units,
        amount_cents = daily_selection_sales.amount_cents + excluded.amount_cents
"""


def list_sales(
    db: Database,
    actor: Actor,
    *,
    group_by: str,
    from_: str,
    to: str,
    limit: int | None,
    cursor: str | None = None,
    device_id: int | None = None,
    route_id: int | None = None,
) -> dict[str, Any]:
    """{items: [{key, label, units, amount_cents}], next_cursor, total}; both days inclusive.

    Devices come in pages of `limit`, all of them where that is None; other groups have
    no pages. `total` is that of all pages.
    """
    _check_period(from_, to)
    _check_exists(db, device_id, route_id)
    scope = {"from": from_, "to": to, "device_id": device_id, "route_id": route_id}
    if group_by == "device":
        devices = _devices(db, scope, limit=limit, cursor=cursor)
        return {**devices, "total": _total(_groups(db, "day", scope))}
    if cursor is not None:
        raise Invalid.at("/query/cursor", "is not a cursor of this list")
    items = _groups(db, group_by, scope)
    return {"items": items, "next_cursor": None, "total": _total(items)}


def replace_sales(
    db: Database, *, device_id: int, after: str, sales: Iterable[dict[str, Any]]
) -> list[Change]:
    """Make the device's sales behind the read placed at `after` be `sales`; write differences only.

    Answers those. A sale without units, money or time sold out says nothing and is not kept.
    """
    stands = {
        (row["dex_read_id"], row["selection"]): row
        for row in db.query(
            """
            SELECT s.id, s.dex_read_id, s.selection, s.product_id, s.units, s.amount_cents,
                   s.opened_at, s.closed_at, s.sold_on, s.days_out, s.new_epoch
            FROM sales s
            JOIN dex_reads r ON r.id = s.dex_read_id
            WHERE r.device_id = :device_id AND r.position > :after
            """,
            {"device_id": device_id, "after": after},
        )
    }
    wanted = {
        (sale["dex_read_id"], sale["selection"]): sale
        for sale in sales
        if sale["units"] or sale["amount_cents"] or sale["days_out"]
    }
    gone = [row for key, row in stands.items() if key not in wanted or _differs(row, wanted[key])]
    sums = roll_up(db)
    zone = sums.zone(db)
    new = [
        {**sale, "device_id": device_id, "sold_on": clock.local_date(sale["closed_at"], zone)}
        for key, sale in wanted.items()
        if key not in stands or _differs(stands[key], sale)
    ]
    if gone:
        db.executemany("DELETE FROM sales WHERE id = :id", [{"id": row["id"]} for row in gone])
    if new:
        db.executemany(
            """
            INSERT INTO sales (device_id, dex_read_id, selection, product_id, units,
                amount_cents, opened_at, closed_at, sold_on, days_out, new_epoch)
            VALUES (:device_id, :dex_read_id, :selection, :product_id, :units,
                :amount_cents, :opened_at, :closed_at, :sold_on, :days_out, :new_epoch)
            """,
            new,
        )
    sums.add(-1, device_id, gone)
    sums.add(1, device_id, new)
    return [*((-1, row) for row in gone), *((1, row) for row in new)]


def roll_up(db: Database) -> RollUp:
    """What this transaction changes in the sums by day, in its place among what commits do."""
    return db.at_commit("sales by day", RollUp())


def _differs(row: Row, sale: dict[str, Any]) -> bool:
    return any(row[name] != sale[name] for name in COLUMNS)


class RollUp:
    """What one transaction changes in the sums by day, written just before it commits.

    Every device sells on the same day, so these rows are everybody's: written last
    they are held shortest, and written in one order no two writers embrace.
    """

    def __init__(self) -> None:
        self.devices: dict[tuple[str, int], list[int]] = {}
        self.products: dict[tuple[str, int], list[int]] = {}
        self.selections: dict[tuple[str, str], list[int]] = {}
        self._zone = ""

    def zone(self, db: Database) -> str:
        """Whose days these are; asked once in a transaction."""
        self._zone = self._zone or settings_service.time_zone(db)
        return self._zone

    def add(self, sign: int, device_id: int, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            day = row["sold_on"]
            for sums in (
                self.devices.setdefault((day, device_id), [0, 0]),
                self.products.setdefault((day, row["product_id"] or 0), [0, 0]),
                self.selections.setdefault((day, row["selection"]), [0, 0]),
            ):
                sums[0] += sign * row["units"]
                sums[1] += sign * row["amount_cents"]

    def __call__(self, db: Database) -> None:
        db.executemany(ADD_TO_DEVICE, _differences(self.devices))
        db.executemany(ADD_TO_PRODUCT, _differences(self.products))
        db.executemany(ADD_TO_SELECTION, _differences(self.selections))


def _differences(sums: Mapping[tuple[str, Any], list[int]]) -> list[dict[str, Any]]:
    return [
        {"sold_on": day, "id": noun, "units": units, "amount_cents": amount}
        for (day, noun), (units, amount) in sorted(sums.items())
        if units or amount
    ]


def _check_period(from_: str, to: str) -> None:
    if to < from_:
        raise Invalid.at("/query/to", "must not be before from")
    # The first year of the calendar is no date in Python, nor one of sales.
    if from_ < EARLIEST or (date.fromisoformat(to) - date.fromisoformat(from_)).days > MOST_DAYS:
        raise Invalid.at("/query/from", "must be within ten years of to")


def _check_exists(db: Database, device_id: int | None, route_id: int | None) -> None:
    for sql, noun_id in (
        ("SELECT 1 FROM devices WHERE id = :id", device_id),
        ("SELECT 1 FROM routes WHERE id = :id", route_id),
    ):
        if noun_id is not None and db.execute(sql, {"id": noun_id}).fetchone() is None:
            raise NotFound("There is no such device or route.")


def _groups(db: Database, group_by: str, scope: Mapping[str, Any]) -> list[Row]:
    of_device, of_route = scope["device_id"] is not None, scope["route_id"] is not None
    sources = SOURCES_OF_DEVICES if of_device or of_route else SOURCES
    clause = where(
        {
            "d.sold_on BETWEEN :from AND :to": True,
            "d.units > 0 OR d.amount_cents > 0": True,
            "v.id = :device_id": of_device,
            "v.route_id = :route_id": of_route,
        }
    )
    return list(db.query(f"{sources[group_by]} {clause} {GROUPS[group_by]}", scope))


def _devices(
    db: Database, scope: Mapping[str, Any], *, limit: int | None, cursor: str | None
) -> dict[str, Any]:
    """A page of devices with what they sold; those in use also where that is nothing."""
    found = page(
        db,
        DEVICES,
        sort=BY_ASSET,
        limit=EVERY if limit is None else limit,
        cursor=cursor,
        conditions={
            IN_USE_OR_SOLD: True,
            "v.id = :device_id": scope["device_id"] is not None,
            "v.route_id = :route_id": scope["route_id"] is not None,
        },
        params=scope,
    )
    device_ids = json_list(int(row["key"]) for row in found["items"])
    sold = {
        row["key"]: row for row in db.query(SOLD_BY_DEVICES, {**scope, "device_ids": device_ids})
    }
    found["items"] = [{**row, **sold.get(row["key"], NOTHING)} for row in found["items"]]
    return found


def _total(items: Iterable[Row]) -> dict[str, int]:
    total = dict(NOTHING)
    for item in items:
        total["units"] += item["units"]
        total["amount_cents"] += item["amount_cents"]
    return total
