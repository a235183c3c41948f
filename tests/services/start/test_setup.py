"""The first administrator: a link that works once, for whoever comes first."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import clock
import settings as environment
from services.people import throttle
from services.start import example_service, setup_service
from tests.kit.people import PASSWORD, Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture(autouse=True)
def silent_environment(monkeypatch):
    """Nothing of the machine that runs the tests shows in the form."""
    # Known before the folder is another one, as by a server that has started.
    assert example_service.EXAMPLE.is_file()
    monkeypatch.setattr(environment, "PROJECT", Path("/nowhere"))
    for name in [name for name in os.environ if name.startswith(environment.PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture
def token(app, engine):
    """What `flask serve` prints."""
    return setup_service.setup_link_token(engine)


def set_up(person, token, **more):
    body = {"token": token, "username": "anna", "password": PASSWORD, **more}
    return person.post("/api/setup", json=body)


@pytest.mark.both
def test_it_works(visitor, token):
    state = visitor.get("/api/setup").json
    assert state["needed"] is True
    assert state["defaults"]["company"] == "Test Vending"
    assert "Europe/Berlin" in state["defaults"]["time_zones"]
    answer = set_up(visitor, token, display_name="Anna", currency="EUR", time_zone="Asia/Tokyo")
    assert answer.status == 201
    assert (answer.json["role"], answer.json["display_name"]) == ("admin", "Anna")
    assert visitor.get("/api/auth/me").json == answer.json
    settings = visitor.get("/api/settings").json
    assert (settings["currency"], settings["time_zone"]) == ("EUR", "Asia/Tokyo")
    assert (settings["company"], settings["locale"]) == ("Test Vending", "en-US")


def test_the_form_is_told_which_of_its_values_the_environment_states(visitor, monkeypatch):
    defaults = visitor.get("/api/setup").json["defaults"]
    assert (defaults["time_zone"], defaults["stated"]) == ("Europe/Berlin", [])

    given = {"CVD_TIME_ZONE": "Asia/Tokyo", "CVD_LOCALE": "en-US", "CVD_PORT": "5001"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    defaults = visitor.get("/api/setup").json["defaults"]
    assert defaults["stated"] == ["time_zone", "locale"]
    assert (defaults["time_zone"], defaults["locale"]) == ("Asia/Tokyo", "en-US")
    assert (defaults["company"], defaults["currency"]) == ("Test Vending", "USD")


@pytest.mark.both
def test_the_audit_log_names_the_administrator_from_the_first_entry_on(visitor, token):
    me = set_up(visitor, token, currency="EUR").json
    entries = visitor.get("/api/audit-entries").json["items"][::-1]
    assert [entry["action"] for entry in entries] == [
        "user.created",
        "settings.updated",
        "session.created",
    ]
    assert {(entry["user_id"], entry["username"]) for entry in entries} == {(me["id"], "anna")}


def test_the_example_is_loaded_by_the_setup(visitor, token):
    assert set_up(visitor, token, load_example=True).status == 201
    [entry] = visitor.get("/api/audit-entries?action=example.loaded").json["items"]
    assert (entry["user_id"], entry["username"]) == (None, "setup")


@pytest.mark.both
def test_afterwards_it_is_over_for_good(app, engine, visitor, token):
    set_up(visitor, token)
    newcomer = Person(app)
    assert newcomer.get("/api/setup").json == {"needed": False, "defaults": None}
    assert set_up(newcomer, token, username="eve").status == 404
    assert newcomer.post("/api/setup", json={}).status == 404
    assert setup_service.setup_link_token(engine) is None


def test_a_wrong_link_is_refused(visitor, token):
    answer = set_up(visitor, f"{token}x")
    assert answer.status == 403
    assert "setup link" in answer.json["detail"]


def test_without_a_printed_link_nobody_gets_in(visitor):
    assert set_up(visitor, "x").status == 403


def test_only_the_link_printed_last_works(app, engine, token):
    newer = setup_service.setup_link_token(engine)
    assert set_up(Person(app), token).status == 403
    assert set_up(Person(app), newer).status == 201


@pytest.mark.usefixtures("standing_clock")
def test_guessing_makes_one_wait(visitor, token):
    answers = [set_up(visitor, "x").status for _ in range(throttle.TRIES + 1)]
    assert answers == [403] * throttle.TRIES + [429]


@pytest.mark.both
@pytest.mark.parametrize("created", [{"hours": -24}, {"days": 300}, {"days": -300}])
def test_a_link_ends_after_a_day_and_one_of_a_wrong_clock_at_once(visitor, token, engine, created):
    at = clock.later(clock.now(), **created)
    with engine.writing() as db:
        db.execute("UPDATE setup_tokens SET created_at = :at", {"at": at})
    refused = set_up(visitor, token)
    assert refused.status == 403
    assert "within a day" in refused.json["detail"]


def test_the_first_password_is_no_common_one_either(visitor, token):
    assert set_up(visitor, token, password="password1234").pointers == ["/password"]


@pytest.mark.both
def test_wrong_values_leave_the_link_usable(visitor, token):
    answer = set_up(visitor, token, time_zone="Mars/Olympus", currency="XYZ")
    assert answer.pointers == ["/time_zone", "/currency"]
    assert set_up(visitor, token).status == 201


@pytest.mark.both
def test_of_two_at_the_same_moment_one_gets_in(app, token):
    def come(number):
        return set_up(Person(app), token, username=f"anna{number}").status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come, range(4))) == [201, 404, 404, 404]


def test_an_administrator_made_at_the_console_ends_it(engine, admin, visitor):
    assert visitor.get("/api/setup").json["needed"] is False
    assert setup_service.setup_link_token(engine) is None
