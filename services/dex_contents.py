"""The bytes of audits: kept compressed in the database, parsed when somebody looks."""

from __future__ import annotations

import zlib

import dex
from db import Database, scalar
from dex import Audit, CountersPair
from records import company
from services import dex_intakes
from services.dex_intakes import Intake


def keep(db: Database, *, dex_read_id: int, content: bytes) -> None:
    """Keep the compressed bytes of an audit (`Intake.content`)."""
    db.execute(
        "INSERT INTO dex_contents (dex_read_id, content) VALUES (:id, :content)",
        {"id": dex_read_id, "content": content},
    )


def content_of(db: Database, *, dex_read_id: int) -> bytes:
    """The bytes of one audit as they arrived."""
    kept = scalar(
        db, "SELECT content FROM dex_contents WHERE dex_read_id = :id", {"id": dex_read_id}
    )
    return zlib.decompress(kept)


def parsed(db: Database, *, dex_read_id: int, counters_pair: CountersPair | None = None) -> Audit:
    """The audit of a read; what was taken in once parses again."""
    decimals = company.currency_decimals(db)
    return dex.parse(content_of(db, dex_read_id=dex_read_id), counters_pair, decimals)[0]


def intake_of(db: Database, *, dex_read_id: int) -> Intake:
    """A read as it was taken in."""
    decimals = company.currency_decimals(db)
    return dex_intakes.intakes_of(content_of(db, dex_read_id=dex_read_id), decimals)[0]
