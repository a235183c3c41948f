"""Checksums that machines do not keep: one and the same under audits of different moments.

Some makers write a constant. It proves nothing, so such an audit is as one without a
checksum, not a damaged one. A damaged copy of an audit states that audit's checksum
too: only audits of different moments tell, and none of a machine that does keep it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from db import Database, Row, scalar
from domain import dex
from domain.dex import Audit
from services.reads import dex_contents
from services.reads.dex_intakes import Intake

INVALID = "invalid"
ABSENT = "absent"
# How a read without a checksum that states one is shown.
NOT_KEPT = "not_kept"
SHOWN = f"""
    CASE WHEN r.crc = '{ABSENT}' AND r.crc_stated IS NOT NULL THEN '{NOT_KEPT}' ELSE r.crc END
"""
MEANING = (
    "The machine writes the same checksum under different audits, so it does not keep it: "
    "damage on the way cannot be ruled out."
)
MOST_DAMAGED, MOST_PROOFS, LATEST = 20, 5, 20
_ANOTHER_MOMENT = timedelta(minutes=1)
# Without clocks, so many audits of different counters are needed besides this one.
_WITHOUT_CLOCK = 2


@dataclass(frozen=True, slots=True)
class Beside:
    """Whether the checksum of an audit is not kept, and the damaged reads that are so too."""

    is_unkept: bool
    damaged: list[Row]


NOTHING = Beside(False, [])


def suspects(db: Database, intakes: Iterable[Intake]) -> list[Row]:
    """The damaged reads that state the checksum of a damaged audit: {sha256, device_id}."""
    found: list[Row] = []
    for stated in {each.crc_stated for each in intakes if each.crc == INVALID}:
        found += db.query(
            """
            SELECT sha256, device_id FROM dex_reads
            WHERE crc <> 'valid' AND crc_stated IS NOT NULL AND crc_stated = :stated
              AND crc = 'invalid'
            ORDER BY id DESC
            LIMIT CAST(:most AS bigint)
            """,
            {"stated": stated, "most": MOST_DAMAGED},
        )
    return found


def beside(db: Database, intake: Intake, *, device_id: int | None) -> Beside:
    """What other reads tell of a damaged audit's checksum."""
    if device_id is not None and _keeps(db, device_id):
        return NOTHING
    (own, *_) = dex.parse(zlib.decompress(intake.content))
    damaged, proofs = [], 0.0
    for row in _stated_alike(db, intake, INVALID, MOST_DAMAGED):
        proved = _proved(db, own, row, device_id)
        if proved:
            damaged.append(row)
            proofs += proved
    if proofs < 1:
        for row in _stated_alike(db, intake, ABSENT, MOST_PROOFS):
            proofs += _proved(db, own, row, device_id)
    return Beside(True, damaged) if proofs >= 1 else NOTHING


def _keeps(db: Database, device_id: int) -> bool:
    """Whether one of the machine's latest audits states a checksum that is right."""
    found = scalar(
        db,
        """
        SELECT EXISTS (
            SELECT 1 FROM (
                SELECT crc FROM dex_reads
                WHERE device_id = :device_id AND position IS NOT NULL
                ORDER BY position DESC
                LIMIT CAST(:latest AS bigint)
            ) AS latest
            WHERE crc = 'valid'
        )
        """,
        {"device_id": device_id, "latest": LATEST},
    )
    return bool(found)


def _stated_alike(db: Database, intake: Intake, crc: str, most: int) -> list[Row]:
    return list(
        db.query(
            """
            SELECT id, device_id, status, read_at, clock, sha256 FROM dex_reads
            WHERE crc <> 'valid' AND crc_stated IS NOT NULL AND crc_stated = :stated
              AND crc = :crc AND sha256 <> :sha256
            ORDER BY id DESC
            LIMIT CAST(:most AS bigint)
            """,
            {"stated": intake.crc_stated, "crc": crc, "sha256": intake.sha256, "most": most},
        )
    )


def _proved(db: Database, own: Audit, row: Row, device_id: int | None) -> float:
    """How much an audit of the same checksum proves: 1 is enough."""
    try:
        other = dex_contents.parsed(db, dex_read_id=row["id"])
    except dex_contents.Gone:
        return 0.0
    same_machine = (device_id is not None and row["device_id"] == device_id) or (
        own.serial is not None and own.serial == other.serial
    )
    if not same_machine:
        if row["device_id"] is not None and _keeps(db, row["device_id"]):
            return 0.0
        is_kin = _same(own.model, other.model) or _same(
            own.communication_id, other.communication_id
        )
        return 1.0 if is_kin and own.serial and other.serial else 0.0
    if own.clock is not None and other.clock is not None:
        return float(abs(own.clock - other.clock) >= _ANOTHER_MOMENT)
    return (own.total_count_init != other.total_count_init) / _WITHOUT_CLOCK


def _same(a: str | None, b: str | None) -> bool:
    return a is not None and a == b
