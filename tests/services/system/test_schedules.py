"""Schedules: what is done again and again, on many nodes once, and when people want it."""

import pytest

import clock
import contract
from server.job_worker import JobWorker
from services.system import schedule_service
from tests.kit.moving_clock import MovingClock

PATH = "/api/schedules"


@pytest.fixture(autouse=True)
def time(monkeypatch):
    """A clock that a test moves on, from an evening in Berlin."""
    moving = MovingClock(clock.to_datetime("2026-01-10T20:00:00Z"))
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


@pytest.fixture
def tick(engine, time):
    """Let it be that late, and a worker look."""

    def look(at):
        time.reach(clock.to_datetime(at))
        schedule_service.start_due(engine)

    return look


def checking(person):
    [found] = [each for each in person.get(PATH).json["items"] if each["kind"] == "database.check"]
    return found


def jobs_of(person):
    return person.get("/api/jobs?kind=database.check").json["items"]


def change(person, schedule, **changes):
    body = {"version": schedule["version"], **changes}
    return person.patch(f"{PATH}/{schedule['id']}", json=body)


def test_each_kind_that_says_when_has_a_schedule_and_nothing_is_done_at_once(admin, tick):
    tick("2026-01-10T20:00:00Z")
    stated = contract.current().kinds.values()
    kinds = sorted(kind.name for kind in stated if kind.is_scheduled and kind.needs is None)
    assert [each["kind"] for each in admin.get(PATH).json["items"]] == kinds
    # Half past two in Berlin.
    assert checking(admin)["next_at"] == "2026-01-11T01:30:00Z"
    assert jobs_of(admin) == []


def test_it_runs_at_its_time_of_day_and_then_on_the_next_day(admin, engine, tick):
    tick("2026-01-10T20:00:00Z")
    tick("2026-01-11T01:29:59Z")
    assert jobs_of(admin) == []
    tick("2026-01-11T01:30:00Z")
    schedule_service.start_due(engine)
    [asked] = jobs_of(admin)
    now = checking(admin)
    assert asked["schedule_id"] == now["id"]
    assert (now["last_job_id"], now["last_state"]) == (asked["id"], "queued")
    assert now["next_at"] == "2026-01-12T01:30:00Z"


def test_of_two_nodes_that_see_it_due_one_runs_it(admin, engine, tick, monkeypatch):
    tick("2026-01-10T20:00:00Z")
    start = schedule_service._start

    def both(db, schedule):
        start(db, schedule)
        start(db, schedule)

    monkeypatch.setattr(schedule_service, "_start", both)
    monkeypatch.setattr(schedule_service, "UNDER_WAY", ())
    tick("2026-01-11T01:30:00Z")
    assert len(jobs_of(admin)) == 1


def test_one_that_is_still_under_way_is_not_asked_for_again(admin, tick):
    tick("2026-01-10T20:00:00Z")
    change(admin, checking(admin), every_minutes=1)
    for minute in (1, 2, 3):
        tick(f"2026-01-10T20:0{minute}:00Z")
    assert len(jobs_of(admin)) == 1


def test_one_that_was_missed_runs_once_as_soon_as_somebody_works(admin, tick):
    tick("2026-01-10T20:00:00Z")
    change(admin, checking(admin), every_minutes=5)
    tick("2026-01-10T23:00:00Z")
    assert len(jobs_of(admin)) == 1
    assert checking(admin)["next_at"] == "2026-01-10T23:05:00Z"


def test_an_administrator_changes_when_it_runs(admin, tick):
    tick("2026-01-10T20:00:00Z")
    often = change(admin, checking(admin), every_minutes=30).json
    assert (often["daily_at"], often["every_minutes"]) == (None, 30)
    assert often["next_at"] == "2026-01-10T20:30:00Z"
    daily = change(admin, often, daily_at="04:15").json
    assert (daily["daily_at"], daily["every_minutes"]) == ("04:15", None)
    assert daily["next_at"] == "2026-01-11T03:15:00Z"
    assert change(admin, daily, daily_at="24:00").status == 422
    assert change(admin, daily, daily_at="01:00", every_minutes=3).pointers == ["/every_minutes"]
    assert change(admin, often, switched_on=False).status == 409


def test_one_that_is_switched_off_does_not_run_and_its_time_is_not_made_up_for(admin, tick):
    tick("2026-01-10T20:00:00Z")
    off = change(admin, checking(admin), switched_on=False).json
    assert (off["switched_on"], off["next_at"]) == (False, None)
    tick("2026-01-11T02:00:00Z")
    on = change(admin, off, switched_on=True).json
    assert on["next_at"] == "2026-01-12T01:30:00Z"
    tick("2026-01-11T02:00:01Z")
    assert jobs_of(admin) == []


def test_it_is_run_now_as_well_and_once_while_it_is_under_way(admin):
    schedule = checking(admin)
    asked = [admin.post(f"{PATH}/{schedule['id']}/run").json for _ in range(2)]
    assert asked[0]["id"] == asked[1]["id"]
    assert (asked[0]["state"], asked[0]["username"]) == ("queued", "anna")


def test_only_administrators_see_schedules(manager):
    assert manager.get(PATH).status == 403


def test_the_check_finds_a_sound_database_sound(admin, engine):
    asked = admin.post(f"{PATH}/{checking(admin)['id']}/run").json["id"]
    JobWorker(engine, "first").run_one()
    done = admin.get(f"/api/jobs/{asked}").json
    assert done["state"] == "done", done["problem"]
    assert any("sealed upon each other" in line for line in done["result"]["sound"])


def test_the_check_fails_where_something_is_wrong(admin, engine):
    with engine.writing() as db:
        db.execute(
            "INSERT INTO device_counts (kind, devices) VALUES ('in use', 7) "
            "ON CONFLICT (kind) DO UPDATE SET devices = 7"
        )
    asked = admin.post(f"{PATH}/{checking(admin)['id']}/run").json["id"]
    JobWorker(engine, "first").run_one()
    failed = admin.get(f"/api/jobs/{asked}").json
    assert (failed["state"], failed["problem"]["title"]) == ("failed", "Not sound")
    assert checking(admin)["last_problem"] == failed["problem"]["detail"]


@pytest.mark.parametrize(
    ("now", "at", "expected"),
    [
        ("2026-03-28T20:00:00Z", "02:30", "2026-03-29T01:30:00Z"),  # left out: as 03:30
        ("2026-10-24T20:00:00Z", "02:30", "2026-10-25T00:30:00Z"),  # said twice: the first
        ("2026-10-25T00:30:00Z", "02:30", "2026-10-26T01:30:00Z"),
        ("2026-07-01T10:00:00Z", "12:00", "2026-07-02T10:00:00Z"),
    ],
)
def test_a_time_of_day_is_that_of_the_wall_clock(now, at, expected):
    assert clock.next_daily(now, at, "Europe/Berlin") == expected
