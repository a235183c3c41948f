"""Intervals: what each selection sold between two consecutive reads that report it.

How a read is taken (as it counts on, a new board, a register run over, nonsense of a
board) is decided in solving.py, from what stands before it (`standings`). What does
not add up, or is many times what a machine can sell, is held: it books nothing until a
manager accepts the read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clock import to_datetime
from db import Database, Row, one
from domain.dex import agreement
from domain.dex.agreement import OFF
from domain.dex.ordering import COUNTERS, RECEIPT
from domain.dex.readings import Board, Context, Reading, Solution
from domain.dex.solving import solve
from domain.stock import spelling
from services.books import chosen_selections, reconciliations
from services.books.chosen_selections import Chosen
from services.books.reconciliations import Verdict
from services.books.standings import GLITCH, Standings, total_of
from services.books.standings import IMPLAUSIBLE_MARGIN_UNITS as MARGIN

# What no selection of any vending machine sells in a day.
MOST_UNITS_A_DAY = 2_000
# The highest price there is (Price in the contract): more money than that is no sale.
MOST_CENTS_A_UNIT = 100_000_000
SECONDS_A_DAY = 86_400
MINUTES_A_DAY = 1_440
# A new board's own tests, and one unit a minute.
FEW_UNITS = 10


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

    `verdicts` tells by the id of a read how it was taken, and why it is held if it is;
    `links` the former names of selections; `opened` where each interval begins, also of what
    is held: it may have been booked before.
    """

    begin: Begin
    reads: Sequence[Row]
    derived: Sequence[Derived]
    verdicts: dict[int, Verdict]
    links: Mapping[str, str]
    opened: Sequence[tuple[str, str]] = ()

    def behind(self) -> list[Row]:
        """The reads behind the beginning."""
        return [read for read in self.reads if read["position"] > self.begin.place]

    def up_to_begin(self) -> set[int]:
        """The ids of reads of the second of the beginning that do not lie behind it."""
        return {read["id"] for read in self.reads if read["position"] <= self.begin.place}


def window(db: Database, device_id: int, since: str, fed: Iterable[str]) -> Window:
    """What a replay from `since` must see: no interval of a selection of `fed`, those of the
    slots in whatever spelling, straddles its beginning.
    """
    fed = set(map(spelling.key, fed))
    chosen = chosen_selections.of_device(db, device_id)
    links = chosen.links.items()
    fed |= {spelling.key(new) for new, formerly in links if spelling.key(formerly) in fed}
    place = _read_before(db, device_id, since)
    while True:
        # Without a read before, it begins just before `since`, in front of reads of that second.
        begin = Begin(since, since) if place is None else Begin(place.partition("/")[0], place)
        found = _derive(db, device_id, begin, chosen)
        opened = min(
            (place for selection, place in found.opened if spelling.key(selection) in fed),
            default=None,
        )
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


def _derive(db: Database, device_id: int, begin: Begin, chosen: Chosen) -> Window:
    reads = _reads(db, device_id, begin.at)
    behind = [read for read in reads if read["position"] > begin.place]
    if not behind:
        return Window(begin, reads, [], {}, chosen.links)
    before = next((read for read in reads if read["position"] == begin.place), None)
    fold = _Fold(chosen, Standings(db, device_id, begin.place, before, chosen.links))
    for read in behind[:-1]:
        fold.take(read)
    fold.take(behind[-1], is_last=True)
    return Window(begin, reads, fold.derived, fold.verdicts, chosen.links, fold.opened)


def _reads(db: Database, device_id: int, since: str) -> list[Row]:
    """The reads of a device from a second on, in order, as they are marked."""
    return list(
        db.query(
            f"""
            SELECT id, position, read_at, clock, status, units, amount_cents, held_reason,
                   accepted_at, paid_count_init, paid_value_init_cents, payments_value_init_cents,
                   {reconciliations.COLUMNS}
            FROM dex_reads
            WHERE device_id = :device_id AND position >= :since
            ORDER BY position
            """,
            {"device_id": device_id, "since": since},
        )
    )


class _Fold:
    """Takes one read of a device after the other, each by what stands when it comes."""

    def __init__(self, chosen: Chosen, standings: Standings) -> None:
        self._ignored = chosen.ignored
        self._standings = standings
        self.derived: list[Derived] = []
        self.opened: list[tuple[str, str]] = []
        self.verdicts: dict[int, Verdict] = {}

    def take(self, read: Row, *, is_last: bool = False) -> None:
        """Take a read; behind the last one nothing asks for what stands."""
        standings = self._standings
        now = Reading(standings.report(read["id"]), total_of(read))
        board = standings.board(now.selections)
        if board is None:
            self.verdicts[read["id"]] = reconciliations.BASELINE
            standings.stand(read, now, 0, reconciliations.BASELINE.finding)
            standings.remember(read, reconciliations.BASELINE)
            return
        context = Context(standings.fresh(board, now.selections), self._ignored, standings.habit)
        days = max(1.0, days_between(standings.last_at, read["read_at"]))
        solution = solve(
            now,
            board,
            context,
            earlier=standings.earlier,
            usual=lambda: standings.usual(days),
        )
        intervals = self._intervals(read, solution)
        self.opened += [(i.selection, i.opened_place) for i in intervals]
        self.opened += [
            (name, standings.opened(name)[1]) for name in board.selections.keys() - solution.sold
        ]
        clocks = {read["clock"], standings.last_clock}
        is_timed = not clocks & {COUNTERS, RECEIPT}
        held, solution = self._held(now, board, context, solution, intervals, is_timed=is_timed)
        verdict = reconciliations.verdict(
            read, solution, held=held, habit=standings.habit, ignored=self._ignored
        )
        self.verdicts[read["id"]] = verdict
        if held is None or read["accepted_at"] is not None:
            self.derived += intervals
        if is_last:
            return
        if verdict.finding != GLITCH:
            standings.stand(read, now, verdict.epoch, verdict.finding)
        standings.remember(read, verdict)

    def _intervals(self, read: Row, solution: Solution) -> list[Derived]:
        found = []
        for selection, sold in solution.sold.items():
            if selection in self._ignored:
                continue
            opened_at, opened_place = self._standings.opened(selection)
            found.append(
                Derived(
                    read["id"],
                    read["position"],
                    selection,
                    opened_at,
                    opened_place,
                    read["read_at"],
                    sold.units,
                    sold.amount_cents,
                    sold.began_anew,
                )
            )
        return found

    def _held(
        self,
        now: Reading,
        board: Board,
        context: Context,
        solution: Solution,
        intervals: Sequence[Derived],
        *,
        is_timed: bool,
    ) -> tuple[str | None, Solution]:
        """Why a read is not booked, if it is not, and what it then stands for."""
        if not intervals:
            return solution.contradiction, solution
        reason = self._implausible(board, intervals, is_plain=solution.finding == "plain")
        if reason is None and is_timed:
            reason = _too_fast(intervals)
        if reason is not None:
            # Nonsense of a board, it may be: what stood before it stays to be compared with.
            return reason, reconciliations.as_contradiction(solution, reason)
        if solution.contradiction is not None:
            return solution.contradiction, solution
        reason = self._does_not_add_up(now, board, context, solution)
        return reason, solution

    def _does_not_add_up(
        self, now: Reading, board: Board, context: Context, solution: Solution
    ) -> str | None:
        units, cents = solution.units, solution.cents
        if not units and not cents:
            return None
        by_units = agreement.of_units(solution.change, units, context.habit)
        by_cents = agreement.of_cents(solution.change, units, cents, context.habit)
        if OFF not in (by_units, by_cents):
            return None
        if by_units == OFF and by_cents < agreement.UNTOLD and not solution.change.units:
            return None
        if solution.explained or agreement.is_explained(solution, now, board, context):
            return None
        said = agreement.in_words(solution.change, units, cents)
        return f"The audit does not add up: {said}"

    def _implausible(
        self, board: Board, intervals: Sequence[Derived], *, is_plain: bool
    ) -> str | None:
        """Why the intervals that one read closes cannot be; None when they can."""
        opened = min(i.opened_at for i in intervals)
        days = max(1.0, days_between(opened, intervals[0].closed_at))
        for interval in intervals:
            if interval.units > MOST_UNITS_A_DAY * days:
                return (
                    f"Selection {interval.selection} shows {interval.units:,} units since the "
                    "read before, more than a machine can sell."
                )
            if interval.amount_cents > MOST_CENTS_A_UNIT * max(1, interval.units):
                return (
                    f"Selection {interval.selection} shows more money since the read before than "
                    f"its {interval.units:,} units can have cost."
                )
        # What is usual is asked only where it decides: mostly it does not.
        if is_plain and not _shows_something(board):
            units = sum(interval.units for interval in intervals)
            if units > self._standings.usual(days).units + MARGIN:
                return (
                    f"The audits before show only zeros and this one {units:,} units: a new "
                    "machine may have sold them, or a board that failed says its old figures "
                    "again."
                )
        fallen = sum(interval.units for interval in intervals if interval.new_epoch)
        if not fallen:
            return None
        usual = self._standings.usual(days)
        if fallen <= usual.most:
            return None
        what = "usual" if usual.is_known else "sales of a busy machine,"
        return (
            f"The counters began anew and show {fallen:,} units, many times the {what} "
            f"{usual.units:,.0f} for this time."
        )


def _too_fast(intervals: Sequence[Derived]) -> str | None:
    """Why what counters show since zero cannot have been sold in the little time there was."""
    fallen = [interval for interval in intervals if interval.new_epoch]
    units = sum(interval.units for interval in fallen)
    if not units:
        return None
    opened = min(interval.opened_at for interval in fallen)
    minutes = days_between(opened, fallen[0].closed_at) * MINUTES_A_DAY
    if units <= FEW_UNITS + minutes:
        return None
    return (
        f"The counters began anew and show {units:,} units within {_lasted(minutes)} of the read "
        "before: another machine may have sold them, or a part of this one that is read apart."
    )


def _lasted(minutes: float) -> str:
    return "a minute" if minutes <= 1 else f"{minutes:,.0f} minutes"


def _shows_something(board: Board) -> bool:
    return any(each.shows_something for each in board.selections.values())


def days_between(begin: str, end: str) -> float:
    return (to_datetime(end) - to_datetime(begin)).total_seconds() / SECONDS_A_DAY
