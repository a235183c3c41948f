"""Reading days: on which days devices were read, and how many days their sales of a period span.

A sale is of the day of the audit that closes its interval, so a day without an audit is not
a day without sales, and two periods compare only where their intervals span as much. Of imported
sales each day from the first to the last one is known, and one without a sale sold nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import clock
from auth import Actor
from db import Database, Row, json_list, one, where
from records.company import Zones, zones
from services.books.sale_groups import Scope

DAY = timedelta(days=1)
# Of each device: the last read before the period, the first and the last one in it, and the first
# and the last day of its imported sales.
READS = """
    SELECT v.id, (
        SELECT max(r.position) FROM dex_reads r WHERE r.device_id = v.id AND r.position < :begin
    ) AS before, (
        SELECT min(r.position) FROM dex_reads r
        WHERE r.device_id = v.id AND r.position >= :begin AND r.position < :end
    ) AS first, (
        SELECT max(r.position) FROM dex_reads r
        WHERE r.device_id = v.id AND r.position >= :begin AND r.position < :end
    ) AS last, (
        SELECT min(p.sold_on) FROM past_sales p WHERE p.device_id = v.id AND p.is_counted = 1
    ) AS past_first, (
        SELECT max(p.sold_on) FROM past_sales p WHERE p.device_id = v.id AND p.is_counted = 1
    ) AS past_last
    FROM devices v
"""
IMPORTED = """
    SELECT min(sold_on) AS past_first, max(sold_on) AS past_last FROM past_sales
    WHERE device_id = :device_id AND is_counted = 1
"""
OF_DEVICES = """
    WHERE v.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""


class Read(NamedTuple):
    """How a device was read in a period, or its sales imported: the days that these span, those of
    reads alone, and since when.
    """

    is_read: bool
    days: float
    read_days: float
    opened_at: str | None


NOT_READ = Read(is_read=False, days=0.0, read_days=0.0, opened_at=None)


def coverage(db: Database, actor: Actor, scope: Scope) -> dict[str, Any]:
    """{devices, not_read, days, opened_at} of the devices in use of which sales were known by then,
    by reads or by an import.
    """
    clause = where(
        {
            "v.archived_at IS NULL": True,
            "v.id = :device_id": scope.device_id is not None,
            "v.route_id = :route_id": scope.route_id is not None,
            "v.location_id = :location_id": scope.location_id is not None,
        }
    )
    rows = db.query(f"{READS} {clause}", {**scope.params, **_bounds(db, scope)})
    whose = zones(db)
    found = [_read(row, scope, whose) for row in rows if _is_known(row, scope)]
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
    whose = zones(db)
    return {row["id"]: _read(row, scope, whose) for row in rows}


def days_of(db: Database, scope: Scope) -> dict[str, float]:
    """By local day on which the device was read: how many days the intervals span that it closed.

    0.0 where its first audit of all was read, which closes none; 1.0 on each day of which its
    sales were imported.
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
    found = dict.fromkeys(_days_imported(db, scope), 1.0)
    opened = None
    for read_at in reads:
        if read_at >= bounds["begin"]:
            day = clock.local_date(read_at, whose.at(read_at))
            found[day] = found.get(day, 0.0) + (_days(opened, read_at) if opened else 0.0)
        opened = read_at
    return found


def _days_imported(db: Database, scope: Scope) -> list[str]:
    row = one(db, IMPORTED, {"device_id": scope.device_id})
    first, last = _overlap(row, scope) if row else (1, 0)
    return [date.fromordinal(day).isoformat() for day in range(first, last + 1)]


def _overlap(row: Row, scope: Scope) -> tuple[int, int]:
    """The first and the last day of imported sales in the period; (1, 0) for none."""
    if row["past_first"] is None:
        return 1, 0
    first, last = max(row["past_first"], scope.from_), min(row["past_last"], scope.to)
    if first > last:
        return 1, 0
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


def _is_known(row: Row, scope: Scope) -> bool:
    is_imported = row["past_first"] is not None and row["past_first"] <= scope.to
    return bool(row["before"] or row["last"] or is_imported)


def _bounds(db: Database, scope: Scope) -> dict[str, str]:
    whose = zones(db)
    return {"begin": _begin(scope.from_, whose), "end": _end(scope.to, whose)}


def _begin(day: str, whose: Zones) -> str:
    return clock.day_begin(day, whose.of_day(day))


def _end(day: str, whose: Zones) -> str:
    return clock.day_end(day, whose.of_day(day))


def _read(row: Row, scope: Scope, whose: Zones) -> Read:
    first, last = _overlap(row, scope)
    imported = last - first + 1
    if imported == 0 and row["last"] is None:
        return NOT_READ
    opened, days = None, 0.0
    if row["last"] is not None:
        opened = (row["before"] or row["first"]).partition("/")[0]
        days = _days(opened, row["last"].partition("/")[0])
    if imported:
        opened = _begin(date.fromordinal(first).isoformat(), whose)
    return Read(is_read=True, days=days + imported, read_days=days, opened_at=opened)


def _days(opened: str, closed: str) -> float:
    return (clock.to_datetime(closed) - clock.to_datetime(opened)) / DAY
