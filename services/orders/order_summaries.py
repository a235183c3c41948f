"""Order summaries: a row of the list of orders, and those of one day for the home page."""

from __future__ import annotations

from contract.types import DashboardAttentionLateOrders, DashboardOrders, ServiceOrderSummary
from db import Database, scalar, typed
from services.fleet.open_orders import ORDER_IS_OPEN
from services.orders.order_state import COMPLETED

# A row of the list, and of the home page.
SUMMARY = """
    o.id, o.route_id, r.name AS route_name, o.driver_id, u.display_name AS driver_name,
    o.status, o.purpose, o.origin, o.scheduled_on, o.notes, o.units, o.created_at,
    (SELECT count(*) FROM service_order_cabinets oc WHERE oc.service_order_id = o.id) AS cabinets,
    (SELECT count(*) FROM visits v
     WHERE v.service_order_id = o.id AND v.reversed_at IS NULL) AS cabinets_visited,
    (SELECT count(*) FROM skips k
     WHERE k.service_order_id = o.id AND k.taken_back_at IS NULL) AS cabinets_skipped,
    o.version
    FROM service_orders o
    LEFT JOIN routes r ON r.id = o.route_id
    LEFT JOIN users u ON u.id = o.driver_id
"""
IS_LATE = f"{ORDER_IS_OPEN} AND o.service_on < :today"
# The orders of a day in three parts: each a walk along an index of those alone.
DUE = f"SELECT o.id FROM service_orders o WHERE {ORDER_IS_OPEN} AND o.service_on = :today"
UNDATED = f"SELECT o.id FROM service_orders o WHERE {ORDER_IS_OPEN} AND o.service_on IS NULL"
DONE = "SELECT o.id FROM service_orders o WHERE o.status = 'completed' AND o.service_on = :today"


def late_orders(db: Database, *, today: str, limit: int, most: int) -> DashboardAttentionLateOrders:
    """Open orders whose day is over, oldest day first: {"count", "more", "items"}.

    Items are summaries; `more` says that there are more than the `most` that are counted.
    """
    rows = list(
        db.query(
            f"""
            SELECT {SUMMARY}
            WHERE {IS_LATE}
            ORDER BY o.service_on, o.id
            LIMIT CAST(:limit AS bigint)
            """,
            {"today": today, "limit": limit},
        )
    )
    count = f"""
        SELECT count(*) FROM (
            SELECT o.id FROM service_orders o WHERE {IS_LATE} LIMIT CAST(:more AS bigint)
        ) AS late
    """
    # A list that is not full is all there is.
    full = len(rows) == limit
    found = scalar(db, count, {"today": today, "more": most + 1}) if full else len(rows)
    return {
        "count": min(found, most),
        "more": found > most,
        "items": typed(ServiceOrderSummary, rows),
    }


def orders_of_day(db: Database, *, today: str, limit: int, most: int) -> DashboardOrders:
    """Orders of a day, the open ones first: {"count", "completed", "more", "items"}.

    An order without a day is every day's while it is open, and then of the day it was
    completed. Items are summaries; `more` says that there are more than were counted, up
    to `most` open ones of the day, as many without a day, as many completed.
    """
    counted = db.execute(
        f"""
        SELECT (SELECT count(*) FROM ({DUE} LIMIT CAST(:more AS bigint)) AS due),
               (SELECT count(*) FROM ({UNDATED} LIMIT CAST(:more AS bigint)) AS undated),
               (SELECT count(*) FROM ({DONE} LIMIT CAST(:more AS bigint)) AS done)
        """,
        {"today": today, "more": most + 1},
    ).fetchone()
    rows = db.query(
        f"""
        SELECT {SUMMARY}
        WHERE o.id IN (
            SELECT id FROM (
                SELECT 1 AS part, id FROM (
                    {DUE} ORDER BY o.id LIMIT CAST(:limit AS bigint)
                ) AS due
                UNION ALL
                SELECT 2, id FROM (
                    {UNDATED} ORDER BY o.id LIMIT CAST(:limit AS bigint)
                ) AS undated
                UNION ALL
                SELECT 3, id FROM (
                    {DONE} ORDER BY o.id LIMIT CAST(:limit AS bigint)
                ) AS done
            ) AS parts
            ORDER BY part, id
            LIMIT CAST(:limit AS bigint)
        )
        ORDER BY CASE WHEN o.status = :completed THEN 3 WHEN o.service_on IS NULL THEN 2 ELSE 1 END,
                 o.id
        """,
        {"today": today, "completed": COMPLETED, "limit": limit},
    )
    due, undated, done = (min(number, most) for number in counted)
    return {
        "count": due + undated + done,
        "completed": done,
        "more": max(counted) > most,
        "items": typed(ServiceOrderSummary, rows),
    }
