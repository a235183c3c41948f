"""Log lines: for people as text, for programs as JSON, never more than one line of a request."""

import io
import json
import logging
import sys
import time

import pytest

from app import create_app
from settings import Settings
from tests.kit.people import sign_up
from web import logs

pytestmark = pytest.mark.spared("lines are written above the database")

SOON_S = 10


@pytest.fixture
def configured():
    """A function that configures the log, which is put back afterwards."""
    root = logging.getLogger("cvd")
    before = root.handlers, root.level, root.propagate
    yield logs.configure
    root.handlers, root.level, root.propagate = before


def record(message="hello", **more):
    return logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "cvd", **more})


def failed():
    try:
        int("x")
    except ValueError as error:
        return (type(error), error, error.__traceback__)


def test_a_line_of_text_ends_with_its_request():
    line = logs.TextLines().format(record(request_id="abc"))
    assert line.endswith("info    hello [abc]")
    assert logs.TextLines().format(record()).endswith("info    hello")


def test_a_line_of_json_has_what_there_is():
    line = json.loads(logs.JsonLines().format(record(status=200, user="anna", operation=None)))
    assert line["message"] == "hello"
    assert (line["status"], line["user"]) == (200, "anna")
    assert "operation" not in line


def test_an_error_brings_its_traceback():
    assert "ValueError" in logs.TextLines().format(record(exc_info=failed()))
    line = logs.JsonLines().format(record(exc_info=failed()))
    assert "ValueError" in json.loads(line)["traceback"]
    assert "\n" not in line


@pytest.mark.parametrize(
    ("how", "is_json"), [({"log_format": "json"}, True), ({"log_format": "text"}, False)]
)
def test_requests_are_logged_as_the_settings_say(
    configured, capsys, app, admin, database_url, how, is_json
):
    configured(Settings(database_url=database_url, **how))
    admin.get("/api/products")
    admin.get("/pages/%0Aforged%1B[2J")
    logs.flush()
    lines = [line for line in capsys.readouterr().err.splitlines() if "GET" in line]
    assert len(lines) == 2
    if is_json:
        first = json.loads(lines[0])
        assert (first["status"], first["user"]) == (200, admin.id)
        assert first["operation"] == "product_service.list_products"
    else:
        assert "\\nforged\\x1b[2J" in lines[1]


def test_the_line_of_a_request_says_its_trace_and_nobodys_name(
    configured, capsys, engine, database_url
):
    settings = Settings(
        database_url=database_url,
        log_format="json",
        otlp_endpoint="http://127.0.0.1:9",
        trace_percent=0,
    )
    app = create_app(settings)
    configured(settings)
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    anna = sign_up(app, engine, "anna", "admin")
    anna.get("/api/users?q=anna", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-00"})
    logs.flush()
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["trace_id"] == trace
    assert json.loads(line)["user"] == anna.id
    assert "anna" not in line
    assert "127.0.0.1" not in line
    assert app.tracing is not None
    app.tracing.close()
    app.extensions["cvd"]["engine"].close()


def test_the_level_that_is_asked_for_is_kept(configured, capsys, admin, database_url):
    configured(Settings(database_url=database_url, log_level="warning"))
    admin.get("/api/products")
    logs.flush()
    assert capsys.readouterr().err == ""


def test_lines_of_requests_come_by_themselves_and_before_what_goes_wrong_behind_them(
    configured, monkeypatch, admin, database_url
):
    # Not capsys: to read from it forgets what another thread writes at that moment.
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configured(Settings(database_url=database_url))
    admin.get("/api/products")
    logging.getLogger("cvd").error("went wrong")
    admin.get("/api/locations")
    deadline = time.monotonic() + SOON_S
    while "locations" not in written.getvalue() and time.monotonic() < deadline:
        time.sleep(0.01)
    words = ("products", "went wrong", "locations")
    assert [
        word for line in written.getvalue().splitlines() for word in words if word in line
    ] == list(words)
