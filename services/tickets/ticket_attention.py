"""Tickets that need somebody now: machines that are down, and what is due."""

from __future__ import annotations

from contract.types import AttentionTickets, Ticket
from db import Database, scalar, typed
from services.tickets.ticket_service import DUE, IS_DOWN, IS_OPEN, TICKET

IS_DUE = f"{IS_OPEN} AND {DUE} <= :today AND (t.down_since IS NULL OR t.up_since IS NOT NULL)"


def down_machines(db: Database, *, limit: int, most: int) -> AttentionTickets:
    """Tickets of machines that are down: {"count", "more", "items"}, counted up to `most`."""
    rows = list(
        db.query(
            f"""
            SELECT {TICKET} WHERE {IS_DOWN}
            ORDER BY {DUE}, t.id LIMIT CAST(:limit AS bigint)
            """,
            {"limit": limit},
        )
    )
    count = f"""
        SELECT count(*) FROM (
            SELECT t.id FROM tickets t WHERE {IS_DOWN} LIMIT CAST(:more AS bigint)
        ) AS down
    """
    # A list that is not full is all there is.
    found = scalar(db, count, {"more": most + 1}) if len(rows) == limit else len(rows)
    return {"count": min(found, most), "more": found > most, "items": typed(Ticket, rows)}


def due_tickets(db: Database, *, today: str, limit: int, most: int) -> AttentionTickets:
    """Open tickets due on a local day or before, of machines that are up; as above."""
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
            SELECT t.id FROM tickets t WHERE {IS_DUE} LIMIT CAST(:more AS bigint)
        ) AS due
    """
    full = len(rows) == limit
    found = scalar(db, count, {"today": today, "more": most + 1}) if full else len(rows)
    return {"count": min(found, most), "more": found > most, "items": typed(Ticket, rows)}
