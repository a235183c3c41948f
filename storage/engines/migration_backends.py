"""yoyo's backends, made safe to be killed at any moment.

yoyo 9.0.0 commits a migration's steps, its log line and its mark apart; killed
in between, the database can go neither forward nor back. Here all of it is one
transaction, together with a hash of the file's content: yoyo's own hash is of
the file's name and does not notice an edited file. Runs are kept apart by a
lock that the kernel or the server frees (see migrate.py), never by yoyo's row.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose
from yoyo.backends.base import DatabaseBackend
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.migrations import Migration, default_migration_table

from storage.engines.base import Refused
from storage.engines.migration_files import MigrationFile

HASHES_TABLE = "_migration_hashes"
# Of a server alone: on SQLite nobody serves during an upgrade.
BOUNDS_TABLE = "_migration_bounds"
CONNECT_WITHIN_S = 5
# The one function of SQLite that the shared SQL uses and PostgreSQL lacks. Unless it is
# told that lists are short, it reads a table from end to end for the rows of a few ids.
JSON_EACH = """
    CREATE OR REPLACE FUNCTION json_each(list text) RETURNS TABLE (key bigint, value jsonb)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 20 AS $$
        SELECT position - 1, element
        FROM jsonb_array_elements(CAST(list AS jsonb)) WITH ORDINALITY AS each (element, position)
    $$
"""


class FileMigration(Migration):  # type: ignore[misc]  # yoyo is not typed
    """A migration as yoyo keeps book of it."""

    def __init__(self, file: MigrationFile) -> None:
        super().__init__(file.id, str(file.path), str(file.path.parent))
        self.file = file
        self.steps: list[Any] = []
        self._depends: set[Migration] = set()


class OneTransactionBackend(DatabaseBackend):  # type: ignore[misc]  # yoyo is not typed
    """Steps, log, mark and content hash in one transaction on one connection."""

    def __init__(self, place: str) -> None:
        super().__init__(place, default_migration_table)

    def prepare(self) -> None:
        """Create the tables in which the migrations are kept book of."""
        self.ensure_internal_schema_updated()
        if HASHES_TABLE not in self.list_tables():
            with self.transaction():
                self.execute(
                    f"CREATE TABLE {HASHES_TABLE} "
                    "(migration_id text PRIMARY KEY, sha256 text NOT NULL)"
                )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """The caller already runs alone."""
        yield

    def apply_one(self, migration: FileMigration) -> None:
        with self.transaction():
            self._run(migration.file.up)
            self.log_migration(migration, "apply")
            self.mark_one(migration)
            self.execute(
                f"INSERT INTO {HASHES_TABLE} (migration_id, sha256) VALUES (:id, :sha256)",
                {"id": migration.id, "sha256": migration.file.sha256},
            )
            self.check()

    def rollback_one(self, migration: FileMigration) -> None:
        with self.transaction():
            self._run(migration.file.down)
            self.log_migration(migration, "rollback")
            self.unmark_one(migration, log=False)
            self.execute(
                f"DELETE FROM {HASHES_TABLE} WHERE migration_id = :id", {"id": migration.id}
            )
            self.check()

    def works_since(self) -> str | None:
        """The last migration of the oldest release that works on this schema; None if unknown."""
        return None

    def note_works_since(self, number: str) -> None:
        """Keep that for releases that do not know the migrations which are applied."""

    def check(self) -> None:
        """Refuse, before the commit, what a migration must not leave behind."""

    def applied(self) -> dict[str, dict[str, str]]:
        """id -> {applied_at, sha256} of every applied migration, in order of id."""
        if HASHES_TABLE not in self.list_tables():
            return {}
        rows = self.execute(
            f"""
            SELECT m.migration_id, CAST(m.applied_at_utc AS char(19)), h.sha256
            FROM {self.migration_table} m
            LEFT JOIN {HASHES_TABLE} h ON h.migration_id = m.migration_id
            ORDER BY m.migration_id
            """
        ).fetchall()
        return {row[0]: {"applied_at": row[1], "sha256": row[2]} for row in rows}

    def mark_one(self, migration: FileMigration) -> None:
        self.execute(
            self.format_sql(self.mark_migration_sql),
            {"migration_hash": migration.hash, "migration_id": migration.id, "when": _now()},
        )

    def get_log_data(self, migration: Any = None, operation: str = "apply") -> dict[str, Any]:
        """Without yoyo's name look-ups: a server without DNS would wait for them."""
        return {
            "id": str(uuid.uuid4()),
            "migration_id": migration.id if migration else None,
            "migration_hash": migration.hash if migration else None,
            "username": os.environ.get("USER") or str(os.getuid()),
            "hostname": socket.gethostname(),
            "created_at_utc": _now(),
            "operation": operation,
        }

    def _run(self, scripts: tuple[str, ...]) -> None:
        for script in scripts:
            self.connection.execute(script)


class SqliteBackend(OneTransactionBackend):
    """On the engine's own module, with foreign keys off so that tables can be rebuilt."""

    driver_module = sqlite3.__name__
    list_tables_sql = "SELECT name FROM sqlite_master WHERE type = 'table'"

    def connect(self, dburi: str) -> Any:
        sqlite3.register_adapter(datetime, datetime.isoformat)
        connection = sqlite3.connect(dburi, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = OFF")
        return connection

    def begin(self) -> None:
        self._in_transaction = True
        self.execute("BEGIN IMMEDIATE")

    def list_tables(self) -> list[str]:
        return [row[0] for row in self.execute(self.list_tables_sql).fetchall()]

    def check(self) -> None:
        broken = self.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise Refused(f"The migration would leave rows of {broken[0]} pointing at nothing.")


class PostgresqlBackend(
    OneTransactionBackend,
    PostgresqlPsycopgBackend,  # type: ignore[misc]  # yoyo is not typed
):
    """Runs under an advisory lock that the caller holds on this connection."""

    list_tables_sql = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema"
    )

    def connect(self, dburi: str) -> Any:
        return psycopg.connect(dburi, autocommit=True, connect_timeout=CONNECT_WITHIN_S)

    def list_tables(self) -> list[str]:
        return [row[0] for row in self.execute(self.list_tables_sql).fetchall()]

    def prepare(self) -> None:
        super().prepare()
        self.connection.execute(JSON_EACH)
        self.connection.execute(
            f"CREATE TABLE IF NOT EXISTS {BOUNDS_TABLE} (works_since text NOT NULL)"
        )

    def works_since(self) -> str | None:
        if BOUNDS_TABLE not in self.list_tables():
            return None
        row = self.execute(f"SELECT works_since FROM {BOUNDS_TABLE}").fetchone()
        return None if row is None else str(row[0])

    def note_works_since(self, number: str) -> None:
        if self.works_since() != number:
            with self.transaction():
                self.execute(f"DELETE FROM {BOUNDS_TABLE}")
                self.execute(f"INSERT INTO {BOUNDS_TABLE} VALUES (:number)", {"number": number})


def is_own(tables: list[str]) -> bool:
    """Whether these tables are CVD's; a first run that was killed leaves only yoyo's."""
    return HASHES_TABLE in tables or all(name.startswith("_yoyo") for name in tables)


def open_backend(place: str | Path) -> Any:
    """The backend of an SQLite file (a path) or of a PostgreSQL URL."""
    return SqliteBackend(str(place)) if isinstance(place, Path) else PostgresqlBackend(place)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
