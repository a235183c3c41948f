"""Ceremonies of passkeys: challenges that wait for a device, each bound to its browser.

As of sign-ins by the provider (flows.py), a sealed cookie holds what is waited for, so that
strangers fill no table; one that was answered is kept as such until its cookie is too old.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple

import orjson

import clock
from db import Database, Engine
from errors import Conflict, Unavailable
from services.people import flows, sealed_secrets

KEPT_MINUTES = 5
CHALLENGE_BYTES = 32
OWNER = "ceremony of a passkey"
OVER = "This took too long, was answered already, or began in another browser: begin again."
# Whose sign-in it is is known only afterwards.
NOBODY = 0


class Ceremony(NamedTuple):
    """`user_id` is who makes a passkey, NOBODY where one is to sign; `user_handle` is for it."""

    challenge: str
    rp_id: str
    user_id: int
    user_handle: str
    began_at: str


def begin(rp_id: str, *, user_id: int = NOBODY, user_handle: str = "") -> Ceremony:
    """A ceremony that begins now, for the host name `rp_id`."""
    challenge = secrets.token_urlsafe(CHALLENGE_BYTES)
    return Ceremony(challenge, rp_id, user_id, user_handle, clock.now())


def cookie_of(engine: Engine, ceremony: Ceremony) -> str:
    """The ceremony as its browser keeps it. Raises Unavailable where there is no key."""
    with engine.reading() as db:
        return sealed_secrets.seal(db, orjson.dumps([*ceremony]).decode(), owner=OWNER)


def of_cookie(engine: Engine, cookie: str | None, *, rp_id: str, user_id: int) -> Ceremony:
    """What was begun in this browser, for this address and person. Raises Conflict without."""
    try:
        told = orjson.loads(engine.audit.secret.unseal(cookie or "", owner=OWNER))
        ceremony = Ceremony(*told)
    except (Unavailable, ValueError):
        raise Conflict(OVER) from None
    now = clock.now()
    is_in_time = clock.later(now, minutes=-KEPT_MINUTES) < ceremony.began_at < clock.ahead(now)
    if not is_in_time or (ceremony.rp_id, ceremony.user_id) != (rp_id, user_id):
        raise Conflict(OVER)
    return ceremony


def end(db: Database, ceremony: Ceremony) -> None:
    """Keep that it was answered, well or not. Raises Conflict where it had been before."""
    flows.end_once(db, ceremony.challenge, over=OVER)
