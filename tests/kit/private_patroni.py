"""Three PostgreSQL servers of the tests' own under Patroni, in synchronous mode.

Patroni is no requirement of CVD: `PATRONI` names its program, else it is looked for on the
path. Its members agree by Raft, so nothing else is needed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
import pytest

from tests.kit.private_cluster import free_ports, kill_server, wait_for
from tests.kit.private_postgresql import as_server_user, postgresql_binaries

PROGRAM = os.environ.get("CVD_TEST_PATRONI") or shutil.which("patroni")
MEMBERS = 3
# The least that Patroni takes: how long a leader that is not heard of stays the leader.
TTL_S, LOOP_S, RETRY_S = 20, 1, 3


@dataclass
class Patroni:
    """One member: PostgreSQL, and the Patroni that starts, promotes and rewinds it."""

    name: str
    folder: Path
    ports: tuple[int, int, int]
    others: list[int]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def configured(self) -> Path:
        """Its settings, in a file; JSON is YAML."""
        server, api, raft = self.ports
        dynamic = {
            "ttl": TTL_S,
            "loop_wait": LOOP_S,
            "retry_timeout": RETRY_S,
            "synchronous_mode": True,
            "primary_start_timeout": 0,
            "postgresql": {
                "use_pg_rewind": True,
                "parameters": {
                    "fsync": "off",
                    "wal_log_hints": "on",
                    "max_connections": 100,
                    "dynamic_shared_memory_type": "mmap",
                    "unix_socket_directories": str(self.folder),
                },
            },
        }
        users = ("superuser", "replication", "rewind")
        settings = {
            "scope": "cvd",
            "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{api}", "connect_address": f"127.0.0.1:{api}"},
            "raft": {
                "data_dir": str(self.folder / "raft"),
                "self_addr": f"127.0.0.1:{raft}",
                "partner_addrs": [f"127.0.0.1:{port}" for port in self.others],
            },
            "bootstrap": {
                "dcs": dynamic,
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, {"auth": "trust"}],
                "pg_hba": [
                    "local all all trust",
                    "host all all 127.0.0.1/32 trust",
                    "host replication all 127.0.0.1/32 trust",
                ],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{server}",
                "connect_address": f"127.0.0.1:{server}",
                "data_dir": str(self.data),
                "bin_dir": str(postgresql_binaries()),
                "pgpass": str(self.folder / "pgpass"),
                "authentication": {user: {"username": "postgres"} for user in users},
            },
        }
        path = self.folder / "patroni.json"
        path.write_text(json.dumps(settings))
        return path

    def start(self) -> None:
        assert PROGRAM is not None
        settings = self.configured()
        with (self.folder / "patroni.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*map(str, as_server_user(self.folder)), PROGRAM, str(settings)],
                stdout=log,
                stderr=log,
                cwd="/",
            )

    def kill(self) -> None:
        """SIGKILL for PostgreSQL and its Patroni at once, as if the machine had lost its power."""
        self._kill_patroni()
        if (self.data / "postmaster.pid").exists():
            kill_server(self.data)

    def stop(self) -> None:
        self._kill_patroni()
        with suppress(FileNotFoundError):
            head = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            with suppress(ProcessLookupError):
                os.kill(head, signal.SIGQUIT)
            wait_for(lambda: not (self.data / "postmaster.pid").exists())

    def state(self) -> dict[str, Any]:
        """What its Patroni says; nothing while it does not answer."""
        with suppress(OSError, ValueError), urlopen(self._api("patroni"), timeout=1) as answer:
            said: dict[str, Any] = json.load(answer)
            return said
        return {}

    def cluster(self) -> list[dict[str, Any]]:
        """The members as it sees them."""
        with suppress(OSError, ValueError), urlopen(self._api("cluster"), timeout=1) as answer:
            members: list[dict[str, Any]] = json.load(answer)["members"]
            return members
        return []

    def _api(self, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[1]}/{path}"

    def _kill_patroni(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class PatroniCluster:
    """Three members; whoever leads is found by asking them."""

    def __init__(self, members: list[Patroni]) -> None:
        self.members = members

    def url(self, database: str) -> str:
        hosts = ",".join(f"127.0.0.1:{member.port}" for member in self.members)
        return f"postgresql://postgres@{hosts}/{database}?target_session_attrs=read-write"

    def ask(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.encode())

    def leader(self) -> Patroni | None:
        roles = ("master", "primary")
        return next((each for each in self.members if each.state().get("role") in roles), None)

    def is_whole(self) -> bool:
        """Whether all members run and one of them is waited for by commits."""
        leader = self.leader()
        members = leader.cluster() if leader else []
        running = [each for each in members if each.get("state") in ("running", "streaming")]
        roles = [each.get("role") for each in members]
        return len(running) == MEMBERS and "sync_standby" in roles

    def kill_leader(self) -> Patroni:
        """Kill whoever leads; who it was, to be started again."""
        leader = self.leader()
        assert leader is not None
        leader.kill()
        return leader


@contextmanager
def private_patroni() -> Iterator[PatroniCluster]:
    """A cluster that is whole."""
    if PROGRAM is None or postgresql_binaries() is None:
        pytest.skip("Patroni or PostgreSQL is not installed; CVD_TEST_PATRONI names its program")
    ports = free_ports(3 * MEMBERS)
    places = [(ports[n], ports[n + MEMBERS], ports[n + 2 * MEMBERS]) for n in range(MEMBERS)]
    members = []
    for number, place in enumerate(places):
        folder = Path(tempfile.mkdtemp(prefix="cvd-pg-"))
        as_server_user(folder)
        others = [raft for *_, raft in places if raft != place[2]]
        members.append(Patroni(f"member{number}", folder, place, others))
    cluster = PatroniCluster(members)
    try:
        for member in members:
            member.start()
        wait_for(cluster.is_whole)
        yield cluster
    finally:
        for member in members:
            member.stop()
            shutil.rmtree(member.folder, ignore_errors=True)
