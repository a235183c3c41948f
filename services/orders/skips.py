"""What stands of the skips of an order (skip_service.py), for those who follow it."""

from __future__ import annotations

import clock
from auth import Actor
from contract.types import Skip
from db import Database, one
from records import trail


def skips_of_order(db: Database, service_order_id: int) -> dict[int, Skip]:
    """The skips of an order that stand, by cabinet."""
    rows = db.query(
        """
        SELECT k.id, k.cabinet_id, k.username, k.reason, k.notes, k.skipped_at FROM skips k
        WHERE k.service_order_id = :id AND k.taken_back_at IS NULL
        """,
        {"id": service_order_id},
    )
    return {
        row["cabinet_id"]: {
            "id": row["id"],
            "username": row["username"],
            "reason": row["reason"],
            "notes": row["notes"],
            "skipped_at": row["skipped_at"],
        }
        for row in rows
    }


def take_back(
    db: Database, actor: Actor, service_order_id: int, cabinet_id: int, *, skip_id: int = 0
) -> bool:
    """Take back the skip of a stop that stands (only `skip_id`, where it is named), if any."""
    taken = one(
        db,
        """
        UPDATE skips SET taken_back_at = :now, taken_back_by = :actor_id
        WHERE service_order_id = :order_id AND cabinet_id = :cabinet_id
          AND taken_back_at IS NULL AND (:skip_id = 0 OR id = :skip_id)
        RETURNING id, taken_back_at
        """,
        {
            "order_id": service_order_id,
            "cabinet_id": cabinet_id,
            "skip_id": skip_id,
            "now": clock.now(),
            "actor_id": actor.user_id,
        },
    )
    if taken is None:
        return False
    trail.record(
        db,
        actor,
        action="skip.taken_back",
        noun="skip",
        noun_id=taken["id"],
        before={"taken_back_at": None},
        after={"taken_back_at": taken["taken_back_at"]},
    )
    return True
