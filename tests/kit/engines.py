"""A fresh, migrated database for each test, on the engine that CVD_TEST_ENGINE names.

Migrating is done once: SQLite tests copy a template file, PostgreSQL tests
create their database from a template. The PostgreSQL server is the one at
CVD_TEST_POSTGRESQL_URL, else a private one that lives as long as the tests.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

import db
from storage import migrate
from storage.audit_files import KEEPER, AuditFiles
from storage.engines import database_file
from storage.engines.postgresql import PostgresqlDatabase
from storage.engines.sqlite_database import SqliteDatabase
from storage.files.store import folder_of
from tests.kit.memory import SHARED_MEMORY
from tests.kit.private_postgresql import private_server

ENGINE = os.environ.get("CVD_TEST_ENGINE", "sqlite")


@pytest.fixture(scope="session")
def engine_name() -> str:
    """`sqlite` or `postgresql`, as this run tests it."""
    return ENGINE


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server's `postgres` database, where databases may be created."""
    given = os.environ.get("CVD_TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    with private_server() as url:
        yield url


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Where this run's databases are made."""
    if ENGINE == "postgresql":
        with closing(PostgresqlServer(request.getfixturevalue("postgresql_server"))) as server:
            yield server
        return
    with tempfile.TemporaryDirectory(prefix="cvd-") as folder:
        yield SqliteFolder(Path(folder))


@pytest.fixture(scope="session")
def template_url(databases: Databases) -> Iterator[str]:
    """The database that is migrated once; nobody opens it afterwards."""
    url = databases.create()
    migrate.upgrade(url)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """The URL of a database without any table."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
def database_url(databases: Databases, template_url: str) -> Iterator[str]:
    """The URL of a migrated database of this test's own."""
    url = databases.copy(template_url)
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[db.Engine]:
    """The test's own database, open."""
    opened = db.open_engine(database_url)
    yield opened
    opened.close()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL that runs during the test, transaction control left out: for counting queries."""
    seen: list[str] = []

    def watched(original: Callable[..., Any]) -> Callable[..., Any]:
        def run(self: db.Database, sql: str, *rest: Any, **named: Any) -> Any:
            if not sql.startswith(("BEGIN", "COMMIT", "PRAGMA")):
                seen.append(sql)
            return original(self, sql, *rest, **named)

        return run

    for kind in (SqliteDatabase, PostgresqlDatabase):
        for verb in ("query", "execute", "executemany"):
            monkeypatch.setattr(kind, verb, watched(getattr(kind, verb)))
    return seen


class Databases(Protocol):
    """Makes databases and removes them; all are known by their URL."""

    def create(self) -> str: ...

    def copy(self, template: str) -> str: ...

    def drop(self, url: str) -> None: ...


class SqliteFolder:
    """A folder with a file for each database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self) -> str:
        return f"sqlite:///{self.folder / uuid.uuid4().hex}.db"

    def copy(self, template: str) -> str:
        url = self.create()
        shutil.copyfile(database_file.path_of(template), database_file.path_of(url))
        database_file.path_of(url).chmod(0o600)
        return url

    def drop(self, url: str) -> None:
        for left in self.folder.glob(database_file.path_of(url).name + "*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


class PostgresqlServer:
    """A server with a database for each."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._connection = psycopg.connect(server, autocommit=True)
        self._dropped: list[str] = []
        self._made: list[str] = []
        self._copies_files = self._connection.info.server_version >= 150000 and self._is_in_memory()

    def create(self) -> str:
        return self._created("")

    def copy(self, template: str) -> str:
        how = " STRATEGY FILE_COPY" if self._copies_files else ""
        return self._created(f" TEMPLATE {_database_of(template)}{how}")

    def drop(self, url: str) -> None:
        # Who still keeps a head would make the file anew.
        for thread in threading.enumerate():
            if thread.name == KEEPER:
                thread.join()
        for path in audit_files(url):
            path.unlink(missing_ok=True)
        shutil.rmtree(folder_of(url), ignore_errors=True)
        # One later: for connections that are still closing the server waits a tenth of a second.
        self._dropped.append(url)
        if len(self._dropped) > 1:
            self._drop(self._dropped.pop(0))

    def set(self, url: str, name: str, value: str) -> None:
        """Give one database a setting of its own."""
        self._run(f"ALTER DATABASE {_database_of(url)} SET {name} = {value}")

    def close(self) -> None:
        for url in self._dropped:
            self._drop(url)
        self._connection.close()
        for url in self._made:
            _, head, _ = audit_files(url)
            # What a process wrote that a test killed at it.
            for draft in head.parent.glob(f".{head.name}.partial-*"):
                draft.unlink()
        left = [path for url in self._made for path in audit_files(url) if path.exists()]
        assert not left, f"left behind: {left}"

    def _is_in_memory(self) -> bool:
        """There, copying files costs a tenth of logging their pages; on a disk, twice as much."""
        # Empty for whoever may not know.
        folder = self._connection.execute(
            "SELECT setting FROM pg_settings WHERE name = 'data_directory'"
        ).fetchone()
        return folder is not None and Path(folder[0]).is_relative_to(SHARED_MEMORY)

    def _drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {_database_of(url)} WITH (FORCE)")

    def _created(self, how: str) -> str:
        name = f"cvd_test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}{how}")
        self._made.append(urlunsplit(urlsplit(self.server)._replace(path=f"/{name}")))
        return self._made[-1]

    def _run(self, statement: str) -> None:
        self._connection.execute(statement.encode())


def audit_files(url: str) -> tuple[Path, Path, Path]:
    """Those of a database on PostgreSQL lie in the checkout."""
    files = AuditFiles(url)
    return files.keys_path, files.head_path, files.secret.path


def _database_of(url: str) -> str:
    return urlsplit(url).path[1:]
