"""Taking the names of somebody who was erased out of what was written while they were here.

Some rows at a time, and what is done already is met by nothing: a run that was broken off is
begun anew. What people typed into notes is theirs and stays; views that they saved for themselves
alone go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from auth import Actor
from db import Database, Engine, Row
from jobs import Job
from records import redactions, seals
from services.people import erasure_service, user_service
from services.upkeep import written_names
from services.views import saved_view_service

AT_ONCE = 500
ERASED = "erased"
# Of an entry about the person: what it says of them.
THEIRS = frozenset(
    {"username", "display_name", "email", "address", "subject", "name", "device", "passkey"}
)
# Of anything else: where a person is named, and the number beside it that tells who it is.
NAMES = {"driver_name": "driver_id", "username": "user_id", "seen_by_name": "seen_by"}


class Person(NamedTuple):
    """Who was erased: their number, and how they are called now."""

    user_id: int
    username: str
    display_name: str


def take_names_out(engine: Engine, actor: Actor, job: Job, *, user_id: int) -> None:
    """Replace the names of an erased user wherever they are text: {"entries", "rows"}.

    Raises Unavailable while the keys of the audit log are away.
    """
    person = Person(
        user_id,
        user_service.former_username(user_id),
        user_service.former_name(user_id),
    )
    rows = _in_rows(engine, job, person)
    entries = _in_log(engine, job, person)
    job.result = {"entries": entries, "rows": rows}
    with job.finishing() as db:
        saved_view_service.forget_of(db, user_id)
        erasure_service.finish(db, user_id)


def go_on(engine: Engine, actor: Actor, job: Job) -> None:
    """Ask again for erasures that did not end well or are of the last days: {"asked"}, how many.

    By a schedule of its own: where nothing is removed by the calendar, names still go.
    """
    with job.finishing() as db:
        job.result = {"asked": erasure_service.ask_again(db, actor)}


def _in_rows(engine: Engine, job: Job, person: Person) -> int:
    done = 0
    while True:
        job.progress(done, sentence=f"{done:,} rows")
        with engine.writing() as db:
            some = written_names.replace_some(
                db, user_id=person.user_id, username=person.username, most=AT_ONCE
            )
        done += some
        if some == 0:
            return done


def _in_log(engine: Engine, job: Job, person: Person) -> int:
    done = after = 0
    while True:
        job.progress(done, sentence=f"{done:,} entries of the audit log")
        with engine.reading() as db:
            page = seals.page(db, after=after, most=AT_ONCE)
        if not page:
            return done
        if any(_is_named(row, person) for row in page):
            with engine.writing() as db:
                # Of two who are erased at once, each sees what the other made of an entry; and
                # no other key begins meanwhile.
                db.lock("audit_chain", 1)
                done += _in_page(db, person, after, page[-1]["id"])
        after = page[-1]["id"]


def _in_page(db: Database, person: Person, after: int, last: int) -> int:
    found = [
        (row, *_without(row, person))
        for row in seals.page(db, after=after, most=AT_ONCE)
        if row["id"] <= last and _is_named(row, person)
    ]
    redactions.replace(db, found)
    return len(found)


def _is_named(row: Row, person: Person) -> bool:
    return _without(row, person) != (row["username"], row["changes"])


def _is_about(row: Row, person: Person) -> bool:
    return bool(row["noun"] == "user" and row["noun_id"] == person.user_id)


def _without(row: Row, person: Person) -> tuple[str, str]:
    """Username and changes of an entry as they are without the person's names."""
    username = person.username if row["user_id"] == person.user_id else row["username"]
    changes: list[dict[str, Any]] = orjson.loads(row["changes"])
    if _is_about(row, person):
        for change in changes:
            if change["field"] in THEIRS:
                _replace(change, person, ("from", "to"))
    else:
        ids = {change["field"]: change for change in changes}
        for change in changes:
            numbers = ids.get(NAMES.get(change["field"], ""))
            if numbers is not None:
                theirs = [side for side in ("from", "to") if numbers[side] == person.user_id]
                _replace(change, person, theirs)
    return username, orjson.dumps(changes).decode()


def _replace(change: dict[str, Any], person: Person, sides: Iterable[str]) -> None:
    """Let a change say nothing of the person any more, on these sides of it."""
    instead = {
        "username": person.username,
        "display_name": person.display_name,
        "driver_name": person.display_name,
    }
    for side in sides:
        if change[side] is not None:
            change[side] = instead.get(change["field"], ERASED)
