"""API keys: a program gets in as the person who made the key, and never as more."""

import io
import logging
import re

import pytest

import auth
import clock
from db import scalar
from services.people import api_key_service
from settings import PROJECT
from tests.kit.people import COOKIE, PASSWORD, Person, make_key
from tests.kit.world import OPERATIONS

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")

KEY = re.compile(r"cvd_[A-Za-z0-9]{40}")
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


def test_it_works(admin):
    program = admin.with_key(["fleet:read"])
    assert program.get("/api/devices").status == 200
    assert program.post("/api/locations", json={"name": "Depot"}).status == 403


@pytest.mark.both
def test_a_key_is_shown_once_and_kept_as_a_hash(engine, admin):
    made = make_key(admin, ["fleet:read"])
    assert KEY.fullmatch(made["key"])
    (seen,) = admin.get("/api/api-keys").json["items"]
    assert seen == {name: value for name, value in made.items() if name != "key"}
    assert made["key"].startswith(seen["prefix"])
    assert len(seen["prefix"]) < 20
    with engine.reading() as db:
        kept = scalar(db, "SELECT key_hash FROM api_keys")
        assert kept == auth.token_hash(made["key"])
        assert scalar(db, "SELECT count(*) FROM audit_entries WHERE changes LIKE :key",
                      {"key": f"%{made['key'][15:]}%"}) == 0  # fmt: skip


@pytest.mark.both
def test_it_sets_no_cookie_and_a_cookie_beside_it_counts_for_nothing(app, admin, viewer):
    token = admin.client.get_cookie(COOKIE).value
    key = make_key(viewer, ["fleet:read", "people:read"])["key"]
    both = Person(app, token=token, key=key)
    answer = both.get("/api/auth/me")
    assert answer.json["username"] == "vera"
    assert "Set-Cookie" not in answer.headers
    assert both.get("/api/users").status == 403


def test_a_wrong_key_is_not_made_good_by_a_cookie(app, admin):
    token = admin.client.get_cookie(COOKIE).value
    assert Person(app, token=token, key="cvd_wrong").get("/api/devices").status == 401


def test_a_program_is_no_browser_so_that_the_origin_does_not_matter(admin):
    program = admin.with_key(["fleet:write"])
    body = {"name": "Depot"}
    assert program.post("/api/locations", json=body, headers=ELSEWHERE).status == 201
    assert admin.post("/api/locations", json=body, headers=ELSEWHERE).status == 403


@pytest.mark.parametrize("told", ["Basic cvd_x", "Bearer", "Bearer other", "cvd_x", ""])
def test_another_authorization_leaves_the_session_as_it_is(admin, told):
    headers = {"Authorization": told}
    assert admin.get("/api/devices", headers=headers).status == 200
    answer = admin.post("/api/locations", json={"name": "D"}, headers={**headers, **ELSEWHERE})
    assert answer.status == 403


def test_what_is_open_to_anyone_stays_so_with_any_key(app, admin):
    for key in ("cvd_wrong", make_key(admin, ["dex:push"])["key"]):
        assert Person(app, key=key).get("/api/health/live").status in (200, 404)
        assert Person(app, key=key).get("/api/currencies").status == 200


def test_it_says_which_operations_it_may_use(admin):
    program = admin.with_key(["people:read", "dex:push"])
    operations = program.get("/api/auth/me").json["operations"]
    assert "dex_read_service.create_dex_read" in operations
    assert "user_service.list_users" in operations
    assert "device_service.list_devices" not in operations
    assert "api_key_service.create_api_key" not in operations


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"scopes": ["people:rule"]}, "/scopes/0"),
        ({"scopes": ["fleet:read", "system:push"]}, "/scopes/1"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["Fleet"]}, "/scopes/0"),
        ({"days": 0}, "/days"),
        ({"days": 1831}, "/days"),
        ({"name": ""}, "/name"),
        ({"current_password": "wrong"}, "/current_password"),
    ],
)
def test_what_cannot_be_is_refused_by_name(admin, given, pointer):
    body = {"name": "G", "scopes": ["fleet:read"], "days": 1, "current_password": PASSWORD}
    answer = admin.post("/api/api-keys", json={**body, **given})
    assert (answer.status, answer.pointers) == (422, [pointer])
    assert admin.get("/api/api-keys").json["items"] == []


def test_nobody_gives_a_key_what_their_role_may_not(admin, viewer):
    of_viewer = viewer.get("/api/api-key-scopes").json["items"]
    of_admin = admin.get("/api/api-key-scopes").json["items"]
    assert set(of_viewer) < set(of_admin)
    # Who looks on writes nothing but the end of their own jobs.
    written = [scope for scope in of_viewer if scope.endswith((":write", ":push"))]
    assert written == ["jobs:write"]
    body = {"name": "G", "scopes": ["dex:push"], "days": 1, "current_password": PASSWORD}
    assert viewer.post("/api/api-keys", json=body).pointers == ["/scopes/0"]


def test_somebody_has_at_most_so_many(admin):
    for _ in range(api_key_service.MOST_KEYS):
        make_key(admin, ["fleet:read"])
    body = {"name": "G", "scopes": ["fleet:read"], "days": 1, "current_password": PASSWORD}
    assert admin.post("/api/api-keys", json=body).status == 409


@pytest.mark.both
def test_a_key_ends_on_its_day(engine, admin):
    program = admin.with_key(["fleet:read"])
    with engine.writing() as db:
        db.execute("UPDATE api_keys SET expires_at = :now", {"now": clock.now()})
    assert program.get("/api/devices").status == 401


@pytest.mark.both
def test_a_revoked_key_opens_nothing_from_then_on(admin):
    program, other = admin.with_key(["fleet:read"]), admin.with_key(["fleet:read"])
    first = min(admin.get("/api/api-keys").json["items"], key=lambda key: key["id"])
    assert admin.delete(f"/api/api-keys/{first['id']}").status == 204
    assert program.get("/api/devices").status == 401
    assert other.get("/api/devices").status == 200
    assert admin.delete(f"/api/api-keys/{first['id']}").status == 404


@pytest.mark.both
def test_an_administrator_sees_and_revokes_the_key_of_somebody(admin, manager):
    program = manager.with_key(["fleet:read"])
    path = f"/api/users/{manager.id}/api-keys"
    (key,) = admin.get(path).json["items"]
    assert admin.get(f"/api/users/{manager.id}").json["api_keys"] == 1
    assert admin.delete(f"/api/users/{admin.id}/api-keys/{key['id']}").status == 404
    assert admin.delete(f"{path}/{key['id']}").status == 204
    assert program.get("/api/devices").status == 401
    assert admin.get(f"/api/users/{manager.id}").json["api_keys"] == 0


def change(admin, person, **changes):
    version = admin.get(f"/api/users/{person.id}").json["version"]
    body = {"version": version, **changes}
    assert admin.patch(f"/api/users/{person.id}", json=body).status == 200


@pytest.mark.parametrize(
    ("first", "back"),
    [({"disabled": True}, {"disabled": False}), ({"role": "viewer"}, {"role": "manager"})],
)
def test_disabling_and_another_role_revoke_every_key(admin, manager, first, back):
    program = manager.with_key(["fleet:read"])
    change(admin, manager, **first)
    assert program.get("/api/devices").status == 401
    change(admin, manager, **back)
    assert program.get("/api/devices").status == 401


def test_a_key_opens_nothing_while_its_owner_has_to_choose_a_password(admin, manager):
    program = manager.with_key(["fleet:read"])
    one_time = admin.post(f"/api/users/{manager.id}/password-reset").json["password"]
    assert program.get("/api/devices").status == 401
    back = manager.elsewhere()
    back.post("/api/auth/login", json={"username": "max", "password": one_time})
    assert back.post("/api/auth/password", json={"new_password": f"{PASSWORD} 2"}).status == 204
    assert program.get("/api/devices").status == 200


def last_used(person):
    return person.get("/api/api-keys").json["items"][0]["last_used_at"]


@pytest.mark.both
def test_it_is_noted_at_most_once_a_minute_when_it_was_last_used(engine, admin):
    program = admin.with_key(["fleet:read"])
    assert last_used(admin) is None
    for minutes, is_noted in ((-2, True), (0, False)):
        at = clock.later(clock.now(), minutes=minutes, seconds=-20)
        with engine.writing() as db:
            db.execute("UPDATE api_keys SET last_used_at = :at", {"at": at})
        assert program.get("/api/devices").status == 200
        assert (last_used(admin) != at) == is_noted


def test_the_page_has_words_for_every_area_of_scopes(admin):
    words = (PROJECT / "frontend" / "words" / "scopes.js").read_text("utf-8")
    scopes = admin.get("/api/api-key-scopes").json["items"]
    areas = {scope.partition(":")[0] for scope in scopes if scope != "dex:push"}
    assert len(areas) > 5
    assert {area for area in areas if f'\n  {area}: "' not in words} == set()


def test_the_first_use_says_from_where(admin):
    program = admin.with_key(["fleet:read"])
    program.get("/api/devices", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert admin.get("/api/api-keys").json["items"][0]["last_address"] == "203.0.113.7"


def test_large_bodies_are_read_of_who_may_upload_by_key(app, admin):
    upload = OPERATIONS["dex_read_service.create_dex_read"]
    most = [
        app.most_bytes(upload, environ_of(key))
        for key in (
            admin.with_key(["dex:push"])._key,
            admin.with_key(["fleet:write"])._key,
            "cvd_wrong",
        )
    ]
    assert most[0] > 1_000_000
    assert most[1] == most[2] == 16 * 1024


def environ_of(key):
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/dex-reads",
        "HTTP_AUTHORIZATION": f"Bearer {key}",
        "wsgi.input": io.BytesIO(),
    }


@pytest.mark.both
def test_who_made_and_revoked_which_key_is_in_both_logs(admin, caplog):
    with caplog.at_level(logging.INFO, "cvd.security"):
        made = make_key(admin, ["fleet:read", "dex:push"])
        admin.delete(f"/api/api-keys/{made['id']}")
    revoked, created = admin.get("/api/audit-entries?limit=2").json["items"]
    assert (created["action"], revoked["action"]) == ("api_key.created", "api_key.revoked")
    told = {each["field"]: each["to"] for each in created["changes"]}
    assert (told["name"], told["prefix"]) == ("Gateway", made["prefix"])
    assert told["scopes"] == "dex:push fleet:read"
    assert "api_key.created: account 'anna'" in caplog.text
    assert "api_key.revoked: account 'anna'" in caplog.text
    assert made["key"] not in caplog.text


def test_a_refused_key_is_written_down_by_its_beginning(app, caplog):
    with caplog.at_level(logging.WARNING, "cvd.security"):
        Person(app, key="cvd_" + "x" * 40).get("/api/devices")
    assert "API key refused: account 'cvd_xxxxxxxx', address 127.0.0.1" in caplog.text
    assert "x" * 20 not in caplog.text
