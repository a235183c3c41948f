"""Second factors as they are kept: one secret a person, and codes that work once.

A code of an authenticator app (TOTP, RFC 6238) counts for its own half minute and the one
on either side, for clocks differ; no code of that step or an earlier one counts again.
"""

from __future__ import annotations

import hmac
from typing import Any

import auth
import clock
from db import Database, Row, one, scalar

STEP_S = 30
RECOVERY_CODES = 10


def of_user(db: Database, user_id: int) -> Row | None:
    """{sealed_secret, created_at, confirmed_at, last_step}; None where there is none."""
    return one(
        db,
        """
        SELECT sealed_secret, created_at, confirmed_at, last_step
        FROM second_factors
        WHERE user_id = :user_id
        """,
        {"user_id": user_id},
    )


def is_on(db: Database, user_id: int) -> bool:
    """Whether this person is asked for a code."""
    found = of_user(db, user_id)
    return found is not None and found["confirmed_at"] is not None


def begin(db: Database, user_id: int, secret: str) -> None:
    """Keep a secret that is asked for as soon as it is confirmed; another one is forgotten."""
    end(db, user_id)
    db.execute(
        """
        INSERT INTO second_factors (user_id, sealed_secret, created_at)
        VALUES (:user_id, :sealed, :now)
        """,
        {"user_id": user_id, "sealed": db.audit.secret.seal(secret, owner=str(user_id)),
         "now": clock.now()},
    )  # fmt: skip


def confirm(db: Database, user_id: int) -> list[str]:
    """Ask for codes from here on; the recovery codes, which are stored nowhere."""
    db.execute(
        "UPDATE second_factors SET confirmed_at = :now WHERE user_id = :user_id",
        {"now": clock.now(), "user_id": user_id},
    )
    codes = [auth.one_time_password() for _ in range(RECOVERY_CODES)]
    db.executemany(
        "INSERT INTO recovery_codes (user_id, code_hash) VALUES (:user_id, :code_hash)",
        [{"user_id": user_id, "code_hash": auth.token_hash(code)} for code in codes],
    )
    return codes


def end(db: Database, user_id: int) -> bool:
    """Forget the second factor; whether there was one."""
    params = {"user_id": user_id}
    db.execute("DELETE FROM recovery_codes WHERE user_id = :user_id", params)
    return db.execute("DELETE FROM second_factors WHERE user_id = :user_id", params).rowcount > 0


def codes_left(db: Database, user_id: int) -> int:
    """How many recovery codes are unused."""
    left: int = scalar(
        db, "SELECT count(*) FROM recovery_codes WHERE user_id = :user_id", {"user_id": user_id}
    )
    return left


def use_code(db: Database, user_id: int, code: str) -> str | None:
    """Use a code up: "app" or "recovery" by what it was; None where it is none (any longer)."""
    typed = "".join(code.split()).lower()
    found = of_user(db, user_id)
    if found is None:
        return None
    if typed.isdigit() and typed.isascii():
        return "app" if _use_step(db, user_id, found, typed) else None
    gone = db.execute(
        "DELETE FROM recovery_codes WHERE user_id = :user_id AND code_hash = :code_hash",
        {"user_id": user_id, "code_hash": auth.token_hash(typed)},
    )
    return "recovery" if gone.rowcount else None


def _use_step(db: Database, user_id: int, found: Row, typed: str) -> bool:
    import pyotp  # few need it

    app: Any = pyotp.TOTP(db.audit.secret.unseal(found["sealed_secret"], owner=str(user_id)))
    now = int(clock.to_datetime(clock.now()).timestamp()) // STEP_S
    fitting = [s for s in (now - 1, now, now + 1) if hmac.compare_digest(app.at(s * STEP_S), typed)]
    if not fitting:
        return False
    used = db.execute(
        """
        UPDATE second_factors SET last_step = :step
        WHERE user_id = :user_id AND last_step < :step
        """,
        {"step": max(fitting), "user_id": user_id},
    )
    return used.rowcount > 0
