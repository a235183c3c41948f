"""Users: who may sign in, and that there is always somebody who can let others in."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

import auth
from tests.kit.people import PASSWORD, sign_up

pytestmark = pytest.mark.spared("the statements that it sends are sent by those marked both")


def create(person, username="paul", role="driver", **more):
    body = {"username": username, "password": PASSWORD, "role": role, **more}
    return person.post("/api/users", json=body)


def change(person, user_id, version=1, **changes):
    return person.patch(f"/api/users/{user_id}", json={"version": version, **changes})


@pytest.mark.both
def test_it_works(admin, visitor):
    made = create(admin, display_name="Paul B", email="paul@example.org")
    assert made.status == 201
    assert made.json == admin.get(f"/api/users/{made.json['id']}").json
    signed_in = visitor.post("/api/auth/login", json={"username": "paul", "password": PASSWORD})
    assert signed_in.json["display_name"] == "Paul B"


def test_a_user_is_called_by_their_username_unless_named(admin):
    assert create(admin).json["display_name"] == "paul"


def test_a_username_is_taken_in_any_spelling(admin):
    create(admin)
    answer = create(admin, "PAUL")
    assert answer.status == 409
    assert "PAUL" in answer.json["detail"]
    other = create(admin, "peter").json
    assert change(admin, other["id"], username="Paul").status == 409


@pytest.mark.parametrize("username", ["", " ", "a b", "-a", "ä", "a" * 61])
def test_a_username_is_plain(admin, username):
    assert set(create(admin, username).pointers) == {"/username"}


@pytest.mark.parametrize("email", ["", "x", "a@", "a b@c"])
def test_an_email_looks_like_one(admin, email):
    assert create(admin, email=email).pointers == ["/email"]


def test_nothing_of_the_password_comes_back(admin):
    create(admin)
    page = admin.get("/api/users").text + admin.get("/api/audit-entries").text
    assert "password_hash" not in page
    assert "argon2" not in page
    assert PASSWORD not in page


@pytest.mark.both
def test_users_are_found_by_name_role_and_state(admin, manager, driver):
    change(admin, driver.id, disabled=True, display_name="Dora the Driver")

    def names(query):
        return [user["username"] for user in admin.get(f"/api/users?{query}").json["items"]]

    assert names("") == ["anna", "dora", "max"]
    assert names("q=the") == ["dora"]
    assert names("q=AN") == ["anna"]
    assert names("q=%25") == []
    assert names("role=manager") == ["max"]
    assert names("disabled=true") == ["dora"]
    assert names("disabled=false") == ["anna", "max"]


def test_disabling_signs_out_and_enabling_lets_in_again(admin, manager, visitor):
    answer = change(admin, manager.id, disabled=True)
    assert answer.json["disabled_at"] is not None
    assert manager.get("/api/auth/me").status == 401
    assert change(admin, manager.id, 2, disabled=False).json["disabled_at"] is None
    signed_in = visitor.post("/api/auth/login", json={"username": "max", "password": PASSWORD})
    assert signed_in.status == 200


def test_another_role_signs_out(admin, manager):
    change(admin, manager.id, role="viewer")
    assert manager.get("/api/auth/me").status == 401


def test_another_name_does_not_sign_out(admin, manager):
    change(admin, manager.id, display_name="Max M")
    assert manager.get("/api/auth/me").json["display_name"] == "Max M"


@pytest.mark.both
@pytest.mark.parametrize("changes", [{"role": "manager"}, {"disabled": True}])
def test_the_last_administrator_stays_one(admin, changes):
    answer = change(admin, admin.id, **changes)
    assert answer.status == 409
    assert "only administrator" in answer.json["detail"]
    assert admin.get("/api/auth/me").json["role"] == "admin"


@pytest.mark.both
def test_a_disabled_administrator_does_not_count(admin):
    other = create(admin, role="admin").json
    change(admin, other["id"], disabled=True)
    assert change(admin, admin.id, role="viewer").status == 409


def test_two_administrators_cannot_remove_each_other_at_once(app, engine, admin):
    for number in range(5):
        other = sign_up(app, engine, f"other{number}", "admin")
        pairs = [(admin, other.id), (other, admin.id)]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda pair: change(*pair, role="viewer").status, pairs))
        assert 200 in answers
        assert answers != [200, 200]
        if answers[0] != 200:
            admin = other


def test_a_reset_answers_a_password_once(admin, manager, visitor):
    path = f"/api/users/{manager.id}/password-reset"
    first, second = admin.post(path).json["password"], admin.post(path).json["password"]
    assert first != second
    assert admin.get(f"/api/users/{manager.id}").json["password_change_due"] is True
    for password, status in ((PASSWORD, 401), (first, 401), (second, 200)):
        body = {"username": "max", "password": password}
        assert visitor.post("/api/auth/login", json=body).status == status
    assert first not in admin.get("/api/audit-entries").text


@pytest.mark.both
def test_drivers_are_those_who_can_be_given_work(admin, manager, driver, other_driver):
    change(admin, other_driver.id, disabled=True)
    drivers = manager.get("/api/drivers").json["items"]
    assert drivers == [{"id": driver.id, "username": "dora", "display_name": "dora"}]


def test_no_password_is_hashed_while_a_transaction_is_open(app, admin, visitor, monkeypatch):
    """It is slow on purpose, and on SQLite whoever writes is alone."""
    kind = type(app.extensions["cvd"]["engine"])
    opened: list[str] = []
    hashed: list[list[str]] = []

    def counted(name):
        original = getattr(kind, name)

        @contextmanager
        def transaction(self, *arguments, **options):
            opened.append(name)
            try:
                with original(self, *arguments, **options) as db:
                    yield db
            finally:
                opened.pop()

        monkeypatch.setattr(kind, name, transaction)

    def watched(name):
        original = getattr(auth, name)

        def hashing(*texts):
            hashed.append(list(opened))
            return original(*texts)

        monkeypatch.setattr(auth, name, hashing)

    counted("reading")
    counted("writing")
    watched("hash_password")
    watched("is_password")
    paul = create(admin).json
    sign_in = {"username": "paul", "password": PASSWORD}
    assert visitor.post("/api/auth/login", json=sign_in).status == 200
    own = {"version": paul["version"], "email": "p@example.org", "current_password": PASSWORD}
    assert visitor.patch("/api/auth/me", json=own).status == 200
    new = {"current_password": PASSWORD, "new_password": "another horse battery"}
    assert visitor.post("/api/auth/password", json=new).status == 204
    assert admin.post(f"/api/users/{paul['id']}/password-reset").status == 200
    assert len(hashed) >= 6
    assert not any(hashed)
