"""The job that books a batch of audits: from the first file that is not decided on."""

from __future__ import annotations

import time
import zlib
from pathlib import Path

from auth import Actor
from db import Database, Engine, Row, json_list, one, scalar
from errors import NotFound
from jobs import Job
from records import company
from services.reads.dex_reader import Reading, read_content
from services.reads.dex_taking import NEED_A_LOOK, PAUSE_S, Decided, Outcome, Taking, batches

KIND = "reads.batch"
# Read at a time: what a worker may hold.
MOST_READ_FILES = 256
MOST_READ_BYTES = 16 * 2**20

LEFT = """
    SELECT number, size FROM dex_batch_files
    WHERE batch_id = :batch_id AND outcome IS NULL
    ORDER BY number
    LIMIT CAST(:most AS bigint)
"""
CONTENTS = """
    SELECT number, filename, content FROM dex_batch_files
    WHERE batch_id = :batch_id
      AND number IN (SELECT CAST(value AS bigint) FROM json_each(:numbers))
    ORDER BY number
"""
DECIDE = """
    UPDATE dex_batch_files
    SET outcome = :outcome, note = :note, dex_read_id = :dex_read_id, content = NULL
    WHERE batch_id = :batch_id AND number = :number
"""
DECIDED = "SELECT count(*) FROM dex_batch_files WHERE batch_id = :batch_id AND outcome IS NOT NULL"
RESULT = """
    SELECT outcome, count(*) AS files FROM dex_batch_files WHERE batch_id = :batch_id
    GROUP BY outcome
"""


def book_batch(engine: Engine, actor: Actor, job: Job, *, batch_id: int) -> None:
    """Book each file of a batch that is not decided yet. Raises NotFound."""
    named = {"batch_id": batch_id}
    with engine.reading() as db:
        batch = one(db, "SELECT files, source_id FROM dex_batches WHERE id = :batch_id", named)
        decimals = company.currency_decimals(db)
        done = scalar(db, DECIDED, named)
    if batch is None:
        raise NotFound("There is no such batch any more.")
    contents: dict[int, bytes] = {}

    def settle(db: Database, decided: Decided) -> None:
        db.executemany(DECIDE, [_row(batch_id, *each) for each in decided])

    taking = Taking(
        engine,
        actor,
        lambda reading: contents.get(reading.number),
        settle=settle,
        source_id=batch["source_id"],
    )
    while rows := _left(engine, batch_id):
        contents.clear()
        contents.update((row["number"], zlib.decompress(row["content"])) for row in rows)
        readings = [
            read_content(Path(row["filename"]), contents[row["number"]], decimals, row["number"])
            for row in rows
        ]
        for each in batches(readings):
            taking.book(each)
            done += len(each)
            job.progress(done, batch["files"], f"{done:,} of {batch['files']:,} files")
            time.sleep(PAUSE_S)
    job.link = f"/dex?batch={batch_id}"
    with engine.reading() as db:
        counted = {row["outcome"]: row["files"] for row in db.query(RESULT, named)}
    job.result = {
        "files": batch["files"],
        "to_look_at": sum(counted.get(outcome, 0) for outcome in NEED_A_LOOK),
        **counted,
    }
    with job.finishing():
        pass


def _left(engine: Engine, batch_id: int) -> list[Row]:
    """The next files that are not decided, as many as may be held."""
    with engine.reading() as db:
        numbers: list[int] = []
        size = 0
        for row in list(db.query(LEFT, {"batch_id": batch_id, "most": MOST_READ_FILES})):
            size += row["size"]
            if numbers and size > MOST_READ_BYTES:
                break
            numbers.append(row["number"])
        return list(db.query(CONTENTS, {"batch_id": batch_id, "numbers": json_list(numbers)}))


def _row(batch_id: int, reading: Reading, decided: Outcome) -> Row:
    return {
        "batch_id": batch_id,
        "number": reading.number,
        "outcome": decided.outcome,
        "note": decided.note,
        "dex_read_id": decided.dex_read_id,
    }
