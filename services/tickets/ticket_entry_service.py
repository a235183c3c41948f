"""Ticket entries: what people said of a ticket and changed in it, one below the other.

What audits tell of a fault stands in the ticket itself, so that reading one again, or late,
adds nothing here.
"""

from __future__ import annotations

from typing import Any

import orjson

from auth import Actor
from db import Database, Row, json_list, one
from records import trail
from records.paging import Sort, page
from services.tickets import ticket_rights, ticket_service, ticket_thread

OLDEST_FIRST = Sort(key="e.id", tie="e.id", number=True)
ENTRY = "e.id, e.ticket_id, e.text, e.changes, e.username, e.created_at FROM ticket_entries e"


def list_ticket_entries(
    db: Database, actor: Actor, *, ticket_id: int, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of the entries of one ticket, oldest first. Raises NotFound."""
    ticket_rights.check_seen(db, actor, ticket_id=ticket_id)
    found = page(
        db,
        ENTRY,
        sort=OLDEST_FIRST,
        limit=limit,
        cursor=cursor,
        conditions={"e.ticket_id = :ticket_id": True},
        params={"ticket_id": ticket_id},
    )
    _word(db, found["items"])
    return found


def create_ticket_entry(db: Database, actor: Actor, *, ticket_id: int, text: str) -> Row:
    """Say something of a ticket. Raises NotFound."""
    ticket_service.handle(db, actor, ticket_id=ticket_id)
    entry_id = ticket_thread.insert(db, actor, ticket_id, text, [])
    trail.record(
        db,
        actor,
        action="ticket.commented",
        noun="ticket",
        noun_id=ticket_id,
        after={"text": text},
    )
    entry = one(db, f"SELECT {ENTRY} WHERE e.id = :id", {"id": entry_id}) or {}
    _word(db, [entry])
    return entry


def _word(db: Database, entries: list[Row]) -> None:
    """Read the changes, and name whom a ticket was given to as they are called now."""
    for entry in entries:
        entry["changes"] = orjson.loads(entry["changes"])
    given = [
        change
        for entry in entries
        for change in entry["changes"]
        if change["field"] == "assignee_id"
    ]
    names = _names(db, {each[side] for each in given for side in ("from", "to")} - {None})
    for change in given:
        change["field"] = "assignee_name"
        change["from"], change["to"] = (names.get(change[side]) for side in ("from", "to"))


def _names(db: Database, user_ids: set[int]) -> dict[int, str]:
    rows = db.query(
        """
        SELECT id, username FROM users
        WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        """,
        {"ids": json_list(user_ids)},
    )
    return {row["id"]: row["username"] for row in rows}
