"""Scheduled backups: where a place is set they are made and seen, where none is, that is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import clock
from db import listed_backups
from server.job_worker import JobWorker
from services.system import schedule_service
from storage.audit_files import place_of
from storage.backups.plan import BackupPlan
from storage.backups.sealing import make_key
from storage.state import MARK
from tests.kit.engines import ENGINE
from tests.kit.moving_clock import MovingClock

SCHEDULED = {"backups.daily", "backups.increment"} if ENGINE == "sqlite" else {"backups.daily"}


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """A clock that a test moves on."""
    moving = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


@pytest.fixture
def plan(app, engine, tmp_path: Path) -> BackupPlan:
    key = tmp_path / "backup.key"
    make_key(key)
    made = BackupPlan(str(tmp_path / "vault"), key)
    engine.backups = app.extensions["cvd"]["engine"].backups = made
    schedule_service.start_due(engine)
    return made


def schedules(admin):
    items = admin.get("/api/schedules").json["items"]
    return {each["kind"]: each for each in items if each["kind"].startswith("backups.")}


def run(engine, admin, kind="backups.daily"):
    job = admin.post(f"/api/schedules/{schedules(admin)[kind]['id']}/run").json
    JobWorker(engine, "first").run_one()
    return admin.get(f"/api/jobs/{job['id']}").json


def test_without_a_place_there_is_no_schedule_and_a_sentence_says_that_none_are_made(engine, admin):
    schedule_service.start_due(engine)
    assert schedules(admin) == {}
    state = admin.get("/api/backups").json["state"]
    assert state["place"] is None
    assert "set CVD_BACKUP_URL" in state["problem"]


def test_a_backup_is_made_by_its_schedule_and_listed(engine, admin, plan):
    assert schedules(admin).keys() == SCHEDULED
    assert "No backup was made yet" in admin.get("/api/backups/state").json["problem"]
    job = run(engine, admin)
    assert (job["state"], job["problem"]) == ("done", None)
    [listed] = listed_backups(engine)
    assert job["result"]["name"] == listed.name
    [item] = [each["name"] for each in admin.get("/api/backups").json["items"]]
    assert item == listed.name


@pytest.mark.skipif(ENGINE != "sqlite", reason="increments are of SQLite")
def test_every_fifteen_minutes_what_is_new_is_backed_up(engine, admin, plan, time):
    run(engine, admin)
    time.reach(clock.to_datetime(clock.later(clock.now(), minutes=15)))
    schedule_service.start_due(engine)
    worker = JobWorker(engine, "first")
    while worker.run_one():
        pass
    assert [each.kind for each in listed_backups(engine)] == ["increment", "daily"]


def test_without_its_key_a_backup_fails_and_says_how_to_make_one(engine, admin, plan):
    plan.key.unlink()
    job = run(engine, admin)
    assert job["state"] == "failed"
    assert "flask backup key" in job["problem"]["detail"]
    assert admin.get("/api/dashboard").json["attention"]["failed_jobs"]["count"] == 1
    assert "no key" in admin.get("/api/backups/state").json["problem"]


def test_a_failed_backup_is_put_away_when_the_next_one_is_tried(engine, admin, plan, tmp_path):
    kept = plan.key.read_text()
    plan.key.unlink()
    run(engine, admin)
    plan.key.write_text(kept)
    assert run(engine, admin)["state"] == "done"
    assert admin.get("/api/dashboard").json["attention"]["failed_jobs"]["count"] == 0


def test_backups_of_yesterday_are_late(engine, admin, plan):
    run(engine, admin)
    mark = place_of(engine.url, MARK)
    long_ago = mark.stat().st_mtime - 27 * 3600
    os.utime(mark, (long_ago, long_ago))
    assert "more than a day old" in admin.get("/api/backups/state").json["problem"]


def test_only_an_administrator_sees_backups(manager):
    assert manager.get("/api/backups").status == 403
    assert manager.get("/api/backups/state").status == 403
