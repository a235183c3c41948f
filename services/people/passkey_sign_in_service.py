"""Signing in by a passkey alone: without a username, for the device says whose it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from auth import Actor
from contract.results import Challenged, SignedIn
from db import Engine
from errors import Conflict
from services.people import (
    ceremonies,
    known_devices,
    passkeys,
    relying_party,
    session_service,
    throttle,
)

NOBODY_HAS_ONE = "Nobody has a passkey at this address yet: sign in with your password."


def get_offer(engine: Engine, actor: Actor) -> dict[str, Any]:
    """{origin, problem, in_use}: where passkeys work, and whether anybody has one there.

    Where none works, whether anybody has one at all, who misses it here.
    """
    problem = relying_party.problem_of(actor.origin)
    with engine.reading() as db:
        rp_id = relying_party.of(actor).id if problem is None else None
        in_use = passkeys.are_used(db, rp_id)
    return {"origin": actor.origin, "problem": problem, "in_use": in_use}


def create_challenge(engine: Engine, actor: Actor) -> Challenged:
    """What a device is asked to sign. Raises Conflict where no passkey works, or nobody has one."""
    party = relying_party.of(actor)
    with engine.reading() as db:
        # A stranger who asks for nothing makes no key of what is sealed either.
        if not passkeys.are_used(db, party.id):
            raise Conflict(NOBODY_HAS_ONE)
    ceremony = ceremonies.begin(party.id)
    asked = {"challenge": ceremony.challenge, "rp_id": ceremony.rp_id}
    return Challenged(asked, ceremonies.cookie_of(engine, ceremony), ceremonies.KEPT_MINUTES)


def create_session(engine: Engine, actor: Actor, *, passkey: dict[str, str]) -> SignedIn:
    """Sign in whose passkey this is. Raises Unauthenticated, TooMany.

    Conflict for what did not begin in this browser, or is over.
    """
    known = known_devices.recognised(engine.audit, actor.device)
    with engine.reading() as db:
        found = passkeys.of_credential(db, passkey["credential_id"])
    username, user_id = (found["username"], found["user_id"]) if found else ("", None)
    number = known.number if known and user_id in known.people else None
    limits = (
        throttle.of_code(username, actor.address, device=number)
        if found
        else throttle.of_address(actor.address)
    )
    with session_service.tried(
        engine, actor, limits, account=username, user_id=user_id, what="Passkey"
    ):
        use = passkeys.used(engine, actor, found, passkey, alone=True)
        with engine.writing() as db:
            passkeys.note_use(db, use)
            throttle.succeed(db, limits)
            signed_in = session_service.sign_in_by_passkey(db, actor, use)
    cookie = known_devices.cookie_for(engine.audit, use.user_id, known)
    return replace(signed_in, device=cookie, device_days=known_devices.KEPT_DAYS)
