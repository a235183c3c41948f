"""Uploads of 50 MB, told beforehand or not: refused early, and the server stays small."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.fleet import make_fleet
from tests.faults.served import Client, Server, serving
from tests.kit.people import COOKIE

MIB = 2**20
SIZE = 50 * MIB
PIECE = b"x" * 65536
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.dex"\r\n\r\n'
# What lies in the buffers of both ends, and what an installation takes, is sent in vain.
MOST_SENT = 16 * MIB
MOST_MORE_KIB = 48 * 1024

# Whatever is sent is awaited first.
AWAITS_ALL = """
from server import rsgi
from server.doorkeeper import Doorkeeper

rsgi.UNKNOWN_BYTES = 10**9
Doorkeeper.hold = lambda self, visit, count: True
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.once("what is too long is refused before a database is asked"),
]


@contextmanager
def running(
    database_url: str, output: Path, plant: str | None = None
) -> Iterator[tuple[Server, str]]:
    """A server, and the session of its manager."""
    token = make_fleet(database_url, 1).token
    with serving(database_url, output, plant=plant) as server:
        with closing(Client(server.port, token)) as client:
            assert client.get("/api/auth/me").status == 200
        yield server, token


@pytest.fixture
def served(database_url, tmp_path) -> Iterator[tuple[Server, str]]:
    with running(database_url, tmp_path / "server.log") as started:
        yield started


def peak_kib(server: Server) -> int:
    """The most memory that the process that answers ever had."""
    status = Path(f"/proc/{server.workers()[0]}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def pour(server: Server, token: str, path: str, kind: str, *, chunked: bool) -> tuple[bytes, int]:
    """The first line of the answer, and how many bytes of the body had been sent by then."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {SIZE}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}={token}\r\n"
        f"Content-Type: {kind}\r\n{length}\r\n\r\n"
    )
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(head.encode())
        first = HEAD if kind.startswith("multipart") else b'{"name": "'
        for piece in (first, *[PIECE] * (SIZE // len(PIECE)), b""):
            if select.select([connection], [], [], 0)[0]:
                break
            try:
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
            except (BrokenPipeError, ConnectionResetError):
                break
            sent += len(piece)
        with closing(connection.makefile("rb")) as answer:
            return answer.readline(), sent


@pytest.mark.parametrize("chunked", [False, True], ids=["told", "not told"])
@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        ("/api/dex-reads", "multipart/form-data; boundary=b", b"413"),
        ("/api/products", "application/json", b"413"),
        ("/api/dex-reads", "application/json", b"415"),
        ("/api/nothing-here", "application/json", b"404"),
    ],
)
def test_fifty_megabytes_are_refused_early(served, path, kind, status, chunked):
    check(served, path, kind, status, chunked=chunked)


@pytest.mark.parametrize("chunked", [False, True], ids=["told", "not told"])
def test_a_server_that_awaits_it_all_is_caught(database_url, tmp_path, chunked):
    with (
        running(database_url, tmp_path / "server.log", AWAITS_ALL) as served,
        pytest.raises(AssertionError, match="bytes were sent"),
    ):
        check(served, "/api/products", "application/json", b"413", chunked=chunked)


def check(
    served: tuple[Server, str], path: str, kind: str, status: bytes, *, chunked: bool
) -> None:
    """It is refused with this status, after little of it was sent, and the server lives on."""
    server, token = served
    before = peak_kib(server)
    line, sent = pour(server, token, path, kind, chunked=chunked)
    assert line.split()[1] == status, line
    assert sent < MOST_SENT, f"{sent} bytes were sent"
    assert peak_kib(server) - before < MOST_MORE_KIB
    with closing(Client(server.port, token)) as client:
        assert client.get("/api/auth/me").status == 200
