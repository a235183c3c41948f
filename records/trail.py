"""The trail: who did what, from what to what, kept so that a change to it shows.

Entries are posted at the end of the transaction they tell of, each sealed upon the
one before (seals.py). The database refuses to change or remove an
entry (migrations/0008.append-only.sql).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from auth import Actor
from db import Database, Row
from records import redactions, seals, security_log
from records.second_seals import key_name

# The id is the entry's own, a version only counts changes, a secret belongs nowhere.
LEFT_OUT = frozenset({"id", "version", "password", "password_hash", "token", "token_hash"})

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


def created(db: Database, actor: Actor, noun: str, row: Row) -> Row:
    """Note that `row` is a new one of its noun; the row."""
    record(db, actor, action=f"{noun}.created", noun=noun, noun_id=row["id"], after=row)
    return row


def updated(db: Database, actor: Actor, noun: str, before: Row, after: Row) -> Row:
    """Note how a row of the noun was changed; the row after it."""
    record(
        db,
        actor,
        action=f"{noun}.updated",
        noun=noun,
        noun_id=after["id"],
        before=before,
        after=after,
    )
    return after


def begin_sealing(db: Database) -> None:
    """Make the key of an audit log that has none, at an upgrade rather than at somebody's work."""
    if not db.audit.keys():
        db.at_commit("audit", _Posting())


def rotate_key(db: Database, actor: Actor) -> None:
    """Seal with a new key from here on, redactions anew; what else the ones before sealed stays."""
    db.at_commit("audit", _Posting()).rotates = True


class _Posting:
    """The entries of one transaction, posted just before it commits."""

    def __init__(self) -> None:
        self.entries: list[Row] = []
        self.rotates = False

    def __call__(self, db: Database) -> None:
        db.lock("audit_chain", 1)
        rows = seals.sealed(db, self.entries, rotates=self.rotates)
        db.executemany(INSERT, rows)
        if rows and key_name(rows[0]["previous_hash"]) != key_name(rows[0]["hash"]):
            # Another key begins: by a rotation, or because the one before is away or was not
            # known yet when this database was backed up.
            redactions.seal_anew(db, before=rows[0]["previous_hash"], after=rows[0]["hash"])


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"field": name, "from": before.get(name), "to": after.get(name)}
        for name in {**before, **after}
        if name not in LEFT_OUT and before.get(name) != after.get(name)
    ]
