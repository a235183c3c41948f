"""Claims: what a provider says of a person in an ID token, once that is known to be true."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from errors import Unauthenticated

# No secret signs: whoever knows the client's secret, or takes a public key for one, could.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
LEEWAY_S = 60
LONGEST_SUBJECT = 255
# RFC 8176: several factors, a code, a key in hardware.
SECOND_FACTORS = {"mfa", "otp", "hwk"}


class Vouched(NamedTuple):
    """Whom the provider vouches for; `email` only where it says that it is theirs."""

    subject: str
    email: str | None
    username: str | None
    display_name: str | None
    values: frozenset[str]
    has_second_factor: bool


class UnknownKey(Exception):
    """The token is signed with a key that is not among those at hand."""


def verified(
    token: str, keys: Sequence[Any], *, issuer: str, audience: str, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token. Raises UnknownKey, Unauthenticated for one that is not good."""
    from joserfc import errors, jwt  # few need it
    from joserfc.jwk import KeySet

    try:
        claims = jwt.decode(token, KeySet(list(keys)), algorithms=list(ALGORITHMS)).claims
    except (errors.BadSignatureError, errors.InvalidKeyIdError) as error:
        raise UnknownKey from error
    except (errors.JoseError, ValueError) as error:
        raise Unauthenticated(_refused(str(error))) from error
    rules = jwt.JWTClaimsRegistry(
        now=int(time.time()),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        rules.validate(claims)
    except errors.JoseError as error:
        raise Unauthenticated(_refused(str(error))) from error
    _check_rest(claims, audience)
    return dict(claims)


def keys_of(document: Any) -> list[Any]:
    """The keys of a JWKS document that sign; those of a kind nobody knows are left out."""
    from joserfc import errors, jwk

    found = []
    stated = document.get("keys") if isinstance(document, dict) else None
    for each in stated if isinstance(stated, list) else ():
        if (
            not isinstance(each, dict)
            or each.get("use", "sig") != "sig"
            or each.get("kty") == "oct"
        ):
            continue
        try:
            found.append(jwk.import_key(each))
        except (errors.JoseError, ValueError, KeyError):
            continue
    return found


def vouched(claims: Mapping[str, Any], *, role_claim: str) -> Vouched:
    """The person whom the claims are about."""
    email = _text(claims.get("email"), 120)
    # Some send a word instead of a truth value; nothing else is proof.
    stated = claims.get("email_verified")
    is_theirs = stated is True or stated == "true"
    methods = claims.get("amr")
    return Vouched(
        subject=claims["sub"],
        email=email if is_theirs else None,
        username=_text(claims.get("preferred_username"), 60) or (email or "").partition("@")[0],
        display_name=_text(claims.get("name"), 120),
        values=_values(claims, role_claim) if role_claim else frozenset(),
        has_second_factor=isinstance(methods, list)
        and bool(SECOND_FACTORS & set(map(str, methods))),
    )


def has(claims: Mapping[str, Any], role_claim: str) -> bool:
    """Whether email and role are told, or left to be asked for."""
    return "email" in claims and (not role_claim or _at(claims, role_claim) is not None)


def _check_rest(claims: Mapping[str, Any], audience: str) -> None:
    """What OpenID Connect Core 1.0, 3.1.3.7, asks besides."""
    subject, party = claims["sub"], claims.get("azp")
    if not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise Unauthenticated(_refused("it names nobody"))
    is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if party != audience and (party is not None or is_for_several):
        raise Unauthenticated(_refused("it was given to another program"))


def _refused(why: str) -> str:
    return f"What the provider sent is not good ({why.rstrip('.')}): begin again."


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    found = _at(claims, name)
    listed = found if isinstance(found, list) else [found]
    return frozenset(each for each in listed if isinstance(each, str))


def _at(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by the names that lead to it: `realm_access.roles`."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _text(found: Any, longest: int) -> str | None:
    is_good = isinstance(found, str) and found.strip() and found.isprintable()
    return found.strip()[:longest] if is_good else None
