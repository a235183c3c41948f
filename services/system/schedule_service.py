"""Schedules: what is done again and again, when it was and when it will be.

Each worker looks now and then what is due. Whoever moves the next time of a schedule on asks
for its job in the same transaction, so of many nodes one does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson

import clock
import contract
import jobs
from auth import ADMIN, Actor
from db import Database, Engine, Row, json_list, one
from errors import Invalid, NotFound
from records import company, trail
from records.changes import check_version, compare_and_set
from services.system import job_service

SCHEDULE = Actor(user_id=None, username="schedule", role=ADMIN, request_id="schedule")
ENSURE = """
    INSERT INTO schedules (kind, arguments, daily_at, every_minutes)
    VALUES (:kind, '{}', :daily_at, :every_minutes)
    ON CONFLICT (kind) DO NOTHING
"""
SHOWN = """
    SELECT s.id, s.kind, s.daily_at, s.every_minutes, s.switched_on,
           CASE WHEN s.switched_on = 1 THEN s.next_at END AS next_at, s.last_job_id,
           j.state AS last_state, j.started_at AS last_started_at, j.ended_at AS last_ended_at,
           j.problem AS last_problem, s.version
    FROM schedules s
    LEFT JOIN jobs j ON j.id = s.last_job_id
"""
ALL = f"{SHOWN} ORDER BY s.kind"
ONE = f"{SHOWN} WHERE s.id = :id"
KINDS = "SELECT kind FROM schedules"
DUE = """
    SELECT s.id, s.kind, s.arguments, s.daily_at, s.every_minutes, s.next_at, s.last_job_id,
           j.state AS last_state
    FROM schedules s
    LEFT JOIN jobs j ON j.id = s.last_job_id
    WHERE s.switched_on = 1 AND COALESCE(s.next_at, '') <= :now
    ORDER BY s.id
"""
# Compared with what was read: of many workers one moves it on.
MOVE_ON = """
    UPDATE schedules SET next_at = :next_at
    WHERE id = :id AND switched_on = 1 AND COALESCE(next_at, '') = :seen
"""
NOTE_JOB = "UPDATE schedules SET last_job_id = :job_id WHERE id = :id"
UPDATE = """
    UPDATE schedules SET daily_at = :daily_at, every_minutes = :every_minutes,
        switched_on = :switched_on, next_at = :next_at, version = version + 1
    WHERE id = :id AND version = :version
"""
UNDER_WAY = ("queued", "running")
# Of a kind that a release before had, and nobody does any more.
STALE = "kind NOT IN (SELECT value ->> 'kind' FROM json_each(:kinds))"
FORGET_STALE = f"DELETE FROM schedules WHERE {STALE}"
PUT_AWAY_STALE = f"""
    UPDATE jobs SET state = 'cancelled', ended_at = :now WHERE state = 'queued' AND {STALE}
"""


def list_schedules(db: Database, actor: Actor) -> dict[str, list[Row]]:
    """{"items"}: all of them, by kind."""
    kinds = contract.current().kinds
    return {"items": [_shown(row) for row in db.query(ALL) if row["kind"] in kinds]}


def get_schedule(db: Database, actor: Actor, *, schedule_id: int) -> Row:
    """One schedule. Raises NotFound."""
    row = one(db, ONE, {"id": schedule_id})
    if row is None:
        raise NotFound("There is no such schedule.")
    return _shown(row)


def update_schedule(
    db: Database, actor: Actor, *, schedule_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change when it runs and whether. Raises NotFound, Conflict, Invalid for two times."""
    before = get_schedule(db, actor, schedule_id=schedule_id)
    check_version(before, version)
    if {"daily_at", "every_minutes"} <= changes.keys():
        raise Invalid.at("/every_minutes", "Choose a time of day or a number of minutes.")
    after = {**before, **changes}
    if "daily_at" in changes:
        after["every_minutes"] = None
    if "every_minutes" in changes:
        after["daily_at"] = None
    after["next_at"] = _next(db, after) if after["switched_on"] else None
    compare_and_set(
        db,
        UPDATE,
        {**after, "switched_on": int(after["switched_on"]), "version": version},
        reread=lambda: get_schedule(db, actor, schedule_id=schedule_id),
    )
    shown = get_schedule(db, actor, schedule_id=schedule_id)
    trail.record(
        db,
        actor,
        action="schedule.updated",
        noun="schedule",
        noun_id=schedule_id,
        before=before,
        after=shown,
    )
    return shown


def run_schedule(db: Database, actor: Actor, *, schedule_id: int) -> Row:
    """The job of running it now: one that is under way, or a new one. Raises NotFound."""
    schedule = get_schedule(db, actor, schedule_id=schedule_id)
    job_id = schedule["last_job_id"]
    if schedule["last_state"] not in UNDER_WAY:
        job_id = _ask(db, actor, schedule, arguments={})
    return job_service.get_job(db, actor, job_id=job_id)


def ensure(db: Database, given: Collection[str] = ()) -> None:
    """A schedule for each kind whose contract says when, where there is none yet.

    Of a kind that needs something, where that is among what is `given` here.
    """
    for kind in contract.current().kinds.values():
        if kind.is_scheduled and kind.needs in (None, *given):
            stated = {"daily_at": kind.daily_at, "every_minutes": kind.every_minutes}
            db.execute(ENSURE, {"kind": kind.name, **stated})


def forget_stale(db: Database) -> None:
    """Forget the schedules of kinds that there are no more, and put their waiting jobs away."""
    kinds = {"kinds": json_list({"kind": name} for name in contract.current().kinds)}
    db.execute(FORGET_STALE, kinds)
    db.execute(PUT_AWAY_STALE, {**kinds, "now": clock.now()})


def start_due(engine: Engine) -> None:
    """Ask for the jobs of what is due; one that is still under way is not asked for twice."""
    given = _given(engine)
    kinds = contract.current().kinds
    known = {name: kind for name, kind in kinds.items() if kind.needs in (None, *given)}
    with engine.reading() as db:
        there = {row["kind"] for row in db.query(KINDS)}
        due = list(db.query(DUE, {"now": clock.now()}))
    if any(kind.is_scheduled and kind.name not in there for kind in known.values()):
        with engine.writing() as db:
            ensure(db, given)
            due = list(db.query(DUE, {"now": clock.now()}))
    for schedule in due:
        if schedule["kind"] in known:
            with engine.writing() as db:
                _start(db, schedule)


def _given(engine: Engine) -> tuple[str, ...]:
    """What kinds may need that is here: of a server the increments are made by its own tools."""
    if engine.backups.url is None:
        return ()
    return ("backups", "increments") if engine.name == "sqlite" else ("backups",)


def _start(db: Database, schedule: Row) -> None:
    """Move one on, and ask for its job unless it is only reckoned for the first time."""
    seen = schedule["next_at"] or ""
    moved = {"id": schedule["id"], "next_at": _next(db, schedule), "seen": seen}
    if db.execute(MOVE_ON, moved).rowcount and seen and schedule["last_state"] not in UNDER_WAY:
        _ask(db, SCHEDULE, schedule, arguments=orjson.loads(schedule["arguments"]))


def _ask(db: Database, actor: Actor, schedule: Row, *, arguments: Mapping[str, Any]) -> int:
    job_id = jobs.enqueue(db, actor, schedule["kind"], arguments, schedule_id=schedule["id"])
    db.execute(NOTE_JOB, {"job_id": job_id, "id": schedule["id"]})
    return job_id


def _next(db: Database, schedule: Mapping[str, Any]) -> str:
    """When it is to run next, from now."""
    if schedule["every_minutes"] is not None:
        return clock.later(clock.now(), minutes=schedule["every_minutes"])
    return clock.next_daily(clock.now(), schedule["daily_at"], company.time_zone(db))


def _shown(row: Row) -> Row:
    kind = contract.current().kinds.get(row["kind"])
    problem = row["last_problem"] and orjson.loads(row["last_problem"])["detail"]
    return {
        **row,
        "title": kind.title if kind else row["kind"],
        "switched_on": bool(row["switched_on"]),
        "last_problem": problem,
    }
