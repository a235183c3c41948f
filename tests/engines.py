"""A fresh, migrated database for each test, on the engine that CVD_TEST_ENGINE names.

Migrating is done once: SQLite tests copy a template file, PostgreSQL tests
create their database from a template. The PostgreSQL server is the one at
CVD_TEST_POSTGRESQL_URL, else a private one that lives as long as the tests.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

import db
import schema

ENGINE = os.environ.get("CVD_TEST_ENGINE", "sqlite")
NewDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def engine_name() -> str:
    """`sqlite` or `postgresql`, as this run tests it."""
    return ENGINE


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server's `postgres` database, where databases may be created."""
    given = os.environ.get("CVD_TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    with private_server() as url:
        yield url


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewDatabase]:
    """A function that makes one more migrated database and answers its URL."""
    if ENGINE == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        with postgresql_copies(server, schema.MIGRATIONS) as copies:
            yield copies
    else:
        yield sqlite_copies(tmp_path_factory.mktemp("databases"), schema.MIGRATIONS)


@pytest.fixture
def database_url(new_database: NewDatabase) -> Iterator[str]:
    """A migrated database of this test's own."""
    url = new_database()
    yield url
    discard(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[db.Engine]:
    """The test's own database, open."""
    opened = db.open_engine(database_url)
    yield opened
    opened.close()


def sqlite_copies(folder: Path, migrations: Path) -> NewDatabase:
    template = folder / "template.db"
    schema.upgrade(f"sqlite:///{template}", folder=migrations)

    def new() -> str:
        path = folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"

    return new


@contextmanager
def postgresql_copies(server: str, migrations: Path) -> Iterator[NewDatabase]:
    template = f"template_{uuid.uuid4().hex}"
    _run(server, f"CREATE DATABASE {template}")
    schema.upgrade(named(server, template), folder=migrations)

    def new() -> str:
        name = f"test_{uuid.uuid4().hex}"
        _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return named(server, name)

    try:
        yield new
    finally:
        _run(server, f"DROP DATABASE {template} WITH (FORCE)")


def discard(url: str) -> None:
    """Remove a test's database; a template stays for the next."""
    if url.startswith("postgresql:"):
        name = urlsplit(url).path[1:]
        _run(named(url, "postgres"), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        return
    path = Path(url.removeprefix("sqlite:///"))
    for left in path.parent.glob(path.name + "*"):
        left.unlink()


def named(server: str, database: str) -> str:
    """The same server's URL with another database."""
    parts = urlsplit(server)
    # urlunsplit drops the empty host of postgresql:///name?host=/folder.
    return urlunsplit(parts._replace(netloc=parts.netloc or "localhost", path=f"/{database}"))


@contextmanager
def private_server() -> Iterator[str]:
    """A PostgreSQL that nobody else can reach: a Unix socket in a temporary folder."""
    binaries = postgresql_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed, and CVD_TEST_POSTGRESQL_URL is not set")
    folder = Path(tempfile.mkdtemp(prefix="cvd-pg-"))
    user = _server_user(folder)
    data = folder / "data"
    as_user: list[str | Path] = []
    if user is not None:
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    try:
        initdb = [*as_user, binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres"]
        _call([*initdb, "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off "
            "-c full_page_writes=off -c synchronous_commit=off -c max_connections=200"
        )
        pg_ctl = [*as_user, binaries / "pg_ctl", "-D", data, "-w", "-t", "60"]
        _call([*pg_ctl, "-l", folder / "server.log", "-o", options, "start"])
        try:
            yield f"postgresql://postgres@localhost/postgres?host={folder}"
        finally:
            _call([*pg_ctl, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgresql_binaries() -> Path | None:
    """The folder of the newest installed server programs."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


def _server_user(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: give the folder to the user `postgres`, else to nobody."""
    if os.getuid() != 0:
        return None
    user = None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = user or pwd.getpwnam(name)
    assert user, "no user to run PostgreSQL as"
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_uid


def _call(command: Sequence[str | Path]) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
