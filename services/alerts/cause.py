"""A cause: one thing that is so now, and what it costs."""

from __future__ import annotations

from typing import NamedTuple


class Cause(NamedTuple):
    """What an alert is opened for; `key` is the same as long as it is the same one.

    `noun` and `noun_id` are what was touched when it changes. `measure` is in the unit of its
    kind. `lost_cents_per_day` None where nobody knows. `next_visit_days` is of what runs out:
    days until a visit that is planned. `driver_id` is the one driver who may be told.
    """

    kind: str
    key: str
    noun: str
    noun_id: int
    detail: str
    measure: float = 0
    lost_cents_per_day: int | None = None
    since: str | None = None
    device_id: int | None = None
    route_id: int | None = None
    driver_id: int | None = None
    location_kind: str | None = None
    next_visit_days: int | None = None
