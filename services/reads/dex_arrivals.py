"""Arrivals: audits as they come in, by one upload or many files at once.

An audit is kept whatever becomes of it: booked into sales and stock when its
device is known and its checksum does not contradict it; otherwise unassigned or
damaged until a person decides. The same bytes twice are one read.

Files that come together are one transaction, and end as if each had come alone.
Whoever decides about reads holds their bytes, in order, and then their devices,
in order (`Booking`), so that two who bring the same files never wait in a ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import clock
import watch
from auth import Actor
from contract.results import Existing
from db import Database, Row, json_list, one
from domain.dex import DexError
from errors import Conflict, NotFound
from records import company, trail
from services.fleet import visibility
from services.reads import (
    dex_checksums,
    dex_contents,
    dex_placing,
    dex_remarks,
    dex_rows,
    dex_sources,
    dex_strangers,
    dex_tellings,
)
from services.reads.dex_booking import Booking
from services.reads.dex_intakes import Intake
from services.reads.dex_owners import Whose, as_texts, learn_serial, owners_of
from services.reads.dex_placing import Moment
from services.reads.dex_rows import DAMAGED, UNASSIGNED
from services.reads.dex_sources import Tally
from services.reads.dex_strangers import Stated
from services.reads.dex_summaries import summaries_of, summary_of
from services.reads.dex_tellings import HELD, outcome_of
from services.system import touched

NEEDS_A_LOOK = (HELD, DAMAGED, UNASSIGNED)


@dataclass(frozen=True, slots=True)
class DexFile:
    """A file and the audits in it; the name is what the sender says, nothing more."""

    filename: str
    intakes: Sequence[Intake]


def take_in(
    db: Database,
    actor: Actor,
    files: Sequence[DexFile],
    *,
    device_id: int | None = None,
    despite_serial: bool = False,
    source_id: int | None = None,
) -> list[dict[str, Any] | Existing]:
    """What each file is answered with: the newest read of it, `Existing` when all were known.

    Raises Conflict for a read that is not the actor's or not of `device_id`, and for
    one that states another machine, unless it is sent `despite_serial`. An
    actor books only on machines that they may see: their audit of any other
    waits for a manager, and tells them nothing of it. They come from the source
    `source_id`; from that of the actor where none is named.
    """
    if source_id is None:
        source_id = dex_sources.id_of(db, dex_sources.source_of(db, actor))
    intakes = {intake.sha256: intake for file in files for intake in file.intakes}
    suspects = dex_checksums.suspects(db, intakes.values())
    for sha256 in sorted({*intakes, *(each["sha256"] for each in suspects)}):
        lock(db, sha256)
    known = _known(db, intakes)
    devices = owners_of(
        db, actor, [each for each in intakes.values() if each.sha256 not in known], device_id
    )
    if device_id is not None and not despite_serial:
        free = _free(db, known)
        stated = [e for e in intakes.values() if e.sha256 not in known or e.sha256 in free]
        dex_strangers.check(
            db, actor, [Stated(each.serial, each.asset) for each in stated], device_id=device_id
        )
    also = {each["device_id"] for each in suspects if each["device_id"] is not None}
    arrival = _Arrival(db, actor, device_id, known, devices, also, source_id)
    taken = [arrival.take(file) for file in files]
    arrival.booking.finish()
    reads = summaries_of(db, {read_id for read_ids, _ in taken for read_id in read_ids})
    outcomes = [outcome_of(reads[read_id]) for read_id in arrival.received]
    for outcome in outcomes:
        watch.happened("audit", outcome)
    dex_tellings.tell(db, arrival.received)
    # Behind all locks: whoever has its row waits for nothing but the commit.
    waiting = sum(outcome in NEEDS_A_LOOK for outcome in outcomes)
    tally = Tally(received=len(outcomes), known=arrival.seen_again, waiting=waiting)
    dex_sources.note(db, source_id, tally)
    return [
        _answer([reads[read_id] for read_id in read_ids], is_new=is_new)
        for read_ids, is_new in taken
    ]


def lock(db: Database, sha256: str) -> None:
    """Hold the bytes of a read, before its device, to decide about it: they may be new."""
    db.lock("dex_read", sha256)


def read_of(db: Database, dex_read_id: int) -> Row:
    """What decides about a read. Raises NotFound."""
    row = one(
        db,
        """
        SELECT id, device_id, status, read_at, clock, sha256, serial, asset, held_reason,
               accepted_at
        FROM dex_reads WHERE id = :id
        """,
        {"id": dex_read_id},
    )
    if row is None:
        raise NotFound("There is no such audit.")
    return row


def assign(db: Database, actor: Actor, *, reads: Sequence[Row], device_id: int) -> None:
    """Give reads without a device to one; a damaged read still waits for its acceptance."""
    damaged = [read for read in reads if read["status"] == DAMAGED]
    db.execute(
        """
        UPDATE dex_reads SET device_id = :device_id
        WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        """,
        {"device_id": device_id, "ids": json_list(read["id"] for read in damaged)},
    )
    touched.note(db, "dex_read", *[read["id"] for read in damaged])
    sound = [read for read in reads if read["status"] != DAMAGED]
    book(db, actor, reads=sound, device_id=device_id)
    for read in reads:
        learn_serial(db, actor, device_id, read["serial"])
        trail.record(
            db,
            actor,
            action="dex_read.assigned",
            noun="dex_read",
            noun_id=read["id"],
            before={"device_id": None},
            after={"device_id": device_id},
        )


def book(db: Database, actor: Actor, *, reads: Sequence[Row], device_id: int) -> None:
    """Put reads that are kept already among those of their device."""
    booking = Booking(db, actor, [device_id])
    for read in reads:
        _book(db, booking, read, device_id)
    booking.finish()


def place_again(db: Database, booking: Booking, read: Row, intake: Intake) -> None:
    """Read an audit that is in the books as audits are read now; its time stays."""
    moment = Moment(read["stated_at"] or read["read_at"], read["stated_by"])
    place = booking.place(intake, moment, device_id=read["device_id"])
    db.execute("DELETE FROM dex_selections WHERE dex_read_id = :id", {"id": read["id"]})
    dex_rows.put(db, read["id"], place)
    booking.enter(place, read_id=read["id"])


def release_sound(db: Database, actor: Actor, booking: Booking, *, device_id: int) -> None:
    """Book the damaged reads of a device whose checksum is understood now."""
    damaged = db.query(
        """
        SELECT id, read_at, clock FROM dex_reads
        WHERE status = 'damaged' AND device_id = :device_id
        ORDER BY id
        """,
        {"device_id": device_id},
    )
    for read in list(damaged):
        try:
            intake = dex_contents.intake_of(db, dex_read_id=read["id"])
        except DexError:
            continue
        db.execute(
            "UPDATE dex_reads SET crc = :crc, crc_stated = :stated WHERE id = :id",
            {"crc": intake.crc, "stated": intake.crc_stated, "id": read["id"]},
        )
        if intake.crc != dex_checksums.INVALID:
            _book(db, booking, read, device_id)
            _record_release(db, actor, read["id"], intake.crc)


def _record_release(db: Database, actor: Actor, dex_read_id: int, crc: str) -> None:
    trail.record(
        db,
        actor,
        action="dex_read.released",
        noun="dex_read",
        noun_id=dex_read_id,
        before={"crc": dex_checksums.INVALID},
        after={"crc": crc},
    )


def _book(db: Database, booking: Booking, read: Row, device_id: int) -> None:
    place = booking.place(
        dex_contents.intake_of(db, dex_read_id=read["id"]),
        Moment(read["read_at"], read["clock"]),
        device_id=device_id,
    )
    dex_rows.put(db, read["id"], place)
    booking.enter(place, read_id=read["id"])
    dex_tellings.tell(db, [read["id"]])
    touched.note(db, "dex_read", read["id"])


class _Arrival:
    """Files that come together: which of their audits are known, and whose they are."""

    def __init__(
        self,
        db: Database,
        actor: Actor,
        device_id: int | None,
        known: dict[str, int],
        devices: Mapping[str, Whose],
        also: Iterable[int],
        source_id: int,
    ) -> None:
        self._db = db
        self._actor = actor
        self._device_id = device_id
        self._known = known
        self._devices = devices
        self._source_id = source_id
        self._zone, self._currency = company.zone_and_currency(db)
        named = {each.device_id for each in devices.values() if each.device_id is not None}
        self._held = named.union(also)
        self.booking = Booking(db, actor, self._held)
        self.received: list[int] = []
        self.seen_again = 0

    def take(self, file: DexFile) -> tuple[list[int], bool]:
        """The ids of the reads of this file, and whether any is new."""
        read_ids, is_new = [], False
        for intake in file.intakes:
            read_id = self._known.get(intake.sha256)
            if read_id is None:
                is_new = True
                read_id = self._known[intake.sha256] = self._receive(file.filename, intake)
                self.received.append(read_id)
            else:
                self._see_again(read_id)
                self.seen_again += 1
            read_ids.append(read_id)
        return read_ids, is_new

    def _receive(self, filename: str, intake: Intake) -> int:
        db, (device_id, remark) = self._db, self._devices[intake.sha256]
        received_at = clock.now()
        moment = dex_placing.moment_of(intake, received_at=received_at, zone=self._zone)
        beside = dex_checksums.NOTHING
        if intake.crc == dex_checksums.INVALID:
            beside = dex_checksums.beside(db, intake, device_id=device_id)
        if beside.is_unkept:
            intake = replace(intake, crc="absent")
        place = None
        if device_id is not None and intake.crc != "invalid":
            place = self.booking.place(intake, moment, device_id=device_id)
        remarks = [
            *intake.warnings,
            *dex_remarks.of_clock(intake, moment),
            *dex_remarks.of_currency(intake, self._currency),
            *([remark] if remark else []),
        ]
        read_id = dex_rows.insert(
            db,
            self._actor,
            filename,
            intake,
            moment,
            place,
            received_at,
            device_id,
            remarks,
            self._source_id,
        )
        dex_contents.keep(db, dex_read_id=read_id, content=intake.content)
        if intake.crc == dex_checksums.INVALID:
            touched.note(db, "dex_read", read_id)
        trail.record(
            db,
            self._actor,
            action="dex_read.received",
            noun="dex_read",
            noun_id=read_id,
            after={"filename": filename, "sha256": intake.sha256, "device_id": device_id},
        )
        if place is not None:
            self.booking.enter(place, read_id=read_id)
        if self._device_id is not None:
            learn_serial(db, self._actor, self._device_id, intake.serial)
        for read in beside.damaged:
            if read["device_id"] is None or read["device_id"] in self._held:
                self._release(read)
        return read_id

    def _release(self, read: Row) -> None:
        """A read that was taken for damaged is none: book it, or let it wait for its device."""
        db, is_damaged = self._db, read["status"] == DAMAGED
        status = UNASSIGNED if is_damaged else read["status"]
        db.execute(
            "UPDATE dex_reads SET crc = 'absent', status = :status WHERE id = :id",
            {"status": status, "id": read["id"]},
        )
        touched.note(db, "dex_read", read["id"])
        if is_damaged and read["device_id"] is not None:
            _book(db, self.booking, read, read["device_id"])
        _record_release(db, self._actor, read["id"], dex_checksums.NOT_KEPT)

    def _see_again(self, read_id: int) -> None:
        db, device_id = self._db, self._device_id
        read = read_of(db, read_id)
        if read["device_id"] is not None and not visibility.is_visible(
            db, self._actor, device_id=read["device_id"]
        ):
            raise Conflict(
                "This audit was sent before, and belongs to a machine that is not yours."
            )
        if device_id is not None and read["device_id"] not in (None, device_id):
            raise Conflict(
                "This audit belongs to another device already.", current=summary_of(db, read_id)
            )
        db.execute(
            "UPDATE dex_reads SET last_seen_at = :now WHERE id = :id",
            {"now": clock.now(), "id": read_id},
        )
        if device_id is not None and read["device_id"] is None:
            assign(db, self._actor, reads=[read], device_id=device_id)


def _known(db: Database, sha256s: Iterable[str]) -> dict[str, int]:
    """The reads there are of these bytes."""
    return {
        row["sha256"]: row["id"]
        for row in db.query(
            """
            SELECT r.sha256, r.id
            FROM json_each(:wanted) w
            JOIN dex_reads r ON r.sha256 = w.value ->> 'text'
            """,
            {"wanted": as_texts(sha256s)},
        )
    }


def _free(db: Database, known: Mapping[str, int]) -> set[str]:
    """Those of known reads that have no device yet, by their bytes."""
    rows = db.query(
        """
        SELECT sha256 FROM dex_reads
        WHERE device_id IS NULL AND id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        """,
        {"ids": json_list(known.values())},
    )
    return {row["sha256"] for row in rows}


def _answer(reads: Sequence[dict[str, Any]], *, is_new: bool) -> dict[str, Any] | Existing:
    newest = max(reads, key=lambda read: read["read_at"])
    return newest if is_new else Existing(newest)
