"""The job that lets planned changes take effect on their day, each in a transaction of its own."""

from __future__ import annotations

from auth import Actor
from db import Engine
from errors import Conflict, Forbidden, Invalid, NotFound
from jobs import Job
from services.fleet import planned_change_service


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
            with engine.writing() as db:
                done += planned_change_service.apply(db, actor, planned_change_id)
        except (Conflict, Forbidden, Invalid, NotFound) as error:
            with engine.writing() as db:
                planned_change_service.fail(db, actor, planned_change_id, str(error))
            failed += 1
    with job.finishing():
        job.result = {"done": done, "failed": failed}
