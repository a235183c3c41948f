"""Flows: sign-ins by the provider that have begun, each bound to its browser by a sealed cookie.

A row for each would let strangers fill a table. A flow that ended is kept for as long as its
cookie would be good, so that it ends once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import NamedTuple

import orjson

import auth
import clock
from db import Database, Engine
from errors import Conflict, Unavailable
from services.people import sealed_secrets

KEPT_MINUTES = 10
OWNER = "sign-in by the provider"
OVER = "This sign-in has ended, or began in another browser: begin again."


class Flow(NamedTuple):
    """`state` comes back with the person, `nonce` in the ID token; the `verifier` stays here."""

    state: str
    nonce: str
    verifier: str
    began_at: str

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier (PKCE, RFC 7636)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin() -> Flow:
    """A flow that begins now."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Flow(state, nonce, verifier, clock.now())


def cookie_of(engine: Engine, flow: Flow) -> str:
    """The flow as its browser keeps it. Raises Unavailable where there is no key to seal with."""
    with engine.reading() as db:
        return sealed_secrets.seal(db, orjson.dumps([*flow]).decode(), owner=OWNER)


def of_cookie(engine: Engine, cookie: str | None, state: str) -> Flow:
    """The flow that came back. Raises Conflict for one of another browser, and an old one."""
    try:
        flow = Flow(*orjson.loads(engine.audit.secret.unseal(cookie or "", owner=OWNER)))
    except (Unavailable, ValueError):
        raise Conflict(OVER) from None
    now = clock.now()
    is_in_time = clock.later(now, minutes=-KEPT_MINUTES) < flow.began_at < clock.ahead(now)
    if not is_in_time or not hmac.compare_digest(flow.state.encode(), state.encode()):
        raise Conflict(OVER)
    return flow


def end(db: Database, flow: Flow) -> None:
    """Keep that it has ended. Raises Conflict where it had ended before."""
    end_once(db, flow.state, over=OVER)


def end_once(db: Database, secret: str, *, over: str) -> None:
    """Keep that what this secret stands for has ended. Raises Conflict, `over`, a second time."""
    now = clock.now()
    db.execute(
        "DELETE FROM ended_flows WHERE ended_at < :old",
        {"old": clock.later(now, minutes=-2 * KEPT_MINUTES)},
    )
    ended = db.execute(
        """
        INSERT INTO ended_flows (state_hash, ended_at) VALUES (:state_hash, :now)
        ON CONFLICT (state_hash) DO NOTHING
        """,
        {"state_hash": auth.token_hash(secret), "now": now},
    )
    if ended.rowcount == 0:
        raise Conflict(over)
