"""Workers that deliver webhooks and die on the way, as a test wants."""

from __future__ import annotations

import os
import random
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

from db import Database, Row
from services.webhooks import delivery_rows, webhook_calls, webhook_sender
from services.webhooks.webhook_calls import Outcome
from tests.kit.receiver import LOOPBACK

# Before anything is sent, once it was and nobody knows, and while that is being written.
PLACES = ("before", "sent", "settling")


def process(database_url: str, workers: int, share: float, plant_file: str = "") -> None:
    """So many workers, each replaced as it dies, which it does at this share of deliveries."""
    from server import job_keeper
    from settings import Settings

    if plant_file:
        exec(compile(Path(plant_file).read_text("utf-8"), plant_file, "exec"), {})
    _die_at(share)
    webhook_sender.LOOK_EVERY_S = 0.02
    job_keeper.BEGIN_AFTER_S = 0.0
    job_keeper.FIRST_WAIT_S = job_keeper.LONGEST_WAIT_S = 0.01
    settings = Settings(database_url=database_url, log_level="error")
    beside = partial(webhook_sender.run, allowed=[LOOPBACK])
    keeper = job_keeper.JobKeeper(settings, workers, due=lambda _: None, beside=beside)
    while True:
        keeper.look()
        time.sleep(0.02)


def _die_at(share: float) -> None:
    """Let whoever delivers here die now and then, at each of PLACES as often as at another."""
    post, settle = webhook_calls.post, delivery_rows.settle

    def die(place: str) -> None:
        chance = random.Random(f"{os.getpid()}-{time.monotonic_ns()}")  # no secret
        if chance.random() < share and chance.choice(PLACES) == place:
            os.kill(os.getpid(), signal.SIGKILL)

    def dying_post(*given: Any, **named: Any) -> Outcome:
        die("before")
        outcome = post(*given, **named)
        die("sent")
        return outcome

    def dying_settle(db: Database, *given: Any, **named: Any) -> Row | None:
        found = settle(db, *given, **named)
        die("settling")
        return found

    webhook_calls.post = dying_post
    delivery_rows.settle = dying_settle
