"""Signing in by a provider of OpenID Connect: who it vouches for gets in, and nobody else."""

import logging
import subprocess
import sys
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

import clock
from app import create_app
from db import scalar
from services.people import flows, outer_calls
from settings import PROJECT
from tests.kit.fake_provider import CLIENT
from tests.kit.moving_clock import MovingClock
from tests.kit.people import COOKIE, PASSWORD, Person
from tests.services.people.test_second_factors import enrol

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

PUBLIC = "http://localhost"
FLOW = "cvd_flow"


@pytest.fixture
def more_settings(provider):
    return {"oidc_name": "Office login", **provider.settings}


@pytest.fixture
def other_settings(app, settings):
    """A visitor where these settings are others."""
    made = []

    def changed(**changes):
        made.append(create_app(replace(settings, **changes)))
        return Person(made[-1])

    yield changed
    for each in made:
        each.extensions["cvd"]["engine"].close()


MAPPED = {
    "oidc_role_claim": "realm.groups",
    "oidc_roles": ("it=admin", "drivers=driver"),
    "oidc_new_people": "created",
}


def known(admin, provider, email="vera@example.com", username="vera"):
    """An account with this email, entered by the administrator; the provider says it is theirs."""
    (user,) = [u for u in admin.get("/api/users").json["items"] if u["username"] == username]
    body = {"version": user["version"], "email": email}
    assert admin.patch(f"/api/users/{user['id']}", json=body).status == 200
    provider.person = {"sub": "s-1", "email": email, "email_verified": True}


def go(person):
    answer = person.post("/api/auth/provider")
    assert answer.status == 200, answer.text
    return answer.json["url"]


def finish(person, brought):
    return person.post("/api/auth/provider/session", json=brought)


def sign_in(person, provider):
    return finish(person, provider.visit(go(person)))


def test_it_works(admin, viewer, visitor, provider):
    known(admin, provider)
    answer = sign_in(visitor, provider)
    assert answer.status == 200, answer.text
    assert (answer.json["username"], answer.json["role"]) == ("vera", "viewer")
    assert visitor.get("/api/auth/me").json == answer.json
    assert visitor.client.get_cookie(FLOW) is None


def test_the_page_is_told_whose_button_it_shows(visitor):
    assert visitor.get("/api/auth/provider").json == {"name": "Office login", "problem": None}


def test_nobody_loads_a_library_for_it_before_somebody_signs_in_so():
    program = (
        "import sys, app; from settings import Settings\n"
        "app.create_app(Settings(public_url='https://a.example', oidc_client_id='x', "
        "oidc_issuer='https://b.example'))\n"
        "print({'joserfc', 'requests', 'cryptography'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, check=True
    )
    assert run.stdout.decode().strip() == "set()", run.stderr.decode()


def test_where_no_provider_is_set_up_nobody_is_sent_anywhere(other_settings):
    person = other_settings(oidc_issuer=None)
    assert person.get("/api/auth/provider").json == {"name": None, "problem": None}
    assert person.post("/api/auth/provider").status == 409
    assert finish(person, {"state": "x", "code": "x"}).status == 409


def test_it_comes_back_to_exactly_one_address_with_what_binds_it(visitor):
    asked = {name: value for name, (value,) in parse_qs(urlsplit(go(visitor)).query).items()}
    assert asked["redirect_uri"] == f"{PUBLIC}/pages/login.html"
    assert asked["response_type"] == "code"
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert "HttpOnly" in visitor.post("/api/auth/provider").headers["Set-Cookie"]


@pytest.mark.both
def test_an_account_is_linked_once_and_then_known_by_its_subject(
    admin, viewer, visitor, provider, engine
):
    known(admin, provider)
    assert sign_in(visitor, provider).status == 200
    provider.person = {"sub": "s-1", "email": "another@example.com", "email_verified": True}
    assert sign_in(visitor.elsewhere(), provider).json["username"] == "vera"
    with engine.reading() as db:
        linked = "SELECT count(*) FROM audit_entries WHERE action = 'user.linked'"
        assert scalar(db, linked) == 1


def test_another_email_entered_by_an_administrator_ends_the_link(admin, viewer, visitor, provider):
    known(admin, provider)
    assert sign_in(visitor, provider).status == 200
    user = admin.get(f"/api/users/{viewer.id}").json
    body = {"version": user["version"], "email": "new@example.com"}
    assert admin.patch(f"/api/users/{viewer.id}", json=body).status == 200
    assert visitor.get("/api/auth/me").status == 401
    assert sign_in(visitor, provider).status == 403
    provider.person = {"sub": "s-2", "email": "new@example.com", "email_verified": True}
    assert sign_in(visitor, provider).json["username"] == "vera"


def test_another_subject_with_the_same_email_stays_out(admin, viewer, visitor, provider):
    known(admin, provider)
    assert sign_in(visitor, provider).status == 200
    provider.person["sub"] = "s-2"
    answer = sign_in(visitor.elsewhere(), provider)
    assert (answer.status, "somebody else's" in answer.json["detail"]) == (403, True)


@pytest.mark.parametrize("verified", [False, None, "yes", 1])
def test_an_email_that_is_not_verified_links_nobody(admin, viewer, visitor, provider, verified):
    known(admin, provider)
    provider.person["email_verified"] = verified
    answer = sign_in(visitor, provider)
    assert answer.status == 403
    assert "You have no account in CVD" in answer.json["detail"]
    assert visitor.client.get_cookie(COOKIE) is None


def test_an_email_that_somebody_typed_for_themselves_links_nobody(admin, viewer, visitor, provider):
    me = viewer.get("/api/auth/me").json
    body = {"version": me["version"], "email": "boss@example.com", "current_password": PASSWORD}
    assert viewer.patch("/api/auth/me", json=body).status == 200
    provider.person = {"sub": "boss", "email": "boss@example.com", "email_verified": True}
    answer = sign_in(visitor, provider)
    assert (answer.status, "not entered by an administrator" in answer.json["detail"]) == (
        403,
        True,
    )
    known(admin, provider, email="boss@example.com")
    assert sign_in(visitor, provider).status == 200


def test_an_email_that_two_accounts_have_links_neither(admin, viewer, driver, visitor, provider):
    known(admin, provider)
    known(admin, provider, username="dora")
    assert "Several accounts" in sign_in(visitor, provider).json["detail"]


def test_what_is_told_only_when_it_is_asked_counts_if_it_is_of_the_same_person(
    admin, viewer, visitor, provider
):
    known(admin, provider)
    provider.told = {**provider.person, "sub": "s-2"}
    provider.person = {"sub": "s-1"}
    assert sign_in(visitor, provider).status == 403
    provider.told["sub"] = "s-1"
    assert sign_in(visitor, provider).status == 200


def test_who_is_disabled_stays_out(admin, viewer, visitor, provider):
    known(admin, provider)
    assert sign_in(visitor, provider).status == 200
    user = admin.get(f"/api/users/{viewer.id}").json
    body = {"version": user["version"], "disabled": True}
    assert admin.patch(f"/api/users/{viewer.id}", json=body).status == 200
    assert visitor.get("/api/auth/me").status == 401
    answer = sign_in(visitor, provider)
    assert (answer.status, "disabled" in answer.json["detail"]) == (403, True)


@pytest.mark.both
def test_a_new_person_gets_an_account_by_their_role(admin, provider, other_settings, engine):
    person = other_settings(**MAPPED)
    provider.person = {
        "sub": "n-1",
        "preferred_username": "Nora Müller",
        "name": "Nora Müller",
        "email": "nora@example.com",
        "email_verified": True,
        "realm": {"groups": ["everybody", "drivers"]},
    }
    answer = sign_in(person, provider)
    assert answer.status == 200, answer.text
    shown = {name: answer.json[name] for name in ("username", "display_name", "role", "email")}
    assert shown == {
        "username": "Nora-M-ller",
        "display_name": "Nora Müller",
        "role": "driver",
        "email": "nora@example.com",
    }
    with engine.reading() as db:
        made = "SELECT username FROM audit_entries WHERE action = 'user.created' ORDER BY id DESC"
        assert scalar(db, made) == "provider"
    no_password = {"username": "Nora-M-ller", "password": PASSWORD}
    assert person.elsewhere().post("/api/auth/login", json=no_password).status == 401


@pytest.mark.both
def test_a_taken_username_gets_a_number(admin, provider, other_settings):
    provider.person = {"sub": "n", "preferred_username": "Anna", "realm": {"groups": "drivers"}}
    assert sign_in(other_settings(**MAPPED), provider).json["username"] == "Anna-2"


@pytest.mark.both
def test_another_role_at_the_provider_holds_from_the_next_sign_in_on(
    admin, provider, other_settings
):
    person = other_settings(**MAPPED)
    provider.person = {"sub": "n", "preferred_username": "nora", "realm": {"groups": ["drivers"]}}
    assert sign_in(person, provider).json["role"] == "driver"
    provider.person["realm"] = {"groups": ["drivers", "it"]}
    assert sign_in(person.elsewhere(), provider).json["role"] == "admin"
    assert person.get("/api/auth/me").status == 401
    provider.person["realm"] = {"groups": ["others"]}
    answer = sign_in(person.elsewhere(), provider)
    assert (answer.status, "gives you no role" in answer.json["detail"]) == (403, True)


@pytest.mark.both
def test_the_last_administrator_is_not_taken_away_by_a_group(admin, provider, other_settings):
    person = other_settings(**MAPPED)
    provider.person = {"sub": "n", "preferred_username": "nora", "realm": {"groups": ["it"]}}
    nora = sign_in(person, provider).json
    assert nora["role"] == "admin"
    user = person.get("/api/users?q=anna").json["items"][0]
    body = {"version": user["version"], "disabled": True}
    assert person.patch(f"/api/users/{user['id']}", json=body).status == 200
    provider.person["realm"] = {"groups": ["drivers"]}
    assert sign_in(person.elsewhere(), provider).status == 409
    assert person.get("/api/auth/me").json["role"] == "admin"


def needs_a_second_factor(admin):
    rules = admin.get("/api/sign-in-rules").json
    body = {"version": rules["version"], "second_factor_roles": ["viewer"]}
    assert admin.put("/api/sign-in-rules", json=body).status == 200


def test_a_second_factor_is_asked_for_where_the_provider_does_not_say_that_it_was(
    admin, viewer, visitor, provider, other_settings
):
    known(admin, provider)
    enrol(viewer)
    answer = sign_in(visitor, provider)
    assert (answer.status, "second factor" in answer.json["detail"]) == (403, True)
    assert sign_in(other_settings(oidc_second_factor="trusted"), provider).status == 200
    provider.claims = {"amr": ["pwd", "otp"]}
    assert sign_in(visitor, provider).json["second_factor_due"] is False


@pytest.mark.both
def test_what_comes_back_belongs_to_the_browser_it_began_in(admin, viewer, visitor, provider):
    known(admin, provider)
    brought = provider.visit(go(visitor))
    stranger = visitor.elsewhere()
    assert finish(stranger, brought).status == 409
    go(stranger)
    assert finish(stranger, brought).status == 409
    assert finish(visitor, brought).status == 200


@pytest.mark.both
def test_a_sign_in_that_ended_does_not_end_again(admin, viewer, visitor, provider):
    known(admin, provider)
    url = go(visitor)
    flow = visitor.client.get_cookie(FLOW).value
    assert finish(visitor, provider.visit(url)).status == 200
    visitor.client.set_cookie(FLOW, flow)
    answer = finish(visitor, provider.visit(url))
    assert (answer.status, answer.json["detail"]) == (409, flows.OVER)


def test_a_sign_in_that_took_too_long_begins_again(admin, viewer, visitor, provider, monkeypatch):
    known(admin, provider)
    brought = provider.visit(go(visitor))
    moving = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", moving.now)
    moving.reach(clock.to_datetime(clock.later(clock.now(), minutes=flows.KEPT_MINUTES + 1)))
    assert finish(visitor, brought).status == 409


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another program"},
        {"aud": [CLIENT, "another program"]},
        {"azp": "another program"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"exp": None},
        {"iat": 2**40},
        {"sub": None},
        {"sub": ""},
    ],
    ids=str,
)
def test_a_token_that_says_anything_else_signs_nobody_in(admin, viewer, visitor, provider, claims):
    known(admin, provider)
    provider.claims = claims
    assert sign_in(visitor, provider).status == 401
    assert visitor.client.get_cookie(COOKIE) is None
    provider.claims = {}
    assert sign_in(visitor, provider).status == 200


@pytest.mark.parametrize(
    "way",
    [
        "sign_with_nothing",
        "sign_with_the_public_key",
        "sign_with_the_secret",
        "sign_with_another_key",
    ],
)
def test_a_token_that_is_not_signed_by_the_provider_signs_nobody_in(
    admin, viewer, visitor, provider, way
):
    known(admin, provider)
    provider.signed = getattr(provider, way)
    assert sign_in(visitor, provider).status == 401
    provider.signed = None
    assert sign_in(visitor, provider).status == 200


def test_a_provider_may_change_its_key_at_any_time(admin, viewer, visitor, provider):
    known(admin, provider)
    assert sign_in(visitor, provider).status == 200
    provider.rotate()
    assert sign_in(visitor.elsewhere(), provider).status == 200
    assert provider.asked.count("/keys") == 2


def test_while_the_provider_is_away_passwords_sign_in_and_the_page_says_so(
    admin, visitor, provider
):
    provider.away = True
    shown = visitor.get("/api/auth/provider").json
    assert shown["name"] == "Office login"
    assert shown["problem"].startswith("Office login cannot be reached (it answered 503).")
    answer = visitor.post("/api/auth/provider")
    assert answer.status == 503
    assert answer.json["detail"].startswith(
        "Office login cannot be reached (it did not answer a moment ago). Sign in with username "
    )
    # Tried twice, and then left alone for a while.
    assert len(provider.asked) == outer_calls.TRIES
    body = {"username": "anna", "password": PASSWORD}
    assert visitor.post("/api/auth/login", json=body).status == 200


def test_it_is_asked_again_after_a_while(visitor, provider, monkeypatch):
    monkeypatch.setattr(outer_calls, "AWAY_S", -1.0)
    provider.away = True
    assert visitor.get("/api/auth/provider").json["problem"]
    provider.away = False
    assert visitor.get("/api/auth/provider").json["problem"] is None


def test_a_provider_that_hangs_holds_nobody_up(visitor, provider, monkeypatch):
    monkeypatch.setattr(outer_calls, "CALL_WITHIN_S", 0.2)
    monkeypatch.setattr(provider, "metadata", lambda: time.sleep(1.5))
    shown = visitor.get("/api/auth/provider").json
    assert "did not answer in time" in shown["problem"]


def test_what_is_set_up_wrong_is_said_with_the_place_to_set_it(
    admin, viewer, visitor, provider, other_settings
):
    provider.states_issuer = "https://login.example/realm"
    assert (
        "set CVD_OIDC_ISSUER to exactly that" in visitor.get("/api/auth/provider").json["problem"]
    )
    nowhere = other_settings(oidc_issuer=f"{provider.issuer}/nowhere")
    assert "correct CVD_OIDC_ISSUER" in nowhere.get("/api/auth/provider").json["problem"]
    provider.states_issuer = provider.issuer
    wrong = other_settings(oidc_client_secret="wrong")
    answer = sign_in(wrong, provider)
    assert (answer.status, "CVD_OIDC_CLIENT_SECRET" in answer.json["detail"]) == (503, True)


def test_who_breaks_it_off_there_is_told_so(visitor):
    go(visitor)
    state = {"state": "x", "error": "access_denied"}
    assert finish(visitor, state).status == 409
    state["state"] = parse_qs(urlsplit(go(visitor)).query)["state"][0]
    answer = finish(visitor, state)
    assert (answer.status, "broke it off" in answer.json["detail"]) == (401, True)


@pytest.mark.both
def test_an_answer_of_another_provider_is_refused(admin, viewer, visitor, provider):
    known(admin, provider)
    brought = provider.visit(go(visitor))
    assert finish(visitor, {**brought, "iss": "https://another.example"}).status == 401
    assert finish(visitor, {**brought, "iss": provider.issuer}).status == 200


def test_both_logs_say_who_came_in_and_who_did_not(admin, viewer, visitor, provider, caplog):
    caplog.set_level(logging.INFO, "cvd.security")
    sign_in(visitor, provider)
    known(admin, provider)
    sign_in(visitor, provider)
    assert "Sign-in by the provider refused: account 's-1'" in caplog.text
    assert "user.linked: account 'vera'" in caplog.text
    entries = admin.get("/api/audit-entries?action=session.created").json["items"]
    changes = {each["field"]: each["to"] for each in entries[0]["changes"]}
    assert changes["provider"] == "Office login"
