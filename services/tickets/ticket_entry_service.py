"""Ticket entries: what people said of a ticket and changed in it, one below the other.

What audits tell of a fault stands in the ticket itself, so that reading one again, or late,
adds nothing here.
"""

from __future__ import annotations

from typing import Any

import orjson

import clock
from auth import Actor
from db import Database, Row, json_list, one, scalar
from records import trail
from records.paging import Sort, page
from services.tickets import ticket_rights

OLDEST_FIRST = Sort(key="e.id", tie="e.id", number=True)
ENTRY = "e.id, e.ticket_id, e.text, e.changes, e.username, e.created_at FROM ticket_entries e"
# What an entry says of a change; the words themselves are kept in the ticket alone.
TOLD = ("status", "kind", "text", "due_on", "assignee_id", "down_since", "up_since")


def list_ticket_entries(
    db: Database, actor: Actor, *, ticket_id: int, limit: int, cursor: str | None = None
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
    ticket_rights.check_seen(db, actor, ticket_id=ticket_id)
    db.lock("ticket", ticket_id)
    db.execute(
        "UPDATE tickets SET handled_at = COALESCE(handled_at, :now) WHERE id = :id",
        {"id": ticket_id, "now": clock.now()},
    )
    entry_id = _insert(db, actor, ticket_id, text, [])
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


def add_changes(db: Database, actor: Actor, *, before: Row, after: Row) -> None:
    """An entry of what somebody changed in a ticket, if they changed anything."""
    changes = [
        {"field": name, "from": before[name], "to": after[name]}
        if name != "text"
        else {"field": name, "from": None, "to": None}
        for name in TOLD
        if before[name] != after[name]
    ]
    if changes:
        _insert(db, actor, after["id"], "", changes)


def _insert(
    db: Database, actor: Actor, ticket_id: int, text: str, changes: list[dict[str, Any]]
) -> int:
    return int(
        scalar(
            db,
            """
            INSERT INTO ticket_entries (ticket_id, text, changes, user_id, username, created_at)
            VALUES (:ticket_id, :text, :changes, :user_id, :username, :now)
            RETURNING id
            """,
            {
                "ticket_id": ticket_id,
                "text": text,
                "changes": orjson.dumps(changes).decode(),
                "user_id": actor.user_id,
                "username": actor.username,
                "now": clock.now(),
            },
        )
    )


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
