"""A PostgreSQL server of the tests' own, gone with them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class PrivateServer:
    """A PostgreSQL that nobody else can reach: a Unix socket in a temporary folder."""

    url: str
    _start: Sequence[str | Path]
    _stop: Sequence[str | Path]

    def start(self) -> None:
        call(self._start)

    def stop(self) -> None:
        call(self._stop)


@contextmanager
def private_server() -> Iterator[str]:
    """The URL of a private server."""
    with stoppable_server() as server:
        yield server.url


@contextmanager
def stoppable_server() -> Iterator[PrivateServer]:
    """A private server that has been started; it may be stopped at the end, or not."""
    binaries = postgresql_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed, and CVD_TEST_POSTGRESQL_URL is not set")
    folder = Path(tempfile.mkdtemp(prefix="cvd-pg-"))
    as_user = as_server_user(folder)
    data = folder / "data"
    try:
        initdb = [*as_user, binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres"]
        call([*initdb, "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off "
            "-c full_page_writes=off -c synchronous_commit=off -c max_connections=200"
        )
        pg_ctl = [*as_user, binaries / "pg_ctl", "-D", data, "-w", "-t", "60"]
        server = PrivateServer(
            url=f"postgresql://postgres@localhost/postgres?host={folder}",
            _start=[*pg_ctl, "-l", folder / "server.log", "-o", options, "start"],
            _stop=[*pg_ctl, "-m", "immediate", "stop"],
        )
        server.start()
        try:
            yield server
        finally:
            if (data / "postmaster.pid").exists():
                server.stop()
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


def as_server_user(folder: Path) -> list[str | Path]:
    """How a command begins that PostgreSQL takes: it refuses to run as root.

    The folder is given to the user `postgres`, else to nobody.
    """
    if os.getuid() != 0:
        return []
    user = None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = user or pwd.getpwnam(name)
    assert user, "no user to run PostgreSQL as"
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def call(command: Sequence[str | Path]) -> None:
    """Run a command to its end, which is a good one."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"
