"""A disk that fails or is full: nothing is acknowledged that is not there, and reading goes on."""

from __future__ import annotations

import itertools
from contextlib import closing

import pytest

import clock
from db import open_engine
from tests.faults import plants
from tests.faults.comparing import check_answers, check_effects, check_everything, is_there
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand
from tests.faults.served import Client, Server, serving
from tests.faults.strace import SYNCS, tampering

KINDS = ("audit", "count", "order", "visit", "reversal", "cancellation")
TROUBLES = list(itertools.product(("pwrite64", SYNCS), ("EIO", "ENOSPC"), ("", "+")))
READS = ("/api/health/ready", "/api/service-orders", "/api/devices", "/api/dex-reads")
MOST_STEPS = 5000
# A restart is slower than all the rest.
KILL_EVERY = 40

SWALLOWED = plants.writing("with suppress(Exception):\n    db.conn.execute('COMMIT')")
NOT_SYNCED = """
from storage.engines import sqlite
sqlite.PRAGMAS = [text.replace("= FULL", "= OFF") for text in sqlite.PRAGMAS]
"""
# Who reads is told when it cannot be noted that their session is in use.
NOTED_ALOUD = """
import auth
from web.binding import Binder

def touch(self, actor):
    if actor.touch_due:
        with self._engine.writing() as db:
            auth.touch_session(db, actor, idle_minutes=720, absolute_hours=336)

Binder._touch = touch

from web.call import Call
Call.apart = lambda self, work: work()
"""


class Points:
    """The moments at which one kind of act is disturbed: each trouble at its calls in turn."""

    def __init__(self, thorough):
        self._thorough = thorough
        self._troubles = TROUBLES if thorough else TROUBLES[1::2]
        self._at = 1
        self.is_over = False

    def __str__(self):
        calls, error, on = self._troubles[0]
        return f"{error} at {calls} {self._at}{on}"

    @property
    def tampering(self):
        """The calls, what they meet, and when."""
        calls, error, on = self._troubles[0]
        return calls, f"error={error}", f"{self._at}{on}"

    def move_on(self, *, hit):
        """The next moment; behind the last call of an act, the next trouble."""
        if hit:
            self._at += 1 if self._thorough else self._at
            return
        assert self._at > 1 or self._troubles[0][0] != SYNCS, "acknowledged without a sync"
        self._troubles = self._troubles[1:]
        self._at = 1
        self.is_over = not self._troubles


class Trial:
    """One hand at work, at a server whose disk fails now and then."""

    def __init__(self, database_url, tmp_path, *, thorough, plant=None):
        self.url = database_url
        self.seen = tmp_path / "strace"
        self.output = tmp_path / "server.log"
        self.plant = plant
        self.fleet = make_fleet(database_url, 1)
        self.hand = Hand(self.fleet, self.fleet.places[0], 7)
        self.points = {kind: Points(thorough) for kind in KINDS}
        self.failures = 0
        self.restarts = 0

    def run(self):
        self._start()
        try:
            for _ in range(MOST_STEPS):
                if all(points.is_over for points in self.points.values()):
                    break
                for act in self.hand.plan():
                    self._disturb(act)
                self.hand.settle(self.client)
            self._start_again()
            check_answers(self.client, self.hand.acts)
            with closing(open_engine(self.url)) as engine, engine.reading() as db:
                check_effects(db, [self.hand], self.hand.acts)
            assert self.server.stop() == 0
            assert "Traceback" not in self.server.log(), self.server.log()
        finally:
            self.client.close()
            self.server.kill()
        check_everything(self.url, [self.hand])

    def _disturb(self, act):
        points = self.points[act.kind]
        if points.is_over:
            act.reply = act.send(self.client)
            return
        (worker,) = self.server.workers()
        calls, error, when = points.tampering
        with tampering(worker, calls, error, when, self.seen) as tracer:
            reply = act.send(self.client)
            hit = tracer.injected > 0
            if reply.status < 500:
                act.reply = reply
            else:
                self._check_refusal(act, reply, points)
            self._check_reads(points)
            if not act.reply and self.failures % KILL_EVERY == 0:
                self.server.kill()
        if self.server.process.returncode is not None:
            self._start_again()
        elif act.reply is None:
            with closing(open_engine(self.url)) as engine, engine.reading() as db:
                assert not is_there(db, act), f"{act.key} was refused but done: {points}"
        # A colleague's visit that is refused has nothing to write.
        if reply.status != 409:
            points.move_on(hit=hit)

    def _check_refusal(self, act, reply, points):
        self.failures += 1
        assert reply.status in (503, 507), f"{points}: {act.key}: {reply}"
        assert reply.headers["content-type"] == "application/problem+json"
        assert (reply.status == 507) == ("full" in reply.json["detail"])
        assert reply.status == 507 or "retry-after" in reply.headers

    def _check_reads(self, points):
        for path in READS:
            answer = self.client.get(path)
            assert answer.status == 200, f"{points}: {path}: {answer}"

    def _start(self):
        self.server = Server(self.url, self.output, plant=self.plant)
        self.client = Client(self.server.port, self.fleet.token)
        self.server.wait_until_ready()

    def _start_again(self):
        self.client.close()
        self.server.kill()
        self.restarts += 1
        self._start()


def test_a_failing_disk_is_never_an_acknowledgement(strace, database_url, tmp_path, thorough, note):
    trial = Trial(database_url, tmp_path, thorough=thorough)
    trial.run()
    assert trial.failures > 50
    note("refused for the disk, nothing done, done once when sent again", trial.failures)
    note("restarts", trial.restarts)


def read_with_an_old_session(database_url, tmp_path, plant=None):
    """Somebody who was away for a while reads, from a disk that takes nothing."""
    fleet = make_fleet(database_url, 1)
    for trouble in TROUBLES[1::2]:
        with closing(open_engine(database_url)) as engine, engine.writing() as db:
            db.execute(
                "UPDATE sessions SET last_seen_at = :at",
                {"at": clock.later(clock.now(), minutes=-5)},
            )
        with (
            serving(database_url, tmp_path / "server.log", plant=plant) as server,
            closing(Client(server.port, fleet.token)) as client,
        ):
            (worker,) = server.workers()
            calls, error, on = trouble
            seen = tmp_path / "strace"
            with tampering(worker, calls, f"error={error}", f"1{on}", seen) as tracer:
                for path in READS:
                    answer = client.get(path)
                    assert answer.status == 200, f"{trouble}: {path}: {answer}"
                assert tracer.injects_soon(), f"{trouble}: nothing was written"


def test_who_reads_does_not_notice_that_their_session_cannot_be_noted(
    strace, database_url, tmp_path
):
    read_with_an_old_session(database_url, tmp_path)


def test_a_session_that_must_be_noted_is_caught(strace, database_url, tmp_path):
    with pytest.raises(AssertionError, match=r": 50[37] "):
        read_with_an_old_session(database_url, tmp_path, NOTED_ALOUD)


def test_an_error_of_the_disk_that_is_swallowed_is_caught(strace, database_url, tmp_path):
    trial = Trial(database_url, tmp_path, thorough=False, plant=SWALLOWED)
    with pytest.raises(AssertionError, match=r"was answered|: 20|planogram"):
        trial.run()


def test_an_acknowledgement_without_a_sync_is_caught(strace, database_url, tmp_path):
    trial = Trial(database_url, tmp_path, thorough=False, plant=NOT_SYNCED)
    with pytest.raises(AssertionError, match="without a sync"):
        trial.run()
