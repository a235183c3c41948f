"""Tellings: other programs hear what became of a read, as it is when its transaction ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db import Database
from services.reads.dex_rows import BOOKED
from services.reads.dex_summaries import summary_of
from services.webhooks import outbox

HELD = "held"
# The first read of a machine is in the books as what the next one counts from.
IN_BOOKS = (BOOKED, "baseline")
SHOWN = ("device_id", "read_at", "received_at", "asset", "serial", "units", "amount_cents")


def outcome_of(read: Mapping[str, Any]) -> str:
    """What became of a read: booked, held, unassigned or damaged."""
    if read["held_reason"] is not None and read["accepted_at"] is None:
        return HELD
    status: str = read["status"]
    return status


def tell(db: Database, dex_read_id: int, known: Mapping[str, Any] | None = None) -> None:
    """Note that a read is booked, or is not; `known` is its summary, where that is at hand."""

    def told(*, booked: bool) -> dict[str, Any] | None:
        read = known or summary_of(db, dex_read_id)
        outcome = outcome_of(read)
        if (outcome in IN_BOOKS) is not booked:
            return None
        return {
            "dex_read_id": dex_read_id,
            "outcome": outcome,
            "reason": read["held_reason"] if outcome == HELD else None,
            **{name: read[name] for name in SHOWN},
        }

    outbox.tell(db, "dex_read.booked", dex_read_id, lambda: told(booked=True))
    outbox.tell(db, "dex_read.held", dex_read_id, lambda: told(booked=False))
