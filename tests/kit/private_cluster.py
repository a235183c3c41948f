"""Two PostgreSQL servers of the tests' own, one the standby of the other, that change places."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.kit.private_postgresql import as_server_user, call, postgresql_binaries

OPTIONS = (
    "-c fsync=off -c full_page_writes=on -c max_connections=100 -c wal_level=replica "
    "-c dynamic_shared_memory_type=mmap -c wal_sender_timeout=5s -c hot_standby=on"
)
WITHIN_S = 60.0
# The line of postmaster.pid that says which shared memory is the server's: "KEY ID".
SHARED_MEMORY_LINE = 6


@dataclass
class Member:
    """One server: its folder, and the port that it always has."""

    folder: Path
    port: int
    as_user: Sequence[str | Path]
    binaries: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        initdb = [*self.as_user, self.binaries / "initdb", "-D", self.data, "-A", "trust"]
        call([*initdb, "-U", "postgres", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])

    def follow(self, primary: Member) -> None:
        """Begin anew as a copy of the primary, which it follows."""
        shutil.rmtree(self.data, ignore_errors=True)
        copy = [*self.as_user, self.binaries / "pg_basebackup", "-D", self.data, "-R", "-X"]
        call([*copy, "stream", "--checkpoint=fast", "--no-sync", "-d", primary.url])
        self.settle("")
        self.start()

    def settle(self, standbys: str) -> None:
        """Say in its file which standbys a commit waits for."""
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.write(f"synchronous_standby_names = '{standbys}'\n")

    def start(self) -> None:
        own = f"-c listen_addresses=127.0.0.1 -c port={self.port}"
        options = f"{OPTIONS} {own} -c unix_socket_directories={self.folder}"
        call([*self._pg_ctl(), "-l", self.folder / "server.log", "-o", options, "start"])

    def promote(self) -> None:
        call([*self._pg_ctl(), "promote"])

    def kill(self) -> None:
        """SIGKILL for all of it at once, as if the machine had lost its power."""
        kill_server(self.data)

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            call([*self._pg_ctl(), "-m", "immediate", "stop"])

    def ask(self, sql: str) -> Any:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchone() if cursor.description else None

    def _pg_ctl(self) -> list[str | Path]:
        return [*self.as_user, self.binaries / "pg_ctl", "-D", self.data, "-w", "-t", "60"]


class Cluster:
    """A primary and its standby, by which each commit waits unless it `is_synchronous`."""

    def __init__(self, primary: Member, standby: Member, *, is_synchronous: bool) -> None:
        self.primary, self.standby = primary, standby
        self._is_synchronous = is_synchronous

    def url(self, database: str) -> str:
        """As an operator writes it: both servers, whichever is the primary now."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in sorted(self._ports()))
        return f"postgresql://postgres@{hosts}/{database}?target_session_attrs=read-write"

    def join(self) -> None:
        """Let the standby follow the primary, and commits wait for it."""
        self.standby.follow(self.primary)
        wait_for(lambda: self._state() is not None)
        if self._is_synchronous:
            self.primary.settle("*")
            self.primary.ask("SELECT pg_reload_conf()")
            wait_for(lambda: self._state() == ("sync",))

    def fail_over(self) -> None:
        """The primary is killed, and the standby takes its place."""
        self.primary.kill()
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def deafen_standby(self) -> None:
        """The standby hears nothing any more of what the primary does."""
        self.standby.ask("ALTER SYSTEM SET primary_conninfo = ''")
        self.standby.ask("SELECT pg_reload_conf()")
        wait_for(lambda: self._state() is None)

    def _ports(self) -> tuple[int, int]:
        return self.primary.port, self.standby.port

    def _state(self) -> Any:
        return self.primary.ask("SELECT sync_state FROM pg_stat_replication")


@contextmanager
def private_cluster(*, is_synchronous: bool = True) -> Iterator[Cluster]:
    """A primary and a standby that follows it."""
    binaries = postgresql_binaries()
    if binaries is None or shutil.which("ipcrm") is None:
        pytest.skip("PostgreSQL's own programs, or ipcrm, are not installed")
    folders = [Path(tempfile.mkdtemp(prefix="cvd-pg-")) for _ in range(2)]
    members = [
        Member(folder, port, as_server_user(folder), binaries)
        for folder, port in zip(folders, free_ports(2), strict=True)
    ]
    try:
        members[0].make()
        members[0].start()
        cluster = Cluster(members[0], members[1], is_synchronous=is_synchronous)
        cluster.join()
        yield cluster
    finally:
        for member in members:
            member.stop()
            shutil.rmtree(member.folder, ignore_errors=True)


def kill_server(data: Path) -> None:
    """SIGKILL for every process of the server in this folder."""
    head, memory = _noted(data)
    children = Path(f"/proc/{head}/task/{head}/children").read_text().split()
    for pid in (head, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: _is_dead(head))
    # What a machine without power loses as well.
    subprocess.run(["ipcrm", "-m", memory], check=False, stderr=subprocess.DEVNULL)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _noted(data: Path) -> tuple[int, str]:
    """The first process of a server, and the id of its shared memory."""
    lines = (data / "postmaster.pid").read_text().splitlines()
    return int(lines[0]), lines[SHARED_MEMORY_LINE].split()[1]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that within a minute"
        time.sleep(0.02)


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def free_ports(count: int) -> list[int]:
    """Ports that nobody has; held together, so that they are different ones."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
