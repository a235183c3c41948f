"""Start and memory of the server on a large database, and how fast audits are taken in."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

from bench import load, servers
from bench.models import DEVICES
from bench.people import sign_in
from settings import PROJECT
from tests.dex.machine import Machine

UNITS_A_READ = 15
PRICE_CENTS = 150
UPLOADS = 300


@dataclass(frozen=True)
class Footprint:
    """Of the server: bytes of its database, seconds to its first answer, megabytes of memory.

    `check_s` is what SQLite's own check of the file takes, which is part of the start.
    """

    database_bytes: int
    check_s: float
    start_s: float
    memory_mb: float


@dataclass(frozen=True)
class TakenIn:
    """Audits a second, by the command line and one by one over the API."""

    files: int
    imported_per_second: float
    uploaded_per_second: float
    import_cpu_ms: float


def footprint(database: Path) -> Footprint:
    """Start the server, ask it the lists of a morning, look at its memory."""
    token = sign_in(database, "manager")
    check_s = _quick_check(database)
    began = time.perf_counter()
    with servers.application(database) as (port, process):
        started = time.perf_counter() - began
        for path in ("/api/dashboard", "/api/devices?limit=200", "/api/routes/2/devices?limit=60"):
            load.hammer(port, load.request("GET", path, token=token), seconds=1, connections=4)
        memory = sum(_resident_kb(pid) for pid in servers.family(process.pid)) / 1024
    return Footprint(database.stat().st_size, check_s, started, memory)


def take_in(fleet: Path, folder: Path, *, files: int) -> TakenIn:
    """Import so many files of 16 or 40 selections into a copy of the fleet, then upload some."""
    database = folder / "import.db"
    shutil.copyfile(fleet, database)
    database.chmod(0o600)
    token = sign_in(database, "manager")
    audits = _audits(files + UPLOADS)
    inbox = folder / "inbox"
    inbox.mkdir()
    for number, audit in enumerate(audits[:files]):
        (inbox / f"{number:06}.dex").write_bytes(audit)
    command = [sys.executable, "-m", "flask", "dex", "import", str(inbox)]
    began, spent = time.perf_counter(), _spent_by_children()
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={"CVD_DATABASE_URL": f"sqlite:///{database}", "CVD_TIME_ZONE": "UTC", "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    imported = files / (time.perf_counter() - began)
    cpu_ms = (_spent_by_children() - spent) / files * 1000
    if f"{files} booked" not in done.stdout:
        raise RuntimeError(done.stdout)
    with servers.application(database) as (port, _):
        measured = load.send(
            port,
            [load.upload("/api/dex-reads", token=token, content=each) for each in audits[files:]],
            connections=4,
        )
    if measured.refused:
        raise RuntimeError(repr(measured.refused[0]))
    return TakenIn(files, imported, measured.per_second, cpu_ms)


def _quick_check(database: Path) -> float:
    with closing(sqlite3.connect(database)) as connection:
        began = time.perf_counter()
        connection.execute("PRAGMA quick_check").fetchall()
        return time.perf_counter() - began


def _audits(count: int) -> list[bytes]:
    """Audits of the model machines, each an hour after the other, with the sales of a day."""
    machines = [_machine(number) for number in range(DEVICES)]
    begin = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(hours=12)
    audits = []
    step = timedelta(hours=11) / (count // DEVICES + 1)
    for number in range(count):
        machine = machines[number % DEVICES]
        machine.sell_some(UNITS_A_READ)
        audits.append(machine.audit(begin + step * (number // DEVICES)))
    return audits


def _machine(number: int) -> Machine:
    rows = "ABCDE" if number % 4 == 0 else "AB"
    names = [f"{row}{column}" for row in rows for column in range(1, 9)]
    # A serial of the first copy of the models: its own counters would go on otherwise.
    return Machine(serial=f"S{number:02}/1", selections=dict.fromkeys(names, PRICE_CENTS), seed=9)


def _spent_by_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _resident_kb(pid: int) -> int:
    """Its own share: pages it shares with others count in parts (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])
