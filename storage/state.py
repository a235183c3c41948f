"""State: what an operator watches of a database: its size, its disk, its backup, its checks."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from errors import Problem
from storage import migrate
from storage.audit_files import place_of
from storage.engines import database_file
from storage.engines.base import Engine, Refused

MARK = "backed-up"
# Of a server that nobody follows there is no row.
LAG = """
    SELECT max(extract(epoch FROM coalesce(replay_lag, interval '0')))
    FROM pg_stat_replication
"""
SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True, slots=True)
class State:
    """None stands for what is not known; sizes are in bytes, times in seconds."""

    answers: bool
    size: int | None
    disk_free: int | None
    disk_size: int | None
    backed_up_at: float | None
    is_damaged: bool
    is_checking: bool
    is_unchecked: bool
    replication_lag: float | None


def state_of(engine: Engine) -> State:
    """The state now; of a database server that cannot be reached, what is known without it."""
    answers, size, lag = _asked(engine)
    path = database_file.path_of(engine.url) if engine.name == "sqlite" else None
    folder = place_of(engine.url, MARK).parent
    disk = None
    with suppress(OSError):
        disk = shutil.disk_usage(folder)
    return State(
        answers=answers,
        size=_size(path) if path else size,
        disk_free=disk.free if disk else None,
        disk_size=disk.total if disk else None,
        backed_up_at=backed_up_at(engine.url),
        is_damaged=path is not None and database_file.damaged_mark(path).exists(),
        is_checking=path is not None and database_file.checking_mark(path).exists(),
        is_unchecked=path is not None and database_file.unchecked_mark(path).exists(),
        replication_lag=lag,
    )


def note_backup(url: str) -> None:
    """Keep that a backup was made just now; one is none the worse where that cannot be kept."""
    mark = place_of(url, MARK)
    with suppress(OSError):
        mark.touch(mode=0o600)
        os.utime(mark, (time.time(), time.time()))


# Only success is kept: the schema of a database in use does not go back.
@lru_cache(maxsize=4)
def schema_of(url: str) -> str:
    """The newest migration that the database has. Raises `Refused`."""
    return max(migrate.applied_hashes(url), default="none")


def _asked(engine: Engine) -> tuple[bool, int | None, float | None]:
    """Whether the database answers, and what only a server knows: its size, how far it is ahead."""
    try:
        with engine.reading() as db:
            if engine.name == "sqlite":
                return True, None, None
            size: int = db.execute(SIZE).fetchone()[0]
            lag = db.execute(LAG).fetchone()[0]
            return True, size, None if lag is None else float(lag)
    except (Problem, Refused):
        return False, None, None


def _size(path: Path) -> int | None:
    """With its log, which is part of it."""
    files = (path, database_file.logs_of(path)[0])
    return sum(file.stat().st_size for file in files if file.is_file()) or None


def backed_up_at(url: str) -> float | None:
    """When the last backup was made; None where none was, or nobody can tell."""
    try:
        return place_of(url, MARK).stat().st_mtime
    except OSError:
        return None
