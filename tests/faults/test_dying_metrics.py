"""Metrics of a server whose workers die: nothing is forgotten, and nothing is left lying about."""

import http.client
import time
from contextlib import closing

import pytest

from tests.faults.fleet import make_fleet
from tests.faults.served import Client, Gone, free_port, serving
from tests.kit.seen import KEY, WITH_KEY, Metrics

pytestmark = pytest.mark.spared("what is counted lies beside the database")

READINESS = "health_service.get_readiness"
REQUESTS = 40
SOON_S = 20


def scraped(port, path="/metrics", headers=WITH_KEY):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SOON_S)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def answers(port):
    status, text = scraped(port)
    assert status == 200, text
    return Metrics(text)("cvd_request_seconds_count", operation=READINESS)


def at_least(port, count):
    """What is told once it is so many: each worker tells the others twice a second."""
    deadline = time.monotonic() + SOON_S
    while (told := answers(port)) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return told


def ask(server):
    for _ in range(REQUESTS):
        # A new connection each time, so that every worker has its share.
        with closing(Client(server.port, "")) as client:
            assert client.get("/api/health/ready").status == 200


@pytest.fixture
def metrics_port():
    return free_port()


@pytest.fixture
def server(database_url, tmp_path, metrics_port):
    make_fleet(database_url, 1)
    output = tmp_path / "server.log"
    options = {"metrics_port": metrics_port, "metrics_token": KEY}
    with serving(database_url, output, workers=2, **options) as server:
        yield server


def test_what_a_killed_worker_counted_is_still_told(server, metrics_port):
    ask(server)
    before = at_least(metrics_port, REQUESTS)
    assert before >= REQUESTS
    server.kill_worker()
    deadline = time.monotonic() + SOON_S
    while len(server.workers()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    after = None
    while after is None and time.monotonic() < deadline:
        try:
            ask(server)
            after = at_least(metrics_port, before + REQUESTS)
        except (Gone, OSError):
            time.sleep(0.05)
    assert after >= before + REQUESTS


def test_both_doors_tell_the_same_and_neither_without_the_key(server, metrics_port):
    ask(server)
    deadline = time.monotonic() + SOON_S
    told: tuple[float, float] = (0, 1)
    while told[0] != told[1] and time.monotonic() < deadline:
        told = (at_least(metrics_port, REQUESTS), at_least(server.port, REQUESTS))
    assert told[0] == told[1] >= REQUESTS
    for port in (metrics_port, server.port):
        assert scraped(port, headers={})[0] == 401
    assert scraped(metrics_port, "/api/products")[0] == 404


def test_nothing_is_left_behind(server, metrics_port, tmp_path):
    before = {path.name for path in tmp_path.iterdir()}
    ask(server)
    answers(metrics_port)
    assert {path.name for path in tmp_path.iterdir()} <= before
    assert server.stop() == 0
