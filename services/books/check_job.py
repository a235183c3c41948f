"""The nightly check as a job: what `flask check` looks at, without anybody at the terminal."""

from __future__ import annotations

from auth import Actor
from db import Engine, storage_findings
from errors import Problem
from jobs import Job
from services.books import book_checks

MOST_TOLD = 5


class Unsound(Problem):
    """The check was done, and found something wrong."""

    status = 409
    title = "Not sound"


def check(engine: Engine, actor: Actor, job: Job) -> dict[str, list[str]]:
    """Check storage, books and audit log: {"sound", "doubts"}. Raises Unsound."""
    sound: list[str] = []
    wrong: list[str] = []
    doubts: list[str] = []
    for finding in storage_findings(engine.url):
        told = {"ok": sound, "failure": wrong}.get(finding.level, doubts)
        told.append(f"{finding.name}: {finding.message}")

    def progress(name: str, done: int, parts: int) -> None:
        job.progress(done, parts, name)

    for outcome in book_checks.run(engine, progress):
        wrong += [f"{outcome.name}: {sentence}" for sentence in outcome.wrong]
        doubts += [f"{outcome.name}: {sentence}" for sentence in outcome.doubts]
        if not outcome.wrong:
            sound.append(f"{outcome.name}: {outcome.looked_at}")
    if wrong:
        more = f" (and {len(wrong) - MOST_TOLD} more)" if len(wrong) > MOST_TOLD else ""
        raise Unsound(" ".join(wrong[:MOST_TOLD]) + more)
    return {"sound": sound, "doubts": doubts}
