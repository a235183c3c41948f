"""Audit entries: who did what, from what to what, kept so that a change to it shows.

Entries are posted at the end of the transaction they tell of, each sealed upon the
one before (services/audit_chain.py). The database refuses to change or remove an
entry (migrations/0008.append-only.sql).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

import clock
import security_log
from auth import Actor
from db import Database, Row
from paging import Sort, page
from services import audit_chain, settings_service

# The id is the entry's own, a version only counts changes, a secret belongs nowhere.
LEFT_OUT = frozenset({"id", "version", "password", "password_hash", "token", "token_hash"})
NEWEST_FIRST = Sort(key="a.id", tie="a.id", descending=True, number=True)
# A span of time is walked along the times: from the newest entry on, an old one is far.
NEWEST_IN_SPAN = Sort(key="a.occurred_at", tie="a.id", descending=True)

INSERT = """
    INSERT INTO audit_entries
        (id, occurred_at, user_id, username, action, noun, noun_id, changes, request_id,
         previous_hash, hash)
    VALUES
        (:id, :occurred_at, :user_id, :username, :action, :noun, :noun_id, :changes, :request_id,
         :previous_hash, :hash)
"""


def record(
    db: Database,
    actor: Actor,
    *,
    action: str,
    noun: str,
    noun_id: int | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note what `actor` did; `before` and `after` are properties of the noun, all or a few."""
    security_log.done(action, actor, before, after)
    posting = db.at_commit("audit", _Posting())
    posting.entries.append(
        {
            "user_id": actor.user_id,
            "username": actor.username,
            "action": action,
            "noun": noun,
            "noun_id": noun_id,
            "changes": orjson.dumps(_differences(before or {}, after or {})).decode(),
            "request_id": actor.request_id,
        }
    )


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
    zone = settings_service.time_zone(db)
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

    {"ok", "entries", "seal", "kept", "doubts"}, and where it is broken {"broken_id",
    "reason"}; a doubt is a sentence about what cannot be shown.
    """
    return audit_chain.verify(db)


def begin_sealing(db: Database) -> None:
    """Make the key of an audit log that has none, at an upgrade rather than at somebody's work."""
    if not db.audit.keys():
        db.at_commit("audit", _Posting())


def rotate_key(db: Database, actor: Actor) -> None:
    """Seal with a new key from here on; what the ones before sealed stays as it is."""
    db.at_commit("audit", _Posting()).rotates = True


class _Posting:
    """The entries of one transaction, posted just before it commits."""

    def __init__(self) -> None:
        self.entries: list[Row] = []
        self.rotates = False
        self._is_last = False

    def __call__(self, db: Database) -> None:
        if not self._is_last:
            # Once more round: whatever else runs at the commit goes first, so
            # that the chain, which everybody needs, is locked the shortest.
            self._is_last = True
            db.at_commit("audit", self)
            return
        db.lock("audit_chain", 1)
        db.executemany(INSERT, audit_chain.sealed(db, self.entries, rotates=self.rotates))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "from": before.get(name), "to": after.get(name)}
        for name in {**before, **after}
        if name not in LEFT_OUT and before.get(name) != after.get(name)
    ]
