"""Traces: of some requests, what they did and for how long, for a collector of OpenTelemetry.

A call that is sampled, or whose caller sends a trace (W3C Trace Context), has a trace id, which
stands in the log line and in a problem; all others pay for a random number. Of those that are
sampled spans are made: of the request, its transactions and its statements, whose text holds
no values. Notes of them are handed to a bounded queue; whoever waits for an answer waits for no
collector.
"""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import watch
from settings import Settings
from web.around import NO_HEADERS, Around
from web.call import Call, Headers

if TYPE_CHECKING:
    from web.collector import Collector

log = logging.getLogger("cvd.tracing")
PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
SAMPLED = 1
# Of one request: a report that runs thousands of statements is told in part.
MOST_PARTS = 200

# What a part of a request was: statement or transaction, its text or kind, when it began and ended.
Part = tuple[str, str, float, float]


class Trace:
    """One call that is traced; ids are hexadecimal, `parent` is the caller's span."""

    __slots__ = ("is_sampled", "parent", "span_id", "trace_id")

    def __init__(self, trace_id: str, parent: str | None, *, is_sampled: bool) -> None:
        self.trace_id = trace_id
        self.parent = parent
        self.span_id = f"{random.getrandbits(64) or 1:016x}"  # no secret
        self.is_sampled = is_sampled


class Traced(NamedTuple):
    """What is to be told of a call that was answered; times are of `time.perf_counter()`."""

    trace: Trace
    name: str
    method: str
    status: int
    request_id: str
    started: float
    ended: float
    parts: list[Part]


class _Running(threading.local):
    """The parts of the call that this thread answers; None where it is not sampled."""

    parts: list[Part] | None = None


class Tracing(Around, watch.Watcher):
    """Traces the calls of one process, `percent` of those whose caller does not say."""

    def __init__(self, endpoint: str, percent: int) -> None:
        self._endpoint = endpoint
        self._share = percent / 100
        self._running = _Running()
        self._lock = threading.Lock()
        self._collector: Collector | None = None
        # Calls that are sampled and not answered yet: while there is none, nobody watches.
        self._gathering = 0

    def begin(self, call: Call) -> None:
        """Give the call its trace, and gather its parts, where it is sampled."""
        sent = call.environ.get("HTTP_TRACEPARENT")
        is_drawn = random.random() < self._share  # noqa: S311
        if not (sent or is_drawn):
            return
        trace = _trace(sent, is_sampled=is_drawn)
        if trace is None:
            return
        call.trace = trace
        if trace.is_sampled:
            self._running.parts = []
            self._gather(1)

    def end(self, call: Call, status: int) -> Headers:
        """Hand the spans over; the answer says which trace it belongs to, if to any."""
        trace = call.trace
        if trace is None:
            return NO_HEADERS
        if trace.is_sampled:
            parts, self._running.parts = self._running.parts, None
            self._gather(-1)
            if parts is not None:
                self.start().add(_traced(call, trace, status, parts))
        flags = "01" if trace.is_sampled else "00"
        return [("traceparent", f"00-{trace.trace_id}-{trace.span_id}-{flags}")]

    def statement(self, sql: str, began: float, ended: float) -> None:
        """Note a statement that ran; times are of `time.perf_counter`."""
        self._add("statement", sql, began, ended)

    def transaction(self, kind: str, began: float, ended: float) -> None:
        """As `statement`, of a transaction."""
        self._add("transaction", kind, began, ended)

    def close(self) -> None:
        """Send what is left, as far as that is quickly done."""
        watch.end(self)
        if self._collector is not None:
            self._collector.close()

    def start(self) -> Collector:
        """Load what sends spans: not before a fork, which no thread survives."""
        with self._lock:
            if self._collector is None:
                from web.collector import Collector  # a library that only traces need

                self._collector = Collector(self._endpoint)
            return self._collector

    def _add(self, kind: str, what: str, began: float, ended: float) -> None:
        parts = self._running.parts
        if parts is not None and len(parts) < MOST_PARTS:
            parts.append((kind, what, began, ended))

    def _gather(self, more: int) -> None:
        with self._lock:
            self._gathering += more
            if self._gathering and not watch.is_told(self):
                watch.begin(self)
            elif not self._gathering:
                watch.end(self)


def _trace(sent: str | None, *, is_sampled: bool) -> Trace | None:
    """What the caller sent decides, where it is a trace; None where there is nothing to trace."""
    found = PARENT.fullmatch(sent) if sent else None
    # Zeros stand for none.
    if found and found[1].strip("0") and found[2].strip("0"):
        return Trace(found[1], found[2], is_sampled=bool(int(found[3], 16) & SAMPLED))
    if not is_sampled:
        return None
    return Trace(f"{random.getrandbits(128) or 1:032x}", None, is_sampled=True)  # no secret


def _traced(call: Call, trace: Trace, status: int, parts: list[Part]) -> Traced:
    return Traced(
        trace=trace,
        name=call.operation or call.method,
        method=call.method,
        status=status,
        request_id=call.request_id,
        started=call.started,
        ended=time.perf_counter(),
        parts=parts,
    )


def of(settings: Settings) -> Tracing | None:
    """The tracing of an application; None unless the settings name a collector."""
    if settings.otlp_endpoint is None:
        return None
    return Tracing(settings.otlp_endpoint, settings.trace_percent)
