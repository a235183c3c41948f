"""Booking: reads take their places among those of their devices, and the books follow.

However many reads of a device one transaction brings, its books are derived
once, from the earliest of them on: they are the same as if each had come alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auth import Actor
from db import Database, Row, json_list
from dex import CountersPair
from services import audit_service, books, dex_intakes, dex_placing, settings_service
from services.dex_intakes import Intake
from services.dex_placing import Moment


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
        held = sorted(set(device_ids))
        for device_id in held:
            db.lock("device", device_id)
        self._pairs = _pairs(db, held)
        self._decimals = settings_service.currency_decimals(db)

    def place(self, intake: Intake, moment: Moment, *, device_id: int, read_id: int = 0) -> Place:
        """Where this read belongs; `read_id` is its own, when it is kept already."""
        intake = self._as_device_counts(intake, device_id)
        total = intake.total_count_init
        moment = dex_placing.placed(self._db, moment, total, device_id=device_id, read_id=read_id)
        position = dex_placing.position_of(moment, total, intake.sha256)
        return Place(device_id, position, moment, intake)

    def enter(self, place: Place, *, read_id: int) -> None:
        """Write the odometers of a read at its place; reads that it shows to be astray move."""
        self._db.executemany(
            """
            INSERT INTO dex_selections (dex_read_id, device_id, selection, position, read_at,
                price_cents, count_init, value_init_cents)
            VALUES (:dex_read_id, :device_id, :selection, :position, :read_at,
                :price_cents, :count_init, :value_init_cents)
            """,
            [
                {
                    "dex_read_id": read_id,
                    "device_id": place.device_id,
                    "selection": odometer.selection,
                    "position": place.position,
                    "read_at": place.moment.at,
                    "price_cents": odometer.price_cents,
                    "count_init": odometer.count_init,
                    "value_init_cents": odometer.value_init_cents,
                }
                for odometer in place.intake.odometers
            ],
        )
        self._derive_from(place.device_id, place.moment.at)
        for astray in dex_placing.misplaced(
            self._db,
            device_id=place.device_id,
            position=place.position,
            total=place.intake.total_count_init,
        ):
            self._place_again(place.device_id, astray)

    def finish(self) -> None:
        """Bring the books of every device up to date."""
        for device_id, since in sorted(self._since.items()):
            books.rebuild(self._db, device_id=device_id, since=since)

    def _derive_from(self, device_id: int, at: str) -> None:
        self._since[device_id] = min(self._since.get(device_id, at), at)

    def _as_device_counts(self, intake: Intake, device_id: int) -> Intake:
        """The audit read by the pair of counters that this device was found to use."""
        pair = self._pairs[device_id]
        if pair is not None:
            return dex_intakes.by_pair(intake, pair, self._decimals)
        if intake.counters_pair == "second" and intake.counters_proved:
            self._pairs[device_id] = "second"
            self._db.execute(
                "UPDATE devices SET counters_pair = :pair WHERE id = :id",
                {"pair": "second", "id": device_id},
            )
            audit_service.record(
                self._db,
                self._actor,
                action="device.counters_pair_learned",
                noun="device",
                noun_id=device_id,
                before={"counters_pair": None},
                after={"counters_pair": "second"},
            )
        return intake

    def _place_again(self, device_id: int, read: Row) -> None:
        """Put a read without a trusted clock where it belongs now."""
        moment = dex_placing.placed(
            self._db,
            Moment(read["received_at"], dex_placing.RECEIPT),
            read["total"],
            device_id=device_id,
            read_id=read["id"],
        )
        place = {
            "id": read["id"],
            "position": dex_placing.position_of(moment, read["total"], read["sha256"]),
            "read_at": moment.at,
            "clock": moment.clock,
        }
        self._db.execute(
            """
            UPDATE dex_reads SET position = :position, read_at = :read_at, clock = :clock
            WHERE id = :id
            """,
            place,
        )
        self._db.execute(
            """
            UPDATE dex_selections SET position = :position, read_at = :read_at
            WHERE dex_read_id = :id
            """,
            place,
        )
        self._derive_from(device_id, min(moment.at, read["read_at"]))


def _pairs(db: Database, device_ids: list[int]) -> dict[int, CountersPair | None]:
    return {
        row["id"]: row["counters_pair"]
        for row in db.query(
            """
            SELECT id, counters_pair FROM devices
            WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
            """,
            {"ids": json_list(device_ids)},
        )
    }
