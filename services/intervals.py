"""Intervals: what each selection sold between two consecutive reads that report it.

Only init counters count, as differences. A falling counter is a new epoch: the
figure since zero is taken. Figures many times the usual rate are held: they
book nothing until a manager accepts the read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clock import later, to_datetime
from db import Database, Row, one, scalar

USUAL_RATE_DAYS = 60
# A new epoch's figure is held beyond so many times the usual sales, plus a margin for
# slow machines; without a usual rate, beyond what any vending machine sells in a day.
IMPLAUSIBLE_TIMES = 10
IMPLAUSIBLE_MARGIN_UNITS = 50
MOST_UNITS_A_DAY = 2_000
# The highest price there is (Price in the contract): more money than that is no sale.
MOST_CENTS_A_UNIT = 100_000_000
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Derived:
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


def derive(db: Database, device_id: int, after: str) -> tuple[list[Derived], dict[int, str]]:
    """The intervals closed by reads placed behind `after`, and the reason by read that is held."""
    by_read: dict[int, list[Derived]] = {}
    accepted: set[int] = set()
    for row in db.query(
        """
        SELECT s.dex_read_id, s.selection, s.position, s.read_at, s.price_cents, s.count_init,
               s.value_init_cents, r.accepted_at,
               p.position AS opened_place, p.read_at AS opened_at,
               p.count_init AS count_before, p.value_init_cents AS value_before
        FROM dex_selections s
        JOIN dex_reads r ON r.id = s.dex_read_id
        JOIN dex_selections p
          ON p.device_id = s.device_id AND p.selection = s.selection AND p.position = (
            SELECT max(b.position)
            FROM dex_selections b
            WHERE b.device_id = s.device_id AND b.selection = s.selection
              AND b.position < s.position
        )
        WHERE s.dex_read_id IN (
            SELECT id FROM dex_reads WHERE device_id = :device_id AND position > :after
        )
        ORDER BY s.position, s.selection
        """,
        {"device_id": device_id, "after": after},
    ):
        by_read.setdefault(row["dex_read_id"], []).append(_derived(row))
        if row["accepted_at"] is not None:
            accepted.add(row["dex_read_id"])
    held: dict[int, str] = {}
    kept: list[Derived] = []
    for read_id, intervals in by_read.items():
        reason = None if read_id in accepted else _implausible(db, device_id, intervals)
        if reason is not None:
            held[read_id] = reason
        else:
            kept += intervals
    return kept, held


def units_between(count: int, before: int) -> tuple[int, bool]:
    """Units from one odometer reading to the next, and whether the counter began anew."""
    return (count - before, False) if count >= before else (count, True)


def _derived(row: Row) -> Derived:
    units, fell = units_between(row["count_init"], row["count_before"])
    if row["value_init_cents"] is None or row["value_before"] is None:
        # Without value counters the price is all the machine tells about money.
        amount = units * (row["price_cents"] or 0)
    else:
        amount, value_fell = units_between(row["value_init_cents"], row["value_before"])
        fell = fell or value_fell
    return Derived(
        read_id=row["dex_read_id"],
        place=row["position"],
        selection=row["selection"],
        opened_at=row["opened_at"],
        opened_place=row["opened_place"],
        closed_at=row["read_at"],
        units=units,
        amount_cents=amount,
        new_epoch=fell,
    )


def _implausible(db: Database, device_id: int, intervals: list[Derived]) -> str | None:
    days = max(1.0, *(_days(i.opened_at, i.closed_at) for i in intervals))
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
    rate = _usual_rate(db, device_id, min(i.opened_place for i in intervals))
    if rate is None:
        return None
    usual = max(1.0, rate) * days
    if fallen <= IMPLAUSIBLE_TIMES * usual + IMPLAUSIBLE_MARGIN_UNITS:
        return None
    return (
        f"The counters began anew and show {fallen:,} units, many times the usual "
        f"{usual:,.0f} for this time."
    )


def _usual_rate(db: Database, device_id: int, place: str) -> float | None:
    """Units a day by the machine's total over the four weeks before a read; None if unknown."""
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


def boundary(db: Database, device_id: int, since: str) -> str | None:
    """The place of the read behind which a replay from `since` must begin.

    The earliest of the reads that open an interval still open at `since`; None
    when no read before it matters.
    """
    place: str | None = scalar(
        db,
        """
        SELECT min(o.place) FROM (
            SELECT (
                SELECT max(b.position) FROM dex_selections b
                WHERE b.device_id = :device_id AND b.selection = s.selection
                  AND b.position < :since
            ) AS place
            FROM (
                SELECT DISTINCT selection FROM slots
                WHERE device_id = :device_id AND selection IS NOT NULL
            ) s
            WHERE EXISTS (
                SELECT 1 FROM dex_selections a
                WHERE a.device_id = :device_id AND a.selection = s.selection
                  AND a.position >= :since
            )
        ) o
        """,
        {"device_id": device_id, "since": since},
    )
    return place


def later_reads(db: Database, device_id: int, after: str) -> Iterator[Row]:
    """The reads placed behind `after`, in order."""
    return db.query(
        """
        SELECT id, position, read_at, status, units, amount_cents, held_reason
        FROM dex_reads
        WHERE device_id = :device_id AND position > :after
        ORDER BY position
        """,
        {"device_id": device_id, "after": after},
    )
