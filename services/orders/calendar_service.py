"""The calendar: orders of a span of days, open and completed ones.

An order is of the day it is planned for; one without is in no calendar until it is
completed, and then of the day of that. Cancelled ones are in none.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from auth import Actor
from db import Database, where
from errors import Invalid
from services.fleet.open_orders import ORDER_IS_OPEN
from services.orders.order_summaries import SUMMARY

MOST_DAYS = 62
MOST_ORDERS = 1_000
IS_COMPLETED = "o.status = 'completed'"
IN_SPAN = "o.service_on BETWEEN :from AND :to"
FIRST = "ORDER BY o.service_on, o.id LIMIT CAST(:limit AS bigint)"


def list_calendar_orders(
    db: Database,
    actor: Actor,
    *,
    from_: str,
    to: str,
    route_id: int | None = None,
    driver_id: int | None = None,
) -> dict[str, Any]:
    """Orders from the first day to the last: {"items": [{"day", "order"}], "more"}.

    Raises Invalid for a span that ends before it begins, or of more than 62 days.
    """
    check_span(from_, to)
    narrowed = {
        IN_SPAN: True,
        "o.route_id = :route_id": route_id is not None,
        "o.driver_id = :driver_id": driver_id is not None,
        "o.driver_id = :actor_id": actor.is_driver,
    }
    # Each part is a walk along an index of those alone.
    open_ones = where({ORDER_IS_OPEN: True, **narrowed})
    completed = where({IS_COMPLETED: True, **narrowed})
    rows = list(
        db.query(
            f"""
            SELECT o.service_on AS day, {SUMMARY}
            WHERE o.id IN (
                SELECT id FROM (
                    SELECT o.id FROM service_orders o {open_ones} {FIRST}
                ) AS open_ones
                UNION ALL
                SELECT id FROM (
                    SELECT o.id FROM service_orders o {completed} {FIRST}
                ) AS completed
            )
            {FIRST}
            """,
            {
                "from": from_,
                "to": to,
                "route_id": route_id,
                "driver_id": driver_id,
                "actor_id": actor.user_id,
                "limit": MOST_ORDERS + 1,
            },
        )
    )
    items = [{"day": row.pop("day"), "order": row} for row in rows[:MOST_ORDERS]]
    return {"items": items, "more": len(rows) > MOST_ORDERS}


def check_span(first: str, last: str) -> None:
    """Invalid for a span that ends before it begins, or of more than 62 days."""
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if days < 1:
        raise Invalid.at("/to", "is before the first day")
    if days > MOST_DAYS:
        raise Invalid.at("/to", f"is more than {MOST_DAYS} days after the first one")
