"""The figures of the home page: what needs a person, the day's orders, sales, fill levels.

Everything is read from figures that are kept up to date as things happen
(device_metrics, daily_product_sales); nothing is estimated here.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list, scalar
from services import dex_read_service, service_order_service, settings_service

WORST_FEW = 8
MOST_ORDERS = 200
PERIOD_DAYS = 14
SILENT_AFTER_DAYS = 2
FILL_LEVELS = range(0, 100, 10)
UNKNOWN_LEVEL = 1000  # of which the index keeps those without a level

# A device in use that needs a person.
ATTENTION = """
    d.id AS device_id, d.asset, d.name, l.name AS location_name,
    d.route_id, m.last_read_at AS since, m.sold_out_slots, m.days_of_inventory,
    m.estimated_slots, m.faults,
    m.price_difference_count
    FROM device_metrics m
    JOIN devices d ON d.id = m.device_id AND d.archived_at IS NULL
    LEFT JOIN locations l ON l.id = d.location_id
"""
# How many there are beside the worst few: all that an index counts, less the few archived.
COUNT = "(SELECT count(*) FROM device_metrics m WHERE"
LESS = """
    ) - (
        SELECT count(*) FROM devices d JOIN device_metrics m ON m.device_id = d.id
        WHERE d.archived_at IS NOT NULL AND
"""
SOLD_OUT = "m.sold_out_slots > 0"
RUNNING_OUT = "m.days_of_inventory < 2 AND m.sold_out_slots = 0"
SILENT = "COALESCE(m.last_read_at, '') > '' AND COALESCE(m.last_read_at, '') < :heard_before"
FAULTY = "m.fault_count > 0"
MISPRICED = "m.price_difference_count > 0"
DEVICES_IN_USE = """
    SELECT (SELECT count(*) FROM devices) - (
        SELECT count(*) FROM devices WHERE archived_at IS NOT NULL
    )
"""
LEVEL = """
    COALESCE(m.product_level_percent, 1000.0) >= :begin
    AND COALESCE(m.product_level_percent, 1000.0) < :end
"""
SHOWN = ("device_id", "asset", "name", "location_name", "route_id")
# Of some devices, the open order that holds every cabinet with something to load or to count.
PLANNED_VISITS = """
    SELECT c.device_id, min(oc.service_order_id) AS open_service_order_id
    FROM cabinets c
    JOIN service_order_cabinets oc ON oc.cabinet_id = c.id AND oc.closed_at IS NULL
    WHERE c.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
      AND NOT EXISTS (
          SELECT 1 FROM cabinets free
          JOIN slots s ON s.cabinet_id = free.id
          WHERE free.device_id = c.device_id
            AND free.removed_at IS NULL
            AND s.product_id IS NOT NULL
            AND (s.quantity IS NULL OR s.quantity < s.par_level)
            AND NOT EXISTS (
                SELECT 1 FROM service_order_cabinets held
                WHERE held.cabinet_id = free.id AND held.closed_at IS NULL
            )
      )
    GROUP BY c.device_id
"""


def get_dashboard(db: Database, actor: Actor) -> dict[str, Any]:
    """The home page's figures as of now, days in the operator's time zone."""
    today = clock.today(settings_service.time_zone(db))
    return {
        "today": today,
        "devices": scalar(db, DEVICES_IN_USE),
        "attention": _attention(db, today),
        "orders": service_order_service.orders_of_day(db, today=today, limit=MOST_ORDERS),
        "sales": _sales(db, date.fromisoformat(today)),
        "fill_levels": _fill_levels(db),
    }


def _attention(db: Database, today: str) -> Row:
    devices = {
        "sold_out": _sold_out(db),
        "running_out": _running_out(db),
        "silent": _silent(db),
        "faults": _faults(db),
        "price_differences": _price_differences(db),
    }
    _add_planned_visits(db, [item for found in devices.values() for item in found["items"]])
    return {
        **devices,
        "audits": dex_read_service.list_attention(db, limit=WORST_FEW),
        "late_orders": service_order_service.late_orders(db, today=today, limit=WORST_FEW),
    }


def _sold_out(db: Database) -> Row:
    rows = db.query(
        f"""
        SELECT {COUNT} {SOLD_OUT} {LESS} {SOLD_OUT}) AS matching, {ATTENTION}
        WHERE {SOLD_OUT}
        ORDER BY m.sold_out_slots DESC, m.device_id DESC
        LIMIT :limit
        """,
        {"limit": WORST_FEW},
    )
    return _devices(
        [(row, _counted(row["sold_out_slots"], "slot sold out", "slots sold out")) for row in rows]
    )


def _running_out(db: Database) -> Row:
    rows = db.query(
        f"""
        SELECT {COUNT} {RUNNING_OUT} {LESS} {RUNNING_OUT}) AS matching, {ATTENTION}
        WHERE {RUNNING_OUT}
        ORDER BY m.days_of_inventory, m.device_id
        LIMIT :limit
        """,
        {"limit": WORST_FEW},
    )
    return _devices([(row, _days_left(row)) for row in rows])


def _silent(db: Database) -> Row:
    now = clock.now()
    rows = db.query(
        f"""
        SELECT {COUNT} {SILENT} {LESS} {SILENT}) AS matching, {ATTENTION}
        WHERE {SILENT}
        ORDER BY COALESCE(m.last_read_at, ''), m.device_id
        LIMIT :limit
        """,
        {"limit": WORST_FEW, "heard_before": clock.later(now, days=-SILENT_AFTER_DAYS)},
    )
    return _devices([(row, f"no audit for {_days(row['since'], now)} days") for row in rows])


def _faults(db: Database) -> Row:
    rows = db.query(
        f"""
        SELECT {COUNT} {FAULTY} {LESS} {FAULTY}) AS matching, {ATTENTION}
        WHERE {FAULTY}
        ORDER BY m.fault_count DESC, d.id
        LIMIT :limit
        """,
        {"limit": WORST_FEW},
    )
    return _devices([(row, _meanings(row["faults"])) for row in rows])


def _price_differences(db: Database) -> Row:
    rows = db.query(
        f"""
        SELECT {COUNT} {MISPRICED} {LESS} {MISPRICED}) AS matching, {ATTENTION}
        WHERE {MISPRICED}
        ORDER BY m.price_difference_count DESC, d.id
        LIMIT :limit
        """,
        {"limit": WORST_FEW},
    )
    return _devices(
        [
            (
                row,
                _counted(
                    row["price_difference_count"],
                    "price is not the machine's",
                    "prices are not the machine's",
                ),
            )
            for row in rows
        ]
    )


def _devices(rows: list[tuple[Row, str]]) -> Row:
    """{"count", "items"} of rows and the sentence that says what is wrong with each."""
    return {
        "count": rows[0][0]["matching"] if rows else 0,
        "items": [
            {**{name: row[name] for name in SHOWN}, "detail": detail, "since": row["since"]}
            for row, detail in rows
        ],
    }


def _add_planned_visits(db: Database, items: list[Row]) -> None:
    """Say of each device which open order it waits for, so that no visit is planned twice."""
    rows = db.query(
        PLANNED_VISITS, {"device_ids": json_list({item["device_id"] for item in items})}
    )
    planned = {row["device_id"]: row["open_service_order_id"] for row in rows}
    for item in items:
        item["open_service_order_id"] = planned.get(item["device_id"])


def _counted(count: int, singular: str, plural: str) -> str:
    return f"{count} {singular if count == 1 else plural}"


def _meanings(faults: str) -> str:
    return "; ".join(fault["meaning"] for fault in json.loads(faults))


def _days_left(row: Row) -> str:
    days = f"{row['days_of_inventory']:.1f} days of inventory"
    if not row["estimated_slots"]:
        return days
    estimates = _counted(row["estimated_slots"], "slot is an estimate", "slots are estimates")
    return f"≈ {days}, {estimates}"


def _days(since: str, now: str) -> int:
    return (clock.to_datetime(now) - clock.to_datetime(since)).days


def _sales(db: Database, today: date) -> Row:
    last = _period(db, today)
    previous = _period(db, today - timedelta(days=PERIOD_DAYS))
    return {
        "days": last,
        "previous": previous,
        "total": _total(last),
        "previous_total": _total(previous),
    }


def _period(db: Database, until: date) -> list[Row]:
    """The days up to and with `until`; a day without a row sold nothing."""
    days = [(until - timedelta(days=ago)).isoformat() for ago in reversed(range(PERIOD_DAYS))]
    rows = db.query(
        """
        SELECT sold_on AS date, CAST(sum(units) AS bigint) AS units,
               CAST(sum(amount_cents) AS bigint) AS amount_cents
        FROM daily_product_sales
        WHERE sold_on BETWEEN :first AND :last
        GROUP BY sold_on
        """,
        {"first": days[0], "last": days[-1]},
    )
    sold = {row["date"]: row for row in rows}
    return [sold.get(day, {"date": day, "units": 0, "amount_cents": 0}) for day in days]


def _total(days: list[Row]) -> Row:
    return {name: sum(day[name] for day in days) for name in ("units", "amount_cents")}


def _fill_levels(db: Database) -> list[Row]:
    """Devices in use by product level, in tenths of par; at par and above is the last tenth."""
    levels = []
    for start in FILL_LEVELS:
        end = UNKNOWN_LEVEL if start == FILL_LEVELS[-1] else start + 10
        devices = scalar(
            db,
            f"SELECT {COUNT} {LEVEL} {LESS} {LEVEL})",
            {"begin": float(start), "end": float(end)},
        )
        levels.append({"from_percent": start, "to_percent": start + 10, "devices": devices})
    return levels
