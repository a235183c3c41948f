"""Replay: the stock of a device's slots from facts and sales, in event-time order.

Facts are what people saw and did (counts, removals, fills), arrangements are
what a slot held and how it was sold from a moment on, intervals are the units
that odometers show between two reads. The rules, from the field:

- A count sets the stock. A shortfall is first explained by sales of the interval
  it falls into; the closing read then deducts only what the count had not seen.
  What is left is a difference, `unexplained`.
- A fill that the books have no room for was made into a slot that had sold: the same
  sales explain it, as they explain a count's shortfall.
- A selection that feeds several slots drains them in slot order, each to zero first.
- Below zero or above capacity is clipped, visibly, as `unexplained`.
- A slot never counted or filled is unknown (None), not empty; without a product
  it holds nothing (0).

Because the result depends only on the set of events, any order of arrival ends
in the same stock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

DEX_READ = "dex_read"
PLANOGRAM = "planogram"
VISIT = "visit"

SALE = "sale"
FILL = "fill"
REMOVAL = "removal"
COUNT = "count"
UNEXPLAINED = "unexplained"

SECONDS_A_DAY = 86_400


class Arrangement(NamedTuple):
    """What a slot holds, how it is sold and how much fits, from `at` on."""

    slot_id: int
    at: str
    product_id: int | None
    selection: str | None
    capacity: int
    change_id: int


class Fact(NamedTuple):
    """A person at a slot: counted, then took out, then put in. `id` breaks ties of time."""

    id: int
    slot_id: int
    at: str
    kind: str
    source_id: int
    counted: int | None
    removed: int
    added: int


class Interval(NamedTuple):
    """Units a selection sold from one read to the next; `place` orders closings of one second."""

    read_id: int
    selection: str
    opened_at: str
    closed_at: str
    place: str
    units: int


class Cause(NamedTuple):
    """Of which slot the stock changes, and by what; what has one cause is one move."""

    slot_id: int
    product_id: int | None
    reason: str
    at: str
    source_kind: str
    source_id: int


class Start(NamedTuple):
    """A slot as it stands before the first event of the replay."""

    slot_id: int
    quantity: int | None
    product_id: int | None
    selection: str | None
    capacity: int


@dataclass(slots=True)
class Outcome:
    """What a replay found.

    `moves`, signed, in the order of their first event; `quantities` by slot at the end;
    `days_out` by (read id, selection): days of the interval in which it was known sold
    out; `products` by (read id, selection): what the selection sold at the closing.
    """

    moves: dict[Cause, int] = field(default_factory=dict)
    quantities: dict[int, int | None] = field(default_factory=dict)
    days_out: dict[tuple[int, str], float] = field(default_factory=dict)
    products: dict[tuple[int, str], int | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Slot:
    slot_id: int
    quantity: int | None
    product_id: int | None
    selection: str | None
    capacity: int


@dataclass(slots=True)
class _Open:
    """An interval on its way: what no count has seen of it, and how long it was sold out."""

    interval: Interval
    unseen: int
    seconds_out: float = 0.0


def replay(
    starts: Iterable[Start],
    arrangements: Iterable[Arrangement],
    facts: Iterable[Fact],
    intervals: Iterable[Interval],
) -> Outcome:
    """Replay events over `starts` (in slot order). Each event lies after the start."""
    return _Replay(starts, intervals).run(arrangements, list(facts))


class _Replay:
    """The state of one replay: slots by id, open intervals by selection."""

    def __init__(self, starts: Iterable[Start], intervals: Iterable[Interval]) -> None:
        self.slots = {
            s.slot_id: _Slot(s.slot_id, s.quantity, s.product_id, s.selection, s.capacity)
            for s in starts
        }
        self.closings = sorted(intervals, key=lambda i: (i.closed_at, i.place, i.selection))
        self.queues: dict[str, list[_Open]] = {}
        for interval in self.closings:
            self.queues.setdefault(interval.selection, []).append(_Open(interval, interval.units))
        self.out_since: dict[str, str] = {}
        self.fed: dict[str, list[_Slot]] | None = None
        self.outcome = Outcome()

    def run(self, arrangements: Iterable[Arrangement], facts: Sequence[Fact]) -> Outcome:
        for selection, queue in self.queues.items():
            self._note_sold_out(selection, queue[0].interval.opened_at)
        # At one moment: what was sold until then, each change of the planogram with its
        # counts, what visitors saw and did.
        events: list[tuple[str, int, str, int, int, Interval | Arrangement | Fact]] = [
            *((i.closed_at, 0, i.place, 0, 0, i) for i in self.closings),
            *((a.at, 1, "", a.change_id, 0, a) for a in arrangements),
            *(
                (f.at, 1, "", f.source_id, 1, f)
                if f.kind == PLANOGRAM
                else (f.at, 2, "", f.id, 0, f)
                for f in facts
            ),
        ]
        events.sort(key=lambda event: event[:5])
        for *_, event in events:
            if isinstance(event, Fact):
                self._take(event)
            elif isinstance(event, Interval):
                self._close(event)
            else:
                self._arrange(event)
        self.outcome.quantities = {s.slot_id: s.quantity for s in self.slots.values()}
        return self.outcome

    def _close(self, interval: Interval) -> None:
        """A read closes an interval: what no count has seen leaves the slots now."""
        opened = self.queues[interval.selection].pop(0)
        fed = self._fed_by(interval.selection)
        self.outcome.products[interval.read_id, interval.selection] = (
            fed[0].product_id if fed else None
        )
        self._count_time_out(interval.selection, opened, interval.closed_at)
        self.outcome.days_out[interval.read_id, interval.selection] = _days_out(opened)
        source = (interval.closed_at, DEX_READ, interval.read_id)
        known = [slot for slot in fed if slot.quantity is not None]
        left = opened.unseen
        for slot in known:
            taken = min(left, slot.quantity or 0)
            self._move(slot, SALE, -taken, *source)
            left -= taken
        # A slot nobody counted may have sold the rest; with none, the books were wrong.
        if left and known and len(known) == len(fed):
            self._move(known[-1], SALE, -left, *source)
            self._clip(known[-1], *source)
        self._note_sold_out(interval.selection, interval.closed_at)

    def _arrange(self, new: Arrangement) -> None:
        slot = self.slots[new.slot_id]
        before = slot.selection
        if new.product_id != slot.product_id:
            if slot.quantity:
                self._move(slot, PLANOGRAM, -slot.quantity, new.at, PLANOGRAM, new.change_id)
            slot.quantity = 0 if new.product_id is None else None
        slot.product_id, slot.selection = new.product_id, new.selection
        slot.capacity = new.capacity
        self.fed = None
        self._clip(slot, new.at, PLANOGRAM, new.change_id)
        for selection in {before, new.selection} - {None}:
            self._note_sold_out(str(selection), new.at)

    def _take(self, fact: Fact) -> None:
        _, slot_id, at, kind, source_id, counted, removed, added = fact
        slot = self.slots[slot_id]
        if counted is not None:
            self._count(slot, counted, at, kind, source_id)
        if removed or added:
            slot.quantity = slot.quantity or 0
        if removed:
            self._move(slot, REMOVAL, -removed, at, kind, source_id)
            self._clip(slot, at, kind, source_id)
        if counted is None:
            self._make_room(slot, added, at)
        self._move(slot, FILL, added, at, kind, source_id)
        self._clip(slot, at, kind, source_id)
        if slot.selection is not None:
            self._note_sold_out(slot.selection, at)

    def _count(self, slot: _Slot, counted: int, at: str, kind: str, source_id: int) -> None:
        if slot.quantity is None:
            slot.quantity = 0
            reason = COUNT if kind == VISIT else PLANOGRAM
            self._move(slot, reason, counted, at, kind, source_id)
            return
        shortfall = slot.quantity - counted
        shortfall -= self._sell_by(slot, shortfall, at)
        reason = UNEXPLAINED if kind == VISIT else PLANOGRAM
        self._move(slot, reason, -shortfall, at, kind, source_id)

    def _make_room(self, slot: _Slot, added: int, at: str) -> None:
        """What is put in without having been counted fitted: so much was sold before."""
        quantity = slot.quantity or 0
        self._sell_by(slot, min(quantity, quantity + added - slot.capacity), at)

    def _sell_by(self, slot: _Slot, units: int, at: str) -> int:
        """Of these units of a slot, those that its interval sold by now leave; how many."""
        opened = self._open_at(slot.selection, at) if units > 0 else None
        if opened is None:
            return 0
        sold = min(units, opened.unseen)
        opened.unseen -= sold
        self._move(slot, SALE, -sold, at, DEX_READ, opened.interval.read_id)
        return sold

    def _open_at(self, selection: str | None, at: str) -> _Open | None:
        queue = self.queues.get(selection) if selection else None
        return queue[0] if queue and queue[0].interval.opened_at <= at else None

    def _fed_by(self, selection: str) -> list[_Slot]:
        """The slots that a selection drains, in slot order."""
        if self.fed is None:
            self.fed = {}
            for slot in self.slots.values():
                if slot.selection is not None and slot.product_id is not None:
                    self.fed.setdefault(slot.selection, []).append(slot)
        return self.fed.get(selection, [])

    def _clip(self, slot: _Slot, at: str, kind: str, source_id: int) -> None:
        quantity = slot.quantity
        most = 0 if slot.product_id is None else slot.capacity
        if quantity is not None and not 0 <= quantity <= most:
            inside = 0 if quantity < 0 else most
            self._move(slot, UNEXPLAINED, inside - quantity, at, kind, source_id)

    def _move(
        self, slot: _Slot, reason: str, quantity: int, at: str, kind: str, source_id: int
    ) -> None:
        if not quantity:
            return
        slot.quantity = (slot.quantity or 0) + quantity
        moves = self.outcome.moves
        cause = Cause(slot.slot_id, slot.product_id, reason, at, kind, source_id)
        moves[cause] = moves.get(cause, 0) + quantity

    def _note_sold_out(self, selection: str, at: str) -> None:
        """Keep the moment from which all of a selection's slots are known to be empty."""
        if selection not in self.queues:
            return  # no interval asks for it
        fed = self._fed_by(selection)
        # Seldom: the first slot alone tells it of most selections.
        if fed and fed[0].quantity == 0 and all(slot.quantity == 0 for slot in fed):
            self.out_since.setdefault(selection, at)
        elif selection in self.out_since:
            opened = self._open_at(selection, at)
            if opened is not None:
                self._count_time_out(selection, opened, at)
            del self.out_since[selection]

    def _count_time_out(self, selection: str, opened: _Open, until: str) -> None:
        since = self.out_since.get(selection)
        if since is not None:
            begin = max(since, opened.interval.opened_at)
            opened.seconds_out += max(0.0, _seconds(begin, until))
            self.out_since[selection] = until


def _days_out(opened: _Open) -> float:
    """Days sold out; none where the odometer shows sales all the same: the books were wrong."""
    interval = opened.interval
    if not opened.seconds_out:
        return 0.0
    lasted = _seconds(interval.opened_at, interval.closed_at)
    if interval.units and opened.seconds_out >= lasted:
        return 0.0
    return opened.seconds_out / SECONDS_A_DAY


def _seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
