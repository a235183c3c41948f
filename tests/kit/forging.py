"""Access tokens that say anything: forged with the key of CVD itself, or with another."""

from __future__ import annotations

import base64
import hmac
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey

from db import Database, Engine, one


def told(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a token says, in its header and in its claims, whoever signed it."""
    header, claims, _ = token.split(".")
    return _part_of(header), _part_of(claims)


def signing_key(db: Database) -> Any:
    """The key that signs at the moment, with its private half."""
    found = one(db, "SELECT kid, sealed_key FROM signing_keys WHERE verifies_until IS NULL")
    assert found is not None
    private = db.audit.secret.unseal(found["sealed_key"], owner=f"signing key {found['kid']}")
    return ECKey.import_key(orjson.loads(private))


def forged(engine: Engine, token: str, **changes: Any) -> str:
    """The same token signed anew by CVD's key, with other claims; `typ` and `kid` of its header.

    A claim that is None is left out.
    """
    with engine.reading() as db:
        key = signing_key(db)
    return forged_with(key, token, **changes)


def forged_with(key: Any, token: str, **changes: Any) -> str:
    """As `forged`, with any key."""
    header, claims = told(token)
    for name, value in changes.items():
        (header if name in ("typ", "kid") else claims)[name] = value
    header = {name: value for name, value in header.items() if value is not None}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(header, claims, key)


def unsigned(token: str) -> str:
    """The same token, whose header says that it needs no signature."""
    header, claims = told(token)
    return f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."


def signed_with_public_key(engine: Engine, token: str) -> str:
    """As if the text of the public key, which everybody knows, were a secret."""
    header, claims = told(token)
    content = f"{_part({**header, 'alg': 'HS256'})}.{_part(claims)}"
    with engine.reading() as db:
        secret = signing_key(db).as_pem(private=False)
    # The library refuses to be used like this.
    signature = hmac.digest(secret, content.encode(), "sha256")
    return f"{content}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _part(what: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(what)).rstrip(b"=").decode()


def _part_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found
