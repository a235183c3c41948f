"""Two nodes over one PostgreSQL are one CVD: what one of them is told holds at the other, and a
node that is killed takes nothing with it but the connections that were open to it."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest

from db import open_engine
from tests.faults.balancer import Balancer
from tests.faults.comparing import check_answers, check_effects, check_everything
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand
from tests.faults.served import Client, Server

HANDS = 5
KILL_EVERY_S, KILL_EVERY_S_SMALL = 5.0, 1.0
THOROUGH_S, KILLS_SMALL = 300.0, 2
KILLS_UNTIL_CAUGHT = 30
# By what acts are looked for once the people have gone home.
FOUND_BY = (
    "audit_entries (request_id)",
    "dex_reads (filename)",
    "visits (notes)",
    "visits (reversal_reason)",
    "service_orders (notes)",
    "service_orders (cancellation_reason)",
)

# The answers under keys are remembered by each node for itself.
KEYS_OF_A_PROCESS = """
from web import idempotency
known = {}

def find(db, actor, *, key, hashed):
    return known.get((actor.user_id, key))

def keep(db, actor, *, operation, key, hashed, answer):
    known[actor.user_id, key] = answer

idempotency.find, idempotency.keep = find, keep
"""


@pytest.fixture(autouse=True)
def of_several_nodes(engine_name):
    if engine_name != "postgresql":
        pytest.skip("several nodes need PostgreSQL")


class Nodes:
    """Two nodes over one database, and the one address that people know."""

    def __init__(self, url, tmp_path, plant=None):
        self.url, self.folder, self.plant = url, tmp_path, plant
        self.servers = []
        self.started = 0
        self.both = [self.start(), self.start()]
        self.balancer = Balancer(*(node.port for node in self.both))

    def start(self):
        self.started += 1
        output = self.folder / f"node-{self.started}.log"
        server = Server(self.url, output, plant=self.plant)
        self.servers.append(server)
        server.wait_until_ready()
        return server

    def kill_one(self, number):
        """Kill a node at once, and start another in its place."""
        node = self.both[number]
        self.balancer.lose(node.port)
        node.kill()
        self.both[number] = self.start()
        self.balancer.find(self.both[number].port)

    def close(self):
        for server in self.servers:
            server.kill()
        if hasattr(self, "balancer"):
            self.balancer.close()

    def check_logs(self):
        for server in self.servers:
            assert "Traceback" not in server.log(), server.log()


@contextmanager
def two_nodes(url, tmp_path, plant=None):
    with closing(Nodes(url, tmp_path, plant)) as nodes:
        yield nodes


def work_while_killing(nodes, hands, *, kills, every_s, seed):
    """The mixed load through the one address, while one node after another is killed."""
    stop, chance = threading.Event(), random.Random(seed)
    port = nodes.balancer.port
    with ThreadPoolExecutor(len(hands)) as pool:
        working = [pool.submit(hand.go_on, port, stop) for hand in hands]
        try:
            for number in range(kills):
                time.sleep(every_s * chance.uniform(0.5, 1.5))
                nodes.kill_one(number % 2)
            time.sleep(every_s / 2)
        finally:
            stop.set()
        for future in working:
            future.result()


def make_findable(url):
    """Let each of tens of thousands of acts be found without a walk through all of them."""
    with psycopg.connect(url) as connection:
        for number, column in enumerate(FOUND_BY):
            connection.execute(f"CREATE INDEX IF NOT EXISTS found_{number} ON {column}".encode())


def compare(nodes, hands, token):
    """Every answer stands, at either node, and nobody was cut off but by a kill."""
    acts = [act for hand in hands for act in hand.acts]

    def check(number):
        with closing(Client(nodes.both[number % 2].port, token)) as client:
            check_answers(client, hands[number].acts)

    with ThreadPoolExecutor(len(hands)) as pool:
        list(pool.map(check, range(len(hands))))
    make_findable(nodes.url)
    with closing(open_engine(nodes.url)) as engine, engine.reading() as db:
        check_effects(db, hands, acts)
    failures = [gone for hand in hands for gone in hand.unanswered]
    others = [gone for gone in failures if gone.from_port not in nodes.balancer.cut]
    assert not others, f"failed on connections that led to a living node: {others}"
    nodes.check_logs()
    return len(acts), len(failures)


def make_hands(fleet, seed):
    return [Hand(fleet, place, seed * 1000 + n) for n, place in enumerate(fleet.places)]


def test_a_killed_node_takes_nothing_with_it(database_url, tmp_path, thorough, note):
    fleet = make_fleet(database_url, HANDS)
    hands = make_hands(fleet, 1)
    every_s = KILL_EVERY_S if thorough else KILL_EVERY_S_SMALL
    kills = int(THOROUGH_S / KILL_EVERY_S) if thorough else KILLS_SMALL
    with two_nodes(database_url, tmp_path) as nodes:
        work_while_killing(nodes, hands, kills=kills, every_s=every_s, seed=1)
        acts, cut_off = compare(nodes, hands, fleet.token)
    check_everything(database_url, hands)
    note("kills", kills)
    note("acknowledged, all there once", acts)
    note("cut off, settled by their key at the other node", cut_off)


def kill_until_caught(url, tmp_path, plant):
    fleet = make_fleet(url, HANDS)
    hands = make_hands(fleet, 2)
    with two_nodes(url, tmp_path, plant) as nodes:
        for seed in range(KILLS_UNTIL_CAUGHT):
            work_while_killing(nodes, hands, kills=1, every_s=0.5, seed=seed)
            compare(nodes, hands, fleet.token)


def test_a_node_that_remembers_keys_for_itself_is_caught(database_url, tmp_path):
    with pytest.raises(AssertionError, match=r"was answered|: 20"):
        kill_until_caught(database_url, tmp_path, KEYS_OF_A_PROCESS)
