"""The primary of the database is killed, its standby takes its place: the nodes find it by
themselves, and nothing that was acknowledged is lost or there twice."""

import statistics
import time
from contextlib import closing, contextmanager
from functools import partial

import pytest

from storage import migrate
from tests.faults.comparing import check_answers, check_everything
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand, working
from tests.faults.served import Client, Gone, serving
from tests.kit.engines import audit_files
from tests.kit.private_cluster import private_cluster, wait_for
from tests.kit.private_patroni import Patroni, private_patroni

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
        with prepared(cluster.url(NAME)) as url:
            yield cluster, url


@contextmanager
def prepared(url):
    """A migrated database, whose files beside it are gone at the end."""
    try:
        migrate.upgrade(url)
        yield url
    finally:
        for path in audit_files(url):
            path.unlink(missing_ok=True)


def first_done(done, since):
    return min((at for sent, at in list(done) if sent > since), default=None)


def seconds_until_written(kill, done):
    """Seconds from the kill of the primary until something was written again."""
    killed_at = time.monotonic()
    kill()
    wait_for(lambda: first_done(done, killed_at) is not None)
    return first_done(done, killed_at) - killed_at


def make_hands(fleet):
    """A hand for each place, and when each of their requests was sent and done."""
    done: list[tuple[float, float]] = []
    hands = [Hand(fleet, place, number) for number, place in enumerate(fleet.places)]
    for hand in hands:
        hand.client = partial(Insistent, done=done)
    return hands, done


class Story:
    """A server over a cluster, and people who work at it while primaries are lost."""

    def __init__(self, url, output):
        self.url, self.output = url, output
        self.fleet = make_fleet(url, HANDS)
        self.hands, self.done = make_hands(self.fleet)
        self.took = []

    def lose(self, count, kill, mend):
        """Kill the primary so often; `mend` makes the cluster whole again in between."""
        with serving(self.url, self.output) as server:
            with working(self.hands, server.port):
                for number in range(count):
                    if number:
                        mend()
                    time.sleep(WORK_S)
                    self.took.append(seconds_until_written(kill, self.done))
                time.sleep(WORK_S)
            with closing(Client(server.port, self.fleet.token)) as client:
                check_answers(client, [act for hand in self.hands for act in hand.acts])
            assert "Traceback" not in server.log(), server.log()
        check_everything(self.url, self.hands)

    def note(self, note):
        unanswered = sum(len(hand.unanswered) for hand in self.hands)
        note("primaries killed", len(self.took))
        note("acknowledged, all there once", sum(len(hand.acts) for hand in self.hands))
        note("refused or cut off, and asked again with their key", unanswered)
        note("s until written again, median", round(statistics.median(self.took), 2))
        note("s until written again, worst", round(max(self.took), 2))


def test_a_primary_that_is_lost_takes_nothing_with_it(tmp_path, rounds, thorough, note):
    with made_cluster() as (cluster, url):
        story = Story(url, tmp_path / "server.log")
        story.lose(rounds if thorough else 1, cluster.fail_over, cluster.join)
    story.note(note)


def test_under_patroni_a_lost_primary_takes_nothing_with_it(tmp_path, rounds, thorough, note):
    with private_patroni() as cluster:
        cluster.ask(f"CREATE DATABASE {NAME}")
        url = cluster.url(NAME)
        with prepared(url):
            story = Story(url, tmp_path / "server.log")
            killed: list[Patroni] = []

            def mend():
                killed.pop().start()
                wait_for(cluster.is_whole)

            kills = rounds if thorough else 1
            story.lose(kills, lambda: killed.append(cluster.kill_leader()), mend)
    story.note(note)


def lose_with_a_deaf_standby(cluster, url, output):
    """Commits wait for nobody, and the standby hears of the last of them nothing."""
    story = Story(url, output)
    with serving(url, output) as server:
        with working(story.hands, server.port):
            cluster.deafen_standby()
            heard = len(story.done)
            wait_for(lambda: len(story.done) > heard + HANDS)
            cluster.fail_over()
            time.sleep(WORK_S)
        # Where nobody tripped over it while working.
        check_everything(url, story.hands)


def test_a_standby_that_nobody_waits_for_is_caught(tmp_path):
    with (
        made_cluster(is_synchronous=False) as (cluster, url),
        pytest.raises(AssertionError, match=r"was answered|is at version|logged"),
    ):
        lose_with_a_deaf_standby(cluster, url, tmp_path / "server.log")
