"""Who waits for a lock, a hash or a lost database server keeps nobody else waiting."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg
import pytest

import clock
from db import open_engine
from storage import migrate
from storage.migrate import dialect_of
from tests.faults.fleet import make_fleet
from tests.faults.served import Client, Reply, serving
from tests.kit.cheap import SHIPPED
from tests.kit.engines import audit_files
from tests.kit.people import PASSWORD
from tests.kit.private_postgresql import stoppable_server

SPARED = pytest.mark.spared("passwords and threads are no matter of the database")

JSON = "application/json"
READS = 30
WAIT_S = 5
SIGN_INS = 40
MOST_S = 2.0
BACK_WITHIN_S = 1.0
READ = ("/api/products", "/api/devices", "/api/health/live", "/pages/login.html", "/api/auth/me")

DUE = 16
# Just less than the patience that is planted.
MOST_EACH_S = 0.09
PATIENT = """
from services.books import freshness
freshness.PATIENCE_S = 0.1
"""
# Everything runs where it arrives.
ALL_IN_ONE_THREAD = """
from server import rsgi

async def answer_apart(self, threads, environ, protocol, visit):
    self._answer(environ, protocol)

rsgi.Gateway._answer_apart = answer_apart
"""

# Each request asks the lost server by itself, and as patiently as ever.
NO_MEMORY = """
from time import monotonic, sleep
from storage.engines.postgresql_pool import Pool

def connected(self):
    until = monotonic() + 8
    while True:
        try:
            return self._new()
        except Exception:
            if monotonic() > until:
                raise
            sleep(0.1)

Pool._connected = connected
"""


@contextmanager
def held_for_figures(url: str) -> Iterator[None]:
    """Another program holds what the figures of devices are written with."""
    if dialect_of(url) == "sqlite":
        with held(url):
            yield
        return
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE device_metrics IN EXCLUSIVE MODE")
        yield


@contextmanager
def held(url: str) -> Iterator[None]:
    """Another program holds what every writer needs."""
    if dialect_of(url) == "sqlite":
        with closing(open_engine(url)) as engine, engine.writing():
            yield
        return
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE products, sessions IN EXCLUSIVE MODE")
        yield


def write(port: int, token: str) -> Reply:
    with closing(Client(port, token)) as client:
        body = json.dumps({"name": "Cola"}).encode()
        return client.ask("POST", "/api/products", body, Content_Type=JSON)


def sign_in(port: int) -> Reply:
    with closing(Client(port, "")) as client:
        body = json.dumps({"username": "max", "password": PASSWORD}).encode()
        return client.ask("POST", "/api/auth/login", body, Content_Type=JSON)


def read_while(waiting: list[Future[Reply]], port: int, token: str) -> None:
    """Everything that is read is answered while those still wait."""
    with closing(Client(port, token)) as client:
        for number in range(READS):
            assert client.get(READ[number % len(READ)]).status == 200
            assert not all(each.done() for each in waiting), "a reader waited for a writer"


def readers_beside_a_lock(url: str, output, plant: str | None = None) -> None:
    token = make_fleet(url, 1).token
    with (
        serving(url, output, plant=plant) as server,
        ThreadPoolExecutor(3) as threads,
        ThreadPoolExecutor(1) as reader,
    ):
        with held(url):
            writers = [threads.submit(write, server.port, token) for _ in range(3)]
            time.sleep(0.5)
            reading = reader.submit(read_while, writers, server.port, token)
            try:
                reading.result(WAIT_S)
            except TimeoutError:
                pytest.fail("a reader waited for a writer")
        assert {each.result(30).status for each in writers} == {201}


def test_who_reads_does_not_wait_for_a_lock(database_url, tmp_path):
    readers_beside_a_lock(database_url, tmp_path / "server.log")


def seconds_of_reads(writing: Future[Reply], port: int, token: str) -> list[float]:
    """How long each read took during some seconds in which that one waits."""
    took: list[float] = []
    until = time.monotonic() + WAIT_S
    with closing(Client(port, token)) as client:
        while time.monotonic() < until:
            began = time.monotonic()
            assert client.get(READ[len(took) % len(READ)]).status == 200
            took.append(time.monotonic() - began)
            time.sleep(0.005)
    assert not writing.done(), "the writer did not wait"
    return took


def test_what_readers_take_beside_a_writer_that_waits(database_url, tmp_path, note):
    token = make_fleet(database_url, 1).token
    with (
        serving(database_url, tmp_path / "server.log") as server,
        ThreadPoolExecutor(1) as threads,
    ):
        with held(database_url):
            writing = threads.submit(write, server.port, token)
            took = sorted(seconds_of_reads(writing, server.port, token))
        assert writing.result(30).status == 201
    note(f"p99 ms of {len(took)} reads", round(took[int(len(took) * 0.99)] * 1000, 1))
    assert took[-1] < WAIT_S / 2, "a reader waited for the writer"


def read_what_is_due_beside_a_lock(url: str, output, plant: str | None = None) -> float:
    """How long it takes to ask for devices whose estimates are due, each for the first time."""
    fleet = make_fleet(url, DUE)
    with (
        serving(url, output, plant=plant) as server,
        closing(Client(server.port, fleet.token)) as client,
    ):
        with closing(open_engine(url)) as engine, engine.writing() as db:
            long_ago = clock.later(clock.now(), days=-1)
            db.execute("UPDATE device_metrics SET figures_due_at = :then", {"then": long_ago})
        client.get("/api/auth/me")
        with held_for_figures(url):
            began = time.monotonic()
            for place in fleet.places:
                assert client.get(f"/api/devices/{place.stop.device_id}/metrics").status == 200
            return time.monotonic() - began


def test_who_reads_does_not_wait_for_a_lock_when_estimates_are_due(database_url, tmp_path):
    assert read_what_is_due_beside_a_lock(database_url, tmp_path / "server.log") < DUE * MOST_EACH_S


def test_a_reader_with_patience_is_caught(database_url, tmp_path):
    took_s = read_what_is_due_beside_a_lock(database_url, tmp_path / "server.log", PATIENT)
    assert took_s > DUE * MOST_EACH_S


@SPARED
def test_a_server_that_does_all_in_one_thread_is_caught(engine_name, database_url, tmp_path):
    with pytest.raises(BaseException, match="a reader waited"):
        readers_beside_a_lock(database_url, tmp_path / "server.log", ALL_IN_ONE_THREAD)


def test_the_note_that_a_session_is_in_use_holds_up_no_reader(database_url, tmp_path):
    token = make_fleet(database_url, 1).token
    with closing(open_engine(database_url)) as engine, engine.writing() as db:
        seen_at = clock.later(clock.now(), minutes=-5)
        db.execute("UPDATE sessions SET last_seen_at = :seen_at", {"seen_at": seen_at})
    with serving(database_url, tmp_path / "server.log") as server:
        with held(database_url), closing(Client(server.port, token)) as client:
            began = time.monotonic()
            assert client.get("/api/products").status == 200
            assert time.monotonic() - began < MOST_S
        with closing(open_engine(database_url)) as engine:
            assert _comes(lambda: _last_seen(engine) > seen_at)


def _last_seen(engine) -> str:
    with engine.reading() as db:
        (row,) = db.query("SELECT max(last_seen_at) AS at FROM sessions")
    return str(row["at"])


def _comes(condition, within_s: float = 10) -> bool:
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


def hash_as_shipped(url: str) -> None:
    """Let a try of a password cost what it does for people; the hash says how much."""
    with closing(open_engine(url)) as engine, engine.writing() as db:
        db.execute("UPDATE users SET password_hash = :dear", {"dear": SHIPPED.hash(PASSWORD)})


def reads_beside_sign_ins(url: str, output, plant: str | None = None) -> tuple[float, float]:
    """The slowest of some reads, and how long all sign-ins took that came before them."""
    token = make_fleet(url, 1).token
    hash_as_shipped(url)
    with (
        serving(url, output, plant=plant) as server,
        ThreadPoolExecutor(SIGN_INS) as threads,
        closing(Client(server.port, token)) as client,
    ):
        assert client.get("/api/products").status == 200
        began = time.monotonic()
        signing_in = [threads.submit(sign_in, server.port) for _ in range(SIGN_INS)]
        time.sleep(0.1)
        slowest = 0.0
        while not all(each.done() for each in signing_in):
            asked = time.monotonic()
            assert client.get("/api/products").status == 200
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.01)
        took = time.monotonic() - began
        assert {each.result().status for each in signing_in} == {200}
    return slowest, took


@SPARED
def test_who_reads_does_not_wait_for_passwords(database_url, tmp_path):
    slowest, took = reads_beside_sign_ins(database_url, tmp_path / "server.log")
    assert slowest < took / 3, f"{slowest:.2f} s of {took:.2f} s"


@SPARED
def test_hashing_where_requests_arrive_is_caught(database_url, tmp_path):
    output = tmp_path / "server.log"
    slowest, took = reads_beside_sign_ins(database_url, output, ALL_IN_ONE_THREAD)
    assert slowest > took / 3, f"{slowest:.2f} s of {took:.2f} s"


# A lost server


@pytest.fixture
def own_server(engine_name):
    """A PostgreSQL server of this test's own, with a migrated database."""
    if engine_name != "postgresql":
        pytest.skip("about PostgreSQL")
    with stoppable_server() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE cvd_test_own")
        own = replace(server, url=server.url.replace("/postgres?", "/cvd_test_own?"))
        migrate.upgrade(own.url)
        yield own
        for path in audit_files(own.url):
            path.unlink(missing_ok=True)


def lose_and_find(own_server, output, plant: str | None = None) -> None:
    token = make_fleet(own_server.url, 1).token
    with (
        serving(own_server.url, output, plant=plant, max_body_bytes="1 MiB") as server,
        closing(Client(server.port, token)) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        assert client.get("/api/products").status == 200
        own_server.stop()
        began = time.monotonic()
        asked = [threads.submit(_get, server.port, token, "/api/products") for _ in range(5)]
        asked += [threads.submit(write, server.port, token) for _ in range(3)]
        for path in ("/api/health/live", "/pages/login.html"):
            assert client.get(path).status == 200
        assert time.monotonic() - began < MOST_S, "who needs no database waited for it"
        for each in asked:
            refused = each.result()
            assert refused.status == 503, refused
            assert int(refused.headers["retry-after"]) > 0
        assert time.monotonic() - began < MOST_S, "who was refused had waited"
        assert client.get("/api/health/ready").status == 503
        own_server.start()
        began = time.monotonic()
        assert _comes(lambda: client.get("/api/products").status == 200)
        assert time.monotonic() - began < BACK_WITHIN_S
        assert write(server.port, token).status == 201


def _get(port: int, token: str, path: str) -> Reply:
    with closing(Client(port, token)) as client:
        return client.get(path)


def test_a_lost_server_is_told_at_once_and_found_again(own_server, tmp_path):
    lose_and_find(own_server, tmp_path / "server.log")


def test_a_server_that_tries_again_for_everybody_is_caught(own_server, tmp_path):
    with pytest.raises(AssertionError, match="had waited"):
        lose_and_find(own_server, tmp_path / "server.log", NO_MEMORY)


def test_who_needs_no_database_does_not_wait_for_one_that_stands_still(own_server, tmp_path):
    token = make_fleet(own_server.url, 1).token
    with (
        serving(own_server.url, tmp_path / "server.log") as server,
        closing(Client(server.port, token)) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        assert client.get("/api/products").status == 200
        with psycopg.connect(own_server.url) as other:
            others = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            rows = other.execute(f"{others} AND pid <> pg_backend_pid()").fetchall()
        stopped = [pid for (pid,) in rows]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            waiting = [threads.submit(_get, server.port, token, "/api/devices") for _ in range(2)]
            read = ("/api/health/live", "/pages/login.html")
            began = time.monotonic()
            assert {client.get(read[number % 2]).status for number in range(READS)} == {200}
            assert time.monotonic() - began < MOST_S
            assert not all(each.done() for each in waiting)
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
        assert {each.result().status for each in waiting} == {200}
