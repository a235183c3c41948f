"""The second factor of a person: an authenticator app, recovery codes, and resetting all of it.

It counts from the first code on, so that nobody is locked out by an app that did not take
the secret. The recovery codes are shown once, each signs in once.
"""

from __future__ import annotations

from typing import Any

import auth
from auth import Actor
from db import Database, Engine
from errors import Conflict
from records import company, trail
from services.people import second_factors, session_service, sign_in_rule_service, user_service

ON_ALREADY = "You have an authenticator app: take it away first to set up another one."
NOT_BEGUN = "Nothing is to be confirmed: begin anew."
WRONG = "That code does not fit. Type the one that the app shows now; its clock must be right."
NONE = "There is no second factor."


def get_second_factor(db: Database, actor: Actor) -> dict[str, Any]:
    """{"since", "recovery_codes_left"}; since is None while no code of an app is taken."""
    user_id = auth.own_id(actor)
    found = second_factors.of_user(db, user_id)
    return {
        "since": found and found["confirmed_at"],
        "recovery_codes_left": second_factors.codes_left(db, user_id),
    }


def create_second_factor(engine: Engine, actor: Actor, *, current_password: str) -> dict[str, str]:
    """{"secret", "uri", "svg"} for an app. Raises Invalid, TooMany; Conflict where one is on."""
    import pyotp  # few need these
    import segno

    session_service.check_own_password(engine, actor, current_password)
    user_id, secret = auth.own_id(actor), pyotp.random_base32()
    with engine.writing() as db:
        db.lock("users", user_id)
        if second_factors.has_app(db, user_id):
            raise Conflict(ON_ALREADY)
        second_factors.begin(db, user_id, secret)
        issuer = company.name(db) or "CVD"
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.username, issuer_name=issuer)
    return {"secret": secret, "uri": uri, "svg": segno.make(uri).svg_inline(border=2, scale=4)}


def confirm_second_factor(engine: Engine, actor: Actor, *, code: str) -> dict[str, Any]:
    """{"recovery_codes"}: ask for codes from now on. Raises Conflict for a wrong code, TooMany.

    There are none where a passkey brought some before.
    """
    user_id = auth.own_id(actor)
    with session_service.tried_code(engine, actor, user_id), engine.writing() as db:
        db.lock("users", user_id)
        found = second_factors.of_user(db, user_id)
        if found is None or found["confirmed_at"] is not None:
            raise Conflict(NOT_BEGUN)
        if not second_factors.use_app_code(db, user_id, code):
            raise Conflict(WRONG)
        codes = second_factors.confirm(db, user_id)
        auth.end_sessions(db, user_id, but=actor.session_id)
        auth.end_enrolment(db, user_id)
        _record(db, actor, "second_factor.confirmed", user_id, actor.username)
    return {"recovery_codes": codes}


def delete_second_factor(engine: Engine, actor: Actor, *, current_password: str) -> None:
    """Take no code of an app any longer. Raises Invalid, TooMany; Conflict where there is none."""
    session_service.check_own_password(engine, actor, current_password)
    with engine.writing() as db:
        user_id = auth.own_id(actor)
        # Whoever removes the last passkey at the same moment would leave none of both.
        db.lock("users", user_id)
        if not second_factors.end_app(db, user_id):
            raise Conflict(NONE)
        sign_in_rule_service.check_kept(db, {"id": user_id, "role": actor.role})
        _record(db, actor, "second_factor.removed", user_id, actor.username)


def create_recovery_codes(engine: Engine, actor: Actor, *, current_password: str) -> dict[str, Any]:
    """{"recovery_codes"} in place of those before. Raises Invalid, TooMany, Conflict."""
    session_service.check_own_password(engine, actor, current_password)
    user_id = auth.own_id(actor)
    with engine.writing() as db:
        db.lock("users", user_id)
        if not second_factors.is_on(db, user_id):
            raise Conflict(NONE)
        codes = second_factors.give_codes(db, user_id, anew=True)
        _record(db, actor, "second_factor.codes_renewed", user_id, actor.username)
    return {"recovery_codes": codes}


def create_reset(db: Database, actor: Actor, *, user_id: int) -> None:
    """Take somebody's app and passkeys away, whose phone is gone; their sessions end.

    Raises NotFound, Conflict.
    """
    user = user_service.get_user(db, actor, user_id=user_id)
    if user_id == actor.user_id:
        raise Conflict("Take your own away on your profile, where your password is asked.")
    if not second_factors.end_all(db, user_id):
        raise Conflict(NONE)
    auth.end_sessions(db, user_id)
    _record(db, actor, "second_factor.reset", user_id, user["username"])


def _record(db: Database, actor: Actor, action: str, user_id: int, username: str) -> None:
    after = {"username": username}
    trail.record(db, actor, action=action, noun="user", noun_id=user_id, after=after)
