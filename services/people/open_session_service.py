"""Open sessions: where somebody is signed in, and ending that from elsewhere.

A session that has ended by itself is no longer here: it is forgotten whenever one is in
use (auth.touch_session).
"""

from __future__ import annotations

from typing import Any

import auth
from auth import Actor
from contract.results import SignedOut
from db import Database, Row, one
from errors import NotFound
from records import trail
from services.people import session_service, user_service

NOT_THERE = "There is no such session: it may have ended."
SHOWN = """
    SELECT id, device, address, created_at AS opened_at, last_seen_at AS last_used_at
    FROM sessions
    WHERE user_id = :user_id
    ORDER BY last_seen_at DESC, id DESC
    LIMIT 100
"""


def list_sessions(db: Database, actor: Actor) -> dict[str, Any]:
    """{"items"}: the sessions of who asks, this one and then the last used first."""
    return _list(db, actor, auth.own_id(actor))


def list_user_sessions(db: Database, actor: Actor, *, user_id: int) -> dict[str, Any]:
    """{"items"}: the sessions of a user, the last used first. Raises NotFound."""
    user_service.get_user(db, actor, user_id=user_id)
    return _list(db, actor, user_id)


def delete_own_session(db: Database, actor: Actor, *, session_id: int) -> SignedOut | None:
    """End one of one's own; SignedOut where it is the one that asks. Raises NotFound."""
    if session_id == actor.session_id:
        return session_service.delete_session(db, actor)
    _end(db, actor, auth.own_id(actor), session_id)
    return None


def delete_user_session(
    db: Database, actor: Actor, *, user_id: int, session_id: int
) -> SignedOut | None:
    """End one of a user's; SignedOut where it is the one that asks. Raises NotFound."""
    user_service.get_user(db, actor, user_id=user_id)
    if user_id == actor.user_id and session_id == actor.session_id:
        return session_service.delete_session(db, actor)
    _end(db, actor, user_id, session_id)
    return None


def delete_other_sessions(db: Database, actor: Actor) -> dict[str, int]:
    """{"ended"}: every session of who asks but this one."""
    return _end_all(db, actor, auth.own_id(actor))


def delete_user_sessions(db: Database, actor: Actor, *, user_id: int) -> dict[str, int]:
    """{"ended"}: every session of a user, but never the one that asks. Raises NotFound."""
    return _end_all(db, actor, user_id)


def _list(db: Database, actor: Actor, user_id: int) -> dict[str, Any]:
    rows = db.query(SHOWN, {"user_id": user_id})
    items = [{**row, "is_this": row["id"] == actor.session_id} for row in rows]
    return {"items": sorted(items, key=lambda item: not item["is_this"])}


def _end(db: Database, actor: Actor, user_id: int, session_id: int) -> None:
    found = one(
        db,
        """
        SELECT s.device, s.address, u.username
        FROM sessions s
        JOIN users u ON u.id = s.user_id
        WHERE s.id = :session_id AND s.user_id = :user_id
        """,
        {"session_id": session_id, "user_id": user_id},
    )
    if found is None:
        raise NotFound(NOT_THERE)
    auth.end_session(db, session_id)
    _record(db, actor, user_id, found)


def _end_all(db: Database, actor: Actor, user_id: int) -> dict[str, int]:
    user = user_service.get_user(db, actor, user_id=user_id)
    ended = auth.end_sessions(db, user_id, but=actor.session_id)
    if ended:
        _record(db, actor, user_id, {"username": user["username"], "sessions": ended})
    return {"ended": ended}


def _record(db: Database, actor: Actor, user_id: int, what: Row) -> None:
    trail.record(db, actor, action="session.ended", noun="user", noun_id=user_id, after=what)
