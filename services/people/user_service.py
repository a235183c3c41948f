"""Users: the people who may sign in, and what they may do by their role.

There is always an enabled administrator: whatever could take the last one away
holds the lock on `users` while it looks. Somebody who loses a role, is disabled
or gets a new password is signed out everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import auth
import clock
import tokens
from auth import ADMIN, Actor
from db import Database, Engine, Row, json_list, one, scalar
from errors import Conflict, Invalid, NotFound
from records import company, search, trail
from records.changes import check_version, compare_and_set, refusing_duplicate, since
from records.paging import Sort, like, page
from services.people import passwords, throttle

SHOWN = """
    u.id, u.username, u.display_name, u.email, u.role, u.disabled_at, u.version,
    u.password_change_due_at,
    (SELECT e.erased_at FROM erasures e WHERE e.user_id = u.id) AS erased_at,
    (SELECT count(*) FROM api_keys k WHERE k.user_id = u.id) AS api_keys,
    (
        SELECT count(*) FROM second_factors f
        WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL
    ) AS authenticator_apps,
    (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id) AS passkeys,
    (SELECT max(i.linked_at) FROM identities i WHERE i.user_id = u.id) AS linked_at
    FROM users u
"""
ONE = f"SELECT {SHOWN} WHERE u.id = :user_id"
BY_NAME = Sort(key="lower(u.username)", tie="u.id")
FOUND = "u.id IN (SELECT CAST(value AS bigint) FROM json_each(:found))"
SEARCHED = """
    lower(u.username) LIKE :q ESCAPE '\\' OR lower(u.display_name) LIKE :q ESCAPE '\\'
"""


def list_users(
    db: Database,
    actor: Actor,
    *,
    limit: int,
    cursor: str | None = None,
    counted: bool = False,
    q: str | None = None,
    role: str | None = None,
    disabled: bool | None = None,
) -> dict[str, Any]:
    """A page of users by name; `q` searches username and display name."""
    found_ids = search.found(db, noun="user", q=q)
    found = page(
        db,
        SHOWN,
        sort=BY_NAME,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            FOUND: found_ids is not None,
            SEARCHED: q is not None,
            "u.role = :role": role is not None,
            "u.disabled_at IS NULL": disabled is False,
            "u.disabled_at IS NOT NULL": disabled is True,
        },
        params={"found": json_list(found_ids or ()), "q": like(q or ""), "role": role},
    )
    found["items"] = [_shown(row) for row in found["items"]]
    return found


def get_user(db: Database, actor: Actor, *, user_id: int) -> Row:
    """One user. Raises NotFound."""
    row = one(db, ONE, {"user_id": user_id})
    if row is None:
        raise NotFound("There is no such user.")
    return _shown(row)


def named(db: Database, q: str | None) -> list[int] | None:
    """The ids of the few users in whose display name `q` is; None when many, or no words."""
    found_ids = search.found(db, noun="user", q=q)
    if found_ids is None:
        return None
    rows = db.query(
        """
        SELECT u.id FROM users u
        WHERE u.id IN (SELECT CAST(value AS bigint) FROM json_each(:found))
          AND lower(u.display_name) LIKE :q ESCAPE '\\'
        """,
        {"found": json_list(found_ids), "q": like(q or "")},
    )
    return [row["id"] for row in rows]


def create_user(
    engine: Engine,
    actor: Actor,
    *,
    username: str,
    password: str,
    role: str,
    display_name: str | None = None,
    email: str | None = None,
) -> Row:
    """A new user; the display name is the username unless given. Raises Conflict, Invalid."""
    with engine.reading() as db:
        names = (username, display_name, email, company.name(db))
    passwords.check(password, names=names, at="/password")
    password_hash = auth.hash_password(password)
    with engine.writing() as db:
        return insert_user(
            db,
            actor,
            username=username,
            password_hash=password_hash,
            role=role,
            display_name=display_name,
            email=email,
        )


def insert_user(
    db: Database,
    actor: Actor,
    *,
    username: str,
    password_hash: str,
    role: str,
    display_name: str | None = None,
    email: str | None = None,
) -> Row:
    """As `create_user`, with the password hashed already."""
    with refusing_duplicate(db, "users_username", f"There is a user {username} already."):
        user_id = scalar(
            db,
            """
            INSERT INTO users (username, display_name, email, role, password_hash, created_at)
            VALUES (:username, :display_name, :email, :role, :password_hash, :now)
            RETURNING id
            """,
            {
                "username": username,
                "display_name": display_name or username,
                "email": email,
                "role": role,
                "password_hash": password_hash,
                "now": clock.now(),
            },
        )
    user = get_user(db, actor, user_id=user_id)
    _keep_searchable(db, user)
    # Who was nobody until now is the first administrator, and creates themself.
    themself = actor._replace(user_id=user_id, username=username, role=role)
    creator = themself if actor.role is None else actor
    return trail.created(db, creator, "user", user)


def update_user(
    db: Database, actor: Actor, *, user_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names; `disabled` disables or enables. Raises NotFound, Conflict.

    Invalid for one's own email, which is changed with the password (session_service).
    """
    is_own = user_id == actor.user_id
    before = get_user(db, actor, user_id=user_id)
    if is_own and changes.get("email", before["email"]) != before["email"]:
        check_version(before, version)
        raise Invalid.at(
            "/email", "of your own is changed on your profile, where your password is asked"
        )
    after = change_user(db, actor, user_id=user_id, version=version, changes=changes)
    if "email" in changes:
        keep_email_source(db, user_id=user_id, is_own=False)
    if after["email"] != before["email"]:
        _unlink(db, actor, after)
    return after


def _unlink(db: Database, actor: Actor, user: Row) -> None:
    """With another email, the account is no longer who had it at a provider."""
    ended = db.execute("DELETE FROM identities WHERE user_id = :id", {"id": user["id"]})
    if ended.rowcount:
        auth.end_sessions(db, user["id"])
        after = {"username": user["username"]}
        trail.record(
            db, actor, action="user.unlinked", noun="user", noun_id=user["id"], after=after
        )


def keep_email_source(db: Database, *, user_id: int, is_own: bool) -> None:
    """Keep whether an email was typed by the person, which proves to nobody that it is theirs."""
    db.execute(
        "UPDATE users SET email_own = :is_own WHERE id = :id",
        {"is_own": int(is_own), "id": user_id},
    )


def change_user(
    db: Database, actor: Actor, *, user_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """As `update_user`, once it is known that the actor may."""
    db.lock("users", 0)
    before = get_user(db, actor, user_id=user_id)
    check_version(before, version)
    check_not_erased(before)
    wanted = {
        **before,
        **changes,
        "disabled_at": since(before["disabled_at"], changes.get("disabled")),
    }
    loses_role = wanted["role"] != before["role"]
    is_disabled = wanted["disabled_at"] is not None
    if loses_role or is_disabled:
        check_may_leave(db, before)
    with refusing_duplicate(db, "users_username", f"There is a user {wanted['username']} already."):
        compare_and_set(
            db,
            """
            UPDATE users SET
                username = :username,
                display_name = :display_name,
                email = :email,
                role = :role,
                disabled_at = :disabled_at,
                version = version + 1
            WHERE id = :id AND version = :version
            """,
            wanted,
            reread=lambda: get_user(db, actor, user_id=user_id),
        )
    if loses_role or is_disabled:
        auth.end_sessions(db, user_id)
        auth.end_keys(db, user_id)
    after = get_user(db, actor, user_id=user_id)
    _keep_searchable(db, after)
    return trail.updated(db, actor, "user", before, after)


def remove_user(db: Database, *, user_id: int) -> None:
    """Remove a user that was created by mistake. Raises IntegrityError where it is in use."""
    search.keep(db, noun="user", texts={user_id: ()})
    db.execute("DELETE FROM users WHERE id = :user_id", {"user_id": user_id})


def create_password_reset(engine: Engine, actor: Actor, *, user_id: int) -> dict[str, str]:
    """{"password"}: good for one sign-in within a day, after which the user chooses their own.

    Raises NotFound, and Conflict for oneself: that asks for the present password.
    """
    if user_id == actor.user_id:
        raise Conflict("Choose your own new password on your profile.")
    password = auth.one_time_password()
    password_hash = auth.hash_password(password)
    with engine.writing() as db:
        before = get_user(db, actor, user_id=user_id)
        check_not_erased(before)
        db.execute(
            """
            UPDATE users SET
                password_hash = :password_hash,
                password_change_due_at = :now,
                one_time_used_at = NULL
            WHERE id = :user_id
            """,
            {"password_hash": password_hash, "now": clock.now(), "user_id": user_id},
        )
        auth.end_sessions(db, user_id)
        tokens.end_families(db, user_id)
        trail.record(
            db,
            actor,
            action="user.password_reset",
            noun="user",
            noun_id=user_id,
            before=before,
            after=get_user(db, actor, user_id=user_id),
        )
    return {"password": password}


def unlock_user(db: Database, actor: Actor, *, username: str) -> int:
    """Forget the failed tries in somebody's name, which made them wait; how many. NotFound."""
    user = one(
        db,
        "SELECT id, username FROM users WHERE lower(username) = lower(:username)",
        {"username": username},
    )
    if user is None:
        raise NotFound(f"There is no user {username}.")
    forgotten = throttle.unlock(db, user["username"])
    trail.record(
        db,
        actor,
        action="user.unlocked",
        noun="user",
        noun_id=user["id"],
        after={"username": user["username"]},
    )
    return forgotten


def list_drivers(db: Database, actor: Actor) -> dict[str, Any]:
    """Every enabled driver by name, for whoever plans."""
    return {
        "items": list(
            db.query(
                """
                SELECT id, username, display_name
                FROM users
                WHERE role = 'driver' AND disabled_at IS NULL
                ORDER BY lower(display_name), id
                """
            )
        )
    }


def is_driver(db: Database, user_id: int) -> bool:
    """Whether this is an enabled driver, who can be given a route or an order."""
    found = scalar(
        db,
        "SELECT 1 FROM users WHERE id = :id AND role = 'driver' AND disabled_at IS NULL",
        {"id": user_id},
    )
    return found is not None


def has_admin(db: Database) -> bool:
    """Whether there is an administrator, which is when the setup is over."""
    found = scalar(db, "SELECT 1 FROM users WHERE role = 'admin' LIMIT 1")
    return found is not None


def former_name(user_id: int) -> str:
    """How somebody who was erased is called from then on."""
    return f"Former user {user_id}"


def former_username(user_id: int) -> str:
    """The same in the letters of usernames."""
    return f"former-user-{user_id}"


def check_not_erased(user: Row) -> None:
    """Conflict for somebody who was erased, who is nobody any more."""
    if user["erased_at"] is not None:
        raise Conflict("This person was erased: nothing of them can be changed any more.")


def check_may_leave(db: Database, user: Row) -> None:
    """Conflict for the last administrator, who can't be done without."""
    others = user["role"] != ADMIN or scalar(
        db,
        "SELECT count(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> :id",
        {"id": user["id"]},
    )
    if not others:
        raise Conflict(
            "This is the only administrator left: make somebody else an administrator first."
        )


def _keep_searchable(db: Database, user: Row) -> None:
    search.keep(db, noun="user", texts={user["id"]: (user["username"], user["display_name"])})


def _shown(row: Row) -> Row:
    due_at = row.pop("password_change_due_at")
    has_app = row.pop("authenticator_apps") > 0
    return {
        **row,
        "second_factor": has_app or row["passkeys"] > 0,
        "authenticator_app": has_app,
        "password_change_due": due_at is not None,
    }
