"""A copy of everything on the other engine: from SQLite to PostgreSQL, and back.

Each table is copied in the order of its key, and read again at the other end: SHA-256 of both
must agree before anything is kept. What is copied must not be in use, and what it is copied to
must be empty, so that no change and no row can be lost on the way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import orjson
import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

from storage import migrate
from storage.copy_ends import End, PostgresqlEnd, Row, SqliteEnd, Table, tables_of
from storage.engines import database_file
from storage.engines.base import Refused

TOLD_EVERY = 10_000
# They have rows in every database, which the copied ones take the place of.
FILLED_BY_MIGRATIONS = {"alert_rules", "retention", "sign_in_rules"}

# (name of the table, rows done of it, rows of it)
Report = Callable[[str, int, int], None]


class Copied(NamedTuple):
    """What was copied: `hashes` has the SHA-256 of each table's rows."""

    rows: int
    hashes: dict[str, str]


def copy(
    source: str,
    target: str,
    *,
    report: Report = lambda *_: None,
    along: Callable[[], None] = lambda: None,
) -> Copied:
    """Copy the database at the URL `source` to the empty one at `target`, on the other engine.

    `along` copies what goes with it, once every row arrived and before the copy is kept.
    Raises `Refused`, with nothing kept at the target, when the engines are the same, one of the
    two is in use or of another version, the target has rows, or what arrived differs.
    """
    if migrate.dialect_of(source) == migrate.dialect_of(target):
        raise Refused(
            "Both databases are of one engine: take a backup and restore it "
            "(`flask backup`, `flask restore`)."
        )
    _refuse_other_version(source)
    try:
        if migrate.dialect_of(source) == "sqlite":
            return _to_server(database_file.path_of(source), target, report, along)
        return _to_file(source, database_file.path_of(target), report, along)
    except (sqlite3.Error, psycopg.Error) as error:
        raise Refused(f"The copy was given up, nothing is kept: {str(error).strip()}") from error


def _refuse_other_version(url: str) -> None:
    migrate.refuse_newer(url)
    if not migrate.applied_hashes(url):
        raise Refused(f"There is no database of CVD at {_shown(url)}.")
    if migrate.pending(url):
        raise Refused(f"{_shown(url)} is of an older version: run `flask db upgrade` first.")


def _to_server(path: Path, target: str, report: Report, along: Callable[[], None]) -> Copied:
    with (
        database_file.held(path, exclusive=True),
        closing(SqliteEnd(path)) as ours,
        closing(_opened(target)) as theirs,
    ):
        tables = tables_of(ours.connection)
        _refuse_foreign(theirs, tables, target)
        migrate.upgrade(target)
        theirs.begin()
        _refuse_filled(theirs, tables, target)
        copied = _copied(ours, theirs, tables, report)
        along()
        theirs.finish()
        return copied


def _to_file(source: str, path: Path, report: Report, along: Callable[[], None]) -> Copied:
    if path.exists():
        raise Refused(f"{path} exists already: choose another name.")
    database_file.refuse_lost(path)
    draft = path.with_name(f".{path.name}.copying")
    _remove(draft)
    try:
        migrate.upgrade(f"{database_file.SQLITE_PREFIX}{quote(str(draft))}")
        with closing(_opened(source)) as theirs, closing(SqliteEnd(draft)) as ours:
            theirs.begin()
            copied = _copied(theirs, ours, tables_of(ours.connection), report)
            along()
            ours.finish()
        database_file.sync_file(draft)
        draft.rename(path)
        database_file.sync_folder(path.parent)
        return copied
    finally:
        _remove(draft)


def _copied(source: End, target: End, tables: list[Table], report: Report) -> Copied:
    rows, hashes = 0, {}
    for table in tables:
        total = source.count(table)
        sent = _Sum()
        if table.name in FILLED_BY_MIGRATIONS:
            target.clear(table)
        target.write(table, _told(sent.of(source.rows(table)), table.name, total, report))
        arrived = _Sum()
        for _ in arrived.of(target.rows(table)):
            pass
        if (sent.rows, sent.hash()) != (arrived.rows, arrived.hash()):
            raise Refused(
                f"The copy was given up, nothing is kept: {sent.rows:,} rows of {table.name} "
                f"were sent, and {arrived.rows:,} arrived that are not all the same."
            )
        rows += sent.rows
        hashes[table.name] = sent.hash()
    target.go_on_behind(source.highest_ids())
    return Copied(rows, hashes)


class _Sum:
    """Number and SHA-256 of the rows that go by."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.rows += 1
            self._digest.update(orjson.dumps(row, default=bytes.hex))
            yield row

    def hash(self) -> str:
        return self._digest.hexdigest()


def _told(rows: Iterable[Row], table: str, total: int, report: Report) -> Iterator[Row]:
    report(table, 0, total)
    for number, row in enumerate(rows, start=1):
        yield row
        if number % TOLD_EVERY == 0:
            report(table, number, total)
    report(table, total, total)


def _refuse_foreign(theirs: PostgresqlEnd, tables: list[Table], target: str) -> None:
    """Refuse a database with tables that are not ours; ours may be there, if they are empty."""
    if foreign := theirs.tables() - {table.name for table in tables}:
        raise Refused(
            f"{_shown(target)} has the tables of another program ({min(foreign)}): "
            "make an empty database for CVD."
        )


def _refuse_filled(theirs: PostgresqlEnd, tables: list[Table], target: str) -> None:
    for table in tables:
        if table.name not in FILLED_BY_MIGRATIONS and theirs.count(table):
            raise Refused(
                f"{_shown(target)} is not empty, {table.name} has rows: "
                "make an empty database for the copy."
            )


def _opened(url: str) -> PostgresqlEnd:
    try:
        return PostgresqlEnd(url)
    except psycopg.Error as error:
        raise Refused(f"{_shown(url)} cannot be used: {str(error).strip()}") from error


def _shown(url: str) -> str:
    """A URL as it may be shown: without the password."""
    if migrate.dialect_of(url) == "sqlite":
        return str(database_file.path_of(url))
    known = psycopg.conninfo.conninfo_to_dict(url)
    return f"The database {known.get('dbname') or ''} on {known.get('host') or 'this machine'}"


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm", ".lock"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
