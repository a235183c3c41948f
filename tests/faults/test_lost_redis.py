"""Redis is gone for a while: who works does not notice, and jobs are done, once."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import closing

import pytest

from db import open_engine
from tests.faults.batches import Batches
from tests.faults.comparing import check_answers, check_everything
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand, working
from tests.faults.served import Client, free_port, serving

HANDS = 3
AWAY_S, AWAY_S_SMALL = 60.0, 1.0
FOUND_WITHIN_S = 60
# More than anybody asks for: what is left is told to Redis all the same.
LIMITS = dict.fromkeys(("limit_reading", "limit_writing", "limit_costly"), 1_000_000)

pytestmark = pytest.mark.skipif(
    not shutil.which("redis-server"), reason="redis-server is not installed"
)

# Whoever asks is answered after Redis was, and not while it is away.
ASKED_WITH_EACH_REQUEST = """
from web.shared_buckets import SharedBuckets
take = SharedBuckets.take

def asking(self, *call):
    self._redis.ping()
    return take(self, *call)

SharedBuckets.take = asking
"""


class OwnRedis:
    """A Redis of this test, which can be killed, or stopped as if its network were cut."""

    def __init__(self, folder):
        self.port = free_port()
        self.command = ["redis-server", "--port", str(self.port), "--save", "", "--dir", folder]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stand_still(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)


@pytest.fixture
def redis(tmp_path):
    made = OwnRedis(str(tmp_path))
    yield made
    made.kill()


@pytest.fixture(params=["killed", "standing still"])
def outage(request, redis):
    """What takes Redis away, and what brings it back."""
    if request.param == "killed":
        return redis.kill, redis.start
    return redis.stand_still, redis.go_on


def wait_for_words(server, words):
    deadline = time.monotonic() + FOUND_WITHIN_S
    while words not in server.log():
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.05)


def test_people_and_jobs_go_on_while_redis_is_away(
    database_url, tmp_path, redis, outage, thorough, note
):
    lose, find = outage
    fleet = make_fleet(database_url, HANDS + 1)
    hands = [Hand(fleet, place, n) for n, place in enumerate(fleet.places[:HANDS])]
    batches = Batches(fleet, fleet.places[-1])
    address = {"redis_url": f"redis://127.0.0.1:{redis.port}/0"}
    with (
        closing(open_engine(database_url)) as engine,
        serving(database_url, tmp_path / "log", job_workers=1, **address, **LIMITS) as server,
        closing(Client(server.port, fleet.token)) as client,
    ):
        with working(hands, server.port):
            batches.send(server.port)
            lose()
            wait_for_words(server, "cannot be reached: each node limits by itself")
            done_before = sum(len(hand.acts) for hand in hands)
            batches.send(server.port)
            batches.wait(engine)
            time.sleep(AWAY_S if thorough else AWAY_S_SMALL)
            done_meanwhile = sum(len(hand.acts) for hand in hands) - done_before
            find()
            wait_for_words(server, "can be reached again")
            batches.send(server.port)
        batches.wait(engine)
        assert done_meanwhile > 0
        assert [gone for hand in hands for gone in hand.unanswered] == []
        check_answers(client, [act for hand in hands for act in hand.acts])
        batches.check(engine)
        assert "Traceback" not in server.log(), server.log()
    check_everything(database_url, hands)
    note("acts while Redis was away, each done once", done_meanwhile)
    note("jobs", len(batches.job_ids))


@pytest.mark.once("the planted fault is one of the limits")
def test_a_node_that_asks_redis_with_each_request_is_caught(database_url, tmp_path, redis):
    fleet = make_fleet(database_url, 1)
    [hand] = [Hand(fleet, place, n) for n, place in enumerate(fleet.places)]
    options = {"plant": ASKED_WITH_EACH_REQUEST, "redis_url": f"redis://127.0.0.1:{redis.port}/0"}
    with (
        serving(database_url, tmp_path / "log", **options, **LIMITS) as server,
        pytest.raises(AssertionError, match=r"was answered .*500"),
    ):
        work_without(redis, [hand], server)


def work_without(redis, hands, server):
    with working(hands, server.port):
        redis.kill()
        wait_for_words(server, "Traceback")
