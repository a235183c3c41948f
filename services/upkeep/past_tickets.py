"""Past tickets go with their photos, whose content goes as that of any removed photo."""

from __future__ import annotations

from db import Database
from services.files import file_service
from services.tickets import ticket_retention


def remove(db: Database, before: str, most: int) -> int:
    """Remove the oldest tickets that were done before then, `most` at once; how many."""
    ticket_ids = ticket_retention.past(db, before, most)
    file_service.remove_of(db, noun="ticket", noun_ids=ticket_ids)
    return ticket_retention.remove(db, ticket_ids)
