"""Orders in a search: open ones by route or driver, and the one that a number names."""

from __future__ import annotations

from auth import Actor
from db import Database, Row, one, where
from records.paging import folded
from services.insight import search_ranks
from services.orders import order_search, service_order_service

NOUN, SCOPE = "service_order", "orders:read"


def found(db: Database, actor: Actor, *, q: str, limit: int) -> list[Row]:
    """The hits: a driver's own orders alone; none for a key that may not read orders."""
    if actor.scopes is not None and SCOPE not in actor.scopes:
        return []
    listed = service_order_service.list_service_orders(db, actor, q=q, open=True, limit=limit)
    number = order_search.number_in(q)
    named = _numbered(db, actor, number) if number else None
    others = [row for row in listed["items"] if named is None or row["id"] != named["id"]]
    hits = [_hit(named, search_ranks.WHOLE)] if named else []
    return [*hits, *(_hit(row, _rank(row, q)) for row in others)][:limit]


def _rank(row: Row, q: str) -> int:
    names = [folded(row[name]) for name in ("route_name", "driver_name") if row[name]]
    return search_ranks.rank(names or ("",), folded(q.strip()))


def _numbered(db: Database, actor: Actor, number: int) -> Row | None:
    """The order of a number, whatever became of it, if the actor may see it."""
    clause = where({"o.id = :number": True, "o.driver_id = :actor_id": actor.is_driver})
    return one(
        db,
        f"""
        SELECT o.id, r.name AS route_name, u.display_name AS driver_name, o.status, o.scheduled_on
        FROM service_orders o
        LEFT JOIN routes r ON r.id = o.route_id
        LEFT JOIN users u ON u.id = o.driver_id
        {clause}
        """,
        {"number": number, "actor_id": actor.user_id},
    )


def _hit(row: Row, rank: int) -> Row:
    return {
        "noun": NOUN,
        "id": row["id"],
        "title": row["route_name"] or "",
        "name": None,
        "detail": row["driver_name"],
        "status": row["status"],
        "scheduled_on": row["scheduled_on"],
        "edits": 0,
        "rank": rank,
    }
