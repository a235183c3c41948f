"""Tellings: other programs hear what became of a read, as it is when its transaction ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db import Database
from services.reads.dex_rows import BOOKED
from services.reads.dex_summaries import summaries_of
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


def tell(db: Database, dex_read_ids: Iterable[int]) -> None:
    """Note of each read that it is booked, or is not."""
    for dex_read_id in dex_read_ids:
        outbox.tell(db, "dex_read.booked", [dex_read_id], _booked)
        outbox.tell(db, "dex_read.held", [dex_read_id], _held)


def _booked(db: Database, dex_read_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    return _told(db, dex_read_ids, booked=True)


def _held(db: Database, dex_read_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    return _told(db, dex_read_ids, booked=False)


def _told(db: Database, dex_read_ids: Sequence[int], *, booked: bool) -> dict[int, dict[str, Any]]:
    return {
        dex_read_id: _data(read)
        for dex_read_id, read in summaries_of(db, dex_read_ids).items()
        if (outcome_of(read) in IN_BOOKS) is booked
    }


def _data(read: Mapping[str, Any]) -> dict[str, Any]:
    outcome = outcome_of(read)
    return {
        "dex_read_id": read["id"],
        "outcome": outcome,
        "reason": read["held_reason"] if outcome == HELD else None,
        **{name: read[name] for name in SHOWN},
    }
