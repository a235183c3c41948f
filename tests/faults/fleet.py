"""A small fleet for the harnesses: machines whose truth is known, and people signed in."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import auth
import clock
from app import create_app
from db import open_engine
from services.system import settings_service
from settings import Settings
from tests.kit.factories import make_device_type, make_product, make_route
from tests.kit.machine import Machine
from tests.kit.people import sign_up
from tests.kit.stops import Stop, make_stop

SLOTS = ("A1", "A2")
CAPACITY = 10
BEGIN_DAYS_AGO = 80


@dataclass(frozen=True)
class Place:
    """One machine: where it stands in CVD, and the machine itself."""

    stop: Stop
    machine: Machine


@dataclass(frozen=True)
class Fleet:
    """Machines on one route, its manager's session, and when its story begins."""

    route_id: int
    token: str
    begins_at: str
    places: list[Place]


def make_fleet(database_url: str, size: int) -> Fleet:
    """`size` machines of two slots, counted at the beginning, in a migrated database."""
    settings = Settings(database_url=database_url, time_zone="UTC")
    begins_at = clock.later(clock.now(), days=-BEGIN_DAYS_AGO)
    with closing(open_engine(database_url)) as engine:
        with engine.writing() as db:
            settings_service.ensure(db, settings)
        app = create_app(settings)
        sign_up(app, engine, "anna", "admin")
        manager = sign_up(app, engine, "max", "manager")
        assert manager.id is not None
        with engine.writing() as db:
            token = auth.open_session(db, manager.id)
        route_id = make_route(manager)["id"]
        alike = {
            "capacity": CAPACITY,
            "product_id": make_product(manager)["id"],
            "as_of": begins_at,
            "device_type_id": make_device_type(manager)["id"],
        }
        places = [
            Place(
                make_stop(
                    manager, route_id, quantities=[5] * len(SLOTS), asset=f"F{number}", **alike
                ),
                Machine(serial=f"SN{number}", selections=dict.fromkeys(SLOTS, 150), seed=number),
            )
            for number in range(size)
        ]
        app.extensions["cvd"]["engine"].close()
    return Fleet(route_id, token, begins_at, places)
