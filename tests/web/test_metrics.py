"""/metrics says how often, how long and how it ended, in words that nobody outside can add to."""

import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from multiprocessing import get_context

import pytest

import contract
import watch
from app import create_app
from settings import PROJECT, Settings
from storage import backup
from tests.kit.engines import ENGINE
from tests.kit.factories import send_audit
from tests.kit.machine import Machine
from tests.kit.people import Person
from tests.kit.seen import KEY, WITH_KEY, Metrics
from web import exposition, measures
from web.tallies import Tallies

ORIGIN = "https://office.example"
AT = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001  # a machine knows no zone
READINESS = "health_service.get_readiness"


@pytest.fixture
def settings(database_url):
    return Settings(database_url=database_url, metrics_token=KEY, cors_origins=(ORIGIN,))


@pytest.fixture
def app(app):
    yield app
    app.metrics.stop()


@pytest.fixture
def seen(visitor, monkeypatch):
    """A function that asks for the metrics as they are now."""
    monkeypatch.setattr(exposition, "STATE_HOLDS_S", 0.0)

    def ask():
        answer = visitor.get("/metrics", headers=WITH_KEY)
        assert answer.status == 200
        return Metrics(answer.text)

    return ask


def requests(seen, name, status="2xx"):
    return seen("cvd_requests_total", operation=name, status=status)


@pytest.mark.parametrize("headers", [{}, {"Origin": ORIGIN}], ids=["past Flask", "through it"])
def test_an_operation_is_counted_once_whichever_way_it_comes(visitor, seen, headers):
    before = seen()
    for _ in range(3):
        visitor.get("/api/health/ready", headers=headers)
    visitor.get("/api/products", headers=headers)
    after = seen()
    assert requests(after, READINESS) - requests(before, READINESS) == 3
    assert requests(after, "product_service.list_products", "4xx") == 1
    assert after("cvd_request_seconds_count", operation=READINESS) == 3
    assert after("cvd_request_seconds_sum", operation=READINESS) > 0
    assert after("cvd_request_seconds_bucket", operation=READINESS, le="+Inf") == 3


def test_whatever_is_asked_for_adds_no_label(admin, seen):
    for path in ("/nothing", "/api/nothing", "/api/products/1/nothing", "/pages/x.html"):
        admin.get(path)
    admin.ask("BREW", "/api/products")
    told = seen()
    known = {operation.name for operation in contract.current().operations}
    assert told.values_of("operation") <= known | {"other"}
    assert requests(told, "other", "4xx") == 5
    assert told.values_of("status") == set(measures.CLASSES)


def test_the_time_in_sql_belongs_to_the_operation_that_spent_it(admin, seen):
    before = seen()
    admin.get("/api/products")
    after = seen()
    name = "product_service.list_products"
    statements, alone = ("cvd_sql_statements_total", READINESS)
    assert after(statements, operation=name) - before(statements, operation=name) >= 2
    assert after("cvd_sql_seconds_total", operation=name) > 0
    assert after(statements, operation=alone) == before(statements, operation=alone)


def test_who_writes_is_counted_with_how_long_the_lock_was_waited_for(admin, seen):
    before = seen()
    assert admin.post("/api/products", json={"name": "Cola", "price_cents": 150}).status == 201
    after = seen()
    what = "turn" if ENGINE == "sqlite" else "connection"
    for each in (what, "lock"):
        assert after("cvd_waits_total", **{"for": each}) > before(
            "cvd_waits_total", **{"for": each}
        )


def test_audits_are_counted_by_what_became_of_them(manager, seen):
    machine = Machine(serial="NOBODY")
    audit = machine.audit(AT)
    assert send_audit(manager, audit).status == 201
    assert send_audit(manager, audit).status == 200
    assert send_audit(manager, b"no audit\n").status == 422
    told = seen()
    outcomes = {each: told("cvd_audits_total", outcome=each) for each in told.values_of("outcome")}
    assert outcomes == {"booked": 0, "held": 0, "unassigned": 1, "damaged": 0, "refused": 1}


def test_a_password_that_is_refused_is_counted(visitor, seen):
    body = {"username": "anna", "password": "no password at all"}
    assert visitor.post("/api/auth/login", json=body).status == 401
    assert seen()("cvd_sign_ins_refused_total") == 1


def test_the_state_of_the_database_is_told(database_url, seen, tmp_path):
    before = seen()
    assert before("cvd_database_up") == 1
    assert before("cvd_database_damaged") == 0
    assert before("cvd_database_bytes") > 10_000
    assert 0 < before("cvd_disk_free_bytes") <= before("cvd_disk_bytes")
    assert before("cvd_build_info", engine=ENGINE) == 1
    assert "cvd_backup_timestamp_seconds" not in before.names
    began = time.time()
    backup.backup(database_url, tmp_path / "cvd.backup")
    assert seen()("cvd_backup_timestamp_seconds") >= began - 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": KEY},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": "Bearer é"},
    ],
    ids=["no key", "no word before it", "another key", "no ASCII"],
)
def test_nobody_gets_them_without_the_key(admin, headers):
    refused = admin.get("/metrics", headers=headers)
    assert refused.status == 401
    assert "cvd_requests" not in refused.text


def test_without_a_setting_there_are_none(database_url):
    app = create_app(Settings(database_url=database_url))
    assert Person(app).get("/metrics", headers=WITH_KEY).status == 404
    assert app.metrics is None
    app.extensions["cvd"]["engine"].close()


def test_nobody_loads_what_is_switched_off():
    code = (
        "import sys; from app import create_app; from settings import Settings; "
        "create_app(Settings()); print(*sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert "web.limits" in loaded
    assert loaded.isdisjoint({"prometheus_client", "opentelemetry", "redis", "requests"})


def test_an_application_that_answers_nobody_does_not_watch(database_url):
    app = create_app(Settings(database_url=database_url, metrics_token=KEY))
    assert app.metrics is not None
    assert not watch.is_told(app.metrics)
    app.extensions["cvd"]["engine"].close()


def count_as_another_process(tallies, value):
    def count():
        row = tallies.take()
        row[0], row[2] = value, value

    process = get_context("fork").Process(target=count)
    process.start()
    process.join()


def test_what_a_process_counted_outlives_it_and_its_levels_do_not():
    tallies = Tallies(counts=2, levels=1, processes=2)
    mine = tallies.take()
    mine[0], mine[2] = 1.0, 7.0
    for _ in range(5):  # more than there are rows: each takes over from the one before
        count_as_another_process(tallies, 10.0)
    assert tallies.counts() == [11.0, 0.0]
    assert tallies.levels() == [7.0]


def test_one_process_too_many_is_not_seen_and_harms_nobody():
    tallies = Tallies(counts=1, levels=1, processes=1)
    mine, other = tallies.take(), tallies.take()
    mine[0], other[0] = 1.0, 5.0
    assert tallies.counts() == [1.0]


def test_what_is_told_is_text_that_prometheus_reads(app, seen):
    told = seen()
    assert {family.type for family in told.families} == {"counter", "gauge", "histogram"}
    assert all(family.documentation for family in told.families)
    with closing(app.test_client().get("/metrics", headers=WITH_KEY)) as answer:
        assert answer.mimetype == "text/plain"
