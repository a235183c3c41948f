"""The jobs of imports: one reads a file, one imports it, one takes it back."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import islice
from typing import Any

import orjson

import clock
from auth import Actor
from db import Database, Engine, Row, insert_rows, one, scalar
from domain.sheets import BadSheet
from errors import Conflict, NotFound, Unavailable
from jobs import Cancelled, Job, Lost
from records import trail
from services.books import past_sales
from services.transfer import previews, taking_back
from services.transfer.import_service import NO_IMPORT, USERS, check_may_bring_users
from services.transfer.plans import CHANGES, CREATES, REPEATED, SAME, WRONG, Effect, Told
from services.transfer.previews import Preview

TELL_EVERY_S = 0.5
KEPT_AT_ONCE = 1_000
FIND = """
    SELECT i.id, i.filename, i.kind, i.chosen, i.found, i.headers, i.leaves_out,
        f.content
    FROM imports i
    LEFT JOIN import_files f ON f.import_id = i.id
    WHERE i.id = :id AND i.state = :state
"""
NO_ROWS = "DELETE FROM import_rows WHERE import_id = :id"
# Before the first of its rows: who may not see users sees none of theirs.
OF_KIND = "UPDATE imports SET kind = :kind WHERE id = :id"
WAS_READ = """
    UPDATE imports SET state = 'ready', kind = :kind, headers = :headers, found = :found,
        counts = :counts, row_count = :row_count, version = version + 1
    WHERE id = :id AND state = 'reading'
"""
ENDED = """
    UPDATE imports SET state = :state, found = :found, ended_at = :now, version = version + 1
    WHERE id = :id AND state = :was
"""
ROWS = "SELECT line, verdict, says FROM import_rows WHERE import_id = :id"
# Each sale changes what a slot holds; that so many are counted now is what was shown.
HELD = re.compile(r"(Quantity )\S+ →")
REMEMBER = """
    INSERT INTO import_sources (mark, kind, columns, used_at)
    VALUES (:mark, :kind, :columns, :now)
    ON CONFLICT (mark) DO UPDATE SET
        kind = excluded.kind, columns = excluded.columns, used_at = excluded.used_at
"""
# From here to the end of the transaction the ledger lets go of machines that this one created.
REMOVES = "UPDATE imports SET state = 'removing' WHERE id = :id AND state = 'taking_back'"
EFFECTS = """
    SELECT noun, noun_id, before, version FROM import_effects
    WHERE import_id = :id
    ORDER BY id
"""


def read(engine: Engine, actor: Actor, job: Job, *, import_id: int) -> None:
    """Read a file into rows, each with what it would do. Raises NotFound."""
    with engine.reading() as db:
        asked = _asked(db, import_id, "reading")
    job.link = f"/import?id={import_id}"
    chosen = orjson.loads(asked["chosen"])
    try:
        table = previews.table_of(zlib.decompress(asked["content"]), chosen)
    except BadSheet as error:
        refused = {"is_refused": True, "problem": str(error)}
        _finish_reading(job, import_id, {"kind": None, "found": refused})
        return
    with engine.reading() as db:
        preview = previews.preview(db, actor, table, chosen)
    if preview.kind == USERS:
        check_may_bring_users(actor)
    rows = (_row(import_id, preview, n) for n in range(len(preview.looks)))
    for done in _kept(engine, import_id, preview.kind, rows):
        job.progress(done, len(preview.looks), f"{done:,} of {len(preview.looks):,} rows")
    job.result = {"rows": len(table.lines), **preview.counts}
    read_as = {
        "kind": preview.kind,
        "found": preview.found,
        "headers": table.headers,
        "counts": preview.counts if preview.plan else {},
        "row_count": len(table.lines),
    }
    _finish_reading(job, import_id, read_as)


def carry_out(engine: Engine, actor: Actor, job: Job, *, import_id: int) -> None:
    """Import a file, all of it or nothing. Raises NotFound, Conflict, Forbidden."""
    with engine.reading() as db:
        asked = _asked(db, import_id, "importing")
    if asked["kind"] == USERS:
        check_may_bring_users(actor)
    found = orjson.loads(asked["found"])
    # As it was shown, whatever would be found by now.
    chosen = {**found, "kind": asked["kind"]}
    table = previews.table_of(zlib.decompress(asked["content"]), chosen)
    job.link = f"/import?id={import_id}"

    def work(told: Told) -> None:
        # What comes in while this waits for it, or it for this, came since.
        began_at = clock.now()
        with job.finishing() as db:
            preview = previews.preview(db, actor, table, chosen)
            _check_as_shown(db, import_id, preview, found["nouns"])
            assert preview.plan is not None  # noqa: S101  # it was shown with one
            _note(db, import_id, preview.plan.apply(db, actor, told, import_id))
            now = clock.now()
            kept = {"mark": previews.mark_of(table.headers), "kind": asked["kind"], "now": now,
                    "columns": orjson.dumps(found["columns"]).decode()}  # fmt: skip
            if not found.get("is_passing"):
                db.execute(REMEMBER, kept)
            counts = preview.counts
            job.result = {"created": counts[CREATES], "changed": counts[CHANGES]}
            _end(db, actor, asked, ("importing", "done"), {**found, "began_at": began_at})

    _beside(job, work)


def take_back(engine: Engine, actor: Actor, job: Job, *, import_id: int) -> None:
    """Take back all that an import did, or nothing. Raises NotFound, Forbidden, and Conflict with
    what depends on it.
    """
    with engine.reading() as db:
        asked = _asked(db, import_id, "taking_back")
        effects = [
            Effect(row["noun"], row["noun_id"],
                   row["before"] and orjson.loads(row["before"]), row["version"])
            for row in db.query(EFFECTS, {"id": import_id})
        ]  # fmt: skip
    if asked["kind"] == USERS:
        check_may_bring_users(actor)
    found = orjson.loads(asked["found"])
    job.link = f"/import?id={import_id}"

    def work(told: Told) -> None:
        with job.finishing() as db:
            if db.execute(REMOVES, {"id": import_id}).rowcount == 0:
                raise NotFound(NO_IMPORT)
            sold = past_sales.remove(db, import_id=import_id)
            taking_back.take_back(db, actor, effects, since=found["began_at"], told=told)
            job.result = {"taken back": len(effects) + sold}
            _end(db, actor, asked, ("removing", "taken_back"), found)

    _beside(job, work)


def _asked(db: Database, import_id: int, state: str) -> Row:
    asked = one(db, FIND, {"id": import_id, "state": state})
    if asked is None:
        raise NotFound(NO_IMPORT)
    return asked


def _row(import_id: int, preview: Preview, place: int) -> Row:
    line, look = preview.looks[place]
    return {
        "import_id": import_id,
        "line": line.number,
        "cells": orjson.dumps(line.cells).decode(),
        "verdict": look.verdict,
        "says": orjson.dumps(look.says).decode(),
    }


def _kept(engine: Engine, import_id: int, kind: str | None, rows: Iterator[Row]) -> Iterator[int]:
    """Keep rows in place of those that were there, bit by bit; how many so far."""
    with engine.writing() as db:
        db.execute(NO_ROWS, {"id": import_id})
        db.execute(OF_KIND, {"id": import_id, "kind": kind})
    done = 0
    while some := list(islice(rows, KEPT_AT_ONCE)):
        with engine.writing() as db:
            if scalar(db, "SELECT 1 FROM imports WHERE id = :id", {"id": import_id}) is None:
                raise NotFound(NO_IMPORT)
            insert_rows(db, "import_rows", some)
        done += len(some)
        yield done


def _finish_reading(job: Job, import_id: int, read_as: Row) -> None:
    texts = {name: orjson.dumps(read_as.get(name, empty)).decode()
             for name, empty in (("headers", []), ("found", {}), ("counts", {}))}  # fmt: skip
    row_count = read_as.get("row_count", 0)
    with job.finishing() as db:
        if not row_count:
            db.execute(NO_ROWS, {"id": import_id})
        ended = {**texts, "id": import_id, "kind": read_as["kind"], "row_count": row_count}
        if db.execute(WAS_READ, ended).rowcount == 0:
            raise NotFound(NO_IMPORT)


def _check_as_shown(db: Database, import_id: int, preview: Preview, nouns: Row) -> None:
    """Conflict where a row would do something else by now than was shown, or other nouns."""
    shown = {
        row["line"]: (row["verdict"], _lasting(orjson.loads(row["says"])))
        for row in db.query(ROWS, {"id": import_id})
    }
    for line, look in preview.looks:
        was, says = shown[line.number]
        does_nothing = look.verdict in (SAME, REPEATED) or look.verdict == was == WRONG
        if does_nothing or (look.verdict, _lasting(look.says)) == (was, says):
            continue
        row = "" if look.verdict == WRONG else f"Row {line.number} would do something else now: "
        raise Conflict(f"Something changed since the file was read. {row}{' '.join(look.says)}")
    if nouns != preview.found["nouns"]:
        raise Conflict("Something changed since the file was read: it would create others now.")


def _lasting(says: list[str]) -> list[str]:
    return [HELD.sub(r"\1→", each) for each in says]


def _note(db: Database, import_id: int, effects: Any) -> None:
    rows = (
        {
            "import_id": import_id,
            "noun": each.noun,
            "noun_id": each.noun_id,
            "before": None if each.before is None else orjson.dumps(each.before).decode(),
            "version": each.version,
        }
        for each in effects
    )
    while some := list(islice(rows, KEPT_AT_ONCE)):
        insert_rows(db, "import_effects", some)


def _end(db: Database, actor: Actor, asked: Row, states: tuple[str, str], found: Row) -> None:
    was, state = states
    ended = {"id": asked["id"], "was": was, "state": state, "now": clock.now(),
             "found": orjson.dumps(found).decode()}  # fmt: skip
    if db.execute(ENDED, ended).rowcount == 0:
        raise NotFound(NO_IMPORT)
    after = {"filename": asked["filename"], **found.get("nouns", {})}
    trail.record(
        db, actor, action=f"import.{state}", noun="import", noun_id=asked["id"], after=after
    )


def _beside(job: Job, work: Callable[[Told], None]) -> None:
    """Do the work in a thread apart, and tell how far it is: nothing is told in its transaction.

    Raises what it raises, and what `job.progress` does.
    """
    at = [0, 0]
    is_unwanted = threading.Event()

    def told(done: int, total: int) -> None:
        if is_unwanted.is_set():
            raise Cancelled
        at[:] = done, total

    with ThreadPoolExecutor(max_workers=1) as thread:
        promised = thread.submit(work, told)
        try:
            while not wait([promised], timeout=TELL_EVERY_S).done:
                done, total = at
                # Where only one transaction runs at a time, it is told of the others later.
                with suppress(Unavailable):
                    job.progress(done, total or None, f"{done:,} of {total:,}" if total else "")
        except BaseException:
            is_unwanted.set()
            with suppress(Cancelled, Lost):
                promised.result()
            if job.is_finished:
                # It had ended while it was asked about.
                return
            raise
        promised.result()
