"""When an audit was read, and its place among the reads of its device.

A clock in the future or years off is not trusted: such a read is placed by its
counters, which only rise, else by receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import clock
from db import Database, one
from dex import Audit

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


def moment_of(audit: Audit, *, received_at: str, zone: str) -> Moment:
    """The time an audit states, if its clock can be trusted; else that of its receipt."""
    stated = _utc(audit.clock, zone)
    if stated is None or audit.clock_source is None:
        return Moment(received_at, RECEIPT)
    if stated > clock.later(received_at, hours=TOLERANCE_HOURS):
        return Moment(received_at, RECEIPT)
    if stated < clock.later(received_at, days=-OLDEST_DAYS):
        return Moment(received_at, RECEIPT)
    return Moment(min(stated, received_at), audit.clock_source)


def placed(db: Database, moment: Moment, audit: Audit, *, device_id: int) -> Moment:
    """The moment of a read among those of its device: as stated, else where its counters belong."""
    if moment.is_trusted or audit.total_count_init is None:
        return moment
    # The first read with a higher total comes after this one, unless the counters began anew.
    after = one(
        db,
        """
        SELECT read_at, position FROM dex_reads
        WHERE device_id = :device_id AND position IS NOT NULL AND total_count_init > :total
        ORDER BY position LIMIT 1
        """,
        {"device_id": device_id, "total": audit.total_count_init},
    )
    if after is None:
        return _behind_all(db, moment, device_id)
    before = one(
        db,
        """
        SELECT read_at FROM dex_reads
        WHERE device_id = :device_id AND position < :position
        ORDER BY position DESC LIMIT 1
        """,
        {"device_id": device_id, "position": after["position"]},
    )
    if before is None:
        return Moment(clock.later(after["read_at"], seconds=-1), COUNTERS)
    return Moment(min(clock.later(before["read_at"], seconds=1), after["read_at"]), COUNTERS)


def position_of(moment: Moment, audit: Audit, sha256: str) -> str:
    """The place of a read as text: by time; within one second by counters, then by bytes."""
    return f"{moment.at}/{audit.total_count_init or 0:016d}/{sha256[:16]}"


def _behind_all(db: Database, moment: Moment, device_id: int) -> Moment:
    last = one(
        db,
        """
        SELECT read_at FROM dex_reads
        WHERE device_id = :device_id AND position IS NOT NULL
        ORDER BY position DESC LIMIT 1
        """,
        {"device_id": device_id},
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
