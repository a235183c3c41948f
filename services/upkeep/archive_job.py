"""The job that writes everything into one zip."""

from __future__ import annotations

from collections.abc import Iterator

from auth import Actor
from db import Database, Engine
from jobs import Job
from services.system import export_job
from services.system.export_job import Progress
from services.upkeep import archive_contents


def write(engine: Engine, actor: Actor, job: Job, *, export_id: int) -> None:
    """Write the archive that somebody asked for. Raises NotFound, Unavailable."""

    def make(db: Database, progress: Progress) -> Iterator[bytes]:
        progress.total = archive_contents.length(db)
        return archive_contents.pieces(engine, db, progress.counted)

    export_job.write_file(engine, job, export_job.wanted(engine, export_id), make)
