"""Second factors as they are kept: one secret a person, passkeys, and codes that work once.

A code of an authenticator app (TOTP, RFC 6238) counts for its own half minute and the one
on either side, for clocks differ; no code of that step or an earlier one counts again.
"""

from __future__ import annotations

import hmac
from typing import Any

import auth
import clock
from db import Database, Row, one, scalar
from services.people import passkeys, sealed_secrets

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


def has_app(db: Database, user_id: int) -> bool:
    """Whether codes of an authenticator app are taken."""
    found = of_user(db, user_id)
    return found is not None and found["confirmed_at"] is not None


def is_on(db: Database, user_id: int) -> bool:
    """Whether this person is asked for more than the password."""
    return has_app(db, user_id) or bool(passkeys.of_user(db, user_id))


def begin(db: Database, user_id: int, secret: str) -> None:
    """Keep a secret that is asked for as soon as it is confirmed; another one is forgotten."""
    _end_app(db, user_id)
    db.execute(
        """
        INSERT INTO second_factors (user_id, sealed_secret, created_at)
        VALUES (:user_id, :sealed, :now)
        """,
        {"user_id": user_id, "sealed": sealed_secrets.seal(db, secret, owner=str(user_id)),
         "now": clock.now()},
    )  # fmt: skip


def confirm(db: Database, user_id: int) -> list[str]:
    """Ask for codes from here on; the recovery codes, as `give_codes`."""
    is_first = not is_on(db, user_id)
    db.execute(
        "UPDATE second_factors SET confirmed_at = :now WHERE user_id = :user_id",
        {"now": clock.now(), "user_id": user_id},
    )
    return give_codes(db, user_id, anew=is_first)


def give_codes(db: Database, user_id: int, *, anew: bool = False) -> list[str]:
    """Recovery codes, which are stored nowhere; none where there are some, unless `anew`."""
    if anew:
        _end_codes(db, user_id)
    elif codes_left(db, user_id):
        return []
    codes = [auth.one_time_password() for _ in range(RECOVERY_CODES)]
    db.executemany(
        "INSERT INTO recovery_codes (user_id, code_hash) VALUES (:user_id, :code_hash)",
        [{"user_id": user_id, "code_hash": auth.token_hash(code)} for code in codes],
    )
    return codes


def end_app(db: Database, user_id: int) -> bool:
    """Forget the authenticator app; whether there was one."""
    was_there = _end_app(db, user_id)
    forget_idle_codes(db, user_id)
    return was_there


def end_all(db: Database, user_id: int) -> bool:
    """Forget app, passkeys and recovery codes; whether there was anything."""
    _end_codes(db, user_id)
    return any([_end_app(db, user_id), passkeys.remove_all(db, user_id)])


def forget_idle_codes(db: Database, user_id: int) -> None:
    """Recovery codes stand in for a second factor: without one they are void."""
    if not is_on(db, user_id):
        _end_codes(db, user_id)


def codes_left(db: Database, user_id: int) -> int:
    """How many recovery codes are unused."""
    left: int = scalar(
        db, "SELECT count(*) FROM recovery_codes WHERE user_id = :user_id", {"user_id": user_id}
    )
    return left


def use_code(db: Database, user_id: int, code: str) -> str | None:
    """Use a code up: "app" or "recovery" by what it was; None where it is none (any longer)."""
    typed = "".join(code.split()).lower()
    if typed.isdigit() and typed.isascii():
        return "app" if has_app(db, user_id) and use_app_code(db, user_id, typed) else None
    gone = db.execute(
        "DELETE FROM recovery_codes WHERE user_id = :user_id AND code_hash = :code_hash",
        {"user_id": user_id, "code_hash": auth.token_hash(typed)},
    )
    return "recovery" if gone.rowcount else None


def use_app_code(db: Database, user_id: int, code: str) -> bool:
    """Use a code of the app up, which need not be confirmed yet; whether it was good."""
    import pyotp  # few need it

    found, typed = of_user(db, user_id), "".join(code.split())
    if found is None or not (typed.isdigit() and typed.isascii()):
        return False
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


def _end_app(db: Database, user_id: int) -> bool:
    params = {"user_id": user_id}
    return db.execute("DELETE FROM second_factors WHERE user_id = :user_id", params).rowcount > 0


def _end_codes(db: Database, user_id: int) -> None:
    db.execute("DELETE FROM recovery_codes WHERE user_id = :user_id", {"user_id": user_id})
