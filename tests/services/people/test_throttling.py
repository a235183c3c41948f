"""Who fails has to wait; who is failed for does not, and nobody waits for long."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

import clock
from app import create_app
from errors import TooMany
from records import security_log, trail
from services.people import known_devices, throttle
from settings import Settings
from storage.audit_files import AuditFiles
from tests.kit.people import PASSWORD, Person

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.9"

pytestmark = [
    pytest.mark.usefixtures("standing_clock"),
    pytest.mark.spared("the statements that it sends are sent by those marked both"),
]


def sign_in(person, password=PASSWORD, username="anna", address=HERE):
    return person.post(
        "/api/auth/login",
        json={"username": username, "password": password},
        environ_base={"REMOTE_ADDR": address},
    )


def fail(app, times, username="anna", address=HERE):
    return [sign_in(Person(app), "wrong", username, address).status for _ in range(times)]


@pytest.fixture
def begun(engine):
    """There is a key, as after every upgrade."""
    with engine.writing() as db:
        trail.begin_sealing(db)


@pytest.fixture
def at_home(app, admin, begun):
    """Anna's own browser, in which there was a sign-in before."""
    browser = Person(app)
    assert sign_in(browser).status == 200
    browser.post("/api/auth/logout")
    return browser


def test_somebody_elsewhere_cannot_lock_a_person_out(app, admin, visitor):
    assert fail(app, throttle.TRIES + 1, address=ELSEWHERE)[-1] == 429
    assert sign_in(visitor).status == 200


def test_one_person_of_an_office_cannot_lock_the_others_out(app, admin, manager, visitor):
    assert fail(app, throttle.TRIES + 1)[-1] == 429
    assert sign_in(visitor, username="max").status == 200


def test_a_known_browser_is_let_try_while_others_fail_in_its_persons_name(app, at_home):
    assert fail(app, throttle.TRIES + 1)[-1] == 429
    assert sign_in(Person(app)).status == 429
    assert sign_in(at_home).status == 200


def test_a_known_browser_passes_the_guard_of_its_account_and_address(
    app, at_home, manager, monkeypatch
):
    monkeypatch.setattr(throttle, "ACCOUNT_TRIES", 3)
    monkeypatch.setattr(throttle, "ADDRESS_TRIES", 3)
    assert fail(app, 4)[-1] == 429
    assert sign_in(Person(app), username="max").status == 429, "the guard of the address"
    assert sign_in(Person(app), address=ELSEWHERE).status == 429, "the guard of the account"
    assert sign_in(at_home).status == 200


def test_a_known_browser_has_its_own_count(at_home):
    statuses = [sign_in(at_home, "wrong").status for _ in range(throttle.TRIES + 1)]
    assert statuses == [401] * throttle.TRIES + [429]


def test_a_browser_is_known_only_for_who_signed_in_there(at_home, manager):
    for _ in range(throttle.TRIES):
        sign_in(at_home, "wrong", username="max")
    assert sign_in(at_home, username="max").status == 429
    assert sign_in(at_home).status == 200


def test_a_browser_is_known_for_each_who_signed_in_there(app, at_home, manager):
    assert sign_in(at_home, username="max").status == 200
    at_home.post("/api/auth/logout")
    for name in ("anna", "max"):
        assert fail(app, throttle.TRIES + 1, username=name)[-1] == 429
        assert sign_in(at_home, username=name).status == 200


def device_cookie(person):
    return person.client.get_cookie("cvd_device").value


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "",
        lambda _: "x" * 4000,
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: "99" + cookie,
        lambda cookie: cookie.replace("Z", "z"),
    ],
)
def test_a_made_up_cookie_is_no_known_browser(app, at_home, change):
    fail(app, throttle.TRIES)
    stranger = Person(app)
    stranger.client.set_cookie("cvd_device", change(device_cookie(at_home)))
    assert sign_in(stranger).status == 429


@pytest.mark.parametrize(("days", "status"), [(-364, 200), (-366, 429), (300, 429)])
def test_a_browser_is_known_for_a_year_and_not_from_the_future(
    app, admin, begun, database_url, monkeypatch, days, status
):
    then = clock.later(clock.now(), days=days)
    with monkeypatch.context() as past:
        past.setattr("clock.now", lambda: then)
        cookie = known_devices.cookie_for(AuditFiles(database_url), admin.id, None)
    assert cookie is not None
    browser = Person(app)
    browser.client.set_cookie("cvd_device", cookie)
    fail(app, throttle.TRIES)
    assert sign_in(browser).status == status


def test_over_tls_the_cookie_of_a_known_browser_belongs_to_this_host(admin, begun, database_url):
    app = create_app(Settings(database_url=database_url, public_url="https://cvd.example"))
    answer = Person(app).post(
        "https://cvd.example/api/auth/login", json={"username": "anna", "password": PASSWORD}
    )
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if "device" in c]
    assert cookie.startswith("__Host-cvd_device=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    app.extensions["cvd"]["engine"].close()


def test_the_guard_of_an_account_counts_every_address(app, admin, monkeypatch):
    monkeypatch.setattr(throttle, "ACCOUNT_TRIES", 6)
    statuses = [fail(app, 1, address=f"192.0.2.{n}")[0] for n in range(7)]
    assert statuses == [401] * 6 + [429]


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_addresses_are_counted_by_the_network_that_somebody_has(one, other, are_one):
    assert (throttle.network_of(one) == throttle.network_of(other)) is are_one


def test_changing_ones_address_within_a_network_does_not_help(app, admin):
    statuses = [fail(app, 1, address=f"2001:db8::{n}")[0] for n in range(1, throttle.TRIES + 2)]
    assert statuses[-1] == 429


def test_of_many_tries_at_once_only_so_many_are_tried(app, admin):
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: fail(app, 1)[0], range(12)))
    assert statuses.count(401) <= throttle.TRIES
    assert statuses.count(429) == 12 - statuses.count(401)


def test_a_try_is_counted_before_its_password_is_looked_at(engine):
    """Also where many processes look at the same moment."""
    limits = throttle.of_sign_in("anna", HERE, device=None)

    def reserve(_):
        with suppress(TooMany), engine.writing() as db:
            throttle.reserve(db, limits)
            return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(reserve, range(12))).count(True) == throttle.TRIES


def test_a_right_password_takes_its_try_back_from_the_guards(app, admin, monkeypatch):
    monkeypatch.setattr(throttle, "ACCOUNT_TRIES", 4)
    monkeypatch.setattr(throttle, "ADDRESS_TRIES", 4)
    for _ in range(6):
        assert sign_in(Person(app)).status == 200
    assert fail(app, 5) == [401] * 4 + [429]


def test_a_wait_ends_although_a_clock_ran_ahead(app, admin, engine, monkeypatch):
    ahead = clock.later(clock.now(), days=300)
    with monkeypatch.context() as running_ahead:
        running_ahead.setattr("clock.now", lambda: ahead)
        assert fail(app, throttle.TRIES + 1)[-1] == 429
    assert sign_in(Person(app)).status == 200


@pytest.mark.both
def test_no_wait_is_longer_than_its_longest(app, admin, engine):
    fail(app, throttle.TRIES)
    far = clock.later(clock.now(), days=300)
    with engine.writing() as db:
        db.execute("UPDATE login_failures SET blocked_until = :far", {"far": far})
    refused = sign_in(Person(app))
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) <= throttle.LONGEST_WAIT_SECONDS


@pytest.mark.both
def test_what_is_old_or_of_the_future_is_forgotten(app, admin, engine, monkeypatch):
    monkeypatch.setattr(throttle, "FORGET_EVERY", 1)
    fail(app, 1)
    for hours in (-2, 24 * 300):
        at = clock.later(clock.now(), hours=hours)
        with engine.writing() as db:
            db.execute(
                """
                INSERT INTO login_failures (subject, failures, last_failed_at, blocked_until)
                VALUES (:subject, 1, :at, :at)
                """,
                {"subject": f"old {hours}", "at": at},
            )
    fail(app, 1)
    with engine.reading() as db:
        subjects = [row["subject"] for row in db.query("SELECT subject FROM login_failures")]
    assert not [subject for subject in subjects if subject.startswith("old")]


@pytest.mark.both
def test_an_administrator_unlocks_at_the_machine(app, admin, manager, engine, database_url):
    runner = create_app(Settings(database_url=database_url)).test_cli_runner()
    fail(app, throttle.TRIES)
    fail(app, throttle.TRIES, username="max")
    assert runner.invoke(args=["user", "unlock", "ANNA"]).output == "ANNA can try at once.\n"
    assert sign_in(Person(app)).status == 200
    assert sign_in(Person(app), username="max").status == 429
    [entry] = admin.get("/api/audit-entries?action=user.unlocked").json["items"]
    assert entry["noun_id"] == admin.id
    assert "did not have to wait" in runner.invoke(args=["user", "unlock", "anna"]).output
    assert runner.invoke(args=["user", "unlock", "nobody"]).exit_code == 1


def test_a_refused_try_is_written_down_with_account_and_address(app, admin, caplog):
    fail(app, 1)
    assert "Sign-in refused: account 'anna', address 192.0.2.1" in caplog.text


def test_a_refused_try_reads_the_same_whether_there_is_such_an_account(app, admin, caplog):
    fail(app, 1)
    fail(app, 1, username="nobody")
    known, unknown = [record.getMessage() for record in caplog.records]
    assert known.replace("anna", "nobody") == unknown


def test_a_name_cannot_add_a_line_to_the_log(app, admin, caplog):
    fail(app, 1, username="eve\n2026 info all is well\u2028" + "x" * 150)
    [line] = [r.getMessage() for r in caplog.records if "Sign-in refused" in r.getMessage()]
    assert "\n" not in line
    assert "\u2028" not in line
    assert len(line) < 200


def test_a_flood_does_not_fill_the_log(app, admin, caplog, monkeypatch):
    monkeypatch.setattr(security_log, "LINES_A_MINUTE", 3)
    fail(app, 12)
    assert len([r for r in caplog.records if "Sign-in" in r.getMessage()]) == 3
    security_log._minute._began = float("-inf")
    fail(app, 1)
    assert "9 more refused tries were not written down" in caplog.text


def test_that_an_account_has_to_wait_is_in_the_audit_log_once(app, admin):
    fail(app, throttle.TRIES + 3)
    fail(app, throttle.TRIES + 3, username="nobody")
    [entry] = admin.get("/api/audit-entries?action=user.locked").json["items"]
    assert entry["noun_id"] == admin.id
    assert {"field": "address", "from": None, "to": HERE} in entry["changes"]


def test_who_signed_in_from_where_is_in_the_audit_log(app, admin, visitor):
    sign_in(visitor)
    [entry] = admin.get("/api/audit-entries?action=session.created").json["items"]
    assert entry["changes"] == [{"field": "address", "from": None, "to": HERE}]


def test_what_changes_about_who_may_is_a_line_of_the_log(admin, manager, caplog):
    caplog.set_level(logging.INFO, "cvd.security")
    admin.patch(f"/api/users/{manager.id}", json={"version": 1, "role": "viewer"})
    admin.post(f"/api/users/{manager.id}/password-reset")
    admin.patch(f"/api/users/{manager.id}", json={"version": 2, "disabled": True})
    lines = [record.getMessage() for record in caplog.records]
    assert "user.updated: account 'max', address 127.0.0.1, by 'anna'; role manager -> viewer" in (
        lines
    )
    assert any(line.startswith("user.password_reset: account 'max'") for line in lines)
    assert any("disabled_at None -> " in line for line in lines)


def test_an_untrusted_forwarded_address_is_not_believed(app, admin):
    for n in range(throttle.TRIES + 1):
        answer = Person(app).post(
            "/api/auth/login",
            json={"username": "anna", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )
    assert answer.status == 429
