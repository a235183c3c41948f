"""Intervals: what each selection sold between two consecutive reads that report it.

Only init counters count, as differences; those of ignored selections not at all.
A falling counter is a new epoch: the figure since zero is taken. Figures many
times the usual rate are held: they book nothing until a manager accepts the read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clock import later, to_datetime
from db import Database, Row, json_list, one
from services import ignored_selections

USUAL_RATE_DAYS = 60
# A new epoch's figure is held beyond so many times the usual sales, plus a margin for
# slow machines. A machine whose usual rate nobody knows yet is taken for a busy one.
IMPLAUSIBLE_TIMES = 10
IMPLAUSIBLE_MARGIN_UNITS = 50
BUSY_UNITS_A_DAY = 50.0
# What no selection of any vending machine sells in a day.
MOST_UNITS_A_DAY = 2_000
# The highest price there is (Price in the contract): more money than that is no sale.
MOST_CENTS_A_UNIT = 100_000_000
SECONDS_A_DAY = 86_400


class Derived(NamedTuple):
    """Sales of one selection that one read closes; `opened_place` is that of the read before."""

    read_id: int
    place: str
    selection: str
    opened_at: str
    opened_place: str
    closed_at: str
    units: int
    amount_cents: int
    new_epoch: bool


class Begin(NamedTuple):
    """Where a replay begins: behind the read at `place`, or at `at` when the two are equal."""

    at: str
    place: str

    @property
    def is_read(self) -> bool:
        return self.place != self.at


@dataclass(frozen=True, slots=True)
class Window:
    """The reads of a device from the second of `begin` on, in order, and what they close.

    `held` tells why by the id of a read whose intervals are not derived.
    """

    begin: Begin
    reads: Sequence[Row]
    derived: Sequence[Derived]
    held: dict[int, str]

    def behind(self) -> list[Row]:
        """The reads behind the beginning."""
        return [read for read in self.reads if read["position"] > self.begin.place]

    def up_to_begin(self) -> set[int]:
        """The ids of reads of the second of the beginning that do not lie behind it."""
        return {read["id"] for read in self.reads if read["position"] <= self.begin.place}


def window(db: Database, device_id: int, since: str, fed: Iterable[str]) -> Window:
    """What a replay from `since` must see: no interval of a selection of `fed`, those of the
    slots, straddles its beginning.
    """
    fed = set(fed)
    ignored = ignored_selections.of_device(db, device_id)
    place = _read_before(db, device_id, since)
    while True:
        # Without a read before, it begins just before `since`, in front of reads of that second.
        begin = Begin(since, since) if place is None else Begin(place.partition("/")[0], place)
        found = _derive(db, device_id, begin, ignored)
        opened = min((i.opened_place for i in found.derived if i.selection in fed), default=None)
        if opened is None or opened >= begin.place:
            return found
        place = opened


def _read_before(db: Database, device_id: int, since: str) -> str | None:
    """The place of the last read before `since`; None when none is later: nothing is open."""
    found = one(
        db,
        """
        SELECT max(position) AS place, EXISTS (
            SELECT 1 FROM dex_reads WHERE device_id = :device_id AND position >= :since
        ) AS is_open
        FROM dex_reads WHERE device_id = :device_id AND position < :since
        """,
        {"device_id": device_id, "since": since},
    )
    return found["place"] if found and found["is_open"] else None


def _derive(db: Database, device_id: int, begin: Begin, ignored: frozenset[str]) -> Window:
    reads = _reads(db, device_id, begin.at)
    by_read = _intervals(db, device_id, begin, ignored)
    held: dict[int, str] = {}
    kept: list[Derived] = []
    for read in reads:
        intervals = by_read.get(read["id"])
        if not intervals:
            continue
        accepted = read["accepted_at"] is not None
        reason = None if accepted else _implausible(db, device_id, intervals)
        if reason is not None:
            held[read["id"]] = reason
        else:
            kept += intervals
    return Window(begin, reads, kept, held)


def _reads(db: Database, device_id: int, since: str) -> list[Row]:
    """The reads of a device from a second on, in order, as they are marked."""
    return list(
        db.query(
            """
            SELECT id, position, status, units, amount_cents, held_reason, accepted_at
            FROM dex_reads
            WHERE device_id = :device_id AND position >= :since
            ORDER BY position
            """,
            {"device_id": device_id, "since": since},
        )
    )


def _intervals(
    db: Database, device_id: int, begin: Begin, ignored: frozenset[str]
) -> dict[int, list[Derived]]:
    """What each read behind the beginning closes, from that read or an earlier one on."""
    reports = list(
        db.query(
            """
            SELECT s.dex_read_id, s.selection, s.position, s.read_at, s.price_cents,
                   s.count_init, s.value_init_cents
            FROM dex_reads r
            JOIN dex_selections s ON s.dex_read_id = r.id
            WHERE r.device_id = :device_id AND r.position >= :place
            ORDER BY r.position, s.selection
            """,
            {"device_id": device_id, "place": begin.place},
        )
    )
    last = {each["selection"]: each for each in reports if each["position"] <= begin.place}
    behind = [
        each
        for each in reports
        if each["position"] > begin.place and each["selection"] not in ignored
    ]
    if begin.is_read:
        missing = {each["selection"] for each in behind} - last.keys()
        last |= _last_reports(db, device_id, begin.place, missing)
    by_read: dict[int, list[Derived]] = {}
    for each in behind:
        before = last.get(each["selection"])
        if before is not None:
            by_read.setdefault(each["dex_read_id"], []).append(_derived(before, each))
        last[each["selection"]] = each
    return by_read


def _last_reports(
    db: Database, device_id: int, place: str, selections: Iterable[str]
) -> dict[str, Row]:
    """The last report before a place of each of these selections that has one."""
    wanted = json_list({"selection": selection} for selection in selections)
    if wanted == "[]":
        return {}
    return {
        row["selection"]: row
        for row in db.query(
            """
            SELECT s.selection, s.position, s.read_at, s.count_init, s.value_init_cents
            -- CROSS keeps SQLite from looking through all reports: the reads before, the
            -- last one first, mostly tell at once.
            FROM json_each(:wanted) w
            CROSS JOIN dex_selections s
            WHERE s.selection = w.value ->> 'selection' AND s.dex_read_id = (
                SELECT r.id FROM dex_reads r
                CROSS JOIN dex_selections b
                WHERE r.device_id = :device_id AND r.position < :place
                  AND b.dex_read_id = r.id AND b.selection = w.value ->> 'selection'
                ORDER BY r.position DESC
                LIMIT 1
            )
            """,
            {"device_id": device_id, "place": place, "wanted": wanted},
        )
    }


def units_between(count: int, before: int) -> tuple[int, bool]:
    """Units from one odometer reading to the next, and whether the counter began anew."""
    return (count - before, False) if count >= before else (count, True)


def _derived(before: Row, now: Row) -> Derived:
    units, fell = units_between(now["count_init"], before["count_init"])
    if now["value_init_cents"] is None or before["value_init_cents"] is None:
        # Without value counters the price is all the machine tells about money.
        amount = units * (now["price_cents"] or 0)
    else:
        amount, value_fell = units_between(now["value_init_cents"], before["value_init_cents"])
        fell = fell or value_fell
    return Derived(
        read_id=now["dex_read_id"],
        place=now["position"],
        selection=now["selection"],
        opened_at=before["read_at"],
        opened_place=before["position"],
        closed_at=now["read_at"],
        units=units,
        amount_cents=amount,
        new_epoch=fell,
    )


def _implausible(db: Database, device_id: int, intervals: Sequence[Derived]) -> str | None:
    """Why the intervals that one read closes cannot be; None when they can."""
    days = max(1.0, _days(min(i.opened_at for i in intervals), intervals[0].closed_at))
    for interval in intervals:
        if interval.units > MOST_UNITS_A_DAY * days:
            return (
                f"Selection {interval.selection} shows {interval.units:,} units since the read "
                "before, more than a machine can sell."
            )
        if interval.amount_cents > MOST_CENTS_A_UNIT * max(1, interval.units):
            return (
                f"Selection {interval.selection} shows more money since the read before than "
                f"its {interval.units:,} units can have cost."
            )
    fallen = sum(interval.units for interval in intervals if interval.new_epoch)
    if not fallen:
        return None
    known = _usual_rate(db, device_id, min(i.opened_place for i in intervals))
    usual = (BUSY_UNITS_A_DAY if known is None else max(1.0, known)) * days
    if fallen <= IMPLAUSIBLE_TIMES * usual + IMPLAUSIBLE_MARGIN_UNITS:
        return None
    what = "usual" if known is not None else "sales of a busy machine,"
    return (
        f"The counters began anew and show {fallen:,} units, many times the {what} "
        f"{usual:,.0f} for this time."
    )


def _usual_rate(db: Database, device_id: int, place: str) -> float | None:
    """Units a day by the machine's total over the sixty days before a read; None if unknown."""
    last = _total(db, device_id, place)
    if last is None or last["total_count_init"] is None:
        return None
    first = one(
        db,
        """
        SELECT total_count_init, read_at FROM dex_reads
        WHERE device_id = :device_id AND position >= :since AND position < :place
          AND total_count_init <= :total
        ORDER BY position LIMIT 1
        """,
        {
            "device_id": device_id,
            "since": later(last["read_at"], days=-USUAL_RATE_DAYS),
            "place": place,
            "total": last["total_count_init"],
        },
    )
    if first is None:
        return None
    days = _days(first["read_at"], last["read_at"])
    return (last["total_count_init"] - first["total_count_init"]) / days if days > 0 else None


def _total(db: Database, device_id: int, place: str) -> Row | None:
    return one(
        db,
        """
        SELECT total_count_init, read_at FROM dex_reads
        WHERE device_id = :device_id AND position = :place
        """,
        {"device_id": device_id, "place": place},
    )


def _days(begin: str, end: str) -> float:
    return (to_datetime(end) - to_datetime(begin)).total_seconds() / SECONDS_A_DAY
