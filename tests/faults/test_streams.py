"""An export of any length costs as little memory as a short one, and none ends short unnoticed.

One that is long in rows is written by a job; one that is long in bytes only is still answered by a
request, so here the length that is told beforehand may be a smaller one than there are rows.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.fleet import make_fleet
from tests.faults.served import Client, serving
from tests.faults.test_killed_jobs import begun
from tests.kit.people import COOKIE

SPARED = pytest.mark.spared("how an export is sent is decided above the database")

MOST_MORE_MIB = 25
ROWS = 1_000_000
EXPORT = "/api/sales?group_by=device&from=2026-01-01&to=2026-01-31&format=csv&for=machines"
# As many machines as nobody has, each read from the snapshot.
MANY = """
from services.books import sale_service, sale_sheets

def walked(db, actor, **asked):
    return sale_service.Walk(TOLD, items(db))

def items(db):
    for number in range(ROWS):
        if number % 1000 == 0:
            seen = db.execute("SELECT count(*) FROM devices").fetchone()[0]
        yield {"key": str(number), "label": LABEL, "units": seen, "amount_cents": 150,
               "lost_units": 0, "lost_cents": 0}
        if number == FAILS_AT:
            raise ValueError("planted")

sale_service.walk_sales = walked
"""
WHOLE = f"ROWS, TOLD, LABEL, FAILS_AT = {ROWS}, {ROWS}, 'Machine', None\n{MANY}"
# Longer than what sockets hold.
LONG = f"ROWS, TOLD, LABEL, FAILS_AT = 20_000, 1, 'Machine' * 200, None\n{MANY}"
FAILING = f"ROWS, TOLD, LABEL, FAILS_AT = 100_000, 1, 'Machine', 50_000\n{MANY}"
FAILING_AT_ONCE = f"ROWS, TOLD, LABEL, FAILS_AT = 100_000, 1, 'Machine', 3\n{MANY}"
HASTY = f"{LONG}\nfrom server import streaming\nstreaming.STEP_WITHIN_S = 0.5\n"


ASKED = {
    "operation": "sale_service.list_sales",
    "query": {"group_by": "device", "from": "2026-01-01", "to": "2026-01-31", "for": "machines"},
}
AS_JSON = {"Content_Type": "application/json"}
STANDS_STILL_S = 120


def memory_mib(pid: int) -> float:
    """The most that a process has had in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def test_a_million_rows_need_no_more_memory_than_a_few(database_url, tmp_path, note):
    token = make_fleet(database_url, 2).token
    with (
        serving(database_url, tmp_path / "server.log", plant=WHOLE, job_workers=1) as server,
        closing(Client(server.port, token)) as client,
    ):
        refused = client.get(EXPORT)
        assert (refused.status, "1,000,000 rows" in refused.json["detail"]) == (422, True)
        [maker], [answerer] = begun(server), server.workers()
        before = {pid: memory_mib(pid) for pid in (maker, answerer)}
        export = client.ask("POST", "/api/exports", json.dumps(ASKED).encode(), **AS_JSON).json
        seen, since = None, time.monotonic()
        while (job := client.get(f"/api/jobs/{export['job_id']}").json)["state"] != "done":
            if job["done"] != seen:
                seen, since = job["done"], time.monotonic()
            assert time.monotonic() - since < STANDS_STILL_S, server.log()
            time.sleep(0.2)
        answer = client.get(export["address"])
        lines = answer.body.splitlines()
        assert len(lines) == 1 + ROWS
        assert lines[-1] == f"{ROWS - 1},Machine,2,150,0,0".encode()
        more = {pid: memory_mib(pid) - before[pid] for pid in before}
        assert client.ask("DELETE", f"/api/exports/{export['id']}").status == 204
    note("MiB more for a million rows, of the worker", round(more[maker], 1))
    note("MiB more for a million rows, of who answers", round(more[answerer], 1))
    assert max(more.values()) < MOST_MORE_MIB


@SPARED
def test_others_are_answered_while_an_export_is_read_slowly(database_url, tmp_path):
    token = make_fleet(database_url, 2).token
    with serving(database_url, tmp_path / "server.log", plant=LONG) as server:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as slow:
            slow.request("GET", EXPORT, headers={"Cookie": f"{COOKIE}={token}"})
            begun = slow.getresponse()
            begun.read(1000)
            with closing(Client(server.port, token)) as client:
                assert client.get("/api/devices").status == 200
                key = {"Content_Type": "application/json"}
                made = client.ask("POST", "/api/routes", b'{"name": "Meanwhile"}', **key)
                assert made.status == 201
        with closing(Client(server.port, token)) as client:
            assert client.get("/api/devices").status == 200


@pytest.mark.parametrize("plant", [FAILING, FAILING_AT_ONCE])
def test_an_export_that_fails_is_a_problem_document_and_no_short_file(
    database_url, tmp_path, plant
):
    token = make_fleet(database_url, 2).token
    with (
        serving(database_url, tmp_path / "server.log", plant=plant) as server,
        closing(Client(server.port, token)) as client,
    ):
        answer = client.get(EXPORT)
        assert answer.status == 500
        assert "planted" not in answer.json["detail"]
        assert answer.json["request_id"] in server.log() or "planted" in server.log()
        assert client.get("/api/devices").status == 200


@SPARED
def test_an_export_of_a_worker_that_dies_is_cut_and_leaves_nothing(database_url, tmp_path):
    token = make_fleet(database_url, 2).token
    with (
        serving(database_url, tmp_path / "server.log", plant=LONG) as server,
        closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as reader,
    ):
        reader.request("GET", EXPORT, headers={"Cookie": f"{COOKIE}={token}"})
        begun = reader.getresponse()
        begun.read(1000)
        server.kill_worker()
        with pytest.raises((OSError, http.client.HTTPException)):
            begun.read()


@SPARED
def test_an_export_beyond_the_disk_that_it_may_use_is_refused(database_url, tmp_path):
    token = make_fleet(database_url, 2).token
    options = {"plant": LONG, "max_spooled_bytes": 2**20}
    with (
        serving(database_url, tmp_path / "server.log", **options) as server,
        closing(Client(server.port, token)) as client,
    ):
        assert client.get(EXPORT).status == 503
        # What it had is given back.
        assert client.get(EXPORT).status == 503
        assert client.get("/api/devices").status == 200


@SPARED
def test_who_takes_nothing_of_an_export_is_let_go(database_url, tmp_path):
    token = make_fleet(database_url, 2).token
    with serving(database_url, tmp_path / "server.log", plant=HASTY) as server:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as slow:
            slow.request("GET", EXPORT, headers={"Cookie": f"{COOKIE}={token}"})
            begun = slow.getresponse()
            begun.read(1000)
            deadline = time.monotonic() + 10
            while "too slowly" not in server.log() and time.monotonic() < deadline:
                time.sleep(0.05)
            with pytest.raises((OSError, http.client.HTTPException)):
                begun.read()
        assert "too slowly" in server.log()


@SPARED
def test_the_head_of_an_export_is_answered_without_its_rows(database_url, tmp_path):
    token = make_fleet(database_url, 2).token
    with (
        serving(database_url, tmp_path / "server.log", plant=LONG) as server,
        closing(Client(server.port, token)) as client,
    ):
        answer = client.ask("HEAD", EXPORT)
        assert (answer.status, answer.body) == (200, b"")
        assert "content-length" not in answer.headers
        assert "sales-" in answer.headers["content-disposition"]
        assert client.get("/api/devices").status == 200
