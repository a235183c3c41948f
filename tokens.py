"""Access tokens: what a program shows for ten minutes, and how that is proved.

A token is a JWT (RFC 9068), signed with ES256 by a key of `signing_keys`. That it is one of
CVD's shows by its signature and by what it says (CHECKS). What it opens says the database,
which is asked each time as for a session: whoever is disabled, gets another role or password,
or ends the family of a token is obeyed with the next request, on every node.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

import auth
import clock
from auth import Actor
from db import Database, IntegrityError, scalar
from errors import Unauthenticated

ALGORITHM = "ES256"
TYPE = "at+jwt"
AUDIENCE = "cvd"
# Whose tokens they are where nobody said by which address CVD is reached.
NAMELESS_ISSUER = "urn:cvd"
MINUTES = 10
# Clocks of two nodes differ; what ends does so at once all the same.
LEEWAY_S = 60
# `{"`, as every header begins; no API key does.
BEGINS = "eyJ"
KID = re.compile(r"[\w-]{1,64}")
NUMBER = re.compile(r"([\w-]{16,64})\.([0-9]{1,9})")
MOST_KEYS = 32

PUBLIC_KEY = """
    SELECT public_key FROM signing_keys
    WHERE kid = :kid AND (verifies_until IS NULL OR verifies_until > :now)
"""
# The key is looked for again, because a node remembers it for longer than it may verify.
OPENED = """
    SELECT f.id, f.scopes, f.last_used_at, k.id, u.id, u.username, u.role
    FROM token_families f
    JOIN api_keys k ON k.id = f.api_key_id
    JOIN users u ON u.id = k.user_id
    JOIN signing_keys s ON s.kid = :kid
    WHERE f.handle = :handle AND f.exchanges >= :number
      AND f.expires_at > :now AND k.expires_at > :now
      AND u.disabled_at IS NULL AND u.password_change_due_at IS NULL
      AND (s.verifies_until IS NULL OR s.verifies_until > :now)
"""
TOUCH = "UPDATE token_families SET last_used_at = :now, last_address = :address WHERE id = :id"
INSERT = """
    INSERT INTO token_families
        (api_key_id, handle, family_hash, refresh_hash, scopes, created_at, exchanged_at,
         expires_at, last_used_at, last_address)
    VALUES (:key_id, :handle, :family_hash, :refresh_hash, :scopes, :now, :now,
            :expires_at, :now, :address)
"""
# Compared with what was read: of two at once one exchanges it.
EXCHANGE = """
    UPDATE token_families SET
        refresh_hash = :next_hash, previous_hash = :refresh_hash, exchanges = exchanges + 1,
        exchanged_at = :now, expires_at = :expires_at, last_used_at = :now,
        last_address = :address
    WHERE id = :id AND refresh_hash = :refresh_hash
"""
END_ONE = "DELETE FROM token_families WHERE id = :id AND handle = :handle"
FORGET = """
    DELETE FROM token_families
    WHERE api_key_id = :key_id AND (
        expires_at <= :now OR id NOT IN (
            SELECT f.id FROM token_families f
            WHERE f.api_key_id = :key_id
            ORDER BY f.last_used_at DESC, f.id DESC
            LIMIT CAST(:most AS bigint)
        )
    )
"""
END_ALL = """
    DELETE FROM token_families
    WHERE api_key_id IN (SELECT id FROM api_keys WHERE user_id = :user_id)
"""
KEY_GONE = "This API key was revoked a moment ago."
OVER = (
    "This access token opens nothing any longer: the tokens of this program were ended, by "
    "somebody or by another role, password or API key. Begin anew with an API key."
)

# What the key of a kid is; of a database that is another installation's they differ as well.
_public: dict[str, str] = {}


class Ended(Unauthenticated):
    """The ten minutes are over, which is how every token ends."""


class Check(NamedTuple):
    """Something that a token has to say: `holds(header, claims, issuer, now)`, or why it is not
    good."""

    name: str
    holds: Callable[[Mapping[str, Any], Mapping[str, Any], str, int], bool]
    why: str


def _is_time(told: Any) -> bool:
    return type(told) is int


ENDED = "exp"
CHECKS = (
    Check(
        "typ",
        lambda header, _claims, _issuer, _now: header.get("typ") == TYPE,
        f"it is of another type than {TYPE}",
    ),
    Check(
        "iss",
        lambda _header, claims, issuer, _now: claims.get("iss") == issuer,
        "it is another issuer's",
    ),
    Check(
        "aud",
        lambda _header, claims, _issuer, _now: claims.get("aud") == AUDIENCE,
        "it was given for another program than CVD",
    ),
    Check(
        ENDED,
        lambda _header, claims, _issuer, now: _is_time(claims.get("exp")) and now < claims["exp"],
        "it has ended: exchange the refresh token for the next pair",
    ),
    Check(
        "nbf",
        lambda _header, claims, _issuer, now: (
            _is_time(claims.get("nbf")) and claims["nbf"] <= now + LEEWAY_S
        ),
        "its time is still to come, so that a clock must be wrong",
    ),
)


def issuer_of(public_url: str | None) -> str:
    """Whose tokens are taken and given: a copy of CVD under another address has others."""
    return public_url or NAMELESS_ISSUER


def authenticate(db: Database, token: str, *, issuer: str, request_id: str, address: str) -> Actor:
    """The actor behind an access token. Raises Unauthenticated, Ended once its time is over."""
    now = clock.now()
    kid, claims = _proved(db, token, issuer, now)
    handle, number = _numbered(claims)
    found = db.execute(
        OPENED, {"kid": kid, "handle": handle, "number": number, "now": now}
    ).fetchone()
    if found is None or claims.get("sub") != str(found[4]):
        raise Unauthenticated(OVER)
    family_id, scopes, last_used_at, key_id, user_id, username, role = found
    return Actor(
        user_id=user_id,
        username=username,
        role=role,
        request_id=request_id,
        address=address,
        touch_due=last_used_at < clock.later(now, seconds=-auth.TOUCH_EVERY_SECONDS),
        key_id=key_id,
        family_id=family_id,
        scopes=frozenset(scopes.split()),
    )


def open_family(db: Database, family: Mapping[str, Any]) -> None:
    """Keep a new family, with what INSERT names. Raises Unauthenticated where its key is gone."""
    try:
        with db.atomic():
            db.execute(INSERT, family)
    except IntegrityError as error:
        raise Unauthenticated(KEY_GONE) from error


def exchange(db: Database, exchanged: Mapping[str, Any]) -> bool:
    """Keep the next refresh token of a family, with what EXCHANGE names; whether nobody was
    faster."""
    return db.execute(EXCHANGE, exchanged).rowcount > 0


def end_family(db: Database, family_id: int, handle: str) -> bool:
    """End a family at once and for good; whether it had not ended before."""
    return db.execute(END_ONE, {"id": family_id, "handle": handle}).rowcount > 0


def end_families(db: Database, user_id: int) -> None:
    """End the tokens of every program of a user; with an API key its own end by themselves."""
    db.execute(END_ALL, {"user_id": user_id})


def forget_families(db: Database, key_id: int | None, *, most: int) -> None:
    """Of an API key, forget what has ended, and all but the `most` that were used last."""
    db.execute(FORGET, {"key_id": key_id, "now": clock.now(), "most": most})


def touch(db: Database, actor: Actor) -> None:
    """Note that the tokens of a program are in use, and from where; and so is their API key."""
    auth.touch_key(db, actor)
    db.execute(TOUCH, {"now": clock.now(), "address": actor.address, "id": actor.family_id})


def epoch(text: str) -> int:
    """A stored time as tokens tell it: seconds since 1970."""
    return int(clock.to_datetime(text).timestamp())


def _proved(db: Database, token: str, issuer: str, now: str) -> tuple[str, Mapping[str, Any]]:
    """By which key a token is signed, and what it says, once that is known to be true."""
    header = _header(token)
    if header.get("alg") != ALGORITHM:
        raise _refused(f"it is not signed with {ALGORITHM}")
    kid = header.get("kid")
    key = _public_key(db, kid, now) if isinstance(kid, str) and KID.fullmatch(kid) else None
    if key is None or not isinstance(kid, str):
        raise _refused("it is signed by a key that CVD does not have, or no longer")
    claims = _signed(token, key)
    for check in CHECKS:
        if not check.holds(header, claims, issuer, epoch(now)):
            raise _refused(check.why, Ended if check.name == ENDED else Unauthenticated)
    return kid, claims


def _refused(why: str, kind: type[Unauthenticated] = Unauthenticated) -> Unauthenticated:
    return kind(f"This access token is not good: {why}.")


def _header(token: str) -> Mapping[str, Any]:
    from joserfc import errors, jws  # few need it

    try:
        return jws.extract_compact(token.encode()).headers()
    except (errors.JoseError, ValueError, TypeError) as error:
        raise _refused("it is damaged") from error


def _public_key(db: Database, kid: str, now: str) -> str | None:
    if kid not in _public:
        found = scalar(db, PUBLIC_KEY, {"kid": kid, "now": now})
        if found is None:
            return None
        if len(_public) >= MOST_KEYS:
            _public.clear()
        _public[kid] = found
    return _public[kid]


@lru_cache(maxsize=512)  # a program shows the same one for ten minutes
def _signed(token: str, public_key: str) -> Mapping[str, Any]:
    """What a token says, once its signature is that of the key. Raises Unauthenticated."""
    from joserfc import errors, jwt

    try:
        return jwt.decode(token, _imported(public_key), algorithms=[ALGORITHM]).claims
    except (errors.JoseError, ValueError, TypeError) as error:
        raise _refused("its signature is not that of its key") from error


@lru_cache(maxsize=MOST_KEYS)
def _imported(public_key: str) -> Any:
    from joserfc.jwk import ECKey

    return ECKey.import_key(orjson.loads(public_key))


def _numbered(claims: Mapping[str, Any]) -> tuple[str, int]:
    """The family of a token, and after how many exchanges it was given."""
    told = claims.get("jti")
    found = NUMBER.fullmatch(told) if isinstance(told, str) else None
    if found is None:
        raise _refused("it has no number of its own")
    return found[1], int(found[2])
