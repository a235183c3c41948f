"""Stock: what people saw and did at the slots of a device, and the ledger of one slot.

Facts go in here. From them and from the sales, rebuild.py derives what is in each slot
and posts the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import clock
from auth import Actor
from db import Database, insert_values
from errors import NotFound
from records.paging import Sort, page
from services.books import rebuild

NEWEST_FIRST = Sort("m.id", "m.id", descending=True, number=True)


class NewFact(NamedTuple):
    """What somebody saw and did at a slot, at one moment: counted, took out, put in.

    `kind` is "visit" or "planogram", and of the two ids that of the other kind is None;
    `counted` is None where nobody counted. Units are those of the slot's product.
    """

    slot_id: int
    kind: str
    visit_id: int | None
    planogram_change_id: int | None
    occurred_at: str
    counted: int | None
    removed: int
    removed_reason: str | None
    added: int


# The columns of a fact as it is kept.
FACT = (*NewFact._fields, "device_id", "recorded_at")


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
    facts: Sequence[NewFact],
    since: str | None = None,
) -> None:
    """Record facts and bring the device's books up to date from the earliest.

    `since`, for those of a planogram: from when on slots were arranged anew.
    """
    db.lock("device", device_id)
    if facts:
        recorded_at = clock.now()
        insert_values(db, "slot_facts", FACT, [(*fact, device_id, recorded_at) for fact in facts])
    times = [fact.occurred_at for fact in facts]
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


def reverse_changes(
    db: Database, actor: Actor, *, device_id: int, cabinet_id: int, after: int
) -> None:
    """Take back what was counted with the changes of a planogram behind one of these, by its id."""
    db.lock("device", device_id)
    reversed_at = clock.now()
    times = [
        row[0]
        for row in db.execute(
            """
            UPDATE slot_facts SET reversed_at = :now
            WHERE reversed_at IS NULL AND planogram_change_id IN (
                SELECT c.id FROM planogram_changes c
                WHERE c.cabinet_id = :cabinet_id AND c.id > :after
            )
            RETURNING occurred_at
            """,
            {"cabinet_id": cabinet_id, "after": after, "now": reversed_at},
        ).fetchall()
    ]
    if times:
        rebuild.rebuild(db, device_id=device_id, since=min(times), by_visit=False)
