"""Exports: lists that are too long to be answered at once, written into a file by a job.

What may be asked for is what the contract lets be answered as a spreadsheet (`x-sheet`), by whoever
may use that operation. A file is its maker's alone, as long as they may use the operation, and
goes after a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

import auth
import clock
import contract
import jobs
from auth import Actor
from contract import Operation, queries, sheet_function_of
from contract.results import Download, Existing, Sheet
from db import Database, Engine, Row, one, scalar
from errors import Conflict, Forbidden, Invalid, NotFound
from records import trail
from services.system import export_files, job_service

KIND = "exports.writing"
KEPT_HOURS = 24
MOST_KEPT = 10
# Not a list, but all tables and files (services/upkeep/).
EVERYTHING = "archive_service.create_archive"
CSV, XLSX = "csv", "xlsx"
UNDER_WAY = (jobs.QUEUED, jobs.RUNNING)

SHOWN = """
    SELECT e.id, e.operation, e.query, e.name, e.media_type, e.row_count, e.bytes, e.job_id,
        e.mark, e.parts, e.created_at, e.made_at, j.state
    FROM exports e
    JOIN jobs j ON j.id = e.job_id
"""
OWN = f"{SHOWN} WHERE e.user_id = :user_id AND COALESCE(e.made_at, e.created_at) >= :old"
OWN_NEWEST_FIRST = f"{OWN} ORDER BY e.id DESC"
OWN_ONE = f"{OWN} AND e.id = :id"
SAME_UNDER_WAY = f"""
    {OWN} AND e.operation = :operation AND e.query = :query AND j.state IN ('queued', 'running')
    ORDER BY e.id LIMIT 1
"""
NO_LINK = "UPDATE jobs SET link = NULL WHERE id = :job_id"
INSERT = """
    INSERT INTO exports (operation, query, name, media_type, row_count, user_id, created_at)
    VALUES (:operation, :query, :name, :media_type, :row_count, :user_id, :now)
    RETURNING id
"""


def create_export_preview(
    db: Database, actor: Actor, *, operation: str, query: dict[str, str]
) -> Row:
    """{"rows", "address"} of a list. Raises Invalid, Forbidden, and what the list raises."""
    sheet = sheet_of(db, actor, operation, query)
    address = queries.address(_stated(operation), {"format": CSV, **query})
    return {"rows": sheet.count, "address": None if sheet.is_long else address}


def create_export(
    engine: Engine, actor: Actor, *, operation: str, query: dict[str, str]
) -> Row | Existing:
    """Let a job write a list; the same that is under way already (`Existing`).

    Raises Invalid, Forbidden, what the list raises, and Conflict for who has MOST_KEPT already.
    """
    with engine.reading() as db:
        sheet = sheet_of(db, actor, operation, query)
        file = sheet.written(format_of(query))
    query_text = orjson.dumps(query, option=orjson.OPT_SORT_KEYS).decode()
    asked = {"operation": operation, "query": query_text}
    made = {"name": file.filename, "media_type": file.media_type, "row_count": sheet.count}
    return begin(engine, actor, {**asked, **made}, kind=KIND, action="export.created")


def begin(engine: Engine, actor: Actor, asked: Row, *, kind: str, action: str) -> Row | Existing:
    """Let a job of a kind write a file, unless the same is under way already (`Existing`).

    `asked` has operation, query, name, media_type and row_count. Raises Conflict.
    """
    asked = {**asked, **_whose(actor)}
    with engine.writing() as db:
        # Who asks twice at the same time is answered one after the other.
        db.lock("users", auth.own_id(actor))
        if (same := one(db, SAME_UNDER_WAY, asked)) is not None:
            return Existing(_shown(same))
        if len(list(db.query(OWN, asked))) >= MOST_KEPT:
            raise Conflict(f"You have {MOST_KEPT} files already: remove one of them first.")
        export_id = int(scalar(db, INSERT, {**asked, "now": clock.now()}))
        job_id = jobs.enqueue(db, actor, kind, {"export_id": export_id})
        set_job = "UPDATE exports SET job_id = :job_id WHERE id = :id"
        db.execute(set_job, {"job_id": job_id, "id": export_id})
        _record(db, actor, action, export_id, asked["name"])
        return _shown(_own(db, actor, export_id))


def list_exports(db: Database, actor: Actor, *, operation: str | None = None) -> Row:
    """{items}: the actor's own files, newest first, of lists that they may still see."""
    is_open = {
        each.name: each.is_open_to(actor.role, actor.scopes)
        for each in contract.current().operations
        if is_file(each) and operation in (None, each.name)
    }
    rows = db.query(OWN_NEWEST_FIRST, _whose(actor))
    return {"items": [_shown(row) for row in rows if is_open.get(row["operation"])]}


def get_export(db: Database, actor: Actor, *, export_id: int) -> Row:
    """One of the actor's own files. Raises NotFound, Forbidden."""
    return _shown(_own(db, actor, export_id))


def get_export_file(engine: Engine, actor: Actor, *, export_id: int) -> Download:
    """What is in it. Raises NotFound, Forbidden, Conflict where it is not made yet."""
    with engine.reading() as db:
        row = _own(db, actor, export_id)
    if row["made_at"] is None:
        raise Conflict("The file is not made yet: its job says how far it is.")
    content = export_files.read(engine, row["mark"], row["parts"])
    return Download(row["name"], content, row["media_type"], length=row["bytes"])


def delete_export(engine: Engine, actor: Actor, *, export_id: int) -> None:
    """Remove a file, and put its job away where that failed.

    Raises NotFound, Forbidden, Conflict while it is being made.
    """
    with engine.writing() as db:
        row = _own(db, actor, export_id)
        if row["state"] in UNDER_WAY:
            raise Conflict("The file is being made: cancel its job first.")
        if row["state"] == jobs.FAILED:
            job_service.cancel_job(db, actor, job_id=row["job_id"])
        db.execute("DELETE FROM exports WHERE id = :id", {"id": export_id})
        db.execute(NO_LINK, {"job_id": row["job_id"]})
        _record(db, actor, "export.removed", export_id, row["name"])
    export_files.take_away(engine, row["mark"])


def sheet_of(db: Database, actor: Actor, operation: str, query: dict[str, str]) -> Sheet:
    """The spreadsheet of a list for who may see it, of which no row is made yet.

    Raises NotFound for a list of another release, Invalid for a query that the list does not take,
    Forbidden, and what the list raises.
    """
    stated = _stated(operation)
    check_open(stated, actor)
    errors: queries.Errors = []
    given = queries.read_address(stated, query, errors)
    if errors:
        raise Invalid(list(errors))
    sheet: Sheet = sheet_function_of(stated)(db, actor, **queries.of_sheet(given))
    return sheet


def format_of(query: Mapping[str, str]) -> str:
    """As what a list is written: csv, or xlsx where that is asked for."""
    return XLSX if query.get(contract.FORMAT_PARAMETER) == XLSX else CSV


def _stated(name: str) -> Operation:
    for operation in contract.current().operations:
        if operation.name == name and is_file(operation):
            return operation
    raise NotFound("There is no such list any more.")


def is_file(operation: Operation) -> bool:
    """Whether a job writes it into a file: a list, or everything."""
    return operation.sheet is not None or operation.name == EVERYTHING


def check_open(operation: Operation, actor: Actor) -> None:
    """Forbidden where the actor may not use what a file is of."""
    if not operation.is_open_to(actor.role, actor.scopes):
        raise Forbidden("You may not see this list, nor have it as a file.")


def _own(db: Database, actor: Actor, export_id: int) -> Row:
    row = one(db, OWN_ONE, {**_whose(actor), "id": export_id})
    if row is None:
        raise NotFound("There is no such file: it goes a day after it was made.")
    check_open(_stated(row["operation"]), actor)
    return row


def _whose(actor: Actor) -> Row:
    old = clock.later(clock.now(), hours=-KEPT_HOURS)
    return {"user_id": auth.own_id(actor), "old": old}


def _record(db: Database, actor: Actor, action: str, export_id: int, name: str) -> None:
    trail.record(db, actor, action=action, noun="export", noun_id=export_id, after={"name": name})


def _shown(row: Row) -> dict[str, Any]:
    names = ("id", "operation", "name", "bytes", "job_id", "state", "created_at", "made_at")
    return {
        **{name: row[name] for name in names},
        "query": orjson.loads(row["query"]),
        "rows": row["row_count"],
        "address": f"/api/exports/{row['id']}/file",
        "goes_at": clock.later(row["made_at"] or row["created_at"], hours=KEPT_HOURS),
    }
