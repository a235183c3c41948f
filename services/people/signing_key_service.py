"""Signing keys: what access tokens are signed with, and by which other programs verify them.

They lie in the database, so that all nodes sign with one, its private half sealed by the key
file outside of it. One is made for the first token and a new one by schedule (x-jobs) or
`flask keys rotate`; the one before goes on verifying until the last of its tokens has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

import auth
import clock
import tokens
from auth import Actor
from db import Database, Engine, Row, one
from errors import Unavailable
from jobs import Job
from records import trail
from services.people import sealed_secrets

# A token that is being signed while the key is replaced is given out a little later.
SPARE_MINUTES = 1
SIGNS = "SELECT kid, sealed_key, created_at FROM signing_keys WHERE verifies_until IS NULL"
SHOWN = """
    SELECT public_key FROM signing_keys
    WHERE verifies_until IS NULL OR verifies_until > :now
    ORDER BY created_at DESC, kid
"""
REPLACE = "UPDATE signing_keys SET verifies_until = :until WHERE verifies_until IS NULL"
CUT_SHORT = "UPDATE signing_keys SET verifies_until = :now WHERE verifies_until > :now"
FORGET = "DELETE FROM signing_keys WHERE verifies_until < :now"
INSERT = """
    INSERT INTO signing_keys (kid, public_key, sealed_key, created_at)
    VALUES (:kid, :public_key, :sealed_key, :now)
"""


def get_jwks(db: Database, actor: Actor) -> dict[str, list[Any]]:
    """{"keys"}: the public keys that verify tokens at the moment, the one that signs first."""
    rows = db.query(SHOWN, {"now": clock.now()})
    return {"keys": [orjson.loads(row["public_key"]) for row in rows]}


def rotate(engine: Engine, actor: Actor, job: Job) -> None:
    """Begin a new key, where tokens are in use; as a job."""
    with job.finishing() as db:
        is_used = _signing(db) is not None
        if is_used:
            begin(db, actor)
        job.result = {"rotated": is_used}


def begin(
    db: Database, actor: Actor, *, at_once: bool = False, is_sealed_anew: bool = False
) -> str:
    """A new key signs from here on; its kid.

    The one before verifies until its tokens have ended, or `at_once` no longer: then programs
    exchange their refresh tokens. `is_sealed_anew` makes the key of what is sealed where that is
    lost. Raises Unavailable without.
    """
    from joserfc.jwk import ECKey  # few need it

    db.lock("signing_key", 0)
    now = clock.now()
    until = now if at_once else clock.later(now, minutes=tokens.MINUTES + SPARE_MINUTES)
    db.execute(REPLACE, {"until": until})
    if at_once:
        db.execute(CUT_SHORT, {"now": now})
    db.execute(FORGET, {"now": now})
    seal = sealed_secrets.seal_anew if is_sealed_anew else sealed_secrets.seal
    key: Any = ECKey.generate_key("P-256", {"use": "sig", "alg": tokens.ALGORITHM}, auto_kid=True)
    private = orjson.dumps(key.as_dict(private=True)).decode()
    db.execute(
        INSERT,
        {
            "kid": key.kid,
            "public_key": orjson.dumps(key.as_dict(private=False)).decode(),
            "sealed_key": seal(db, private, owner=_owner(key.kid)),
            "now": now,
        },
    )
    told = {"kid": key.kid, "at_once": at_once}
    trail.record(
        db, actor, action="signing_key.created", noun="signing_key", noun_id=None, after=told
    )
    kid: str = key.kid
    return kid


def signed(db: Database, actor: Actor, claims: Mapping[str, Any]) -> str:
    """An access token that says this. Raises Unavailable where the key cannot be unsealed."""
    from joserfc import jwt
    from joserfc.jwk import ECKey

    found = _signing(db)
    if found is None:
        # Of two nodes whose first token it is, one makes the key.
        db.lock("signing_key", 0)
        found = _signing(db)
    if found is None:
        begin(db, auth.console(actor.request_id))
        found = _signing(db)
    kid, sealed = (found or {})["kid"], (found or {})["sealed_key"]
    try:
        private = db.audit.secret.unseal(sealed, owner=_owner(kid))
    except Unavailable as error:
        raise Unavailable(
            f"Tokens cannot be signed. {error.detail} A new key is begun by `flask keys rotate`."
        ) from error
    header = {"typ": tokens.TYPE, "alg": tokens.ALGORITHM, "kid": kid}
    return jwt.encode(header, dict(claims), ECKey.import_key(orjson.loads(private)))


def _signing(db: Database) -> Row | None:
    return one(db, SIGNS)


def _owner(kid: str) -> str:
    return f"signing key {kid}"
