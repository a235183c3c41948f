"""The jobs that write lists into files, and take the files away after a day."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar, cast

import orjson

import clock
from auth import Actor
from db import Database, Engine, Row, one
from errors import NotFound, Unavailable
from jobs import Cancelled, Job
from services.system import export_files, export_service
from services.system.export_service import KEPT_HOURS

TELL_EVERY_S = 0.5
Item = TypeVar("Item")

GONE = "The file was removed before it was made: ask for it again."
FIND = "SELECT id, operation, query, name, mark FROM exports WHERE id = :id AND made_at IS NULL"
MARK = "UPDATE exports SET mark = :mark WHERE id = :id AND made_at IS NULL"
MADE = """
    UPDATE exports SET parts = :parts, bytes = :bytes, row_count = :rows, made_at = :now
    WHERE id = :id AND mark = :mark
"""
FORGET = """
    DELETE FROM exports
    WHERE COALESCE(made_at, created_at) < :old
      AND NOT EXISTS (
          SELECT 1 FROM jobs j WHERE j.id = exports.job_id AND j.state IN ('queued', 'running')
      )
    RETURNING job_id
"""


class Made(NamedTuple):
    """How much was written."""

    parts: int
    bytes: int
    rows: int


class Wanted:
    """A snapshot that is asked nothing more once nobody wants the file: a list that is sorted
    asks for all of its rows before it gives the first."""

    def __init__(self, db: Database, is_unwanted: threading.Event) -> None:
        self._db = db
        self._is_unwanted = is_unwanted

    def query(self, sql: str, params: Any = None) -> Iterator[Row]:
        """As `Database.query`. Raises Cancelled."""
        if self._is_unwanted.is_set():
            raise Cancelled
        return self._db.query(sql, params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


class Progress:
    """How far a file is, and whether it is still wanted; told from beside the thread it is in."""

    def __init__(self) -> None:
        self.rows = 0
        self.total: int | None = None
        self.is_unwanted = threading.Event()

    def counted(self, rows: Iterable[Item]) -> Iterator[Item]:
        """The same rows, counted. Raises Cancelled."""
        for row in rows:
            if self.is_unwanted.is_set():
                raise Cancelled
            self.rows += 1
            yield row


# What a file is made of, out of a snapshot: bytes, bit by bit.
Make = Callable[[Database, Progress], Iterator[bytes]]


class Writing:
    """A file on its way, in a thread apart: inside of its snapshot nothing is told."""

    def __init__(self, engine: Engine, mark: str, make: Make) -> None:
        self.progress = Progress()
        self._engine = engine
        self._mark = mark
        self._make = make

    def run(self) -> Made:
        """Write all of it, out of one snapshot. Raises what `make` raises, and Unavailable."""
        with self._engine.reading() as db:
            wanted = cast("Database", Wanted(db, self.progress.is_unwanted))
            pieces = self._make(wanted, self.progress)
            parts, length = export_files.write(self._engine, self._mark, pieces)
        return Made(parts, length, self.progress.rows)


def write(engine: Engine, actor: Actor, job: Job, *, export_id: int) -> None:
    """Write the list that somebody asked for into its file. Raises NotFound, Forbidden."""
    asked = wanted(engine, export_id)

    def make(db: Database, progress: Progress) -> Iterator[bytes]:
        query = orjson.loads(asked["query"])
        sheet = export_service.sheet_of(db, actor, asked["operation"], query)
        progress.total = sheet.count
        counted = replace(sheet, rows=progress.counted(sheet.rows))
        return counted.pieces(export_service.format_of(query))

    write_file(engine, job, asked, make)


def wanted(engine: Engine, export_id: int) -> Row:
    """What was asked for and is not made yet. Raises NotFound."""
    with engine.reading() as db:
        asked = one(db, FIND, {"id": export_id})
    if asked is None:
        raise NotFound(GONE)
    return asked


def write_file(engine: Engine, job: Job, asked: Row, make: Make) -> None:
    """Write the file of an export, and end its job. Raises NotFound, and what `make` raises."""
    export_id, mark = asked["id"], secrets.token_hex(16)
    with engine.writing() as db:
        if db.execute(MARK, {"id": export_id, "mark": mark}).rowcount == 0:
            raise NotFound(GONE)
    # What an attempt before left behind.
    export_files.take_away(engine, asked["mark"])
    try:
        made = _written(Writing(engine, mark, make), job)
    except BaseException:
        export_files.take_away(engine, mark)
        raise
    job.link = f"/api/exports/{export_id}/file"
    job.result = {"file": asked["name"], "rows": made.rows, "bytes": made.bytes}
    with job.finishing() as db:
        ended = {**made._asdict(), "id": export_id, "mark": mark, "now": clock.now()}
        if db.execute(MADE, ended).rowcount == 0:
            raise NotFound(GONE)


def _written(writing: Writing, job: Job) -> Made:
    """Wait for it, and tell how far it is. Raises what it raises, and what `job.progress` does."""
    progress = writing.progress
    with ThreadPoolExecutor(max_workers=1) as thread:
        promised = thread.submit(writing.run)
        try:
            while True:
                wait([promised], timeout=TELL_EVERY_S)
                if promised.done():
                    return promised.result()
                if progress.total is not None:
                    total = max(progress.total, progress.rows)
                    said = f"{progress.rows:,} of {total:,} rows"
                    # Told rather than waited for, where only one transaction runs at a time.
                    with suppress(Unavailable):
                        job.progress(progress.rows, total, said)
        finally:
            progress.is_unwanted.set()


def clear_away(engine: Engine, actor: Actor, job: Job) -> dict[str, int]:
    """Remove files that are older than KEPT_HOURS, parts that no file has any more, and what
    somebody who was killed left half written: {"removed", "dropped"}, files and parts.

    Raises Unavailable.
    """
    old = clock.later(clock.now(), hours=-KEPT_HOURS)
    with engine.writing() as db:
        removed = list(db.query(FORGET, {"old": old}))
        db.executemany(export_service.NO_LINK, removed)
    # Whoever writes a part has noted its mark before.
    lying = list(engine.files.passing())
    with engine.reading() as db:
        marks = {row["mark"] for row in db.query("SELECT mark FROM exports")}
    dropped = 0
    for name in lying:
        if name.partition("-")[0] not in marks:
            job.progress(dropped, sentence=f"{dropped} parts dropped")
            engine.files.remove(name)
            dropped += 1
    engine.files.drop_drafts(old)
    return {"removed": len(removed), "dropped": dropped}
