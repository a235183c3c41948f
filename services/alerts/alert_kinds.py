"""The kinds of alerts: what the threshold of a rule counts, and what a rule may be limited to."""

from __future__ import annotations

from typing import Literal, NamedTuple

Unit = Literal["money", "hours", "days", "units", "none"]

SOLD_OUT = "sold_out"
RUNS_OUT = "runs_out"
SILENT = "silent"
FAULT = "fault"
CLIMATE_OR_DOOR = "climate_or_door"
PRICE_DIFFERS = "price_differs"
NOT_BOOKED = "not_booked"
LATE_ORDER = "late_order"
DAMAGED_READ = "damaged_read"
BACKUP_OLD = "backup_old"

ALL, ROUTE, LOCATION_KIND, DEVICE = "all", "route", "location_kind", "device"
OF_A_DEVICE = frozenset({ALL, ROUTE, LOCATION_KIND, DEVICE})


class Kind(NamedTuple):
    """`unit` is that of the threshold: money is in minor units a day; `scopes` may limit it."""

    unit: Unit
    scopes: frozenset[str]
    least: int = 0
    most: int = 0


MOST_CENTS = 100_000_000
KINDS = {
    SOLD_OUT: Kind("money", OF_A_DEVICE, 0, MOST_CENTS),
    RUNS_OUT: Kind("days", OF_A_DEVICE, 1, 60),
    SILENT: Kind("hours", OF_A_DEVICE, 1, 24 * 365),
    FAULT: Kind("none", OF_A_DEVICE),
    CLIMATE_OR_DOOR: Kind("none", OF_A_DEVICE),
    PRICE_DIFFERS: Kind("money", OF_A_DEVICE, 0, MOST_CENTS),
    NOT_BOOKED: Kind("units", OF_A_DEVICE, 1, 1_000_000),
    LATE_ORDER: Kind("days", frozenset({ALL, ROUTE}), 1, 365),
    DAMAGED_READ: Kind("none", frozenset({ALL})),
    BACKUP_OLD: Kind("hours", frozenset({ALL}), 1, 24 * 365),
}
# Codes of EVA-DTS that begin so speak of what is kept cold, or of a door: what is warm spoils.
_CLIMATE_OR_DOOR = ("EO", "EC1C", "EJJ", "OBT", "ECI", "EGC", "EGS", "OBB")


def of_fault(code: str) -> str:
    """The kind of alert that an event of a machine is."""
    return CLIMATE_OR_DOOR if code.startswith(_CLIMATE_OR_DOOR) else FAULT
