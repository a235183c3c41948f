"""Events: what happened, written for whoever wants to be told in the transaction of its cause.

    outbox.tell(db, "product.changed", [product["id"]], _told)

What is told is put together at the end of the transaction, and only where some webhook wants
that type: without webhooks an event is an entry in a dict and one look at an empty table. Of a
transaction that changes thousands, many are read and written together, and only so many are
held in memory at once.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import orjson

import clock
from db import Database, Row, insert_values
from services.webhooks import event_types

# Gives the data of events by the ids of their nouns, as its shape in the contract says; without
# those that are none after all.
Read = Callable[[Database, Sequence[int]], Mapping[int, Mapping[str, Any]]]

# Of PostgreSQL's transactions that are told of something, one commits after the other: so the
# order of the ids is that of the commits, in which everything is delivered.
ORDER = ("webhook", 0)
WANTING = "SELECT id, events, detail FROM webhooks WHERE disabled_at IS NULL ORDER BY id"
COLUMNS = ("webhook_id", "event_id", "type", "occurred_at", "data", "next_at")
# As many events are read and written together.
AT_ONCE = 500


class Event(NamedTuple):
    """What happened, and the webhooks {id, detail} that are told."""

    type: str
    data: Mapping[str, Any]
    webhooks: Sequence[Row]


def tell(db: Database, event_type: str, noun_ids: Iterable[int], read: Read) -> None:
    """Note an event of each noun, once for each transaction: it is told as it is at the end."""
    told = _told(db)
    for noun_id in noun_ids:
        # Behind what came meanwhile, for it says what holds now.
        told.pop((event_type, noun_id), None)
        told[event_type, noun_id] = read


def is_told(db: Database, event_type: str, noun_id: int) -> bool:
    """Whether this transaction tells of it already."""
    return (event_type, noun_id) in _told(db)


class _Telling:
    """The events of one transaction, written just before it commits."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, int], Read] = {}

    def __call__(self, db: Database) -> None:
        types = {event_type for event_type, _ in self.events}
        if not any(types & wanted for _, wanted in _wanting(db)):
            return
        db.lock(*ORDER)
        # Again: some may have gone while this waited.
        told: dict[str, list[Row]] = defaultdict(list)
        for webhook, wanted in _wanting(db):
            for event_type in types & wanted:
                told[event_type].append(webhook)
        events = iter([each for each in self.events.items() if each[0][0] in told])
        while some := list(islice(events, AT_ONCE)):
            write(db, _read(db, some, told))


def write(db: Database, events: Iterable[Event]) -> None:
    """The deliveries of events, in this order; ORDER is held."""
    insert_values(db, "webhook_deliveries", COLUMNS, list(_deliveries(events)))


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


def _read(
    db: Database,
    told: Sequence[tuple[tuple[str, int], Read]],
    webhooks: Mapping[str, Sequence[Row]],
) -> Iterator[Event]:
    """These events in their order; those that are read alike are read together."""
    alike: dict[tuple[str, Read], list[int]] = defaultdict(list)
    for (event_type, noun_id), read in told:
        alike[event_type, read].append(noun_id)
    found = {(event_type, read): read(db, ids) for (event_type, read), ids in alike.items()}
    for (event_type, noun_id), read in told:
        data = found[event_type, read].get(noun_id)
        if data is not None:
            yield Event(event_type, data, webhooks[event_type])


def _deliveries(events: Iterable[Event]) -> Iterator[tuple[Any, ...]]:
    for event in events:
        event_id, now = f"evt_{secrets.token_hex(16)}", clock.now()
        for webhook in event.webhooks:
            data = event_types.seen(event.type, event.data, webhook["detail"])
            yield webhook["id"], event_id, event.type, now, orjson.dumps(data).decode(), now


def _told(db: Database) -> dict[tuple[str, int], Read]:
    return db.at_commit("events", _Telling()).events


def _wanting(db: Database) -> Iterator[tuple[Row, set[str]]]:
    # Rows as they come: this is asked at the end of nearly every transaction.
    for webhook_id, types, detail in db.execute(WANTING):
        yield {"id": webhook_id, "detail": detail}, set(types.split())
