"""Setup: the first administrator, created through a link that works once.

`flask serve` prints the link while there is no administrator; only the hash of
its token is stored. As soon as there is one, the setup is over for good.
"""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path
from typing import Any

import auth
import clock
import passwords
import security_log
import settings as environment
import throttle
from auth import ADMIN, Actor
from contract.results import SignedIn
from db import Database, Engine, scalar
from errors import Forbidden, NotFound
from services import session_service, settings_service, user_service

ASKED = ("company", "currency", "time_zone", "locale")
EXAMPLE = Path(__file__).resolve().parent.parent / "cvd.db.example"
IS_OVER = "CVD has been set up: sign in."
WRONG_LINK = (
    "This setup link is not valid: use the one that `flask serve` printed last, within a day; "
    "started again, it prints a new one."
)
LINK_HOURS = 24


def setup_link_token(engine: Engine) -> str | None:
    """A new token for the setup link, the one before no longer works; None once it is over."""
    token = secrets.token_urlsafe(24)
    with engine.writing() as db:
        if user_service.has_admin(db):
            return None
        db.execute(
            """
            INSERT INTO setup_tokens (id, token_hash, created_at)
            VALUES (1, :token_hash, :now)
            ON CONFLICT (id) DO UPDATE SET
                token_hash = excluded.token_hash,
                created_at = excluded.created_at
            """,
            {"token_hash": auth.token_hash(token), "now": clock.now()},
        )
    return token


def get_setup(db: Database, actor: Actor) -> dict[str, Any]:
    """{"needed", "defaults"}; the defaults are what the form starts with, null when it is over."""
    if user_service.has_admin(db):
        return {"needed": False, "defaults": None}
    first = settings_service.get_settings(db, actor)
    # May have been given since the database was made.
    stated = environment.stated()
    return {
        "needed": True,
        "defaults": {
            **{name: stated.get(name, first[name]) for name in ASKED},
            "stated": [name for name in ASKED if name in stated],
            "time_zones": sorted(clock.zones()),
            "example_available": EXAMPLE.is_file(),
        },
    }


def check_needed(db: Database, actor: Actor) -> None:
    """NotFound once there is an administrator."""
    if user_service.has_admin(db):
        raise NotFound(IS_OVER)


def create_setup(
    engine: Engine,
    actor: Actor,
    *,
    token: str,
    username: str,
    password: str,
    display_name: str | None = None,
    load_example: bool = False,
    company: str | None = None,
    currency: str | None = None,
    time_zone: str | None = None,
    locale: str | None = None,
) -> SignedIn:
    """Create the first administrator, signed in. Raises NotFound, Forbidden, TooMany, Invalid."""
    stated = {
        "company": company,
        "currency": currency,
        "time_zone": time_zone,
        "locale": locale,
    }
    changes = {name: value for name, value in stated.items() if value is not None}
    _check_link(engine, actor, token)
    settings_service.check_values(changes)
    passwords.check(password, names=(username, display_name, company), at="/password")
    password_hash = auth.hash_password(password)
    with engine.writing() as db:
        # Two people may follow the link at the same moment.
        db.lock("users", 0)
        _check_token(db, actor, token)
        db.execute("DELETE FROM setup_tokens")
        user = user_service.insert_user(
            db,
            actor,
            username=username,
            password_hash=password_hash,
            role=ADMIN,
            display_name=display_name,
        )
        if changes:
            themself = actor._replace(user_id=user["id"], username=username, role=ADMIN)
            version = settings_service.get_settings(db, themself)["version"]
            settings_service.update_settings(db, themself, version=version, changes=changes)
        signed_in = session_service.open_session(db, actor, user_id=user["id"])
        if load_example:
            from services import example_service  # only needed here, once in an installation

            nobody = auth.console(actor.request_id)._replace(username="setup")
            example_service.load_example(db, nobody)
    return signed_in


def _check_link(engine: Engine, actor: Actor, token: str) -> None:
    """The token, with failed tries counted in a transaction of their own."""
    limits = throttle.of_address(actor.address)
    with engine.reading() as db:
        throttle.check(db, limits)
        try:
            _check_token(db, actor, token)
            return
        except Forbidden as wrong:
            refusal = wrong
    with engine.writing() as db:
        throttle.reserve(db, limits)
    security_log.refused("Setup refused", account="", actor=actor)
    raise refusal


def _check_token(db: Database, actor: Actor, token: str) -> None:
    check_needed(db, actor)
    now = clock.now()
    stored = scalar(
        db,
        """
        SELECT token_hash FROM setup_tokens
        WHERE id = 1 AND created_at > :begin AND created_at < :ahead
        """,
        {"begin": clock.later(now, hours=-LINK_HOURS), "ahead": clock.ahead(now)},
    )
    if stored is None or not hmac.compare_digest(stored, auth.token_hash(token)):
        raise Forbidden(WRONG_LINK)
