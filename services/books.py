"""The books of a device: its sales and its stock, derived again from a moment on.

Whatever arrives (a read, a visit, a count, an arrangement; early or late), the
same thing happens: everything from that moment on is derived anew and compared
with what stands, and only the difference is written. That is why any order of
arrival ends in the same sales and the same stock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from db import Database, one
from services import intervals, ledger, metrics_service, sale_service
from services.intervals import Derived
from stock.replay import Arrangement, Fact, Interval, Outcome, Start, replay


def rebuild(db: Database, *, device_id: int, since: str) -> None:
    """Bring sales, stock and metrics of a device up to date from the UTC time `since` on."""
    db.lock("device", device_id)
    begin, derived, held = _window(db, device_id, since)
    before = ledger.posted(db, device_id=device_id, begin=begin)
    outcome = _replayed(db, device_id, before, derived)
    _mark_reads(db, device_id, begin, derived, held)
    sale_service.replace_sales(
        db,
        device_id=device_id,
        after=begin.place,
        sales=[_sale(interval, outcome) for interval in derived],
    )
    ledger.post(db, device_id=device_id, before=before, outcome=outcome)
    metrics_service.refresh(db, device_id=device_id)


def _window(
    db: Database, device_id: int, since: str
) -> tuple[ledger.Begin, list[Derived], dict[int, str]]:
    """Where the replay must begin so that no interval of a slot straddles its beginning."""
    fed = {
        row["selection"]
        for row in db.query(
            "SELECT DISTINCT selection FROM slots WHERE device_id = :id AND selection IS NOT NULL",
            {"id": device_id},
        )
    }
    place = intervals.boundary(db, device_id, since)
    while True:
        # Without a read before, it begins just before `since`, in front of reads of that second.
        begin = ledger.Begin(at=since, place=since) if place is None else _begin_at(db, place)
        derived, held = intervals.derive(db, device_id, begin.place)
        opened = min((i.opened_place for i in derived if i.selection in fed), default=begin.place)
        if opened >= begin.place:
            return begin, derived, held
        place = opened


def _begin_at(db: Database, place: str) -> ledger.Begin:
    return ledger.Begin(at=place.partition("/")[0], place=place)


def _replayed(
    db: Database, device_id: int, before: ledger.Posted, derived: Iterable[Derived]
) -> Outcome:
    starts, arrangements = _arrangements(db, device_id, before)
    return replay(
        starts,
        arrangements,
        _facts(db, device_id, before.begin),
        [
            Interval(i.read_id, i.selection, i.opened_at, i.closed_at, i.place, i.units)
            for i in derived
        ],
    )


def _arrangements(
    db: Database, device_id: int, before: ledger.Posted
) -> tuple[list[Start], list[Arrangement]]:
    """The slots as they stand at the beginning, and how they are rearranged behind it."""
    begin = before.begin
    history: dict[int, list[Arrangement]] = {}
    for row in db.query(
        """
        SELECT slot_id, from_at, product_id, selection, capacity, planogram_change_id
        FROM slot_arrangements
        WHERE device_id = :device_id
        ORDER BY slot_id, from_at, id
        """,
        {"device_id": device_id},
    ):
        history.setdefault(row["slot_id"], []).append(
            Arrangement(
                slot_id=row["slot_id"],
                at=row["from_at"],
                product_id=row["product_id"],
                selection=row["selection"],
                capacity=row["capacity"],
                change_id=row["planogram_change_id"],
            )
        )
    touched = _last_facts(db, device_id, begin)
    starts = [
        _start(slot_id, quantity, history.get(slot_id, []), touched[slot_id], begin)
        for slot_id, quantity in before.at_begin().items()
    ]
    behind = [a for slot in history.values() for a in slot if a.at >= begin.at]
    return starts, behind


def _start(
    slot_id: int,
    quantity: int,
    history: list[Arrangement],
    touched_at: str | None,
    begin: ledger.Begin,
) -> Start:
    """A slot where the replay begins: unknown unless somebody touched its present product.

    A slot's first arrangement also holds for the time before it: audits that are
    older than the installation in CVD were sold from that product.
    """
    if not history:
        return Start(slot_id, 0, None, None, 0)
    present, since = history[0], ""
    for arrangement in history[1:]:
        if arrangement.at < begin.at:
            if arrangement.product_id != present.product_id:
                since = arrangement.at
            present = arrangement
    known = present.product_id is None or (touched_at is not None and touched_at >= since)
    return Start(
        slot_id=slot_id,
        quantity=quantity if known else None,
        product_id=present.product_id,
        selection=present.selection,
        capacity=present.capacity,
    )


def _last_facts(db: Database, device_id: int, begin: ledger.Begin) -> dict[int, str | None]:
    """When each slot was last counted or filled before the beginning."""
    return {
        row["id"]: row["touched_at"]
        for row in db.query(
            """
            SELECT s.id, (
                SELECT max(f.occurred_at) FROM slot_facts f
                WHERE f.slot_id = s.id AND f.occurred_at < :at AND f.reversed_at IS NULL
            ) AS touched_at
            FROM slots s
            WHERE s.device_id = :device_id
            """,
            {"device_id": device_id, "at": begin.at},
        )
    }


def _facts(db: Database, device_id: int, begin: ledger.Begin) -> list[Fact]:
    return [
        Fact(
            id=row["id"],
            slot_id=row["slot_id"],
            at=row["occurred_at"],
            kind=row["kind"],
            source_id=row["visit_id"] or row["planogram_change_id"],
            counted=row["counted"],
            removed=row["removed"],
            added=row["added"],
        )
        for row in db.query(
            """
            SELECT id, slot_id, occurred_at, kind, visit_id, planogram_change_id,
                   counted, removed, added
            FROM slot_facts
            WHERE device_id = :device_id AND occurred_at >= :at AND reversed_at IS NULL
            ORDER BY occurred_at, id
            """,
            {"device_id": device_id, "at": begin.at},
        )
    ]


def _mark_reads(
    db: Database,
    device_id: int,
    begin: ledger.Begin,
    derived: Iterable[Derived],
    held: dict[int, str],
) -> None:
    """Write on each read what it closes; the first one of the device is its baseline."""
    first = one(
        db,
        """
        SELECT id FROM dex_reads WHERE device_id = :device_id AND position IS NOT NULL
        ORDER BY position LIMIT 1
        """,
        {"device_id": device_id},
    )
    units: dict[int, int] = {}
    amounts: dict[int, int] = {}
    for interval in derived:
        units[interval.read_id] = units.get(interval.read_id, 0) + interval.units
        amounts[interval.read_id] = amounts.get(interval.read_id, 0) + interval.amount_cents
    for row in list(intervals.later_reads(db, device_id, begin.place)):
        read_id = row["id"]
        now = {
            "status": "baseline" if first and first["id"] == read_id else "booked",
            "units": units.get(read_id, 0),
            "amount_cents": amounts.get(read_id, 0),
            "held_reason": held.get(read_id),
        }
        if any(row[name] != value for name, value in now.items()):
            db.execute(
                """
                UPDATE dex_reads SET status = :status, units = :units,
                    amount_cents = :amount_cents, held_reason = :held_reason
                WHERE id = :id
                """,
                {**now, "id": read_id},
            )


def _sale(interval: Derived, outcome: Outcome) -> dict[str, Any]:
    key = (interval.read_id, interval.selection)
    return {
        "dex_read_id": interval.read_id,
        "selection": interval.selection,
        "product_id": outcome.products[key],
        "units": interval.units,
        "amount_cents": interval.amount_cents,
        "opened_at": interval.opened_at,
        "closed_at": interval.closed_at,
        "days_out": round(outcome.days_out[key], 4),
        "new_epoch": int(interval.new_epoch),
    }
