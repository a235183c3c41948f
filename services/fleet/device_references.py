"""Device references: the type, location and route that a device names, held and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db import Database, scalar
from errors import Invalid

LOCATION_IN_USE = "SELECT 1 FROM locations WHERE id = :id AND archived_at IS NULL"
ROUTE_IN_USE = "SELECT 1 FROM routes WHERE id = :id AND archived_at IS NULL"


def hold(db: Database, device_type_id: int, wanted: Mapping[str, Any]) -> None:
    """Hold what the device refers to, in the order of locks: a location before its devices."""
    # Devices are found by the name of their location.
    if wanted.get("location_id") is not None:
        db.lock("location", wanted["location_id"])
    # So that nobody makes the type smaller, or archives the route, meanwhile.
    db.lock("device_type", device_type_id)
    if wanted.get("route_id") is not None:
        db.lock("route", wanted["route_id"])


def check(db: Database, wanted: Mapping[str, Any], names: Any) -> int:
    """How many cabinets the device may have. Invalid for what is not there, or archived."""
    errors = []
    room = room_of(db, wanted["device_type_id"])
    if room is None:
        errors.append({"pointer": "/device_type_id", "message": "is not a device type"})
    if "location_id" in names and not _is_in_use(db, LOCATION_IN_USE, wanted["location_id"]):
        errors.append({"pointer": "/location_id", "message": "is not a location in use"})
    if "route_id" in names and not _is_in_use(db, ROUTE_IN_USE, wanted["route_id"]):
        errors.append({"pointer": "/route_id", "message": "is not a route in use"})
    if room is None or errors:
        raise Invalid(errors)
    return room


def _is_in_use(db: Database, query: str, noun_id: int | None) -> bool:
    return noun_id is None or scalar(db, query, {"id": noun_id}) is not None


def room_of(db: Database, device_type_id: int) -> int | None:
    room: int | None = scalar(
        db, "SELECT max_cabinets FROM device_types WHERE id = :id", {"id": device_type_id}
    )
    return room
