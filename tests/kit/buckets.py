"""A bucket of this machine alone: S3 by moto.

It needs packages that do not go together with CVD's own, so it has an environment beside it:
`python -m venv .venv-buckets`, and in it `pip install -r requirements-buckets.txt`.
"""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from settings import PROJECT

TOOLS = PROJECT / ".venv-buckets" / "bin"
READY_WITHIN_S = 60


def tool(name: str) -> Path:
    """The program of a stand-in; the test is skipped where it is not installed."""
    path = TOOLS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed (requirements-buckets.txt)")
    return path


@contextmanager
def moto(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The URL of an empty bucket, and the variables that lead to it."""
    port = free_port()
    command = [str(tool("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with running(command, port, folder):
        ask("PUT", f"http://127.0.0.1:{port}/photos")
        yield (
            "s3://photos/cvd",
            {
                "AWS_ENDPOINT": f"http://127.0.0.1:{port}",
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_REGION": "us-east-1",
            },
        )


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """A server that takes connections; it is ended by its own process."""
    with (folder / "bucket.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until = time.monotonic() + READY_WITHIN_S
        while not takes_connections(port):
            assert process.poll() is None, (folder / "bucket.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


def takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def ask(method: str, url: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30):
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
