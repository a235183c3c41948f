"""Standings: what stands of a device's counters before a read, as solving.py asks for it.

The reads before the beginning of a replay are marked with the life of the counters that
each belongs to (`epoch`) and with what was found of it; those behind are added one by
one. A glitch is nobody's predecessor, and neither is, for its selection, a zero behind
a higher figure of its life. All of it depends only on the reads before, so that any
order of arrival ends the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from clock import to_datetime
from db import Database, Row, json_list, one
from domain.dex.agreement import MOST_INTERVALS, habit_of
from domain.dex.readings import Board, Counters, Habit, Reading, Total, Usual
from services.books.reconciliations import Verdict

GLITCH = "glitch"
UNSOLVED = "unsolved"
WRAP = "wrap"
# More than so many times the usual sales, plus a margin for slow machines, is implausible.
# A machine whose usual rate nobody knows yet is taken for a busy one.
IMPLAUSIBLE_TIMES = 10
IMPLAUSIBLE_MARGIN_UNITS = 50
BUSY_UNITS_A_DAY = 50.0
# Boards are exchanged for another, and for the old one; not for one of long ago.
MOST_BOARDS = 8
SECONDS_A_DAY = 86_400

# As `Counters` has them.
COUNTERS = "s.price_cents, s.count_init, s.value_init_cents, s.count_rst, s.value_rst_cents"
# What one read says of each selection.
Report = dict[str, Counters]
# The read that reports a selection last: of any life of the counters, of one, and of one
# with a figure above zero. CROSS keeps SQLite from looking through all reports: the reads
# before, the last one first, mostly tell at once.
LAST = """
    FROM json_each(:wanted) w
    CROSS JOIN dex_selections s
    WHERE s.selection = w.value ->> 'selection' AND s.dex_read_id = (
        SELECT r.id FROM dex_reads r
        CROSS JOIN dex_selections b
        WHERE r.device_id = :device_id AND r.position <= :place AND r.finding <> 'glitch'
          AND b.dex_read_id = r.id AND b.selection = w.value ->> 'selection'
"""
OF_LIFE = " AND r.epoch = :epoch"
COUNTED = " AND (b.count_init > 0 OR (b.value_init_cents > 0 AND r.finding = 'wrap'))"
LATEST = " ORDER BY r.position DESC LIMIT 1)"
LAST_REPORT = f"SELECT s.selection, s.position, s.read_at, {COUNTERS} {LAST}{LATEST}"
LAST_OF_LIFE = f"SELECT s.selection, s.position, s.read_at, {COUNTERS} {LAST}{OF_LIFE}{LATEST}"
LAST_COUNTED = (
    f"SELECT s.selection, s.position, s.read_at, {COUNTERS} {LAST}{OF_LIFE}{COUNTED}{LATEST}"
)


@dataclass(slots=True)
class _Life:
    """One life of the counters: `last` and `total` of its last read; `bases` as asked for,
    `counted` those of them with a figure above zero.

    `is_whole` says that it began behind the beginning, so that nothing is to be looked up.
    """

    epoch: int
    last: Mapping[str, Counters]
    total: Total
    place: str
    bases: dict[str, Counters | None] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    is_whole: bool = False
    ran_over: bool = False

    def stands(self, counters: Counters) -> bool:
        """Whether a figure of the last read is more than a zero behind a higher one."""
        return bool(counters[1]) or (self.ran_over and bool(counters[2]))

    def begin(self, finding: str) -> _Life:
        """From its last read alone: a zero is looked for where it matters."""
        self.ran_over = finding == WRAP
        self.bases = {name: each for name, each in self.last.items() if self.stands(each)}
        self.counted = set(self.bases)
        return self


@dataclass(frozen=True, slots=True)
class _Interval:
    """What one read before closed."""

    read_at: str
    finding: str
    status: str
    counted_units: int
    counted_cents: int
    machine_units: int | None
    machine_cents: int | None


def reading_of(row: Row) -> Counters:
    return Counters(
        row["price_cents"],
        row["count_init"],
        row["value_init_cents"],
        row["count_rst"],
        row["value_rst_cents"],
    )


def total_of(read: Row) -> Total:
    return Total(
        read["paid_count_init"], read["paid_value_init_cents"], read["payments_value_init_cents"]
    )


class Standings:
    """What stands at one read of a device after the other, from `place` on."""

    def __init__(
        self,
        db: Database,
        device_id: int,
        place: str,
        before: Row | None,
        links: Mapping[str, str],
    ) -> None:
        """`before` is the read at `place` that it begins behind; None in front of all."""
        self._db = db
        self._device_id = device_id
        self._before = before and before["position"]
        self._links = links
        self._reports = self._reported(place)
        self._openers: dict[str, tuple[str, str] | None] = {}
        self._lives: dict[int, _Life] = {}
        self._current: int | None = None
        self._remembered: list[_Interval] = []
        self._has_all_lives = before is None
        self.last_at = ""
        self.last_clock = ""
        if before is not None:
            self._begin(before)

    # What stands

    def report(self, read_id: int) -> Report:
        """What a read from the beginning on says of each selection."""
        return self._reports.get(read_id) or {}

    def board(self, selections: Mapping[str, Counters]) -> Board | None:
        """The present board, with what stands of these selections; None in front of all reads."""
        if self._current is None:
            return None
        life = self._lives[self._current]
        return Board(life.epoch, self._bases(life, selections), life.last, life.total)

    def fresh(self, board: Board, selections: Iterable[str]) -> frozenset[str]:
        """Of these: what the present board did not report yet, and another one did."""
        if board.epoch == 0:
            return frozenset()
        unknown = [name for name in selections if name not in board.selections]
        self._find_openers(unknown)
        return frozenset(name for name in unknown if self._openers.get(name))

    def earlier(self) -> list[Board]:
        """The other boards, as their last reads left them."""
        self._load_lives()
        others = [life for life in self._lives.values() if life.epoch != self._current]
        others.sort(key=lambda life: life.place, reverse=True)
        return [
            Board(life.epoch, life.last, life.last, life.total) for life in others[:MOST_BOARDS]
        ]

    def opened(self, selection: str) -> tuple[str, str]:
        """Where the interval of a selection begins: at its last report, else at the last read."""
        opener = self._openers.get(selection)
        if opener is not None:
            return opener
        self._find_openers([selection])
        opener = self._openers[selection]
        if opener is None and selection in self._links:
            self._find_openers([self._links[selection]])
            opener = self._openers[self._links[selection]]
        if opener is not None:
            return opener
        return self.last_at, self._lives[self._current or 0].place

    def habit(self) -> Habit:
        """How far the machine's own total is from its selections as a rule."""
        return habit_of(
            [
                (each.machine_units, each.counted_units, each.machine_cents, each.counted_cents)
                for each in self._intervals()[1:]
                if each.finding not in (GLITCH, UNSOLVED) and each.status != "baseline"
            ][-MOST_INTERVALS:]
        )

    def usual(self, days: float) -> Usual:
        """What the machine sells in so many days."""
        known = self._rate()
        units = (BUSY_UNITS_A_DAY if known is None else max(1.0, known)) * days
        return Usual(units, IMPLAUSIBLE_TIMES * units + IMPLAUSIBLE_MARGIN_UNITS, known is not None)

    # What comes

    def stand(self, read: Row, now: Reading, epoch: int, finding: str) -> None:
        """From here on, this read is the last of that life of the counters."""
        life = self._lives.get(epoch)
        if life is None:
            life = self._lives[epoch] = _Life(epoch, {}, Total(), "", is_whole=True)
        life.ran_over = finding == WRAP
        life.last, life.total, life.place = now.selections, now.total, read["position"]
        bases = life.bases
        self._openers |= dict.fromkeys(now.selections, (read["read_at"], read["position"]))
        for name, counters in now.selections.items():
            # Before a life's beginning here there may be a higher figure, not looked up yet.
            known = life.is_whole or name in bases
            if life.stands(counters):
                bases[name] = counters
                life.counted.add(name)
            elif known and name not in life.counted:
                bases[name] = counters
        self._current = epoch
        self.last_at, self.last_clock = read["read_at"], read["clock"]

    def remember(self, read: Row, verdict: Verdict) -> None:
        """What this read closed is among what is usual from here on."""
        self._remembered.append(
            _Interval(
                read["read_at"],
                verdict.finding,
                "booked" if verdict.counted_units is not None else "baseline",
                verdict.counted_units or 0,
                verdict.counted_cents or 0,
                verdict.machine_units,
                _money(verdict.machine_cents, verdict.payments_cents),
            )
        )

    # Private

    def _begin(self, before: Row) -> None:
        """Stand at the read before: the last one that is no glitch."""
        read: Row | None = before
        if before["finding"] == GLITCH:
            read = self._last_read(before["position"])
        if read is None:
            return
        last = self._reports.get(read["id"]) or self._report_of(read["id"])
        life = _Life(read["epoch"], last, total_of(read), read["position"])
        self._lives[life.epoch] = life.begin(read["finding"])
        self._current = life.epoch
        self.last_at, self.last_clock = read["read_at"], read["clock"]
        opener = (read["read_at"], read["position"])
        self._openers = dict.fromkeys(last, opener)

    def _last_read(self, place: str) -> Row | None:
        return one(
            self._db,
            """
            SELECT id, position, read_at, clock, epoch, finding, paid_count_init,
                   paid_value_init_cents, payments_value_init_cents
            FROM dex_reads
            WHERE device_id = :device_id AND position <= :place AND finding <> 'glitch'
            ORDER BY position DESC LIMIT 1
            """,
            {"device_id": self._device_id, "place": place},
        )

    def _reported(self, place: str) -> dict[int, Report]:
        """The reports from a place on, by read."""
        found: dict[int, Report] = {}
        for row in self._db.execute(
            f"""
            SELECT s.dex_read_id, s.selection, {COUNTERS}
            FROM dex_reads r
            JOIN dex_selections s ON s.dex_read_id = r.id
            WHERE r.device_id = :device_id AND r.position >= :place
            ORDER BY r.position, r.id, s.selection
            """,
            {"device_id": self._device_id, "place": place},
        ):
            found.setdefault(row[0], {})[row[1]] = Counters._make(row[2:])
        return found

    def _report_of(self, read_id: int) -> Report:
        rows = self._db.execute(
            f"SELECT s.selection, {COUNTERS} FROM dex_selections s WHERE s.dex_read_id = :id",
            {"id": read_id},
        )
        return {row[0]: Counters._make(row[1:]) for row in rows}

    def _bases(self, life: _Life, selections: Mapping[str, Counters]) -> dict[str, Counters]:
        """What stands of these selections in one life of the counters."""
        bases, last = life.bases, life.last
        found = {}
        missing = []
        for name, counters in selections.items():
            before = last.get(name)
            if before is not None and (life.stands(before) or not (counters[1] or counters[2])):
                found[name] = before
            elif name in bases:
                if (base := bases[name]) is not None:
                    found[name] = base
            else:
                missing.append(name)
        if missing:
            self._look_up(life, missing)
            found |= {name: base for name in missing if (base := bases[name]) is not None}
        for name in self._links.keys() & (selections.keys() - found.keys()):
            formerly = self._links[name]
            if formerly not in bases:
                self._look_up(life, [formerly])
            if (base := bases[formerly]) is not None:
                found[name] = base
        return found

    def _look_up(self, life: _Life, names: Sequence[str]) -> None:
        """Find what stands of these before the beginning; None where nothing does."""
        found: dict[str, Row] = {}
        if self._before is not None:
            found = self._last(LAST_COUNTED, names, life.epoch)
            life.counted |= found.keys()
        for name in names:
            row = found.get(name)
            life.bases[name] = reading_of(row) if row else life.last.get(name)
        rest = [name for name in names if life.bases[name] is None]
        if self._before is not None and rest:
            for name, row in self._last(LAST_OF_LIFE, rest, life.epoch).items():
                life.bases[name] = reading_of(row)

    def _find_openers(self, names: Iterable[str]) -> None:
        """Where each of these was reported last, by whichever board."""
        missing = [name for name in names if name not in self._openers]
        if not missing:
            return
        found = {}
        if self._before is not None:
            found = self._last(LAST_REPORT, missing, 0)
        for name in missing:
            row = found.get(name)
            self._openers[name] = (row["read_at"], row["position"]) if row else None

    def _last(self, sql: str, names: Sequence[str], epoch: int) -> dict[str, Row]:
        rows = self._db.query(
            sql,
            {
                "device_id": self._device_id,
                "place": self._before,
                "epoch": epoch,
                "wanted": json_list({"selection": name} for name in names),
            },
        )
        return {row["selection"]: row for row in rows}

    def _load_lives(self) -> None:
        """All boards of before the beginning."""
        if self._has_all_lives:
            return
        self._has_all_lives = True
        for read in self._db.query(
            """
            SELECT r.id, r.epoch, r.finding, r.position, r.paid_count_init, r.paid_value_init_cents,
                   r.payments_value_init_cents
            FROM (
                SELECT max(position) AS place FROM dex_reads
                WHERE device_id = :device_id AND position <= :place AND finding <> 'glitch'
                GROUP BY epoch
            ) AS l
            JOIN dex_reads r ON r.device_id = :device_id AND r.position = l.place
            """,
            {"device_id": self._device_id, "place": self._before},
        ):
            if read["epoch"] not in self._lives:
                last = self._report_of(read["id"])
                life = _Life(read["epoch"], last, total_of(read), read["position"])
                self._lives[life.epoch] = life.begin(read["finding"])

    def _intervals(self) -> list[_Interval]:
        """What the last reads closed; the first of them tells since when."""
        return [*self._kept, *self._remembered][-MOST_INTERVALS - 1 :]

    @cached_property
    def _kept(self) -> list[_Interval]:
        if self._before is None:
            return []
        rows = self._db.query(
            """
            SELECT read_at, finding, status, COALESCE(counted_units, units) AS counted_units,
                   COALESCE(counted_cents, amount_cents) AS counted_cents, machine_units,
                   machine_cents, payments_cents
            FROM dex_reads
            WHERE device_id = :device_id AND position <= :place
            ORDER BY position DESC LIMIT CAST(:most AS bigint)
            """,
            {"device_id": self._device_id, "place": self._before, "most": MOST_INTERVALS + 1},
        )
        found = [
            _Interval(
                row["read_at"],
                row["finding"],
                row["status"],
                row["counted_units"],
                row["counted_cents"],
                row["machine_units"],
                _money(row["machine_cents"], row["payments_cents"]),
            )
            for row in rows
        ]
        return found[::-1]

    def _rate(self) -> float | None:
        """Units a day by what the last reads closed; None where nobody can know yet."""
        known = self._intervals()
        units, days = 0, 0.0
        for before, each in pairwise(known):
            lasted = (to_datetime(each.read_at) - to_datetime(before.read_at)).total_seconds()
            if each.finding not in (GLITCH, UNSOLVED):
                units += each.counted_units
                days += lasted / SECONDS_A_DAY
        return units / days if days > 0 else None


def _money(cents: int | None, payments_cents: int | None) -> int | None:
    return payments_cents if cents is None else cents
