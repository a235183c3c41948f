"""Sealing: what CVD has to read again is sealed with the key beside the database.

The first that needs a key makes it. Where one was in use, none is made in its place: what the old
one sealed would be lost for good, and other nodes would go on with that one.
"""

from __future__ import annotations

from db import Database, scalar

# A passkey is not sealed itself; the challenge that it answered was.
IN_USE = """
    SELECT 1 WHERE EXISTS (SELECT 1 FROM second_factors)
        OR EXISTS (SELECT 1 FROM passkeys)
        OR EXISTS (SELECT 1 FROM signing_keys)
        OR EXISTS (SELECT 1 FROM webhooks WHERE sealed_secret <> '')
"""


def seal(db: Database, text: str, *, owner: str) -> str:
    """The text, readable only with the key and for the same owner.

    Raises Unavailable where the key is gone that was in use.
    """
    secret = db.audit.secret
    is_first = not secret.is_there and scalar(db, IN_USE) is None
    return secret.seal(text, owner=owner, make=is_first)


def seal_anew(db: Database, text: str, *, owner: str) -> str:
    """As `seal`, with a new key where the one before is lost. Raises Unavailable."""
    return db.audit.secret.seal(text, owner=owner, make=True)
