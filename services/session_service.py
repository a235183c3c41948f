"""Sessions: signing in and out, and one's own password.

Passwords are hashed outside of any transaction, because hashing is slow on
purpose. Failed tries are counted for the account and for the address, in a
transaction of their own; only failures make anybody wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import auth
import contract
from auth import Actor
from db import Database, Engine, Row, one, scalar
from errors import Conflict, Invalid, Unauthenticated
from outcomes import SignedIn, SignedOut
from services import audit_service, user_service

# The same for an unknown user, a wrong password and a disabled user: nobody
# learns here who has an account.
REFUSED = "The user name or the password is wrong."
OWN_OPERATIONS = "session_service."


def create_session(engine: Engine, actor: Actor, *, username: str, password: str) -> SignedIn:
    """Sign in. Raises Unauthenticated, or TooMany after several failures."""
    account, address = f"account:{username.lower()}", f"address:{actor.address}"
    with engine.reading() as db:
        auth.check_throttle(db, (account, address))
        found = _account(db, username)
    is_right = auth.is_password(password, found["password_hash"] if found else None)
    if found is None or not is_right:
        _note_failures(engine, account, address)
        raise Unauthenticated(REFUSED)
    with engine.writing() as db:
        if _account(db, username) != found:
            raise Unauthenticated(REFUSED)
        auth.forget_failures(db, account)
        if actor.session_id is not None:
            # The browser forgets the token of a session that is signed in over.
            delete_session(db, actor)
        return open_session(db, actor, user_id=found["id"])


def delete_session(db: Database, actor: Actor) -> SignedOut:
    """Sign out: the session ends here and now, wherever its token is."""
    auth.end_session(db, actor.session_id)
    audit_service.record(db, actor, action="session.deleted", noun="user", noun_id=actor.user_id)
    return SignedOut()


def get_me(db: Database, actor: Actor) -> dict[str, Any]:
    """The user who asks, with the names of the operations he may use now."""
    if actor.user_id is None:
        raise Unauthenticated("Sign in first.")
    user = user_service.get_user(db, actor, user_id=actor.user_id)
    names = contract.current().of_role(user["role"])
    if user["password_change_due"]:
        names = [name for name in names if name.startswith(OWN_OPERATIONS)]
    return {**user, "operations": names}


def update_me(
    db: Database, actor: Actor, *, version: int, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Change what `changes` names of the user who asks. Raises Conflict."""
    try:
        user_service.update_user(
            db, actor, user_id=actor.user_id or 0, version=version, changes=changes
        )
    except Conflict as stale:
        raise Conflict(stale.detail, current=get_me(db, actor)) from None
    return get_me(db, actor)


def change_password(
    engine: Engine, actor: Actor, *, current_password: str, new_password: str
) -> SignedIn:
    """Choose a new password; all sessions end and a new one opens. Raises Invalid, TooMany."""
    account = f"account:{actor.username.lower()}"
    with engine.reading() as db:
        auth.check_throttle(db, (account,))
        old_hash = _password_hash(db, actor)
    if not auth.is_password(current_password, old_hash):
        _note_failures(engine, account, f"address:{actor.address}")
        raise Invalid.at("/current_password", "is not your password")
    if new_password == current_password:
        raise Invalid.at("/new_password", "must be another than the one before")
    new_hash = auth.hash_password(new_password)
    with engine.writing() as db:
        changed = db.execute(
            """
            UPDATE users SET password_hash = :new_hash, password_change_due_at = NULL
            WHERE id = :id AND password_hash = :old_hash
            """,
            {"new_hash": new_hash, "old_hash": old_hash, "id": actor.user_id},
        )
        if changed.rowcount == 0:
            raise Unauthenticated("Your password was changed meanwhile: sign in again.")
        auth.end_sessions(db, actor.user_id or 0)
        auth.forget_failures(db, account)
        audit_service.record(
            db, actor, action="user.password_changed", noun="user", noun_id=actor.user_id
        )
        return SignedIn(None, auth.open_session(db, actor.user_id or 0))


def open_session(db: Database, actor: Actor, *, user_id: int) -> SignedIn:
    """Sign a user in whose right to it has been checked."""
    token = auth.open_session(db, user_id)
    user = user_service.get_user(db, actor, user_id=user_id)
    himself = replace(actor, user_id=user_id, username=user["username"], role=user["role"])
    audit_service.record(db, himself, action="session.created", noun="user", noun_id=user_id)
    return SignedIn(get_me(db, himself), token)


def _account(db: Database, username: str) -> Row | None:
    return one(
        db,
        """
        SELECT id, password_hash
        FROM users
        WHERE lower(username) = lower(:username) AND disabled_at IS NULL
        """,
        {"username": username},
    )


def _password_hash(db: Database, actor: Actor) -> str | None:
    found: str | None = scalar(
        db, "SELECT password_hash FROM users WHERE id = :id", {"id": actor.user_id}
    )
    return found


def _note_failures(engine: Engine, account: str, address: str) -> None:
    with engine.writing() as db:
        auth.note_failure(db, account, free_tries=auth.ACCOUNT_TRIES)
        auth.note_failure(db, address, free_tries=auth.ADDRESS_TRIES)
