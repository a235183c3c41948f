"""Tokens: what a program gets for its API key, and how it goes on with them.

An access token opens CVD for ten minutes. A refresh token is exchanged once, for the next pair;
all pairs that followed one another are a family. Of a refresh token two parts are kept, as
hashes: what its family has in common, and the whole. So one that was exchanged before is known
as such, however long ago, and ends the family: either the program or a thief holds the newer
one, and nobody can say which.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, NoReturn

import auth
import clock
import tokens
from auth import Actor
from db import Database, Row, one
from errors import Conflict, Invalid, Unauthenticated
from records import security_log, trail
from services.people import signing_key_service
from settings import Settings

BEGINS = "cvr_"
# Letters of what a family has in common, and of what is one token's own: 190 bits each.
PART = 32
# A token that is not exchanged for so long ends; none outlives the API key.
KEPT_DAYS = 30
# A program that begins anew with each run must not fill the table.
MOST_OF_KEY = 20
# Two workers of one program may exchange the same token at the same moment: the second gets
# nothing, and takes nothing away.
GRACE_S = 10
UNKNOWN = (
    "This refresh token is none, or its tokens were ended: by somebody, by another role, "
    "password or API key, or because it was not exchanged in time. Begin anew with an API key."
)
REUSED = (
    "This refresh token was exchanged before. Either an answer was lost, or somebody else has it "
    "too, so all tokens that came of it have ended. Begin anew with an API key."
)
TWICE_AT_ONCE = (
    "This refresh token was exchanged a moment ago: go on with the pair that was answered then. "
    "Where nobody got it, revoke this one, which ends what came of it, and begin anew with an API "
    "key."
)

FAMILY = """
    SELECT f.id, f.handle, f.refresh_hash, f.previous_hash, f.exchanges, f.scopes, f.exchanged_at,
           k.id AS key_id, k.prefix, k.name, k.expires_at AS key_expires_at,
           u.id AS user_id, u.username, u.role
    FROM token_families f
    JOIN api_keys k ON k.id = f.api_key_id
    JOIN users u ON u.id = k.user_id
    WHERE f.family_hash = :family_hash AND f.expires_at > :now AND k.expires_at > :now
      AND u.disabled_at IS NULL AND u.password_change_due_at IS NULL
"""


def create_tokens(
    db: Database,
    actor: Actor,
    settings: Settings,
    *,
    api_key: str,
    scopes: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The first pair of a family. Raises Unauthenticated, Invalid for a scope the key has not."""
    holder = _holder(db, actor, api_key)
    wanted = sorted(_checked(scopes, holder.scopes or frozenset()))
    key = _key(db, holder)
    # So that two at once are not one too many.
    db.lock("users", auth.own_id(holder))
    now = clock.now()
    tokens.forget_families(db, holder.key_id, most=MOST_OF_KEY - 1)
    refresh_token = f"{BEGINS}{_part()}{_part()}"
    family = {
        "key_id": holder.key_id,
        "handle": secrets.token_urlsafe(16),
        "family_hash": _family_hash(refresh_token),
        "refresh_hash": auth.token_hash(refresh_token),
        "scopes": " ".join(wanted),
        "now": now,
        "expires_at": _ends(now, key["expires_at"]),
        "address": actor.address,
    }
    tokens.open_family(db, family)
    auth.touch_key(db, holder)
    told = {"username": holder.username, **key, "scopes": family["scopes"]}
    del told["expires_at"]
    _record(db, holder, "token_family.created", told)
    row = {**family, "user_id": holder.user_id, "prefix": key["prefix"]}
    return _answer(db, actor, settings, row, exchanges=0, refresh_token=refresh_token)


def refresh_tokens(
    db: Database, actor: Actor, settings: Settings, *, refresh_token: str
) -> dict[str, Any]:
    """The next pair. Raises Unauthenticated, which ends the family where the token is an old one.

    Conflict for one that was exchanged within GRACE_S.
    """
    family = _family(db, actor, refresh_token)
    now = clock.now()
    shown_hash = auth.token_hash(refresh_token)
    next_token = f"{refresh_token[: len(BEGINS) + PART]}{_part()}"
    ends = _ends(now, family["key_expires_at"])
    is_exchanged = tokens.exchange(
        db,
        {
            "id": family["id"],
            "refresh_hash": shown_hash,
            "next_hash": auth.token_hash(next_token),
            "now": now,
            "expires_at": ends,
            "address": actor.address,
        },
    )
    if not is_exchanged:
        _refuse_old(db, actor, refresh_token)
    row = {**family, "expires_at": ends, "now": now}
    # Read before anybody could exchange what was just given: this one is the next.
    number = family["exchanges"] + 1
    return _answer(db, actor, settings, row, exchanges=number, refresh_token=next_token)


def revoke_tokens(db: Database, actor: Actor, *, refresh_token: str) -> None:
    """End the family of a refresh token, also of an old one; nothing where there is none."""
    family = _find(db, refresh_token)
    if family is not None:
        end(db, _themself(actor, family), family)


def end(db: Database, actor: Actor, family: Row, *, action: str = "token_family.ended") -> None:
    """End a family ({id, handle, user_id, username, name, prefix}), if it has not ended yet."""
    if tokens.end_family(db, family["id"], family["handle"]):
        told = {name: family[name] for name in ("username", "name", "prefix")}
        _record(db, actor, action, told, user_id=family["user_id"])


def _holder(db: Database, actor: Actor, api_key: str) -> Actor:
    try:
        return auth.authenticate_key(
            db, api_key, request_id=actor.request_id, address=actor.address
        )
    except Unauthenticated:
        # What does not look like a key may be a password that was sent by mistake.
        shown = auth.shown_of(api_key) if api_key.startswith(auth.KEY_BEGINS) else ""
        security_log.refused("API key refused", account=shown, actor=actor)
        raise


def _checked(scopes: Sequence[str] | None, possible: frozenset[str]) -> set[str]:
    """The scopes that are asked for, all of them where none are named. Raises Invalid."""
    errors = [
        {"pointer": f"/scopes/{place}", "message": "is no scope of this API key"}
        for place, scope in enumerate(scopes or ())
        if scope not in possible
    ]
    if errors:
        raise Invalid(errors)
    return set(scopes or possible)


def _key(db: Database, holder: Actor) -> Row:
    found = one(
        db,
        "SELECT name, prefix, expires_at FROM api_keys WHERE id = :id",
        {"id": holder.key_id},
    )
    if found is None:
        raise Unauthenticated(tokens.KEY_GONE)
    return found


def _find(db: Database, refresh_token: str) -> Row | None:
    return one(db, FAMILY, {"family_hash": _family_hash(refresh_token), "now": clock.now()})


def _family(db: Database, actor: Actor, refresh_token: str) -> Row:
    family = _find(db, refresh_token)
    if family is None:
        security_log.refused("Refresh token refused", account="", actor=actor)
        raise Unauthenticated(UNKNOWN)
    return family


def _refuse_old(db: Database, actor: Actor, refresh_token: str) -> NoReturn:
    """For one that is not the newest of its family, as that stands now."""
    family = _family(db, actor, refresh_token)
    account = family["username"]
    since = clock.later(clock.now(), seconds=-GRACE_S)
    is_previous = family["previous_hash"] == auth.token_hash(refresh_token)
    if is_previous and family["exchanged_at"] > since:
        security_log.refused("Refresh token shown twice at once", account=account, actor=actor)
        raise Conflict(TWICE_AT_ONCE)
    security_log.refused("Refresh token shown again", account=account, actor=actor)
    problem = Unauthenticated(REUSED)
    problem.afterwards = lambda after: end(
        after, _themself(actor, family), family, action="token_family.reused"
    )
    raise problem


def _answer(
    db: Database,
    actor: Actor,
    settings: Settings,
    family: Row,
    *,
    exchanges: int,
    refresh_token: str,
) -> dict[str, Any]:
    issued = tokens.epoch(family["now"])
    claims = {
        "iss": tokens.issuer_of(settings.public_url),
        "aud": tokens.AUDIENCE,
        "sub": str(family["user_id"]),
        "client_id": family["prefix"],
        "scope": family["scopes"],
        "iat": issued,
        "nbf": issued,
        "exp": issued + tokens.MINUTES * 60,
        "jti": f"{family['handle']}.{exchanges}",
    }
    return {
        "access_token": signing_key_service.signed(db, actor, claims),
        "token_type": "Bearer",
        "expires_in": tokens.MINUTES * 60,
        "refresh_token": refresh_token,
        "refresh_expires_at": family["expires_at"],
        "scopes": family["scopes"].split(),
    }


def _ends(now: str, key_expires_at: str) -> str:
    return min(clock.later(now, days=KEPT_DAYS), key_expires_at)


def _part() -> str:
    return "".join(secrets.choice(auth.KEY_LETTERS) for _ in range(PART))


def _family_hash(refresh_token: str) -> str:
    return auth.token_hash(refresh_token[: len(BEGINS) + PART])


def _themself(actor: Actor, family: Row) -> Actor:
    return actor._replace(
        user_id=family["user_id"], username=family["username"], role=family["role"]
    )


def _record(
    db: Database, actor: Actor, action: str, after: Row, *, user_id: int | None = None
) -> None:
    noun_id = actor.user_id if user_id is None else user_id
    trail.record(db, actor, action=action, noun="user", noun_id=noun_id, after=after)
