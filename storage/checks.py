"""What `flask check` tells and `flask serve` insists on before it serves.

SQLite: version, file system, folder, file mode, migrations, free space, and the
content: the quick check, or the full one after an unclean stop. What is found
in the content stands in marks beside the file, see database_file.py.
PostgreSQL: encoding, settings that would lose acknowledged changes, migrations.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from os import W_OK, access
from pathlib import Path
from typing import Any, Literal

import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

from storage import migrate
from storage.engines import database_file
from storage.engines.base import Refused
from storage.engines.sqlite import is_safe_version
from storage.engines.sqlite_errors import DAMAGED, IOERR, code_of

Level = Literal["ok", "warning", "failure"]
SPARE_BYTES = 100 * 1024 * 1024
# Between two looks at whether a check is still wanted: about a millisecond.
STEPS_AT_ONCE = 10_000
DAMAGE = {*DAMAGED, IOERR}
RISKY_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True)
class Finding:
    """One line of the report. `failure` means: do not serve."""

    name: str
    level: Level
    message: str


def check(url: str, *, content: bool = True, folder: Path = migrate.MIGRATIONS) -> list[Finding]:
    """Every finding, the good ones too. Safe beside a running server.

    Without `content`, which takes minutes where the file is large, what the last
    check of it found.
    """
    if migrate.dialect_of(url) == "postgresql":
        return _check_postgresql(url, folder)
    return _check_sqlite(url, content, folder)


def check_content(path: Path, *, is_unwanted: Callable[[], bool] | None = None) -> list[Finding]:
    """SQLite's own check of the file; `is_unwanted` is asked now and then and ends it early.

    Damage is marked, and the mark is taken off where there is none (any more).
    """
    unchecked = database_file.unchecked_mark(path)
    try:
        with (
            database_file.held(path, exclusive=False),
            closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection,
        ):
            connection.set_progress_handler(is_unwanted, STEPS_AT_ONCE)
            in_full = unchecked.exists()
            found = list(_in_full(connection) if in_full else _quickly(connection))
    except Refused as refusal:
        return [Finding("quick check", "failure", str(refusal))]
    except sqlite3.Error as error:
        if code_of(error) not in DAMAGE:
            message = f"The database could not be checked ({error})."
            return [Finding("quick check", "failure", message)]
        in_full, found = False, [_damaged("quick check", str(error))]
    _mark(path, failures(found))
    if in_full and not failures(found):
        unchecked.unlink(missing_ok=True)
    return found


def failures(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == "failure"]


def _check_sqlite(url: str, content: bool, folder: Path) -> list[Finding]:
    path = database_file.path_of(url)
    if not path.is_file():
        message = f"There is no database at {path}: create it with `flask db upgrade`."
        try:
            database_file.refuse_lost(path)
        except Refused as refusal:
            message = str(refusal)
        return [Finding("database", "failure", message)]
    return [
        _version(),
        _file_system(path),
        _folder(path),
        _mode(path),
        _space(path),
        *(check_content(path) if content else _known(path)),
        *_migrations(url, folder),
    ]


def _version() -> Finding:
    if is_safe_version():
        return Finding("version", "ok", f"SQLite {sqlite3.sqlite_version}.")
    message = (
        f"SQLite {sqlite3.sqlite_version} is older than 3.51.3 and can damage a database that "
        "several connections write: only one process can use it. Install pysqlite3."
    )
    return Finding("version", "warning", message)


def _file_system(path: Path) -> Finding:
    try:
        database_file.refuse_network(path)
    except Refused as refusal:
        return Finding("file system", "failure", str(refusal))
    return Finding("file system", "ok", "The database lies on a local disk.")


def _folder(path: Path) -> Finding:
    if access(path.parent, W_OK) and access(path, W_OK):
        return Finding("folder", "ok", "The folder and the file can be written.")
    return Finding("folder", "failure", f"{path} or its folder cannot be written.")


def _mode(path: Path) -> Finding:
    if path.stat().st_mode & 0o077:
        message = f"{path} can be read by other users of this machine: chmod 600 it."
        return Finding("permissions", "warning", message)
    return Finding("permissions", "ok", "Only this user can read the database.")


def _space(path: Path) -> Finding:
    free = shutil.disk_usage(path.parent).free
    if free < path.stat().st_size + SPARE_BYTES:
        message = f"Only {free >> 20} MiB are free: too little for an upgrade or a backup."
        return Finding("free space", "warning", message)
    return Finding("free space", "ok", f"{free >> 20} MiB are free.")


def _known(path: Path) -> Iterator[Finding]:
    try:
        # Whoever holds the file notes an unclean stop, of which the next to open it leaves no sign.
        with database_file.held(path, exclusive=False):
            damage = database_file.known_damage(path)
    except Refused as refusal:
        damage = str(refusal)
    if damage:
        yield Finding("last check", "failure", damage)


def _quickly(connection: Any) -> Iterator[Finding]:
    yield _pragma(connection, "quick check", "quick_check(1)")


def _in_full(connection: Any) -> Iterator[Finding]:
    yield _pragma(connection, "full check", "integrity_check(1)")
    yield _pragma(connection, "references", "foreign_key_check")


def _mark(path: Path, damage: list[Finding]) -> None:
    if damage:
        database_file.mark_damaged(path, damage[0].message)
    else:
        database_file.damaged_mark(path).unlink(missing_ok=True)


def _pragma(connection: Any, name: str, pragma: str) -> Finding:
    bad = [row for row in connection.execute(f"PRAGMA {pragma}") if row[0] != "ok"]
    if bad:
        return _damaged(name, " ".join(str(part) for part in bad[0]))
    return Finding(name, "ok", "The database is sound.")


def _damaged(name: str, what: str) -> Finding:
    return Finding(name, "failure", database_file.damage(what))


def _check_postgresql(url: str, folder: Path) -> list[Finding]:
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            return [
                Finding("version", "ok", f"PostgreSQL {_shown(connection, 'server_version')}."),
                _encoding(connection),
                *(_setting(connection, name) for name in RISKY_SETTINGS),
                *_migrations(url, folder),
            ]
    except psycopg.OperationalError as error:
        return [Finding("database", "failure", f"The database does not answer: {error}")]


def _encoding(connection: psycopg.Connection[Any]) -> Finding:
    encoding = _shown(connection, "server_encoding")
    if encoding == "UTF8":
        return Finding("encoding", "ok", "The database stores UTF-8.")
    return Finding("encoding", "failure", f"The database stores {encoding}: create it with UTF8.")


def _setting(connection: psycopg.Connection[Any], name: str) -> Finding:
    if _shown(connection, name) == "off":
        message = f"{name} is off: a power cut can lose changes that were acknowledged."
        return Finding(name, "warning", message)
    return Finding(name, "ok", f"{name} is on.")


def _shown(connection: psycopg.Connection[Any], name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""


def _migrations(url: str, folder: Path) -> Iterator[Finding]:
    try:
        rows = migrate.status(url, folder=folder)
    except (Refused, sqlite3.Error) as error:
        yield Finding("migrations", "failure", f"The migrations cannot be read: {error}")
        return
    wrong = [f"{row['id']} ({row['state']})" for row in rows if row["state"] != "applied"]
    is_newer = bool(wrong) and {row["state"] for row in rows} <= {"applied", "unknown"}
    if is_newer and migrate.is_vouched_for(url, folder=folder):
        message = f"Newer than this version, which works on it: {', '.join(wrong)}; upgrade CVD."
        yield Finding("migrations", "warning", message)
    elif wrong:
        message = f"Not as this version needs it: {', '.join(wrong)}; see `flask db upgrade`."
        yield Finding("migrations", "failure", message)
    else:
        yield Finding("migrations", "ok", f"All {len(rows)} migrations are applied.")
