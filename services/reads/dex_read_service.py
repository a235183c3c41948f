"""DEX reads: one audit of one device at one time, taken in, assigned, accepted, shown.

What becomes of an audit when it arrives is decided in `dex_arrivals`.
"""

from __future__ import annotations

from typing import Any

import clock
from auth import Actor
from contract.results import Download, Existing, Upload
from contract.types import DashboardAttentionAudits, DexRead
from db import Database, Row, one, typed
from domain.dex import DexError
from domain.dex.proposal import proposal, without_proposal
from errors import Conflict, Invalid
from records import company, trail
from records.paging import Sort, page
from services.books import rebuild
from services.fleet import visibility
from services.reads import (
    dex_arrivals,
    dex_contents,
    dex_intakes,
    dex_strangers,
    dex_tellings,
    dex_views,
    quarantine_service,
)
from services.reads.dex_arrivals import DexFile
from services.reads.dex_intakes import Intake
from services.reads.dex_rows import DAMAGED
from services.reads.dex_strangers import Stated
from services.reads.dex_summaries import SUMMARY, summary, summary_of

NEWEST_FIRST = Sort("r.id", "r.id", descending=True, number=True)
# The reads that wait for a person, no read twice: each a walk along an index of those alone.
# Of one machine at once: what keeps others from writing for a second at most.
MOST_OTHERS = 200
STRAY_READS = "SELECT r.id FROM dex_reads r WHERE r.status = 'unassigned'"
DAMAGED_READS = "SELECT r.id FROM dex_reads r WHERE r.status = 'damaged'"
HELD_READS = """
    SELECT r.id FROM dex_reads r WHERE r.held_reason IS NOT NULL AND r.accepted_at IS NULL
"""


def list_dex_reads(
    db: Database,
    actor: Actor,
    *,
    device_id: int | None = None,
    status: str | None = None,
    held: bool = False,
    source_id: int | None = None,
    limit: int = 50,
    cursor: str | None = None,
    counted: bool = False,
) -> dict[str, Any]:
    """The reads, newest received first."""
    found = page(
        db,
        SUMMARY,
        conditions={
            "r.device_id = :device_id": device_id is not None,
            "r.status = :status": status is not None,
            "r.held_reason IS NOT NULL AND r.accepted_at IS NULL": held,
            "r.source_id = :source_id": source_id is not None,
        },
        params={"device_id": device_id, "status": status, "source_id": source_id},
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        counted=counted,
    )
    return {**found, "items": [summary(row) for row in found["items"]]}


def list_attention(db: Database, *, limit: int, most: int) -> DashboardAttentionAudits:
    """The reads that wait for a person, the newest first: {"count", "more", "items"}.

    They are unassigned, damaged or held; `more` says that there are more than were
    counted, up to `most` of each.
    """
    counted = db.execute(
        f"""
        SELECT (SELECT count(*) FROM ({STRAY_READS} LIMIT CAST(:more AS bigint)) AS stray),
               (SELECT count(*) FROM ({DAMAGED_READS} LIMIT CAST(:more AS bigint)) AS damaged),
               (SELECT count(*) FROM ({HELD_READS} LIMIT CAST(:more AS bigint)) AS held)
        """,
        {"more": most + 1},
    ).fetchone()
    rows = db.query(
        f"""
        SELECT {SUMMARY}
        WHERE r.id IN (
            SELECT id FROM (
                {STRAY_READS} ORDER BY r.id DESC LIMIT CAST(:limit AS bigint)
            ) AS stray
            UNION ALL
            SELECT id FROM (
                {DAMAGED_READS} ORDER BY r.id DESC LIMIT CAST(:limit AS bigint)
            ) AS damaged
            UNION ALL
            SELECT id FROM (
                {HELD_READS} ORDER BY r.id DESC LIMIT CAST(:limit AS bigint)
            ) AS held
            ORDER BY id DESC
            LIMIT CAST(:limit AS bigint)
        )
        ORDER BY r.id DESC
        """,
        {"limit": limit},
    )
    return {
        "count": sum(min(found, most) for found in counted),
        "more": max(counted) > most,
        "items": typed(DexRead, map(summary, rows)),
    }


def get_dex_read(db: Database, actor: Actor, *, dex_read_id: int) -> dict[str, Any]:
    """One read, parsed, with the sales since the previous one as derived now."""
    read = summary_of(db, dex_read_id)
    detail = dex_views.detail(db, dex_read_id=dex_read_id)
    remarks = detail.pop("remarks")
    proposed = proposal([each["selection"] for each in detail["selections"] if each["ignorable"]])
    return {
        **read,
        **detail,
        "warnings": [*without_proposal(read["warnings"]), *remarks, *proposed],
        "others": len(_others(db, read)) if read["device_id"] is None else 0,
    }


def get_dex_read_raw(db: Database, actor: Actor, *, dex_read_id: int) -> Download:
    """The bytes as they arrived."""
    read = summary_of(db, dex_read_id)
    return Download(read["filename"], dex_contents.content_of(db, dex_read_id=dex_read_id))


def create_dex_read(
    db: Database,
    actor: Actor,
    *,
    file: Upload,
    device_id: int | None = None,
    despite_serial: bool = False,
) -> dict[str, Any] | Existing:
    """Take in an audit file; of several audits in it the newest is answered.

    Raises Invalid, after putting the file into quarantine, when nothing in it can
    be read; NotFound or Conflict for a `device_id` that is not there, not the
    read's or, unless `despite_serial`, not the machine that the audit states. Known
    bytes answer `Existing`. A driver books only on machines that they may see:
    their audit of any other waits for a manager, and tells them nothing of it.
    """
    if device_id is not None:
        visibility.check_visible(db, actor, device_id=device_id)
        _check_device(db, device_id)
    audits = DexFile(file.filename, _intakes(db, actor, file))
    return dex_arrivals.take_in(
        db, actor, [audits], device_id=device_id, despite_serial=despite_serial
    )[0]


def assign_dex_read(
    db: Database,
    actor: Actor,
    *,
    dex_read_id: int,
    device_id: int,
    with_others: bool = False,
    despite_serial: bool = False,
) -> dict[str, Any]:
    """Say which device an unassigned read belongs to, and book it.

    `with_others` takes along the unassigned reads that state the same serial, the
    newest MOST_OTHERS. Raises NotFound, Invalid, and Conflict, also for a read that
    states another machine, unless `despite_serial`.
    """
    reads = free_reads(db, dex_read_id, with_others=with_others)
    _check_device(db, device_id)
    if not despite_serial:
        stated = [Stated(read["serial"], read["asset"]) for read in reads]
        dex_strangers.check(db, actor, stated, device_id=device_id)
    dex_arrivals.assign(db, actor, reads=reads, device_id=device_id)
    return get_dex_read(db, actor, dex_read_id=dex_read_id)


def accept_dex_read(db: Database, actor: Actor, *, dex_read_id: int) -> dict[str, Any]:
    """Book a damaged read, or one whose figures were held back."""
    read = _locked_read(db, dex_read_id)
    if read["device_id"] is None:
        raise Conflict("Say first which device this audit belongs to.")
    is_held = read["held_reason"] is not None and read["accepted_at"] is None
    if read["status"] != DAMAGED and not is_held:
        raise Conflict("This audit is in the books already.", current=summary_of(db, dex_read_id))
    db.lock("device", read["device_id"])
    db.execute(
        "UPDATE dex_reads SET accepted_at = :now, accepted_by = :user_id WHERE id = :id",
        {"now": clock.now(), "user_id": actor.user_id, "id": dex_read_id},
    )
    if read["status"] == DAMAGED:
        dex_arrivals.book(db, actor, reads=[read], device_id=read["device_id"])
    else:
        rebuild.rebuild(db, device_id=read["device_id"], since=read["read_at"])
    dex_tellings.tell(db, [dex_read_id])
    after = get_dex_read(db, actor, dex_read_id=dex_read_id)
    trail.record(
        db,
        actor,
        action="dex_read.accepted",
        noun="dex_read",
        noun_id=dex_read_id,
        before={"status": read["status"], "held_reason": read["held_reason"]},
        after={"status": after["status"], "units": after["units"]},
    )
    return after


def free_reads(db: Database, dex_read_id: int, *, with_others: bool) -> list[Row]:
    """A read to be given to a device, with the others of its machine if asked for, oldest first.

    They are held for this transaction. Raises NotFound, Conflict.
    """
    asked = dex_arrivals.read_of(db, dex_read_id)
    wanted = [asked, *(_others(db, asked) if with_others else [])]
    for sha256 in sorted(each["sha256"] for each in wanted):
        dex_arrivals.lock(db, sha256)
    reads = [dex_arrivals.read_of(db, each) for each in sorted(each["id"] for each in wanted)]
    _check_free(db, next(read for read in reads if read["id"] == dex_read_id))
    # Somebody else may have given some of the others to a device just before.
    return [read for read in reads if read["device_id"] is None]


def check_unassigned(db: Database, actor: Actor, *, dex_read_id: int) -> None:
    """Conflict for a read that belongs to a device; NotFound."""
    _check_free(db, dex_arrivals.read_of(db, dex_read_id))


def _others(db: Database, read: Row) -> list[Row]:
    """The newest unassigned reads that state the serial of this one, besides it."""
    if read["serial"] is None:
        return []
    return list(
        db.query(
            """
            SELECT r.id, r.sha256 FROM dex_reads r
            WHERE r.status = 'unassigned' AND r.serial = :serial AND r.id <> :id
            ORDER BY r.id DESC
            LIMIT CAST(:most AS bigint)
            """,
            {"serial": read["serial"], "id": read["id"], "most": MOST_OTHERS},
        )
    )


def _check_free(db: Database, read: Row) -> None:
    if read["device_id"] is not None:
        raise Conflict(
            "This audit belongs to a device already.", current=summary_of(db, read["id"])
        )


def _intakes(db: Database, actor: Actor, file: Upload) -> list[Intake]:
    try:
        return dex_intakes.intakes_of(file.content, company.currency_decimals(db))
    except DexError as error:
        line, reason = error.line, error.reason
    refused = Invalid.at("/file", f"Line {line}: {reason}")
    refused.afterwards = lambda db: quarantine_service.keep(
        db, actor, file=file, line=line, reason=reason
    )
    raise refused


def _check_device(db: Database, device_id: int) -> None:
    found = one(
        db,
        "SELECT id FROM devices WHERE id = :id AND archived_at IS NULL",
        {"id": device_id},
    )
    if found is None:
        raise Invalid.at("/device_id", "is not a device in use")


def _locked_read(db: Database, dex_read_id: int) -> Row:
    dex_arrivals.lock(db, dex_arrivals.read_of(db, dex_read_id)["sha256"])
    return dex_arrivals.read_of(db, dex_read_id)
