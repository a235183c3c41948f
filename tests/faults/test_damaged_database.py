"""A large database that is damaged: it is told, read, and not written to any more."""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from db import open_engine
from storage import backup
from storage.engines import database_file
from tests.faults import plants
from tests.faults.comparing import check_everything, is_there
from tests.faults.damage import spoil_index
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand
from tests.faults.served import Client, Gone, Server, serving

CHECKED_FIRST = 1  # byte: every database is a large one
READ_OF_WHAT_IS_SPOILT = "/api/products?sort=price_cents"
READS = ("/api/service-orders", "/api/devices", "/api/dex-reads", "/api/dashboard")
ACTS = 5
TOLD_WITHIN_S = 60

# Nobody looks whether the check has found something.
NOT_LOOKED_AT = """
from storage.engines import database_file
database_file.known_damage = lambda path: None
"""
# The check has not come to the damage yet.
NOT_CHECKED_YET = """
from server import check_beside
check_beside.CheckBeside.start = lambda self: None
"""
# It is told, and written to all the same.
WRITTEN_ALL_THE_SAME = plants.writing("db.execute('COMMIT')")


class Trial:
    """One hand at work at a server; then its database is spoilt, and served again."""

    def __init__(self, url, tmp_path):
        self.url = url
        self.path = database_file.path_of(url)
        self.output = tmp_path / "server.log"
        self.backup = tmp_path / "backup.zip"
        self.fleet = make_fleet(url, 1)
        self.hand = Hand(self.fleet, self.fleet.places[0], 1)

    def work(self):
        with serving(self.url, self.output, max_checked_first_bytes=CHECKED_FIRST) as server:
            self._act(server)
            assert server.stop() == 0
        assert not database_file.damaged_mark(self.path).exists()

    def serve_damaged(self, plant=None):
        """Told, refused, read; and not started again."""
        backup.backup(self.url, self.backup)
        spoil_index(self.path)
        server = Server(self.url, self.output, plant=plant, max_checked_first_bytes=CHECKED_FIRST)
        try:
            with closing(Client(server.port, self.fleet.token)) as client:
                wait_until_told(server, client)
                for path in READS:
                    assert client.get(path).status == 200, path
                for act in self.hand.plan():
                    self._check_refused(act, act.send(client))
            assert server.stop() == 0
        finally:
            server.kill()
        assert "error   The database is damaged" in server.log(), server.log()
        self._check_not_served_again()

    def come_upon_damage(self):
        """A request reads what is damaged: from then on nothing is written, or served again."""
        backup.backup(self.url, self.backup)
        spoil_index(self.path)
        options = {"plant": NOT_CHECKED_YET, "max_checked_first_bytes": CHECKED_FIRST}
        with serving(self.url, self.output, **options) as server:
            with closing(Client(server.port, self.fleet.token)) as client:
                assert client.get(READ_OF_WHAT_IS_SPOILT).status == 503
                for act in self.hand.plan():
                    self._check_refused(act, act.send(client))
            assert server.stop() == 0
        self._check_not_served_again()

    def restore(self):
        backup.restore(self.url, self.backup)
        with serving(self.url, self.output, max_checked_first_bytes=CHECKED_FIRST) as server:
            with closing(Client(server.port, self.fleet.token)) as client:
                self.hand.settle(client)
            self._act(server)
            assert server.stop() == 0
        check_everything(self.url, [self.hand])

    def _check_not_served_again(self):
        again = Server(self.url, self.output, max_checked_first_bytes=CHECKED_FIRST)
        assert again.process.wait(TOLD_WITHIN_S) == 1
        assert "CVD does not start" in again.log()

    def _act(self, server):
        with closing(Client(server.port, self.fleet.token)) as client:
            for _ in range(ACTS):
                for act in self.hand.plan():
                    act.reply = act.send(client)
                self.hand.settle(client)

    def _check_refused(self, act, reply):
        assert reply.status == 503, f"{act.key} was answered {reply}"
        assert "damaged" in reply.json["detail"]
        assert "retry-after" in reply.headers
        with closing(open_engine(self.url)) as engine, engine.reading() as db:
            assert not is_there(db, act), act.key


def wait_until_told(server, client):
    deadline = time.monotonic() + TOLD_WITHIN_S
    while True:
        try:
            reply = client.get("/api/health/ready")
        except Gone:
            assert server.process.poll() is None, server.log()
        else:
            if reply.status == 503 and "damaged" in reply.json["detail"]:
                return
            assert reply.json.get("checking"), f"checked, and nothing is told: {reply}"
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.02)


@pytest.fixture
def trial(engine_name, database_url, tmp_path):
    if engine_name != "sqlite":
        pytest.skip("about the file of SQLite")
    return Trial(database_url, tmp_path)


def test_damage_of_a_large_database_is_told_and_nothing_is_written_to_it(trial):
    trial.work()
    trial.serve_damaged()
    trial.restore()


def test_damage_that_a_request_comes_upon_is_not_written_to_either(trial):
    trial.work()
    trial.come_upon_damage()
    trial.restore()


def test_damage_that_nobody_looks_at_is_caught(trial):
    with pytest.raises(AssertionError, match="nothing is told"):
        trial.serve_damaged(NOT_LOOKED_AT)


def test_a_damaged_database_that_is_written_to_is_caught(trial):
    with pytest.raises(AssertionError, match=r"was answered 20"):
        trial.serve_damaged(WRITTEN_ALL_THE_SAME)
