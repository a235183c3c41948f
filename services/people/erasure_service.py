"""Erasing a person: who they were goes, what they did stays under a number.

At once go name, username, email, and every way in. Where else the names were written as text,
a job replaces them (services/upkeep/erasure_job.py): it is asked for in the same transaction.
"""

from __future__ import annotations

from typing import Any

import orjson

import auth
import clock
import jobs
from auth import Actor
from db import Database, Engine, Row
from errors import Conflict
from records import kept_answers, search, trail
from records.changes import check_version, compare_and_set, refusing_duplicate
from services.people import second_factors, session_service, throttle, user_service

KIND = "users.erasure"
ERASE = """
    UPDATE users SET
        username = :username,
        display_name = :display_name,
        email = NULL,
        email_own = 0,
        password_hash = :password_hash,
        password_change_due_at = NULL,
        disabled_at = COALESCE(disabled_at, :now),
        version = version + 1
    WHERE id = :id AND version = :version
"""
# What was under way when somebody was erased may write their name a little later.
ASKED_AGAIN_DAYS = 2
ASK_AGAIN = """
    SELECT user_id FROM erasures WHERE finished_at IS NULL OR erased_at > :since ORDER BY user_id
"""
UNDER_WAY = "SELECT arguments FROM jobs WHERE kind = :kind AND state IN ('queued', 'running')"
NOTE = "INSERT INTO erasures (user_id, erased_at) VALUES (:id, :now)"


def erase_user(
    engine: Engine, actor: Actor, *, user_id: int, version: int, current_password: str
) -> dict[str, Any]:
    """{"user", "job_id"}. Raises NotFound, Invalid for another password, TooMany, and Conflict
    for oneself, the last administrator, and who was erased already."""
    session_service.check_own_password(engine, actor, current_password)
    if user_id == actor.user_id:
        raise Conflict("You can't erase yourself: another administrator does it.")
    with engine.writing() as db:
        db.lock("users", 0)
        before = user_service.get_user(db, actor, user_id=user_id)
        user_service.check_not_erased(before)
        check_version(before, version)
        user_service.check_may_leave(db, before)
        after = _erase(db, actor, before)
        job_id = jobs.enqueue(db, auth.console(actor.request_id), KIND, {"user_id": user_id})
    return {"user": after, "job_id": job_id}


def _erase(db: Database, actor: Actor, before: Row) -> Row:
    user_id, now = before["id"], clock.now()
    username = user_service.former_username(user_id)
    with refusing_duplicate(
        db, "users_username", f"Somebody else is called {username}: give them another username."
    ):
        compare_and_set(
            db,
            ERASE,
            {
                "username": username,
                "display_name": user_service.former_name(user_id),
                "password_hash": auth.no_password(),
                "now": now,
                "id": user_id,
                "version": before["version"],
            },
            reread=lambda: user_service.get_user(db, actor, user_id=user_id),
        )
    db.execute(NOTE, {"id": user_id, "now": now})
    _end_ways_in(db, before)
    after = user_service.get_user(db, actor, user_id=user_id)
    search.keep(db, noun="user", texts={user_id: (after["username"], after["display_name"])})
    trail.record(
        db, actor, action="user.erased", noun="user", noun_id=user_id, after={"erased_at": now}
    )
    return after


def _end_ways_in(db: Database, before: Row) -> None:
    user_id = before["id"]
    auth.end_sessions(db, user_id)
    auth.end_keys(db, user_id)
    second_factors.end_all(db, user_id)
    throttle.unlock(db, before["username"])
    db.execute("DELETE FROM identities WHERE user_id = :id", {"id": user_id})
    # The answers that are kept for this person are of what they saw.
    kept_answers.forget_of(db, user_id)


def ask_again(db: Database, actor: Actor) -> int:
    """Ask for the job of each erasure whose job did not end well, and of each of the last days,
    unless it is under way; how many were asked for.

    What is done already is met by nothing in it.
    """
    since = clock.later(clock.now(), days=-ASKED_AGAIN_DAYS)
    wanted = [row["user_id"] for row in db.query(ASK_AGAIN, {"since": since})]
    rows = db.query(UNDER_WAY, {"kind": KIND})
    under_way = {orjson.loads(row["arguments"])["user_id"] for row in rows}
    left = [user_id for user_id in wanted if user_id not in under_way]
    for user_id in left:
        jobs.enqueue(db, auth.console(actor.request_id), KIND, {"user_id": user_id})
    return len(left)


def finish(db: Database, user_id: int) -> None:
    """Note that what somebody was called is written nowhere any more."""
    db.execute(
        "UPDATE erasures SET finished_at = :now WHERE user_id = :id",
        {"now": clock.now(), "id": user_id},
    )
