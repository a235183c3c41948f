"""One's own passkeys: making them with a device, naming and removing them.

A passkey signs in by itself, and is a second factor after the password. Its device has to look at
who holds it (a PIN, a finger, a face), so that it is two factors in one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import auth
from auth import Actor
from contract.results import Challenged
from db import Database, Engine
from errors import Conflict, Unauthenticated
from records import company, trail
from records.changes import check_version
from services.people import (
    authenticators,
    ceremonies,
    passkeys,
    relying_party,
    second_factors,
    session_service,
    sign_in_rule_service,
    user_service,
)

MOST_PASSKEYS = 20
HANDLE_BYTES = 32
NOT_MADE = "That passkey cannot be kept: begin again. Its device must know you, by a PIN or so."


def list_passkeys(db: Database, actor: Actor) -> dict[str, Any]:
    """{"items"}: the passkeys of who asks, by name."""
    return {"items": passkeys.of_user(db, auth.own_id(actor))}


def list_user_passkeys(db: Database, actor: Actor, *, user_id: int) -> dict[str, Any]:
    """{"items"}: the passkeys of a user, by name. Raises NotFound."""
    user_service.get_user(db, actor, user_id=user_id)
    return {"items": passkeys.of_user(db, user_id)}


def create_challenge(engine: Engine, actor: Actor, *, current_password: str) -> Challenged:
    """What a device is asked to make a passkey with. Raises Invalid, TooMany.

    Conflict at an address where none works, and beyond MOST_PASSKEYS.
    """
    party = relying_party.of(actor)
    session_service.check_own_password(engine, actor, current_password)
    user_id = auth.own_id(actor)
    with engine.reading() as db:
        _check_room(db, user_id)
        user = user_service.get_user(db, actor, user_id=user_id)
        handle = passkeys.handle_of(db, user_id) or secrets.token_urlsafe(HANDLE_BYTES)
        known = passkeys.credentials_of(db, user_id, party.id)
        company_name = company.name(db) or "CVD"
    ceremony = ceremonies.begin(party.id, user_id=user_id, user_handle=handle)
    asked = {
        "challenge": ceremony.challenge,
        "rp_id": party.id,
        "rp_name": company_name,
        "user_handle": handle,
        "username": user["username"],
        "display_name": user["display_name"],
        "algorithms": list(authenticators.ALGORITHMS),
        "known": known,
    }
    return Challenged(asked, ceremonies.cookie_of(engine, ceremony), ceremonies.KEPT_MINUTES)


def create_passkey(
    engine: Engine,
    actor: Actor,
    *,
    name: str,
    client_data: str,
    attestation_object: str,
    transports: Sequence[str] = (),
) -> dict[str, Any]:
    """{"passkey", "recovery_codes"}: keep what a device has made. Raises Conflict for what
    does not hold, was begun elsewhere or is over.
    """
    party, user_id = relying_party.of(actor), auth.own_id(actor)
    ceremony = ceremonies.of_cookie(engine, actor.ceremony, rp_id=party.id, user_id=user_id)
    with engine.writing() as db:
        ceremonies.end(db, ceremony)
    try:
        made = authenticators.made(
            party, ceremony, client_data=client_data, attestation_object=attestation_object
        )
    except Unauthenticated:
        # Who asks stays signed in.
        raise Conflict(NOT_MADE) from None
    with engine.writing() as db:
        db.lock("users", user_id)
        _check_room(db, user_id)
        is_first = not second_factors.is_on(db, user_id)
        passkey_id = passkeys.keep(
            db, ceremony, made, name=name.strip(), transports=transports or ()
        )
        codes = second_factors.give_codes(db, user_id, anew=is_first)
        if is_first:
            auth.end_sessions(db, user_id, but=actor.session_id)
            auth.end_enrolment(db, user_id)
        passkey = passkeys.one_of(db, user_id, passkey_id)
        _record(db, actor, "passkey.created", after={"name": passkey["name"]})
    return {"passkey": passkey, "recovery_codes": codes}


def update_passkey(
    db: Database, actor: Actor, *, passkey_id: int, version: int, changes: dict[str, Any]
) -> dict[str, Any]:
    """Rename one of one's own. Raises NotFound, Conflict."""
    user_id, name = auth.own_id(actor), changes["name"].strip()
    before = passkeys.one_of(db, user_id, passkey_id)
    check_version(before, version)
    passkeys.rename(db, user_id, passkey_id, version=version, name=name)
    _record(db, actor, "passkey.updated", before={"name": before["name"]}, after={"name": name})
    return passkeys.one_of(db, user_id, passkey_id)


def delete_passkey(engine: Engine, actor: Actor, *, passkey_id: int, current_password: str) -> None:
    """Remove one of one's own. Raises NotFound, Invalid, TooMany.

    Conflict where it is the last second factor of somebody whose role needs one.
    """
    user_id = auth.own_id(actor)
    with engine.reading() as db:
        passkeys.one_of(db, user_id, passkey_id)
    session_service.check_own_password(engine, actor, current_password)
    with engine.writing() as db:
        db.lock("users", user_id)
        before = passkeys.one_of(db, user_id, passkey_id)
        passkeys.remove(db, passkey_id)
        second_factors.forget_idle_codes(db, user_id)
        sign_in_rule_service.check_kept(db, {"id": user_id, "role": actor.role})
        _record(db, actor, "passkey.removed", before={"name": before["name"]})


def _check_room(db: Database, user_id: int) -> None:
    if len(passkeys.of_user(db, user_id)) >= MOST_PASSKEYS:
        raise Conflict(
            f"You have {MOST_PASSKEYS} passkeys, which is all there can be: remove one first."
        )


def _record(
    db: Database,
    actor: Actor,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    told = {"username": actor.username, **(after or {})}
    trail.record(
        db, actor, action=action, noun="user", noun_id=actor.user_id, before=before, after=told
    )
