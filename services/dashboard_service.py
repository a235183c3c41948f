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

# A device in use that needs a person, and how many there are beside the worst few.
ATTENTION = """
    count(*) OVER () AS matching, d.id AS device_id, d.asset, d.name, l.name AS location_name,
    d.route_id, m.last_read_at AS since, m.sold_out_slots, m.days_of_inventory, m.faults,
    m.price_difference_count
    FROM device_metrics m
    JOIN devices d ON d.id = m.device_id AND d.archived_at IS NULL
    LEFT JOIN locations l ON l.id = d.location_id
"""
SHOWN = ("device_id", "asset", "name", "location_name", "route_id")


def get_dashboard(db: Database, actor: Actor) -> dict[str, Any]:
    """The home page's figures as of now, days in the operator's time zone."""
    today = clock.today(settings_service.time_zone(db))
    return {
        "today": today,
        "devices": scalar(db, "SELECT count(*) FROM devices WHERE archived_at IS NULL"),
        "attention": _attention(db, today),
        "orders": service_order_service.orders_of_day(db, today=today, limit=MOST_ORDERS),
        "sales": _sales(db, date.fromisoformat(today)),
        "fill_levels": _fill_levels(db),
    }


def _attention(db: Database, today: str) -> Row:
    return {
        "sold_out": _sold_out(db),
        "running_out": _running_out(db),
        "silent": _silent(db),
        "faults": _faults(db),
        "price_differences": _price_differences(db),
        "audits": dex_read_service.list_attention(db, limit=WORST_FEW),
        "late_orders": service_order_service.late_orders(db, today=today, limit=WORST_FEW),
    }


def _sold_out(db: Database) -> Row:
    rows = db.query(
        f"""
        SELECT {ATTENTION}
        WHERE m.sold_out_slots > 0
        ORDER BY m.sold_out_slots DESC, d.id
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
        SELECT {ATTENTION}
        WHERE m.days_of_inventory < 2 AND m.sold_out_slots = 0
        ORDER BY m.days_of_inventory, d.id
        LIMIT :limit
        """,
        {"limit": WORST_FEW},
    )
    return _devices([(row, f"{row['days_of_inventory']:.1f} days of inventory") for row in rows])


def _silent(db: Database) -> Row:
    now = clock.now()
    rows = db.query(
        f"""
        SELECT {ATTENTION}
        WHERE COALESCE(m.last_read_at, '') > '' AND COALESCE(m.last_read_at, '') < :heard_before
        ORDER BY COALESCE(m.last_read_at, ''), d.id
        LIMIT :limit
        """,
        {"limit": WORST_FEW, "heard_before": clock.later(now, days=-SILENT_AFTER_DAYS)},
    )
    return _devices([(row, f"no audit for {_days(row['since'], now)} days") for row in rows])


def _faults(db: Database) -> Row:
    rows = db.query(
        f"""
        SELECT {ATTENTION}
        WHERE m.fault_count > 0
        ORDER BY m.fault_count DESC, d.id
        LIMIT :limit
        """,
        {"limit": WORST_FEW},
    )
    return _devices([(row, _meanings(row["faults"])) for row in rows])


def _price_differences(db: Database) -> Row:
    rows = db.query(
        f"""
        SELECT {ATTENTION}
        WHERE m.price_difference_count > 0
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


def _counted(count: int, singular: str, plural: str) -> str:
    return f"{count} {singular if count == 1 else plural}"


def _meanings(faults: str) -> str:
    return "; ".join(fault["meaning"] for fault in json.loads(faults))


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
    rows = db.query(
        """
        SELECT CAST(tenth.value AS bigint) AS from_percent, count(d.id) AS devices
        FROM json_each(:tenths) tenth
        JOIN device_metrics m
          ON m.product_level_percent >= CAST(tenth.value AS bigint)
         AND (m.product_level_percent < CAST(tenth.value AS bigint) + 10
              OR CAST(tenth.value AS bigint) = 90)
        JOIN devices d ON d.id = m.device_id AND d.archived_at IS NULL
        GROUP BY CAST(tenth.value AS bigint)
        """,
        {"tenths": json_list(FILL_LEVELS)},
    )
    devices = {row["from_percent"]: row["devices"] for row in rows}
    return [
        {"from_percent": start, "to_percent": start + 10, "devices": devices.get(start, 0)}
        for start in FILL_LEVELS
    ]
