"""DEX reads: one audit of one device at one time, taken in, assigned, booked, shown.

An audit is kept whatever becomes of it: booked into sales and stock when its
device is known and its checksum does not contradict it; otherwise unassigned or
damaged until a person decides. The same bytes twice are one read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import clock
import dex
from auth import Actor
from db import Database, Row, one
from dex import Audit, DexError
from errors import Conflict, Invalid, NotFound
from outcomes import Download, Existing, Upload
from paging import Sort, page
from services import (
    audit_service,
    books,
    device_service,
    dex_contents,
    dex_placing,
    dex_views,
    quarantine_service,
    settings_service,
)
from services.dex_placing import Moment

UNASSIGNED = "unassigned"
DAMAGED = "damaged"
BOOKED = "booked"
NEWEST_FIRST = Sort("r.id", "r.id", descending=True, number=True)
SUMMARY = """
    r.id, r.device_id, v.asset, v.name AS device_name, r.status, r.read_at, r.clock,
    r.received_at, r.last_seen_at, r.filename, r.sha256, r.crc, r.serial,
    r.asset AS reported_asset, r.units, r.amount_cents, r.held_reason, r.accepted_at, r.warnings,
    EXISTS (
        SELECT 1 FROM sales s WHERE s.dex_read_id = r.id AND s.new_epoch = 1
    ) AS began_anew
    FROM dex_reads r
    LEFT JOIN devices v ON v.id = r.device_id
"""
NEEDS_A_PERSON = """
    r.id IN (
        SELECT id FROM dex_reads WHERE status IN ('unassigned', 'damaged')
        UNION
        SELECT id FROM dex_reads WHERE held_reason IS NOT NULL AND accepted_at IS NULL
    )
"""


def list_dex_reads(
    db: Database,
    actor: Actor,
    *,
    device_id: int | None = None,
    status: str | None = None,
    held: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """The reads, newest received first."""
    found = page(
        db,
        SUMMARY,
        conditions={
            "r.device_id = :device_id": device_id is not None,
            "r.status = :status": status is not None,
            "r.held_reason IS NOT NULL AND r.accepted_at IS NULL": held,
        },
        params={"device_id": device_id, "status": status},
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
    )
    return {**found, "items": [_summary(row) for row in found["items"]]}


def list_attention(db: Database, *, limit: int) -> dict[str, Any]:
    """{count, items} of the reads that wait for a person: unassigned, damaged or held."""
    total = db.execute(f"SELECT count(*) FROM dex_reads r WHERE {NEEDS_A_PERSON}").fetchone()[0]
    rows = db.query(
        f"SELECT {SUMMARY} WHERE {NEEDS_A_PERSON} ORDER BY r.id DESC LIMIT :limit",
        {"limit": limit},
    )
    return {"count": total, "items": [_summary(row) for row in rows]}


def get_dex_read(db: Database, actor: Actor, *, dex_read_id: int) -> dict[str, Any]:
    """One read, parsed, with the sales since the previous one as derived now."""
    summary = _summary_of(db, dex_read_id)
    return {**summary, **dex_views.detail(db, dex_read_id=dex_read_id)}


def get_dex_read_raw(db: Database, actor: Actor, *, dex_read_id: int) -> Download:
    """The bytes as they arrived."""
    summary = _summary_of(db, dex_read_id)
    return Download(summary["filename"], dex_contents.content_of(db, dex_read_id=dex_read_id))


def create_dex_read(
    db: Database, actor: Actor, *, file: Upload, device_id: int | None = None
) -> dict[str, Any] | Existing:
    """Take in an audit file; of several audits in it the newest is answered.

    Raises Invalid, after putting the file into quarantine, when nothing in it can
    be read; NotFound or Conflict for a `device_id` that is not there or not the
    read's. Known bytes answer `Existing`. A driver books only on machines that he
    may see: his audit of any other waits for a manager, and tells him nothing of it.
    """
    if device_id is not None:
        device_service.check_visible(db, actor, device_id=device_id)
        _check_device(db, device_id)
    audits = _parsed(actor, file)
    taken = [
        _take_in(
            db,
            actor,
            audit,
            content=file.content if len(audits) == 1 else audit.raw,
            filename=file.filename,
            device_id=device_id,
        )
        for audit in audits
    ]
    newest = max((_summary_of(db, read_id) for read_id, _ in taken), key=lambda r: r["read_at"])
    return newest if any(is_new for _, is_new in taken) else Existing(newest)


def assign_dex_read(
    db: Database, actor: Actor, *, dex_read_id: int, device_id: int
) -> dict[str, Any]:
    """Say which device an unassigned read belongs to, and book it."""
    read = free_read(db, dex_read_id)
    _check_device(db, device_id)
    assign(db, actor, read=read, device_id=device_id)
    return get_dex_read(db, actor, dex_read_id=dex_read_id)


def accept_dex_read(db: Database, actor: Actor, *, dex_read_id: int) -> dict[str, Any]:
    """Book a damaged read, or one whose figures were held back."""
    read = _locked_read(db, dex_read_id)
    if read["device_id"] is None:
        raise Conflict("Say first which device this audit belongs to.")
    is_held = read["held_reason"] is not None and read["accepted_at"] is None
    if read["status"] != DAMAGED and not is_held:
        raise Conflict("This audit is in the books already.", current=_summary_of(db, dex_read_id))
    db.lock("device", read["device_id"])
    db.execute(
        "UPDATE dex_reads SET accepted_at = :now, accepted_by = :user_id WHERE id = :id",
        {"now": clock.now(), "user_id": actor.user_id, "id": dex_read_id},
    )
    if read["status"] == DAMAGED:
        audit = dex_contents.parsed(db, dex_read_id=dex_read_id)
        _book(db, read=read, device_id=read["device_id"], audit=audit)
    else:
        books.rebuild(db, device_id=read["device_id"], since=read["read_at"])
    after = get_dex_read(db, actor, dex_read_id=dex_read_id)
    audit_service.record(
        db,
        actor,
        action="dex_read.accepted",
        noun="dex_read",
        noun_id=dex_read_id,
        before={"status": read["status"], "held_reason": read["held_reason"]},
        after={"status": after["status"], "units": after["units"]},
    )
    return after


def free_read(db: Database, dex_read_id: int) -> Row:
    """A read to be given to a device, held for this transaction. Raises NotFound, Conflict."""
    read = _locked_read(db, dex_read_id)
    if read["device_id"] is not None:
        raise Conflict(
            "This audit belongs to a device already.", current=_summary_of(db, dex_read_id)
        )
    return read


def assign(db: Database, actor: Actor, *, read: Row, device_id: int) -> None:
    """Give a read without a device to one; a damaged read still waits for its acceptance."""
    audit = dex_contents.parsed(db, dex_read_id=read["id"])
    if read["status"] == DAMAGED:
        db.execute(
            "UPDATE dex_reads SET device_id = :device_id WHERE id = :id",
            {"device_id": device_id, "id": read["id"]},
        )
    else:
        _book(db, read=read, device_id=device_id, audit=audit)
    _learn_serial(db, actor, device_id, audit.serial)
    audit_service.record(
        db,
        actor,
        action="dex_read.assigned",
        noun="dex_read",
        noun_id=read["id"],
        before={"device_id": None},
        after={"device_id": device_id},
    )


def _parsed(actor: Actor, file: Upload) -> list[Audit]:
    try:
        return dex.parse(file.content)
    except DexError as error:
        line, reason = error.line, error.reason
    refused = Invalid.at("/file", f"Line {line}: {reason}")
    refused.afterwards = lambda db: quarantine_service.keep(
        db, actor, file=file, line=line, reason=reason
    )
    raise refused


def _take_in(
    db: Database,
    actor: Actor,
    audit: Audit,
    *,
    content: bytes,
    filename: str,
    device_id: int | None,
) -> tuple[int, bool]:
    """The id of the read of these bytes, and whether they are new."""
    sha256 = hashlib.sha256(content).hexdigest()
    _lock(db, sha256)
    known = one(db, "SELECT id FROM dex_reads WHERE sha256 = :sha256", {"sha256": sha256})
    if known is not None:
        _see_again(db, actor, _read(db, known["id"]), device_id)
        return known["id"], False
    device = device_id if device_id is not None else _device_of(db, actor, audit)
    read = _insert(db, actor, audit, sha256=sha256, filename=filename, device_id=device)
    dex_contents.keep(db, dex_read_id=read["id"], content=content)
    audit_service.record(
        db,
        actor,
        action="dex_read.received",
        noun="dex_read",
        noun_id=read["id"],
        after={"filename": filename, "sha256": sha256, "device_id": device},
    )
    if device is not None:
        if read["status"] != DAMAGED:
            _book(db, read=read, device_id=device, audit=audit)
        if device_id is not None:
            _learn_serial(db, actor, device, audit.serial)
    return read["id"], True


def _see_again(db: Database, actor: Actor, read: Row, device_id: int | None) -> None:
    if read["device_id"] is not None and not _may_see(db, actor, read["device_id"]):
        raise Conflict("This audit was sent before, and belongs to a machine that is not yours.")
    if device_id is not None and read["device_id"] not in (None, device_id):
        raise Conflict(
            "This audit belongs to another device already.", current=_summary_of(db, read["id"])
        )
    db.execute(
        "UPDATE dex_reads SET last_seen_at = :now WHERE id = :id",
        {"now": clock.now(), "id": read["id"]},
    )
    if device_id is not None and read["device_id"] is None:
        assign(db, actor, read=read, device_id=device_id)


def _device_of(db: Database, actor: Actor, audit: Audit) -> int | None:
    """The one device in use, of those the actor may see, with the audit's serial or asset."""
    for sql, value in (
        ("SELECT id FROM devices WHERE serial = :value AND archived_at IS NULL", audit.serial),
        (
            "SELECT id FROM devices WHERE lower(asset) = lower(:value) AND archived_at IS NULL",
            audit.asset,
        ),
    ):
        found = list(db.query(sql, {"value": value})) if value else []
        if len(found) == 1:
            device_id = int(found[0]["id"])
            return device_id if _may_see(db, actor, device_id) else None
    return None


def _may_see(db: Database, actor: Actor, device_id: int) -> bool:
    try:
        device_service.check_visible(db, actor, device_id=device_id)
    except NotFound:
        return False
    return True


def _insert(
    db: Database,
    actor: Actor,
    audit: Audit,
    *,
    sha256: str,
    filename: str,
    device_id: int | None,
) -> Row:
    """A read that is not in the books yet: unassigned, or damaged."""
    received_at = clock.now()
    moment = dex_placing.moment_of(
        audit, received_at=received_at, zone=settings_service.time_zone(db)
    )
    damaged = audit.crc == "invalid"
    row = db.execute(
        """
        INSERT INTO dex_reads (device_id, status, read_at, clock, received_at, received_by,
            last_seen_at, filename, sha256, crc, serial, asset, total_count_init,
            total_value_init_cents, cash_box_init_cents, warnings, faults)
        VALUES (:device_id, :status, :read_at, :clock, :received_at, :received_by,
            :received_at, :filename, :sha256, :crc, :serial, :asset, :total_count_init,
            :total_value_init_cents, :cash_box_init_cents, :warnings, :faults)
        RETURNING id
        """,
        {
            "device_id": device_id if damaged else None,
            "status": DAMAGED if damaged else UNASSIGNED,
            "read_at": moment.at,
            "clock": moment.clock,
            "received_at": received_at,
            "received_by": actor.user_id,
            "filename": filename,
            "sha256": sha256,
            "crc": audit.crc,
            "serial": audit.serial,
            "asset": audit.asset,
            "total_count_init": audit.total_count_init,
            "total_value_init_cents": audit.total_value_init_cents,
            "cash_box_init_cents": audit.cash.expected_box_init_cents,
            "warnings": json.dumps([*audit.warnings, *_clock_warnings(audit, moment)]),
            "faults": json.dumps(_faults(audit)),
        },
    ).fetchone()
    return _read(db, row[0])


def _book(db: Database, *, read: Row, device_id: int, audit: Audit) -> None:
    """Put a read among those of its device and derive what that changes."""
    db.lock("device", device_id)
    audit = _by_counters_of_device(db, device_id, read["id"], audit)
    total = audit.total_count_init
    moment = dex_placing.placed(
        db,
        Moment(read["read_at"], read["clock"]),
        total,
        device_id=device_id,
        read_id=read["id"],
    )
    position = dex_placing.position_of(moment, total, read["sha256"])
    db.execute(
        """
        UPDATE dex_reads SET device_id = :device_id, status = :status, position = :position,
            read_at = :read_at, clock = :clock
        WHERE id = :id
        """,
        {
            "device_id": device_id,
            "status": BOOKED,
            "position": position,
            "read_at": moment.at,
            "clock": moment.clock,
            "id": read["id"],
        },
    )
    db.executemany(
        """
        INSERT INTO dex_selections (dex_read_id, device_id, selection, position, read_at,
            price_cents, count_init, value_init_cents)
        VALUES (:dex_read_id, :device_id, :selection, :position, :read_at,
            :price_cents, :count_init, :value_init_cents)
        """,
        [
            {
                "dex_read_id": read["id"],
                "device_id": device_id,
                "selection": selection.selection,
                "position": position,
                "read_at": moment.at,
                "price_cents": selection.price_cents,
                "count_init": selection.count_init,
                "value_init_cents": selection.value_init_cents,
            }
            for selection in audit.selections
            if selection.count_init is not None
        ],
    )
    moved = dex_placing.misplaced(db, device_id=device_id, position=position, total=total)
    since = [_place_again(db, device_id, other) for other in moved]
    books.rebuild(db, device_id=device_id, since=min([moment.at, *since]))


def _place_again(db: Database, device_id: int, read: Row) -> str:
    """Put a read without a trusted clock where it belongs now; answers the earlier of its times."""
    moment = dex_placing.placed(
        db,
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
    db.execute(
        """
        UPDATE dex_reads SET position = :position, read_at = :read_at, clock = :clock
        WHERE id = :id
        """,
        place,
    )
    db.execute(
        """
        UPDATE dex_selections SET position = :position, read_at = :read_at
        WHERE dex_read_id = :id
        """,
        place,
    )
    return min(moment.at, str(read["read_at"]))


def _by_counters_of_device(db: Database, device_id: int, read_id: int, audit: Audit) -> Audit:
    """The audit read by the pair of counters that this device was found to use."""
    device = one(db, "SELECT counters_pair FROM devices WHERE id = :id", {"id": device_id})
    pair = device["counters_pair"] if device else None
    if pair is None:
        if audit.counters_pair == "second":
            db.execute(
                "UPDATE devices SET counters_pair = :pair WHERE id = :id",
                {"pair": audit.counters_pair, "id": device_id},
            )
        return audit
    if pair == audit.counters_pair:
        return audit
    return dex_contents.parsed(db, dex_read_id=read_id, counters_pair=pair)


def _learn_serial(db: Database, actor: Actor, device_id: int, serial: str | None) -> None:
    """A device told by hand is found by its serial the next time."""
    if serial is None or len(serial) > 40:
        return
    taken = one(db, "SELECT id FROM devices WHERE serial = :serial", {"serial": serial})
    if taken is not None:
        return
    learned = db.execute(
        "UPDATE devices SET serial = :serial WHERE id = :id AND serial IS NULL RETURNING id",
        {"serial": serial, "id": device_id},
    ).fetchone()
    if learned is not None:
        audit_service.record(
            db,
            actor,
            action="device.serial_learned",
            noun="device",
            noun_id=device_id,
            before={"serial": None},
            after={"serial": serial},
        )


def _clock_warnings(audit: Audit, moment: Moment) -> Iterable[str]:
    if moment.is_trusted:
        return
    if audit.clock is None:
        yield "The audit does not say when it was read: its counters or its receipt place it."
    else:
        yield (
            f"The machine's clock says {audit.clock:%Y-%m-%d %H:%M}, which cannot be: "
            "the audit is placed by its counters or its receipt."
        )


def _faults(audit: Audit) -> list[dict[str, str]]:
    """The faults that are active now, or happened within the last day of the machine's clock."""
    found: dict[str, str] = {}
    for event in audit.events:
        recent = (
            event.occurred_at is not None
            and audit.clock is not None
            and event.occurred_at >= audit.clock - timedelta(days=1)
        )
        if event.severity == "fault" and (event.active or (event.active is None and recent)):
            found.setdefault(event.code, event.meaning)
    return [{"code": code, "meaning": meaning} for code, meaning in found.items()]


def _check_device(db: Database, device_id: int) -> None:
    found = one(
        db,
        "SELECT id FROM devices WHERE id = :id AND archived_at IS NULL",
        {"id": device_id},
    )
    if found is None:
        raise Invalid.at("/device_id", "is not a device in use")


def _lock(db: Database, sha256: str) -> None:
    """Whoever decides about a read holds its bytes, before the device: they may be new."""
    db.lock("dex_read", sha256)


def _locked_read(db: Database, dex_read_id: int) -> Row:
    _lock(db, _read(db, dex_read_id)["sha256"])
    return _read(db, dex_read_id)


def _read(db: Database, dex_read_id: int) -> Row:
    row = one(
        db,
        """
        SELECT id, device_id, status, read_at, clock, sha256, serial, held_reason, accepted_at
        FROM dex_reads WHERE id = :id
        """,
        {"id": dex_read_id},
    )
    if row is None:
        raise NotFound("There is no such audit.")
    return row


def _summary_of(db: Database, dex_read_id: int) -> dict[str, Any]:
    row = one(db, f"SELECT {SUMMARY} WHERE r.id = :id", {"id": dex_read_id})
    if row is None:
        raise NotFound("There is no such audit.")
    return _summary(row)


def _summary(row: Row) -> dict[str, Any]:
    warnings = json.loads(row.pop("warnings"))
    if row.pop("began_anew"):
        warnings.append("Counters began anew: the sales are what they show since zero.")
    if row["held_reason"] is not None and row["accepted_at"] is None:
        warnings.append(row["held_reason"])
    return {**row, "warnings": warnings}
