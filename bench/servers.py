"""Servers to measure, each a process of its own on a free port of this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from settings import PROJECT

START_WITHIN_S = 60
CHECK_WITHIN_S = 3600
STOP_WITHIN_S = 15
LIMITS = ("CVD_LIMIT_READING", "CVD_LIMIT_WRITING", "CVD_LIMIT_COSTLY")


@contextmanager
def application(
    database: Path, *, checked: bool = True
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The shipped server over this database: its port and its process.

    Unless `checked` is false, it has the machine to itself: its check of a large
    database is over.
    """
    log = database.with_suffix(".log")
    with over(f"sqlite:///{database}", log, checked=checked) as served:
        yield served


@contextmanager
def over(
    url: str,
    log: Path,
    *,
    checked: bool = True,
    checkout: Path = PROJECT,
    settings: dict[str, str] | None = None,
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The same over the database at `url`, with `settings` besides; the server may be that of
    another checkout.
    """
    port = free_port()
    environment = {
        "CVD_DATABASE_URL": url,
        "CVD_HOST": "127.0.0.1",
        "CVD_PORT": str(port),
        "CVD_TIME_ZONE": "UTC",
    }
    if checkout == PROJECT:
        # High enough for a benchmark, and counted all the same; an older checkout has none.
        environment |= dict.fromkeys(LIMITS, "10000000")
    command = [sys.executable, "-m", "flask", "serve"]
    with _running(command, environment | (settings or {}), log, checkout) as process:
        _wait(port, process)
        if checked:
            wait_for_check(port)
        yield port, process


def wait_for_check(port: int) -> None:
    """Until the server's check of its database is over; RuntimeError when it found damage."""
    deadline = time.monotonic() + CHECK_WITHIN_S
    while time.monotonic() < deadline:
        if not readiness(port)["checking"]:
            return
        time.sleep(0.1)
    raise RuntimeError(f"The check was not over within {CHECK_WITHIN_S} s.")


def readiness(port: int) -> dict[str, Any]:
    """What a server that is ready tells; RuntimeError for one that is not."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=START_WITHIN_S)) as connection:
        connection.request("GET", "/api/health/ready")
        answer = connection.getresponse()
        told: dict[str, Any] = json.load(answer)
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(told["detail"])
    return told


@contextmanager
def bare(database: Path, recordings: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The bare function over a database and what was recorded: its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "bench.bare", str(port), str(database), str(recordings)]
    with _running(command, {}, database.with_suffix(".log")) as process:
        _wait(port, process)
        yield port, process


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """The processor time of a server and its workers, which other work on the machine spares."""
    return sum(time.clock_gettime(_clock_of(pid)) for pid in family(process.pid))


def _clock_of(pid: int) -> int:
    """The clock of a process, in nanoseconds where /proc counts hundredths; clock_getcpuclockid(3)
    of Linux.
    """
    return (~pid << 3) | 2


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(
    command: list[str], settings: dict[str, str], log: Path, folder: Path = PROJECT
) -> Iterator[subprocess.Popen[bytes]]:
    mine = {name: text for name, text in os.environ.items() if not name.startswith("CVD_")}
    with (
        log.open("ab") as output,
        subprocess.Popen(
            command, cwd=folder, env={**mine, **settings}, stdout=output, stderr=output
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody answers at the port."""
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}; see its log.")
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                connection.sendall(b"GET /api/health/live HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                if connection.recv(1):
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} did not answer within {START_WITHIN_S} s.")
