"""Workers killed while they look at what was touched: the alerts that stand are those that should.

A timer ends a child at a random moment, before, within or behind its transactions; the system
kills it, so nothing is tidied up. In between, what the alerts rest on changes.
"""

import os
import random
import signal
from contextlib import closing
from dataclasses import replace

import pytest

from db import open_engine
from services.alerts import alert_beat
from services.system import touched
from tests.kit.factories import make_device, make_planogram

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("CVD_TEST_ROUNDS", "60"))
DEVICES = 12
LONGEST_S = 0.03
STANDING = "SELECT noun_id, cause FROM alerts WHERE resolved_at IS NULL ORDER BY cause"
EMPTY = """
    SELECT device_id AS noun_id, 'sold_out:' || id AS cause FROM slots
    WHERE product_id IS NOT NULL AND quantity = 0 ORDER BY 2
"""
TOLD = "SELECT alert_id, user_id FROM alert_tellings ORDER BY alert_id, user_id"


def test_killed_anywhere_the_alerts_are_those_that_should_be(
    manager, engine, settings, database_url
):
    chance = random.Random(7)
    sending = replace(settings, smtp_url="smtp://127.0.0.1:1", mail_from="cvd@vending.example")
    with engine.writing() as db:
        db.execute("UPDATE users SET email = 'max@vending.example'")
        db.execute("UPDATE alert_rules SET email = 'at_once' WHERE kind = 'sold_out'")
    devices = [make_device(manager, rows=1, columns=3) for _ in range(DEVICES)]
    killed = 0
    for _ in range(KILLS):
        device = chance.choice(devices)
        cabinet_id = device["cabinets"][0]["id"]
        make_planogram(manager, cabinet_id, quantity=chance.choice((0, 5)))
        with engine.writing() as db:
            touched.note(db, "device", *[each["id"] for each in devices])
        killed += is_killed(database_url, sending, chance.uniform(0.0005, LONGEST_S))
    assert killed > KILLS // 10
    alert_beat.beat(engine, sending)
    alert_beat.beat(engine, sending)
    with engine.reading() as db:
        assert list(db.query(STANDING)) == list(db.query(EMPTY))
        told = list(db.query(TOLD))
        assert len({(row["alert_id"], row["user_id"]) for row in told}) == len(told)
        assert not touched.next_few(db, 1)


def is_killed(url, settings, after_s):
    """Whether a worker that has so long to look was killed before it had done."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        with closing(open_engine(url, at_once=False)) as own:
            with own.reading() as db:
                touched.next_few(db, 1)
            signal.setitimer(signal.ITIMER_REAL, after_s)
            alert_beat.beat(own, settings)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
