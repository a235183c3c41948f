"""Passkeys: who holds the device signs in, and nobody who only listens, copies or replays does."""

import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

import clock
from app import create_app
from db import scalar
from services.people import (
    authenticators,
    ceremonies,
    passkey_service,
    passkeys,
    sign_in_rule_service,
    throttle,
)
from settings import PROJECT
from tests.kit.authenticator import (
    PRESENT,
    Authenticator,
    begin,
    challenge,
    enrol,
    sign_in_alone,
)
from tests.kit.moving_clock import MovingClock
from tests.kit.people import COOKIE, PASSWORD, Person
from tests.services.people import test_second_factors as app_codes
from tests.services.people.test_sign_in_rules import need

CREATED = "/api/passkeys"
ALONE = "/api/auth/passkey/session"


@pytest.fixture(autouse=True)
def moving(monkeypatch):
    made = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def at(settings):
    """A visitor of the same database where other settings hold."""
    made = []

    def opened(**changes):
        made.append(create_app(replace(settings, **changes)))
        return Person(made[-1])

    yield opened
    for each in made:
        each.extensions["cvd"]["engine"].close()


def sign_in(person, username="anna", **more):
    body = {"username": username, "password": PASSWORD, **more}
    return person.post("/api/auth/login", json=body)


def sign_in_with(person, device, username="anna", **first):
    """Password first, then the passkey."""
    assert sign_in(person, username, **first).json["title"] == "Code needed"
    return sign_in(person, username, passkey=device.signed(challenge(person)), **first)


def remove(person, passkey_id, password=PASSWORD):
    return person.post(f"{CREATED}/{passkey_id}/removal", json={"current_password": password})


def told(admin, action):
    entries = admin.get("/api/audit-entries?limit=50").json["items"]
    return [each for each in entries if each["action"] == action]


def test_it_works(admin, visitor):
    device, made = enrol(admin)
    assert made["passkey"]["name"] == "Phone"
    assert len(made["recovery_codes"]) == 10
    answer = sign_in_alone(visitor, device)
    assert answer.status == 200, answer.text
    assert answer.json["username"] == "anna"
    assert visitor.get("/api/auth/me").json == answer.json
    (listed,) = visitor.get(CREATED).json["items"]
    assert listed["last_used_at"] is not None


def test_it_is_a_second_factor_after_the_password(admin, visitor):
    device, _ = enrol(admin)
    asked = sign_in(visitor)
    assert (asked.status, asked.json["title"]) == (401, "Code needed")
    assert len(asked.json["passkeys"]) == 1
    assert asked.json["authenticator_app"] is False
    assert visitor.client.get_cookie(COOKIE) is None
    assert sign_in_with(visitor, device).status == 200
    assert admin.get("/api/auth/me").json["second_factor"] is True


def test_after_the_password_its_device_need_not_look_at_anybody_but_alone_it_has_to(admin, visitor):
    device, _ = enrol(admin)
    device.flags = PRESENT
    assert sign_in_with(visitor, device).status == 200
    assert sign_in_alone(visitor.elsewhere(), device).status == 401


def test_a_recovery_code_stands_in_for_it(admin, visitor):
    _, made = enrol(admin)
    assert sign_in(visitor, code=made["recovery_codes"][0]).status == 200
    assert sign_in(visitor.elsewhere(), code=made["recovery_codes"][0]).status == 401
    assert sign_in(visitor.elsewhere(), code="000000").status == 401


def test_a_first_one_ends_every_other_session_and_a_further_one_none(admin, visitor):
    assert sign_in(visitor).status == 200
    device, _ = enrol(admin)
    assert visitor.get("/api/auth/me").status == 401
    assert sign_in_alone(visitor, device).status == 200
    _, second = enrol(admin, name="Key on the ring")
    assert second["recovery_codes"] == []
    assert visitor.get("/api/auth/me").status == 200


@pytest.mark.parametrize("lie", [
    {"origin": "https://localhost"},
    {"origin": "http://localhost:5001"},
    {"origin": "http://evil.example"},
    {"rp_id": "evil.example"},
    {"flags": 0},
])  # fmt: skip
def test_what_was_signed_elsewhere_signs_nobody_in(admin, visitor, lie):
    device, _ = enrol(admin)
    for name, value in lie.items():
        setattr(device, name, value)
    for way in (sign_in_alone, sign_in_with):
        answer = way(visitor.elsewhere(), device)
        assert (answer.status, answer.json["detail"]) == (401, authenticators.REFUSED)


@pytest.mark.parametrize("lie", [
    {"origin": "https://localhost"},
    {"origin": "http://evil.example"},
    {"rp_id": "evil.example"},
    {"flags": PRESENT},
    {"flags": 0x04},
    {"algorithm": -36},
    {"fmt": "tpm"},
    {"fmt": "no such"},
    {"fmt": "packed"},
])  # fmt: skip
def test_a_passkey_that_was_made_elsewhere_or_otherwise_is_not_kept(admin, lie):
    device = Authenticator(**lie)
    answer = admin.post(CREATED, json=device.made(begin(admin)))
    assert (answer.status, answer.json["detail"]) == (409, passkey_service.NOT_MADE)
    assert admin.get(CREATED).json["items"] == []


def test_another_curve_is_taken_too_and_a_device_that_does_not_count(admin, visitor):
    device, _ = enrol(admin, Authenticator(eddsa=True, counts=False))
    assert sign_in_alone(visitor, device).status == 200
    assert sign_in_alone(visitor.elsewhere(), device).status == 200


def test_an_answer_is_taken_once(admin, visitor):
    device, _ = enrol(admin, Authenticator(counts=False))
    signed = device.signed(challenge(visitor))
    assert visitor.post(ALONE, json={"passkey": signed}).status == 200
    again = visitor.post(ALONE, json={"passkey": signed})
    assert (again.status, again.json["detail"]) == (409, ceremonies.OVER)
    assert sign_in(visitor, passkey=signed).status == 409
    made = Authenticator().made(begin(admin))
    assert admin.post(CREATED, json=made).status == 201
    assert admin.post(CREATED, json=made).status == 409


def test_an_answer_that_was_refused_is_not_taken_later(admin, visitor):
    device, _ = enrol(admin, Authenticator(counts=False))
    asked = challenge(visitor)
    device.origin = "http://evil.example"
    assert visitor.post(ALONE, json={"passkey": device.signed(asked)}).status == 401
    device.origin = "http://localhost"
    assert visitor.post(ALONE, json={"passkey": device.signed(asked)}).status == 409


def test_an_answer_to_another_challenge_or_of_another_browser_is_refused(admin, visitor):
    device, _ = enrol(admin)
    others = challenge(visitor.elsewhere())
    challenge(visitor)
    assert visitor.post(ALONE, json={"passkey": device.signed(others)}).status == 401
    stranger = visitor.elsewhere()
    assert stranger.post(ALONE, json={"passkey": device.signed(others)}).status == 409


def test_a_challenge_is_over_after_five_minutes(admin, visitor, moving):
    device, _ = enrol(admin)
    asked = challenge(visitor)
    moving.reach(clock.to_datetime(clock.later(clock.now(), minutes=ceremonies.KEPT_MINUTES)))
    assert visitor.post(ALONE, json={"passkey": device.signed(asked)}).status == 409


def test_a_challenge_to_make_one_is_for_who_asked_and_signs_nobody_in(admin, manager, visitor):
    device, _ = enrol(admin)
    asked = begin(admin)
    cookie = admin.client.get_cookie("cvd_passkey").value
    manager.client.set_cookie("cvd_passkey", cookie)
    assert manager.post(CREATED, json=Authenticator().made(asked)).status == 409
    visitor.client.set_cookie("cvd_passkey", cookie)
    assert visitor.post(ALONE, json={"passkey": device.signed(asked)}).status == 409


def test_a_cookie_of_another_kind_is_none(admin, visitor, engine):
    device, _ = enrol(admin)
    asked = challenge(visitor)
    for made_up in ("x", "é", engine.audit.secret.seal("[1]", owner="somebody else", make=True)):
        visitor.client.set_cookie("cvd_passkey", made_up)
        assert visitor.post(ALONE, json={"passkey": device.signed(asked)}).status == 409


def test_somebody_else_s_passkey_is_no_second_factor(admin, manager, visitor):
    enrol(admin)
    device, _ = enrol(manager)
    assert sign_in_with(visitor, device, "anna").status == 401
    assert sign_in_with(visitor, device, "max").status == 200


def test_a_passkey_that_says_it_is_somebody_else_s_is_refused(admin, manager, visitor):
    theirs, _ = enrol(manager)
    device, _ = enrol(admin)
    device.handle = theirs.handle
    assert sign_in_alone(visitor, device).status == 401
    device.handle = "AAAA"
    assert sign_in_with(visitor, device).status == 401


def test_another_key_under_the_same_id_signs_nobody_in(admin, visitor):
    device, _ = enrol(admin)
    thief = Authenticator(credential=device.credential, handle=device.handle, count=99)
    assert sign_in_alone(visitor, thief).status == 401


def test_a_passkey_is_kept_once(admin, manager):
    device, _ = enrol(admin)
    answer = manager.post(CREATED, json=device.made(begin(manager)))
    assert (answer.status, answer.json["detail"]) == (409, "This passkey is known already.")


def test_one_that_counts_back_is_refused_and_told(admin, visitor):
    device, _ = enrol(admin)
    assert sign_in_alone(visitor, device).status == 200
    device.count -= 1
    answer = sign_in_alone(visitor.elsewhere(), device)
    assert answer.status == 401
    assert "may have been copied" in answer.json["detail"]
    (entry,) = told(admin, "passkey.counted_back")
    assert {"field": "name", "from": None, "to": "Phone"} in entry["changes"]
    device.counts, device.count = False, 0
    assert sign_in_alone(visitor.elsewhere(), device).status == 401


def test_who_is_disabled_does_not_get_in(admin, manager, visitor):
    device, _ = enrol(manager)
    user = admin.get(f"/api/users/{manager.id}").json
    body = {"version": user["version"], "disabled": True}
    assert admin.patch(f"/api/users/{manager.id}", json=body).status == 200
    assert sign_in_alone(visitor, device).status == 401
    assert visitor.client.get_cookie(COOKIE) is None


def test_failures_make_one_wait_with_codes_and_passkeys_counted_together(admin, visitor, caplog):
    device, _ = enrol(admin)
    good = replace(device)
    device.origin = "http://evil.example"
    with caplog.at_level(logging.INFO, "cvd.security"):
        for _ in range(throttle.TRIES - 1):
            assert sign_in_alone(visitor.elsewhere(), device).status == 401
        assert sign_in(visitor, code="000000").status == 401
    assert sign_in_alone(visitor, device).status == 429
    assert sign_in_with(visitor, good).status == 429
    assert "Passkey refused: account 'anna'" in caplog.text


def test_strangers_with_passkeys_that_nobody_knows_wait_and_keep_nobody_else_out(admin, visitor):
    device, _ = enrol(admin)
    for _ in range(throttle.TRIES):
        assert sign_in_alone(visitor, Authenticator(handle="AAAA")).status == 401
    assert sign_in_alone(visitor, Authenticator(handle="AAAA")).status == 429
    assert sign_in_alone(visitor, device).status == 200


def test_strangers_fill_no_table(engine, admin, visitor):
    device, _ = enrol(admin)
    with engine.reading() as db:
        before = scalar(db, "SELECT count(*) FROM ended_flows")
    for _ in range(3):
        sign_in_alone(visitor, Authenticator(handle=device.handle))
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM ended_flows") == before


def test_making_and_removing_ask_for_the_password(admin):
    answer = admin.post("/api/passkeys/challenge", json={"current_password": "wrong"})
    assert (answer.status, answer.pointers) == (422, ["/current_password"])
    _, made = enrol(admin)
    answer = remove(admin, made["passkey"]["id"], "wrong")
    assert (answer.status, answer.pointers) == (422, ["/current_password"])
    assert len(admin.get(CREATED).json["items"]) == 1


def test_one_is_renamed_and_two_who_do_are_told(admin):
    _, made = enrol(admin)
    path = f"{CREATED}/{made['passkey']['id']}"
    renamed = admin.patch(path, json={"version": 1, "name": " Work phone "})
    assert (renamed.status, renamed.json["name"]) == (200, "Work phone")
    stale = admin.patch(path, json={"version": 1, "name": "Mine"})
    assert (stale.status, stale.json["current"]["name"]) == (409, "Work phone")
    assert admin.patch(path, json={"version": 2, "name": "  "}).pointers == ["/name"]


def test_nobody_names_or_removes_another_s(admin, manager):
    _, made = enrol(manager)
    passkey_id = made["passkey"]["id"]
    path = f"{CREATED}/{passkey_id}"
    assert admin.patch(path, json={"version": 1, "name": "Mine"}).status == 404
    assert remove(admin, passkey_id).status == 404


def test_a_removed_one_signs_nobody_in_and_the_last_takes_the_recovery_codes_along(admin, visitor):
    device, made = enrol(admin)
    _, other = enrol(admin, name="Key")
    assert remove(admin, made["passkey"]["id"]).status == 204
    assert sign_in_alone(visitor, device).status == 401
    assert admin.get("/api/second-factor").json["recovery_codes_left"] == 10
    assert remove(admin, other["passkey"]["id"]).status == 204
    assert admin.get("/api/second-factor").json["recovery_codes_left"] == 0
    assert sign_in(visitor).status == 200


def test_it_stands_beside_an_app_and_each_is_taken_away_alone(admin, visitor):
    secret, codes = app_codes.enrol(admin)
    device, made = enrol(admin)
    assert made["recovery_codes"] == []
    asked = sign_in(visitor)
    assert (asked.json["authenticator_app"], len(asked.json["passkeys"])) == (True, 1)
    assert sign_in(visitor, code=app_codes.code_of(secret)).status == 200
    gone = admin.post("/api/second-factor/removal", json={"current_password": PASSWORD})
    assert gone.status == 204
    assert sign_in(visitor.elsewhere()).json["title"] == "Code needed"
    assert sign_in(visitor.elsewhere(), code=codes[0]).status == 200
    assert sign_in_with(visitor.elsewhere(), device).status == 200


def test_an_app_beside_it_counts_from_its_first_code_on_and_brings_no_new_codes(admin, visitor):
    _, made = enrol(admin)
    begun = app_codes.begin(admin)
    code = app_codes.code_of(begun["secret"])
    assert sign_in(visitor, code=code).status == 401
    recovery = {"code": made["recovery_codes"][0]}
    assert admin.post("/api/second-factor/confirmation", json=recovery).status == 409
    confirmed = admin.post("/api/second-factor/confirmation", json={"code": code})
    assert (confirmed.status, confirmed.json["recovery_codes"]) == (200, [])
    assert sign_in(visitor, code=made["recovery_codes"][0]).status == 200


def test_new_recovery_codes_take_the_place_of_those_before(admin, visitor):
    path, body = "/api/second-factor/recovery-codes", {"current_password": PASSWORD}
    assert admin.post(path, json=body).status == 409
    _, made = enrol(admin)
    assert admin.post(path, json={"current_password": "wrong"}).status == 422
    renewed = admin.post(path, json=body).json["recovery_codes"]
    assert len(set(renewed) - set(made["recovery_codes"])) == 10
    assert sign_in(visitor, code=made["recovery_codes"][0]).status == 401
    assert sign_in(visitor, code=renewed[0]).status == 200
    assert len(told(admin, "second_factor.codes_renewed")) == 1


def test_it_is_what_a_role_needs_and_the_last_is_not_removed(admin, manager, visitor):
    need(admin, "manager")
    assert manager.get("/api/devices").status == 403
    device, made = enrol(manager)
    assert manager.get("/api/devices").status == 200
    answer = sign_in_alone(visitor, device)
    assert answer.json["second_factor_due"] is False
    need(admin, "manager", "driver")
    assert visitor.get("/api/devices").status == 200
    refused = remove(manager, made["passkey"]["id"])
    assert (refused.status, "needs a second factor" in refused.json["detail"]) == (409, True)
    assert sign_in_alone(visitor.elsewhere(), device).status == 200
    enrol(manager, name="Key")
    assert remove(manager, made["passkey"]["id"]).status == 204


def test_of_the_last_two_removed_at_the_same_moment_one_stays(admin, manager, monkeypatch):
    """Each removal would see what the other has not taken away yet."""
    need(admin, "manager")
    _, made = enrol(manager)
    app_codes.enrol(manager)
    both, check = threading.Barrier(2), sign_in_rule_service.check_kept

    def check_kept(db, user):
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        check(db, user)

    monkeypatch.setattr(sign_in_rule_service, "check_kept", check_kept)
    asked = {"current_password": PASSWORD}
    paths = ("/api/second-factor/removal", f"{CREATED}/{made['passkey']['id']}/removal")
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda path: manager.post(path, json=asked), paths))
    assert sorted(answer.status for answer in answers) == [204, 409]
    assert manager.get("/api/auth/me").json["second_factor"] is True


def test_an_administrator_sees_and_resets_those_of_who_lost_their_phone(admin, manager, visitor):
    enrol(admin)
    device, _ = enrol(manager)
    user = admin.get(f"/api/users/{manager.id}").json
    assert (user["second_factor"], user["authenticator_app"], user["passkeys"]) == (True, False, 1)
    (listed,) = admin.get(f"/api/users/{manager.id}/passkeys").json["items"]
    assert listed["name"] == "Phone"
    path = f"/api/users/{manager.id}/second-factor-reset"
    assert admin.post(path).status == 204
    assert manager.get("/api/auth/me").status == 401
    assert sign_in_alone(visitor, device).status == 401
    assert sign_in(visitor, "max").status == 200
    assert visitor.get("/api/second-factor").json["recovery_codes_left"] == 0
    assert admin.post(path).status == 409


def test_after_a_reset_the_one_time_password_is_asked_before_a_passkey_is_enough(
    admin, manager, visitor
):
    device, _ = enrol(manager)
    reset = admin.post(f"/api/users/{manager.id}/password-reset").json["password"]
    refused = sign_in_alone(visitor, device)
    assert refused.status == 401
    assert "one-time password" in refused.json["detail"]
    answer = sign_in_with(visitor, device, "max", password=reset)
    assert answer.json["password_change_due"] is True
    chosen = {"new_password": "another horse battery"}
    assert visitor.post("/api/auth/password", json=chosen).status == 204
    assert sign_in_alone(visitor, device).status == 200


def test_where_nobody_has_one_nothing_is_asked_of_a_device(visitor, engine):
    refused = visitor.post("/api/auth/passkey")
    assert refused.status == 409
    assert "password" in refused.json["detail"]
    assert not engine.audit.secret.path.exists()


def test_without_its_key_no_other_is_made_in_its_place_while_passkeys_are_in_use(
    admin, manager, visitor, engine
):
    device, _ = enrol(admin)
    path = engine.audit.secret.path
    kept = path.read_text()
    path.unlink()
    asked = {"current_password": PASSWORD}
    for answer in (
        visitor.post("/api/auth/passkey"),
        manager.post("/api/passkeys/challenge", json=asked),
        manager.post("/api/second-factor", json=asked),
    ):
        assert answer.status == 503, answer.text
        assert f"cannot be used at {path}" in answer.json["detail"]
        assert "bring that file back" in answer.json["detail"]
    assert not path.exists()
    path.write_text(kept)
    assert sign_in_alone(visitor, device).status == 200


def test_once_every_second_factor_was_reset_a_new_key_is_made(admin, manager, visitor, engine):
    enrol(manager)
    engine.audit.secret.path.unlink()
    assert admin.post(f"/api/users/{manager.id}/second-factor-reset").status == 204
    device, _ = enrol(admin)
    assert sign_in_alone(visitor, device).status == 200


def test_failures_in_the_name_of_codes_are_no_failures_of_codes(manager, visitor, monkeypatch):
    monkeypatch.setattr(throttle, "ACCOUNT_TRIES", 2)
    device, _ = enrol(manager)
    for number in range(4):
        there = {"REMOTE_ADDR": f"203.0.113.{number}"}
        typed = {"username": "max code", "password": "a wrong password"}
        visitor.post("/api/auth/login", json=typed, environ_base=there)
    assert sign_in_alone(visitor, device).status == 200


def test_each_act_is_in_the_audit_log_without_a_key(admin, manager, visitor):
    device, made = enrol(manager)
    sign_in_alone(visitor, device)
    sign_in_with(visitor, device, "max")
    path = f"{CREATED}/{made['passkey']['id']}"
    manager.patch(path, json={"version": 1, "name": "Old phone"})
    remove(manager, made["passkey"]["id"])
    entries = admin.get("/api/audit-entries?limit=20").json["items"]
    assert [each["action"] for each in reversed(entries)] == [
        "passkey.created",
        "session.created",
        "session.deleted",
        "session.created",
        "passkey.updated",
        "passkey.removed",
    ]
    alone, second = reversed(told(admin, "session.created"))
    assert {"field": "passkey", "from": None, "to": "Phone"} in alone["changes"]
    assert {"field": "second_factor", "from": None, "to": "passkey"} in second["changes"]
    (removed,) = told(admin, "passkey.removed")
    assert {"field": "name", "from": "Old phone", "to": None} in removed["changes"]


def test_there_are_twenty_at_most(admin, monkeypatch):
    monkeypatch.setattr(passkey_service, "MOST_PASSKEYS", 1)
    asked = begin(admin)
    enrol(admin)
    body = {"current_password": PASSWORD}
    assert admin.post("/api/passkeys/challenge", json=body).status == 409
    assert admin.post(CREATED, json=Authenticator().made(asked)).status == 409


def test_a_device_is_told_which_passkeys_there_are_and_whom_it_is_for(admin):
    first = begin(admin)
    assert (first["username"], first["rp_name"]) == ("anna", "Test Vending")
    device, _ = enrol(admin)
    asked = begin(admin)
    assert [each["transports"] for each in asked["known"]] == [["hybrid", "internal"]]
    assert asked["user_handle"] == device.handle
    assert first["user_handle"] != device.handle


@pytest.mark.parametrize(("public_url", "words"), [
    ("https://192.168.0.7", "192.168.0.7 is an IP address"),
    ("http://[::1]:5000", "open CVD at http://localhost:5000"),
    ("http://cvd.local:5000", "Passkeys need https"),
])  # fmt: skip
def test_where_none_works_it_is_said_and_none_is_begun(at, admin, public_url, words):
    device, _ = enrol(admin)
    person = at(public_url=public_url)
    offer = person.get("/api/auth/passkey").json
    assert words in offer["problem"]
    assert offer["in_use"] is True
    refused = person.post("/api/auth/passkey")
    assert (refused.status, words in refused.json["detail"]) == (409, True)
    assert person.post(ALONE, json={"passkey": device.signed({"challenge": "x"})}).status == 409
    asked = sign_in(person)
    assert (asked.json["passkeys"], asked.json["detail"]) == ([], "Type a recovery code.")


@pytest.mark.parametrize(("public_url", "origin"), [
    (None, "http://localhost"),
    ("https://cvd.example", "https://cvd.example"),
    ("https://cvd.example:443", "https://cvd.example"),
    ("http://localhost:5000", "http://localhost:5000"),
])  # fmt: skip
def test_they_work_at_the_public_address_or_at_the_host_that_was_asked(at, public_url, origin):
    offer = at(public_url=public_url).get("/api/auth/passkey").json
    assert offer == {"origin": origin, "problem": None, "in_use": False}


def test_the_button_is_offered_once_somebody_has_one_for_this_name(at, admin, visitor):
    enrol(admin)
    assert visitor.get("/api/auth/passkey").json["in_use"] is True
    assert at(public_url="https://cvd.example").get("/api/auth/passkey").json["in_use"] is False


def test_one_of_another_name_is_no_use_here_but_recovery_codes_are(at, admin, monkeypatch):
    device, made = enrol(admin)
    # Of somebody else.
    monkeypatch.setattr(passkeys, "are_used", lambda *_: True)
    person = at(public_url="https://cvd.example")
    asked = sign_in(person)
    assert (asked.json["title"], asked.json["passkeys"]) == ("Code needed", [])
    device.origin, device.rp_id = "https://cvd.example", "cvd.example"
    assert sign_in(person, passkey=device.signed(challenge(person))).status == 401
    assert sign_in_alone(person, device).status == 401
    assert sign_in(person, code=made["recovery_codes"][0]).status == 200


@pytest.mark.parametrize("damage", [
    {"client_data": "e30"}, {"client_data": "W10"}, {"client_data": "A"},
    {"authenticator_data": "AA"}, {"signature": "AA"}, {"authenticator_data": "x" * 200},
    {"client_data": "_w"},
])  # fmt: skip
def test_what_cannot_be_read_is_refused(admin, visitor, damage):
    device, _ = enrol(admin)
    signed = {**device.signed(challenge(visitor)), **damage}
    assert visitor.post(ALONE, json={"passkey": signed}).status == 401


@pytest.mark.parametrize("damage", ["A", "AAAA", "oA", "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"])
def test_an_attestation_that_cannot_be_read_is_refused(admin, damage):
    made = {**Authenticator().made(begin(admin)), "attestation_object": damage}
    assert admin.post(CREATED, json=made).status == 409


def test_nobody_loads_the_library_before_somebody_uses_one():
    program = (
        "import sys, app; from settings import Settings\n"
        "app.create_app(Settings())\n"
        "print({'webauthn', 'cbor2', 'OpenSSL', 'cryptography'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, check=True
    )
    assert run.stdout.decode().strip() == "set()", run.stderr.decode()
