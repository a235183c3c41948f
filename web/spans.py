"""Spans: what requests that were traced did, as OpenTelemetry tells it (OTLP).

They are encoded from notes, many requests at once: nothing of a span is made while somebody
waits for an answer. What a span says is the same for each run of a statement, so it is made
once; only ids and times are its own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span, SpanFlags, Status
from opentelemetry.sdk.resources import Resource

if TYPE_CHECKING:
    from web.tracing import Traced

LONGEST_STATEMENT = 2000
# Each statement of the source has its text; those that are put together have many.
MOST_REMEMBERED = 1024
FAILED_FROM = 500
SCOPE = "cvd"
NANO = 1_000_000_000
LOCAL = SpanFlags.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK
REMOTE = LOCAL | SpanFlags.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK

# A transaction: the id of its span, when it began and ended.
Around = tuple[bytes, float, float]


class Encoder:
    """Requests as a collector takes them."""

    def __init__(self, offset_s: float) -> None:
        """`offset_s` leads from the clock of durations to that of the day."""
        self._offset_s = offset_s
        self._resource = Resource.create({"service.name": SCOPE})

    def encoded(self, requests: Sequence[Traced]) -> bytes:
        """An ExportTraceServiceRequest."""
        message = ExportTraceServiceRequest()
        of_resource = message.resource_spans.add(schema_url=self._resource.schema_url)
        of_resource.resource.attributes.extend(
            _text(key, str(value)) for key, value in self._resource.attributes.items()
        )
        scope = of_resource.scope_spans.add()
        scope.scope.name = SCOPE
        for request in requests:
            self._add(scope, request)
        content: bytes = message.SerializeToString()
        return content

    def _add(self, scope: ScopeSpans, it: Traced) -> None:
        trace_id, mine = bytes.fromhex(it.trace.trace_id), bytes.fromhex(it.trace.span_id)
        parent = bytes.fromhex(it.trace.parent or "")
        said = Span(name=it.name, kind=Span.SPAN_KIND_SERVER, flags=REMOTE if parent else LOCAL)
        said.attributes.append(_text("http.request.method", it.method))
        said.attributes.append(
            KeyValue(key="http.response.status_code", value=AnyValue(int_value=it.status))
        )
        said.attributes.append(_text("cvd.request_id", it.request_id))
        if it.status >= FAILED_FROM:
            said.status.code = Status.STATUS_CODE_ERROR
        self._end(scope, said, trace_id, mine, parent, it.started, it.ended)
        transactions: list[Around] = []
        for kind, what, began, ended in it.parts:
            if kind == "transaction":
                inner = _span_id()
                transactions.append((inner, began, ended))
                self._end(scope, _transaction(what), trace_id, inner, mine, began, ended)
        for kind, what, began, ended in it.parts:
            if kind == "statement":
                around = next((c for c, since, to in transactions if since <= began <= to), mine)
                self._end(scope, _statement(what), trace_id, _span_id(), around, began, ended)

    def _end(
        self,
        scope: ScopeSpans,
        said: Span,
        trace_id: bytes,
        span_id: bytes,
        parent: bytes,
        began: float,
        ended: float,
    ) -> None:
        offset_s = self._offset_s
        scope.spans.add(
            trace_id=trace_id,
            span_id=span_id,
            parent_span_id=parent,
            start_time_unix_nano=int((began + offset_s) * NANO),
            end_time_unix_nano=int((ended + offset_s) * NANO),
        ).MergeFrom(said)


@lru_cache
def _transaction(kind: str) -> Span:
    return Span(name=f"{kind} transaction", kind=Span.SPAN_KIND_INTERNAL, flags=LOCAL)


@lru_cache(MOST_REMEMBERED)
def _statement(sql: str) -> Span:
    text = " ".join(sql.split())
    said = Span(name=text.partition(" ")[0], kind=Span.SPAN_KIND_INTERNAL, flags=LOCAL)
    said.attributes.append(_text("db.query.text", text[:LONGEST_STATEMENT]))
    return said


def _text(key: str, value: str) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(string_value=value))


def _span_id() -> bytes:
    return (random.getrandbits(64) or 1).to_bytes(8, "big")  # no secret
