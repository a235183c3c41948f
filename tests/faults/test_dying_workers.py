"""Workers that die in a row, and a stop while a thousand connections are open."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack, closing, suppress

import pytest

from server.supervisor import LONGEST_WAIT_S
from tests.faults.fleet import make_fleet
from tests.faults.served import Client, Gone, Server, is_running, serving

pytestmark = pytest.mark.once("it is the server that looks after its workers, not their database")

DEATHS = 8
STOPPED_WITHIN_S = 6
SLOW = 1000

# As granian ends by itself.
GRANIAN_ALONE = """
from server import serve
from granian import Granian
serve.Supervisor = Granian
"""
# Nobody sees the connections out.
NOBODY_SEES_OUT = """
from server.doorkeeper import Doorkeeper
Doorkeeper._see_out = lambda self, since_s: None
"""


def kill_in_a_row(database_url, output, plant: str | None = None) -> None:
    make_fleet(database_url, 1)
    with serving(database_url, output, plant=plant) as server:
        for _ in range(DEATHS):
            wait_for_a_worker(server)
            server.kill_worker()
        assert answers(server), "the server ended with its worker"
        log = server.log()
        assert f"the {DEATHS}. within a minute" in log
        assert server.stop() == 0


def wait_for_a_worker(server: Server) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_S + 10
    while time.monotonic() < deadline:
        assert server.process.poll() is None, "the server ended with its worker"
        if any(map(is_running, server.workers())):
            return
        time.sleep(0.02)
    pytest.fail("a worker was not replaced")


def answers(server: Server, within_s: float = 30) -> bool:
    deadline = time.monotonic() + within_s
    while server.process.poll() is None and time.monotonic() < deadline:
        with suppress(Gone), closing(Client(server.port, "")) as client:
            return client.get("/api/health/ready").status == 200
        time.sleep(0.05)
    return False


def test_a_server_outlives_many_deaths_of_its_worker(database_url, tmp_path):
    kill_in_a_row(database_url, tmp_path / "server.log")


def test_a_server_that_ends_with_its_worker_is_caught(database_url, tmp_path):
    with pytest.raises(AssertionError, match="ended with its worker"):
        kill_in_a_row(database_url, tmp_path / "server.log", GRANIAN_ALONE)


def seconds_to_stop(database_url, output, plant: str | None = None) -> float:
    """How long a stop takes beside many who have begun a request."""
    make_fleet(database_url, 1)
    options = {"plant": plant, "max_connections_per_address": 0}
    with serving(database_url, output, **options) as server, ExitStack() as opened:
        for number in range(SLOW):
            sender = opened.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            whole = (
                b"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 40\r\n\r\n{"
            )
            sender.sendall(whole if number % 2 else whole[:40])
        time.sleep(1)
        began = time.monotonic()
        assert server.stop() == 0
        return time.monotonic() - began


def test_a_stop_does_not_wait_for_who_is_slow(database_url, tmp_path, note):
    took = seconds_to_stop(database_url, tmp_path / "server.log")
    note(f"s to stop beside {SLOW} slow connections", round(took, 1))
    assert took < STOPPED_WITHIN_S


def test_a_stop_that_waits_for_everybody_is_caught(database_url, tmp_path):
    assert (
        seconds_to_stop(database_url, tmp_path / "server.log", NOBODY_SEES_OUT) > STOPPED_WITHIN_S
    )
