"""When an audit was read, and its place among the reads of its device.

A clock in the future or years off is not trusted: such a read is placed by its
counters, which only rise, else by receipt. So is one whose clock its counters
contradict. The order itself is found in ordering.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import clock
from db import Database, Row, one
from domain.dex.ordering import COUNTERS, RECEIPT, Placed, Stamp, ordered
from services.reads.dex_intakes import Intake

# A missed change to summer time and some drift; then the receipt is nearer to the truth.
TOLERANCE_HOURS = 2
OLDEST_DAYS = 5 * 365


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


def settle(db: Database, *, device_id: int, read_ids: Sequence[int]) -> list[str]:
    """Put the reads of a device in order after these came to it: the times from which on it
    changed.

    Mostly each of them lies where its clock says, between lower and higher counters.
    """
    if all(_is_in_order(db, device_id, read_id) for read_id in read_ids):
        return []
    stored = {row["id"]: row for row in _stamps(db, device_id)}
    order = ordered(
        [
            Stamp(row["id"], row["stated_at"], row["received_at"], row["total"], row["sha256"])
            for row in stored.values()
        ],
        lambda first, second: _fits(db, first, second),
    )
    changed = []
    for each in order:
        row = stored[each.stamp.id]
        now = _now(each, row)
        if any(row[name] != value for name, value in now.items()):
            changed.append({**now, "id": row["id"]})
    _move(db, changed)
    moved = [each for each in changed if each["position"] != stored[each["id"]]["position"]]
    return [min(each["read_at"], stored[each["id"]]["read_at"]) for each in moved]


def _is_in_order(db: Database, device_id: int, read_id: int) -> bool:
    """Whether a read lies between lower and higher counters, as all of its device do."""
    found = one(
        db,
        """
        SELECT r.stated_at, r.total_count_init AS total, (
            SELECT b.total_count_init FROM dex_reads b
            WHERE b.device_id = :device_id AND b.position < r.position
            ORDER BY b.position DESC LIMIT 1
        ) AS before, (
            SELECT a.total_count_init FROM dex_reads a
            WHERE a.device_id = :device_id AND a.position > r.position
            ORDER BY a.position LIMIT 1
        ) AS after, EXISTS (
            SELECT 1 FROM dex_reads o WHERE o.device_id = :device_id AND o.disorderly = 1
        ) AS disorderly
        FROM dex_reads r WHERE r.id = :read_id
        """,
        {"device_id": device_id, "read_id": read_id},
    )
    if found is None or found["stated_at"] is None or found["disorderly"]:
        return False
    total = found["total"] or 0
    after = found["after"]
    return (found["before"] or 0) <= total and (after is None or total <= after)


def _stamps(db: Database, device_id: int) -> list[Row]:
    return list(
        db.query(
            """
            SELECT id, stated_at, received_at, total_count_init AS total, sha256, position,
                   read_at, clock, disorderly
            FROM dex_reads WHERE device_id = :device_id AND position IS NOT NULL
            """,
            {"device_id": device_id},
        )
    )


def _now(each: Placed, row: Row) -> dict[str, Any]:
    """What is kept of a read at its place."""
    stated_at = each.stamp.stated_at
    clock_of = row["clock"]
    if stated_at is None:
        clock_of = RECEIPT if each.at == row["received_at"] else COUNTERS
    elif each.moved:
        clock_of = COUNTERS
    elif clock_of == COUNTERS:
        clock_of = "id5"
    return {
        "position": position_of(Moment(each.at, clock_of), each.stamp.total, row["sha256"]),
        "read_at": each.at,
        "clock": clock_of,
        "disorderly": int(stated_at is None or each.moved or each.fell),
    }


def _fits(db: Database, first: int, second: int) -> bool:
    """Whether no selection that both reads report counted more at the first than at the second."""
    found = db.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM dex_selections a
            JOIN dex_selections b ON b.dex_read_id = :second AND b.selection = a.selection
            WHERE a.dex_read_id = :first AND a.count_init > b.count_init
        )
        """,
        {"first": first, "second": second},
    ).fetchone()
    return not found[0]


def _move(db: Database, changed: Sequence[Row]) -> None:
    if not changed:
        return
    db.executemany(
        """
        UPDATE dex_reads SET position = :position, read_at = :read_at, clock = :clock,
            disorderly = :disorderly
        WHERE id = :id
        """,
        changed,
    )
    db.executemany(
        """
        UPDATE dex_selections SET position = :position, read_at = :read_at
        WHERE dex_read_id = :id
        """,
        changed,
    )


def position_of(moment: Moment, total: int | None, sha256: str) -> str:
    """The place of a read as text: by time; within one second by counters, then by bytes."""
    return f"{moment.at}/{total or 0:016d}/{sha256[:16]}"


def _utc(local: datetime | None, zone: str) -> str | None:
    if local is None:
        return None
    try:
        return clock.to_text(local.replace(tzinfo=ZoneInfo(zone)))
    except (OverflowError, ValueError):
        # The first or last day of the calendar has no UTC time in every zone.
        return None
