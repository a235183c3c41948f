"""Touched: what was changed, for who looks afterwards what follows from it (services/alerts).

    touched.note(db, "device", 12)

Written just before the commit of the transaction that changes, in one order, so that two
that touch the same things never wait in a ring; whoever takes a row out looks at what was
committed before, and what is touched meanwhile waits for them and is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import clock
from db import Database, Row

Noun = Literal["backup", "device", "dex_read", "service_order"]

# There is one of it.
THE_BACKUP = 1
NOTE = """
    INSERT INTO touched (noun, noun_id, touched_at) VALUES (:noun, :noun_id, :now)
    ON CONFLICT (noun, noun_id) DO UPDATE SET touched_at = excluded.touched_at, failed_at = NULL
"""
NEXT = """
    SELECT noun, noun_id, touched_at FROM touched
    WHERE failed_at IS NULL
    ORDER BY noun, noun_id
    LIMIT CAST(:most AS bigint)
"""
TAKE = "DELETE FROM touched WHERE noun = :noun AND noun_id = :noun_id"
# Unless it was touched once more meanwhile.
HOLD = """
    UPDATE touched SET failed_at = :now
    WHERE noun = :noun AND noun_id = :noun_id AND touched_at = :touched_at
"""
FAILED = """
    SELECT noun, noun_id, failed_at FROM touched WHERE failed_at IS NOT NULL ORDER BY noun, noun_id
"""


def note(db: Database, noun: Noun, *noun_ids: int) -> None:
    """Have these looked at once this transaction is committed."""
    db.at_commit("touched", _Noting()).add(noun, noun_ids)


def next_few(db: Database, most: int) -> list[Row]:
    """[{noun, noun_id, touched_at}] of what waits, in its order."""
    return list(db.query(NEXT, {"most": most}))


def take(db: Database, rows: Iterable[Row]) -> list[Row]:
    """Take these out, in their order; those that nobody else took."""
    return [row for row in rows if db.execute(TAKE, row).rowcount]


def hold(db: Database, row: Row) -> None:
    """Look at this no more until it is touched again: whoever looked at it failed."""
    db.execute(HOLD, {**row, "now": clock.now()})


def failed(db: Database) -> list[Row]:
    """[{noun, noun_id, failed_at}] of what is held so."""
    return list(db.query(FAILED))


class _Noting:
    """What one transaction touches."""

    def __init__(self) -> None:
        self._touched: set[tuple[str, int]] = set()

    def add(self, noun: str, noun_ids: Iterable[int]) -> None:
        self._touched.update((noun, noun_id) for noun_id in noun_ids)

    def __call__(self, db: Database) -> None:
        now = clock.now()
        rows = [
            {"noun": noun, "noun_id": noun_id, "now": now}
            for noun, noun_id in sorted(self._touched)
        ]
        if rows:
            db.executemany(NOTE, rows)
