"""Events: what happened, written for whoever wants to be told in the transaction of its cause.

    outbox.tell(db, "product.changed", product["id"], lambda: {...})

What is told is put together at the end of the transaction, and only where some webhook wants
that type: without webhooks an event is an entry in a dict and one look at an empty table.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

import clock
from db import Database, Row
from services.webhooks import event_types

# Gives the data of an event, as its shape in the contract says; None where it is none after all.
Data = Callable[[], Mapping[str, Any] | None]

# Of PostgreSQL's transactions that are told of something, one commits after the other: so the
# order of the ids is that of the commits, in which everything is delivered.
ORDER = ("webhook", 0)
WANTING = "SELECT id, events, detail FROM webhooks WHERE disabled_at IS NULL ORDER BY id"
INSERT = """
    INSERT INTO webhook_deliveries (webhook_id, event_id, type, occurred_at, data, next_at)
    VALUES (:webhook_id, :event_id, :type, :occurred_at, :data, :occurred_at)
"""


def tell(db: Database, event_type: str, noun_id: int, data: Data) -> None:
    """Note an event of a noun, once for each transaction: the last `data` counts."""
    told = _told(db)
    # Behind what came meanwhile, for it says what holds now.
    told.pop((event_type, noun_id), None)
    told[event_type, noun_id] = data


def is_told(db: Database, event_type: str, noun_id: int) -> bool:
    """Whether this transaction tells of it already."""
    return (event_type, noun_id) in _told(db)


class _Telling:
    """The events of one transaction, written just before it commits."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, int], Data] = {}

    def __call__(self, db: Database) -> None:
        types = {event_type for event_type, _ in self.events}
        if not any(types & wanted for _, wanted in _wanting(db)):
            return
        db.lock(*ORDER)
        # Again: some may have gone while this waited.
        wanting = list(_wanting(db))
        for (event_type, _), data in self.events.items():
            told = [webhook for webhook, wanted in wanting if event_type in wanted]
            if told and (found := data()) is not None:
                write(db, event_type, found, told)


def write(db: Database, event_type: str, data: Mapping[str, Any], webhooks: list[Row]) -> None:
    """A delivery of one event to each of these {id, detail}; ORDER is held."""
    event = {
        "event_id": f"evt_{secrets.token_hex(16)}",
        "type": event_type,
        "occurred_at": clock.now(),
    }
    rows = [
        {
            **event,
            "webhook_id": webhook["id"],
            "data": orjson.dumps(event_types.seen(event_type, data, webhook["detail"])).decode(),
        }
        for webhook in webhooks
    ]
    db.executemany(INSERT, rows)


def body_of(delivery: Mapping[str, Any]) -> bytes:
    """What is sent of a delivery: the same bytes each time."""
    return orjson.dumps(
        {
            "id": delivery["event_id"],
            "type": delivery["type"],
            "occurred_at": delivery["occurred_at"],
            "data": orjson.Fragment(delivery["data"]),
        }
    )


def _told(db: Database) -> dict[tuple[str, int], Data]:
    return db.at_commit("events", _Telling()).events


def _wanting(db: Database) -> Iterator[tuple[Row, set[str]]]:
    # Rows as they come: this is asked at the end of nearly every transaction.
    for webhook_id, types, detail in db.execute(WANTING):
        yield {"id": webhook_id, "detail": detail}, set(types.split())
