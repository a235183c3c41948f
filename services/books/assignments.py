"""Assignments: on which route and at which location a device was, from which moment on.

What a device sold belongs to where it was at the closing read. What is assigned from a
second on holds behind that second: a sale that was booked within it is never another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import clock
from db import Database, json_list


class Place(NamedTuple):
    """Where a device is; None: on no route, at no location."""

    route_id: int | None
    location_id: int | None


class History:
    """The places of one device, the newest first."""

    def __init__(self, periods: list[tuple[str, Place]]) -> None:
        self._periods = periods

    def at(self, moment: str) -> Place:
        """Where the device was at a UTC time."""
        return next((place for from_at, place in self._periods if from_at < moment), NOWHERE)


NOWHERE = Place(None, None)
SINCE_EVER = ""


def history_of(db: Database, *, device_id: int) -> History:
    """Where the device was."""
    rows = db.query(
        """
        SELECT from_at, route_id, location_id FROM device_assignments
        WHERE device_id = :device_id
        ORDER BY from_at DESC
        """,
        {"device_id": device_id},
    )
    return History([(row["from_at"], Place(row["route_id"], row["location_id"])) for row in rows])


def begin(db: Database, *, device_id: int) -> None:
    """Note where a new device is: since ever, because its first audits may be older."""
    _note(db, [device_id], SINCE_EVER)


def keep(db: Database, *, device_ids: Sequence[int]) -> None:
    """Note where each device is from now on, if that is somewhere else than before."""
    _note(db, device_ids, clock.now())


def _note(db: Database, device_ids: Sequence[int], from_at: str) -> None:
    db.execute(
        """
        INSERT INTO device_assignments (device_id, from_at, route_id, location_id)
        SELECT d.id, :from_at, d.route_id, d.location_id
        FROM devices d
        WHERE d.id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
          AND NOT EXISTS (
            SELECT 1 FROM device_assignments a
            WHERE a.device_id = d.id
              AND a.from_at = (
                  SELECT max(b.from_at) FROM device_assignments b WHERE b.device_id = d.id
              )
              AND COALESCE(a.route_id, 0) = COALESCE(d.route_id, 0)
              AND COALESCE(a.location_id, 0) = COALESCE(d.location_id, 0)
        )
        ON CONFLICT (device_id, from_at) DO UPDATE SET
            route_id = excluded.route_id, location_id = excluded.location_id
        """,
        {"device_ids": json_list(device_ids), "from_at": from_at},
    )
