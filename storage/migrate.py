"""The schema: upgrade, rollback and status of the migrations in migrations/.

How the files are written is told in migration_files.py, how one of them
is applied in migration_backends.py. Here is what happens around a run.

SQLite: alone with the file, never on the original. The database is copied, the
copy migrated, checked and renamed into place; the original stays beside it as
`<file>.pre-upgrade-<time>`. PostgreSQL: under an advisory lock, each migration
in its own transaction, beside nodes of the release before, which go on working;
take a backup first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

from storage.engines import database_file
from storage.engines.base import Refused
from storage.engines.migration_backends import FileMigration, is_own, open_backend
from storage.engines.migration_files import MigrationFile, read_migrations

# The last migration of the release before this one, whose nodes work on this schema: raised
# with each release.
WORKS_SINCE = "0024"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
ADVISORY_LOCK = "SELECT pg_advisory_lock(hashtextextended('schema', 0))"
# For another upgrade, killed perhaps a moment ago.
LOCK_PATIENCE = "SET lock_timeout = '5s'"
# For tables that running nodes use: whoever comes behind a migration that waits has to wait
# as well, so it gives up soon, lets them pass, and tries again.
TABLE_PATIENCE = "SET lock_timeout = '1s'"
TRIES, PASS_S = 10, 1.0
IN_USE = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

Report = Callable[[str], None]
Change = Callable[[Any], list[str]]


def upgrade(url: str, *, folder: Path = MIGRATIONS, report: Report = lambda _: None) -> list[str]:
    """Apply what is pending; the ids that were applied. Raises `Refused` with nothing changed."""
    migrations = read_migrations(folder, dialect_of(url))

    def apply(backend: Any) -> list[str]:
        done = []
        pending = _pending(backend, migrations)
        backend.note_works_since(WORKS_SINCE)
        for migration in pending:
            report(f"applying {migration.id}")
            _run(backend.apply_one, migration, report)
            done.append(migration.id)
        return done

    return _change(url, apply, lambda backend: bool(_pending(backend, migrations)))


def rollback(
    url: str,
    *,
    to: str | None = None,
    folder: Path = MIGRATIONS,
    report: Report = lambda _: None,
) -> list[str]:
    """Undo every migration after `to` (an id or its number), or only the last; the ids undone."""
    migrations = read_migrations(folder, dialect_of(url))

    def undo(backend: Any) -> list[str]:
        done = []
        for migration in _undone_by(backend, migrations, to):
            report(f"rolling back {migration.id}")
            _run(backend.rollback_one, migration, report)
            done.append(migration.id)
        return done

    return _change(url, undo, lambda backend: bool(_undone_by(backend, migrations, to)))


def status(url: str, *, folder: Path = MIGRATIONS) -> list[dict[str, str | None]]:
    """[{id, state, applied_at}]; state: applied, pending, edited or unknown (a newer version's)."""
    migrations = {migration.id: migration for migration in read_migrations(folder, dialect_of(url))}
    applied = _applied(url)
    found: list[dict[str, str | None]] = []
    for name in sorted(migrations.keys() | applied.keys()):
        if name not in applied:
            state = "pending"
        elif name not in migrations:
            state = "unknown"
        else:
            same = applied[name]["sha256"] == migrations[name].sha256
            state = "applied" if same else "edited"
        found.append(
            {"id": name, "state": state, "applied_at": applied.get(name, {}).get("applied_at")}
        )
    return found


def pending(url: str, *, folder: Path = MIGRATIONS) -> list[str]:
    """The ids that `upgrade` would apply."""
    return [str(row["id"]) for row in status(url, folder=folder) if row["state"] == "pending"]


def applied_hashes(url: str) -> dict[str, str]:
    """id -> SHA-256 of the content of every applied migration."""
    return {name: row["sha256"] for name, row in _applied(url).items()}


def refuse_unknown(ids: Iterable[str], *, folder: Path = MIGRATIONS) -> None:
    """Refuse a database that has a migration for which this version has no file."""
    _refuse_unknown(ids, {migration.id for migration in read_migrations(folder, "sqlite")})


def refuse_newer(url: str) -> None:
    """Refuse to touch a database that a newer version has upgraded."""
    refuse_unknown(applied_hashes(url))


def is_vouched_for(url: str, *, folder: Path = MIGRATIONS) -> bool:
    """Whether the newer release that upgraded a database says that this version works on it."""
    place = _place(url)
    if isinstance(place, Path):
        return False
    last = read_migrations(folder, dialect_of(url))[-1].id
    with _opened(place) as backend:
        since = backend.works_since()
    return since is not None and last[:4] >= since


def refuse_unworkable(url: str) -> None:
    """As `refuse_newer`, but for a release that says that this version works on its schema."""
    try:
        refuse_newer(url)
    except Refused:
        if not is_vouched_for(url):
            raise


def dialect_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite:") else "postgresql"


def _run(step: Callable[[Any], None], migration: MigrationFile, report: Report) -> None:
    """Apply a migration or undo it; where a table is in use, let those pass and try again."""
    for left in reversed(range(TRIES)):
        with _naming(migration):
            try:
                step(FileMigration(migration))
                return
            except IN_USE:
                if not left:
                    raise
        report(f"{migration.id} waits: a table that it changes is in use")
        time.sleep(PASS_S)


@contextmanager
def _naming(migration: MigrationFile) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        raise Refused(f"The migration {migration.id} failed and was undone: {error}") from error


def _pending(backend: Any, migrations: list[MigrationFile]) -> list[MigrationFile]:
    applied = backend.applied()
    _refuse_disagreement(applied, migrations)
    return [migration for migration in migrations if migration.id not in applied]


def _undone_by(
    backend: Any, migrations: list[MigrationFile], to: str | None
) -> list[MigrationFile]:
    applied = backend.applied()
    _refuse_disagreement(applied, migrations)
    known = [migration for migration in migrations if migration.id in applied]
    if to is None:
        return known[-1:]
    stays = [migration.id for migration in known if to in (migration.id, migration.id[:4])]
    if not stays and to != "0000":
        raise Refused(f"No applied migration is called {to}: see `flask db status`.")
    return [migration for migration in reversed(known) if migration.id > (stays or ["0000"])[0]]


def _refuse_disagreement(
    applied: dict[str, dict[str, str]], migrations: list[MigrationFile]
) -> None:
    files = {migration.id: migration for migration in migrations}
    _refuse_unknown(applied, files)
    for name, row in applied.items():
        if row["sha256"] != files[name].sha256:
            raise Refused(
                f"The migration {name} was edited after it was applied: "
                "restore its file and put the change into a new migration."
            )


def _refuse_unknown(ids: Iterable[str], known: Container[str]) -> None:
    for name in ids:
        if name not in known:
            raise Refused(
                f"The database has the migration {name}, which this version does not know: "
                "it was made by a newer version of CVD; install that one."
            )


def _applied(url: str) -> dict[str, dict[str, str]]:
    place = _place(url)
    if isinstance(place, Path) and not place.is_file():
        return {}
    with _opened(place) as backend:
        applied: dict[str, dict[str, str]] = backend.applied()
        return applied


def _change(url: str, change: Change, is_due: Callable[[Any], bool]) -> list[str]:
    place = _place(url)
    if isinstance(place, Path):
        return _change_sqlite(place, change, is_due)
    with _opened(place) as backend:
        backend.execute(LOCK_PATIENCE)
        try:
            backend.execute(ADVISORY_LOCK)
        except psycopg.errors.LockNotAvailable as error:
            raise Refused("Another upgrade of this database is running.") from error
        backend.prepare()
        backend.execute(TABLE_PATIENCE)
        return change(backend)


def _change_sqlite(path: Path, change: Change, is_due: Callable[[Any], bool]) -> list[str]:
    database_file.refuse_lost(path)
    database_file.make_private(path)
    database_file.refuse_network(path)
    with database_file.held(path, exclusive=True):
        if damage := database_file.known_damage(path):
            raise Refused(damage)
        with _opened(path) as backend:
            tables = backend.list_tables()
            if not tables:
                backend.prepare()
                return change(backend)
            if not is_own(tables):
                raise Refused(f"{path} is the database of another program: choose another file.")
            if not is_due(backend):
                return []
            backend.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return _change_copy(path, change)


def _change_copy(path: Path, change: Change) -> list[str]:
    """Migrate a copy and put it in the original's place, which stays as a dated backup."""
    copy = path.with_name(path.name + ".upgrading")
    _remove(copy)
    try:
        with _opened(path) as backend:
            database_file.make_private(copy)
            backend.execute("VACUUM INTO :copy", {"copy": str(copy)})
        with _opened(copy) as backend:
            backend.prepare()
            done = change(backend)
            _refuse_damage(backend)
        database_file.sync_file(copy)
        database_file.replace(path, copy, "pre-upgrade")
    finally:
        _remove(copy)
    return done


def _refuse_damage(backend: Any) -> None:
    for pragma in ("PRAGMA quick_check", "PRAGMA foreign_key_check"):
        found = [row for row in backend.execute(pragma).fetchall() if row[0] != "ok"]
        if found:
            raise Refused(f"The upgraded copy is damaged, nothing was changed: {found[0]}.")


def _place(url: str) -> Path | str:
    return database_file.path_of(url) if dialect_of(url) == "sqlite" else url


@contextmanager
def _opened(place: Path | str) -> Iterator[Any]:
    try:
        backend = open_backend(place)
    except (sqlite3.Error, psycopg.Error) as error:
        raise Refused(f"The database cannot be used: {str(error).strip()}") from error
    with closing(backend.connection):
        try:
            yield backend
        except (sqlite3.Error, psycopg.Error) as error:
            raise Refused(f"The database cannot be used: {str(error).strip()}") from error


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
