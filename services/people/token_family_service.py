"""Token families: which programs have tokens in whose name, and ending that from elsewhere.

One that nobody exchanges in time ends by itself, and is forgotten when the next begins.
"""

from __future__ import annotations

from typing import Any

import auth
import clock
from auth import Actor
from db import Database, Row, one
from errors import NotFound
from services.people import token_service, user_service

NOT_THERE = "There are no such tokens: they may have ended."
SHOWN = """
    SELECT f.id, k.name, k.prefix, f.scopes, f.created_at, f.expires_at, f.last_used_at,
           f.last_address
    FROM token_families f
    JOIN api_keys k ON k.id = f.api_key_id
    WHERE k.user_id = :user_id AND f.expires_at > :now
    ORDER BY f.last_used_at DESC, f.id DESC
"""
ONE = """
    SELECT f.id, f.handle, k.name, k.prefix, u.id AS user_id, u.username
    FROM token_families f
    JOIN api_keys k ON k.id = f.api_key_id
    JOIN users u ON u.id = k.user_id
    WHERE f.id = :id AND u.id = :user_id
"""


def list_token_families(db: Database, actor: Actor) -> dict[str, Any]:
    """{"items"}: the families of who asks, the last used first."""
    return _list(db, auth.own_id(actor))


def list_user_token_families(db: Database, actor: Actor, *, user_id: int) -> dict[str, Any]:
    """{"items"}: the families of a user, the last used first. Raises NotFound."""
    user_service.get_user(db, actor, user_id=user_id)
    return _list(db, user_id)


def delete_token_family(db: Database, actor: Actor, *, token_family_id: int) -> None:
    """End one of one's own. Raises NotFound."""
    _end(db, actor, auth.own_id(actor), token_family_id)


def delete_user_token_family(
    db: Database, actor: Actor, *, user_id: int, token_family_id: int
) -> None:
    """End one of a user's. Raises NotFound."""
    user_service.get_user(db, actor, user_id=user_id)
    _end(db, actor, user_id, token_family_id)


def _list(db: Database, user_id: int) -> dict[str, Any]:
    rows = db.query(SHOWN, {"user_id": user_id, "now": clock.now()})
    return {"items": [{**row, "scopes": row["scopes"].split()} for row in rows]}


def _end(db: Database, actor: Actor, user_id: int, token_family_id: int) -> None:
    family: Row | None = one(db, ONE, {"id": token_family_id, "user_id": user_id})
    if family is None:
        raise NotFound(NOT_THERE)
    token_service.end(db, actor, family)
