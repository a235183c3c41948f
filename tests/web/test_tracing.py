"""Traces: a collector hears what a request did, and nobody waits for it or is told on."""

import gzip
import logging
import random
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import get_context
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Status

import watch
from app import create_app
from settings import Settings
from tests.kit.people import Person, sign_up
from web.call import Call
from web.spans import Encoder
from web.tracing import Trace, Traced

pytestmark = pytest.mark.spared("traces are told above the database")

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ORIGIN = "https://office.example"
WITH_TRACE = {"REQUEST_METHOD": "GET", "HTTP_TRACEPARENT": f"00-{TRACE}-{CALLER}-01"}


class Collector(HTTPServer):
    """Takes what is sent, and keeps the spans."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taking)
        self.spans = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        sent = ExportTraceServiceRequest.FromString(content)
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                server: Any = self.server
                server.spans.extend(scope.spans)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def collector():
    collector = Collector()
    yield collector
    collector.shutdown()
    collector.server_close()


@contextmanager
def traced(database_url, endpoint, percent=100):
    """An application that is traced, and closed: then all its spans are sent."""
    app = create_app(
        Settings(
            database_url=database_url,
            otlp_endpoint=endpoint,
            trace_percent=percent,
            cors_origins=(ORIGIN,),
        )
    )
    try:
        yield app
    finally:
        tracing = app.tracing
        assert tracing is not None
        tracing.close()
        app.extensions["cvd"]["engine"].close()


def ask(app, headers):
    return Person(app).get("/api/products", headers=headers)


@pytest.mark.parametrize("way", [{}, {"Origin": ORIGIN}], ids=["past Flask", "through it"])
def test_a_request_is_told_with_its_transaction_and_statements(engine, collector, way):
    with traced(engine.url, collector.address) as app:
        admin = sign_up(app, engine, "anna", "admin")
        headers = {"traceparent": f"00-{TRACE}-{CALLER}-01", **way}
        answer = admin.get("/api/products", headers=headers)
    assert answer.status == 200
    assert answer.headers["traceparent"].startswith(f"00-{TRACE}-")
    assert {span.trace_id.hex() for span in collector.spans} == {TRACE}
    by_id = {span.span_id: span for span in collector.spans}
    [request] = [span for span in collector.spans if span.name.startswith("product_service")]
    assert request.parent_span_id.hex() == CALLER
    [transaction] = [span for span in collector.spans if span.name == "reading transaction"]
    assert by_id[transaction.parent_span_id] is request
    statements = [span for span in collector.spans if span.name == "SELECT"]
    assert statements
    for each in statements:
        assert by_id[each.parent_span_id] is transaction
        assert request.start_time_unix_nano <= each.start_time_unix_nano
        assert each.end_time_unix_nano <= request.end_time_unix_nano


def test_no_value_and_no_secret_goes_to_the_collector(database_url, collector):
    with traced(database_url, collector.address) as app:
        body = {"username": "a-name-of-somebody", "password": "a-password-of-somebody"}
        Person(app).post("/api/auth/login", json=body)
    told = "".join(map(str, collector.spans))
    assert "lower(username)" in told
    assert "of-somebody" not in told


@pytest.mark.parametrize(("flag", "is_told"), [("00", False), ("01", True)])
def test_the_caller_says_whether_it_is_sampled(database_url, collector, flag, is_told):
    with traced(database_url, collector.address, percent=0) as app:
        answer = ask(app, {"traceparent": f"00-{TRACE}-{CALLER}-{flag}"})
    assert answer.headers["traceparent"].endswith(f"-{flag}")
    assert bool(collector.spans) is is_told


@pytest.mark.parametrize(
    "sent",
    ["", "x", f"ff-{TRACE}-{CALLER}-01", f"00-{'0' * 32}-{CALLER}-01", f"00-{TRACE}-{'0' * 16}-01"],
)
def test_a_parent_that_is_none_is_not_taken(database_url, collector, sent):
    with traced(database_url, collector.address, percent=0) as app:
        answer = ask(app, {"traceparent": sent})
    assert "trace_id" not in answer.json
    assert "traceparent" not in answer.headers
    assert collector.spans == []


def test_nobody_watches_statements_but_for_a_request_that_is_sampled(database_url, collector):
    with traced(database_url, collector.address, percent=0) as app:
        ask(app, {})
        assert not watch.is_told(app.tracing)
        app.tracing.begin(sampled := Call(WITH_TRACE))
        assert watch.is_told(app.tracing)
        app.tracing.begin(another := Call(WITH_TRACE))
        app.tracing.end(sampled, 200)
        assert watch.is_told(app.tracing)
        app.tracing.end(another, 200)
        assert not watch.is_told(app.tracing)


def test_a_request_that_is_sampled_has_an_id_of_its_own(database_url, collector):
    with traced(database_url, collector.address) as app:
        first, second = (ask(app, {}) for _ in range(2))
    ids = [answer.json["trace_id"] for answer in (first, second)]
    assert [len(each) for each in ids] == [32, 32]
    assert ids[0] != ids[1]
    assert first.headers["traceparent"].split("-")[1] == ids[0]


def test_so_many_percent_are_sampled(database_url, collector, monkeypatch):
    drawn = iter([0.05, 0.099, 0.1, 0.5, 0.99])
    monkeypatch.setattr(random, "random", lambda: next(drawn))
    with traced(database_url, collector.address, percent=10) as app:
        for _ in range(5):
            ask(app, {})
    requests = [span for span in collector.spans if not span.parent_span_id]
    assert len(requests) == 2


def test_a_collector_that_is_away_is_told_once_and_nobody_waits_for_it(database_url, caplog):
    logging.getLogger("cvd").propagate = True
    with traced(database_url, "http://127.0.0.1:9") as app:
        for _ in range(3):
            assert ask(app, {}).status == 401
            app.tracing.start().send()
    told = [record.message for record in caplog.records if record.name == "cvd.tracing"]
    assert told == ["The collector of traces does not take them; they are let go meanwhile."]
    others = [record for record in caplog.records if record.name.startswith("opentelemetry")]
    assert others == []


def test_what_cannot_be_told_is_let_go_and_the_next_is_told(database_url, collector, monkeypatch):
    """Whatever goes wrong on the way: otherwise the thread that sends would end, unheard."""
    encoded, failures = Encoder.encoded, [ValueError("no such attribute")]

    def failing(self, requests):
        if failures:
            raise failures.pop()
        return encoded(self, requests)

    monkeypatch.setattr(Encoder, "encoded", failing)
    with traced(database_url, collector.address) as app:
        assert ask(app, {}).status == 401
        app.tracing.start().send()
        assert (failures, collector.spans) == ([], [])
        assert ask(app, {}).status == 401
    assert collector.spans


def test_what_failed_and_what_a_caller_asked_for_is_told_apart():
    def span(status, parent):
        trace = Trace(TRACE, parent, is_sampled=True)
        told = Traced(trace, "a name", "GET", status, "1", started=1.0, ended=2.0, parts=[])
        sent = ExportTraceServiceRequest.FromString(Encoder(0.0).encoded([told]))
        [found] = sent.resource_spans[0].scope_spans[0].spans
        return found

    refused, failed = span(404, None), span(503, CALLER)
    assert (refused.status.code, failed.status.code) == (0, Status.STATUS_CODE_ERROR)
    assert (refused.flags, failed.flags) == (0x100, 0x300)
    assert failed.end_time_unix_nano - failed.start_time_unix_nano == 1_000_000_000


def test_each_run_of_a_statement_has_its_own_id_and_time(engine, collector):
    with traced(engine.url, collector.address) as app:
        admin = sign_up(app, engine, "anna", "admin")
        for _ in range(2):
            admin.get("/api/products")
    statements = [span for span in collector.spans if span.name == "SELECT"]
    texts = [span.attributes[0].value.string_value for span in statements]
    assert len(texts) > len(set(texts))
    assert len({span.span_id for span in collector.spans}) == len(collector.spans)
    assert len({span.start_time_unix_nano for span in statements}) == len(statements)


def test_without_a_collector_nothing_is_said_of_traces(visitor):
    answer = visitor.get("/api/products", headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})
    assert "traceparent" not in answer.headers
    assert "trace_id" not in answer.json


def test_requests_of_two_workers_have_numbers_of_their_own():
    def number():
        return Call({"REQUEST_METHOD": "GET"}).request_id[:8]

    context = get_context("fork")
    told = context.SimpleQueue()
    workers = [context.Process(target=lambda: told.put(number())) for _ in range(2)]
    for worker in workers:
        worker.start()
    numbers = {told.get(), told.get(), number()}
    for worker in workers:
        worker.join()
    assert len(numbers) == 3
