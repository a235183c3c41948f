"""Model machines: twenty devices with three months of life, made through the services.

Everything goes the way it goes in the field: a planogram, audits, orders and
visits. bench/fleet.py multiplies what this makes.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import auth
import clock
from contract.results import Upload, plain
from contract.types import SlotChange
from db import Database, Engine
from services.catalogue import product_service
from services.fleet import (
    cabinet_type_service,
    device_service,
    device_type_service,
    location_service,
    planogram_service,
    route_service,
)
from services.orders import service_order_service, visit_service
from services.reads import dex_read_service
from services.tickets import ticket_entry_service, ticket_service
from tests.kit.machine import Machine

DEVICES = 20
DAYS = 88
PRODUCTS = 120
PRICE_CENTS = 150
READS_BETWEEN_VISITS = 9
LARGE_EVERY = 4
LARGE, SMALL = (5, 8), (2, 8)
MEAN_SLOTS = (40 + 3 * 16) / 4

_ACTOR = auth.console("bench")


class Models:
    """Twenty devices on one route; `sales` is how many rows of them each is to have, about."""

    def __init__(self, engine: Engine, *, reads: int, sales: int) -> None:
        self._engine = engine
        self._reads = reads
        self._share = min(1.0, sales / reads / MEAN_SLOTS)
        self._random = random.Random(20)
        self._begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=DAYS)
        self._machines: list[Machine] = []
        self._cabinets: list[int] = []

    def make(self) -> None:
        """Let them live: reads of every machine in turn, and a visit of all now and then."""
        self._install()
        every = timedelta(days=DAYS) / (self._reads + 1)
        for number in range(1, self._reads + 1):
            at = self._begin + number * every
            self._read_all(at, spread=every / (DEVICES + 1))
            if number % READS_BETWEEN_VISITS == 0:
                self._visit_all(at + every * 0.98)

    def _install(self) -> None:
        with self._engine.writing() as db:
            device_type = device_type_service.create_device_type(
                db, _ACTOR, name="Combi", max_cabinets=1
            )
            types = {
                size: cabinet_type_service.create_cabinet_type(
                    db, _ACTOR, name=f"{size[0]} x {size[1]}", rows=size[0], columns=size[1]
                )["id"]
                for size in (LARGE, SMALL)
            }
            for number in range(PRODUCTS):
                product_service.create_product(
                    db,
                    _ACTOR,
                    name=f"Product {number:03}",
                    category=f"Category {number % 12}",
                    price_cents=PRICE_CENTS,
                )
            route_service.create_route(db, _ACTOR, name="Route 1")
            for number in range(DEVICES):
                location = location_service.create_location(
                    db, _ACTOR, name=f"Place {number}", address=f"{number} High Street"
                )
                size = SMALL if number % LARGE_EVERY else LARGE
                device = device_service.create_device(
                    db,
                    _ACTOR,
                    asset=f"M{number:02}",
                    name=f"Machine {number}",
                    serial=f"S{number:02}",
                    device_type_id=device_type["id"],
                    location_id=location["id"],
                    route_id=1,
                    cabinets=[{"cabinet_type_id": types[size]}],
                )
                self._stock(db, device["cabinets"][0]["id"], number)
                self._write_tickets(db, device["id"])

    def _write_tickets(self, db: Database, device_id: int) -> None:
        """One that is late, one of a machine that is down, one that is done, and a note."""
        begin = clock.to_text(self._begin)
        late = ticket_service.create_ticket(
            db, _ACTOR, kind="task", text="Change the lock", device_id=device_id, due_on=begin[:10]
        )
        ticket_entry_service.create_ticket_entry(
            db, _ACTOR, ticket_id=late["id"], text="The key is ordered"
        )
        ticket_service.create_ticket(
            db, _ACTOR, kind="fault", text="No power", device_id=device_id, down_since=begin
        )
        done = ticket_service.create_ticket(
            db, _ACTOR, kind="damage", text="Scratched", device_id=device_id
        )
        ticket_service.update_ticket(
            db,
            _ACTOR,
            ticket_id=done["id"],
            version=done["version"],
            changes={"status": ticket_service.DONE},
        )
        ticket_service.create_ticket(
            db, _ACTOR, kind=ticket_service.NOTE, text="Ring twice", device_id=device_id
        )

    def _stock(self, db: Database, cabinet_id: int, number: int) -> None:
        planogram = planogram_service.get_planogram(db, _ACTOR, cabinet_id=cabinet_id)
        slots: list[SlotChange] = [
            {
                "id": slot["id"],
                "product_id": (number * 7 + slot["id"]) % PRODUCTS + 1,
                "capacity": 20,
                "par_level": 16,
                "price_cents": PRICE_CENTS,
                "quantity": 16,
            }
            for slot in planogram["slots"]
        ]
        planogram_service.update_planogram(
            db,
            _ACTOR,
            cabinet_id=cabinet_id,
            version=planogram["version"],
            slots=slots,
            as_of=clock.to_text(self._begin),
        )
        selections = dict.fromkeys((slot["selection"] for slot in planogram["slots"]), PRICE_CENTS)
        self._machines.append(Machine(serial=f"S{number:02}", selections=selections, seed=number))
        self._cabinets.append(cabinet_id)

    def _read_all(self, at: datetime, *, spread: timedelta) -> None:
        for number, machine in enumerate(self._machines):
            names = list(machine.selections)
            for selection in self._random.sample(names, round(self._share * len(names))):
                machine.sell(selection, self._random.randint(1, 3))
            read_at = (at + number * spread).replace(tzinfo=None, microsecond=0)
            audit = Upload(f"{machine.serial}.dex", machine.audit(read_at))
            with self._engine.writing() as db:
                dex_read_service.create_dex_read(db, _ACTOR, file=audit)

    def _visit_all(self, at: datetime) -> None:
        with self._engine.writing() as db:
            order = plain(
                service_order_service.create_service_order(
                    db, _ACTOR, route_id=1, cabinet_ids=self._cabinets
                )
            )
        for cabinet in order["cabinets"]:
            with self._engine.writing() as db:
                visit_service.create_visit(
                    db,
                    _ACTOR,
                    service_order_id=order["id"],
                    cabinet_id=cabinet["cabinet_id"],
                    fills=[
                        {"slot_id": item["slot_id"], "added": item["quantity"]}
                        for item in cabinet["items"]
                    ],
                    finished_at=clock.to_text(at),
                )
