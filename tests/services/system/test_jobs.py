"""Jobs: asked for in a transaction, done once, seen and ended by who asked."""

import threading
from contextlib import ExitStack, suppress
from time import monotonic, sleep

import pytest

import clock
import contract
from auth import Actor
from contract import ContractError, signatures
from contract.kinds import kind_of
from db import scalar
from errors import Forbidden, Invalid
from jobs import LEASE_S, Job, Lost, enqueue
from server import job_rows
from server.job_worker import JobWorker
from tests.kit.moving_clock import MovingClock
from tests.kit.planted_jobs import ATTEMPTS, KIND, STATED, kind, make_tables


@pytest.fixture(autouse=True)
def planted(monkeypatch, engine):
    monkeypatch.setitem(contract.current().kinds, KIND, kind())
    places = signatures.places(signatures.SERVICES)
    monkeypatch.setitem(places, "planted_jobs", "tests.kit.planted_jobs")
    with engine.writing() as db:
        make_tables(db)


@pytest.fixture
def time(monkeypatch):
    """A clock that a test moves on."""
    moving = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", moving.now)
    return moving


@pytest.fixture
def worker(engine):
    return JobWorker(engine, "first")


def actor_of(person, role="manager"):
    return Actor(user_id=person.id, username="max", role=role, request_id="test")


def ask(engine, person, **arguments):
    with engine.writing() as db:
        return enqueue(db, actor_of(person), KIND, arguments)


def taken_by(engine, name):
    """The next job, in the hands of a worker that does nothing."""
    found = job_rows.take(engine, contract.current().kinds, name)
    assert found is not None
    return Job(engine, found, threading.Event())


def wait_until(holds):
    deadline = monotonic() + 60
    while not holds():
        assert monotonic() < deadline
        sleep(0.01)


def let_pass(time, seconds):
    time.reach(clock.to_datetime(clock.later(clock.now(), seconds=seconds)))


def effects(engine):
    with engine.reading() as db:
        return [row["job_id"] for row in db.query("SELECT job_id FROM effects ORDER BY job_id")]


def job(person, job_id):
    return person.get(f"/api/jobs/{job_id}").json


def test_a_job_is_done_once_and_says_so(engine, manager, worker):
    job_id = ask(engine, manager)
    assert (worker.run_one(), worker.run_one()) == (True, False)
    assert effects(engine) == [job_id]
    done = job(manager, job_id)
    assert (done["state"], done["attempts"], done["username"]) == ("done", 1, "max")
    assert done["ended_at"]


def test_what_a_function_answers_is_its_result(engine, manager, worker):
    job_id = ask(engine, manager, does="nothing")
    worker.run_one()
    assert job(manager, job_id)["result"] == {"by": "max"}


def test_what_was_rolled_back_is_never_done(engine, manager, worker):
    with suppress(ZeroDivisionError), engine.writing() as db:
        enqueue(db, actor_of(manager), KIND, {})
        raise ZeroDivisionError
    assert not worker.run_one()
    assert manager.get("/api/jobs").json["items"] == []


def test_under_one_key_there_is_one_job(engine, manager, worker):
    with engine.writing() as db:
        ids = {enqueue(db, actor_of(manager), KIND, {}, key="once") for _ in range(2)}
    worker.run_one()
    assert (len(ids), not worker.run_one()) == (1, True)


def test_arguments_of_another_shape_are_refused(engine, manager):
    with engine.writing() as db, pytest.raises(Invalid) as refused:
        enqueue(db, actor_of(manager), KIND, {"does": "harm", "more": 1})
    assert {error["pointer"] for error in refused.value.errors} == {
        "/arguments/does",
        "/arguments/more",
    }


def test_a_role_that_may_not_ask_is_refused(engine, viewer):
    with engine.writing() as db, pytest.raises(Forbidden):
        enqueue(db, actor_of(viewer, "viewer"), KIND, {})


def test_who_was_disabled_meanwhile_has_nothing_done(engine, manager, admin, worker):
    job_id = ask(engine, manager)
    user = admin.get(f"/api/users/{manager.id}").json
    change = {"version": user["version"], "disabled": True}
    assert admin.patch(f"/api/users/{manager.id}", json=change).status == 200
    worker.run_one()
    failed = job(admin, job_id)
    assert (failed["state"], failed["problem"]["title"]) == ("failed", "Not allowed")
    assert effects(engine) == []


def test_a_fault_is_tried_again_later_and_later_and_then_shown(
    engine, manager, admin, worker, time
):
    job_id = ask(engine, manager, does="fail")
    waited = []
    for _ in range(ATTEMPTS):
        assert worker.run_one()
        now = job(manager, job_id)
        span = clock.to_datetime(now["run_after"]) - clock.to_datetime(clock.now())
        waited.append(span.total_seconds())
        assert not worker.run_one()
        let_pass(time, 60)
    assert waited[:3] == [1, 2, 4]
    assert (now["state"], now["problem"]["title"]) == ("failed", "Internal error")
    assert admin.get("/api/dashboard").json["attention"]["failed_jobs"]["count"] == 1


def test_what_is_refused_is_not_tried_again(engine, manager, worker):
    job_id = ask(engine, manager, does="refuse")
    worker.run_one()
    failed = job(manager, job_id)
    assert (failed["state"], failed["attempts"]) == ("failed", 1)
    assert failed["problem"] == {"title": "Conflict", "detail": "There is nothing to do."}


def test_one_that_failed_is_tried_again_or_put_away_and_is_gone_from_today(
    engine, manager, admin, worker
):
    first, second = (ask(engine, manager, does="refuse") for _ in range(2))
    assert (worker.run_one(), worker.run_one()) == (True, True)
    assert manager.post(f"/api/jobs/{first}/retry").json["state"] == "queued"
    assert manager.post(f"/api/jobs/{second}/cancellation").json["state"] == "cancelled"
    assert admin.get("/api/dashboard").json["attention"]["failed_jobs"]["count"] == 0
    assert manager.post(f"/api/jobs/{second}/cancellation").status == 409
    assert manager.post(f"/api/jobs/{first}/retry").status == 409


def test_only_an_administrator_is_told_of_failed_jobs_on_today(engine, manager, worker):
    ask(engine, manager, does="refuse")
    worker.run_one()
    assert manager.get("/api/dashboard").json["attention"]["failed_jobs"]["count"] == 0


def test_one_that_waits_is_cancelled_at_once(engine, manager, worker):
    job_id = ask(engine, manager)
    assert manager.post(f"/api/jobs/{job_id}/cancellation").json["state"] == "cancelled"
    assert not worker.run_one()


def test_one_that_runs_ends_at_its_next_step(engine, manager, worker):
    job_id = ask(engine, manager, does="wait")
    working = threading.Thread(target=worker.run_one)
    working.start()
    wait_until(lambda: job(manager, job_id)["sentence"] == "waiting")
    assert job(manager, job_id)["total"] == 3
    asked = manager.post(f"/api/jobs/{job_id}/cancellation").json
    assert (asked["state"], asked["cancel_asked_at"] is not None) == ("running", True)
    working.join(30)
    assert job(manager, job_id)["state"] == "cancelled"
    assert effects(engine) == []


def test_a_worker_that_stops_gives_its_job_back_and_that_is_no_attempt(engine, manager, worker):
    job_id = ask(engine, manager, does="wait")
    working = threading.Thread(target=worker.run_one)
    working.start()
    wait_until(lambda: job(manager, job_id)["state"] == "running")
    worker.stopping.set()
    working.join(30)
    back = job(manager, job_id)
    assert (back["state"], back["attempts"]) == ("queued", 0)


def test_a_worker_does_what_comes_until_it_is_told_to_stop(engine, manager, worker):
    first = ask(engine, manager)
    working = threading.Thread(target=worker.run)
    working.start()
    wait_until(lambda: job(manager, first)["state"] == "done")
    second = ask(engine, manager)
    wait_until(lambda: job(manager, second)["state"] == "done")
    worker.stopping.set()
    working.join(30)
    assert not working.is_alive()
    assert effects(engine) == [first, second]


def test_the_job_of_a_worker_that_is_silent_is_taken_and_the_silent_one_changes_nothing(
    engine, manager, worker, time
):
    job_id = ask(engine, manager)
    late = taken_by(engine, "silent")
    assert not worker.run_one()
    let_pass(time, LEASE_S + 1)
    assert worker.run_one()
    with pytest.raises(Lost), late.finishing():
        pass
    assert effects(engine) == [job_id]
    assert job(manager, job_id)["attempts"] == 2


def test_the_effect_of_who_lost_the_job_meanwhile_is_undone(engine, manager, time):
    ask(engine, manager)
    first = taken_by(engine, "silent")
    with ExitStack() as refused:
        refused.enter_context(pytest.raises(Lost))
        db = refused.enter_context(first.finishing())
        db.execute("INSERT INTO effects (job_id, attempt) VALUES (1, 1)")
        db.execute("UPDATE jobs SET lease = 'of another'")
    assert effects(engine) == []


def test_a_worker_that_comes_back_under_its_name_need_not_wait(engine, manager):
    ask(engine, manager)
    assert job_rows.take(engine, contract.current().kinds, "first")
    with engine.writing() as db:
        job_rows.leave(db, "first")
    assert JobWorker(engine, "first").run_one()


def test_one_that_kills_its_worker_each_time_fails_in_the_end(engine, manager, time):
    job_id = ask(engine, manager)
    kinds = contract.current().kinds
    for _ in range(ATTEMPTS):
        assert job_rows.take(engine, kinds, "dying")
        let_pass(time, LEASE_S + 1)
    assert job_rows.take(engine, kinds, "next") is None
    failed = job(manager, job_id)
    assert (failed["state"], failed["problem"]["title"]) == ("failed", "Broke off")


def test_others_do_not_see_it_and_an_administrator_does(engine, manager, viewer, admin):
    job_id = ask(engine, manager)
    assert viewer.get(f"/api/jobs/{job_id}").status == 404
    assert viewer.post(f"/api/jobs/{job_id}/cancellation").status == 404
    assert viewer.get("/api/jobs").json["items"] == []
    assert [each["id"] for each in admin.get("/api/jobs").json["items"]] == [job_id]
    assert admin.get("/api/jobs?mine=true").json["items"] == []


def test_jobs_are_listed_newest_first_by_state_and_kind(engine, manager, worker):
    ids = [ask(engine, manager) for _ in range(3)]
    worker.run_one()

    def listed(query):
        return [each["id"] for each in manager.get(f"/api/jobs?{query}").json["items"]]

    assert listed("") == ids[::-1]
    assert listed("state=done") == ids[:1]
    assert listed(f"kind={KIND}&state=queued") == ids[:0:-1]
    assert listed("kind=another.kind") == []


def test_the_audit_log_tells_who_cancelled_it(engine, manager, admin):
    job_id = ask(engine, manager)
    manager.post(f"/api/jobs/{job_id}/cancellation")
    [entry] = admin.get("/api/audit-entries?noun=job").json["items"]
    assert (entry["action"], entry["noun_id"], entry["username"]) == (
        "job.cancelled",
        job_id,
        "max",
    )


def test_what_ended_long_ago_is_removed(engine, manager, admin, worker):
    old = ask(engine, manager)
    worker.run_one()
    with engine.writing() as db:
        db.execute("UPDATE jobs SET ended_at = :at", {"at": clock.later(clock.now(), days=-91)})
    young = ask(engine, manager)
    worker.run_one()
    [retention] = [
        each
        for each in admin.get("/api/schedules").json["items"]
        if each["kind"] == "retention.removal"
    ]
    asked = admin.post(f"/api/schedules/{retention['id']}/run").json["id"]
    worker.run_one()
    assert job(admin, asked)["result"] == {"removed": "1 ended job."}
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM jobs WHERE id = :id", {"id": old}) == 0
    assert job(admin, young)["state"] == "done"


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("x-roles", "has no x-roles"), ("x-function", "needs a title and an x-function")],
)
def test_a_kind_without_roles_or_function_does_not_start(missing, sentence):
    stated = {name: value for name, value in STATED.items() if name != missing}
    with pytest.raises(ContractError, match=sentence):
        kind_of(contract.current().document, KIND, stated)


def test_a_function_that_takes_other_arguments_does_not_start(monkeypatch):
    stated = {**STATED, "arguments": {"properties": {"other": {}}}}
    other = kind_of(contract.current().document, KIND, stated)
    with pytest.raises(ContractError, match=r"its arguments differ"):
        contract.function_of_kind(other)
