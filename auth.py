"""Who is asking, and how that is proved.

Sessions live in the database: a random token in the cookie, its SHA-256 here,
with an idle and an absolute end. Passwords are argon2id. What a role may do is
stated in the contract (`x-roles`) and checked by the binding; what it may see
of a noun is decided by that noun's service.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import threading
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

import clock
from db import Database
from errors import Forbidden, Unauthenticated

ADMIN = "admin"
MANAGER = "manager"
DRIVER = "driver"
VIEWER = "viewer"

# OWASP ASVS 5.0, appendix: argon2id with 19 MiB and two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# More hashes at once would only make each slower and fill the memory: they queue.
_hashing = threading.BoundedSemaphore(2)

TOUCH_EVERY_SECONDS = 60

# So that whoever looks for secrets in a repository or a log finds a key by its beginning.
KEY_BEGINS = "cvd_"
KEY_LETTERS = string.ascii_letters + string.digits
KEY_LENGTH = 40
KEY_SHOWN = 8


class Actor(NamedTuple):
    """Who asks. `role` is None for a visitor; `user_id` is None for a visitor and the console.

    Where one signs in, `device` is the cookie of a known browser (known_devices.py) and
    `user_agent` what the browser says of itself; `flow` is the cookie of a sign-in by the company's
    provider that began there, `ceremony` that of a passkey's challenge; `origin` is the address
    at which browsers reach CVD. `scopes` is None but for a program: by an API key, or by an access
    token of a family that began with one.
    """

    user_id: int | None
    username: str
    role: str | None
    request_id: str
    address: str = ""
    session_id: int | None = None
    password_change_due: bool = False
    second_factor_due: bool = False
    touch_due: bool = False
    device: str | None = None
    user_agent: str | None = None
    key_id: int | None = None
    family_id: int | None = None
    scopes: frozenset[str] | None = None
    flow: str | None = None
    ceremony: str | None = None
    origin: str = ""

    @property
    def is_driver(self) -> bool:
        return self.role == DRIVER


def visitor(request_id: str, address: str = "") -> Actor:
    """Somebody who is not signed in."""
    return Actor(user_id=None, username="", role=None, request_id=request_id, address=address)


def own_id(actor: Actor) -> int:
    """The id of who asks. Raises Unauthenticated for a visitor and the console."""
    if actor.user_id is None:
        raise Unauthenticated("Sign in first.")
    return actor.user_id


def console(request_id: str = "console") -> Actor:
    """Whoever sits at the machine itself: the command line acts as an administrator."""
    return Actor(user_id=None, username="console", role=ADMIN, request_id=request_id)


def actor_of(db: Database, user_id: int, request_id: str) -> Actor | None:
    """A user as the actor of what they asked for earlier; None where they are disabled."""
    found = db.execute(
        "SELECT username, role FROM users WHERE id = :id AND disabled_at IS NULL", {"id": user_id}
    ).fetchone()
    if found is None:
        return None
    username, role = found
    return Actor(user_id=user_id, username=username, role=role, request_id=request_id)


def hash_password(password: str) -> str:
    with _hashing:
        return _hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is the hashed one; takes as long when there is no hash."""
    nobody = _nobody()
    with _hashing:
        try:
            _hasher.verify(password_hash or nobody, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


@cache
def _nobody() -> str:
    """Compared with when there is no such user, so that the answer takes as long."""
    return hash_password(secrets.token_hex(16))


def no_password() -> str:
    """The hash of a password that nobody knows, for who signs in by other ways only."""
    return _nobody()


def one_time_password() -> str:
    """Easy to read aloud, 80 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    db: Database,
    user_id: int,
    *,
    device: str = "",
    address: str = "",
    enrolment_due: bool = False,
) -> str:
    """Open a session for a user; answers its token, which is stored nowhere.

    `device` says in words what it is opened on, `address` from where; with `enrolment_due`
    it only serves to set up a second factor.
    """
    token = secrets.token_urlsafe(32)
    db.execute(
        """
        INSERT INTO sessions
            (token_hash, user_id, created_at, last_seen_at, device, address, enrolment_due)
        VALUES (:token_hash, :user_id, :now, :now, :device, :address, :enrolment_due)
        """,
        {
            "token_hash": token_hash(token),
            "user_id": user_id,
            "now": clock.now(),
            "device": device,
            "address": address,
            "enrolment_due": int(enrolment_due),
        },
    )
    return token


def mark_enrolment(db: Database, roles: Sequence[str]) -> None:
    """Let open sessions of who has one of these roles, and no second factor, wait for one."""
    db.execute("UPDATE sessions SET enrolment_due = 0 WHERE enrolment_due = 1")
    for role in roles:
        db.execute(
            """
            UPDATE sessions SET enrolment_due = 1
            WHERE user_id IN (
                SELECT u.id FROM users u
                LEFT JOIN second_factors f ON f.user_id = u.id AND f.confirmed_at IS NOT NULL
                WHERE u.role = :role AND f.id IS NULL
                  AND NOT EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id)
            )
            """,
            {"role": role},
        )


def end_enrolment(db: Database, user_id: int) -> None:
    """The second factor is set up: the sessions of a user wait for it no longer."""
    db.execute("UPDATE sessions SET enrolment_due = 0 WHERE user_id = :id", {"id": user_id})


def open_key(
    db: Database, user_id: int, *, name: str, scopes: Iterable[str], expires_at: str
) -> tuple[int, str]:
    """A new API key of a user: its id, and the key itself, which is stored nowhere."""
    key = KEY_BEGINS + "".join(secrets.choice(KEY_LETTERS) for _ in range(KEY_LENGTH))
    made: Any = db.execute(
        """
        INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes, created_at, expires_at)
        VALUES (:user_id, :name, :prefix, :key_hash, :scopes, :now, :expires_at)
        RETURNING id
        """,
        {
            "user_id": user_id,
            "name": name,
            "prefix": shown_of(key),
            "key_hash": token_hash(key),
            "scopes": " ".join(sorted(set(scopes))),
            "now": clock.now(),
            "expires_at": expires_at,
        },
    ).fetchone()
    return made[0], key


def shown_of(key: str) -> str:
    """How an API key begins, by which it is known: 32 letters are left, 190 bits."""
    return key[: len(KEY_BEGINS) + KEY_SHOWN]


def end_key(db: Database, key_id: int) -> None:
    """Revoke an API key, and with it the tokens that began with it, at once and for good."""
    db.execute("DELETE FROM api_keys WHERE id = :id", {"id": key_id})


def end_keys(db: Database, user_id: int) -> None:
    """Revoke every API key of a user."""
    db.execute("DELETE FROM api_keys WHERE user_id = :user_id", {"user_id": user_id})


def end_session(db: Database, session_id: int | None) -> None:
    db.execute("DELETE FROM sessions WHERE id = :id", {"id": session_id})


def end_sessions(db: Database, user_id: int, *, but: int | None = None) -> int:
    """End every session of a user `but` this one, wherever it is open; how many ended."""
    return db.execute(
        "DELETE FROM sessions WHERE user_id = :user_id AND id <> :but",
        {"user_id": user_id, "but": but or 0},
    ).rowcount


def authenticate(
    db: Database,
    token: str,
    *,
    request_id: str,
    address: str,
    idle_minutes: int,
    absolute_hours: int,
) -> Actor:
    """The actor behind a session's token; Unauthenticated when it has ended."""
    idle_since, oldest, touched, ahead = _horizons(clock.now(), idle_minutes, absolute_hours)
    found = db.execute(
        """
        SELECT
            s.id, s.user_id, s.last_seen_at, s.enrolment_due,
            u.username, u.role, u.password_change_due_at
        FROM sessions s
        JOIN users u ON u.id = s.user_id
        WHERE s.token_hash = :token_hash
          AND s.last_seen_at > :idle_since AND s.last_seen_at < :ahead
          AND s.created_at > :oldest AND s.created_at < :ahead
          AND u.disabled_at IS NULL
        """,
        {
            "token_hash": token_hash(token),
            "idle_since": idle_since,
            "oldest": oldest,
            "ahead": ahead,
        },
    ).fetchone()
    if found is None:
        raise Unauthenticated("Your session has ended: sign in again.")
    session_id, user_id, last_seen_at, enrolment_due, username, role, change_due_at = found
    return Actor(
        user_id=user_id,
        username=username,
        role=role,
        request_id=request_id,
        address=address,
        session_id=session_id,
        password_change_due=change_due_at is not None,
        second_factor_due=enrolment_due == 1,
        touch_due=last_seen_at < touched,
    )


def authenticate_key(db: Database, key: str, *, request_id: str, address: str) -> Actor:
    """The actor behind an API key; Unauthenticated where it opens nothing (any longer)."""
    now = clock.now()
    found = db.execute(
        """
        SELECT k.id, k.user_id, k.scopes, k.last_used_at, u.username, u.role
        FROM api_keys k
        JOIN users u ON u.id = k.user_id
        WHERE k.key_hash = :key_hash AND k.expires_at > :now
          AND u.disabled_at IS NULL AND u.password_change_due_at IS NULL
        """,
        {"key_hash": token_hash(key), "now": now},
    ).fetchone()
    if found is None:
        raise Unauthenticated(
            "This API key opens nothing: it is unknown, has ended or was revoked, or its owner "
            "has to choose a new password first."
        )
    key_id, user_id, scopes, last_used_at, username, role = found
    return Actor(
        user_id=user_id,
        username=username,
        role=role,
        request_id=request_id,
        address=address,
        touch_due=last_used_at is None
        or last_used_at < clock.later(now, seconds=-TOUCH_EVERY_SECONDS),
        key_id=key_id,
        scopes=frozenset(scopes.split()),
    )


def touch_key(db: Database, actor: Actor) -> None:
    """Note that an API key is in use, and from where."""
    db.execute(
        "UPDATE api_keys SET last_used_at = :now, last_address = :address WHERE id = :id",
        {"now": clock.now(), "address": actor.address, "id": actor.key_id},
    )


def touch_session(db: Database, actor: Actor, *, idle_minutes: int, absolute_hours: int) -> None:
    """Note that a session is in use and from where, and forget those that have ended."""
    now = clock.now()
    db.execute(
        "UPDATE sessions SET last_seen_at = :now, address = :address WHERE id = :id",
        {"now": now, "address": actor.address, "id": actor.session_id},
    )
    idle_since, oldest, _, ahead = _horizons(now, idle_minutes, absolute_hours)
    db.execute(
        """
        DELETE FROM sessions
        WHERE created_at < :oldest OR created_at > :ahead OR last_seen_at < :idle_since
        """,
        {"oldest": oldest, "ahead": ahead, "idle_since": idle_since},
    )


def check_password_change(actor: Actor) -> None:
    """Forbidden while the actor signed in with a one-time password."""
    if actor.password_change_due:
        raise Forbidden("You signed in with a one-time password: choose your own password first.")


def check_second_factor(actor: Actor) -> None:
    """Forbidden while the actor has to set up a second factor."""
    if actor.second_factor_due:
        raise Forbidden("Your role needs a second factor: set it up on your profile first.")


@lru_cache(maxsize=4)
def _horizons(now: str, idle_minutes: int, absolute_hours: int) -> tuple[str, str, str, str]:
    """Four times that a session is compared with, reckoned once a second.

    Used before the first it is idle, opened before the second it is too old, touched before
    the third it is due again; what lies behind the fourth was written by a wrong clock.
    """
    return (
        clock.later(now, minutes=-idle_minutes),
        clock.later(now, hours=-absolute_hours),
        clock.later(now, seconds=-TOUCH_EVERY_SECONDS),
        clock.ahead(now),
    )
