"""Tickets that were done long ago, and how they go. Notes and what is open stay."""

from __future__ import annotations

from collections.abc import Sequence

from db import Database, json_list, scalar
from records import search

PAST = """
    SELECT id FROM tickets WHERE done_at IS NOT NULL AND done_at < :before
    ORDER BY done_at, id LIMIT CAST(:most AS bigint)
"""
COUNT = f"SELECT count(*) FROM ({PAST}) AS past"
FORGET_ENTRIES = """
    DELETE FROM ticket_entries
    WHERE ticket_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
FORGET = "DELETE FROM tickets WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))"


def count(db: Database, before: str, most: int) -> int:
    """How many tickets were done before then, `most` at most."""
    return int(scalar(db, COUNT, {"before": before, "most": most}))


def past(db: Database, before: str, most: int) -> list[int]:
    """The ids of the oldest of them, `most` at most."""
    return [row["id"] for row in db.query(PAST, {"before": before, "most": most})]


def remove(db: Database, ticket_ids: Sequence[int]) -> int:
    """Remove tickets with their threads; how many."""
    ids = {"ids": json_list(ticket_ids)}
    search.keep(db, noun="ticket", texts=dict.fromkeys(ticket_ids, ()))
    db.execute(FORGET_ENTRIES, ids)
    return db.execute(FORGET, ids).rowcount
