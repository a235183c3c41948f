"""The rules of signing in: which roles need a second factor.

Who needs one and has none may do nothing but set it up. That stands in the session, so
that looking a session up stays one statement: it is written at sign-in, and in every open
session when the rules change.
"""

from __future__ import annotations

from collections.abc import Sequence

import auth
from auth import Actor
from db import Database, Row, one
from errors import Conflict, Unavailable
from records import trail
from records.changes import check_version, compare_and_set
from services.people import second_factors


def get_sign_in_rules(db: Database, actor: Actor) -> Row:
    """{second_factor_roles, version}, the roles as a list. Raises Unavailable before
    `flask db upgrade`."""
    row = one(db, "SELECT second_factor_roles, version FROM sign_in_rules WHERE id = 1")
    if row is None:
        raise Unavailable("The rules of signing in are not there: run `flask db upgrade`.")
    return {**row, "second_factor_roles": row["second_factor_roles"].split()}


def update_sign_in_rules(
    db: Database, actor: Actor, *, version: int, second_factor_roles: Sequence[str]
) -> Row:
    """Change who needs a second factor, from now on and everywhere. Raises Conflict."""
    before = get_sign_in_rules(db, actor)
    check_version(before, version)
    roles = sorted(set(second_factor_roles))
    compare_and_set(
        db,
        """
        UPDATE sign_in_rules SET second_factor_roles = :roles, version = version + 1
        WHERE id = 1 AND version = :version
        """,
        {"roles": " ".join(roles), "version": version},
        reread=lambda: get_sign_in_rules(db, actor),
    )
    auth.mark_enrolment(db, roles)
    after = get_sign_in_rules(db, actor)
    trail.record(
        db,
        actor,
        action="sign_in_rule.updated",
        noun="settings",
        noun_id=1,
        before=_told(before),
        after=_told(after),
    )
    return after


def needs_enrolment(db: Database, user: Row) -> bool:
    """Whether a user ({id, role}) has to set a second factor up before anything else."""
    found = one(db, "SELECT second_factor_roles FROM sign_in_rules WHERE id = 1")
    is_needed = found is not None and user["role"] in found["second_factor_roles"].split()
    return is_needed and not second_factors.is_on(db, user["id"])


def check_kept(db: Database, user: Row) -> None:
    """Conflict where a user ({id, role}) needs a second factor, and has just lost the last one."""
    if needs_enrolment(db, user):
        raise Conflict("Your role needs a second factor: an administrator can reset yours.")


def _told(rules: Row) -> Row:
    return {"second_factor_roles": ", ".join(rules["second_factor_roles"])}
