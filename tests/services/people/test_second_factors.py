"""A second factor: who has the password alone does not get in."""

import logging
from pathlib import Path

import pyotp
import pytest

import clock
from db import AuditFiles, scalar
from services.people import second_factors, throttle
from tests.kit.moving_clock import MovingClock
from tests.kit.people import COOKIE, PASSWORD, Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


@pytest.fixture(autouse=True)
def moving(monkeypatch):
    """No half minute ends between a code and its use, unless the test says so."""
    made = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", made.now)
    return made


def sign_in(person, code=None, username="anna", password=PASSWORD):
    body = {"username": username, "password": password, **({"code": code} if code else {})}
    return person.post("/api/auth/login", json=body)


def code_of(secret, steps=0):
    at = int(clock.to_datetime(clock.now()).timestamp()) + steps * second_factors.STEP_S
    return pyotp.TOTP(secret).at(at)


def wait(moving, seconds):
    moving.reach(clock.to_datetime(clock.later(clock.now(), seconds=seconds)))


def begin(person):
    answer = person.post("/api/second-factor", json={"current_password": PASSWORD})
    assert answer.status == 200
    return answer.json


def enrol(person):
    """The secret and the recovery codes of a second factor, confirmed by the code before this."""
    secret = begin(person)["secret"]
    code = {"code": code_of(secret, -1)}
    answer = person.post("/api/second-factor/confirmation", json=code)
    assert answer.status == 200, answer.text
    return secret, answer.json["recovery_codes"]


def test_it_works(admin, visitor):
    secret, _ = enrol(admin)
    asked = sign_in(visitor)
    assert (asked.status, asked.json["title"]) == (401, "Code needed")
    assert visitor.client.get_cookie(COOKIE) is None
    assert sign_in(visitor, code_of(secret)).status == 200
    assert visitor.get("/api/auth/me").json["second_factor"] is True


def test_the_secret_comes_as_text_address_and_qr_code(admin):
    begun = begin(admin)
    assert begun["secret"] in begun["uri"]
    assert begun["uri"].startswith("otpauth://totp/Test%20Vending:anna?")
    assert begun["svg"].startswith("<svg")


def test_a_wrong_password_is_not_told_that_there_is_a_second_factor(admin, visitor):
    secret, _ = enrol(admin)
    for answer in (
        sign_in(visitor, password="wrong"),
        sign_in(visitor, code_of(secret), password="wrong"),
    ):
        assert (answer.status, answer.json["title"]) == (401, "Not signed in")


@pytest.mark.both
def test_it_is_not_asked_for_until_a_code_confirmed_it(admin, visitor):
    begin(admin)
    answer = admin.post("/api/second-factor/confirmation", json={"code": "000000"})
    assert answer.status == 409
    assert admin.get("/api/second-factor").json == {"since": None, "recovery_codes_left": 0}
    assert sign_in(visitor).status == 200


@pytest.mark.both
def test_confirming_it_ends_every_other_session(app, admin, visitor):
    sign_in(visitor)
    enrol(admin)
    assert visitor.get("/api/auth/me").status == 401
    assert admin.get("/api/second-factor").json["recovery_codes_left"] == 10


def test_a_code_works_once_and_none_before_it(admin, visitor, moving):
    secret, _ = enrol(admin)
    wait(moving, 60)
    code, before = code_of(secret), code_of(secret, -1)
    assert sign_in(visitor, code).status == 200
    assert sign_in(visitor.elsewhere(), code).status == 401
    assert sign_in(visitor.elsewhere(), before).status == 401
    wait(moving, 30)
    assert sign_in(visitor.elsewhere(), code_of(secret)).status == 200


@pytest.mark.parametrize(("steps", "status"), [(-3, 401), (-1, 200), (1, 200), (3, 401)])
def test_clocks_may_differ_by_half_a_minute(admin, visitor, moving, steps, status):
    secret, _ = enrol(admin)
    wait(moving, 600)
    assert sign_in(visitor, code_of(secret, steps)).status == status


@pytest.mark.both
def test_a_recovery_code_works_once(admin, visitor):
    _, codes = enrol(admin)
    assert len(set(codes)) == 10
    assert sign_in(visitor, f" {codes[0].upper()} ").status == 200
    assert sign_in(visitor.elsewhere(), codes[0]).status == 401
    assert admin.get("/api/second-factor").json["recovery_codes_left"] == 9
    assert sign_in(visitor.elsewhere(), codes[1]).status == 200


@pytest.mark.both
def test_a_recovery_code_of_somebody_else_opens_nothing(admin, manager, visitor):
    _, codes = enrol(manager)
    enrol(admin)
    assert sign_in(visitor, codes[0]).status == 401


def test_wrong_codes_make_one_wait_and_a_right_password_forgets_none(admin, visitor):
    secret, _ = enrol(admin)
    for _ in range(throttle.TRIES):
        assert sign_in(visitor).json["title"] == "Code needed"
        assert sign_in(visitor, "000000").status == 401
    assert sign_in(visitor, code_of(secret)).status == 429


@pytest.mark.both
def test_neither_secret_nor_codes_are_in_the_database_or_a_log(engine, admin, caplog):
    with caplog.at_level(logging.DEBUG):
        secret, codes = enrol(admin)
    with engine.reading() as db:
        sealed = scalar(db, "SELECT sealed_secret FROM second_factors")
        hashes = {row["code_hash"] for row in db.query("SELECT code_hash FROM recovery_codes")}
        changes = "".join(r["changes"] for r in db.query("SELECT changes FROM audit_entries"))
    assert secret not in sealed
    assert not hashes & set(codes)
    for text in (changes, caplog.text):
        assert secret not in text
        assert codes[0] not in text


def test_the_key_lies_outside_of_the_database_for_its_user_alone(engine, admin):
    enrol(admin)
    path = engine.audit.secret.path
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(path.read_text().strip())) == 32


@pytest.mark.both
def test_without_its_key_it_is_told_and_a_recovery_code_still_signs_in(engine, admin, visitor):
    secret, codes = enrol(admin)
    path = engine.audit.secret.path
    path.write_text("ab" * 32 + "\n")
    answer = sign_in(visitor, code_of(secret))
    assert answer.status == 503
    assert "bring that file back" in answer.json["detail"]
    path.unlink()
    assert sign_in(visitor, code_of(secret)).status == 503
    assert sign_in(visitor, codes[0]).status == 200


def test_setting_up_and_taking_away_ask_for_the_password(admin, visitor):
    for path in ("/api/second-factor", "/api/second-factor/removal"):
        answer = admin.post(path, json={"current_password": "wrong"})
        assert (answer.status, answer.pointers) == (422, ["/current_password"])
    enrol(admin)
    assert admin.post("/api/second-factor", json={"current_password": PASSWORD}).status == 409
    gone = admin.post("/api/second-factor/removal", json={"current_password": PASSWORD})
    assert gone.status == 204
    assert sign_in(visitor).status == 200


def test_an_administrator_resets_that_of_who_lost_their_phone(admin, manager, visitor):
    _, codes = enrol(manager)
    path = f"/api/users/{manager.id}/second-factor-reset"
    assert admin.get(f"/api/users/{manager.id}").json["second_factor"] is True
    assert admin.post(path).status == 204
    assert manager.get("/api/auth/me").status == 401
    assert sign_in(visitor, username="max").status == 200
    assert sign_in(visitor, codes[0], username="max").status == 200
    assert admin.post(path).status == 409
    assert admin.post(f"/api/users/{admin.id}/second-factor-reset").status == 409


def test_a_one_time_password_does_not_pass_it_by(admin, manager, visitor):
    secret, _ = enrol(manager)
    one_time = admin.post(f"/api/users/{manager.id}/password-reset").json["password"]
    assert sign_in(visitor, username="max", password=one_time).json["title"] == "Code needed"
    again = sign_in(visitor, code_of(secret), username="max", password=one_time)
    assert again.json["password_change_due"] is True


def test_each_act_is_in_both_logs(app, admin, manager, caplog):
    with caplog.at_level(logging.INFO, "cvd.security"):
        secret, _ = enrol(manager)
        sign_in(Person(app), "000000", username="max")
        sign_in(Person(app), code_of(secret), username="max")
        manager.post("/api/second-factor/removal", json={"current_password": PASSWORD})
        enrol(manager)
        admin.post(f"/api/users/{manager.id}/second-factor-reset")
    entries = admin.get("/api/audit-entries?limit=20").json["items"]
    told = [each["action"] for each in reversed(entries)]
    assert told == [
        "second_factor.confirmed",
        "session.created",
        "second_factor.removed",
        "second_factor.confirmed",
        "second_factor.reset",
    ]
    signed_in = next(each for each in entries if each["action"] == "session.created")
    assert {"field": "second_factor", "from": None, "to": "app"} in signed_in["changes"]
    assert "Code refused: account 'max'" in caplog.text
    assert "second_factor.reset: account 'max', address 127.0.0.1, by 'anna'" in caplog.text


def test_the_key_of_second_factors_lies_where_those_of_the_audit_log_do():
    url = "postgresql://u@h/fleet"
    kept = AuditFiles(url, keys=Path("/srv/keys/cvd.audit-keys"))
    assert kept.secret.path == Path("/srv/keys/fleet.secret-key")
    beside = AuditFiles(url)
    assert beside.secret.path == beside.keys_path.with_name("fleet.secret-key")
