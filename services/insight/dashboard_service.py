"""The figures of the home page: what needs a person, the day's orders, sales, fill levels.

Everything is read from figures that are kept up to date as things happen
(device_metrics, device_counts, daily_sales); nothing is estimated here, and
nothing is counted over all devices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

import clock
from auth import ADMIN, MANAGER, Actor
from contract.types import (
    AttentionDevices,
    AttentionDevicesItem,
    Dashboard,
    DashboardAttention,
    DashboardAttentionSilentSources,
    DashboardAttentionWebhooks,
    DashboardFillLevel,
    DashboardSales,
    DashboardSalesTotal,
    DayFigure,
)
from db import Database, Row, json_list, scalar, typed
from domain.planning.levels import RUNS_OUT_WITHIN_DAYS
from records import company
from services.books import count_difference_service, device_counts
from services.fleet import product_slots
from services.fleet.open_orders import CABINET_IS_OPEN
from services.orders import needs, order_summaries
from services.reads import dex_read_service, dex_source_service
from services.system import job_service
from services.tickets import ticket_attention
from services.webhooks import webhook_service

WORST_FEW = 8
FIRST_ORDERS = 20
PERIOD_DAYS = 14
SILENT_AFTER_DAYS = 2
# What no count is kept of, as it depends on the hour or the day, is counted up to here; a list
# that is not full is all there is.
MOST_COUNTED = 1_000

# A device in use that needs a person. Each list is a walk along an index of those alone.
ATTENTION = """
    SELECT d.id AS device_id, d.asset, d.name, l.name AS location_name,
           d.route_id, m.last_read_at AS since, m.sold_out_slots, m.days_of_inventory,
           m.estimated_slots, m.estimated_stock_slots, m.stock_known_at,
           m.probably_sold_out_slots, m.lost_cents_per_day, m.faults, m.price_difference_count,
           m.unbooked_units
    FROM device_metrics m
    JOIN devices d ON d.id = m.device_id
    LEFT JOIN locations l ON l.id = d.location_id
    WHERE m.archived_at IS NULL
"""
SILENT = "COALESCE(m.last_read_at, '') > '' AND COALESCE(m.last_read_at, '') < :heard_before"
# Of some devices, the open order that holds every cabinet with something to load or to count.
# By service_on SQLite finds the index of open ones: of a cabinet there are many closed ones.
PLANNED_VISITS = f"""
    SELECT c.device_id, min(oc.service_order_id) AS open_service_order_id
    FROM cabinets c
    JOIN service_order_cabinets oc
        ON oc.cabinet_id = c.id AND {CABINET_IS_OPEN} AND oc.service_on >= ''
    WHERE c.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
      AND NOT EXISTS (
          SELECT 1 FROM cabinets free
          JOIN slots s ON s.cabinet_id = free.id
          WHERE free.device_id = c.device_id
            AND free.removed_at IS NULL
            AND ({needs.LACKS} OR {needs.IS_UNKNOWN})
            AND NOT EXISTS (
                SELECT 1 FROM service_order_cabinets oc
                WHERE oc.cabinet_id = free.id AND {CABINET_IS_OPEN}
                  AND oc.service_on >= ''
            )
      )
    GROUP BY c.device_id
"""


def get_dashboard(db: Database, actor: Actor) -> Dashboard:
    """The home page's figures as of now, days in the operator's time zone."""
    today = clock.today(company.time_zone(db))
    counted = device_counts.counted(db)
    return {
        "today": today,
        "devices": counted[device_counts.IN_USE],
        "attention": _attention(db, actor, today, counted),
        "orders": order_summaries.orders_of_day(
            db, today=today, limit=FIRST_ORDERS, most=MOST_COUNTED
        ),
        "sales": _sales(db, date.fromisoformat(today)),
        "fill_levels": _fill_levels(counted),
    }


def _attention(
    db: Database, actor: Actor, today: str, counted: Mapping[str, int]
) -> DashboardAttention:
    sold_out = _sold_out(db, counted[device_counts.SOLD_OUT])
    running_out = _running_out(db, counted[device_counts.RUNNING_OUT])
    silent = _silent(db)
    faults = _faults(db, counted[device_counts.FAULTS])
    differences = _price_differences(db, counted[device_counts.PRICE_DIFFERENCES])
    unbooked = _unbooked(db)
    devices = (sold_out, running_out, silent, faults, differences, unbooked)
    _add_planned_visits(db, [item for found in devices for item in found["items"]])
    return {
        "sold_out": sold_out,
        "running_out": running_out,
        "silent": silent,
        "faults": faults,
        "price_differences": differences,
        "unbooked": unbooked,
        "audits": dex_read_service.list_attention(db, limit=WORST_FEW, most=MOST_COUNTED),
        "late_orders": order_summaries.late_orders(
            db, today=today, limit=WORST_FEW, most=MOST_COUNTED
        ),
        "archived_products": product_slots.list_archived(db, limit=WORST_FEW, most=MOST_COUNTED),
        "count_differences": count_difference_service.list_attention(
            db, limit=WORST_FEW, most=MOST_COUNTED
        ),
        "silent_sources": _silent_sources(db, actor),
        "webhooks": _webhooks(db, actor),
        "down_machines": ticket_attention.down_machines(db, limit=WORST_FEW, most=MOST_COUNTED),
        "due_tickets": ticket_attention.due_tickets(
            db, today=today, limit=WORST_FEW, most=MOST_COUNTED
        ),
        "failed_jobs": job_service.failed_jobs(db, actor, limit=WORST_FEW, most=MOST_COUNTED),
    }


def _silent_sources(db: Database, actor: Actor) -> DashboardAttentionSilentSources:
    """For those who may do something about a gateway."""
    if actor.role not in (ADMIN, MANAGER):
        return {"count": 0, "more": False, "items": []}
    return dex_source_service.silent_sources(db, limit=WORST_FEW)


def _webhooks(db: Database, actor: Actor) -> DashboardAttentionWebhooks:
    if actor.role != ADMIN:
        return {"count": 0, "more": False, "items": []}
    return webhook_service.list_attention(db)


def _sold_out(db: Database, count: int) -> AttentionDevices:
    rows = db.query(
        f"""
        {ATTENTION} AND m.sold_out_slots > 0
        ORDER BY m.lost_cents_per_day DESC, m.sold_out_slots DESC, m.device_id DESC
        LIMIT CAST(:limit AS bigint)
        """,
        {"limit": WORST_FEW},
    )
    return _devices(count, [(row, _sold_out_words(row)) for row in rows])


def _running_out(db: Database, count: int) -> AttentionDevices:
    rows = db.query(
        f"""
        {ATTENTION} AND m.sold_out_slots = 0 AND m.days_of_inventory < :days
        ORDER BY m.days_of_inventory, m.device_id
        LIMIT CAST(:limit AS bigint)
        """,
        {"limit": WORST_FEW, "days": RUNS_OUT_WITHIN_DAYS},
    )
    return _devices(count, [(row, _days_left(row)) for row in rows])


def _silent(db: Database) -> AttentionDevices:
    now = clock.now()
    heard_before = clock.later(now, days=-SILENT_AFTER_DAYS)
    rows = list(
        db.query(
            f"""
            {ATTENTION} AND {SILENT}
            ORDER BY COALESCE(m.last_read_at, ''), m.device_id
            LIMIT CAST(:limit AS bigint)
            """,
            {"limit": WORST_FEW, "heard_before": heard_before},
        )
    )
    counted = len(rows)
    if counted == WORST_FEW:
        counted = scalar(
            db,
            f"""
            SELECT count(*) FROM (
                SELECT m.device_id FROM device_metrics m
                WHERE m.archived_at IS NULL AND {SILENT}
                LIMIT CAST(:most AS bigint)
            ) AS silent
            """,
            {"most": MOST_COUNTED + 1, "heard_before": heard_before},
        )
    return _devices(
        min(counted, MOST_COUNTED),
        [(row, f"no audit for {_days(row['since'], now)} days") for row in rows],
        more=counted > MOST_COUNTED,
    )


def _faults(db: Database, count: int) -> AttentionDevices:
    rows = db.query(
        f"""
        {ATTENTION} AND m.fault_count > 0
        ORDER BY m.fault_count DESC, m.device_id DESC
        LIMIT CAST(:limit AS bigint)
        """,
        {"limit": WORST_FEW},
    )
    return _devices(count, [(row, _meanings(row["faults"])) for row in rows])


def _price_differences(db: Database, count: int) -> AttentionDevices:
    rows = db.query(
        f"""
        {ATTENTION} AND m.price_difference_count > 0
        ORDER BY m.price_difference_count DESC, m.device_id DESC
        LIMIT CAST(:limit AS bigint)
        """,
        {"limit": WORST_FEW},
    )
    return _devices(
        count,
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
        ],
    )


def _unbooked(db: Database) -> AttentionDevices:
    """What audits counted lately and no book has: held, or beyond what selections say."""
    rows = list(
        db.query(
            f"""
            {ATTENTION} AND m.unbooked_units > 0
            ORDER BY m.unbooked_units DESC, m.device_id DESC
            LIMIT CAST(:limit AS bigint)
            """,
            {"limit": WORST_FEW},
        )
    )
    counted = len(rows)
    if counted == WORST_FEW:
        counted = scalar(
            db,
            """
            SELECT count(*) FROM (
                SELECT m.device_id FROM device_metrics m
                WHERE m.archived_at IS NULL AND m.unbooked_units > 0
                LIMIT CAST(:most AS bigint)
            ) AS unbooked
            """,
            {"most": MOST_COUNTED + 1},
        )
    units = [(row, _counted(row["unbooked_units"], "unit", "units")) for row in rows]
    return _devices(
        min(counted, MOST_COUNTED),
        [(row, f"{said} not booked") for row, said in units],
        more=counted > MOST_COUNTED,
    )


def _devices(
    count: int, rows: Sequence[tuple[Row, str]], *, more: bool = False
) -> AttentionDevices:
    """{"count", "more", "items"} of rows and the sentence that says what is wrong with each."""
    return {
        "count": count,
        "more": more,
        "items": [_device(row, detail) for row, detail in rows],
    }


def _device(row: Row, detail: str) -> AttentionDevicesItem:
    return {
        "device_id": row["device_id"],
        "asset": row["asset"],
        "name": row["name"],
        "location_name": row["location_name"],
        "route_id": row["route_id"],
        "stock_known_at": row["stock_known_at"],
        "lost_cents_per_day": row["lost_cents_per_day"],
        "detail": detail,
        "since": row["since"],
        "open_service_order_id": None,
    }


def _add_planned_visits(db: Database, items: list[AttentionDevicesItem]) -> None:
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


def _sold_out_words(row: Row) -> str:
    count, probably = row["sold_out_slots"], row["probably_sold_out_slots"]
    if count == probably:
        return f"≈ {_counted(count, 'slot probably sold out', 'slots probably sold out')}"
    words = _counted(count, "slot sold out", "slots sold out")
    return f"{words}, ≈ {probably} of them probably" if probably else words


def _days_left(row: Row) -> str:
    days = f"{row['days_of_inventory']:.1f} days of inventory"
    if row["estimated_stock_slots"]:
        return f"≈ {days}, by estimated stock"
    if not row["estimated_slots"]:
        return days
    estimates = _counted(row["estimated_slots"], "slot is an estimate", "slots are estimates")
    return f"≈ {days}, {estimates}"


def _days(since: str, now: str) -> int:
    return (clock.to_datetime(now) - clock.to_datetime(since)).days


def _sales(db: Database, today: date) -> DashboardSales:
    days = _days_until(db, today)
    previous, last = days[:PERIOD_DAYS], days[PERIOD_DAYS:]
    return {
        "days": last,
        "previous": previous,
        "total": _total(last),
        "previous_total": _total(previous),
    }


def _days_until(db: Database, today: date) -> list[DayFigure]:
    """The days of both periods up to today; a day without a row sold nothing."""
    days = _dates_until(today)
    rows = db.query(
        """
        SELECT sold_on AS date, units, amount_cents FROM daily_sales
        WHERE sold_on BETWEEN :first AND :last
        """,
        {"first": days[0], "last": days[-1]},
    )
    sold = {row["date"]: row for row in typed(DayFigure, rows)}
    return [sold.get(day) or {"date": day, "units": 0, "amount_cents": 0} for day in days]


@lru_cache(maxsize=4)
def _dates_until(today: date) -> tuple[str, ...]:
    days = reversed(range(2 * PERIOD_DAYS))
    return tuple((today - timedelta(days=ago)).isoformat() for ago in days)


def _total(days: list[DayFigure]) -> DashboardSalesTotal:
    return {
        "units": sum(day["units"] for day in days),
        "amount_cents": sum(day["amount_cents"] for day in days),
    }


def _fill_levels(counted: Mapping[str, int]) -> list[DashboardFillLevel]:
    """Devices in use by product level, in tenths of par; at par and above is the last tenth."""
    return [
        {
            "from_percent": start,
            "to_percent": start + device_counts.TENTH,
            "devices": counted[device_counts.level(start)],
        }
        for start in device_counts.LEVELS
    ]
