"""When an audit was read, and its place among the reads of its device.

A clock in the future or years off is not trusted: such a read is placed by its
counters, which only rise, else by receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import clock
from db import Database, Row, one
from services.dex_intakes import Intake

# A missed change to summer time and some drift; then the receipt is nearer to the truth.
TOLERANCE_HOURS = 2
OLDEST_DAYS = 5 * 365
COUNTERS = "counters"
RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Moment:
    """UTC time of a read and what it was taken from: id5, ea3, counters or receipt."""

    at: str
    clock: str

    @property
    def is_trusted(self) -> bool:
        return self.clock not in (COUNTERS, RECEIPT)


def moment_of(intake: Intake, *, received_at: str, zone: str) -> Moment:
    """The time an audit states, if its clock can be trusted; else that of its receipt."""
    stated = _utc(intake.clock, zone)
    if stated is None or intake.clock_source is None:
        return Moment(received_at, RECEIPT)
    if stated > clock.later(received_at, hours=TOLERANCE_HOURS):
        return Moment(received_at, RECEIPT)
    if stated < clock.later(received_at, days=-OLDEST_DAYS):
        return Moment(received_at, RECEIPT)
    return Moment(min(stated, received_at), intake.clock_source)


def placed(
    db: Database, moment: Moment, total: int | None, *, device_id: int, read_id: int
) -> Moment:
    """The moment of a read among the others of its device: as stated, else where `total`,
    the machine's odometer, belongs.
    """
    if moment.is_trusted or total is None:
        return moment
    # The first read with a higher total comes after this one, unless the counters began anew.
    after = one(
        db,
        """
        SELECT read_at, position FROM dex_reads
        WHERE device_id = :device_id AND position IS NOT NULL AND total_count_init > :total
          AND id <> :read_id
        ORDER BY position LIMIT 1
        """,
        {"device_id": device_id, "total": total, "read_id": read_id},
    )
    if after is None:
        return _behind_all(db, moment, device_id, read_id)
    before = one(
        db,
        """
        SELECT read_at FROM dex_reads
        WHERE device_id = :device_id AND position < :position AND id <> :read_id
        ORDER BY position DESC LIMIT 1
        """,
        {"device_id": device_id, "position": after["position"], "read_id": read_id},
    )
    if before is None:
        return Moment(clock.later(after["read_at"], seconds=-1), COUNTERS)
    return Moment(min(clock.later(before["read_at"], seconds=1), after["read_at"]), COUNTERS)


def misplaced(db: Database, *, device_id: int, position: str, total: int | None) -> list[Row]:
    """The reads without a trusted clock that a new read at `position` shows to be out of place.

    Those placed behind it with a lower odometer and those before it with no lower one,
    back to the trusted read before; lowest odometer first.
    """
    if total is None:
        return []
    return list(
        db.query(
            """
            SELECT id, read_at, received_at, sha256, total_count_init AS total
            FROM dex_reads
            WHERE device_id = :device_id AND clock IN ('counters', 'receipt')
              AND position > COALESCE((
                SELECT b.position FROM dex_reads b
                WHERE b.device_id = :device_id AND b.position < :position
                  AND b.clock NOT IN ('counters', 'receipt')
                ORDER BY b.position DESC LIMIT 1
              ), '')
              AND (
                (position > :position AND total_count_init < :total)
                OR (position < :position AND total_count_init >= :total)
              )
            ORDER BY total_count_init, position
            """,
            {"device_id": device_id, "position": position, "total": total},
        )
    )


def position_of(moment: Moment, total: int | None, sha256: str) -> str:
    """The place of a read as text: by time; within one second by counters, then by bytes."""
    return f"{moment.at}/{total or 0:016d}/{sha256[:16]}"


def _behind_all(db: Database, moment: Moment, device_id: int, read_id: int) -> Moment:
    last = one(
        db,
        """
        SELECT read_at FROM dex_reads
        WHERE device_id = :device_id AND position IS NOT NULL AND id <> :read_id
        ORDER BY position DESC LIMIT 1
        """,
        {"device_id": device_id, "read_id": read_id},
    )
    if last is None or last["read_at"] < moment.at:
        return moment
    return Moment(clock.later(last["read_at"], seconds=1), COUNTERS)


def _utc(local: datetime | None, zone: str) -> str | None:
    if local is None:
        return None
    try:
        return clock.to_text(local.replace(tzinfo=ZoneInfo(zone)))
    except (OverflowError, ValueError):
        # The first or last day of the calendar has no UTC time in every zone.
        return None
