"""API keys: how a program gets in, as the person who made the key and never as more.

A key may do what its scopes and the role of its owner both let it; what is about signing
in, keys and passwords no key may (`x-scopes` in the contract). It is shown once and kept
as a hash. Another role and disabling revoke it; while its owner has to choose a new
password it opens nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import auth
import clock
import contract
from auth import Actor
from db import Database, Engine, Row
from errors import Conflict, Invalid, NotFound
from records import trail
from services.people import session_service, user_service

MOST_KEYS = 20
NOT_THERE = "There is no such API key: it may have been revoked."
SHOWN = """
    SELECT id, name, prefix, scopes, created_at, expires_at, last_used_at, last_address
    FROM api_keys
    WHERE user_id = :user_id
    ORDER BY lower(name), id
"""


def list_api_keys(db: Database, actor: Actor) -> dict[str, Any]:
    """{"items"}: the keys of who asks, by name."""
    return _list(db, auth.own_id(actor))


def list_user_api_keys(db: Database, actor: Actor, *, user_id: int) -> dict[str, Any]:
    """{"items"}: the keys of a user, by name. Raises NotFound."""
    user_service.get_user(db, actor, user_id=user_id)
    return _list(db, user_id)


def list_scopes(db: Database, actor: Actor) -> dict[str, Any]:
    """{"items"}: the scopes that a key of who asks can have, sorted."""
    return {"items": contract.current().scopes_of(actor.role)}


def create_api_key(
    engine: Engine,
    actor: Actor,
    *,
    name: str,
    scopes: Sequence[str],
    days: int,
    current_password: str,
) -> Row:
    """A new key, with the `key` itself. Raises Invalid, TooMany, Conflict beyond MOST_KEYS."""
    _check_scopes(actor, scopes)
    session_service.check_own_password(engine, actor, current_password)
    user_id = auth.own_id(actor)
    with engine.writing() as db:
        # So that two at once are not one too many.
        db.lock("users", user_id)
        if len(_list(db, user_id)["items"]) >= MOST_KEYS:
            raise Conflict(
                f"You have {MOST_KEYS} keys, which is all there can be: revoke one first."
            )
        ends = clock.later(clock.now(), hours=24 * days)
        key_id, key = auth.open_key(db, user_id, name=name, scopes=scopes, expires_at=ends)
        made = _one(db, user_id, key_id)
        after = {"username": actor.username, **_told(made), "expires_at": ends}
        _record(db, actor, "api_key.created", user_id, after=after)
    return {**made, "key": key}


def delete_api_key(db: Database, actor: Actor, *, api_key_id: int) -> None:
    """Revoke a key of who asks. Raises NotFound."""
    _revoke(db, actor, auth.own_id(actor), api_key_id)


def delete_user_api_key(db: Database, actor: Actor, *, user_id: int, api_key_id: int) -> None:
    """Revoke a key of a user. Raises NotFound."""
    _revoke(db, actor, user_id, api_key_id)


def _check_scopes(actor: Actor, scopes: Sequence[str]) -> None:
    possible = contract.current().scopes_of(actor.role)
    errors = [
        {"pointer": f"/scopes/{place}", "message": f"is no scope that a {actor.role} can give"}
        for place, scope in enumerate(scopes)
        if scope not in possible
    ]
    if errors:
        raise Invalid(errors)


def _list(db: Database, user_id: int) -> dict[str, Any]:
    return {"items": [_shown(row) for row in db.query(SHOWN, {"user_id": user_id})]}


def _one(db: Database, user_id: int, key_id: int) -> Row:
    found: list[Row] = [key for key in _list(db, user_id)["items"] if key["id"] == key_id]
    if not found:
        raise NotFound(NOT_THERE)
    return found[0]


def _shown(row: Row) -> Row:
    return {**row, "scopes": row["scopes"].split()}


def _told(key: Row) -> Row:
    """What the audit log says of a key."""
    return {"name": key["name"], "prefix": key["prefix"], "scopes": " ".join(key["scopes"])}


def _revoke(db: Database, actor: Actor, user_id: int, api_key_id: int) -> None:
    user = user_service.get_user(db, actor, user_id=user_id)
    key = _one(db, user_id, api_key_id)
    auth.end_key(db, api_key_id)
    after = {"username": user["username"]}
    _record(db, actor, "api_key.revoked", user_id, before=_told(key), after=after)


def _record(
    db: Database,
    actor: Actor,
    action: str,
    user_id: int,
    *,
    before: Row | None = None,
    after: Row | None = None,
) -> None:
    trail.record(db, actor, action=action, noun="user", noun_id=user_id, before=before, after=after)
