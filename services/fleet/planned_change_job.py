"""The job that lets planned changes take effect on their day, each in a transaction of its own."""

from __future__ import annotations

from contextlib import suppress

from auth import Actor
from db import Engine
from errors import Conflict, Forbidden, Invalid, NotFound
from jobs import Job
from services.fleet import planned_change_service

TRIES = 3


def apply_due(engine: Engine, actor: Actor, job: Job) -> None:
    """{"done", "failed"}: how many took effect, and how many could not.

    One that took effect is not due any more, so a job that is begun anew does it no second time.
    """
    with engine.reading() as db:
        due = planned_change_service.due(db)
    done = failed = 0
    for place, planned_change_id in enumerate(due):
        job.progress(place, len(due))
        try:
            done += _apply(engine, actor, planned_change_id)
        except (Conflict, Forbidden, Invalid, NotFound) as error:
            with engine.writing() as db:
                planned_change_service.fail(db, actor, planned_change_id, str(error))
            failed += 1
    with job.finishing():
        job.result = {"done": done, "failed": failed}


def _apply(engine: Engine, actor: Actor, planned_change_id: int) -> bool:
    """Did it take effect? Raises what refuses it; a Conflict only where the last try has one, too.

    A failed change is not tried on another day, so whoever saves a slot just then must not fail it.
    """
    for _ in range(TRIES - 1):
        with suppress(Conflict), engine.writing() as db:
            return planned_change_service.apply(db, actor, planned_change_id)
    with engine.writing() as db:
        return planned_change_service.apply(db, actor, planned_change_id)
