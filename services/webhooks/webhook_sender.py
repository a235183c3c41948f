"""The sender: runs beside the jobs of a worker, and delivers what is due to each webhook.

Each webhook that has something due gets a thread of its own, so a receiver that is slow or
away holds nobody up but itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from db import Database, Engine, Row
from errors import Unavailable
from services.webhooks import delivery_rows, outbox, webhook_calls, webhook_secrets
from services.webhooks import webhook_signatures as signatures
from services.webhooks.delivery_rows import Due
from services.webhooks.webhook_calls import Outcome

log = logging.getLogger("cvd.webhooks")

LOOK_EVERY_S = 0.5
AFTER_FAILURE_S = 2.0
STOP_WITHIN_S = 4.0
# What was sent is worth some patience: what cannot be written is sent again.
SETTLE_TRIES = 5
IF_LOST = "Where it is lost for good: `flask keys rotate`, then give the webhook a new secret."


def run(
    engine: Engine, worker: str, stopping: threading.Event, *, allowed: Sequence[str] = ()
) -> None:
    """Deliver until `stopping` is set; what is being sent then has a few seconds to end."""
    sender = _Sender(engine, worker, stopping, allowed)
    has_left = False
    while not stopping.wait(LOOK_EVERY_S):
        try:
            if not has_left:
                sender.leave()
                has_left = True
            sender.look()
        except Unavailable as away:
            log.warning("Webhooks wait: %s", away)
            stopping.wait(AFTER_FAILURE_S)
        except Exception:
            log.exception("Webhooks go on after an error.")
            stopping.wait(AFTER_FAILURE_S)
    sender.wait()


class _Sender:
    """The deliveries of one worker, a thread for each webhook that is busy."""

    def __init__(
        self, engine: Engine, worker: str, stopping: threading.Event, allowed: Sequence[str]
    ) -> None:
        self._engine = engine
        self._worker = worker
        self._stopping = stopping
        self._allowed = allowed
        self._busy: dict[int, threading.Thread] = {}

    def leave(self) -> None:
        """What a worker of the same name held is not held any more: it is gone."""
        with self._engine.writing() as db:
            delivery_rows.leave(db, self._worker)

    def look(self) -> None:
        """Begin with each webhook that has something due."""
        for found in delivery_rows.due(self._engine):
            thread = self._busy.get(found.webhook_id)
            if thread is None or not thread.is_alive():
                thread = threading.Thread(target=self._deliver, args=(found,), daemon=True)
                self._busy[found.webhook_id] = thread
                thread.start()

    def wait(self) -> None:
        """Until what is being sent has ended, for a few seconds at most."""
        deadline = time.monotonic() + STOP_WITHIN_S
        for thread in self._busy.values():
            thread.join(max(0.0, deadline - time.monotonic()))

    def _deliver(self, found: Due) -> None:
        try:
            with self._engine.writing() as db:
                sent = delivery_rows.take(db, found, self._worker)
            while sent is not None:
                sent = self._settled(sent, send(self._engine, sent, self._allowed))
        except Unavailable as away:
            log.warning("Webhook %d waits: %s", found.webhook_id, away)
        except Exception:
            log.exception("Webhook %d goes on after an error.", found.webhook_id)

    def _settled(self, sent: Row, outcome: Outcome) -> Row | None:
        if outcome.problem is not None:
            log.warning("Webhook %d: %s", sent["webhook_id"], outcome.problem)
        for _ in range(SETTLE_TRIES):
            try:
                with self._engine.writing() as db:
                    goes_on = not self._stopping.is_set()
                    return delivery_rows.settle(db, sent, outcome, goes_on=goes_on)
            except Unavailable:
                self._stopping.wait(LOOK_EVERY_S)
        raise Unavailable("What was sent could not be noted; it is sent again.")


def send(engine: Engine, sent: Row, allowed: Sequence[str]) -> Outcome:
    """Send one delivery, as `delivery_rows.take` gave it."""
    body = outbox.body_of(sent)
    try:
        with engine.reading() as db:
            in_force = _secrets(db, sent)
    except Unavailable as lost:
        problem = f"It cannot be signed: {lost.detail} {IF_LOST}"
        return Outcome(None, 0, None, problem)
    headers = signatures.headers(sent["event_id"], body, in_force)
    return webhook_calls.post(sent["url"], body, headers, allowed=allowed)


def _secrets(db: Database, sent: Row) -> list[str]:
    return webhook_secrets.in_force(db, sent["webhook_id"], sent)
