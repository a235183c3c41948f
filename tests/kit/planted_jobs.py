"""A kind of job for tests: what it does is told by its arguments, and leaves rows to be counted.

Each effect is a row of `effects`, which nothing keeps from being there twice.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import contract
from auth import Actor
from contract import signatures
from contract.kinds import Kind, kind_of
from db import Database, Engine
from errors import Conflict
from jobs import Job

KIND = "test.effect"
ATTEMPTS = 4
STATED = {
    "title": "Leave a row",
    "x-roles": ["admin", "manager"],
    "x-function": "planted_jobs.leave_row",
    "attempts": ATTEMPTS,
    "backoff_s": 1,
    "arguments": {
        "properties": {
            "does": {"enum": ["nothing", "fail", "refuse", "finish", "wait"]},
            "dies_at": {"enum": ["begin", "middle", "effect", "end"]},
            "deaths": {"type": "integer"},
            "seconds": {"type": "number"},
        }
    },
}
EFFECTS = "CREATE TABLE effects (job_id INTEGER NOT NULL, attempt INTEGER NOT NULL)"
MARKS = "CREATE TABLE marks (job_id INTEGER NOT NULL, attempt INTEGER NOT NULL)"
LEAVE_EFFECT = "INSERT INTO effects (job_id, attempt) VALUES (:job_id, :attempt)"
LEAVE_MARK = "INSERT INTO marks (job_id, attempt) VALUES (:job_id, :attempt)"


def kind() -> Kind:
    return kind_of(contract.current().document, KIND, STATED)


def plant() -> None:
    """Let this process know the kind."""
    signatures.places(signatures.SERVICES)["planted_jobs"] = "tests.kit.planted_jobs"
    contract.current().kinds[KIND] = kind()  # type: ignore[index]  # a dict, once it is loaded


def make_tables(db: Database) -> None:
    """Where effects and the steps before them are counted."""
    db.execute(EFFECTS)
    db.execute(MARKS)


def leave_row(
    engine: Engine,
    actor: Actor,
    job: Job,
    *,
    does: str = "finish",
    dies_at: str = "",
    deaths: int = 1,
    seconds: float = 0,
) -> dict[str, str] | None:
    """Leave a mark and then, with the end of the job, one row; die on the way where told to."""

    def die(place: str) -> None:
        if place == dies_at and job.attempt <= deaths:
            os.kill(os.getpid(), signal.SIGKILL)

    row = {"job_id": job.id, "attempt": job.attempt}
    die("begin")
    with engine.writing() as db:
        db.execute(LEAVE_MARK, row)
    die("middle")
    if does == "fail":
        raise ValueError("a fault of the program")
    if does == "refuse":
        raise Conflict("There is nothing to do.")
    if does == "nothing":
        return {"by": actor.username}
    _wait(job, seconds, for_ever=does == "wait")
    with job.finishing() as db:
        db.execute(LEAVE_EFFECT, row)
        die("effect")
    die("end")
    return None


def _wait(job: Job, seconds: float, *, for_ever: bool) -> None:
    until = time.monotonic() + seconds
    while for_ever or time.monotonic() < until:
        job.progress(1, 3, "waiting")
        time.sleep(0.01)


def process(database_url: str, workers: int, plant_file: str = "") -> None:
    """A keeper with so many workers that do these jobs, until it is killed; also with a fault."""
    from server import job_keeper
    from settings import Settings

    plant()
    if plant_file:
        exec(compile(Path(plant_file).read_text("utf-8"), plant_file, "exec"), {})
    # A killed one is replaced at once, however often that happens.
    job_keeper.BEGIN_AFTER_S = 0.0
    job_keeper.FIRST_WAIT_S = job_keeper.LONGEST_WAIT_S = 0.01
    settings = Settings(database_url=database_url, log_level="error")
    keeper = job_keeper.JobKeeper(settings, workers, due=lambda _: None)
    while True:
        keeper.look()
        time.sleep(0.02)
