"""The books of a device: its sales and its stock, derived again from a moment on.

Whatever arrives (a read, a visit, a count, an arrangement; early or late), the
same thing happens: everything from that moment on is derived anew and compared
with what stands, and only the difference is written. That is why any order of
arrival ends in the same sales and the same stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from db import Database, scalar
from domain.stock import spelling
from domain.stock.replay import Arrangement, Fact, Interval, Outcome, Start, replay
from services.books import figures, intervals, ledger, past_sales, sale_service, unbooked
from services.books.intervals import Begin, Derived, Window
from services.books.ledger import Posted, SlotStock

Spelled = dict[tuple[int, str], str]

# The rules by which audits are read and books derived; what was derived by older ones is
# derived again (`rereading`).
RULES = 1
MARK_READ = """
    UPDATE dex_reads SET status = :status, units = :units, amount_cents = :amount_cents,
        held_reason = :held_reason, epoch = :epoch, finding = :finding,
        counted_units = :counted_units, counted_cents = :counted_cents,
        machine_units = :machine_units, machine_cents = :machine_cents,
        payments_cents = :payments_cents, usual_share = :usual_share,
        unbooked_units = :unbooked_units, unbooked_cents = :unbooked_cents,
        notes = :notes, renamed = :renamed
    WHERE id = :id
"""


class Recorded(NamedTuple):
    """A fact as the books keep it; `reversed_at` is None while it stands."""

    fact: Fact
    reversed_at: str | None


def rebuild(db: Database, *, device_id: int, since: str, by_visit: bool = False) -> None:
    """Bring sales, stock and metrics of a device up to date from the UTC time `since` on.

    What a visit did changes no velocity, unless it changes a sale.
    """
    db.lock("device", device_id)
    slots = ledger.slots_of(db, device_id, before=since)
    fed = {slot.selection for slot in slots if slot.selection is not None}
    window = intervals.window(db, device_id, since, fed)
    begin = window.begin
    moves = ledger.moves_behind(
        db, device_id=device_id, begin=begin, up_to_begin=window.up_to_begin()
    )
    before = Posted(slots, moves)
    facts = _facts(db, device_id, begin)
    outcome, spelled = _replayed(db, device_id, before, facts, window)
    _mark_reads(db, window)
    changes = sale_service.replace_sales(
        db,
        device_id=device_id,
        after=begin.place,
        sales=[_sale(interval, outcome, spelled) for interval in window.derived],
    )
    past_sales.settle(db, device_id=device_id)
    ledger.post(
        db,
        device_id=device_id,
        before=before,
        outcome=outcome,
        reversed_visits={fact.source_id for fact, reversed_at in facts if reversed_at is not None},
    )
    if by_visit and not changes:
        figures.refresh_levels(db, device_id=device_id)
    else:
        figures.refresh(db, device_id=device_id, changes=changes)
    unbooked.refresh(db, device_id=device_id, verdicts=window.verdicts.values())


def rebuild_all(db: Database, *, device_id: int) -> None:
    """Bring the books of a device up to date from its first read on; without one there are none."""
    first = scalar(
        db,
        "SELECT min(position) FROM dex_reads WHERE device_id = :device_id",
        {"device_id": device_id},
    )
    if first is not None:
        rebuild(db, device_id=device_id, since=first.partition("/")[0])


def _replayed(
    db: Database, device_id: int, before: Posted, facts: Sequence[Recorded], window: Window
) -> tuple[Outcome, Spelled]:
    """The outcome by the slots' codes, and how they spell those of the audits."""
    starts, arrangements = _arrangements(db, device_id, before, window.begin)
    spelled = _spelled(starts, arrangements, window.derived) | _linked(starts, window)
    outcome = replay(
        starts,
        arrangements,
        [fact for fact, reversed_at in facts if reversed_at is None],
        [
            Interval(
                i.read_id,
                spelled.get((i.read_id, i.selection), i.selection),
                i.opened_at,
                i.closed_at,
                i.place,
                i.units,
            )
            for i in window.derived
        ],
    )
    return outcome, spelled


def _linked(starts: Sequence[Start], window: Window) -> Spelled:
    """By read and new name of a selection: its former name, where slots still call it so."""
    if not window.links:
        return {}
    codes = {each.selection for each in starts if each.selection}
    reported = {(each.read_id, each.selection) for each in window.derived}
    return {
        (read_id, name): window.links[name]
        for read_id, name in reported
        if name in window.links
        and name not in codes
        and window.links[name] in codes
        and (read_id, window.links[name]) not in reported
    }


def _spelled(
    starts: Sequence[Start], arrangements: Sequence[Arrangement], derived: Sequence[Derived]
) -> Spelled:
    """By read and code of its audit: the code of the slots that sold by it then."""
    codes = {each.selection for each in starts if each.selection}
    codes |= {each.selection for each in arrangements if each.selection}
    keys = set(map(spelling.key, codes))
    others = {each.selection for each in derived} - codes
    if not any(spelling.key(each) in keys for each in others):
        return {}
    holds: dict[int, str | None] = {
        each.slot_id: each.selection if each.product_id else None for each in starts
    }
    left = sorted(arrangements, key=lambda each: (each.at, each.change_id), reverse=True)
    found: Spelled = {}
    for read_id, closed in groupby(derived, key=lambda each: each.read_id):
        intervals = list(closed)
        # What is arranged at the moment of a read holds from then on.
        while left and left[-1].at < intervals[0].closed_at:
            now = left.pop()
            holds[now.slot_id] = now.selection if now.product_id else None
        sold_by = {code for code in holds.values() if code}
        known = spelling.compare([each.selection for each in intervals], sold_by).known
        found |= {(read_id, audit): slots for audit, slots in known.items()}
    return found


def _arrangements(
    db: Database, device_id: int, before: Posted, begin: Begin
) -> tuple[list[Start], list[Arrangement]]:
    """The slots as they stand at the beginning, and how they are rearranged behind it."""
    history: dict[int, list[Arrangement]] = {}
    for row in db.execute(
        """
        SELECT slot_id, from_at, product_id, selection, capacity, planogram_change_id
        FROM slot_arrangements
        WHERE device_id = :device_id
        ORDER BY slot_id, from_at, id
        """,
        {"device_id": device_id},
    ):
        history.setdefault(row[0], []).append(Arrangement(*row))
    touched = _last_facts(db, device_id, before.slots, begin)
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
    begin: Begin,
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
        slot_id,
        quantity if known else None,
        present.product_id,
        present.selection,
        present.capacity,
    )


def _last_facts(
    db: Database, device_id: int, slots: Sequence[SlotStock], begin: Begin
) -> dict[int, str | None]:
    """When each slot was last counted or filled before the beginning."""
    if all((slot.touched_at or "") < begin.at for slot in slots):
        return {slot.slot_id: slot.touched_at for slot in slots}
    return {
        row["id"]: row["touched_at"]
        for row in db.query(
            """
            SELECT s.id, (
                SELECT f.occurred_at FROM slot_facts f
                WHERE f.slot_id = s.id AND f.occurred_at < :at AND f.reversed_at IS NULL
                ORDER BY f.occurred_at DESC LIMIT 1
            ) AS touched_at
            FROM slots s
            WHERE s.device_id = :device_id
            """,
            {"device_id": device_id, "at": begin.at},
        )
    }


def _facts(db: Database, device_id: int, begin: Begin) -> list[Recorded]:
    """What people saw and did from the beginning on, what was reversed included."""
    return [
        Recorded(Fact(*fact), reversed_at)
        for *fact, reversed_at in db.execute(
            """
            SELECT id, slot_id, occurred_at, kind, COALESCE(visit_id, planogram_change_id),
                   counted, removed, added, reversed_at
            FROM slot_facts
            WHERE device_id = :device_id AND occurred_at >= :at
            ORDER BY occurred_at, id
            """,
            {"device_id": device_id, "at": begin.at},
        )
    ]


def _mark_reads(db: Database, window: Window) -> None:
    """Write on each read what it closes and how it was taken; the first one is a baseline."""
    reads = window.behind()
    baseline = None if window.begin.is_read or not reads else reads[0]["id"]
    sums: dict[int, list[int]] = {}
    for interval in window.derived:
        sold = sums.setdefault(interval.read_id, [0, 0])
        sold[0] += interval.units
        sold[1] += interval.amount_cents
    changed = []
    for read in reads:
        units, amount_cents = sums.get(read["id"], (0, 0))
        now = {
            "status": "baseline" if read["id"] == baseline else "booked",
            "units": units,
            "amount_cents": amount_cents,
            **window.verdicts[read["id"]]._asdict(),
        }
        if any(read[name] != value for name, value in now.items()):
            changed.append({**now, "id": read["id"]})
    if changed:
        db.executemany(MARK_READ, changed)


def _sale(interval: Derived, outcome: Outcome, spelled: Spelled) -> dict[str, Any]:
    key = (interval.read_id, interval.selection)
    key = (interval.read_id, spelled.get(key, interval.selection))
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
