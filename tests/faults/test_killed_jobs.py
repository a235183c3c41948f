"""Workers killed at any step of jobs: each ends once in done or failed, none twice in its effect.

Where a worker dies on the way is told by the job itself (tests/kit/planted_jobs.py), so no
moment has to be met; a harness beside kills them at any moment as well.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

import auth
import contract
from db import open_engine
from jobs import enqueue
from settings import PROJECT
from tests.faults.batches import Batches
from tests.faults.fleet import make_fleet
from tests.faults.served import Client, is_running, serving
from tests.kit import planted_jobs
from tests.kit.planted_jobs import KIND

SPARED = pytest.mark.spared("processes and the harness are the same on both")

WORKERS = 2
ENDED_WITHIN_S = 120
PLACES = ("begin", "middle", "effect", "end")
GONE_WITHIN_S = 60

# A job is handed over again while it is done, and whoever ends it does so whoever holds it.
NO_COMPARE_AND_SET = """
import jobs
from server import job_rows

job_rows.DUE = job_rows.DUE.replace("= 'queued'", "IN ('queued', 'running')")
job_rows.TAKE = job_rows.TAKE.partition("WHERE")[0] + "WHERE id = :id"
jobs.FINISH = jobs.FINISH.partition("WHERE")[0] + "WHERE id = :id"
jobs.STILL_WANTED = "SELECT cancel_asked_at IS NULL FROM jobs WHERE id = :id"
"""
# The effect is committed before the end of the job is.
IN_TWO_TRANSACTIONS = """
from contextlib import contextmanager
from jobs import Job

finishing = Job.finishing

@contextmanager
def apart(self):
    with self._engine.writing() as db:
        yield db
    import os, signal
    if self.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    with finishing(self):
        pass

Job.finishing = apart
"""
# A job that was under way when its worker died is left as it is.
LEFT_FOR_EVER = """
from server import job_rows
job_rows.LEFT = job_rows.LEFT.replace("leased_until < :now", "leased_until > :now AND 1 = 0")
"""


@contextmanager
def keeper(url, plant=None, tmp_path=None):
    """Workers that are replaced as they die, in a process of their own."""
    file = ""
    if plant:
        file = str(tmp_path / "plant.txt")
        Path(file).write_text(plant)
    call = f"from tests.kit.planted_jobs import process; process({url!r}, {WORKERS}, {file!r})"
    process = subprocess.Popen([sys.executable, "-c", call], cwd=PROJECT, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Queue:
    """A database with jobs in it, looked at from outside."""

    def __init__(self, url, monkeypatch):
        monkeypatch.setitem(contract.current().kinds, KIND, planted_jobs.kind())
        self.engine = open_engine(url)
        with self.engine.writing() as db:
            planted_jobs.make_tables(db)

    def ask(self, **arguments):
        with self.engine.writing() as db:
            return enqueue(db, auth.console(), KIND, arguments)

    def states(self):
        with self.engine.reading() as db:
            return dict(db.execute("SELECT id, state FROM jobs").fetchall())

    def leases(self):
        """One for each time that a job was begun and has not ended."""
        with self.engine.reading() as db:
            sql = "SELECT lease FROM jobs WHERE lease IS NOT NULL"
            return {lease for (lease,) in db.execute(sql)}

    def effects(self):
        with self.engine.reading() as db:
            return [row[0] for row in db.execute("SELECT job_id FROM effects ORDER BY job_id")]

    def wait_for_begin(self):
        """Until a job has been begun: how long a worker takes to come is not asked."""
        deadline = time.monotonic() + ENDED_WITHIN_S
        while not self.leases():
            assert time.monotonic() < deadline, self.states()
            time.sleep(0.02)

    def wait(self, process, meanwhile=lambda: None):
        """Until every job has ended; something has to change now and then."""
        seen, since = None, time.monotonic()
        while not set((states := self.states()).values()) <= {"done", "failed", "cancelled"}:
            assert process.poll() is None, "the keeper of the workers ended"
            if states != seen:
                seen, since = states, time.monotonic()
            assert time.monotonic() - since < ENDED_WITHIN_S, states
            meanwhile()
            time.sleep(0.02)

    def check(self):
        """Each is done with one effect, or failed without any."""
        states, effects = self.states(), self.effects()
        assert len(effects) == len(set(effects)), f"twice in their effect: {effects}"
        assert {each for each, state in states.items() if state == "done"} == set(effects)


@pytest.fixture
def queue(database_url, monkeypatch):
    made = Queue(database_url, monkeypatch)
    yield made
    made.engine.close()


def test_a_worker_that_dies_at_any_step_of_a_job_leaves_it_done_once(
    database_url, queue, rounds, note
):
    for number in range(max(rounds, len(PLACES))):
        queue.ask(dies_at=PLACES[number % len(PLACES)])
    with keeper(database_url) as process:
        queue.wait(process)
    queue.check()
    assert set(queue.states().values()) == {"done"}
    note("jobs whose worker died, done once", len(queue.states()))


def test_a_job_that_kills_each_worker_fails_and_the_others_are_done(database_url, queue):
    poison = queue.ask(dies_at="middle", deaths=planted_jobs.ATTEMPTS)
    others = [queue.ask() for _ in range(3)]
    with keeper(database_url) as process:
        queue.wait(process)
    queue.check()
    assert queue.states() == {poison: "failed", **dict.fromkeys(others, "done")}


def test_workers_killed_at_any_moment_lose_nothing_and_double_nothing(
    database_url, queue, rounds, note
):
    jobs = max(10, rounds)
    for _ in range(jobs):
        queue.ask(seconds=0.02)
    kills = kill_now_and_then(database_url, queue, random.Random(5))
    queue.check()
    note("kills of workers", kills)
    note("jobs that ended", jobs)


def kill_now_and_then(database_url, queue, chance):
    """Kill workers at any moment until everything has ended; how many were.

    Each time a job has been begun: on a busy machine no worker would live to begin one otherwise.
    """
    kills = 0
    begun: set[str] = set()
    with keeper(database_url) as process:

        def kill():
            nonlocal kills
            if (leases := queue.leases()) <= begun:
                return
            begun.update(leases)
            time.sleep(chance.uniform(0, 0.2))
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            for pid in children.split()[:1]:
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
                kills += 1

        queue.wait(process, meanwhile=kill)
    return kills


@SPARED
@pytest.mark.parametrize(
    "plant",
    [NO_COMPARE_AND_SET, IN_TWO_TRANSACTIONS],
    ids=["without compare-and-set", "effect and end in two transactions"],
)
def test_a_job_done_twice_is_caught(database_url, queue, tmp_path, plant):
    for _ in range(12):
        queue.ask(seconds=0.5)
    with keeper(database_url, plant, tmp_path) as process:
        queue.wait(process)
    with pytest.raises(AssertionError, match="twice in their effect"):
        queue.check()


@SPARED
def test_a_job_that_nobody_takes_over_is_caught(database_url, queue, tmp_path, monkeypatch):
    queue.ask(dies_at="middle")
    with keeper(database_url, LEFT_FOR_EVER, tmp_path) as process:
        queue.wait_for_begin()
        monkeypatch.setattr("tests.faults.test_killed_jobs.ENDED_WITHIN_S", 5)
        with pytest.raises(AssertionError, match="running"):
            queue.wait(process)


def test_what_was_acknowledged_is_done_although_the_server_is_killed(
    database_url, tmp_path, rounds, note
):
    kills = min(rounds, 200)
    fleet = make_fleet(database_url, 1)
    batches = Batches(fleet, fleet.places[0])
    for kill in range(kills):
        with serving(database_url, tmp_path / f"{kill}.log") as server:
            batches.send(server.port)
            server.kill()
    with (
        closing(open_engine(database_url)) as engine,
        serving(database_url, tmp_path / "last.log", job_workers=1),
    ):
        batches.wait(engine)
        batches.check(engine)
    note("kills after an acknowledged job, each done once", kills)


@SPARED
def test_workers_of_jobs_end_with_their_server(database_url, tmp_path):
    administrator(database_url)
    with serving(database_url, tmp_path / "server.log", job_workers=1) as server:
        workers = begun(server)
        server.kill_alone()
        wait_for_end(workers, "a worker of jobs outlives its server")


@SPARED
def test_a_worker_of_jobs_that_dies_is_replaced_and_ends_when_the_server_stops(
    database_url, tmp_path
):
    administrator(database_url)
    with serving(database_url, tmp_path / "server.log", job_workers=1) as server:
        [first] = begun(server)
        os.kill(first, signal.SIGKILL)
        wait_for_end([first], "it was killed")
        [second] = begun(server)
        assert second != first
        assert server.stop() == 0
        assert not is_running(second)
        assert "A worker of jobs died" in server.log()


def administrator(database_url):
    """The session of one, in a database that can be served."""
    make_fleet(database_url, 0)
    with closing(open_engine(database_url)) as engine, engine.writing() as db:
        [anna] = db.query("SELECT id FROM users WHERE username = 'anna'")
        return auth.open_session(db, anna["id"])


def run_retention(server, token):
    with closing(Client(server.port, token)) as client:
        schedules = client.get("/api/schedules").json["items"]
        [retention] = [each["id"] for each in schedules if each["kind"] == "retention.removal"]
        answer = client.ask("POST", f"/api/schedules/{retention}/run")
        assert answer.status == 200, answer
        return answer.json["id"]


def begun(server):
    """The workers of jobs, once there are some."""
    deadline = time.monotonic() + ENDED_WITHIN_S
    while not (found := [pid for pid in server.job_workers() if is_running(pid)]):
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.02)
    return found


def wait_for_end(pids, otherwise):
    deadline = time.monotonic() + GONE_WITHIN_S
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)
