"""Idempotency keys: the same POST sent twice happens once.

The first answer is kept in the transaction that it reports, under the user and
the key they sent. Sent again, it is replayed; another request under the same key
is a conflict. Only successes are kept: a refused request may be sent again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

import clock
from auth import Actor
from contract.results import Spooled, Upload
from db import Database, one
from errors import Conflict
from records import kept_answers


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer that was given before."""

    status: int
    body: bytes


def request_hash(operation: str, arguments: dict[str, Any]) -> str:
    """What makes a request the same: the operation and its arguments, a file by its bytes."""
    # orjson would take an Upload apart by itself and then stumble over its bytes.
    option = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS
    plain = orjson.dumps([operation, arguments], default=_plain, option=option)
    return hashlib.sha256(plain).hexdigest()


def find(db: Database, actor: Actor, *, key: str, hashed: str) -> Replay | None:
    """The answer given before under this key. Conflict when it was to another request."""
    db.lock("idempotency_key", f"{actor.user_id}/{key}")
    row = one(
        db,
        """
        SELECT request_hash, status, answer
        FROM idempotency_keys
        WHERE user_id = :user_id AND idempotency_key = :key
        """,
        {"user_id": actor.user_id, "key": key},
    )
    if row is None:
        return None
    if row["request_hash"] != hashed:
        raise Conflict("This Idempotency-Key was used for another request: use a new one.")
    return Replay(row["status"], row["answer"].encode())


def keep(
    db: Database, actor: Actor, *, operation: str, key: str, hashed: str, answer: Replay
) -> None:
    """Keep the first answer; forget those older than two days."""
    kept_answers.forget_past(db)
    db.execute(
        """
        INSERT INTO idempotency_keys
            (user_id, idempotency_key, operation, request_hash, status, answer, created_at)
        VALUES (:user_id, :key, :operation, :hashed, :status, :answer, :now)
        """,
        {
            "user_id": actor.user_id,
            "key": key,
            "operation": operation,
            "hashed": hashed,
            "status": answer.status,
            "answer": answer.body.decode(),
            "now": clock.now(),
        },
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Upload):
        return hashlib.sha256(value.content).hexdigest()
    if isinstance(value, Spooled):
        return value.sha256
    raise TypeError(f"{type(value).__name__} is not an argument")
