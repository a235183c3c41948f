"""Identities: which account a provider's subject is, as it was linked once."""

from __future__ import annotations

import re

import auth
import clock
from auth import Actor
from db import Database, Row, one, scalar
from errors import Forbidden
from records import trail
from services.people import user_service
from services.people.claims import Vouched

MOST_TRIED = 50
NOT_A_LETTER = re.compile(r"[^A-Za-z0-9._@+-]+")
ASK = "ask an administrator of CVD"


def account_of(
    db: Database, actor: Actor, vouched: Vouched, *, issuer: str, new_role: str | None
) -> Row:
    """The account of whom the provider vouches for: {id, username, role, disabled_at, version}.

    Linked at first by a verified email to the one account that has it, else made with
    `new_role` where there is one. Raises Forbidden for who has no account.
    """
    db.lock("users", 0)
    user_id = scalar(
        db,
        "SELECT user_id FROM identities WHERE issuer = :issuer AND subject = :subject",
        {"issuer": issuer, "subject": vouched.subject},
    )
    if user_id is None:
        user_id = _by_email(db, issuer, vouched.email)
        if user_id is None and new_role is None:
            raise Forbidden(f"You have no account in CVD: {ASK} for one with your email.")
        if user_id is None:
            user_id = _made(db, actor, vouched, new_role or "")
        _link(db, actor, user_id, issuer, vouched)
    db.execute(
        "UPDATE identities SET last_used_at = :now WHERE issuer = :issuer AND subject = :subject",
        {"now": clock.now(), "issuer": issuer, "subject": vouched.subject},
    )
    return user_service.get_user(db, actor, user_id=user_id)


def _by_email(db: Database, issuer: str, email: str | None) -> int | None:
    if email is None:
        return None
    found = list(
        db.query(
            """
            SELECT u.id, u.email_own, i.id AS identity_id
            FROM users u
            LEFT JOIN identities i ON i.user_id = u.id AND i.issuer = :issuer
            WHERE lower(u.email) = lower(:email)
            """,
            {"email": email, "issuer": issuer},
        )
    )
    if not found:
        return None
    if len(found) > 1:
        raise Forbidden(f"Several accounts in CVD have your email: {ASK} to leave it at one.")
    if found[0]["identity_id"] is not None:
        raise Forbidden(f"The account with your email is somebody else's at the provider: {ASK}.")
    if found[0]["email_own"]:
        # Anybody could type a colleague's, and be linked with what that one may do.
        raise Forbidden(
            f"The email of your account was not entered by an administrator: {ASK} to enter it."
        )
    user_id: int = found[0]["id"]
    return user_id


def _made(db: Database, actor: Actor, vouched: Vouched, role: str) -> int:
    nobody = actor._replace(username="provider", user_id=None, role=role)
    user = user_service.insert_user(
        db,
        nobody,
        username=_free_username(db, vouched),
        password_hash=auth.no_password(),
        role=role,
        display_name=vouched.display_name,
        email=vouched.email,
    )
    user_id: int = user["id"]
    return user_id


def _free_username(db: Database, vouched: Vouched) -> str:
    """As the provider calls them, in letters that CVD takes; with a number where that is taken."""
    wanted = NOT_A_LETTER.sub("-", vouched.username or "").lstrip("._@+-")[:56] or "person"
    for number in range(1, MOST_TRIED):
        name = wanted if number == 1 else f"{wanted}-{number}"
        taken = one(db, "SELECT 1 FROM users WHERE lower(username) = lower(:name)", {"name": name})
        if taken is None:
            return name
    raise Forbidden(f"Too many people are called {wanted}: {ASK} for an account with your email.")


def _link(db: Database, actor: Actor, user_id: int, issuer: str, vouched: Vouched) -> None:
    db.execute(
        """
        INSERT INTO identities (user_id, issuer, subject, linked_at, last_used_at)
        VALUES (:user_id, :issuer, :subject, :now, :now)
        """,
        {"user_id": user_id, "issuer": issuer, "subject": vouched.subject, "now": clock.now()},
    )
    user = user_service.get_user(db, actor, user_id=user_id)
    after = {"username": user["username"], "issuer": issuer, "subject": vouched.subject}
    themself = actor._replace(user_id=user_id, username=user["username"], role=user["role"])
    trail.record(db, themself, action="user.linked", noun="user", noun_id=user_id, after=after)
