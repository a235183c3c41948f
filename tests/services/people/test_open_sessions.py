"""Where somebody is signed in: seen by them and by an administrator, and ended from elsewhere."""

import logging

import pytest

import clock
from tests.kit.people import PASSWORD, Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in_elsewhere(app, username="anna", address="203.0.113.7"):
    person = Person(app)
    answer = person.post(
        "/api/auth/login",
        json={"username": username, "password": PASSWORD},
        headers={"User-Agent": FIREFOX},
        environ_base={"REMOTE_ADDR": address},
    )
    assert answer.status == 200
    return person


def sessions(person, path="/api/sessions"):
    return person.get(path).json["items"]


def other(person):
    """The one of two sessions that is not this."""
    (found,) = [each for each in sessions(person) if not each["is_this"]]
    return found


def test_a_person_sees_where_they_are_signed_in_and_which_is_this(app, admin):
    elsewhere = sign_in_elsewhere(app)
    seen = other(admin)
    assert (seen["device"], seen["address"]) == ("Firefox on Windows", "203.0.113.7")
    assert seen["opened_at"] <= seen["last_used_at"]
    assert [each["is_this"] for each in sessions(admin)].count(True) == 1
    assert other(elsewhere)["id"] != seen["id"]


def test_nobody_sees_a_session_of_somebody_else(app, admin, manager):
    sign_in_elsewhere(app)
    assert [each["is_this"] for each in sessions(manager)] == [True]
    assert manager.get(f"/api/users/{admin.id}/sessions").status == 403


@pytest.mark.both
def test_a_session_that_ended_by_itself_is_forgotten(app, engine, admin):
    sign_in_elsewhere(app)
    now = clock.now()
    with engine.writing() as db:
        db.execute(
            "UPDATE sessions SET last_seen_at = :at WHERE device <> ''",
            {"at": clock.later(now, hours=-13)},
        )
        db.execute(
            "UPDATE sessions SET last_seen_at = :at WHERE device = ''",
            {"at": clock.later(now, hours=-1)},
        )
    sessions(admin)
    assert [each["is_this"] for each in sessions(admin)] == [True]


@pytest.mark.both
def test_it_says_from_where_it_was_last_used(app, engine, admin):
    elsewhere = sign_in_elsewhere(app)
    with engine.writing() as db:
        db.execute(
            "UPDATE sessions SET last_seen_at = :at", {"at": clock.later(clock.now(), minutes=-2)}
        )
    elsewhere.get("/api/auth/me", environ_base={"REMOTE_ADDR": "198.51.100.9"})
    assert other(admin)["address"] == "198.51.100.9"


def test_one_session_is_ended_and_the_others_go_on(app, admin):
    elsewhere, third = sign_in_elsewhere(app), sign_in_elsewhere(app, address="203.0.113.8")
    (gone,) = [each for each in sessions(admin) if each["address"] == "203.0.113.7"]
    assert admin.delete(f"/api/sessions/{gone['id']}").status == 204
    assert elsewhere.get("/api/auth/me").status == 401
    assert third.get("/api/auth/me").status == admin.get("/api/auth/me").status == 200


def test_ending_this_one_signs_out(admin):
    (this,) = sessions(admin)
    assert admin.delete(f"/api/sessions/{this['id']}").status == 204
    assert admin.get("/api/auth/me").status == 401


def test_a_session_of_somebody_else_is_not_there(app, admin, manager):
    theirs = sessions(manager)[0]["id"]
    assert admin.delete(f"/api/sessions/{theirs}").status == 404
    assert admin.delete(f"/api/users/{admin.id}/sessions/{theirs}").status == 404
    assert manager.get("/api/auth/me").status == 200


def test_all_others_end_at_once(app, admin, manager):
    elsewhere = [sign_in_elsewhere(app) for _ in range(2)]
    assert admin.delete("/api/sessions").json == {"ended": 2}
    assert [each.get("/api/auth/me").status for each in elsewhere] == [401, 401]
    assert admin.get("/api/auth/me").status == manager.get("/api/auth/me").status == 200


@pytest.mark.both
def test_an_administrator_signs_somebody_out_in_one_place_and_everywhere(app, admin, manager):
    elsewhere, third = (sign_in_elsewhere(app, "max", f"203.0.113.{end}") for end in (7, 8))
    path = f"/api/users/{manager.id}/sessions"
    (gone,) = [each for each in sessions(admin, path) if each["address"] == "203.0.113.7"]
    assert admin.delete(f"{path}/{gone['id']}").status == 204
    assert elsewhere.get("/api/auth/me").status == 401
    assert third.get("/api/auth/me").status == 200
    assert admin.delete(path).json == {"ended": 2}
    assert third.get("/api/auth/me").status == manager.get("/api/auth/me").status == 401


def test_of_ones_own_by_the_users_page_this_one_stays(app, admin):
    sign_in_elsewhere(app)
    assert admin.delete(f"/api/users/{admin.id}/sessions").json == {"ended": 1}
    assert admin.get("/api/auth/me").status == 200


@pytest.mark.both
def test_who_ended_whose_session_is_in_the_audit_log_and_in_the_process_log(
    app, admin, manager, caplog
):
    sign_in_elsewhere(app, "max")
    path = f"/api/users/{manager.id}/sessions"
    (gone,) = [each for each in sessions(admin, path) if each["device"]]
    with caplog.at_level(logging.INFO, "cvd.security"):
        admin.delete(f"{path}/{gone['id']}")
    entry = admin.get("/api/audit-entries?limit=1").json["items"][0]
    assert (entry["action"], entry["username"]) == ("session.ended", "anna")
    assert (entry["noun"], entry["noun_id"]) == ("user", manager.id)
    told = {each["field"]: each["to"] for each in entry["changes"]}
    assert told == {"device": "Firefox on Windows", "address": "203.0.113.7", "username": "max"}
    assert "session.ended: account 'max', address 127.0.0.1, by 'anna'" in caplog.text


def test_where_nothing_ends_nothing_is_written_down(admin):
    admin.delete("/api/sessions")
    assert admin.get("/api/audit-entries").json["items"] == []
