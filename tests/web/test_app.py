"""What every endpoint does alike: it refuses what is not sound, and always in one shape."""

import json
import logging

import pytest

import contract
from app import create_app
from settings import Settings
from tests.kit.factories import make_product
from tests.kit.people import PASSWORD, Person
from tests.kit.world import OPERATIONS, ask, body_of, corner, possessions
from web import logs

pytestmark = pytest.mark.spared("what is not sound is refused before a database is asked")

# The setup is over where anybody is signed in, which is told before any body is looked at.
JSON_OPERATIONS = [
    op
    for op in OPERATIONS.values()
    if op.body is not None
    and op.body.media_type == contract.JSON
    and op.name != "setup_service.create_setup"
]
WRITES = [op for op in OPERATIONS.values() if op.method != "get"]
GETS = [op for op in OPERATIONS.values() if op.method == "get"]
READABLE = {op.path for op in GETS}
# Not a noun that is edited: nothing there can be stale.
VERSIONED = [op for op in JSON_OPERATIONS if op.body and "version" in op.body.properties]
HUGE = 10**400


@pytest.fixture
def ids(admin, driver):
    return corner(admin, driver) | possessions(admin)


def sent(person, operation, ids, **request):
    return person.ask(operation.method.upper(), operation.path.format(**ids), **request)


def as_json(text):
    return {"data": text, "content_type": "application/json"}


def statuses(person, operations, ids, **request):
    """name -> status of the answer of each operation to the same request."""
    return {op.name: sent(person, op, ids, **request).status for op in operations}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('{"name": ', 400),
        ("", 400),
        ("\xff", 400),
        ('{"name": "\\ud800"}', 400),
        ('{"name": NaN}', 400),
        ("[" * 5000 + "]" * 5000, 400),
        ("[]", 422),
        ("null", 422),
        ('"text"', 422),
        ("{}", 422),
    ],
)
def test_a_body_that_is_none_is_refused(admin, ids, text, status):
    found = statuses(admin, JSON_OPERATIONS, ids, **as_json(text.encode("latin-1")))
    assert {name: answer for name, answer in found.items() if answer != status} == {}


def test_a_body_of_another_type_is_refused(admin, ids):
    found = statuses(admin, JSON_OPERATIONS, ids, data="name=x")
    assert set(found.values()) == {415}
    forms = [op for op in OPERATIONS.values() if op.body and op.body.media_type != contract.JSON]
    found = statuses(admin, forms, ids, json={"file": "x"})
    assert set(found.values()) == {415}


def test_an_unknown_field_is_refused_by_its_name(admin, ids):
    for operation in JSON_OPERATIONS:
        body = {**body_of(operation, ids), "surprise/~": 1}
        answer = sent(admin, operation, ids, json=body)
        assert answer.status == 422, operation.name
        assert answer.pointers == ["/surprise~1~0"], operation.name


def test_a_field_that_is_left_out_is_named(admin, ids):
    for operation in JSON_OPERATIONS:
        assert operation.body is not None
        for name in operation.body.schema.get("required", []):
            body = {**body_of(operation, ids)}
            del body[name]
            answer = sent(admin, operation, ids, json=body)
            assert answer.status == 422, operation.name
            assert f"/{name}" in answer.pointers, operation.name


@pytest.mark.parametrize(
    "value",
    [
        "a\x00b",
        "\ud83d\ude00" * 5000,
        " ",
        "",
        -1,
        2**53,
        2**64,
        HUGE,
        1.5,
        1e308,
        True,
        None,
        [],
        {},
        [[]],
        {"\x00": "\x00"},
    ],
    ids=lambda value: str(value)[:12].encode("unicode_escape").decode(),
)
def test_no_value_of_any_field_is_an_error_of_the_server(admin, ids, value):
    for operation in JSON_OPERATIONS:
        if operation.name.startswith(("session_service.", "user_service.update")):
            continue  # these would sign the tester out; their fields are tested with them
        assert operation.body is not None
        for name in operation.body.properties:
            body = {**body_of(operation, ids), name: value}
            answer = sent(admin, operation, ids, **as_json(json.dumps(body)))
            assert answer.status < 500, (operation.name, name)
            assert "\x00" not in answer.text, (operation.name, name)


def test_an_unknown_parameter_is_refused_by_its_name(admin, ids):
    for operation in GETS:
        path = operation.path.format(**ids)
        answer = admin.get(f"{path}?surprise=1")
        assert answer.status == 422, operation.name
        assert "/query/surprise" in answer.pointers, operation.name


@pytest.mark.both
@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "1.5", "x", "9" * 18, "9" * 40, "\x00", "%", "²", "2026-02-30", "0000-01-01"],
)
def test_no_value_of_any_parameter_is_an_error_of_the_server(admin, ids, text):
    for operation in GETS:
        for parameter in operation.parameters:
            if parameter.place == "query":
                query = {"group_by": "day", "from": "2026-01-01", "to": "2026-01-31"}
                known = {p.name for p in operation.parameters}
                query = {name: value for name, value in query.items() if name in known}
                answer = admin.get(
                    operation.path.format(**ids), query_string={**query, parameter.name: text}
                )
                assert answer.status in (200, 404, 422), (operation.name, parameter.name)


@pytest.mark.parametrize("text", ["0", "-1", "abc", "1.0", "9" * 18, "9" * 40, "%00", "1%2F", "²"])
def test_an_id_that_is_none_names_nothing(admin, ids, text):
    for operation in OPERATIONS.values():
        if "{" in operation.path:
            before, _, after = operation.path.partition("{")
            path = before + text + after.partition("}")[2]
            assert admin.ask(operation.method.upper(), path).status in (404, 405), path


def test_a_cursor_of_another_list_is_refused(admin, ids):
    lists = [op for op in GETS if any(p.name == "cursor" for p in op.parameters)]
    assert len(lists) > 10
    for cursor in (
        "x",
        "W10",
        "bnVsbA",
        "WyJhIiwxXQ",  # ["a",1]
        "WzEsMV0",  # [1,1]
        "WzEuNSwxXQ",  # [1.5,1]
        "WzFlMzA4LDFd",  # [1e308,1]
        "WzE4NDQ2NzQ0MDczNzA5NTUxNjE1LDFd",  # [2**64-1,1]
        "WzEsMTg0NDY3NDQwNzM3MDk1NTE2MTVd",  # [1,2**64-1]
        "WyIAIiwxXQ",
        "WyJcdTAwMDAiLDFd",  # ["\0",1]
        "W3RydWUsdHJ1ZV0",  # [true,true]
    ):
        for operation in lists:
            answer = admin.get(operation.path.format(**ids), query_string={"cursor": cursor})
            assert answer.status in (200, 422), (operation.name, cursor)
        assert admin.get("/api/products", query_string={"cursor": "x"}).pointers == [
            "/query/cursor"
        ]


def test_a_stale_version_is_answered_with_what_holds_now(admin, ids):
    # PATCH settings and the planogram are among them, so no noun is forgotten.
    assert len(VERSIONED) >= 7
    for operation in VERSIONED:
        body = {**body_of(operation, ids), "version": 999}
        answer = sent(admin, operation, ids, json=body)
        assert answer.status == 409, operation.name
        assert answer.json["current"] == held(admin, operation.path, ids), operation.name


def held(person, path, ids):
    """The noun in a path: what the path answers, or else the nearest above it, be that a list."""
    above, _, last = path.rpartition("/")
    if path in READABLE:
        return person.get(path.format(**ids)).json
    if above in READABLE and last.startswith("{"):
        items = person.get(above.format(**ids)).json["items"]
        return next(item for item in items if item["id"] == ids[last.strip("{}")])
    return held(person, above, ids)


def test_what_is_absent_is_absent_before_its_values_are_looked_at(admin, ids):
    # One that is answered in a list alone is looked for with what is sent.
    named = [op for op in JSON_OPERATIONS if op.method == "patch" and "{" in op.path]
    looked_at = [op for op in named if op.path in READABLE]
    assert len(looked_at) >= 7
    absent = dict.fromkeys(ids, 999_999)
    for operation in looked_at:
        answer = sent(admin, operation, absent, json={"version": "x"})
        assert answer.status == 404, operation.name


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8080"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_write_from_another_sites_page_is_refused(admin, ids, headers):
    found = statuses(admin, WRITES, ids, headers=headers)
    assert set(found.values()) == {403}
    assert admin.get("/api/products", headers=headers).status == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}]
)
def test_a_write_from_an_own_page_or_a_program_is_taken(admin, headers):
    answer = admin.post("/api/products", json={"name": "Cola"}, headers=headers)
    assert answer.status == 201


def test_a_listed_origin_may_write(engine, database_url, admin):
    listed = "https://intranet.example"
    app = create_app(Settings(database_url=database_url, cors_origins=(listed,)))
    person = Person(app, token=admin.client.get_cookie("cvd_session").value)
    answer = person.post("/api/products", json={"name": "Cola"}, headers={"Origin": listed})
    assert answer.status == 201
    assert answer.headers["Access-Control-Allow-Origin"] == listed
    app.extensions["cvd"]["engine"].close()


def test_other_origins_may_not_even_read(admin):
    answer = admin.get("/api/products", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_same_request_under_one_key_happens_once(admin):
    request = {"json": {"name": "Cola"}, "headers": {"Idempotency-Key": "k1"}}
    first = admin.post("/api/products", **request)
    again = admin.post("/api/products", **request)
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert len(admin.get("/api/products").json["items"]) == 1


def test_another_request_under_the_same_key_is_a_conflict(admin):
    headers = {"Idempotency-Key": "k1"}
    admin.post("/api/products", json={"name": "Cola"}, headers=headers)
    assert admin.post("/api/products", json={"name": "Tea"}, headers=headers).status == 409
    assert admin.post("/api/locations", json={"name": "Cola"}, headers=headers).status == 409


def test_a_refused_request_may_be_repeated_under_its_key(admin):
    headers = {"Idempotency-Key": "k1"}
    assert admin.post("/api/products", json={"name": ""}, headers=headers).status == 422
    assert admin.post("/api/products", json={"name": "Cola"}, headers=headers).status == 201


def test_a_key_is_its_users_own(admin, manager):
    for person in (admin, manager):
        answer = person.post(
            "/api/products", json={"name": "Cola"}, headers={"Idempotency-Key": "k1"}
        )
        assert answer.status == 201
    assert len(admin.get("/api/products").json["items"]) == 2


def test_a_key_replays_only_for_whoever_may_still_do_it(admin, manager):
    request = {"json": {"name": "Cola"}, "headers": {"Idempotency-Key": "k1"}}
    assert manager.post("/api/products", **request).status == 201
    changes = {"version": 1, "role": "viewer"}
    assert admin.patch(f"/api/users/{manager.id}", json=changes).status == 200
    assert manager.post("/api/products", **request).status == 401


@pytest.mark.parametrize("key", ["", "k" * 201, "tab\tin"])
def test_a_key_that_is_none_is_refused(admin, key):
    answer = admin.post("/api/products", json={"name": "Cola"}, headers={"Idempotency-Key": key})
    assert answer.pointers == ["/headers/Idempotency-Key"]


def test_what_has_not_changed_is_not_sent_again(admin):
    make_product(admin)
    first = admin.get("/api/products")
    same = admin.get("/api/products", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status, same.body) == (304, b"")
    make_product(admin)
    changed = admin.get("/api/products", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status, len(changed.json["items"])) == (200, 2)


def test_every_answer_tells_its_request_id(admin, visitor):
    for person in (admin, visitor):
        given = person.get("/api/products", headers={"X-Request-Id": "abc-123"})
        assert given.headers["X-Request-Id"] != "abc-123"
        assert given.headers["X-Request-Id"].isalnum()
        other = person.get("/api/products", headers={"X-Request-Id": "<script>"})
        assert other.headers["X-Request-Id"].isalnum()


def test_our_request_id_is_in_the_audit_log_not_one_that_was_sent(admin):
    headers = {"X-Request-Id": "abc-123"}
    made = admin.post("/api/products", json={"name": "Cola"}, headers=headers)
    (first, *_) = admin.get("/api/audit-entries").json["items"]
    assert first["request_id"] == made.headers["X-Request-Id"] != "abc-123"


def test_a_request_id_that_was_sent_stands_in_the_log(admin, caplog):
    with caplog.at_level("INFO"):
        lines = logs.TextLines()
        line = lines.line(0, "INFO", "GET", {"request_id": "a", "client_request_id": "abc-123"})
    assert line.endswith("GET (sent as abc-123) [a]")


GUARDED = ("/api/products", "/api/nothing", "/api/health/live", "/nothing", "/css/shell.css")


@pytest.mark.parametrize("path", GUARDED)
def test_no_answer_is_a_page_of_others(admin, path):
    headers = admin.get(path).headers
    policy = headers.get_all("Content-Security-Policy")
    assert len(policy) == 1
    assert policy[0].startswith("default-src 'none'")
    assert "frame-ancestors 'self'" in policy[0]
    assert headers.get_all("Cross-Origin-Resource-Policy") == ["same-origin"]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert "Strict-Transport-Security" not in headers


def test_browsers_stay_with_https(database_url, engine):
    def told(**more):
        person = Person(create_app(Settings(database_url=database_url, **more)))
        return [
            person.get(path).headers.get("Strict-Transport-Security")
            for path in ("/api/health/live", "/", "/nothing")
        ]

    assert told(public_url="https://cvd.example") == ["max-age=31536000"] * 3
    assert told(public_url="https://cvd.example", hsts_seconds=0) == [None] * 3
    assert told(public_url="http://cvd.example") == [None] * 3


def test_a_proxy_that_is_not_trusted_is_told_of_once(database_url, engine, caplog):
    logging.getLogger("cvd").propagate = True

    def told(proxies):
        caplog.clear()
        person = Person(create_app(Settings(database_url=database_url, trusted_proxies=proxies)))
        for _ in range(3):
            person.get("/api/health/live", headers={"X-Forwarded-For": "203.0.113.7"})
        return [each for each in caplog.messages if "CVD_TRUSTED_PROXIES" in each]

    assert len(told(0)) == 1
    assert told(1) == []


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nothing", "/nothing", "/../app.py", "/cvd.db"]
)
def test_an_unknown_address_is_answered_in_the_same_shape(admin, path):
    assert admin.get(path).status == 404


def test_an_unknown_operation_is_absent_whatever_is_asked_of_it(admin):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert admin.ask(method, "/api/nothing").status == 404


def test_a_method_that_is_not_there_says_which_are(admin):
    answer = admin.delete("/api/products")
    assert answer.status == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_body_that_is_too_large_is_refused(database_url, admin):
    app = create_app(Settings(database_url=database_url, max_body_bytes=1000))
    person = Person(app, token=admin.client.get_cookie("cvd_session").value)
    assert person.post("/api/products", json={"name": "x" * 1000}).status == 413
    app.extensions["cvd"]["engine"].close()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5000", ""])
def test_a_name_that_was_pointed_here_is_refused(visitor, host):
    assert visitor.get("/api/health/live", headers={"Host": host}).status in (400, 404)


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000"])
def test_this_machine_goes_by_its_names(visitor, host):
    assert visitor.get("/api/health/live", headers={"Host": host}).status == 200


def test_an_error_of_the_server_says_no_more_than_a_number(admin, engine):
    with engine.writing() as db:
        db.execute("ALTER TABLE products RENAME TO lost")
    response = admin.client.get("/api/products")
    assert response.status_code == 500
    problem = json.loads(response.get_data())
    assert problem["request_id"] in problem["detail"]
    assert "lost" not in str(problem)
    assert "products" not in str(problem)
    assert contract.current().problem.errors(problem) == []


def test_a_database_that_is_not_there_is_a_sentence(tmp_path):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'absent.db'}"))
    answer = Person(app).post("/api/auth/login", json={"username": "a", "password": PASSWORD})
    assert answer.status == 503
    assert "flask db upgrade" in answer.json["detail"]
    assert answer.headers["Retry-After"]


def test_the_api_is_never_cached_by_others(admin):
    answer = admin.get("/api/products")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.both
def test_every_operation_works_once_for_an_administrator(admin, ids):
    """The happy path of everything, so that the tests above refuse for the right reason."""
    late = ("session_service.", "setup_service.", "user_service.create_password_reset")
    for name, operation in OPERATIONS.items():
        if not name.startswith(late) and operation.method in ("get", "put", "patch"):
            answer = ask(admin, name, ids)
            assert answer.status in (200, 409), (name, answer.text)
