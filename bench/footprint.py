"""Start and memory of the server on a large database, and how fast audits are taken in."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import load, servers
from bench.models import DEVICES
from bench.people import sign_in
from settings import PROJECT
from tests.kit.machine import Machine

UNITS_A_READ = 15
PRICE_CENTS = 150
UPLOADS = 300


@dataclass(frozen=True)
class Footprint:
    """Of the server: bytes of its database, seconds until it is ready, megabytes of memory.

    `check_s` is how long its check of the file takes beside the serving, and
    `checking_mb` the memory as long as that goes on.
    """

    database_bytes: int
    start_s: float
    checking_mb: float
    check_s: float
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
    began = time.perf_counter()
    with servers.application(database, checked=False) as (port, process):
        servers.readiness(port)
        start_s = time.perf_counter() - began
        for path in ("/api/dashboard", "/api/devices?limit=200", "/api/routes/2/devices?limit=60"):
            load.hammer(port, load.request("GET", path, token=token), seconds=1, connections=4)
        checking_mb = _memory_mb(process.pid)
        servers.wait_for_check(port)
        check_s = time.perf_counter() - began - start_s
        memory_mb = _memory_mb(process.pid)
    return Footprint(database.stat().st_size, start_s, checking_mb, check_s, memory_mb)


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


def _memory_mb(pid: int) -> float:
    """Of a server, its workers and its check."""
    return sum(_resident_kb(each) for each in servers.family(pid)) / 1024


def _resident_kb(pid: int) -> int:
    """Its own share: pages it shares with others count in parts (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1])
