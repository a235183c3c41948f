"""Traces: of some requests, what they did and for how long, for a collector of OpenTelemetry.

Every call has a trace id, the caller's own where it sends one (W3C Trace Context), which
stands in the log line and in a problem. Only of those that are sampled are spans made: of the
request, its transactions and its statements, whose text holds no values. They are handed to a
bounded queue; whoever waits for an answer waits for no collector.
"""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from typing import TYPE_CHECKING

import watch
from settings import Settings
from web.around import Around
from web.call import Call, Headers

if TYPE_CHECKING:
    from web.spans import Spans

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
        self._spans: Spans | None = None
        self._is_watching = False

    def begin(self, call: Call) -> None:
        """Give the call its trace, and gather its parts where it is sampled."""
        if not self._is_watching:
            self.start()
        trace = self._trace(call.header("TRACEPARENT"))
        call.trace = trace
        self._running.parts = [] if trace.is_sampled else None

    def end(self, call: Call, status: int) -> Headers:
        """Hand the spans over; the answer says which trace it belongs to."""
        parts, self._running.parts = self._running.parts, None
        trace = call.trace
        if trace is None:
            return []
        if parts is not None and self._spans is not None:
            self._spans.add(call, trace, status, parts, time.perf_counter())
        flags = "01" if trace.is_sampled else "00"
        return [("traceparent", f"00-{trace.trace_id}-{trace.span_id}-{flags}")]

    def statement(self, sql: str, began: float, ended: float) -> None:
        self._add("statement", sql, began, ended)

    def transaction(self, kind: str, began: float, ended: float) -> None:
        self._add("transaction", kind, began, ended)

    def close(self) -> None:
        """Send what is left, as far as that is quickly done."""
        watch.end(self)
        if self._spans is not None:
            self._spans.close()

    def _add(self, kind: str, what: str, began: float, ended: float) -> None:
        parts = self._running.parts
        if parts is not None and len(parts) < MOST_PARTS:
            parts.append((kind, what, began, ended))

    def _trace(self, sent: str | None) -> Trace:
        found = PARENT.fullmatch(sent) if sent else None
        # Zeros stand for none.
        if found and found[1].strip("0") and found[2].strip("0"):
            is_sampled = bool(int(found[3], 16) & SAMPLED)
            return Trace(found[1], found[2], is_sampled=is_sampled)
        trace_id = f"{random.getrandbits(128) or 1:032x}"  # no secret
        return Trace(trace_id, None, is_sampled=random.random() < self._share)  # noqa: S311

    def start(self) -> None:
        """Watch, with the first call at the latest: not before a fork, which no thread survives."""
        with self._lock:
            if self._is_watching:
                return
            from web.spans import Spans  # a library that only traces need

            self._spans = Spans(self._endpoint)
            watch.begin(self)
            self._is_watching = True


def of(settings: Settings) -> Tracing | None:
    """The tracing of an application; None unless the settings name a collector."""
    if settings.otlp_endpoint is None:
        return None
    return Tracing(settings.otlp_endpoint, settings.trace_percent)
