"""Backup and restore: the whole of CVD as one file.

The file is a ZIP archive: `manifest.json` first, then the database, either
`database.db` (SQLite, opens with any SQLite tool) or `database.dump` (PostgreSQL,
pg_dump's custom format). The manifest names product, format, engine, the
migrations with their hashes, and size and SHA-256 of the database. Photos and other files are in
it as `contents/SHA-256`; of those in a bucket, which has its own copies, only the names.

A backup can be taken while the server runs. A restore needs the database alone,
checks everything before it touches anything, and keeps what it replaces: SQLite
beside the new file, as `<file>.replaced-<time>`; on PostgreSQL it is one transaction.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg.pq import Conninfo
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import clock
from storage import backup_files, migrate, state
from storage.engines import database_file
from storage.engines.base import Refused
from storage.engines.others import refuse_others
from storage.files.store import Store
from storage.stored_head import stored_head

PRODUCT = "CVD"
FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.db", "postgresql": "database.dump"}
CHUNK = 1 << 20

Report = Callable[[str], None]


def backup(
    url: str, target: Path, *, files: Store | None = None, report: Report = lambda _: None
) -> dict[str, Any]:
    """Write the backup `target`, which must not exist yet; its manifest. Raises `Refused`.

    `files` is where photos and other files are; they are listed behind the database, which refers
    to nothing that was not stored before.
    """
    target = target.absolute()
    if target.exists():
        raise Refused(f"{target} exists already: choose another name.")
    dialect = migrate.dialect_of(url)
    with temporary(target, ".database") as database, temporary(target, ".partial") as archive:
        report("copying the database")
        # Of PostgreSQL the dump may hold more than this, but never less.
        audit_head = None if dialect == "sqlite" else stored_head(url)
        dump(url, database)
        migrate.refuse_newer(url)
        manifest = {
            "product": PRODUCT,
            "format": FORMAT,
            "engine": dialect,
            "created_at": clock.now(),
            "migrations": migrate.applied_hashes(url),
            "audit_head": stored_head(url_of(database)) if dialect == "sqlite" else audit_head,
            "files": {DATABASES[dialect]: _described(database)},
            **backup_files.listed(files),
        }
        report("packing")
        try:
            _pack(archive, manifest, {DATABASES[dialect]: database}, files)
            archive.rename(target)
            database_file.sync_folder(target.parent)
        except OSError as error:
            raise Refused(f"{target} cannot be written: {error.strerror}.") from error
    state.note_backup(url)
    return manifest


def manifest_of(source: Path) -> dict[str, Any]:
    """What the backup `source` says of itself. Raises `Refused` when it is none."""
    with _opened(source) as archive:
        return _manifest(archive, source)


def restore(
    url: str, source: Path, *, files: Store | None = None, report: Report = lambda _: None
) -> Path | None:
    """Replace the database by the one in the backup `source`; the path of what was replaced.

    Raises `Refused` with nothing changed when the backup is foreign, damaged or newer
    than this version, or when somebody has the database open.
    """
    dialect = migrate.dialect_of(url)
    with _opened(source) as archive:
        manifest = _manifest(archive, source)
        if manifest["engine"] != dialect:
            raise Refused(f"{source} is a backup of {manifest['engine']}, the database {dialect}.")
        migrate.refuse_unknown(manifest["migrations"])
        place = database_file.path_of(url) if dialect == "sqlite" else source.absolute()
        with temporary(place, ".restoring") as database:
            report("checking the backup")
            _unpack(archive, DATABASES[dialect], manifest, database)
            # What is stored and referred to by nothing harms nobody, whatever comes next.
            backup_files.restore(archive, manifest, files, report)
            report("restoring")
            return put_in_place(url, database)


def put_in_place(url: str, database: Path) -> Path | None:
    """Make this file or dump the database; the path of what was replaced. Raises `Refused`."""
    if migrate.dialect_of(url) == "postgresql":
        _restore_postgresql(url, database)
        return None
    return _restore_sqlite(database_file.path_of(url), database)


def url_of(database: Path) -> str:
    return f"{database_file.SQLITE_PREFIX}{quote(str(database))}"


def dump(url: str, target: Path) -> None:
    if migrate.dialect_of(url) == "postgresql":
        run_tool("pg_dump", url, "--format=custom", "--no-owner", "--no-acl", "--file", target)
        return
    path = database_file.path_of(url)
    if not path.is_file():
        raise Refused(f"There is no database at {path}.")
    try:
        with (
            database_file.held(path, exclusive=False),
            closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection,
        ):
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise Refused(f"The database could not be copied: {error}.") from error
    refuse_damaged(target)


def _restore_sqlite(path: Path, database: Path) -> Path | None:
    refuse_damaged(database)
    database_file.sync_file(database)
    with database_file.held(path, exclusive=True):
        _refuse_newer(f"sqlite:///{quote(str(path))}")
        _settle(path)
        return database_file.replace(path, database, "replaced")


def _refuse_newer(url: str) -> None:
    """Refuse to replace what a newer version made; what is damaged may be replaced."""
    try:
        hashes = migrate.applied_hashes(url)
    except Refused:
        return
    migrate.refuse_unknown(hashes)


def _settle(path: Path) -> None:
    """Empty the write-ahead log into its database; of a damaged one, put it aside with it."""
    if not path.exists():
        database_file.put_log_aside(path)
        return
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        database_file.put_log_aside(path)


def _restore_postgresql(url: str, database: Path) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        refuse_others(connection)
    _refuse_newer(url)
    options = ("--single-transaction", "--clean", "--if-exists", "--no-owner", "--no-acl")
    run_tool("pg_restore", url, *options, "--dbname", "", database)


def refuse_damaged(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            result = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        result = str(error)
    if result != "ok":
        told = database_file.in_one_line(result)
        raise Refused(f"The database in the backup is damaged: {told.rstrip('.')}.")


def _described(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {
            "bytes": path.stat().st_size,
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
        }


def _pack(
    archive: Path, manifest: dict[str, Any], files: dict[str, Path], store: Store | None
) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr(MANIFEST, json.dumps(manifest, indent=2))
        for name, path in files.items():
            packed.write(path, name)
        backup_files.pack(packed, manifest, store)
    database_file.sync_file(archive)


def _unpack(archive: zipfile.ZipFile, name: str, manifest: dict[str, Any], target: Path) -> None:
    described = manifest["files"][name]
    try:
        with archive.open(name) as packed, target.open("wb") as file:
            found = _copy(packed, file, described["bytes"])
    except backup_files.ARCHIVE_ERRORS as error:
        raise Refused(f"The backup cannot be unpacked, it may be damaged: {error}.") from error
    if found != described["sha256"]:
        raise Refused("The backup is damaged: its database is not the one the manifest names.")


def _copy(packed: IO[bytes], file: IO[bytes], expected: int) -> str:
    """The SHA-256 of what was copied; never more than `expected` bytes and one chunk."""
    digest, done = hashlib.sha256(), 0
    while done <= expected and (chunk := packed.read(CHUNK)):
        file.write(chunk)
        digest.update(chunk)
        done += len(chunk)
    return digest.hexdigest()


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except FileNotFoundError as error:
        raise Refused(f"There is no file {source}.") from error
    except backup_files.ARCHIVE_ERRORS as error:
        raise Refused(f"{source} is not a backup of {PRODUCT}, or it is damaged.") from error
    with archive:
        yield archive


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        is_ours = manifest["product"] == PRODUCT
        is_known = manifest["format"] == FORMAT
        described = manifest["files"][DATABASES[manifest["engine"]]]
        int(described["bytes"]), str(described["sha256"]), dict(manifest["migrations"])
    except backup_files.ARCHIVE_ERRORS as error:
        raise Refused(f"{source} is not a backup of {PRODUCT}, or it is damaged.") from error
    if not is_ours:
        raise Refused(f"{source} is not a backup of {PRODUCT}.")
    if not is_known:
        raise Refused(f"{source} was made by a newer version of {PRODUCT}; install that one.")
    return manifest


@contextmanager
def temporary(beside: Path, suffix: str) -> Iterator[Path]:
    """An empty private file beside `beside`, gone at the end."""
    path = beside.with_name(f".{beside.name}{suffix}")
    path.unlink(missing_ok=True)
    database_file.make_private(path)
    try:
        yield path
    finally:
        for left in path.parent.glob(glob.escape(path.name) + "*"):
            left.unlink()


def run_tool(tool: str, url: str, *arguments: str | Path) -> None:
    """Run pg_dump or pg_restore; the connection goes by environment, which others cannot list."""
    program = shutil.which(tool)
    if program is None:
        raise Refused(f"{tool} is not installed: it comes with PostgreSQL's client programs.")
    connection = {
        option.envvar.decode(): option.val.decode()
        for option in Conninfo.parse(url.encode())
        if option.envvar and option.val
    }
    done = subprocess.run(  # noqa: S603  # the program is PostgreSQL's own, without a shell
        [program, *map(str, arguments)],
        env=os.environ | connection,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        raise Refused(f"{tool} failed: {reason[0] if reason else done.returncode}")
