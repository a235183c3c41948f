"""The page of a product: where it is, how long that lasts, what it sold, who changed it.

Figures are of the slots in use that the actor may see; sales are the whole fleet's, and a
driver, who sees no sales, gets none.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import orjson

import clock
from auth import Actor
from db import Database, Row, json_list
from records import company
from records.paging import Sort, page
from services.catalogue import product_service
from services.fleet import product_slots

PERIOD_DAYS = 28
NEWEST_FIRST = Sort(key="a.id", tie="a.id", descending=True, number=True)


def get_product_overview(db: Database, actor: Actor, *, product_id: int) -> dict[str, Any]:
    """The product with its figures, and its sales of 28 days beside the 28 before."""
    product = product_service.get_product(db, actor, product_id=product_id)
    return {
        "product": product,
        **product_slots.figures(db, actor, product),
        "sales": None if actor.is_driver else _sales(db, product_id),
    }


def list_product_slots(
    db: Database,
    actor: Actor,
    *,
    product_id: int,
    limit: int = 50,
    cursor: str | None = None,
    counted: bool = False,
) -> dict[str, Any]:
    """The slots that hold it, those of a device one after the other."""
    product = product_service.get_product(db, actor, product_id=product_id)
    return product_slots.of_product(db, actor, product, limit=limit, cursor=cursor, counted=counted)


def list_product_changes(
    db: Database, actor: Actor, *, product_id: int, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """Who changed the product or its slots together, from what to what; newest first."""
    product_service.get_product(db, actor, product_id=product_id)
    found = page(
        db,
        """
        a.id, a.occurred_at, a.user_id, a.username, a.action, a.noun, a.noun_id, a.changes,
        a.request_id
        FROM audit_entries a
        """,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        conditions={"a.noun = 'product' AND a.noun_id = :product_id": True},
        params={"product_id": product_id},
    )
    for row in found["items"]:
        row["changes"] = orjson.loads(row["changes"])
    return found


def _sales(db: Database, product_id: int) -> Row:
    today = date.fromisoformat(clock.today(company.time_zone(db)))
    days = [(today - timedelta(days=ago)).isoformat() for ago in reversed(range(2 * PERIOD_DAYS))]
    # Day by day: a span of days would read what every product sold in it.
    rows = db.query(
        """
        SELECT sold_on AS date, units, amount_cents FROM daily_product_sales
        WHERE product_id = :product_id
          AND sold_on IN (SELECT value ->> 'day' FROM json_each(:days))
        """,
        {"product_id": product_id, "days": json_list({"day": day} for day in days)},
    )
    sold = {row["date"]: row for row in rows}
    found = [sold.get(day, {"date": day, "units": 0, "amount_cents": 0}) for day in days]
    before, last = found[:PERIOD_DAYS], found[PERIOD_DAYS:]
    return {
        "days": last,
        "total": _total(last),
        "previous_from": before[0]["date"],
        "previous_to": before[-1]["date"],
        "previous_total": _total(before),
    }


def _total(days: list[Row]) -> Row:
    return {name: sum(day[name] for day in days) for name in ("units", "amount_cents")}
