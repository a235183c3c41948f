"""/metrics says of jobs what waits and for how long, what failed, and what ended lately."""

import threading

import pytest

import clock
import contract
from auth import ADMIN, Actor
from errors import Conflict
from jobs import LEASE_S, Job, enqueue
from server import job_rows
from settings import Settings
from storage import job_figures
from tests.kit.moving_clock import MovingClock
from tests.kit.seen import KEY, WITH_KEY, Metrics
from web import exposition

KIND, OTHER = "retention.removal", "database.check"


@pytest.fixture
def settings(database_url):
    return Settings(database_url=database_url, metrics_token=KEY)


@pytest.fixture
def app(app):
    yield app
    app.metrics.stop()


@pytest.fixture
def time(monkeypatch):
    """A clock that a test moves on."""
    moving = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


@pytest.fixture
def seen(visitor, monkeypatch):
    """A function that asks for the metrics as they are now."""
    monkeypatch.setattr(exposition, "STATE_HOLDS_S", 0.0)
    return lambda: Metrics(visitor.get("/metrics", headers=WITH_KEY).text)


def let_pass(time, seconds):
    time.reach(clock.to_datetime(clock.later(clock.now(), seconds=seconds)))


def ask(engine, kind=KIND):
    nobody = Actor(user_id=None, username="jobs", role=ADMIN, request_id="test")
    with engine.writing() as db:
        return enqueue(db, nobody, kind, {})


def taken(engine, kind=KIND):
    kinds = contract.current().kinds
    found = job_rows.take(engine, {kind: kinds[kind]}, "first")
    assert found is not None
    return found


def of(metrics, name="cvd_jobs", **labels):
    return metrics(name, **{"kind": KIND, **labels})


def test_what_waits_and_what_runs_is_told_by_kind(engine, seen, time):
    for kind in (KIND, KIND, OTHER):
        ask(engine, kind)
    taken(engine)
    told = seen()
    assert (of(told, state="queued"), of(told, state="running")) == (1, 1)
    assert (of(told, kind=OTHER, state="queued"), of(told, kind=OTHER, state="running")) == (1, 0)


def test_of_what_waits_the_oldest_is_told_and_nothing_once_it_runs(engine, seen, time):
    for _ in range(2):
        ask(engine)
        let_pass(time, 100)
    assert of(seen(), "cvd_job_waits_seconds") == 200
    taken(engine)
    assert of(seen(), "cvd_job_waits_seconds") == 100
    taken(engine)
    assert of(seen(), "cvd_job_waits_seconds") == 0


def test_what_is_tried_again_later_does_not_wait_before(engine, seen, time):
    ask(engine)
    job = taken(engine)
    with engine.writing() as db:
        job_rows.again(db, job, wait_s=60)
    let_pass(time, 50)
    told = seen()
    assert (of(told, state="queued"), of(told, "cvd_job_waits_seconds")) == (1, 0)
    let_pass(time, 25)
    assert of(seen(), "cvd_job_waits_seconds") == 15


def test_what_its_worker_left_waits_since_it_was_heard_of_last(engine, seen, time):
    ask(engine)
    taken(engine)
    let_pass(time, LEASE_S + 500)
    assert of(seen(), "cvd_job_waits_seconds") == 500


def test_what_failed_is_told_until_somebody_puts_it_away(engine, seen, admin):
    job_id = ask(engine)
    job = taken(engine)
    with engine.writing() as db:
        job_rows.end(db, job, "failed", {"title": Conflict.title, "detail": "It may not be."})
    told = seen()
    assert (of(told, state="failed"), of(told, "cvd_jobs_ended", state="failed")) == (1, 1)
    assert admin.post(f"/api/jobs/{job_id}/cancellation").status == 200
    assert of(seen(), state="failed") == 0


def test_what_ended_is_told_for_a_while_with_how_long_it_took(engine, seen, time):
    for _ in range(2):
        ask(engine)
        job = Job(engine, taken(engine), threading.Event())
        let_pass(time, 40)
        with job.finishing():
            pass
    told = seen()
    assert of(told, "cvd_jobs_ended", state="done") == 2
    assert of(told, "cvd_jobs_ended_seconds") == 80
    let_pass(time, job_figures.ENDED_WITHIN_S + 1)
    told = seen()
    assert of(told, "cvd_jobs_ended") == of(told, "cvd_jobs_ended_seconds") == 0


def test_each_kind_is_told_also_where_there_is_none_and_no_other(engine, seen):
    with engine.writing() as db:
        db.execute(
            "INSERT INTO jobs (kind, arguments, state, run_after, created_at) "
            "VALUES ('of.yesterday', '{}', 'failed', :now, :now)",
            {"now": clock.now()},
        )
    told = [each for family in seen().families for each in family.samples]
    kinds = [each.labels["kind"] for each in told if each.name == "cvd_jobs"]
    assert sorted(kinds) == sorted([*contract.current().kinds] * 3)
