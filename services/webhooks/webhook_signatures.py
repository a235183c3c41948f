"""Signatures of deliveries by Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256.

A secret is `whsec_` and 32 random bytes in base64. What is signed is `id.timestamp.body`; the
header holds a signature for each secret that is in force, with a blank between.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

import clock

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret that nobody has."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(event_id: str, body: bytes, in_force: Iterable[str]) -> dict[str, str]:
    """The three headers of a delivery that is sent now, signed with each secret."""
    timestamp = str(int(clock.to_datetime(clock.now()).timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in in_force),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
