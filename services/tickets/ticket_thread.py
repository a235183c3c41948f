"""The thread of a ticket: what people changed in it, and the rows that entries are."""

from __future__ import annotations

from typing import Any

import orjson

import clock
from auth import Actor
from db import Database, Row, scalar

# What an entry says of a change; the words themselves are kept in the ticket alone.
TOLD = ("status", "kind", "text", "due_on", "assignee_id", "down_since", "up_since")


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
        insert(db, actor, after["id"], "", changes)


def insert(
    db: Database, actor: Actor, ticket_id: int, text: str, changes: list[dict[str, Any]]
) -> int:
    """A new entry; `changes` as the contract says, but with the ids of people. Its id."""
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
