"""Fault tickets: what audits tell of a machine's faults, as tickets.

A ticket is opened for each fault, by the code of its DEX event, and joined by every audit that
tells of it again (domain/faults.py). It is derived from the audits of the device, so any order of
arrival ends in the same tickets and reading an audit again adds nothing. Where an audit no longer
tells of it, a ticket that nobody has done anything with is done; one that somebody took up says
that it is over, and is theirs to finish.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

import clock
from auth import Actor
from db import Database, Row, scalar
from domain import faults
from domain.faults import Taken, Told
from records import search, trail
from services.system import retention_service
from services.tickets import ticket_service
from services.tickets.ticket_service import DONE, OPEN

# Of devices: whether audits ever told of a fault here; a look into a small index.
HAS_FAULTS = """
    EXISTS (SELECT 1 FROM tickets t WHERE t.device_id = devices.id AND t.code IS NOT NULL)
"""
NONE = "[]"
# The last second before then whose audits told of no fault at all: nothing goes on across it.
# The place of an audit begins with its second and a slash, which stands before 0.
BEGIN = """
    SELECT r.read_at FROM dex_reads r
    WHERE r.device_id = :device_id AND r.position < :since AND r.faults = '[]'
      AND NOT EXISTS (
          SELECT 1 FROM dex_reads beside
          WHERE beside.device_id = :device_id AND beside.position > r.read_at
            AND beside.position < r.read_at || '0' AND beside.faults <> '[]'
      )
    ORDER BY r.position DESC LIMIT 1
"""
READS = """
    SELECT read_at, faults FROM dex_reads
    WHERE device_id = :device_id AND position > :begin
    ORDER BY position
"""
# What a person took up before then and had not finished goes on across it.
TAKEN_ACROSS = """
    SELECT min(first_seen_at) FROM tickets
    WHERE device_id = :device_id AND code IS NOT NULL AND handled_at IS NOT NULL
      AND first_seen_at < :begin AND (done_at IS NULL OR done_at >= :begin)
"""
KNOWN = """
    SELECT id, code, status, text, seen_count, first_seen_at, last_seen_at, over_at, handled_at,
        done_at
    FROM tickets
    WHERE device_id = :device_id AND code IS NOT NULL AND first_seen_at >= :begin
    ORDER BY code, first_seen_at, id
"""
UPDATE = """
    UPDATE tickets SET status = :status, done_at = :done_at, seen_count = :seen_count,
        first_seen_at = :first_seen_at, last_seen_at = :last_seen_at, over_at = :over_at,
        version = version + 1
    WHERE id = :id
"""
INSERT = """
    INSERT INTO tickets (kind, status, device_id, text, code, seen_count, first_seen_at,
        last_seen_at, over_at, created_at, done_at)
    VALUES ('fault', :status, :device_id, :text, :code, :seen_count, :first_seen_at,
        :last_seen_at, :over_at, :now, :done_at)
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class _Reads:
    """The audits that decide, in order: when each is of, and what it tells of, by code."""

    begin: str
    told: Sequence[tuple[str, dict[str, str]]]

    def of(self, code: str) -> Iterable[tuple[str, bool]]:
        return ((at, code in each) for at, each in self.told)

    def meanings(self) -> dict[str, str]:
        """Each fault that they tell of, in words."""
        return {code: words for _, each in self.told for code, words in each.items()}


def settle(db: Database, actor: Actor, *, device_id: int, since: str) -> None:
    """Bring the fault tickets of a device up to date with its audits from a UTC time on.

    The caller holds the device.
    """
    reads = _reads(db, device_id, begin=_begin(db, device_id, since))
    known: dict[str, list[Row]] = {}
    for row in db.query(KNOWN, {"device_id": device_id, "begin": reads.begin}):
        known.setdefault(row["code"], []).append(row)
    meanings = reads.meanings()
    for code in sorted({*known, *meanings}):
        _settle_one(db, actor, device_id, code, meanings.get(code, code), reads, known.get(code))


def _begin(db: Database, device_id: int, since: str) -> str:
    """The last second before then that no fault goes on across; empty where there is none."""
    while True:
        begin = scalar(db, BEGIN, {"device_id": device_id, "since": since}) or ""
        first_seen_at = scalar(db, TAKEN_ACROSS, {"device_id": device_id, "begin": begin})
        if first_seen_at is None:
            return begin
        since = first_seen_at


def _reads(db: Database, device_id: int, *, begin: str) -> _Reads:
    rows = db.query(READS, {"device_id": device_id, "begin": begin})
    told = [(row["read_at"], _by_code(row["faults"])) for row in rows]
    return _Reads(begin, told)


def _by_code(stored: str) -> dict[str, str]:
    if stored == NONE:
        return {}
    return {each["code"]: each["meaning"] for each in orjson.loads(stored)}


def _settle_one(
    db: Database,
    actor: Actor,
    device_id: int,
    code: str,
    meaning: str,
    reads: _Reads,
    known: list[Row] | None,
) -> None:
    """Bring the tickets of one fault up to date."""
    rows = {row["id"]: row for row in known or []}
    taken = [
        Taken(row["id"], row["first_seen_at"], row["done_at"])
        for row in rows.values()
        if row["handled_at"] is not None
    ]
    free = [row for row in rows.values() if row["handled_at"] is None]
    for told in faults.put_together(reads.of(code), taken):
        if told.taken is not None:
            _update(db, rows[told.taken.ticket_id], told, is_taken=True)
        elif same := _same(free, told):
            free.remove(same)
            _update(db, same, told, is_taken=False)
        elif not _is_past(db, actor, told):
            _open(db, actor, device_id, code, meaning, told)
    for row in free:
        _remove(db, actor, row)


def _is_past(db: Database, actor: Actor, told: Told) -> bool:
    """Whether a ticket of it would go with the next removal, or has gone."""
    if told.over_at is None:
        return False
    kept_days = retention_service.get_retention(db, actor)["ticket_days"]
    return kept_days is not None and told.over_at < clock.later(clock.now(), days=-kept_days)


def _same(free: list[Row], told: Told) -> Row | None:
    """The ticket that stands for this already: one that was seen in an audit of it."""
    return next(
        (row for row in free if told.first_seen_at <= row["first_seen_at"] <= told.last_seen_at),
        None,
    )


def _update(db: Database, row: Row, told: Told, *, is_taken: bool) -> None:
    now: dict[str, Any] = {
        "seen_count": told.seen_count,
        "first_seen_at": told.first_seen_at,
        "last_seen_at": told.last_seen_at,
        "over_at": told.over_at,
        "status": row["status"] if is_taken else _status(told),
        "done_at": row["done_at"] if is_taken else told.over_at,
    }
    if any(row[name] != value for name, value in now.items()):
        db.execute(UPDATE, {**now, "id": row["id"]})


def _open(db: Database, actor: Actor, device_id: int, code: str, meaning: str, told: Told) -> None:
    text = (meaning if meaning == code else f"{meaning} ({code})")[:2000]
    ticket = {
        "device_id": device_id,
        "code": code,
        "text": text,
        "status": _status(told),
        "seen_count": told.seen_count,
        "first_seen_at": told.first_seen_at,
        "last_seen_at": told.last_seen_at,
        "over_at": told.over_at,
        "done_at": told.over_at,
    }
    ticket_id = scalar(db, INSERT, {**ticket, "now": clock.now()})
    ticket_service.keep_searchable(db, texts={ticket_id: text})
    trail.record(db, actor, action="ticket.opened", noun="ticket", noun_id=ticket_id, after=ticket)


def _remove(db: Database, actor: Actor, row: Row) -> None:
    """Away with a ticket that a late audit made one with another; nobody did anything with it."""
    search.keep(db, noun="ticket", texts={row["id"]: ()})
    db.execute("DELETE FROM tickets WHERE id = :id", {"id": row["id"]})
    trail.record(db, actor, action="ticket.joined", noun="ticket", noun_id=row["id"], before=row)


def _status(told: Told) -> str:
    return OPEN if told.over_at is None else DONE
