"""The primary of the database is killed, its standby takes its place: the nodes find it by
themselves, and nothing that was acknowledged is lost or there twice."""

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

import pytest

from storage import migrate
from tests.faults.comparing import check_answers, check_everything
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand
from tests.faults.served import Client, Gone, serving
from tests.kit.engines import audit_files
from tests.kit.private_cluster import private_cluster, wait_for

HANDS = 4
NAME = "cvd_test_failing_over"
WORK_S = 0.7


@pytest.fixture(autouse=True)
def of_several_servers(engine_name):
    if engine_name != "postgresql":
        pytest.skip("about PostgreSQL")


class Insistent(Client):
    """Takes a 503 for no answer, as it says that all is to be asked again; notes when the
    first request after a moment was sent that was done."""

    def __init__(self, port, token, *, done):
        super().__init__(port, token)
        self.done = done

    def ask(self, method, path, body=None, **headers):
        sent_at = time.monotonic()
        reply = super().ask(method, path, body, **headers)
        if reply.status == 503:
            assert int(reply.headers["retry-after"]) > 0, reply
            raise Gone(str(reply))
        assert reply.status < 500, reply
        if method != "GET" and reply.status < 300:
            self.done.append((sent_at, time.monotonic()))
        return reply


@contextmanager
def made_cluster(**options):
    """A cluster with a migrated database."""
    with private_cluster(**options) as cluster:
        cluster.primary.ask(f"CREATE DATABASE {NAME}")
        url = cluster.url(NAME)
        try:
            migrate.upgrade(url)
            yield cluster, url
        finally:
            for path in audit_files(url):
                path.unlink(missing_ok=True)


@contextmanager
def working(hands, port):
    """Everybody works, whatever happens meanwhile."""
    stop = threading.Event()
    with ThreadPoolExecutor(len(hands)) as pool:
        going_on = [pool.submit(hand.go_on, port, stop) for hand in hands]
        try:
            yield
        finally:
            stop.set()
        for future in going_on:
            future.result()


def first_done(done, since):
    return min((at for sent, at in list(done) if sent > since), default=None)


def fail_over(cluster, done):
    """Seconds from the kill of the primary until something was written again."""
    killed_at = time.monotonic()
    cluster.fail_over()
    wait_for(lambda: first_done(done, killed_at) is not None)
    return first_done(done, killed_at) - killed_at


def make_hands(fleet):
    """A hand for each place, and when each of their requests was sent and done."""
    done: list[tuple[float, float]] = []
    hands = [Hand(fleet, place, number) for number, place in enumerate(fleet.places)]
    for hand in hands:
        hand.client = partial(Insistent, done=done)
    return hands, done


def test_a_primary_that_is_lost_takes_nothing_with_it(tmp_path, rounds, thorough, note):
    took = []
    with made_cluster() as (cluster, url):
        fleet = make_fleet(url, HANDS)
        hands, done = make_hands(fleet)
        with serving(url, tmp_path / "server.log") as server:
            with working(hands, server.port):
                for number in range(rounds if thorough else 1):
                    if number:
                        cluster.join()
                    time.sleep(WORK_S)
                    took.append(fail_over(cluster, done))
                time.sleep(WORK_S)
            with closing(Client(server.port, fleet.token)) as client:
                check_answers(client, [act for hand in hands for act in hand.acts])
            assert "Traceback" not in server.log(), server.log()
        check_everything(url, hands)
    note("primaries killed", len(took))
    note("acknowledged, all there once", sum(len(hand.acts) for hand in hands))
    note("without an answer, settled by their key", sum(len(hand.unanswered) for hand in hands))
    note("s until written again, median", round(statistics.median(took), 2))
    note("s until written again, worst", round(max(took), 2))


def lose_with_a_deaf_standby(cluster, url, output):
    """Commits wait for nobody, and the standby hears of the last of them nothing."""
    fleet = make_fleet(url, HANDS)
    hands, done = make_hands(fleet)
    with serving(url, output) as server:
        with working(hands, server.port):
            cluster.deafen_standby()
            heard = len(done)
            wait_for(lambda: len(done) > heard + HANDS)
            cluster.fail_over()
            time.sleep(WORK_S)
        # Where nobody tripped over it while working.
        check_everything(url, hands)


def test_a_standby_that_nobody_waits_for_is_caught(tmp_path):
    with (
        made_cluster(is_synchronous=False) as (cluster, url),
        pytest.raises(AssertionError, match=r"was answered|is at version|logged"),
    ):
        lose_with_a_deaf_standby(cluster, url, tmp_path / "server.log")
