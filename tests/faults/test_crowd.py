"""Fifty people write at once: everybody is served, and nobody hears of a lock."""

import statistics

import pytest

from tests.faults.comparing import check_everything
from tests.faults.fleet import make_fleet
from tests.faults.load import Hand, work_together
from tests.faults.served import serving

WRITERS = 50
SECONDS, LONG_SECONDS = 1.5, 30
SURELY_CAUGHT_S = 3

# Whoever finds the other process writing gives up.
IMPATIENT = """
from storage.engines.sqlite import SqliteEngine
SqliteEngine._patiently = lambda self, connection, statement, *_: connection.execute(
    statement
)
"""


def crowd(database_url, tmp_path, seconds, plant=None):
    """The hands after their work at a server of two processes."""
    fleet = make_fleet(database_url, WRITERS)
    hands = [Hand(fleet, place, number) for number, place in enumerate(fleet.places)]
    output = tmp_path / "server.log"
    with serving(database_url, output, workers=2, threads=4, plant=plant) as server:
        work_together(hands, server.port, seconds)
        assert "Traceback" not in server.log(), server.log()
    return hands


def test_fifty_writers_at_once_are_all_served(database_url, tmp_path, thorough, note):
    seconds = LONG_SECONDS if thorough else SECONDS
    hands = crowd(database_url, tmp_path, seconds)
    check_everything(database_url, hands)
    times = [act.seconds * 1000 for hand in hands for act in hand.acts]
    assert min(len(hand.acts) for hand in hands) > 0, "somebody was never served"
    cuts = statistics.quantiles(times, n=100)
    note("writes a second", round(len(times) / seconds))
    note("median and p99, ms", (round(cuts[49]), round(cuts[98])))


def test_a_writer_that_does_not_wait_is_caught(engine_name, database_url, tmp_path):
    if engine_name != "sqlite":
        pytest.skip("the planted fault is one of the SQLite engine")
    with pytest.raises(AssertionError, match=r"503 .*busy"):
        crowd(database_url, tmp_path, SURELY_CAUGHT_S, IMPATIENT)
