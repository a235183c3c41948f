"""Whoever sends much, slowly or on many connections gets what is theirs, and no more."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.fleet import make_fleet
from tests.faults.served import Client, Server, serving
from tests.kit.people import COOKIE

pytestmark = pytest.mark.once("who sends is let in, counted and let go before a database is asked")

MIB = 2**20
SIZE = 4 * MIB
SENDERS = 60
MOST_MORE_MIB = 40
MOST_LEFT_MIB = 16
SOON_S = 10
FORM = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.dex"\r\n\r\n'

# Everybody may send everything, and nobody counts.
TRUSTING = """
from web.binding import Binder
from server.doorkeeper import Doorkeeper
from server import rsgi

rsgi.UNKNOWN_BYTES = 5 * 2**20
Doorkeeper.hold = lambda self, visit, count: True
"""
# So that the test need not wait as long as a bad signal may.
HASTY = """
from server import doorkeeper
doorkeeper.BODY_WITHIN_S = 1.0
doorkeeper.SLOWEST_BYTES_PER_S = 10**9
from server import serve
serve.HEAD_WITHIN_MS = 1000
"""
NO_LOOK = """
from server.doorkeeper import Doorkeeper
Doorkeeper._close_slow = Doorkeeper._close_crowds = lambda self: None
"""


def memory_mib(server: Server) -> float:
    """What the process that answers has in memory now."""
    status = Path(f"/proc/{server.workers()[0]}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def head(path: str, kind: str, length: int, token: str = "") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}={token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@contextmanager
def senders(server: Server, count: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as opened:
        yield [
            opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=3))
            for _ in range(count)
        ]


def send_all_but_one_byte(sender: socket.socket, token: str) -> None:
    """A file of an upload, one byte short; who is refused meanwhile takes no more of it."""
    body = FORM + b"x" * (SIZE - len(FORM))
    try:
        sender.sendall(head("/api/dex-reads", "multipart/form-data; boundary=b", SIZE, token))
        sender.sendall(body[:-1])
    except OSError:
        return


def status_of(sender: socket.socket, within_s: float = SOON_S) -> int | None:
    """The status of the answer, None where none has come by then."""
    sender.settimeout(within_s)
    try:
        line = sender.recv(65536).split(b"\r\n")[0]
    except TimeoutError:
        return None
    except OSError:
        return 0
    return int(line.split()[1]) if line else 0


def hold_bodies(server: Server, token: str) -> tuple[float, float, list[int | None]]:
    """How much more memory was used, how much of it was left at the end, and the answers."""
    with closing(Client(server.port, token)) as client:
        client.get("/api/auth/me")
        before = memory_mib(server)
        with senders(server, SENDERS) as held:
            for sender in held:
                send_all_but_one_byte(sender, token)
            time.sleep(0.5)
            most = memory_mib(server)
            assert client.get("/api/health/live").status == 200
            answers = [status_of(sender, 0.05) for sender in held]
        deadline = time.monotonic() + SOON_S
        while memory_mib(server) - before > MOST_LEFT_MIB and time.monotonic() < deadline:
            time.sleep(0.1)
        return most - before, memory_mib(server) - before, answers


@pytest.mark.parametrize("who", ["a visitor", "a manager"])
def test_bodies_that_are_held_cost_little_and_it_comes_back(database_url, tmp_path, note, who):
    manager = make_fleet(database_url, 1).token
    token = manager if who == "a manager" else ""
    with serving(database_url, tmp_path / "server.log") as server:
        more, left, answers = hold_bodies(server, token)
    note(f"MiB more, and left, by {SENDERS} of {who}", (round(more), round(left)))
    assert more < MOST_MORE_MIB
    assert left < MOST_LEFT_MIB
    # A visitor is known by the head of the request; a manager as long as there is room.
    if who == "a visitor":
        assert set(answers) <= {401, 0}
    else:
        assert 503 in answers
        assert answers.count(None) >= 3


def test_a_server_that_reads_whatever_comes_is_caught(database_url, tmp_path):
    make_fleet(database_url, 1)
    with serving(database_url, tmp_path / "server.log", plant=TRUSTING) as server:
        more, _, _ = hold_bodies(server, "")
    assert more > 2 * MOST_MORE_MIB


@pytest.mark.parametrize(
    ("path", "kind", "length", "status"),
    [
        ("/api/auth/login", "application/json", 17 * 1024, 413),
        ("/api/products", "application/json", 17 * 1024, 401),
        ("/api/nothing", "application/json", 17 * 1024, 404),
        ("/pages/login.html", "application/json", 17 * 1024, 405),
    ],
)
def test_a_visitor_is_answered_before_the_body(database_url, tmp_path, path, kind, length, status):
    make_fleet(database_url, 1)
    with (
        serving(database_url, tmp_path / "server.log") as server,
        senders(server, 1) as (sender,),
    ):
        sender.sendall(head(path, kind, length))
        assert status_of(sender) == status


@pytest.mark.parametrize("length", [100, 50_000])
def test_who_stops_in_the_middle_of_a_body_is_told_so(database_url, tmp_path, length):
    token = make_fleet(database_url, 1).token
    with serving(database_url, tmp_path / "server.log") as server, senders(server, 1) as (sender,):
        sender.sendall(head("/api/routes", "application/json", length, token) + b'{"name": "Cut"}')
        sender.shutdown(socket.SHUT_WR)
        assert status_of(sender) == 400
        with closing(Client(server.port, token)) as client:
            assert "Cut" not in str(client.get("/api/routes").json)


def test_who_may_send_a_large_body_is_heard_out(database_url, tmp_path):
    token = make_fleet(database_url, 1).token
    with (
        serving(database_url, tmp_path / "server.log") as server,
        senders(server, 1) as (sender,),
    ):
        body = b'{"name": "Cola"}' + b" " * 900_000
        sender.sendall(head("/api/products", "application/json", len(body), token) + body)
        assert status_of(sender) == 201


def test_the_largest_file_and_body_are_taken_beside_others(database_url, tmp_path):
    token = make_fleet(database_url, 1).token
    form = FORM + b"x" * SIZE + b"\r\n--b--\r\n"
    product = b'{"name": "Cola"}'.ljust(MIB)
    with serving(database_url, tmp_path / "server.log") as server, senders(server, 4) as opened:
        *held, uploader, client = opened
        for sender in held:
            send_all_but_one_byte(sender, token)
        kind = "multipart/form-data; boundary=b"
        uploader.sendall(head("/api/dex-reads", kind, len(form), token) + form)
        # Read to its end, and found to be no audit.
        assert status_of(uploader) == 422
        client.sendall(head("/api/products", "application/json", MIB, token) + product)
        assert status_of(client) == 201
        assert [status_of(sender, 0.05) for sender in held] == [None, None]


@pytest.mark.parametrize("what", ["a body", "a head"])
def test_who_sends_too_slowly_is_let_go(database_url, tmp_path, what):
    make_fleet(database_url, 1)
    with (
        serving(database_url, tmp_path / "server.log", plant=HASTY) as server,
        senders(server, 3) as slow,
    ):
        whole = head("/api/auth/login", "application/json", 40)
        for sender in slow:
            sender.sendall(whole + b'{"us' if what == "a body" else whole[:40])
        ends = [status_of(sender) for sender in slow]
        assert ends == [408] * 3 if what == "a body" else set(ends) <= {0, 408}
        with closing(Client(server.port, "")) as client:
            assert client.get("/api/health/live").status == 200


def crowd(database_url, output, plant: str | None = None) -> int:
    """How many connections of one address are left, a moment after many were opened."""
    make_fleet(database_url, 1)
    options = {"plant": plant, "max_connections_per_address": 20}
    with serving(database_url, output, **options) as server, senders(server, 90) as opened:
        time.sleep(1.5)
        left = [sender for sender in opened if status_of(sender, 0.01) is None]
        with closing(Client(server.port, "")) as client:
            assert client.get("/api/health/ready").status == 200
        return len(left)


def test_an_address_has_so_many_connections_and_no_more(database_url, tmp_path):
    assert crowd(database_url, tmp_path / "server.log") <= 20


def test_a_crowd_that_nobody_looks_at_is_caught(database_url, tmp_path):
    assert crowd(database_url, tmp_path / "server.log", NO_LOOK) > 20
