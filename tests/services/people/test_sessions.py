"""Signing in and out: sessions that end, passwords that are nobody else's, and patience."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import auth
import clock
from app import create_app
from db import scalar
from services.people import throttle
from settings import Settings
from tests.kit.people import COOKIE, PASSWORD, Person

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def sign_in(person, username="anna", password=PASSWORD):
    return person.post("/api/auth/login", json={"username": username, "password": password})


def change_password(person, current=PASSWORD, new="another long one"):
    return person.post(
        "/api/auth/password", json={"current_password": current, "new_password": new}
    )


def test_it_works(admin, visitor):
    answer = sign_in(visitor)
    assert answer.status == 200
    assert answer.json == visitor.get("/api/auth/me").json
    assert (answer.json["username"], answer.json["role"]) == ("anna", "admin")
    assert "product_service.create_product" in answer.json["operations"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(admin, visitor):
    cookie = sign_in(visitor).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_over_tls_the_cookie_belongs_to_this_host(admin, database_url):
    app = create_app(Settings(database_url=database_url, public_url="https://cvd.example"))
    answer = Person(app).post(
        "https://cvd.example/api/auth/login", json={"username": "anna", "password": PASSWORD}
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-cvd_session=")
    assert {"Secure", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    app.extensions["cvd"]["engine"].close()


@pytest.mark.both
def test_the_token_is_stored_nowhere(admin, visitor, engine):
    sign_in(visitor)
    token = visitor.client.get_cookie(COOKIE).value
    with engine.reading() as db:
        hashes = [row["token_hash"] for row in db.query("SELECT token_hash FROM sessions")]
    assert token not in hashes
    assert auth.token_hash(token) in hashes


def test_the_username_is_the_same_in_capitals(admin, visitor):
    assert sign_in(visitor, "ANNA").status == 200


def test_unknown_wrong_and_disabled_are_told_apart_by_nobody(admin, manager, visitor):
    path = f"/api/users/{manager.id}"
    admin.patch(path, json={"version": 1, "disabled": True})
    answers = [
        sign_in(visitor, "nobody"),
        sign_in(visitor, "anna", "wrong"),
        sign_in(visitor, "max", PASSWORD),
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.json["detail"] for answer in answers}) == 1


def test_signing_in_over_an_open_session_ends_it(app, admin, manager):
    own = admin.client.get_cookie(COOKIE).value
    elsewhere = Person(app, token=manager.client.get_cookie(COOKIE).value)
    assert sign_in(admin, "max", PASSWORD).status == 200
    assert Person(app, token=own).get("/api/auth/me").status == 401
    assert admin.get("/api/auth/me").json["username"] == "max"
    assert elsewhere.get("/api/auth/me").status == 200


def test_a_failed_try_leaves_the_open_session_alone(admin):
    assert sign_in(admin, "max", "wrong").status == 401
    assert admin.get("/api/auth/me").json["username"] == "anna"


def test_signing_out_ends_the_session_wherever_its_token_is(app, admin):
    thief = Person(app, token=admin.client.get_cookie(COOKIE).value)
    assert thief.get("/api/auth/me").status == 200
    assert admin.post("/api/auth/logout").status == 204
    assert admin.client.get_cookie(COOKIE) is None
    assert thief.get("/api/auth/me").status == 401


@pytest.mark.both
def test_each_browser_has_a_session_of_its_own(app, admin, visitor):
    sign_in(visitor)
    visitor.post("/api/auth/logout")
    assert admin.get("/api/auth/me").status == 200


@pytest.mark.both
@pytest.mark.parametrize(
    ("created", "seen", "status"),
    [
        ({"hours": -335}, {"minutes": -1}, 200),
        ({"hours": -337}, {"minutes": -1}, 401),
        ({"hours": -13}, {"minutes": -719}, 200),
        ({"hours": -13}, {"minutes": -721}, 401),
    ],
)
def test_a_session_ends_when_it_is_old_or_idle(engine, admin, created, seen, status):
    now = clock.now()
    times = {"created": clock.later(now, **created), "seen": clock.later(now, **seen)}
    with engine.writing() as db:
        db.execute("UPDATE sessions SET created_at = :created, last_seen_at = :seen", times)
    assert admin.get("/api/auth/me").status == status


@pytest.mark.both
def test_using_a_session_keeps_it(engine, admin):
    with engine.writing() as db:
        db.execute(
            "UPDATE sessions SET last_seen_at = :at", {"at": clock.later(clock.now(), hours=-1)}
        )
    admin.get("/api/auth/me")
    with engine.reading() as db:
        (seen,) = [row["last_seen_at"] for row in db.query("SELECT last_seen_at FROM sessions")]
    assert seen > clock.later(clock.now(), minutes=-1)


def test_a_made_up_token_is_no_session(app):
    for token in ("", "x", "x" * 4000, "ä"):
        assert Person(app, token=token).get("/api/auth/me").status == 401


@pytest.mark.usefixtures("standing_clock")
def test_after_several_failures_one_has_to_wait(admin, visitor):
    for _ in range(throttle.TRIES):
        assert sign_in(visitor, password="wrong").status == 401
    refused = sign_in(visitor)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json["detail"].endswith("then try again.")


@pytest.mark.both
def test_waiting_grows_but_ends(engine, admin, visitor):
    for _ in range(16):
        with engine.writing() as db:
            db.execute("UPDATE login_failures SET blocked_until = :now", {"now": clock.now()})
        sign_in(visitor, password="wrong")
    with engine.reading() as db:
        waits = [
            row["blocked_until"] for row in db.query("SELECT blocked_until FROM login_failures")
        ]
    assert max(waits) > clock.later(clock.now(), seconds=250)
    assert max(waits) <= clock.later(clock.now(), seconds=throttle.LONGEST_WAIT_SECONDS)


def test_success_forgets_the_failures_of_the_account(admin, visitor):
    for _ in range(3):
        for _ in range(throttle.TRIES - 1):
            sign_in(visitor, password="wrong")
        assert sign_in(visitor).status == 200


@pytest.mark.usefixtures("standing_clock")
def test_one_address_cannot_try_account_after_account(admin, visitor):
    tries = [
        sign_in(visitor, f"user{n}", "wrong").status for n in range(throttle.ADDRESS_TRIES + 1)
    ]
    assert tries[-1] == 429
    assert set(tries[:-1]) == {401}


def test_successes_never_make_anybody_wait(app, admin):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sign_in(Person(app)).status, range(12)))
    assert set(answers) == {200}


def test_a_new_password_ends_every_other_session(app, admin, visitor):
    other = Person(app)
    sign_in(other)
    assert change_password(admin).status == 204
    assert admin.get("/api/auth/me").status == 200
    assert other.get("/api/auth/me").status == 401
    assert sign_in(visitor).status == 401
    assert sign_in(visitor, password="another long one").status == 200


def test_a_new_password_needs_the_old_one(admin, visitor):
    refused = change_password(admin, current="wrong")
    assert (refused.status, refused.pointers) == (422, ["/current_password"])
    assert sign_in(visitor).status == 200


def test_everybody_words_their_own_name_and_email(viewer, admin):
    version = viewer.get("/api/auth/me").json["version"]
    changes = {"display_name": "Vera Vogt", "email": "vera@example.com"}
    told = {"version": version, "current_password": PASSWORD, **changes}
    answer = viewer.patch("/api/auth/me", json=told)
    assert answer.status == 200
    assert answer.json == viewer.get("/api/auth/me").json
    assert {name: answer.json[name] for name in changes} == changes
    assert "sale_service.list_sales" in answer.json["operations"]
    [entry] = admin.get("/api/audit-entries?action=user.updated").json["items"]
    assert (entry["username"], entry["noun_id"]) == ("vera", viewer.id)
    assert {change["field"] for change in entry["changes"]} == set(changes)


@pytest.mark.both
def test_a_stale_change_of_oneself_is_refused(viewer, admin):
    version = viewer.get("/api/auth/me").json["version"]
    admin.patch(f"/api/users/{viewer.id}", json={"version": version, "email": "v@example.com"})
    answer = viewer.patch("/api/auth/me", json={"version": version, "display_name": "Vera"})
    assert (answer.status, answer.json["current"]["email"]) == (409, "v@example.com")


@pytest.mark.parametrize("taken", [{"role": "admin"}, {"disabled": False}, {"username": "root"}])
def test_nobody_gives_themselves_a_role_or_another_username(viewer, taken):
    answer = viewer.patch("/api/auth/me", json={"version": 1, "display_name": "Vera", **taken})
    assert answer.pointers == [f"/{name}" for name in taken]
    assert viewer.get("/api/auth/me").json["display_name"] == "vera"


def test_a_new_password_is_new_and_long(admin):
    assert change_password(admin, new=PASSWORD).pointers == ["/new_password"]
    assert change_password(admin, new="short").pointers == ["/new_password"]


@pytest.fixture
def once(admin, manager):
    """A one-time password for Max."""
    return admin.post(f"/api/users/{manager.id}/password-reset").json["password"]


@pytest.mark.both
def test_a_one_time_password_only_serves_to_choose_an_own(admin, manager, visitor, once):
    assert manager.get("/api/auth/me").status == 401
    me = sign_in(visitor, "max", once).json
    assert me["password_change_due"] is True
    assert all(name.startswith("session_service.") for name in me["operations"])
    refused = visitor.get("/api/products")
    assert refused.status == 403
    assert "one-time password" in refused.json["detail"]
    assert change_password(visitor, current=once).status == 204
    assert visitor.get("/api/products").status == 200
    assert visitor.get("/api/auth/me").json["password_change_due"] is False
    assert sign_in(visitor, "max", once).status == 401


def test_that_a_one_time_password_was_used_is_in_the_audit_log(admin, visitor, once):
    sign_in(visitor, "max", once)
    [entry] = admin.get("/api/audit-entries?action=session.created").json["items"]
    assert {"field": "one_time_password", "from": None, "to": True} in entry["changes"]


def test_a_one_time_password_signs_in_once(app, visitor, once):
    assert sign_in(visitor, "max", once).status == 200
    again = sign_in(Person(app), "max", once)
    assert again.status == 401
    assert "once, within a day" in again.json["detail"]


def test_of_two_who_use_a_one_time_password_at_once_one_gets_in(app, once):
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(lambda _: sign_in(Person(app), "max", once).status, range(2)))
    assert sorted(statuses) == [200, 401]


@pytest.mark.both
@pytest.mark.parametrize(
    ("issued", "status"), [({"hours": -23}, 200), ({"hours": -24}, 401), ({"days": 300}, 401)]
)
def test_a_one_time_password_ends_after_a_day(engine, visitor, once, issued, status):
    at = clock.later(clock.now(), **issued)
    with engine.writing() as db:
        db.execute(
            "UPDATE users SET password_change_due_at = :at WHERE username = 'max'", {"at": at}
        )
    assert sign_in(visitor, "max", once).status == status


def test_a_new_one_time_password_is_good_again(app, admin, manager, visitor, once):
    sign_in(visitor, "max", once)
    new = admin.post(f"/api/users/{manager.id}/password-reset").json["password"]
    assert sign_in(Person(app), "max", new).status == 200


@pytest.mark.both
def test_who_signed_in_with_it_is_asked_for_nothing_but_a_new_password(visitor, once):
    sign_in(visitor, "max", once)
    same = visitor.post("/api/auth/password", json={"new_password": once})
    assert same.pointers == ["/new_password"]
    answer = visitor.post("/api/auth/password", json={"new_password": "another long one"})
    assert answer.status == 204
    assert visitor.get("/api/products").status == 200


def test_everybody_else_is_asked_for_the_present_one(admin):
    refused = admin.post("/api/auth/password", json={"new_password": "another long one"})
    assert refused.pointers == ["/current_password"]


def test_nobody_gives_themself_a_one_time_password(admin):
    assert admin.post(f"/api/users/{admin.id}/password-reset").status == 409


@pytest.mark.both
@pytest.mark.parametrize("column", ["created_at", "last_seen_at"])
def test_a_session_of_a_clock_that_ran_ahead_has_ended(admin, engine, column):
    ahead = {"at": clock.later(clock.now(), days=300)}
    updates = {
        "created_at": "UPDATE sessions SET created_at = :at",
        "last_seen_at": "UPDATE sessions SET last_seen_at = :at",
    }
    with engine.writing() as db:
        db.execute(updates[column], ahead)
    assert admin.get("/api/auth/me").status == 401


@pytest.mark.both
def test_nodes_whose_clocks_differ_by_seconds_take_each_others_sessions(admin, engine):
    with engine.writing() as db:
        db.execute(
            "UPDATE sessions SET created_at = :at, last_seen_at = :at",
            {"at": clock.later(clock.now(), seconds=20)},
        )
    assert admin.get("/api/auth/me").status == 200


@pytest.mark.both
def test_sessions_of_the_future_are_removed_with_the_old_ones(admin, manager, engine):
    with engine.writing() as db:
        db.execute(
            "UPDATE sessions SET created_at = :at WHERE user_id = :id",
            {"at": clock.later(clock.now(), days=300), "id": manager.id},
        )
        db.execute("UPDATE sessions SET last_seen_at = created_at WHERE user_id <> 0")
        db.execute(
            "UPDATE sessions SET last_seen_at = :at WHERE user_id = :id",
            {"at": clock.later(clock.now(), hours=-1), "id": admin.id},
        )
    admin.get("/api/auth/me")
    with engine.reading() as db:
        assert scalar(db, "SELECT count(*) FROM sessions") == 1


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password1234", "most used"),
        ("Passw0rd!2026", "most used"),
        ("football", "most used"),
        ("!!Sunshine99", "most used"),
        ("P@ssword", "most used"),
        ("pa$$word2026", "most used"),
        ("p a s s w o r d 1", "most used"),
        ("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\u00b9", "most used"),
        ("cvd-2026", "cvd"),
        ("qwertyuiop", "most used"),
        ("hgfdsaqwer", "keyboard"),
        ("87654321098", "keyboard"),
        ("1qaz2wsx3edc", "most used"),
        ("bcdefghijk", "keyboard"),
        ("zxzxzxzxzx", "repeats"),
        ("dragondragon", "repeats"),
        ("aaaaaaaaaaaa", "repeats"),
        ("anna2026!!", "anna"),
        ("Vending-Test", "vending"),
        ("x.max.1999", "max"),
    ],
)
def test_a_password_that_is_tried_first_is_refused_with_the_reason(admin, password, reason):
    name = "max" if "max" in password else "anna"
    refused = admin.post(
        "/api/users",
        json={"username": name + "2", "password": password, "role": "viewer", "display_name": name},
    )
    assert refused.pointers == ["/password"]
    assert reason in refused.json["detail"]


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "another long one", "Tr7kfq-0zmmw", "горячий чай зимой", "0194728365",
     "susanna walks to work"],
)  # fmt: skip
def test_any_other_password_is_taken(admin, password):
    body = {"username": "new", "password": password, "role": "viewer", "display_name": "Anna"}
    assert admin.post("/api/users", json=body).status == 201


def test_a_common_password_is_no_new_one_either(admin):
    refused = change_password(admin, new="password1234")
    assert refused.pointers == ["/new_password"]
    assert change_password(admin, new="anna anna").pointers == ["/new_password"]


def test_another_email_needs_the_password(viewer):
    version = viewer.get("/api/auth/me").json["version"]
    change = {"version": version, "email": "v@example.com"}
    assert viewer.patch("/api/auth/me", json=change).pointers == ["/current_password"]
    wrong = viewer.patch("/api/auth/me", json={**change, "current_password": "wrong"})
    assert wrong.pointers == ["/current_password"]
    right = viewer.patch("/api/auth/me", json={**change, "current_password": PASSWORD})
    assert right.json["email"] == "v@example.com"
    same = {"version": right.json["version"], "email": "v@example.com", "display_name": "Vera"}
    assert viewer.patch("/api/auth/me", json=same).status == 200


@pytest.mark.usefixtures("standing_clock")
def test_guessing_the_password_in_an_open_session_makes_one_wait(viewer, visitor):
    change = {"version": 1, "email": "v@example.com", "current_password": "wrong"}
    statuses = [viewer.patch("/api/auth/me", json=change).status for _ in range(6)]
    assert statuses == [422] * throttle.TRIES + [429]
    assert sign_in(visitor, "vera").status == 200, "in that session alone"


def test_an_administrator_does_not_pass_the_question_by_on_the_users_page(admin):
    path = f"/api/users/{admin.id}"
    refused = admin.patch(path, json={"version": 1, "email": "thief@example.com"})
    assert refused.pointers == ["/email"]
    assert "profile" in refused.json["detail"]
    assert admin.patch(path, json={"version": 1, "display_name": "Anna", "email": None}).status == (
        200
    )
