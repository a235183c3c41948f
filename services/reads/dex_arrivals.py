"""Arrivals: audits as they come in, by one upload or many files at once.

An audit is kept whatever becomes of it: booked into sales and stock when its
device is known and its checksum does not contradict it; otherwise unassigned or
damaged until a person decides. The same bytes twice are one read.

Files that come together are one transaction, and end as if each had come alone.
Whoever decides about reads holds their bytes, in order, and then their devices,
in order (`Booking`), so that two who bring the same files never wait in a ring.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import clock
import watch
from auth import Actor
from contract.results import Existing
from db import Database, Row, json_list, one
from domain.currencies import CURRENCIES, decimals_of
from domain.dex import DexError
from errors import Conflict, NotFound
from records import company, trail
from services.fleet import device_service
from services.reads import dex_checksums, dex_contents, dex_placing, dex_strangers
from services.reads.dex_booking import Booking, Place
from services.reads.dex_intakes import Intake
from services.reads.dex_placing import Moment
from services.reads.dex_strangers import Stated
from services.reads.dex_summaries import summaries_of, summary_of

UNASSIGNED = "unassigned"
DAMAGED = "damaged"
BOOKED = "booked"

BY_SERIAL = """
    SELECT w.value ->> 'text' AS asked, d.id, d.serial
    FROM json_each(:wanted) w
    JOIN devices d ON d.serial = w.value ->> 'text'
    WHERE d.archived_at IS NULL
"""
BY_ASSET = """
    SELECT w.value ->> 'text' AS asked, d.id, d.serial
    FROM json_each(:wanted) w
    JOIN devices d ON lower(d.asset) = lower(w.value ->> 'text')
    WHERE d.archived_at IS NULL
"""

PLACE = """
    UPDATE dex_reads SET device_id = :device_id, status = :status, position = :position,
        read_at = :read_at, clock = :clock, stated_at = :stated_at, disorderly = :disorderly,
        total_count_init = :total_count_init, total_value_init_cents = :total_value_init_cents,
        paid_count_init = :paid_count_init, paid_value_init_cents = :paid_value_init_cents,
        paid_count_rst = :paid_count_rst, paid_value_rst_cents = :paid_value_rst_cents,
        payments_value_init_cents = :payments_value_init_cents, crc_stated = :crc_stated
    WHERE id = :id
"""


@dataclass(frozen=True, slots=True)
class DexFile:
    """A file and the audits in it; the name is what the sender says, nothing more."""

    filename: str
    intakes: Sequence[Intake]


class Whose(NamedTuple):
    """The device that an audit is for, if it says so, and what is odd about it."""

    device_id: int | None
    remark: str | None = None


def take_in(
    db: Database,
    actor: Actor,
    files: Sequence[DexFile],
    *,
    device_id: int | None = None,
    despite_serial: bool = False,
) -> list[dict[str, Any] | Existing]:
    """What each file is answered with: the newest read of it, `Existing` when all were known.

    Raises Conflict for a read that is not the actor's or not of `device_id`, and for
    one that states another machine, unless it is sent `despite_serial`. An
    actor books only on machines that they may see: their audit of any other
    waits for a manager, and tells them nothing of it.
    """
    intakes = {intake.sha256: intake for file in files for intake in file.intakes}
    suspects = dex_checksums.suspects(db, intakes.values())
    for sha256 in sorted({*intakes, *(each["sha256"] for each in suspects)}):
        lock(db, sha256)
    known = _known(db, intakes)
    devices = _devices_of(
        db, actor, [each for each in intakes.values() if each.sha256 not in known], device_id
    )
    if device_id is not None and not despite_serial:
        free = _free(db, known)
        stated = [e for e in intakes.values() if e.sha256 not in known or e.sha256 in free]
        dex_strangers.check(
            db, actor, [Stated(each.serial, each.asset) for each in stated], device_id=device_id
        )
    also = {each["device_id"] for each in suspects if each["device_id"] is not None}
    arrival = _Arrival(db, actor, device_id, known, devices, also)
    taken = [arrival.take(file) for file in files]
    arrival.booking.finish()
    reads = summaries_of(db, {read_id for read_ids, _ in taken for read_id in read_ids})
    for read_id in arrival.received:
        watch.happened("audit", _outcome(reads[read_id]))
    return [
        _answer([reads[read_id] for read_id in read_ids], is_new=is_new)
        for read_ids, is_new in taken
    ]


def _outcome(read: Mapping[str, Any]) -> str:
    """What became of a read: booked, held, unassigned or damaged."""
    if read["held_reason"] is not None and read["accepted_at"] is None:
        return "held"
    status: str = read["status"]
    return status


def lock(db: Database, sha256: str) -> None:
    """Whoever decides about a read holds its bytes, before the device: they may be new."""
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
    sound = [read for read in reads if read["status"] != DAMAGED]
    book(db, actor, reads=sound, device_id=device_id)
    for read in reads:
        _learn_serial(db, actor, device_id, read["serial"])
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
    db.execute(PLACE, {**_placed(place), "status": BOOKED, "id": read["id"]})
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
    db.execute(PLACE, {**_placed(place), "status": BOOKED, "id": read["id"]})
    booking.enter(place, read_id=read["id"])


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
    ) -> None:
        self._db = db
        self._actor = actor
        self._device_id = device_id
        self._known = known
        self._devices = devices
        self._zone, self._currency = company.zone_and_currency(db)
        named = {each.device_id for each in devices.values() if each.device_id is not None}
        self._held = named.union(also)
        self.booking = Booking(db, actor, self._held)
        self.received: list[int] = []

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
            *_clock_warnings(intake, moment),
            *_currency_warnings(intake, self._currency),
            *([remark] if remark else []),
        ]
        read_id = self._insert(filename, intake, moment, place, received_at, device_id, remarks)
        dex_contents.keep(db, dex_read_id=read_id, content=intake.content)
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
            _learn_serial(db, self._actor, self._device_id, intake.serial)
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
        if is_damaged and read["device_id"] is not None:
            _book(db, self.booking, read, read["device_id"])
        _record_release(db, self._actor, read["id"], dex_checksums.NOT_KEPT)

    def _insert(
        self,
        filename: str,
        intake: Intake,
        moment: Moment,
        place: Place | None,
        received_at: str,
        device_id: int | None,
        remarks: Sequence[str],
    ) -> int:
        """A read in its place; without one it is damaged or unassigned."""
        damaged = intake.crc == "invalid"
        row = {
            "device_id": device_id if damaged else None,
            "status": DAMAGED if damaged else UNASSIGNED,
            "position": None,
            **_stated(moment),
            **_totals(intake),
            "received_at": received_at,
            "received_by": self._actor.user_id,
            "filename": filename,
            "sha256": intake.sha256,
            "crc": intake.crc,
            "serial": intake.serial,
            "asset": intake.asset,
            "cash_box_init_cents": intake.cash_box_init_cents,
            "warnings": json.dumps(remarks),
            "faults": intake.faults,
        }
        if place is not None:
            row |= {**_placed(place), "status": BOOKED}
        inserted = self._db.execute(
            """
            INSERT INTO dex_reads (device_id, status, position, read_at, clock, received_at,
                received_by, last_seen_at, filename, sha256, crc, serial, asset,
                total_count_init, total_value_init_cents, cash_box_init_cents, warnings, faults,
                stated_at, disorderly, paid_count_init, paid_value_init_cents, paid_count_rst,
                paid_value_rst_cents, payments_value_init_cents, crc_stated)
            VALUES (:device_id, :status, :position, :read_at, :clock, :received_at,
                :received_by, :received_at, :filename, :sha256, :crc, :serial, :asset,
                :total_count_init, :total_value_init_cents, :cash_box_init_cents, :warnings,
                :faults, :stated_at, :disorderly, :paid_count_init, :paid_value_init_cents,
                :paid_count_rst, :paid_value_rst_cents, :payments_value_init_cents, :crc_stated)
            RETURNING id
            """,
            row,
        ).fetchone()
        read_id: int = inserted[0]
        return read_id

    def _see_again(self, read_id: int) -> None:
        db, device_id = self._db, self._device_id
        read = read_of(db, read_id)
        if read["device_id"] is not None and not _may_see(db, self._actor, read["device_id"]):
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
            {"wanted": _texts(sha256s)},
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


def _devices_of(
    db: Database, actor: Actor, intakes: Sequence[Intake], device_id: int | None
) -> dict[str, Whose]:
    """By bytes: the device that is stated, else the one in use, of those the actor may see,
    with the audit's serial, or with its asset number and no other serial.
    """
    if device_id is not None:
        return {intake.sha256: Whose(device_id) for intake in intakes}
    serials = _named(db, BY_SERIAL, {each.serial for each in intakes if each.serial})
    nameless = [each for each in intakes if len(serials.get(each.serial or "", ())) != 1]
    assets = _named(db, BY_ASSET, {each.asset for each in nameless if each.asset})
    found = {
        intake.sha256: _whose(
            intake, serials.get(intake.serial or "", []), assets.get(intake.asset or "", [])
        )
        for intake in intakes
    }
    if actor.is_driver:
        named = {each.device_id for each in found.values() if each.device_id}
        hidden = {each for each in named if not _may_see(db, actor, each)}
        found = {
            sha256: Whose(None if each.device_id in hidden else each.device_id)
            for sha256, each in found.items()
        }
    return found


def _whose(intake: Intake, by_serial: Sequence[Row], by_asset: Sequence[Row]) -> Whose:
    if len(by_serial) == 1:
        return Whose(by_serial[0]["id"])
    if len(by_asset) != 1:
        return Whose(None)
    if dex_strangers.contradict(intake.serial, by_asset[0]["serial"]):
        return Whose(
            None,
            f"It states the asset number {intake.asset}, but the machine of that number has "
            f"another serial than {intake.serial}: say which machine this is.",
        )
    return Whose(by_asset[0]["id"])


def _named(db: Database, sql: str, texts: Iterable[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    wanted = _texts(texts)
    if wanted != "[]":
        for row in db.query(sql, {"wanted": wanted}):
            found.setdefault(row["asked"], []).append(row)
    return found


def _texts(texts: Iterable[str]) -> str:
    return json_list({"text": text} for text in texts)


def _may_see(db: Database, actor: Actor, device_id: int) -> bool:
    try:
        device_service.check_visible(db, actor, device_id=device_id)
    except NotFound:
        return False
    return True


def _placed(place: Place) -> dict[str, Any]:
    return {
        "device_id": place.device_id,
        "position": place.position,
        **_stated(place.moment),
        **_totals(place.intake),
    }


def _stated(moment: Moment) -> dict[str, Any]:
    return {
        "read_at": moment.at,
        "clock": moment.clock,
        "stated_at": moment.at if moment.is_trusted else None,
        "disorderly": int(not moment.is_trusted),
    }


def _totals(intake: Intake) -> dict[str, Any]:
    """What the audit says of the machine as a whole."""
    return {
        "total_count_init": intake.total_count_init,
        "total_value_init_cents": intake.total_value_init_cents,
        "paid_count_init": intake.paid.count_init,
        "paid_value_init_cents": intake.paid.value_init_cents,
        "paid_count_rst": intake.paid.count_rst,
        "paid_value_rst_cents": intake.paid.value_rst_cents,
        "payments_value_init_cents": intake.payments_value_init_cents,
        "crc_stated": intake.crc_stated,
    }


def _answer(reads: Sequence[dict[str, Any]], *, is_new: bool) -> dict[str, Any] | Existing:
    newest = max(reads, key=lambda read: read["read_at"])
    return newest if is_new else Existing(newest)


def _learn_serial(db: Database, actor: Actor, device_id: int, serial: str | None) -> None:
    """A device told by hand is found by its serial the next time."""
    if serial is None or len(serial) > 40:
        return
    taken = one(db, "SELECT id FROM devices WHERE serial = :serial", {"serial": serial})
    if taken is not None:
        return
    db.lock("device", device_id)
    learned = db.execute(
        "UPDATE devices SET serial = :serial WHERE id = :id AND serial IS NULL RETURNING id",
        {"serial": serial, "id": device_id},
    ).fetchone()
    if learned is not None:
        device_service.keep_searchable(db, device_id=device_id)
        trail.record(
            db,
            actor,
            action="device.serial_learned",
            noun="device",
            noun_id=device_id,
            before={"serial": None},
            after={"serial": serial},
        )


def _currency_warnings(intake: Intake, currency: str | None) -> Iterable[str]:
    """Another currency; where it has other decimals, the audit says so by itself."""
    stated = intake.currency
    if stated not in CURRENCIES or currency is None or stated == currency:
        return
    if decimals_of(stated) == decimals_of(currency):
        yield f"The audit counts in {stated}, but the books are kept in {currency}."


def _clock_warnings(intake: Intake, moment: Moment) -> Iterable[str]:
    if moment.is_trusted:
        return
    if intake.clock is None:
        yield "The audit does not say when it was read: its counters or its receipt place it."
    else:
        yield (
            f"The machine's clock says {intake.clock:%Y-%m-%d %H:%M}, which cannot be: "
            "the audit is placed by its counters or its receipt."
        )
