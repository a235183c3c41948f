"""Rereading: stored audits are read again when the rules by which they are read got better.

A device at a time, each in its own transaction, so that it can be interrupted and goes on
where it was. Books that stay equal are not told of; what changed is kept, and in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import clock
from auth import Actor
from db import Database, Engine, Row, one, scalar
from domain.dex import DexError
from domain.dex.ordering import RECEIPT
from records import trail
from records.paging import Sort, page
from services.books import rebuild
from services.reads import dex_arrivals, dex_contents, dex_retention
from services.reads.dex_booking import Booking

BATCH = 100
NEWEST_FIRST = Sort("b.changed_at", "b.device_id", descending=True)
LEAVE = "UPDATE devices SET books_rules = :rules WHERE id = :id"
CHANGE = """
    b.device_id, d.asset, d.name, b.units_before, b.units_after, b.amount_before_cents,
    b.amount_after_cents, b.held_before, b.held_after, b.changed_at
    FROM book_changes b
    JOIN devices d ON d.id = b.device_id
"""


def list_book_changes(
    db: Database, actor: Actor, *, limit: int = 50, cursor: str | None = None
) -> Row:
    """The devices whose books changed, the newest first."""
    found = page(
        db, CHANGE, conditions={}, params={}, sort=NEWEST_FIRST, limit=limit, cursor=cursor
    )
    return {**found, "left": left(db)}


def left(db: Database) -> int:
    """How many devices are still to be read again."""
    return int(scalar(db, "SELECT count(*) FROM devices WHERE books_rules = 0", {}))


def next_devices(db: Database, *, after: int, limit: int) -> list[int]:
    """The next devices that are still to be read again."""
    rows = db.query(
        """
        SELECT id FROM devices WHERE books_rules = 0 AND id > :after
        ORDER BY id LIMIT CAST(:limit AS bigint)
        """,
        {"after": after, "limit": limit},
    )
    return [row["id"] for row in rows]


def reread_all(
    engine: Engine, actor: Actor, *, on_device: Callable[[int], object]
) -> Iterator[Row]:
    """Read the audits of every device again that needs it: each whose books changed."""
    after = 0
    while True:
        with engine.reading() as db:
            devices = next_devices(db, after=after, limit=BATCH)
        for device_id in devices:
            with engine.writing() as db:
                change = reread(db, actor, device_id=device_id)
            on_device(1)
            if change is not None:
                yield change
        if len(devices) < BATCH:
            return
        after = devices[-1]


def reread(db: Database, actor: Actor, *, device_id: int) -> Row | None:
    """Read the audits of one device again; what that changed in its books, if anything.

    A device stays as it is where the bytes of some are gone: half of its audits by the rules of
    one time and half by those of another would be sales that nobody made.
    """
    db.lock("device", device_id)
    if dex_retention.is_past(db, device_id):
        db.execute(LEAVE, {"rules": rebuild.RULES, "id": device_id})
        return None
    before = _books(db, device_id)
    # Which pair of counters it uses may have been learned wrongly: it is learned again.
    db.execute(
        "UPDATE devices SET counters_pair = NULL, books_rules = :rules WHERE id = :id",
        {"rules": rebuild.RULES, "id": device_id},
    )
    booking = Booking(db, actor, [device_id])
    for read in _reads(db, device_id):
        try:
            intake = dex_contents.intake_of(db, dex_read_id=read["id"])
        except DexError:
            # As it was read when it came.
            continue
        dex_arrivals.place_again(db, booking, read, intake)
    dex_arrivals.release_sound(db, actor, booking, device_id=device_id)
    booking.finish()
    after = _books(db, device_id)
    if before == after:
        return None
    return _kept(db, actor, device_id, before, after)


def _kept(db: Database, actor: Actor, device_id: int, before: Row, after: Row) -> Row:
    kept = {
        "device_id": device_id,
        "rules": rebuild.RULES,
        "changed_at": clock.now(),
        "units_before": before["units"],
        "units_after": after["units"],
        "amount_before_cents": before["amount_cents"],
        "amount_after_cents": after["amount_cents"],
        "held_before": before["held"],
        "held_after": after["held"],
    }
    db.execute(
        """
        INSERT INTO book_changes (device_id, rules, units_before, units_after,
            amount_before_cents, amount_after_cents, held_before, held_after, changed_at)
        VALUES (:device_id, :rules, :units_before, :units_after,
            :amount_before_cents, :amount_after_cents, :held_before, :held_after, :changed_at)
        ON CONFLICT (rules, device_id) DO UPDATE SET
            units_after = excluded.units_after,
            amount_after_cents = excluded.amount_after_cents,
            held_after = excluded.held_after, changed_at = excluded.changed_at
        """,
        kept,
    )
    trail.record(
        db,
        actor,
        action="device.books_derived_again",
        noun="device",
        noun_id=device_id,
        before=before,
        after=after,
    )
    return one(db, f"SELECT {CHANGE} WHERE b.device_id = :device_id", kept) or kept


def _books(db: Database, device_id: int) -> Row:
    """Units and money of all sales of a device, and its reads that wait for a person."""
    row = one(
        db,
        """
        SELECT CAST(COALESCE(sum(units), 0) AS bigint) AS units,
               CAST(COALESCE(sum(amount_cents), 0) AS bigint) AS amount_cents, (
            SELECT count(*) FROM dex_reads
            WHERE device_id = :id AND held_reason IS NOT NULL AND accepted_at IS NULL
        ) AS held
        FROM sales WHERE device_id = :id
        """,
        {"id": device_id},
    )
    return row or {}


def _reads(db: Database, device_id: int) -> list[Row]:
    """The reads of a device that are in its books, in order, and what told their times."""
    rows = db.query(
        """
        SELECT id, device_id, read_at, stated_at, clock FROM dex_reads
        WHERE device_id = :id AND position IS NOT NULL
        ORDER BY position
        """,
        {"id": device_id},
    )
    return [
        {**row, "stated_by": _stated_by(row["clock"], is_stated=row["stated_at"] is not None)}
        for row in rows
    ]


def _stated_by(clock_of: str, *, is_stated: bool) -> str:
    if not is_stated:
        return RECEIPT
    return clock_of if clock_of in ("id5", "ea3") else "id5"
