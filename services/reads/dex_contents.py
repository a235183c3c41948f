"""The bytes of audits: kept compressed in the database, parsed when somebody looks.

Those of audits that are in the books go after a time, if the settings say so (dex_retention.py).
"""

from __future__ import annotations

import zlib

from db import Database, scalar
from domain import dex
from domain.dex import Audit, CountersPair
from errors import NotFound
from records import company
from services.reads import dex_intakes
from services.reads.dex_intakes import Intake

GONE = (
    "The file of this audit was removed when its time was over, as the settings say. What it "
    "booked stays."
)


class Gone(NotFound):
    """The bytes of an audit were removed when their time was over."""


def keep(db: Database, *, dex_read_id: int, content: bytes) -> None:
    """Keep the compressed bytes of an audit (`Intake.content`)."""
    db.execute(
        "INSERT INTO dex_contents (dex_read_id, content) VALUES (:id, :content)",
        {"id": dex_read_id, "content": content},
    )


def content_of(db: Database, *, dex_read_id: int) -> bytes:
    """The bytes of one audit as they arrived. Raises Gone."""
    kept = scalar(
        db, "SELECT content FROM dex_contents WHERE dex_read_id = :id", {"id": dex_read_id}
    )
    if kept is None:
        raise Gone(GONE)
    return zlib.decompress(kept)


def parsed(db: Database, *, dex_read_id: int, counters_pair: CountersPair | None = None) -> Audit:
    """The audit of a read; what was taken in once parses again. Raises Gone."""
    decimals = company.currency_decimals(db)
    return dex.parse(content_of(db, dex_read_id=dex_read_id), counters_pair, decimals)[0]


def intake_of(db: Database, *, dex_read_id: int) -> Intake:
    """A read as it was taken in. Raises Gone."""
    decimals = company.currency_decimals(db)
    return dex_intakes.intakes_of(content_of(db, dex_read_id=dex_read_id), decimals)[0]
