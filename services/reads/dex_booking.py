"""Booking: reads take their places among those of their devices, and the books follow.

However many reads of a device one transaction brings, its books are derived
once, from the earliest of them on: they are the same as if each had come alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auth import Actor
from db import Database, Row, insert_values, json_list
from domain.dex import CountersPair
from records import company, trail
from services.books import rebuild
from services.reads import dex_intakes, dex_placing
from services.reads.dex_intakes import Intake
from services.reads.dex_placing import Moment
from services.tickets import fault_tickets

# The columns of an odometer: its read and place, and what it shows (`Odometer`).
SELECTION = (
    "dex_read_id",
    "device_id",
    "position",
    "read_at",
    "selection",
    "price_cents",
    "count_init",
    "value_init_cents",
    "count_rst",
    "value_rst_cents",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a read stands among those of its device, and the audit as its device counts."""

    device_id: int
    position: str
    moment: Moment
    intake: Intake


class Booking:
    """The reads that one transaction books; `finish` derives the books of their devices."""

    def __init__(self, db: Database, actor: Actor, device_ids: Iterable[int]) -> None:
        """Hold the devices, in one order: two bookings that share some never wait in a ring."""
        self._db = db
        self._actor = actor
        self._since: dict[int, str] = {}
        self._entered: dict[int, list[int]] = {}
        held = sorted(set(device_ids))
        for device_id in held:
            db.lock("device", device_id)
        self._pairs: dict[int, CountersPair | None] = {}
        # Those of which an audit tells, or told, of a fault.
        self._faulty: set[int] = set()
        for row in _devices(db, held):
            self._pairs[row["id"]] = row["counters_pair"]
            if row["has_faults"]:
                self._faulty.add(row["id"])

    def place(self, intake: Intake, moment: Moment, *, device_id: int) -> Place:
        """Where this read belongs by its clock, else by its receipt."""
        intake = self._as_device_counts(intake, device_id)
        position = dex_placing.position_of(moment, intake.total_count_init, intake.sha256)
        return Place(device_id, position, moment, intake)

    def enter(self, place: Place, *, read_id: int) -> None:
        """Write the odometers of a read at its place."""
        at = (read_id, place.device_id, place.position, place.moment.at)
        odometers = [(*at, *odometer) for odometer in place.intake.odometers]
        insert_values(self._db, "dex_selections", SELECTION, odometers)
        if place.intake.faults != fault_tickets.NONE:
            self._faulty.add(place.device_id)
        self._derive_from(place.device_id, place.moment.at)
        self._entered.setdefault(place.device_id, []).append(read_id)

    def finish(self) -> None:
        """Put the reads of every device in order, and bring its books up to date."""
        for device_id, read_ids in sorted(self._entered.items()):
            changed = dex_placing.settle(self._db, device_id=device_id, read_ids=read_ids)
            since = min([self._since[device_id], *changed])
            rebuild.rebuild(self._db, device_id=device_id, since=since)
            if device_id in self._faulty:
                fault_tickets.settle(self._db, self._actor, device_id=device_id, since=since)

    def _derive_from(self, device_id: int, at: str) -> None:
        self._since[device_id] = min(self._since.get(device_id, at), at)

    def _as_device_counts(self, intake: Intake, device_id: int) -> Intake:
        """The audit read by the pair of counters that this device was found to use."""
        pair = self._pairs[device_id]
        if pair is not None:
            decimals = company.currency_decimals(self._db)
            return dex_intakes.by_pair(intake, pair, decimals)
        if intake.counters_pair == "second" and intake.counters_proved:
            self._pairs[device_id] = "second"
            self._db.execute(
                "UPDATE devices SET counters_pair = :pair WHERE id = :id",
                {"pair": "second", "id": device_id},
            )
            trail.record(
                self._db,
                self._actor,
                action="device.counters_pair_learned",
                noun="device",
                noun_id=device_id,
                before={"counters_pair": None},
                after={"counters_pair": "second"},
            )
        return intake


def _devices(db: Database, device_ids: list[int]) -> list[Row]:
    rows = db.query(
        f"""
        SELECT id, counters_pair, {fault_tickets.HAS_FAULTS} AS has_faults FROM devices
        WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        """,
        {"ids": json_list(device_ids)},
    )
    return list(rows)
