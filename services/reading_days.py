"""Reading days: on which days devices were read, and how many days their sales of a period span.

A sale is of the day of the audit that closes its interval, so a day without an audit is not
a day without sales, and two periods compare only where their intervals span as much.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import clock
from auth import Actor
from db import Database, Row, json_list, where
from records.company import Zones, zones
from services.sale_groups import Scope

DAY = timedelta(days=1)
# Of each device: the last read before the period, the first and the last one in it.
READS = """
    SELECT v.id, (
        SELECT max(r.position) FROM dex_reads r WHERE r.device_id = v.id AND r.position < :begin
    ) AS before, (
        SELECT min(r.position) FROM dex_reads r
        WHERE r.device_id = v.id AND r.position >= :begin AND r.position < :end
    ) AS first, (
        SELECT max(r.position) FROM dex_reads r
        WHERE r.device_id = v.id AND r.position >= :begin AND r.position < :end
    ) AS last
    FROM devices v
"""
OF_DEVICES = """
    WHERE v.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""


class Read(NamedTuple):
    """How a device was read in a period: the days that its sales span, and since when."""

    is_read: bool
    days: float
    opened_at: str | None


NOT_READ = Read(is_read=False, days=0.0, opened_at=None)


def coverage(db: Database, actor: Actor, scope: Scope) -> dict[str, Any]:
    """{devices, not_read, days, opened_at} of the devices in use that were ever read by then."""
    clause = where(
        {
            "v.archived_at IS NULL": True,
            "v.id = :device_id": scope.device_id is not None,
            "v.route_id = :route_id": scope.route_id is not None,
            "v.location_id = :location_id": scope.location_id is not None,
        }
    )
    rows = db.query(f"{READS} {clause}", {**scope.params, **_bounds(db, scope)})
    found = [_read(row) for row in rows if row["before"] or row["last"]]
    is_one = scope.device_id is not None and len(found) == 1
    return {
        "devices": len(found),
        "not_read": sum(not each.is_read for each in found),
        "days": round(sum(each.days for each in found), 2),
        "opened_at": found[0].opened_at if is_one else None,
    }


def of_devices(db: Database, scope: Scope, ids: list[int]) -> dict[int, Read]:
    """How each of these devices was read in the period."""
    rows = db.query(f"{READS} {OF_DEVICES}", {**_bounds(db, scope), "ids": json_list(ids)})
    return {row["id"]: _read(row) for row in rows}


def days_of(db: Database, scope: Scope) -> dict[str, float]:
    """By local day on which the device was read: how many days the intervals span that it closed.

    0.0 where its first audit of all was read, which closes none.
    """
    bounds = _bounds(db, scope)
    reads = [
        row["position"].partition("/")[0]
        for row in db.query(
            """
            SELECT r.position FROM dex_reads r
            WHERE r.device_id = :device_id AND r.position >= COALESCE((
                SELECT max(b.position) FROM dex_reads b
                WHERE b.device_id = :device_id AND b.position < :begin
            ), :begin) AND r.position < :end
            ORDER BY r.position
            """,
            {**bounds, "device_id": scope.device_id},
        )
    ]
    whose = zones(db)
    found: dict[str, float] = {}
    opened = None
    for read_at in reads:
        if read_at >= bounds["begin"]:
            day = clock.local_date(read_at, whose.at(read_at))
            found[day] = found.get(day, 0.0) + (_days(opened, read_at) if opened else 0.0)
        opened = read_at
    return found


def _bounds(db: Database, scope: Scope) -> dict[str, str]:
    whose = zones(db)
    return {"begin": _begin(scope.from_, whose), "end": _end(scope.to, whose)}


def _begin(day: str, whose: Zones) -> str:
    return clock.day_begin(day, whose.of_day(day))


def _end(day: str, whose: Zones) -> str:
    return clock.day_end(day, whose.of_day(day))


def _read(row: Row) -> Read:
    if row["last"] is None:
        return NOT_READ
    opened = (row["before"] or row["first"]).partition("/")[0]
    closed = row["last"].partition("/")[0]
    return Read(is_read=True, days=_days(opened, closed), opened_at=opened)


def _days(opened: str, closed: str) -> float:
    return (clock.to_datetime(closed) - clock.to_datetime(opened)) / DAY
