"""Passkeys as they are kept: the public half of a key that somebody's device holds.

Each works at one host name (`rp_id`). A device either counts how often it has signed, or says 0
always; one that counts back may be a copy, and signs nobody in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import clock
from auth import Actor
from db import Database, Engine, Row, one, scalar
from errors import Conflict, NotFound, Unauthenticated
from records import trail
from records.changes import compare_and_set
from services.people import authenticators, ceremonies, relying_party
from services.people.authenticators import Made
from services.people.ceremonies import NOBODY, Ceremony

NOT_THERE = "There is no such passkey: it may have been removed."
UNKNOWN = (
    "CVD does not know this passkey: it was removed here, or belongs to somebody else. Sign in "
    "with your password; you can delete it on your device."
)
COUNTED_BACK = (
    "This passkey has counted back, so it may have been copied, and signs nobody in. Sign in "
    "another way, and remove it on your profile."
)


class Use(NamedTuple):
    """A passkey that has just signed, and its count before and after."""

    passkey_id: int
    credential_id: str
    user_id: int
    name: str
    signs_before: int
    signs: int


def of_user(db: Database, user_id: int) -> list[Row]:
    """[{id, name, rp_id, created_at, last_used_at, version}] by name."""
    return list(
        db.query(
            """
            SELECT id, name, rp_id, created_at, last_used_at, version
            FROM passkeys
            WHERE user_id = :user_id
            ORDER BY lower(name), id
            """,
            {"user_id": user_id},
        )
    )


def one_of(db: Database, user_id: int, passkey_id: int) -> Row:
    """One of somebody's, as `of_user` has it. Raises NotFound."""
    found = [each for each in of_user(db, user_id) if each["id"] == passkey_id]
    if not found:
        raise NotFound(NOT_THERE)
    return found[0]


def credentials_of(db: Database, user_id: int, rp_id: str) -> list[dict[str, Any]]:
    """[{id, transports}]: how browsers find those that work at a host name."""
    rows = db.query(
        """
        SELECT credential_id, transports
        FROM passkeys
        WHERE user_id = :user_id AND rp_id = :rp_id
        ORDER BY id
        """,
        {"user_id": user_id, "rp_id": rp_id},
    )
    return [{"id": row["credential_id"], "transports": row["transports"].split()} for row in rows]


def are_used(db: Database, rp_id: str | None) -> bool:
    """Whether anybody has one for this host name, or without it for any."""
    if rp_id is None:
        return scalar(db, "SELECT 1 FROM passkeys LIMIT 1") is not None
    found = scalar(db, "SELECT 1 FROM passkeys WHERE rp_id = :rp_id LIMIT 1", {"rp_id": rp_id})
    return found is not None


def handle_of(db: Database, user_id: int) -> str | None:
    """Whom devices call this person; None before the first passkey."""
    handle: str | None = scalar(
        db,
        "SELECT user_handle FROM passkeys WHERE user_id = :user_id ORDER BY id LIMIT 1",
        {"user_id": user_id},
    )
    return handle


def of_credential(db: Database, credential_id: str) -> Row | None:
    """The passkey of a device, of whoever is enabled: {id, user_id, username, …}, or None."""
    return one(
        db,
        """
        SELECT
            p.id, p.user_id, p.credential_id, p.name, p.rp_id, p.public_key, p.user_handle,
            p.sign_count, u.username
        FROM passkeys p
        JOIN users u ON u.id = p.user_id
        WHERE p.credential_id = :credential_id AND u.disabled_at IS NULL
        """,
        {"credential_id": credential_id},
    )


def keep(
    db: Database,
    ceremony: Ceremony,
    made: Made,
    *,
    name: str,
    transports: Sequence[str],
) -> int:
    """Keep a new one of who began the ceremony: its id. Raises Conflict where it is known."""
    passkey_id: int | None = scalar(
        db,
        """
        INSERT INTO passkeys
            (user_id, name, rp_id, credential_id, public_key, user_handle, transports,
             sign_count, created_at)
        VALUES
            (:user_id, :name, :rp_id, :credential_id, :public_key, :user_handle, :transports,
             :sign_count, :now)
        ON CONFLICT (credential_id) DO NOTHING
        RETURNING id
        """,
        {
            "user_id": ceremony.user_id,
            "name": name,
            "rp_id": ceremony.rp_id,
            "credential_id": made.credential_id,
            "public_key": made.public_key,
            "user_handle": ceremony.user_handle,
            "transports": " ".join(sorted(set(transports))),
            "sign_count": made.sign_count,
            "now": clock.now(),
        },
    )
    if passkey_id is None:
        raise Conflict("This passkey is known already.")
    return passkey_id


def rename(db: Database, user_id: int, passkey_id: int, *, version: int, name: str) -> None:
    """Raises Conflict where it was renamed meanwhile."""
    compare_and_set(
        db,
        """
        UPDATE passkeys SET name = :name, version = version + 1
        WHERE id = :id AND version = :version
        """,
        {"name": name, "id": passkey_id, "version": version},
        reread=lambda: one_of(db, user_id, passkey_id),
    )


def remove(db: Database, passkey_id: int) -> None:
    """Remove one, where it is there."""
    db.execute("DELETE FROM passkeys WHERE id = :id", {"id": passkey_id})


def remove_all(db: Database, user_id: int) -> int:
    """Every one of a user; how many there were."""
    return db.execute(
        "DELETE FROM passkeys WHERE user_id = :user_id", {"user_id": user_id}
    ).rowcount


def used(
    engine: Engine, actor: Actor, found: Row | None, assertion: dict[str, str], *, alone: bool
) -> Use:
    """The use of a passkey that signed what it was asked here; it still has to be kept.

    `found` is what `of_credential` knows of it. With `alone` it is all that signs somebody in, so
    its device has to have looked at who holds it. Raises Unauthenticated for what does not hold,
    Conflict for what was begun elsewhere or is over.
    """
    party = relying_party.of(actor)
    ceremony = ceremonies.of_cookie(engine, actor.ceremony, rp_id=party.id, user_id=NOBODY)
    handle = assertion.get("user_handle")
    if found is None or found["rp_id"] != party.id:
        raise Unauthenticated(UNKNOWN)
    with engine.writing() as db:
        ceremonies.end(db, ceremony)
    if (alone or handle is not None) and handle != found["user_handle"]:
        raise Unauthenticated(UNKNOWN)
    count = authenticators.signed(
        party, ceremony, assertion, public_key=found["public_key"], looks=alone
    )
    use = Use(
        found["id"],
        found["credential_id"],
        found["user_id"],
        found["name"],
        found["sign_count"],
        count,
    )
    if max(use.signs, use.signs_before) > 0 and use.signs <= use.signs_before:
        with engine.writing() as db:
            _note_copy(db, actor, found)
        raise Unauthenticated(COUNTED_BACK)
    return use


def note_use(db: Database, use: Use) -> None:
    """Keep that it signed.

    Raises Unauthenticated where it is gone, has signed or its owner was disabled meanwhile.
    """
    noted = db.execute(
        """
        UPDATE passkeys SET sign_count = :signs, last_used_at = :now
        WHERE id = :id AND user_id = :user_id AND sign_count = :signs_before
          AND credential_id = :credential_id
          AND user_id IN (SELECT u.id FROM users u WHERE u.disabled_at IS NULL)
        """,
        {
            "signs": use.signs,
            "now": clock.now(),
            "id": use.passkey_id,
            "user_id": use.user_id,
            "credential_id": use.credential_id,
            "signs_before": use.signs_before,
        },
    )
    if noted.rowcount == 0:
        raise Unauthenticated(UNKNOWN)


def _note_copy(db: Database, actor: Actor, found: Row) -> None:
    after = {"username": found["username"], "name": found["name"], "address": actor.address}
    trail.record(
        db,
        actor,
        action="passkey.counted_back",
        noun="user",
        noun_id=found["user_id"],
        after=after,
    )
