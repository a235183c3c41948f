"""Imports: spreadsheets that become products, locations, machines, slots, past sales or users.

A file is read by a job, row by row, and shown before anything else is written. What is
imported then is one transaction of another job, and is taken back by a third.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import orjson

import auth
import clock
import jobs
from auth import ADMIN, Actor
from contract.results import Download, Spooled
from db import Database, Engine, Row, one, scalar
from errors import Conflict, Forbidden, Invalid, NotFound
from records import trail
from records.changes import check_version
from records.paging import Sort, page
from services.books import past_sales
from services.transfer import columns, templates

READ, RUN, WITHDRAW = "imports.reading", "imports.importing", "imports.withdrawal"
READING, REFUSED, READY, IMPORTING = "reading", "refused", "ready", "importing"
DONE, TAKING_BACK, TAKEN_BACK = "done", "taking_back", "taken_back"
# Where an import stands once the job that was to bring it further has failed or was cancelled.
FALLS_BACK = {READING: REFUSED, IMPORTING: READY, TAKING_BACK: DONE}
UNDER_WAY = (jobs.QUEUED, jobs.RUNNING)
USERS = "users"

SHOWN = """
    i.id, i.filename, i.state, i.kind, i.headers, i.found, i.counts, i.row_count, i.job_id,
    i.created_at, i.ended_at, i.version, i.chosen, u.display_name AS username,
    j.state AS job_state, j.problem AS job_problem
    FROM imports i
    JOIN users u ON u.id = i.user_id
    LEFT JOIN jobs j ON j.id = i.job_id
"""
# Who may not see users sees nothing of files that bring some.
MAY_SEE = "COALESCE(i.kind, '') <> 'users' OR CAST(:is_admin AS bigint) = 1"
ONE = f"SELECT {SHOWN} WHERE i.id = :id AND ({MAY_SEE})"
NEWEST_FIRST = Sort("i.id", "i.id", descending=True, number=True)
BY_LINE = Sort("r.line", "r.id", number=True)
INSERT = """
    INSERT INTO imports (filename, state, user_id, created_at)
    VALUES (:filename, 'reading', :user_id, :now)
    RETURNING id
"""
KEEP_FILE = "INSERT INTO import_files (import_id, content) VALUES (:id, :content)"
# Of two at the same time one meets the version.
GO_ON = """
    UPDATE imports SET state = :state, job_id = :job_id, chosen = :chosen,
        leaves_out = :leaves_out, version = version + 1
    WHERE id = :id AND version = :version
"""
FORGET_FILE = (
    "DELETE FROM import_rows WHERE import_id = :id",
    "DELETE FROM import_files WHERE import_id = :id",
)
FORGET = ("DELETE FROM import_effects WHERE import_id = :id", "DELETE FROM imports WHERE id = :id")
NO_IMPORT = "There is no such import: it may have been removed."


def list_imports(
    db: Database, actor: Actor, *, limit: int, cursor: str | None = None
) -> dict[str, Any]:
    """A page of imports, newest first."""
    found = page(
        db,
        SHOWN,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        conditions={MAY_SEE: True},
        params={"is_admin": int(actor.role == ADMIN)},
    )
    found["items"] = [_shown(row) for row in found["items"]]
    return found


def get_import(db: Database, actor: Actor, *, import_id: int) -> Row:
    """One import. Raises NotFound."""
    return _shown(_row(db, actor, import_id))


def create_import(engine: Engine, actor: Actor, *, file: Spooled) -> Row:
    """Keep a file and let a job read it. Raises Invalid for an empty one."""
    if file.length == 0:
        raise Invalid.at("/file", "is empty")
    content = zlib.compress(file.stream.read(), 1)
    with engine.writing() as db:
        asked: Row = {
            "filename": file.filename[-200:] or "file",
            "user_id": auth.own_id(actor),
            "now": clock.now(),
        }
        import_id = int(scalar(db, INSERT, asked))
        db.execute(KEEP_FILE, {"id": import_id, "content": content})
        job_id = jobs.enqueue(db, actor, READ, {"import_id": import_id})
        set_job = "UPDATE imports SET job_id = :job_id WHERE id = :id"
        db.execute(set_job, {"job_id": job_id, "id": import_id})
        _record(db, actor, "import.created", import_id, asked["filename"])
        return get_import(db, actor, import_id=import_id)


def update_import(
    db: Database, actor: Actor, *, import_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Say how the file is to be read. Raises NotFound, Conflict once it was imported, Forbidden."""
    row = _row(db, actor, import_id)
    check_version(_shown(row), version)
    _check_state(row, READY, REFUSED)
    chosen = {**orjson.loads(row["chosen"]), **changes}
    if chosen.get("kind") == USERS:
        check_may_bring_users(actor)
    if "kind" in changes and "columns" not in changes:
        # Columns are those of a kind.
        chosen["columns"] = None
    shown = _go_on(db, actor, row, READING, READ, chosen=chosen)
    _record(db, actor, "import.updated", import_id, row["filename"])
    return shown


def run_import(
    db: Database, actor: Actor, *, import_id: int, version: int, leaves_out: bool = False
) -> Row:
    """Let a job import it. Raises NotFound, Forbidden, Conflict where it can't be."""
    row = _row(db, actor, import_id)
    shown = _shown(row)
    check_version(shown, version)
    _check_state(row, READY)
    if row["kind"] == USERS:
        check_may_bring_users(actor)
    if problem := orjson.loads(row["found"]).get("problem"):
        raise Conflict(problem)
    counts = shown["counts"]
    if counts["wrong"] and not leaves_out:
        rows = "1 row is" if counts["wrong"] == 1 else f"{counts['wrong']:,} rows are"
        raise Conflict(f"{rows} wrong: correct the file, or leave out what is wrong.")
    if not counts["creates"] + counts["changes"]:
        raise Conflict("There is nothing to import: all of it is so already.")
    after = _go_on(db, actor, row, IMPORTING, RUN, leaves_out=leaves_out)
    _record(db, actor, "import.run", import_id, row["filename"])
    return after


def withdraw_import(db: Database, actor: Actor, *, import_id: int) -> Row:
    """Let a job take it back. Raises NotFound, Forbidden, Conflict where it was not imported."""
    row = _row(db, actor, import_id)
    _check_state(row, DONE)
    if row["kind"] == USERS:
        check_may_bring_users(actor)
    after = _go_on(db, actor, row, TAKING_BACK, WITHDRAW)
    _record(db, actor, "import.withdrawn", import_id, row["filename"])
    return after


def delete_import(db: Database, actor: Actor, *, import_id: int) -> None:
    """Forget a file and its rows. Raises NotFound, Conflict while a job is at it, or sales that it
    brought are counted.
    """
    row = _row(db, actor, import_id)
    if row["job_state"] in UNDER_WAY:
        raise Conflict("A job is at it: cancel that first.")
    if past_sales.has_some(db, import_id=import_id):
        raise Conflict("Sales that it brought are here: take it back first.")
    forget(db, import_id)
    _record(db, actor, "import.removed", import_id, row["filename"])


def forget(db: Database, import_id: int) -> None:
    """Remove what is kept of an import; what it brought stays. Of one that brought past sales its
    file and rows go alone, so that it can still be taken back.
    """
    for statement in FORGET_FILE:
        db.execute(statement, {"id": import_id})
    if past_sales.has_some(db, import_id=import_id):
        return
    for statement in FORGET:
        db.execute(statement, {"id": import_id})


def list_import_rows(
    db: Database,
    actor: Actor,
    *,
    import_id: int,
    limit: int,
    cursor: str | None = None,
    verdict: str | None = None,
) -> dict[str, Any]:
    """A page of the rows of one import, in their order; none where there is no such import."""
    found = page(
        db,
        "r.id, r.line, r.cells, r.verdict, r.says FROM import_rows r"
        " JOIN imports i ON i.id = r.import_id",
        sort=BY_LINE,
        limit=limit,
        cursor=cursor,
        conditions={
            "r.import_id = :import_id": True,
            "r.verdict = :verdict": verdict is not None,
            MAY_SEE: True,
        },
        params={
            "import_id": import_id,
            "verdict": verdict,
            "is_admin": int(actor.role == ADMIN),
        },
    )
    for item in found["items"]:
        item["cells"] = orjson.loads(item["cells"])
        item["says"] = orjson.loads(item["says"])
    return found


def list_import_kinds(db: Database, actor: Actor) -> dict[str, Any]:
    """{items}: the kinds that the actor may import, with their fields."""
    return {
        "items": [
            {
                "name": kind,
                "title": columns.TITLES[kind],
                "fields": [
                    {"name": field.name, "label": field.label, "needed": field.is_needed}
                    for field in fields.values()
                ],
            }
            for kind, fields in columns.kinds().items()
            if kind != USERS or actor.role == ADMIN
        ]
    }


def get_import_sales(db: Database, actor: Actor, *, import_id: int) -> Row:
    """{counted, held} of the sales it brought, by the reads as they are. Raises NotFound."""
    _row(db, actor, import_id)
    return past_sales.sums_of(db, import_id=import_id)


def get_import_template(engine: Engine, actor: Actor, *, kind: str, file: str) -> Download:
    """A file with the columns of a kind and an example row."""
    content = templates.xlsx(kind) if file == "xlsx" else templates.csv(kind)
    return Download(f"{kind}.{file}", content)


def check_may_bring_users(actor: Actor) -> None:
    """Forbidden for who may not create users."""
    if actor.role != ADMIN:
        raise Forbidden("Only administrators import users.")


def _row(db: Database, actor: Actor, import_id: int) -> Row:
    row = one(db, ONE, {"id": import_id, "is_admin": int(actor.role == ADMIN)})
    if row is None:
        raise NotFound(NO_IMPORT)
    return row


def _state(row: Row) -> str:
    if row["state"] in FALLS_BACK and row["job_state"] not in UNDER_WAY:
        return FALLS_BACK[row["state"]]
    is_refused = row["state"] == READY and orjson.loads(row["found"]).get("is_refused")
    return REFUSED if is_refused else row["state"]


def _check_state(row: Row, *wanted: str) -> None:
    words = {
        READING: "It is being read.",
        REFUSED: "It cannot be read as it is.",
        READY: "It was not imported yet.",
        IMPORTING: "It is being imported.",
        DONE: "It was imported already.",
        TAKING_BACK: "It is being taken back.",
        TAKEN_BACK: "It was taken back: send the file again.",
    }
    state = _state(row)
    if state not in wanted:
        raise Conflict(words[state], current=_shown(row))


def _go_on(
    db: Database,
    actor: Actor,
    row: Row,
    state: str,
    kind: str,
    *,
    chosen: Row | None = None,
    leaves_out: bool = False,
) -> Row:
    job_id = jobs.enqueue(db, actor, kind, {"import_id": row["id"]})
    changed = {
        "id": row["id"],
        "version": row["version"],
        "state": state,
        "job_id": job_id,
        "chosen": row["chosen"] if chosen is None else orjson.dumps(chosen).decode(),
        "leaves_out": int(leaves_out),
    }
    if db.execute(GO_ON, changed).rowcount == 0:
        raise Conflict(
            "Somebody else is at it.", current=get_import(db, actor, import_id=row["id"])
        )
    return get_import(db, actor, import_id=row["id"])


def _record(db: Database, actor: Actor, action: str, import_id: int, filename: str) -> None:
    after = {"filename": filename}
    trail.record(db, actor, action=action, noun="import", noun_id=import_id, after=after)


def _shown(row: Row) -> Row:
    found = orjson.loads(row["found"])
    counts = orjson.loads(row["counts"])
    names = ("id", "filename", "kind", "row_count", "job_id", "created_at", "ended_at",
             "username", "version")  # fmt: skip
    return {
        **{name: row[name] for name in names},
        "state": _state(row),
        "problem": _problem(row, found),
        "headers": orjson.loads(row["headers"]),
        "columns": found.get("columns", {}),
        "sheets": found.get("sheets", []),
        "is_remembered": found.get("is_remembered", False),
        "nouns": found.get("nouns", {}),
        **{
            name: found.get(name)
            for name in (
                *("header_row", "encoding", "delimiter", "decimal_sign", "date_order", "sheet"),
            )
        },
        "counts": {
            name: counts.get(name, 0)
            for name in ("creates", "changes", "same", "repeated", "wrong")
        },
    }


def _problem(row: Row, found: Row) -> str | None:
    if row["state"] in FALLS_BACK and row["job_state"] not in UNDER_WAY:
        if row["job_problem"]:
            problem: str = orjson.loads(row["job_problem"])["detail"]
            return problem
        return "It was cancelled."
    told: str | None = found.get("problem")
    return told
