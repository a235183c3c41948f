"""Order drivers: who an order is for, and whether they may drive it."""

from __future__ import annotations

from auth import DRIVER
from db import Database, Row, one
from errors import Invalid


def driver_of(db: Database, route: Row, driver_id: int | None) -> int | None:
    """The driver asked for; else the route's, unless they no longer drive."""
    if driver_id is not None:
        check_driver(db, driver_id)
        return driver_id
    routes_driver: int | None = route["driver_id"]
    return routes_driver if is_driver(db, routes_driver) else None


def check_driver(db: Database, driver_id: int) -> None:
    if not is_driver(db, driver_id):
        raise Invalid.at("/driver_id", f"User {driver_id} is no driver, or is disabled.")


def is_driver(db: Database, user_id: int | None) -> bool:
    """Is this a driver who may sign in?"""
    found = one(
        db,
        "SELECT id FROM users WHERE id = :id AND role = :role AND disabled_at IS NULL",
        {"id": user_id, "role": DRIVER},
    )
    return found is not None
