"""Order search: what finds orders by their number, their route or their driver."""

from __future__ import annotations

from typing import Any

from db import Database, json_list
from records.paging import like
from services.fleet import route_service
from services.people import user_service

NAMED = """
    o.id = :number
    OR o.route_id IN (SELECT CAST(value AS bigint) FROM json_each(:routes))
    OR o.driver_id IN (SELECT CAST(value AS bigint) FROM json_each(:drivers))
"""
SEARCHED = """
    o.id = :number OR lower(r.name) LIKE :q ESCAPE '\\'
    OR lower(u.display_name) LIKE :q ESCAPE '\\'
"""
MOST_DIGITS = 15


def search(db: Database, q: str | None) -> tuple[str | None, dict[str, Any]]:
    """The condition of a search, and what it binds; None without words.

    By the ids of the routes and drivers so named, where they are few.
    """
    routes, drivers = route_service.named(db, q), user_service.named(db, q)
    is_few = routes is not None and drivers is not None
    words = {
        "q": like(q or ""),
        "number": number_in(q or ""),
        "routes": json_list(routes or ()),
        "drivers": json_list(drivers or ()),
    }
    return None if q is None else NAMED if is_few else SEARCHED, words


def number_in(words: str) -> int:
    """The order that `12` or `#12` names; 0, which none has, for anything else."""
    digits = words.strip().removeprefix("#")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
    return int(digits) if is_number else 0
