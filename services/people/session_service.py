"""Sessions: signing in and out, and one's own name, email and password.

Passwords are hashed outside of any transaction, because hashing is slow on purpose.
A try is counted before its password is looked at (throttle.py). A one-time password signs
in once, within a day; whoever did so can only choose a password of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import auth
import clock
import contract
import tokens
from auth import Actor
from contract.results import SignedIn, SignedOut
from db import Database, Engine, Row, one
from errors import CodeNeeded, Conflict, Invalid, TooMany, Unauthenticated
from records import company, security_log, trail
from records.changes import check_version
from services.people import (
    browsers,
    known_devices,
    passkeys,
    passwords,
    relying_party,
    second_factors,
    sign_in_rule_service,
    throttle,
    user_service,
)
from services.people.passkeys import Use
from services.people.throttle import Limit

# The same for an unknown user, a wrong password and a disabled user: nobody
# learns here who has an account.
REFUSED = "The username or the password is wrong."
CODE_REFUSED = "The code is wrong, was used already, or the clock of the phone is."
RESET = "Your password was reset: sign in with the one-time password that you were given."
ONE_TIME_HOURS = 24
ONE_TIME_OVER = (
    "This one-time password no longer signs in: it does so once, within a day. "
    "Ask an administrator for a new one."
)


def create_session(
    engine: Engine,
    actor: Actor,
    *,
    username: str,
    password: str,
    code: str | None = None,
    passkey: dict[str, str] | None = None,
) -> SignedIn:
    """Sign in. Raises Unauthenticated, CodeNeeded, or TooMany after several failures.

    Who has a second factor sends a `code`, or what a `passkey` signed, with the password, once
    that was right. Conflict for a passkey's answer that was not asked for in this browser.
    """
    device = known_devices.recognised(engine.audit, actor.device)
    with engine.reading() as db:
        found = _account(db, username)
    user_id: int | None = found["id"] if found else None
    number = device.number if device and user_id in device.people else None
    limits = throttle.of_sign_in(username, actor.address, device=number)
    with tried(engine, actor, limits, account=username, user_id=user_id):
        if not auth.is_password(password, found["password_hash"] if found else None):
            raise Unauthenticated(REFUSED)
        with engine.writing() as db:
            if found is None or _account(db, username) != found:
                raise Unauthenticated(REFUSED)
            throttle.succeed(db, limits)
            needs_code = second_factors.is_on(db, found["id"])
            if not needs_code:
                signed_in = _sign_in(db, actor, found)
    if needs_code:
        shown = Shown(code, passkey)
        signed_in = _sign_in_with_more(engine, actor, found, username, shown, device=number)
    cookie = known_devices.cookie_for(engine.audit, found["id"], device)
    return replace(signed_in, device=cookie, device_days=known_devices.KEPT_DAYS)


class Shown(NamedTuple):
    """What is shown of the second factor: a code, or what a passkey signed."""

    code: str | None
    passkey: dict[str, str] | None


def _sign_in_with_more(
    engine: Engine,
    actor: Actor,
    found: Row,
    username: str,
    shown: Shown,
    *,
    device: str | None,
) -> SignedIn:
    """After a right password. Raises CodeNeeded where nothing is shown, else Unauthenticated."""
    if shown.code is None and shown.passkey is None:
        with engine.reading() as db:
            raise _code_needed(db, actor, found["id"])
    limits = throttle.of_code(username, actor.address, device=device)
    what = "Code" if shown.passkey is None else "Passkey"
    with tried(engine, actor, limits, account=username, user_id=found["id"], what=what):
        use = shown.passkey and _use_of(engine, actor, found, shown.passkey)
        with engine.writing() as db:
            if _account(db, username) != found:
                raise Unauthenticated(REFUSED)
            if use:
                passkeys.note_use(db, use)
                kind: str | None = "passkey"
            else:
                kind = second_factors.use_code(db, found["id"], shown.code or "")
            if kind is None:
                raise Unauthenticated(CODE_REFUSED)
            throttle.succeed(db, limits)
            return _sign_in(db, actor, found, code=kind)


def _code_needed(db: Database, actor: Actor, user_id: int) -> CodeNeeded:
    """What signs somebody in now, in words and for the browser."""
    usable: list[dict[str, Any]] = []
    if relying_party.problem_of(actor.origin) is None:
        usable = passkeys.credentials_of(db, user_id, relying_party.of(actor).id)
    has_app = second_factors.has_app(db, user_id)
    ways = [
        *(["use your passkey"] if usable else []),
        *(["type the code of your authenticator app"] if has_app else []),
        "type a recovery code",
    ]
    sentence = f"{', '.join(ways[:-1])}, or {ways[-1]}" if len(ways) > 1 else ways[0]
    return CodeNeeded(f"{sentence[0].upper()}{sentence[1:]}.", passkeys=usable, has_app=has_app)


def _use_of(engine: Engine, actor: Actor, found: Row, passkey: dict[str, str]) -> Use:
    """The use of a passkey of theirs. Raises Unauthenticated, also for somebody else's."""
    with engine.reading() as db:
        known = passkeys.of_credential(db, passkey["credential_id"])
    is_theirs = known is not None and known["user_id"] == found["id"]
    return passkeys.used(engine, actor, known if is_theirs else None, passkey, alone=False)


def sign_in_by_passkey(db: Database, actor: Actor, use: Use) -> SignedIn:
    """Sign in whose passkey has just been used alone. Raises Unauthenticated after a reset."""
    if user_service.get_user(db, actor, user_id=use.user_id)["password_change_due"]:
        # Whoever got in without it could choose the next password, and shut its owner out.
        raise Unauthenticated(RESET)
    if actor.session_id is not None:
        delete_session(db, actor)
    return open_session(db, actor, user_id=use.user_id, passkey=use.name)


def _sign_in(db: Database, actor: Actor, found: Row, *, code: str | None = None) -> SignedIn:
    is_once = found["password_change_due_at"] is not None
    if is_once:
        _use_one_time(db, found)
    if actor.session_id is not None:
        # The browser forgets the token of a session that is signed in over.
        delete_session(db, actor)
    return open_session(db, actor, user_id=found["id"], is_once=is_once, code=code)


@contextmanager
def tried_code(engine: Engine, actor: Actor, user_id: int) -> Iterator[None]:
    """Around one try of a code by who is signed in: counted, and taken back where it was right."""
    limits = throttle.of_code(actor.username, actor.address, device=f"session {actor.session_id}")
    with tried(engine, actor, limits, account=actor.username, user_id=user_id, what="Code"):
        yield
    with engine.writing() as db:
        throttle.succeed(db, limits)


def delete_session(db: Database, actor: Actor) -> SignedOut:
    """Sign out: the session ends here and now, wherever its token is."""
    auth.end_session(db, actor.session_id)
    trail.record(db, actor, action="session.deleted", noun="user", noun_id=actor.user_id)
    return SignedOut()


def get_me(db: Database, actor: Actor) -> dict[str, Any]:
    """The user who asks, with the names of the operations they may use now.

    Raises Unauthenticated for who is not signed in.
    """
    if actor.user_id is None:
        raise Unauthenticated("Sign in first.")
    user = user_service.get_user(db, actor, user_id=actor.user_id)
    is_due = actor.second_factor_due
    names = contract.current().of_role(
        user["role"],
        before_password_change=user["password_change_due"],
        before_second_factor=is_due,
        scopes=actor.scopes,
    )
    return {**user, "second_factor_due": is_due, "operations": names}


def update_me(
    engine: Engine, actor: Actor, *, version: int, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Change what `changes` names of the user who asks. Raises Conflict, Invalid, TooMany.

    Another email needs the present password.
    """
    wanted = {name: value for name, value in changes.items() if name != "current_password"}
    with engine.reading() as db:
        me = get_me(db, actor)
    check_version(me, version)
    if "email" in wanted and wanted["email"] != me["email"]:
        check_own_password(engine, actor, changes.get("current_password"))
    with engine.writing() as db:
        try:
            user_service.change_user(
                db, actor, user_id=actor.user_id or 0, version=version, changes=wanted
            )
            if "email" in wanted and wanted["email"] != me["email"]:
                user_service.keep_email_source(db, user_id=me["id"], is_own=True)
        except Conflict as stale:
            raise Conflict(stale.detail, current=get_me(db, actor)) from None
        return get_me(db, actor)


def change_password(
    engine: Engine, actor: Actor, *, new_password: str, current_password: str | None = None
) -> SignedIn:
    """Choose a new password; all sessions end and a new one opens. Raises Invalid, TooMany,
    and Unauthenticated where it was changed meanwhile.

    The present one is asked for, unless it was a one-time password, which is used up.
    """
    if not actor.password_change_due:
        check_own_password(engine, actor, current_password)
    with engine.reading() as db:
        before = _own(db, actor)
        company_name = company.name(db)
    names = (before["username"], before["display_name"], before["email"], company_name)
    passwords.check(new_password, names=names, at="/new_password")
    if auth.is_password(new_password, before["password_hash"]):
        raise Invalid.at("/new_password", "must be another than the one before")
    new_hash = auth.hash_password(new_password)
    with engine.writing() as db:
        changed = db.execute(
            """
            UPDATE users SET
                password_hash = :new_hash, password_change_due_at = NULL, one_time_used_at = NULL
            WHERE id = :id AND password_hash = :old_hash
            """,
            {"new_hash": new_hash, "old_hash": before["password_hash"], "id": actor.user_id},
        )
        if changed.rowcount == 0:
            raise Unauthenticated("Your password was changed meanwhile: sign in again.")
        auth.end_sessions(db, actor.user_id or 0)
        tokens.end_families(db, actor.user_id or 0)
        trail.record(db, actor, action="user.password_changed", noun="user", noun_id=actor.user_id)
        user = user_service.get_user(db, actor, user_id=auth.own_id(actor))
        is_due = sign_in_rule_service.needs_enrolment(db, user)
        return SignedIn(None, _opened(db, actor, user["id"], is_due=is_due))


def open_session(
    db: Database,
    actor: Actor,
    *,
    user_id: int,
    is_once: bool = False,
    code: str | None = None,
    provider: str | None = None,
    passkey: str | None = None,
) -> SignedIn:
    """Sign a user in whose right to it has been checked; `is_once` by a one-time password.

    `code` is "app", "recovery" or "passkey" where a second factor was asked for. `provider` names
    the one that vouches for them, and for the second factor where their role needs one, `passkey`
    the one that signs in alone.
    """
    user = user_service.get_user(db, actor, user_id=user_id)
    is_due = provider is None and sign_in_rule_service.needs_enrolment(db, user)
    token = _opened(db, actor, user_id, is_due=is_due)
    themself = actor._replace(
        user_id=user_id, username=user["username"], role=user["role"], second_factor_due=is_due
    )
    trail.record(
        db,
        themself,
        action="session.created",
        noun="user",
        noun_id=user_id,
        after={
            "address": actor.address,
            **({"one_time_password": True} if is_once else {}),
            **({"second_factor": code} if code else {}),
            **({"provider": provider} if provider else {}),
            **({"passkey": passkey} if passkey else {}),
        },
    )
    return SignedIn(get_me(db, themself), token)


def check_own_password(engine: Engine, actor: Actor, password: str | None) -> None:
    """Invalid unless it is the password of who is signed in."""
    if password is None:
        raise Invalid.at("/current_password", "must be your present password")
    limits = throttle.of_session(actor.session_id, actor.address)
    account, user_id = actor.username, actor.user_id
    with tried(engine, actor, limits, account=account, user_id=user_id, what="Present password"):
        with engine.reading() as db:
            stored = _own(db, actor)["password_hash"]
        if not auth.is_password(password, stored):
            raise Invalid.at("/current_password", "is not your password")
        with engine.writing() as db:
            throttle.succeed(db, limits)


def _opened(db: Database, actor: Actor, user_id: int, *, is_due: bool) -> str:
    device = browsers.words(actor.user_agent)
    return auth.open_session(
        db, user_id, device=device, address=actor.address, enrolment_due=is_due
    )


@contextmanager
def tried(
    engine: Engine,
    actor: Actor,
    limits: Sequence[Limit],
    *,
    account: str,
    user_id: int | None,
    what: str = "Sign-in",
) -> Iterator[None]:
    """Around one try: counted before, in turn, and written down when it is refused."""
    reached: list[Limit] = []
    with throttle.in_turn(limits):
        try:
            with engine.reading() as db:
                throttle.check(db, limits)
            with engine.writing() as db:
                reached = throttle.reserve(db, limits)
            yield
        except (Unauthenticated, Invalid, Conflict):
            security_log.refused(f"{what} refused", account=account, actor=actor)
            if reached and user_id is not None:
                _note_wait(engine, actor, account, user_id)
            raise
        except TooMany:
            security_log.refused(f"{what} has to wait", account=account, actor=actor)
            raise


def _note_wait(engine: Engine, actor: Actor, account: str, user_id: int) -> None:
    """Keep that an account has to wait from here on; a crowd of addresses does not fill the log."""
    with engine.writing() as db:
        if throttle.failures_of_account(db, account) <= throttle.ACCOUNT_TRIES:
            trail.record(
                db,
                actor,
                action="user.locked",
                noun="user",
                noun_id=user_id,
                after={"username": account, "address": actor.address},
            )


def _use_one_time(db: Database, found: Row) -> None:
    """Unauthenticated unless this one-time password is good, which it is no longer afterwards."""
    now = clock.now()
    begin = clock.later(now, hours=-ONE_TIME_HOURS)
    is_due = begin < found["password_change_due_at"] < clock.ahead(now)
    used = is_due and db.execute(
        """
        UPDATE users SET one_time_used_at = :now
        WHERE id = :id AND password_hash = :password_hash AND one_time_used_at IS NULL
        """,
        {"now": now, "id": found["id"], "password_hash": found["password_hash"]},
    )
    if not used or used.rowcount == 0:
        raise Unauthenticated(ONE_TIME_OVER)


def _account(db: Database, username: str) -> Row | None:
    return one(
        db,
        """
        SELECT id, password_hash, password_change_due_at
        FROM users
        WHERE lower(username) = lower(:username) AND disabled_at IS NULL
        """,
        {"username": username},
    )


def _own(db: Database, actor: Actor) -> Row:
    found = one(
        db,
        "SELECT username, display_name, email, password_hash FROM users WHERE id = :id",
        {"id": actor.user_id},
    )
    if found is None:
        raise Unauthenticated("Sign in first.")
    return found
