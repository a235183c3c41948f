"""Tokens of programs: what they open and for how long, and what ends them at once."""

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

import auth
import clock
import tokens
from app import create_app
from db import scalar
from server.job_worker import JobWorker
from services.people import signing_key_service, token_service
from services.system import schedule_service
from settings import PROJECT
from tests.kit.factories import send_audit
from tests.kit.forging import forged, forged_with, signed_with_public_key, told, unsigned
from tests.kit.moving_clock import MovingClock
from tests.kit.people import COOKIE, PASSWORD, Person, make_key, make_tokens

ELSEWHERE = {"Origin": "https://elsewhere.example"}


@pytest.fixture
def moving(monkeypatch):
    """A clock that stands until a test moves it on."""
    made = MovingClock(clock.to_datetime(clock.now()))
    monkeypatch.setattr(clock, "now", made.now)
    return made


def pass_by(moving, **span):
    moving.reach(clock.to_datetime(clock.now()) + timedelta(**span))


def exchange(person, refresh_token):
    return person.post("/api/tokens/refresh", json={"refresh_token": refresh_token})


def devices(person, token):
    return person.showing(token).get("/api/devices")


def families(person):
    return person.get("/api/token-families").json["items"]


def test_a_program_gets_in_as_the_person_and_no_further_than_its_scopes(manager):
    made = make_tokens(manager, ["fleet:read", "people:read"])
    assert (made["token_type"], made["expires_in"]) == ("Bearer", 600)
    program = manager.showing(made["access_token"])
    assert program.get("/api/auth/me").json["username"] == "max"
    assert program.get("/api/devices").status == 200
    refused = program.post("/api/locations", json={"name": "Depot"})
    assert (refused.status, refused.json["detail"]) == (
        403,
        "This program may not do this: it needs the scope fleet:write.",
    )


def test_neither_half_of_a_pair_is_stored_anywhere(engine, admin):
    made = make_tokens(admin, ["fleet:read"])
    with engine.reading() as db:
        kept = [
            str(list(db.query(f"SELECT * FROM {table}")))
            for table in ("token_families", "signing_keys", "audit_entries", "idempotency_keys")
        ]
    for text in (made["access_token"], made["refresh_token"], made["refresh_token"][36:]):
        assert not any(text in each for each in kept)


def test_it_may_be_given_less_than_the_key_but_not_more(admin, visitor):
    key = make_key(admin, ["fleet:read", "people:read"])["key"]
    some = visitor.post("/api/tokens", json={"api_key": key, "scopes": ["fleet:read"]}).json
    assert some["scopes"] == ["fleet:read"]
    assert admin.showing(some["access_token"]).get("/api/users").status == 403
    more = visitor.post("/api/tokens", json={"api_key": key, "scopes": ["fleet:write"]})
    assert (more.status, more.pointers) == (422, ["/scopes/0"])


@pytest.mark.parametrize("key", ["cvd_wrong", "cvr_wrong", "eyJ.a.b"])
def test_nobody_begins_without_a_key(visitor, key):
    assert visitor.post("/api/tokens", json={"api_key": key}).status == 401
    assert exchange(visitor, key).status == 401


def test_an_access_token_begins_no_others(admin, visitor):
    made = make_tokens(admin, ["fleet:read"])
    for shown in (made["access_token"], made["refresh_token"]):
        answer = visitor.post("/api/tokens", json={"api_key": shown[:200]})
        assert answer.status == 401
    assert devices(admin, made["refresh_token"]).status == 401


WRONG = {
    "typ": ("JWT", "it is of another type than at+jwt"),
    "iss": ("https://another.example", "it is another issuer's"),
    "aud": ("another program", "it was given for another program than CVD"),
    "exp": (1, "it has ended: exchange the refresh token for the next pair"),
    "nbf": (2**33, "its time is still to come, so that a clock must be wrong"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_that_says_anything_else_opens_nothing(engine, admin, name):
    value, why = WRONG[name]
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    answer = devices(admin, forged(engine, token, **{name: value}))
    assert answer.status == 401
    assert answer.json["detail"] == f"This access token is not good: {why}."
    assert devices(admin, forged(engine, token, **{name: None})).status == 401
    assert devices(admin, forged(engine, token)).status == 200


@pytest.mark.parametrize("name", WRONG)
def test_a_check_that_is_left_out_is_caught(engine, admin, monkeypatch, name):
    checks = tuple(check for check in tokens.CHECKS if check.name != name)
    assert len(checks) == len(WRONG) - 1
    monkeypatch.setattr(tokens, "CHECKS", checks)
    with pytest.raises(AssertionError):
        test_a_token_that_says_anything_else_opens_nothing(engine, admin, name)


@pytest.mark.parametrize("aud", [["cvd"], ["cvd", "another"], "CVD", ""])
def test_it_is_for_cvd_alone(engine, admin, aud):
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    assert devices(admin, forged(engine, token, aud=aud)).status == 401


@pytest.mark.parametrize("value", ["soon", True, 1.5e10, None, [], {}])
@pytest.mark.parametrize("name", ["exp", "nbf"])
def test_a_time_is_a_whole_number(engine, admin, name, value):
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    assert devices(admin, forged(engine, token, **{name: value})).status == 401


@pytest.mark.parametrize("sub", ["999", "", None, "anna"])
def test_a_token_of_one_person_is_not_another_s(engine, admin, manager, sub):
    token = make_tokens(manager, ["fleet:read"])["access_token"]
    for value in (sub, str(admin.id)):
        assert devices(admin, forged(engine, token, sub=value)).status == 401


def test_a_number_is_that_of_a_pair_that_was_given(engine, admin):
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    handle, number = told(token)[1]["jti"].split(".")
    assert number == "0"
    for jti in (
        None,
        "",
        handle,
        f"{handle}.1",
        f"{handle}x.0",
        f"{handle}.-1",
        f"{handle}.0.0",
        7,
    ):
        assert devices(admin, forged(engine, token, jti=jti)).status == 401


NOT_ES256 = "This access token is not good: it is not signed with ES256."
NO_KEY = (
    "This access token is not good: it is signed by a key that CVD does not have, or no longer."
)
OTHERS = "This access token is not good: its signature is not that of its key."


def test_a_token_that_needs_no_signature_opens_nothing(admin):
    answer = devices(admin, unsigned(make_tokens(admin, ["fleet:read"])["access_token"]))
    assert (answer.status, answer.json["detail"]) == (401, NOT_ES256)


def test_the_public_key_is_no_secret_to_sign_with(engine, admin):
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    answer = devices(admin, signed_with_public_key(engine, token))
    assert (answer.status, answer.json["detail"]) == (401, NOT_ES256)


def test_another_key_signs_nothing_whatever_it_says_it_is(admin):
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    other = ECKey.generate_key("P-256")
    answer = devices(admin, forged_with(other, token))
    assert (answer.status, answer.json["detail"]) == (401, OTHERS)
    for kid in ("another", "", None, "../x", "x" * 65):
        answer = devices(admin, forged_with(other, token, kid=kid))
        assert (answer.status, answer.json["detail"]) == (401, NO_KEY)


def test_a_key_that_comes_with_the_token_proves_nothing(admin):
    header, claims = told(make_tokens(admin, ["fleet:read"])["access_token"])
    for key, alg in ((ECKey.generate_key("P-256"), "ES256"), (RSAKey.generate_key(2048), "RS256")):
        brought = {**header, "alg": alg, "jwk": key.as_dict(private=False)}
        assert devices(admin, jwt.encode(brought, claims, key)).status == 401


@pytest.mark.parametrize("shown", ["eyJ", "eyJ.eyJ.eyJ", "eyJhbGciOiJFUzI1NiJ9.e30.", "eyJ" * 3000])
def test_what_only_looks_like_a_token_opens_nothing(app, admin, shown):
    token = admin.client.get_cookie(COOKIE).value
    assert Person(app, token=token, key=shown).get("/api/devices").status == 401


def test_a_part_that_was_changed_shows(admin):
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    assert devices(admin, token).status == 200
    head, claims, signature = token.split(".")
    wider = claims[:20] + ("A" if claims[20] != "A" else "B") + claims[21:]
    assert devices(admin, f"{head}.{wider}.{signature}").status == 401


def test_no_cookie_is_set_and_one_beside_it_counts_for_nothing(app, admin, viewer):
    session = admin.client.get_cookie(COOKIE).value
    token = make_tokens(viewer, ["fleet:read", "people:read"])["access_token"]
    both = Person(app, token=session, key=token)
    answer = both.get("/api/auth/me")
    assert answer.json["username"] == "vera"
    assert "Set-Cookie" not in answer.headers
    assert both.get("/api/users").status == 403


def test_a_program_is_no_browser_so_that_the_origin_does_not_matter(admin):
    program = admin.with_tokens(["fleet:write"])
    body = {"name": "Depot"}
    assert program.post("/api/locations", json=body, headers=ELSEWHERE).status == 201
    assert admin.post("/api/locations", json=body, headers=ELSEWHERE).status == 403


def test_an_access_token_ends_after_ten_minutes_and_its_pair_goes_on(admin, visitor, moving):
    made = make_tokens(admin, ["fleet:read"])
    pass_by(moving, minutes=10, seconds=-1)
    assert devices(admin, made["access_token"]).status == 200
    pass_by(moving, seconds=1)
    assert devices(admin, made["access_token"]).status == 401
    second = exchange(visitor, made["refresh_token"]).json
    assert devices(admin, second["access_token"]).status == 200
    assert second["refresh_token"] != made["refresh_token"]
    assert second["scopes"] == ["fleet:read"]


def test_an_access_token_of_before_an_exchange_goes_on_until_its_end(admin, visitor, moving):
    made = make_tokens(admin, ["fleet:read"])
    assert exchange(visitor, made["refresh_token"]).status == 200
    assert devices(admin, made["access_token"]).status == 200


def refuse_reuse(admin, visitor, moving, made):
    """A refresh token that is shown a second time ends what came of it, and nothing else."""
    other = make_tokens(admin, ["fleet:read"])
    second = exchange(visitor, made["refresh_token"]).json
    third = exchange(visitor, second["refresh_token"]).json
    pass_by(moving, seconds=token_service.GRACE_S + 1)
    answer = exchange(visitor, made["refresh_token"])
    assert (answer.status, answer.json["detail"]) == (401, token_service.REUSED)
    for each in (made, second, third):
        assert devices(admin, each["access_token"]).status == 401
        assert exchange(visitor, each["refresh_token"]).json["detail"] == token_service.UNKNOWN
    assert devices(admin, other["access_token"]).status == 200
    assert exchange(visitor, other["refresh_token"]).status == 200


def test_a_refresh_token_that_is_shown_a_second_time_ends_all_that_came_of_it(
    engine, admin, visitor, moving, caplog
):
    caplog.set_level(logging.INFO, "cvd.security")
    refuse_reuse(admin, visitor, moving, make_tokens(admin, ["fleet:read"]))
    with engine.reading() as db:
        asked = "SELECT username FROM audit_entries WHERE action = 'token_family.reused'"
        assert scalar(db, asked) == "anna"
    assert "Refresh token shown again: account 'anna'" in caplog.text
    assert "token_family.reused: account 'anna'" in caplog.text


def test_an_older_one_ends_them_at_once_as_well(admin, visitor):
    made = make_tokens(admin, ["fleet:read"])
    second = exchange(visitor, made["refresh_token"]).json
    third = exchange(visitor, second["refresh_token"]).json
    # Two exchanges ago, no lost answer explains it.
    assert exchange(visitor, made["refresh_token"]).status == 401
    assert devices(admin, third["access_token"]).status == 401


def test_nobody_ends_a_family_with_a_token_that_is_made_up(admin, visitor):
    made = make_tokens(admin, ["fleet:read"])
    handle = told(made["access_token"])[1]["jti"].partition(".")[0]
    for shown in (
        handle,
        f"cvr_{handle}",
        "cvr_" + "x" * 64,
        made["refresh_token"][:35] + "!" * 33,
    ):
        assert exchange(visitor, shown).status == 401
    assert devices(admin, made["access_token"]).status == 200


def test_the_one_before_ends_nothing_within_seconds_but_gives_nothing_either(
    admin, visitor, moving
):
    made = make_tokens(admin, ["fleet:read"])
    second = exchange(visitor, made["refresh_token"]).json
    pass_by(moving, seconds=token_service.GRACE_S - 1)
    answer = exchange(visitor, made["refresh_token"])
    assert (answer.status, answer.json["detail"]) == (409, token_service.TWICE_AT_ONCE)
    assert devices(admin, second["access_token"]).status == 200
    pass_by(moving, seconds=1)
    assert exchange(visitor, made["refresh_token"]).status == 401
    assert devices(admin, second["access_token"]).status == 401


def test_of_two_that_exchange_it_at_once_one_wins_and_goes_on(admin, visitor):
    made = make_tokens(admin, ["fleet:read"])
    people = [visitor.elsewhere() for _ in range(6)]
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda each: exchange(each, made["refresh_token"]), people))
    assert sorted(each.status for each in answers) == [200] + [409] * (len(people) - 1)
    (winner,) = [each.json for each in answers if each.status == 200]
    assert devices(admin, winner["access_token"]).status == 200
    assert exchange(visitor, winner["refresh_token"]).status == 200


def test_an_exchange_that_forgets_to_compare_is_caught(admin, visitor, monkeypatch):
    careless = tokens.EXCHANGE.replace("AND refresh_hash = :refresh_hash", "")
    monkeypatch.setattr(tokens, "EXCHANGE", careless)
    with pytest.raises(AssertionError):
        test_of_two_that_exchange_it_at_once_one_wins_and_goes_on(admin, visitor)


def change(admin, person, **changes):
    version = admin.get(f"/api/users/{person.id}").json["version"]
    body = {"version": version, **changes}
    assert admin.patch(f"/api/users/{person.id}", json=body).status == 200


def disable(admin, person):
    change(admin, person, disabled=True)


def give_another_role(admin, person):
    change(admin, person, role="viewer")


def choose_a_password(admin, person):
    body = {"current_password": PASSWORD, "new_password": f"{PASSWORD} 2"}
    assert person.post("/api/auth/password", json=body).status == 204


def reset_the_password(admin, person):
    assert admin.post(f"/api/users/{person.id}/password-reset").status == 200


def end_the_family(admin, person):
    (family,) = families(person)
    assert person.delete(f"/api/token-families/{family['id']}").status == 204


def end_it_from_above(admin, person):
    path = f"/api/users/{person.id}/token-families"
    (family,) = admin.get(path).json["items"]
    assert admin.delete(f"{path}/{family['id']}").status == 204


def revoke_the_key(admin, person):
    (key,) = person.get("/api/api-keys").json["items"]
    assert person.delete(f"/api/api-keys/{key['id']}").status == 204


@pytest.mark.parametrize(
    "act",
    [
        disable,
        give_another_role,
        choose_a_password,
        reset_the_password,
        end_the_family,
        end_it_from_above,
        revoke_the_key,
    ],
)
def test_it_opens_nothing_from_the_moment_on_that(admin, manager, visitor, act):
    made, others = make_tokens(manager, ["fleet:read"]), make_tokens(admin, ["fleet:read"])
    assert devices(admin, made["access_token"]).status == 200
    act(admin, manager)
    answer = devices(admin, made["access_token"])
    assert (answer.status, answer.json["detail"]) == (401, tokens.OVER)
    assert exchange(visitor, made["refresh_token"]).status == 401
    assert devices(admin, others["access_token"]).status == 200
    assert exchange(visitor, others["refresh_token"]).status == 200


def test_who_is_enabled_again_begins_anew(admin, manager, visitor):
    made = make_tokens(manager, ["fleet:read"])
    change(admin, manager, disabled=True)
    change(admin, manager, disabled=False)
    assert devices(admin, made["access_token"]).status == 401
    assert exchange(visitor, made["refresh_token"]).status == 401


def test_a_program_ends_its_own_tokens(admin, visitor, moving):
    made = make_tokens(admin, ["fleet:read"])
    second = exchange(visitor, made["refresh_token"]).json
    for shown in (made["refresh_token"], "cvr_none", made["refresh_token"]):
        body = {"refresh_token": shown}
        assert visitor.post("/api/tokens/revocation", json=body).status == 204
    assert devices(admin, second["access_token"]).status == 401
    assert families(admin) == []


def test_a_person_sees_which_programs_have_tokens(admin, viewer):
    program = make_tokens(admin, ["fleet:read", "people:read"])
    admin.showing(program["access_token"]).get(
        "/api/devices", environ_base={"REMOTE_ADDR": "203.0.113.7"}
    )
    (family,) = families(admin)
    assert (family["name"], family["prefix"]) == ("Program", program["api_key"][:12])
    assert family["scopes"] == ["fleet:read", "people:read"]
    assert families(viewer) == []
    assert viewer.delete(f"/api/token-families/{family['id']}").status == 404
    assert admin.delete(f"/api/users/{viewer.id}/token-families/{family['id']}").status == 404


def test_it_is_noted_at_most_once_a_minute_from_where_it_was_used(admin, moving):
    made = make_tokens(admin, ["fleet:read"])
    seen = []
    for seconds in (0, 61, 1):
        pass_by(moving, seconds=seconds)
        admin.showing(made["access_token"]).get(
            "/api/devices", environ_base={"REMOTE_ADDR": f"203.0.113.{seconds}"}
        )
        seen.append(families(admin)[0]["last_address"])
    assert seen == ["127.0.0.1", "203.0.113.61", "203.0.113.61"]
    assert admin.get("/api/api-keys").json["items"][0]["last_address"] == "203.0.113.61"


def test_a_refresh_token_that_nobody_exchanges_ends_after_a_month(admin, visitor, moving):
    made = make_tokens(admin, ["fleet:read"])
    kept_until = clock.later(clock.now(), days=30)
    # The key of thirty days is no older.
    assert made["refresh_expires_at"] == kept_until
    pass_by(moving, days=10)
    second = exchange(visitor, made["refresh_token"]).json
    # No pair outlives the key that it began with.
    assert second["refresh_expires_at"] == kept_until
    pass_by(moving, days=20)
    assert exchange(visitor, second["refresh_token"]).status == 401


def test_a_program_that_begins_anew_with_each_run_fills_no_table(engine, admin, visitor, moving):
    key = make_key(admin, ["fleet:read"])["key"]
    begun = []
    for _ in range(token_service.MOST_OF_KEY + 2):
        pass_by(moving, seconds=1)
        begun.append(visitor.post("/api/tokens", json={"api_key": key}).json)
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM token_families") == token_service.MOST_OF_KEY
    # The one that was unused for longest gave way.
    assert [devices(admin, each["access_token"]).status for each in begun[:3]] == [401, 401, 200]
    assert devices(admin, begun[-1]["access_token"]).status == 200


def rotated(engine, *, at_once=False):
    with engine.writing() as db:
        return signing_key_service.begin(db, auth.console(), at_once=at_once, is_sealed_anew=True)


def test_a_key_that_was_replaced_verifies_until_its_tokens_ended(engine, admin, visitor, moving):
    first = make_tokens(admin, ["fleet:read"])
    kid = rotated(engine)
    assert devices(admin, first["access_token"]).status == 200
    second = exchange(visitor, first["refresh_token"]).json
    assert told(second["access_token"])[0]["kid"] == kid != told(first["access_token"])[0]["kid"]
    shown = visitor.get("/.well-known/jwks.json").json["keys"]
    assert {key["kid"] for key in shown} == {kid, told(first["access_token"])[0]["kid"]}
    pass_by(moving, minutes=tokens.MINUTES, seconds=-1)
    assert devices(admin, first["access_token"]).status == 200
    pass_by(moving, minutes=2)
    assert [key["kid"] for key in visitor.get("/.well-known/jwks.json").json["keys"]] == [kid]
    late = forged_with_old(engine, first["access_token"])
    assert devices(admin, late).status == 401


def forged_with_old(engine, token):
    """By a thief of the key before, with a time that is still to come."""
    with engine.reading() as db:
        kid = told(token)[0]["kid"]
        asked = {"kid": kid}
        sealed = scalar(db, "SELECT sealed_key FROM signing_keys WHERE kid = :kid", asked)
        private = db.audit.secret.unseal(sealed, owner=f"signing key {kid}")
    now = tokens.epoch(clock.now())
    key = ECKey.import_key(orjson.loads(private))
    return forged_with(key, token, exp=now + 600)


def test_a_key_that_was_stolen_verifies_nothing_from_then_on(engine, admin, visitor):
    made = make_tokens(admin, ["fleet:read"])
    assert devices(admin, made["access_token"]).status == 200
    rotated(engine)
    rotated(engine, at_once=True)
    assert devices(admin, made["access_token"]).status == 401
    assert len(visitor.get("/.well-known/jwks.json").json["keys"]) == 1
    second = exchange(visitor, made["refresh_token"]).json
    assert devices(admin, second["access_token"]).status == 200


def test_other_programs_verify_tokens_by_the_published_keys(admin, visitor):
    assert visitor.get("/.well-known/jwks.json").json == {"keys": []}
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    answer = visitor.get("/.well-known/jwks.json")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    published = answer.json
    assert all("d" not in key for key in published["keys"])
    read = jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"])
    assert (read.header["typ"], read.claims["aud"], read.claims["iss"]) == (
        "at+jwt",
        "cvd",
        "urn:cvd",
    )
    assert read.claims["sub"] == str(admin.id)
    assert read.claims["exp"] - read.claims["iat"] == 600


def test_without_the_key_file_nothing_is_signed_and_the_answer_says_what_to_do(
    engine, admin, visitor
):
    made = make_tokens(admin, ["fleet:read"])
    engine.audit.secret.path.unlink()
    answer = exchange(visitor, made["refresh_token"])
    assert answer.status == 503
    assert "flask keys rotate" in answer.json["detail"]
    assert not engine.audit.secret.path.exists()
    # What was signed goes on, and the refresh token was not used up.
    assert devices(admin, made["access_token"]).status == 200
    rotated(engine)
    assert exchange(visitor, made["refresh_token"]).status == 200


@pytest.mark.parametrize("way", [Person.with_key, Person.with_tokens], ids=["key", "token"])
def test_one_statement_proves_a_program_as_it_does_a_session(admin, statements, way):
    program = way(admin, ["fleet:read"])
    program.get("/api/devices")
    counts = []
    for person in (admin, program):
        statements.clear()
        person.get("/api/devices")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_nobody_loads_a_library_for_it_before_somebody_shows_a_token():
    program = (
        "import sys, app; from settings import Settings\n"
        "app.create_app(Settings())\n"
        "print({'joserfc', 'cryptography'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, check=True
    )
    assert run.stdout.decode().strip() == "set()", run.stderr.decode()


def test_both_logs_say_who_began_and_ended_tokens_and_never_which(admin, caplog):
    caplog.set_level(logging.INFO, "cvd.security")
    made = make_tokens(admin, ["fleet:read"])
    end_the_family(admin, admin)
    ended, _, begun = admin.get("/api/audit-entries?limit=3").json["items"]
    assert (begun["action"], ended["action"]) == ("token_family.created", "token_family.ended")
    changed = {each["field"]: each["to"] for each in begun["changes"]}
    assert (changed["name"], changed["scopes"]) == ("Program", "fleet:read")
    assert "token_family.created: account 'anna'" in caplog.text
    assert "token_family.ended: account 'anna'" in caplog.text
    assert devices(admin, made["access_token"]).status == 401
    assert "Access token refused: account '', address 127.0.0.1" in caplog.text
    for text in (made["access_token"], made["refresh_token"][8:]):
        assert text not in caplog.text


def test_that_a_token_ended_by_itself_is_no_line_of_the_log(admin, moving, caplog):
    token = make_tokens(admin, ["fleet:read"])["access_token"]
    pass_by(moving, minutes=11)
    caplog.clear()
    assert devices(admin, token).status == 401
    assert "Access token refused" not in caplog.text


def test_what_is_open_to_anyone_stays_so_with_any_token(app, admin):
    for token in ("eyJ.wrong", make_tokens(admin, ["dex:push"])["access_token"]):
        assert Person(app, key=token).get("/api/currencies").status == 200


def test_what_a_program_sends_by_token_is_of_the_source_of_its_key(admin, manager):
    key = make_key(manager, ["dex:push"])["key"]
    body = {"api_key": key}
    token = manager.elsewhere().post("/api/tokens", json=body).json["access_token"]
    for bearer in (key, token):
        send_audit(manager.showing(bearer), b"no audit at all", filename="notes.txt")
    (source,) = manager.get("/api/dex-sources").json["items"]
    assert (source["name"], source["kind"], source["refused"]) == ("Gateway", "key", 2)


def run_rotation(engine, admin):
    (row,) = [
        each
        for each in admin.get("/api/schedules").json["items"]
        if each["kind"] == "keys.rotation"
    ]
    job_id = admin.post(f"/api/schedules/{row['id']}/run").json["id"]
    assert JobWorker(engine, "first").run_one()
    return admin.get(f"/api/jobs/{job_id}").json


def test_keys_rotate_by_schedule_once_there_are_tokens(engine, admin, visitor):
    with engine.writing() as db:
        schedule_service.ensure(db)
    assert run_rotation(engine, admin)["result"] == {"rotated": False}
    assert visitor.get("/.well-known/jwks.json").json == {"keys": []}
    made = make_tokens(admin, ["fleet:read"])
    assert run_rotation(engine, admin)["result"] == {"rotated": True}
    second = exchange(visitor, made["refresh_token"]).json
    assert told(second["access_token"])[0]["kid"] != told(made["access_token"])[0]["kid"]
    for each in (made, second):
        assert devices(admin, each["access_token"]).status == 200


def test_a_copy_of_cvd_under_another_address_takes_none_of_its_tokens(admin, settings):
    made = make_tokens(admin, ["fleet:read"])
    copy = create_app(replace(settings, public_url="http://localhost"))
    there = Person(copy)
    answer = devices(there, made["access_token"])
    assert (answer.status, "another issuer's" in answer.json["detail"]) == (401, True)
    second = exchange(there, made["refresh_token"]).json
    assert told(second["access_token"])[1]["iss"] == "http://localhost"
    assert devices(there, second["access_token"]).status == 200
    assert devices(admin, second["access_token"]).status == 401
    copy.extensions["cvd"]["engine"].close()
