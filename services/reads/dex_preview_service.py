"""What accepting a damaged or held audit would book, tried out and taken back.

The audit is accepted in a transaction that is rolled back, so what is shown is what the
books would say, whatever their rules are, and nothing of it is written.
"""

from __future__ import annotations

from typing import Any, NoReturn

from auth import Actor
from db import Database, Engine, Row
from services.reads import dex_read_service
from services.reads.dex_arrivals import read_of


class _Tried(Exception):
    """No error: it ends the transaction, and carries what was found out of it."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__()
        self.found = found


def create_acceptance_preview(engine: Engine, actor: Actor, *, dex_read_id: int) -> dict[str, Any]:
    """{status, units, amount_cents, since, selections, slots}. Raises as accepting does."""
    try:
        with engine.writing() as db:
            _try(db, actor, dex_read_id)
    except _Tried as tried:
        return tried.found


def _try(db: Database, actor: Actor, dex_read_id: int) -> NoReturn:
    raise _Tried(_accepted(db, actor, dex_read_id))


def _accepted(db: Database, actor: Actor, dex_read_id: int) -> dict[str, Any]:
    read = read_of(db, dex_read_id)
    before = _quantities(db, read["device_id"])
    after = dex_read_service.accept_dex_read(db, actor, dex_read_id=dex_read_id)
    now = _quantities(db, read["device_id"])
    return {
        "status": after["status"],
        "units": after["units"],
        "amount_cents": after["amount_cents"],
        "since": after["previous_read_at"],
        "selections": [
            {name: each[name] for name in ("selection", "product_name", "units", "amount_cents")}
            for each in after["selections"]
            if each["units"] or each["amount_cents"]
        ],
        "slots": [
            {
                **{name: slot[name] for name in ("label", "selection", "product_name")},
                "before": before[slot_id]["quantity"],
                "after": slot["quantity"],
            }
            for slot_id, slot in now.items()
            if slot["quantity"] != before[slot_id]["quantity"]
        ],
    }


def _quantities(db: Database, device_id: int | None) -> dict[int, Row]:
    rows = db.query(
        """
        SELECT s.id, s.label, s.selection, p.name AS product_name, s.quantity
        FROM slots s LEFT JOIN products p ON p.id = s.product_id
        WHERE s.device_id = :device_id
        ORDER BY s.position
        """,
        {"device_id": device_id},
    )
    return {row.pop("id"): row for row in rows}
