"""The audit log, for people to read and to verify; records/trail.py writes it."""

from __future__ import annotations

from typing import Any

import orjson

import clock
from auth import Actor
from db import Database
from records import company, seals
from records.paging import Sort, page

NEWEST_FIRST = Sort(key="a.id", tie="a.id", descending=True, number=True)
# A span of time is walked along the times: from the newest entry on, an old one is far.
NEWEST_IN_SPAN = Sort(key="a.occurred_at", tie="a.id", descending=True)


def list_audit_entries(
    db: Database,
    actor: Actor,
    *,
    limit: int,
    cursor: str | None = None,
    counted: bool = False,
    user_id: int | None = None,
    noun: str | None = None,
    noun_id: int | None = None,
    action: str | None = None,
    from_: str | None = None,
    to: str | None = None,
) -> dict[str, Any]:
    """Newest first; `from_` and `to` are local days, both inclusive."""
    zone = company.time_zone(db)
    found = page(
        db,
        """
        a.id, a.occurred_at, a.user_id, a.username, a.action, a.noun, a.noun_id, a.changes,
        a.request_id
        FROM audit_entries a
        """,
        sort=NEWEST_FIRST if from_ is None and to is None else NEWEST_IN_SPAN,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "a.user_id = :user_id": user_id is not None,
            "a.noun = :noun": noun is not None,
            "a.noun_id = :noun_id": noun_id is not None,
            "a.action = :action": action is not None,
            "a.occurred_at >= :begin": from_ is not None,
            "a.occurred_at < :end": to is not None,
        },
        params={
            "user_id": user_id,
            "noun": noun,
            "noun_id": noun_id,
            "action": action,
            "begin": from_ and clock.day_begin(from_, zone),
            "end": to and clock.day_end(to, zone),
        },
    )
    for row in found["items"]:
        row["changes"] = orjson.loads(row["changes"])
    return found


def get_verification(db: Database, actor: Actor) -> dict[str, Any]:
    """Walk the chain from its first entry, and compare its end with the head that was kept.

    {"ok", "entries", "redacted", "seal", "kept", "doubts"}, and where it is broken {"broken_id",
    "reason"}; a doubt is a sentence about what cannot be shown.
    """
    return seals.verify(db)
