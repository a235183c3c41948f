"""Batches: many audits in one request, as a zip.

Few are booked while whoever sent them waits. More are kept file by file and booked by a job:
what is decided about a file is written in the transaction that decides it, so a job that is
begun anew goes on behind the last of them.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import clock
import jobs
from auth import Actor
from contract.results import Existing, Spooled
from db import Database, Engine, Row, one, scalar
from errors import Invalid, NotFound
from records import company
from records.paging import Sort, page
from services.reads import dex_batch_job, dex_sources
from services.reads.dex_archives import Archive, BadArchive, Member
from services.reads.dex_reader import Reading, read_content
from services.reads.dex_taking import NEED_A_LOOK, OUTCOMES, REFUSED, Taking, batches

# So many are answered at once.
MOST_AT_ONCE = 50
# Kept in one transaction.
KEPT_AT_ONCE = 64
# A key that can only send sees what its owner sent.
SEEN = "b.id = :batch_id AND (CAST(:sees_all AS bigint) = 1 OR b.user_id = :user_id)"
BY_NUMBER = Sort("f.number", "f.number", number=True)


def create_dex_batch(engine: Engine, actor: Actor, *, file: Spooled) -> Row | Existing:
    """Take in the audits in a zip: decided now (`Existing`), or more than MOST_AT_ONCE by a job.

    Raises Invalid for what cannot be unpacked.
    """
    try:
        archive = Archive(file.stream)
    except BadArchive as error:
        raise Invalid.at("/file", str(error)) from None
    if len(archive) <= MOST_AT_ONCE:
        return Existing(_booked(engine, actor, file.filename, archive))
    return _kept(engine, actor, file.filename, archive)


def get_dex_batch(db: Database, actor: Actor, *, dex_batch_id: int) -> Row:
    """One batch, with what became of its files so far. Raises NotFound."""
    batch = _visible(db, actor, dex_batch_id)
    counted = db.query(
        """
        SELECT outcome, count(*) AS files FROM dex_batch_files
        WHERE batch_id = :id AND outcome IS NOT NULL
        GROUP BY outcome
        """,
        {"id": dex_batch_id},
    )
    return {**batch, **_counts({row["outcome"]: row["files"] for row in counted}, batch["files"])}


def list_dex_batch_files(
    db: Database,
    actor: Actor,
    *,
    dex_batch_id: int,
    needs_a_look: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Row:
    """The files of a batch in their order; with `needs_a_look` those that a person decides.

    None for a batch that is not there or not the actor's.
    """
    return page(
        db,
        "f.number, f.filename, f.outcome, f.note, f.dex_read_id FROM dex_batch_files f",
        conditions={
            "f.batch_id = :batch_id": True,
            f"EXISTS (SELECT 1 FROM dex_batches b WHERE {SEEN})": True,
            "f.outcome IN ('held', 'damaged', 'unassigned', 'refused')": needs_a_look,
        },
        params=_whose(actor, dex_batch_id),
        sort=BY_NUMBER,
        limit=limit,
        cursor=cursor,
    )


def _booked(engine: Engine, actor: Actor, filename: str, archive: Archive) -> Row:
    with engine.reading() as db:
        decimals = company.currency_decimals(db)
    members = list(archive.members())
    readings = [_read(number, each, decimals) for number, each in enumerate(members, 1)]
    taking = Taking(engine, actor, lambda reading: members[reading.number - 1].content)
    items: list[Row] = [
        {
            "number": reading.number,
            "filename": reading.path.name,
            "outcome": decided.outcome,
            "note": decided.note,
            "dex_read_id": decided.dex_read_id,
        }
        for batch in batches(readings)
        for reading, decided in taking.book(batch)
    ]
    return {
        "id": None,
        "job_id": None,
        "filename": filename,
        "created_at": clock.now(),
        **_counts(Counter(each["outcome"] for each in items), len(items)),
        "items": sorted(items, key=lambda each: each["number"]),
    }


def _read(number: int, member: Member, decimals: int) -> Reading:
    path = Path(dex_sources.shown_name(member.name))
    if member.content is None:
        return Reading(path, refusal=member.refusal, number=number)
    return read_content(path, member.content, decimals, number)


def _kept(engine: Engine, actor: Actor, filename: str, archive: Archive) -> Row:
    """Each file in the database, then the job that books them: it begins when all are there."""
    with engine.writing() as db:
        source_id = dex_sources.id_of(db, dex_sources.source_of(db, actor))
        batch_id = scalar(
            db,
            """
            INSERT INTO dex_batches (filename, source_id, files, user_id, created_at)
            VALUES (:filename, :source_id, :files, :user_id, :now)
            RETURNING id
            """,
            {
                "filename": filename,
                "source_id": source_id,
                "files": len(archive),
                "user_id": actor.user_id,
                "now": clock.now(),
            },
        )
    for rows in _in_parts(_row(batch_id, n, each) for n, each in enumerate(archive.members(), 1)):
        with engine.writing() as db:
            db.executemany(
                """
                INSERT INTO dex_batch_files
                    (batch_id, number, filename, size, content, outcome, note)
                VALUES (:batch_id, :number, :filename, :size, :content, :outcome, :note)
                """,
                rows,
            )
    with engine.writing() as db:
        job_id = jobs.enqueue(db, actor, dex_batch_job.KIND, {"batch_id": batch_id})
        set_job = "UPDATE dex_batches SET job_id = :job_id WHERE id = :id"
        db.execute(set_job, {"job_id": job_id, "id": batch_id})
        _note_refused(db, batch_id, source_id)
        return get_dex_batch(db, actor, dex_batch_id=batch_id)


def _row(batch_id: int, number: int, member: Member) -> Row:
    content = member.content
    return {
        "batch_id": batch_id,
        "number": number,
        "filename": dex_sources.shown_name(member.name),
        "size": 0 if content is None else len(content),
        "content": None if content is None else zlib.compress(content, 1),
        "outcome": REFUSED if content is None else None,
        "note": member.refusal,
    }


def _in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == KEPT_AT_ONCE or sum(each["size"] for each in part) > 2**22:
            yield part
            part = []
    if part:
        yield part


def _note_refused(db: Database, batch_id: int, source_id: int) -> None:
    """What could not be unpacked counts for the source as what could not be read."""
    refused = db.query(
        """
        SELECT filename, note FROM dex_batch_files
        WHERE batch_id = :id AND outcome IS NOT NULL
        ORDER BY number
        """,
        {"id": batch_id},
    )
    for row in list(refused):
        dex_sources.note_refused(db, source_id, row["filename"], row["note"])


def _counts(counted: dict[str, int], files: int) -> Row:
    return {
        "files": files,
        "left": files - sum(counted.values()),
        "counts": {outcome: counted.get(outcome, 0) for outcome in OUTCOMES},
        "needs_a_look": sum(counted.get(outcome, 0) for outcome in NEED_A_LOOK),
    }


def _visible(db: Database, actor: Actor, dex_batch_id: int) -> Row:
    """The batch, where it is there for this actor. Raises NotFound."""
    row = one(
        db,
        f"""
        SELECT b.id, b.job_id, b.filename, b.files, b.created_at FROM dex_batches b WHERE {SEEN}
        """,
        _whose(actor, dex_batch_id),
    )
    if row is None:
        raise NotFound("There is no such batch: it may be older than 30 days.")
    return row


def _whose(actor: Actor, dex_batch_id: int) -> Row:
    sees_all = actor.scopes is None or "reads:read" in actor.scopes
    return {"batch_id": dex_batch_id, "sees_all": int(sees_all), "user_id": actor.user_id}
