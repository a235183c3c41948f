"""Spans: what a traced request did, as OpenTelemetry tells it, on its way to a collector."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from web.call import Call

if TYPE_CHECKING:
    from web.tracing import Part, Trace

log = logging.getLogger("cvd.tracing")
SEND_WITHIN_S = 5
CLOSE_WITHIN_S = 1.0
MOST_WAITING = 2048
LONGEST_STATEMENT = 2000
FAILED_FROM = 500
SCOPE = InstrumentationScope("cvd")
Attributes = dict[str, str | int]


class Collector(SpanExporter):
    """The collector, which may be away: the log says so once, and once when it is back."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them, or let them go."""
        try:
            result = self._exporter.export(spans)
        except Exception:  # noqa: BLE001  # whatever it is, no request may hear of it
            result = SpanExportResult.FAILURE
        is_away = result is not SpanExportResult.SUCCESS
        if is_away and not self._is_away:
            log.warning("The collector of traces does not take them; they are let go meanwhile.")
        if self._is_away and not is_away:
            log.warning("The collector of traces takes them again.")
        self._is_away = is_away
        return result

    def shutdown(self) -> None:
        """Give up what is still being sent."""
        self._exporter.shutdown()


class Spans:
    """Sends spans to the collector at an address, in a thread apart."""

    def __init__(self, endpoint: str) -> None:
        # It tells of every batch that does not go through, and of every span that finds no room.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=SEND_WITHIN_S)
        self._processor = BatchSpanProcessor(Collector(exporter), max_queue_size=MOST_WAITING)
        self._resource = Resource.create({"service.name": "cvd"})
        # From the clock of durations to that of the day.
        self._offset_s = time.time() - time.perf_counter()

    def add(
        self, call: Call, trace: Trace, status: int, parts: Sequence[Part], ended: float
    ) -> None:
        """A request that was answered, and its parts."""
        attributes: Attributes = {
            "http.request.method": call.method,
            "http.response.status_code": status,
            "cvd.request_id": call.request_id,
        }
        name = call.operation or call.method
        parent = None if trace.parent is None else _context(trace, trace.parent, is_remote=True)
        mine = _context(trace, trace.span_id)
        is_failed = status >= FAILED_FROM
        transactions: list[tuple[SpanContext, float, float]] = []
        for kind, what, began, until in parts:
            if kind == "transaction":
                inner = _context(trace)
                transactions.append((inner, began, until))
                self._end(f"{what} transaction", inner, mine, {}, began, until)
        for kind, what, began, until in parts:
            if kind == "statement":
                around = next((c for c, since, to in transactions if since <= began <= to), mine)
                text = " ".join(what.split())
                told: Attributes = {"db.query.text": text[:LONGEST_STATEMENT]}
                self._end(text.partition(" ")[0], _context(trace), around, told, began, until)
        self._end(
            name,
            mine,
            parent,
            attributes,
            call.started,
            ended,
            SpanKind.SERVER,
            is_failed=is_failed,
        )

    def close(self) -> None:
        """Send what is left; no longer than a stop may take."""
        closing = threading.Thread(target=self._processor.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSE_WITHIN_S)

    def _end(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        attributes: Attributes,
        began: float,
        ended: float,
        kind: SpanKind = SpanKind.INTERNAL,
        *,
        is_failed: bool = False,
    ) -> None:
        span = ReadableSpan(
            name=name,
            context=context,
            parent=parent,
            resource=self._resource,
            attributes=attributes,
            kind=kind,
            instrumentation_scope=SCOPE,
            status=Status(StatusCode.ERROR if is_failed else StatusCode.UNSET),
            start_time=self._ns(began),
            end_time=self._ns(ended),
        )
        self._processor.on_end(span)

    def _ns(self, at: float) -> int:
        return int((at + self._offset_s) * 1e9)


def _context(trace: Trace, span_id: str | None = None, *, is_remote: bool = False) -> SpanContext:
    number = int(span_id, 16) if span_id else random.getrandbits(64) or 1  # no secret
    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(trace.trace_id, 16), number, is_remote=is_remote, trace_flags=flags)
