"""Killed at any moment, the server has kept what it acknowledged, once."""

import random
import time
from contextlib import closing
from typing import Any

import pytest

from db import open_engine
from storage import migrate
from storage.engines.base import Refused
from tests.faults.comparing import check_answers, check_effects, check_everything
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand, work_together
from tests.faults.served import Client, Server, is_running, serving

# A fault of the program that is planted, to see whether the harness sees it.
PLANTED = pytest.mark.once("the harness compares the same answers and rows on both")

HANDS = 5
KILLS_PER_DATABASE = 20
KILLS_UNTIL_CAUGHT = 30
LONGEST_S = 0.9
WORKERS_ALONE = 0.25
GONE_WITHIN_S = 60

# Acknowledges what is committed only with a later change: one commit for several.
LATE_COMMIT = """
from contextlib import contextmanager
from storage.engines.sqlite import SqliteEngine

changes = 0

@contextmanager
def writing(self, **_patience):
    global changes
    with self._exclusively() as db:
        if not db.conn.in_transaction:
            db.conn.execute("BEGIN IMMEDIATE")
        yield db
        db.hooks.run(db)
        changes += 1
        if changes % 7 == 0:
            db.execute("COMMIT")

SqliteEngine.writing = writing
"""
# Whoever comes second may visit as well: the state is looked at, and then set, by nobody.
NO_COMPARE_AND_SET = """
from services.orders import visit_service
assert visit_service.check_takes_visit
visit_service.check_takes_visit = lambda order, *, was_skipped: None
"""
# Stock that is changed without a move in the ledger.
BESIDE_THE_LEDGER = """
from services.books import stock_service
posted = stock_service.post_facts

def post_facts(db, actor, *, device_id, **rest):
    posted(db, actor, device_id=device_id, **rest)
    db.execute(
        "UPDATE slots SET quantity = quantity - 1 WHERE device_id = :id AND quantity > 0",
        {"id": device_id},
    )

stock_service.post_facts = post_facts
"""
# The answer under a key is not kept, so what is sent again is done again.
KEY_NOT_KEPT = """
from web import idempotency
idempotency.keep = lambda *args, **named: None
"""
# A planogram is answered as it was sent, and then not kept like that.
ANSWERED_BUT_NOT_KEPT = """
from functools import wraps
from services.fleet import planogram_service
update = planogram_service.update_planogram

@wraps(update)
def update_planogram(db, actor, *, cabinet_id, **rest):
    answer = update(db, actor, cabinet_id=cabinet_id, **rest)
    db.execute("UPDATE slots SET price_cents = 1 WHERE cabinet_id = :id", {"id": cabinet_id})
    return answer

planogram_service.update_planogram = update_planogram
"""


class Story:
    """One database, its fleet, and what became of it from kill to kill."""

    def __init__(self, database_url, tmp_path, seed, plant=None):
        self.url = database_url
        self.output = tmp_path / f"server-{seed}.log"
        self.plant = plant
        self.server = None
        self.is_replaced = False
        self.random = random.Random(seed)
        fleet = make_fleet(database_url, HANDS)
        self.hands = [Hand(fleet, place, seed * 1000 + n) for n, place in enumerate(fleet.places)]
        self.token = fleet.token
        self.checked = dict.fromkeys(range(HANDS), 0)

    def kill_once(self):
        """Load, kill, start again, compare; how many acts were answered, and how many not."""
        server = self.server or self._start()
        # One that dies soon after it was replaced ends the server: it would go on like that.
        only_a_worker = (
            self.plant is None and not self.is_replaced and self.random.random() < WORKERS_ALONE
        )
        kill = server.kill_worker if only_a_worker else server.kill
        work_together(self.hands, server.port, self.random.uniform(0.05, LONGEST_S), kill)
        if only_a_worker:
            self.is_replaced = True
            server.wait_until_ready()
        else:
            server = self._start()
        return self._compared(server)

    def _start(self):
        """A server of another size each time; the one that is compared takes the next load too."""
        self.close()
        size: dict[str, Any] = {
            "workers": self.random.choice([1, 2]),
            "threads": self.random.choice([1, 3]),
        }
        if self.plant is not None:
            size = {"workers": 1, "threads": 1}
        self.server = Server(self.url, self.output, plant=self.plant, **size)
        self.is_replaced = False
        self.server.wait_until_ready()
        return self.server

    def close(self):
        if self.server is not None:
            self.server.kill()

    def _compared(self, server):
        acts = [act for n, hand in enumerate(self.hands) for act in hand.acts[self.checked[n] :]]
        answered = [act for act in acts if act.reply is not None]
        with closing(Client(server.port, self.token)) as client:
            for hand in self.hands:
                hand.settle(client)
            check_answers(client, answered)
        with closing(open_engine(self.url)) as engine, engine.reading() as db:
            check_effects(db, self.hands, acts)
        assert "Traceback" not in server.log(), server.log()
        self.checked = {n: len(hand.acts) for n, hand in enumerate(self.hands)}
        return len(answered), len(acts) - len(answered)


def test_nothing_acknowledged_is_lost_or_doubled(databases, template_url, tmp_path, rounds, note):
    answered = unanswered = 0
    for seed in range(-(-rounds // KILLS_PER_DATABASE)):
        url = databases.copy(template_url)
        with closing(Story(url, tmp_path, seed)) as story:
            for _ in range(min(KILLS_PER_DATABASE, rounds - seed * KILLS_PER_DATABASE)):
                known, unknown = story.kill_once()
                answered, unanswered = answered + known, unanswered + unknown
        check_everything(url, story.hands)
        databases.drop(url)
    note("kills", rounds)
    note("acknowledged, all there once", answered)
    note("without an answer, settled by their key", unanswered)


def is_free(database_url):
    """Whether the last step of the schema can be taken back; then it is."""
    try:
        migrate.rollback(database_url)
    except Refused:
        return False
    return True


def test_workers_do_not_outlive_their_server(database_url, tmp_path):
    make_fleet(database_url, 0)
    with serving(database_url, tmp_path / "server.log", workers=2) as server:
        workers = server.workers()
        server.kill_alone()
        deadline = time.monotonic() + GONE_WITHIN_S
        while any(is_running(pid) for pid in workers):
            assert time.monotonic() < deadline, "workers without a server keep the port"
            time.sleep(0.05)
        # What does the jobs and the check beside the server end a moment later, and the
        # database is free for what needs it alone.
        while not is_free(database_url):
            assert time.monotonic() < deadline, "something without a server keeps the database"
            time.sleep(0.05)
    assert len(workers) == 2


@pytest.mark.once("the planted fault is one of the SQLite engine")
def test_an_acknowledgement_before_the_commit_is_caught(database_url, tmp_path):
    story = Story(database_url, tmp_path, 1, LATE_COMMIT)
    with pytest.raises(AssertionError, match=r"was answered|: 20"):
        kill_until_caught(story)


@PLANTED
def test_a_visit_without_compare_and_set_is_caught(database_url, tmp_path):
    story = Story(database_url, tmp_path, 2, NO_COMPARE_AND_SET)
    drop_unique_visits(database_url)
    with pytest.raises(AssertionError, match=r"visit was answered .*201.*201"):
        kill_until_caught(story)


@PLANTED
def test_stock_changed_beside_the_ledger_is_caught(database_url, tmp_path):
    story = Story(database_url, tmp_path, 3, BESIDE_THE_LEDGER)
    with pytest.raises(AssertionError, match=r"moved"):
        kill_until_caught(story)


@PLANTED
def test_a_key_that_is_not_kept_is_caught(database_url, tmp_path):
    story = Story(database_url, tmp_path, 4, KEY_NOT_KEPT)
    with pytest.raises(AssertionError, match=r"already|: 20"):
        kill_until_caught(story)


@PLANTED
def test_a_planogram_that_is_not_kept_as_it_was_answered_is_caught(database_url, tmp_path):
    story = Story(database_url, tmp_path, 5, ANSWERED_BUT_NOT_KEPT)
    with pytest.raises(AssertionError, match=r"count-\d+: 200 .* and then .*'price_cents': 1[,}]"):
        kill_until_caught(story)


def kill_until_caught(story):
    """Ends at the first that is caught: a slow machine answers little between two kills."""
    with closing(story):
        for _ in range(KILLS_UNTIL_CAUGHT):
            story.kill_once()


def drop_unique_visits(url):
    with closing(open_engine(url)) as engine, engine.writing() as db:
        db.execute("DROP INDEX visits_once")
