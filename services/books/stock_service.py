"""Stock: what people saw and did at the slots of a device, and the ledger of one slot.

Facts go in here. From them and from the sales, rebuild.py derives what is in each slot
and posts the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import clock
from auth import Actor
from db import Database, insert_rows
from errors import NotFound
from records.paging import Sort, page
from services.books import rebuild

NEWEST_FIRST = Sort("m.id", "m.id", descending=True, number=True)


def list_stock_moves(
    db: Database, actor: Actor, *, slot_id: int, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """The ledger of one slot, newest first: {id, reason, quantity, balance, …, source}."""
    if db.execute("SELECT 1 FROM slots WHERE id = :id", {"id": slot_id}).fetchone() is None:
        raise NotFound("There is no such slot.")
    found = page(
        db,
        """
        m.id, m.reason, m.quantity, m.balance, m.occurred_at, m.recorded_at, m.product_id,
        m.source_kind, m.source_id
        FROM stock_moves m
        """,
        conditions={"m.slot_id = :slot_id": True},
        params={"slot_id": slot_id},
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
    )
    for item in found["items"]:
        item["source"] = {"kind": item.pop("source_kind"), "id": item.pop("source_id")}
    return found


def post_facts(
    db: Database,
    actor: Actor,
    *,
    device_id: int,
    facts: Sequence[dict[str, Any]],
    since: str | None = None,
) -> None:
    """Record facts and bring the device's books up to date from the earliest.

    `since`, for those of a planogram: from when on slots were arranged anew.
    A fact is {slot_id, kind: 'visit' or 'planogram', visit_id, planogram_change_id (the other
    one None), occurred_at, counted (or None), removed, removed_reason, added}.
    """
    db.lock("device", device_id)
    if facts:
        recorded_at = clock.now()
        insert_rows(
            db,
            "slot_facts",
            [{**fact, "device_id": device_id, "recorded_at": recorded_at} for fact in facts],
        )
    times = [fact["occurred_at"] for fact in facts]
    rebuild.rebuild(
        db,
        device_id=device_id,
        since=min([*times, since or clock.now()]),
        by_visit=since is None,
    )


def reverse_visit(db: Database, actor: Actor, *, device_id: int, visit_id: int) -> None:
    """Take back what a visit did to the stock; its facts and moves stay, marked as reversed."""
    db.lock("device", device_id)
    reversed_at = clock.now()
    times = [
        row[0]
        for row in db.execute(
            """
            UPDATE slot_facts SET reversed_at = :now
            WHERE visit_id = :visit_id AND reversed_at IS NULL
            RETURNING occurred_at
            """,
            {"visit_id": visit_id, "now": reversed_at},
        ).fetchall()
    ]
    rebuild.rebuild(db, device_id=device_id, since=min(times, default=reversed_at), by_visit=True)
