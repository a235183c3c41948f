"""Workers killed while they deliver: every event arrives, with one id, and first in its order."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

import auth
from db import open_engine
from services.catalogue import product_service
from services.webhooks import webhook_service
from settings import PROJECT, Settings
from tests.kit.receiver import LOOPBACK, Receiver

SPARED = pytest.mark.spared("processes and the harness are the same on both")

WORKERS = 2
SHARE = 0.3
ARRIVED_WITHIN_S = 120
# The last that happened is sent first.
LAST_FIRST = """
from services.webhooks import delivery_rows

delivery_rows.DUE = delivery_rows.DUE.replace("min(x.id)", "max(x.id)")
delivery_rows.NEXT = delivery_rows.NEXT.replace("min(x.id)", "max(x.id)")
"""
# What is about to be sent counts as delivered.
SETTLED_FIRST = """
from services.webhooks import webhook_sender

send = webhook_sender.send

def send_behind(engine, sent, allowed):
    with engine.writing() as db:
        db.execute("UPDATE webhook_deliveries SET state = 'delivered' WHERE id = :id",
                   {"id": sent["id"]})
    return send(engine, sent, allowed)

webhook_sender.send = send_behind
"""


@contextmanager
def keeper(url, *, share=SHARE, plant=None, tmp_path=None):
    """Workers that deliver, die and are replaced, in a process of their own."""
    file = ""
    if plant:
        file = str(tmp_path / "plant.txt")
        Path(file).write_text(plant)
    call = (
        "from tests.kit.planted_webhooks import process; "
        f"process({url!r}, {WORKERS}, {share}, {file!r})"
    )
    process = subprocess.Popen([sys.executable, "-c", call], cwd=PROJECT, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def receivers():
    made = [Receiver() for _ in range(2)]
    yield made
    for each in made:
        each.close()


def subscribe(engine, receivers, url):
    """A webhook for each receiver."""
    settings = Settings(database_url=url, webhook_networks=(LOOPBACK,))
    for receiver in receivers:
        with engine.writing() as db:
            webhook_service.create_webhook(
                db, auth.console(), settings, url=receiver.url, events=["product.changed"]
            )


def cause(engine, count):
    """So many events, each in a transaction of its own."""
    for number in range(count):
        with engine.writing() as db:
            product_service.create_product(db, auth.console(), name=f"Product {number}")


def wait(engine, process):
    """Until nothing waits any more; something has to arrive now and then."""
    seen, since = None, time.monotonic()
    while left := waiting(engine):
        assert process.poll() is None, "the keeper of the workers ended"
        if left != seen:
            seen, since = left, time.monotonic()
        assert time.monotonic() - since < ARRIVED_WITHIN_S, f"{left} still wait"
        time.sleep(0.05)


def waiting(engine):
    with engine.reading() as db:
        [row] = db.query("SELECT count(*) AS left FROM webhook_deliveries WHERE state = 'waiting'")
        return row["left"]


def check(engine, receivers):
    """Each receiver was told of everything, and of each thing first in its order."""
    for webhook_id, receiver in enumerate(receivers, 1):
        with engine.reading() as db:
            rows = db.query(
                "SELECT event_id FROM webhook_deliveries WHERE webhook_id = :id ORDER BY id",
                {"id": webhook_id},
            )
            wanted = [row["event_id"] for row in rows]
        got = receiver.first_ids()
        assert set(wanted) == set(got), f"{len(set(wanted) - set(got))} events never arrived"
        assert wanted == got, "what came first is not in its order"


def test_killed_workers_lose_no_event_and_keep_the_order(database_url, receivers, rounds, note):
    count = max(12, rounds)
    with closing(open_engine(database_url)) as engine:
        subscribe(engine, receivers, database_url)
        with keeper(database_url) as process:
            cause(engine, count)
            wait(engine, process)
        check(engine, receivers)
    sent = sum(len(receiver.got) for receiver in receivers)
    note("events that arrived in their order", 2 * count)
    note("sent again, since a worker died", sent - 2 * count)


@SPARED
@pytest.mark.parametrize(
    ("plant", "says"),
    [(SETTLED_FIRST, "never arrived"), (LAST_FIRST, "not in its order")],
    ids=["noted before it is sent", "the last first"],
)
def test_what_is_lost_or_out_of_order_is_caught(database_url, receivers, tmp_path, plant, says):
    with closing(open_engine(database_url)) as engine:
        subscribe(engine, receivers, database_url)
        cause(engine, 20)
        with keeper(database_url, share=0.6, plant=plant, tmp_path=tmp_path) as process:
            wait(engine, process)
        with pytest.raises(AssertionError, match=says):
            check(engine, receivers)
