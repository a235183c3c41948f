"""Tickets that need somebody now: machines that are down, and what is due."""

from __future__ import annotations

from contract.types import AttentionTickets, Ticket
from db import Database, scalar, typed
from services.tickets.ticket_service import DUE, IS_DOWN, IS_OPEN, TICKET

# A machine that is archived sells nothing anyway.
IS_DOWN_IN_USE = f"{IS_DOWN} AND d.archived_at IS NULL"
IS_DUE = f"""
    {IS_OPEN} AND {DUE} <= :today
    AND (t.down_since IS NULL OR t.up_since IS NOT NULL OR d.archived_at IS NOT NULL)
"""
OF_DEVICES = "FROM tickets t LEFT JOIN devices d ON d.id = t.device_id"


def down_machines(db: Database, *, limit: int, most: int) -> AttentionTickets:
    """Tickets of machines in use that are down: {"count", "more", "items"}, up to `most`."""
    rows = list(
        db.query(
            f"""
            SELECT {TICKET} WHERE {IS_DOWN_IN_USE}
            ORDER BY {DUE}, t.id LIMIT CAST(:limit AS bigint)
            """,
            {"limit": limit},
        )
    )
    count = f"""
        SELECT count(*) FROM (
            SELECT t.id {OF_DEVICES} WHERE {IS_DOWN_IN_USE} LIMIT CAST(:more AS bigint)
        ) AS down
    """
    # A list that is not full is all there is.
    found = scalar(db, count, {"more": most + 1}) if len(rows) == limit else len(rows)
    return {"count": min(found, most), "more": found > most, "items": typed(Ticket, rows)}


def due_tickets(db: Database, *, today: str, limit: int, most: int) -> AttentionTickets:
    """Open tickets due on a local day or before that are not among those; as above."""
    rows = list(
        db.query(
            f"""
            SELECT {TICKET} WHERE {IS_DUE}
            ORDER BY {DUE}, t.id LIMIT CAST(:limit AS bigint)
            """,
            {"today": today, "limit": limit},
        )
    )
    count = f"""
        SELECT count(*) FROM (
            SELECT t.id {OF_DEVICES} WHERE {IS_DUE} LIMIT CAST(:more AS bigint)
        ) AS due
    """
    full = len(rows) == limit
    found = scalar(db, count, {"today": today, "more": most + 1}) if full else len(rows)
    return {"count": min(found, most), "more": found > most, "items": typed(Ticket, rows)}
