"""Metrics: how often, how long, and how it ended, of every operation of this server.

What is counted has its place in a row of numbers (tallies.py), found by the names of the
contract and by the words of `watch.py`: a label has no other values than these, whatever
anybody sends. What the numbers are called outside is told by exposition.py.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from functools import cache
from time import perf_counter
from typing import NamedTuple

import contract
import watch
from settings import Settings
from watch import EVENTS, WAITS
from web.around import NO_HEADERS, Around
from web.call import Call, Headers
from web.tallies import Tallies

# Pages, scripts, and what is not there.
OTHER = "other"
CLASSES = ("2xx", "3xx", "4xx", "5xx")
# By the hundreds of a status; 1xx is no answer.
CLASS_OF = (0, 0, 0, 1, 2, 3)
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)
# What is counted of an operation, in its order: answers by class, by bucket (the last one is
# what took longer than all), their seconds, and what SQL they ran, for how long.
SECONDS = len(CLASSES) + len(BUCKETS_S) + 1
STATEMENTS = SECONDS + 1
SQL_SECONDS = SECONDS + 2
WIDTH = SECONDS + 3
LEVELS = (
    *(
        f"{state} {kind}"
        for kind in ("reading", "writing", "hash")
        for state in ("waiting", "busy")
    ),
    "connections",
)

# Of a process that is killed so many answers are forgotten at most, or those of half a second.
SETTLED_AT = 256


class Waited(NamedTuple):
    """How often somebody waited, and for how long together."""

    times: float
    seconds: float


class Counted(NamedTuple):
    """What one operation did: answers by class, by bucket, and figures in seconds."""

    name: str
    by_class: Sequence[float]
    by_bucket: Sequence[float]
    seconds: float
    statements: float
    sql_seconds: float


class _Running(threading.local):
    """How many statements ran in this thread since the last answer, and for how long."""

    def __init__(self) -> None:
        self.sql = [0.0, 0.0]


# An answer that is still to be counted: its operation, status and seconds, its statements and
# theirs. Not a named tuple, which takes three times as long to make.
Answered = tuple[str | None, int, float, float, float]


class Metrics(Around, watch.Watcher):
    """Counts for one process what is around a call, and what it is told by `watch`."""

    def __init__(self, tallies: Tallies) -> None:
        self._tallies = tallies
        self._begins = {name: place * WIDTH for place, name in enumerate(names())}
        self._waits = {what: _waits_at() + 2 * place for place, what in enumerate(WAITS)}
        self._events = {event: _events_at() + place for place, event in enumerate(EVENTS)}
        self._levels = {level: _counts() + place for place, level in enumerate(LEVELS)}
        self._lock = threading.Lock()
        self._running = _Running()
        self._answered: deque[Answered] = deque()
        self._row: memoryview[float] | None = None
        # What this process has counted of answers: a list takes a third of the time to add to.
        self._sums: list[float] = []

    def begin(self, _call: Call) -> None:
        """From the first call on it watches: a process that only starts others counts nothing."""
        if self._row is None:
            self._start()

    def end(self, call: Call, status: int) -> Headers:
        """Note an answer; it gets no header."""
        sql = self._running.sql
        # Added up for many at once: a lock and shared memory take longer than the note.
        self._answered.append(
            (call.operation, status, perf_counter() - call.started, sql[0], sql[1])
        )
        sql[0] = sql[1] = 0.0
        if len(self._answered) >= SETTLED_AT:
            self.settle()
        return NO_HEADERS

    def statement(self, _sql: str, began: float, ended: float) -> None:
        """Kept for the answer to which it leads; what no answer waits for goes to the next."""
        sql = self._running.sql
        sql[0] += 1.0
        sql[1] += ended - began

    def settle(self) -> None:
        """Count the answers that were noted, for all processes to see."""
        row, begins, sums = self._row, self._begins, self._sums
        if row is None:
            return
        touched = set()
        other, take = begins[OTHER], self._answered.popleft
        with self._lock:
            for _ in range(len(self._answered)):
                operation, status, seconds, statements, sql_seconds = take()
                at = begins.get(operation, other) if operation else other
                touched.add(at)
                sums[at + CLASS_OF[status // 100]] += 1.0
                sums[at + len(CLASSES) + bisect_left(BUCKETS_S, seconds)] += 1.0
                sums[at + SECONDS] += seconds
                sums[at + STATEMENTS] += statements
                sums[at + SQL_SECONDS] += sql_seconds
            for at in touched:
                row[at : at + WIDTH] = memoryview(array("d", sums[at : at + WIDTH]))

    def waited(self, what: str, seconds: float) -> None:
        """Count a wait of `seconds` for `what`, one of the waits."""
        at = self._waits[what]
        with self._lock:
            if self._row is not None:
                self._row[at] += 1.0
                self._row[at + 1] += seconds

    def happened(self, what: str, how: str) -> None:
        """Count an event."""
        at = self._events[what, how]
        with self._lock:
            if self._row is not None:
                self._row[at] += 1.0

    def note(self, level: str, value: float) -> None:
        """One of LEVELS, of this process at the moment."""
        if self._row is not None:
            self._row[self._levels[level]] = value

    def operations(self) -> list[Counted]:
        """Those that were asked for at least once, of all processes."""
        self.settle()
        counts = self._tallies.counts()
        found = []
        for name, at in self._begins.items():
            row = counts[at : at + WIDTH]
            classes, buckets = row[: len(CLASSES)], row[len(CLASSES) : SECONDS]
            if any(classes):
                found.append(Counted(name, classes, buckets, *row[SECONDS:]))
        return found

    def waits(self) -> dict[str, Waited]:
        """How often and how long was waited for each, of all processes."""
        counts = self._tallies.counts()
        return {what: Waited(counts[at], counts[at + 1]) for what, at in self._waits.items()}

    def events(self) -> dict[tuple[str, str], float]:
        """How often each event happened, of all processes."""
        counts = self._tallies.counts()
        return {event: counts[at] for event, at in self._events.items()}

    def levels(self) -> dict[str, float]:
        """Each of LEVELS, of all processes."""
        return dict(zip(LEVELS, self._tallies.levels(), strict=True))

    def stop(self) -> None:
        """Watch no longer."""
        self.settle()
        watch.end(self)

    def _start(self) -> None:
        with self._lock:
            if self._row is None:
                row = self._tallies.take()
                self._sums = [*row[: _waits_at()]]
                self._row = row
                watch.begin(self)


_shared: list[Tallies] = []


def share(processes: int) -> None:
    """Let the processes that are forked from here on, so many at once, count together."""
    _shared[:] = [_tallies(processes)]


def of(settings: Settings) -> Metrics | None:
    """The metrics of an application; None unless the settings ask for them."""
    if not settings.has_metrics:
        return None
    return Metrics(_shared[0] if _shared else _tallies(1))


@cache
def names() -> tuple[str, ...]:
    """What may be asked for: the operations of the contract, and everything else."""
    return (*(operation.name for operation in contract.current().operations), OTHER)


def _tallies(processes: int) -> Tallies:
    return Tallies(counts=_counts(), levels=len(LEVELS), processes=processes)


def _waits_at() -> int:
    return len(names()) * WIDTH


def _events_at() -> int:
    return _waits_at() + 2 * len(WAITS)


def _counts() -> int:
    return _events_at() + len(EVENTS)
