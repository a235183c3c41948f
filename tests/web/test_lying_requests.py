"""Requests that say what is not so: of another kind, of absurd size, in letters that are none."""

import base64
import json

import pytest

import contract
from tests.kit.factories import make_device, make_location, make_product, send_audit
from tests.kit.people import PASSWORD
from tests.kit.world import OPERATIONS, QUERIES, corner, saved_view

SPARED = pytest.mark.spared("it is refused before a database is asked")

WITH_BODY = [
    operation.name
    for operation in OPERATIONS.values()
    # Signing in and setting up are for those who are not signed in.
    if operation.body is not None and operation.access != "anyone"
]
PAGED = [
    operation.path + QUERIES.get(operation.name, "?")
    for operation in OPERATIONS.values()
    if {"limit", "cursor"} <= {parameter.name for parameter in operation.parameters}
]
# No two of them look different.
NAMES = {
    "right to left": "מכונה 7, קומה ב",
    "turned around": "\u202egnp.exe",
    "left open": "\u2066Lobby",
    "zero width": "Co\u200b\ufeffla\u200d",
    "joined": "👩‍🔧 Ana",
    "combining": "Z\u0351\u036b\u0343a\u0322\u0328lgo",
    "only invisible": "\u200b",
}
SURROGATES = [b'{"name": "\\ud800"}', b'{"name": "a\\udfffb"}', b'{"name": "\xed\xa0\x80"}']


def cursor_of(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


# Kinds


@SPARED
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/jsonp", "x"])
def test_a_body_of_another_kind_is_refused(admin, driver, kind):
    # Of a view that another saved, nobody is told whether it is there.
    ids = {**corner(admin, driver), "saved_view_id": saved_view(admin)}
    wrong = {}
    for name in WITH_BODY:
        operation = OPERATIONS[name]
        answer = admin.ask(
            operation.method.upper(),
            operation.path.format(**ids),
            data=b'{"name": "Cola"}',
            content_type=kind,
        )
        # What forbids the change whatever it says is answered first.
        if answer.status not in ((409, 415) if operation.decides_first else (415,)):
            wrong[name] = answer.status
    assert wrong == {}


@SPARED
def test_a_form_and_json_are_not_taken_for_each_other(admin):
    file = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nCola\r\n--x--\r\n'
    form = {"data": file, "content_type": "multipart/form-data; boundary=x"}
    assert admin.post("/api/products", **form).status == 415
    assert admin.post("/api/dex-reads", json={"file": "VA1*1*1"}).status == 415


# Pages


@pytest.fixture
def lists(admin, driver):
    """The address of every list that has pages, up to the parameters that all of them take."""
    ids = corner(admin, driver)
    return [path.format(**ids) for path in PAGED]


@SPARED
def test_a_page_of_an_odd_size_is_refused(admin, lists):
    limits = (
        "1000000000",
        "-1",
        "0",
        "201",
        "1.5",
        "1e2",
        "9" * 30,
        "٣",
        "",
        "%205",
        "0x10",
        "NaN",
    )
    taken = [
        (path, limit)
        for path in lists
        for limit in limits
        if "/query/limit" not in admin.get(f"{path}&limit={limit}").pointers
    ]
    assert taken == []


@SPARED
def test_a_cursor_that_no_list_gave_is_refused(admin, lists):
    values: list[object] = [
        None,
        {},
        "text",
        [],
        [None, None],
        [1],
        [1, 2, 3],
        ["a", "b"],
        [{}, 1],
        [1, True],
    ]
    values += [[["a"], 1], [1, 1.5], [1, "1"], ["a", None]]
    odd = ["-1", "AAAA", "%00", "9" * 400, "%ED%A0%80", *map(cursor_of, values)]
    taken = [
        (path, cursor)
        for path in lists
        for cursor in odd
        if "/query/cursor" not in admin.get(f"{path}&cursor={cursor}").pointers
    ]
    assert taken == []


def test_a_cursor_beyond_every_number_is_refused_or_ends_the_list(admin, lists):
    numbers = (2**63 - 1, 2**63, -(2**63) - 1, 2**64 - 1, 2**70, 1e308)
    keys = ("", "zz", 1)
    cursors = [cursor_of(pair) for n in numbers for key in keys for pair in ([key, n], [n, key])]
    wrong = {
        (path, cursor)
        for path in lists
        for cursor in cursors
        if admin.get(f"{path}&cursor={cursor}").status not in (200, 422)
    }
    assert wrong == set()


# Letters


@SPARED
@pytest.mark.parametrize("body", SURROGATES)
def test_half_a_letter_in_json_is_refused(admin, body):
    for path in ("/api/products", "/api/locations", "/api/routes"):
        answer = admin.post(path, data=body, content_type=contract.JSON)
        assert answer.status in (400, 422)


@pytest.mark.parametrize("letters", [b"\xed\xa0\x80", b"\xff\xfe", b"\x00", b"a\x00b", b"\xc3("])
def test_half_a_letter_in_a_form_changes_nothing(admin, letters):
    for name, filename in ((b"file", letters), (b"note", b"x"), (letters, b"x"), (b"file", b"")):
        head = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n'
        body = (head + b"%s\r\n--x--\r\n") % (name, filename, letters)
        kind = "multipart/form-data; boundary=x"
        answer = admin.post("/api/dex-reads", data=body, content_type=kind)
        assert answer.status in (400, 422)
    for kept in admin.get("/api/quarantined-files").json["items"]:
        assert kept["filename"].isprintable()
        assert admin.get(f"/api/quarantined-files/{kept['id']}/raw").status == 200


@pytest.mark.parametrize("letters", ["%ED%A0%80", "%FF", "%00", "%C3(", "a%00b"])
def test_half_a_letter_in_an_address_is_refused_or_finds_nothing(admin, letters):
    for operation in OPERATIONS.values():
        if operation.method != "get" or "{" in operation.path:
            continue
        words = [p.name for p in operation.parameters if p.place == "query" and p.kind == "string"]
        for name in words:
            answer = admin.get(f"{operation.path}?{name}={letters}")
            assert answer.status in (200, 400, 422), (operation.name, name)
    for path in ("/api/devices/", "/api/products/", "/pages/", "/"):
        assert admin.get(f"{path}{letters}").status == 404


@SPARED
@pytest.mark.parametrize("name", ["X-Request-Id", "Idempotency-Key", "Origin", "If-None-Match"])
@pytest.mark.parametrize("text", ["\xed\xa0\x80", "a" * 300, "\x7f", "é", " ", '"', "<b>"])
def test_a_header_of_odd_letters_is_refused_or_left_alone(admin, name, text):
    answer = admin.post("/api/products", json={"name": "Cola"}, headers={name: text})
    assert answer.status in (201, 403, 422)
    assert answer.headers["X-Request-Id"].isascii()


# Names


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_kept_as_it_was_given(admin, name):
    product = make_product(admin, name=name)
    assert admin.get(f"/api/products/{product['id']}").json["name"] == name
    location = make_location(admin, name=name, address=name, notes=name)
    assert {location[field] for field in ("name", "address", "notes")} == {name}
    device = make_device(admin, asset=name, name=name, serial=name, location_id=location["id"])
    assert (device["asset"], device["name"], device["serial"]) == (name, name, name)
    user = {"username": "ana", "display_name": name, "password": PASSWORD, "role": "viewer"}
    assert admin.post("/api/users", json=user).json["display_name"] == name


def test_a_name_that_tells_lies_about_a_file_is_shown_without_what_turns_it(admin):
    assert send_audit(admin, b"no audit", filename="audit\u202e\u2066gnp.exe").status == 422
    (kept,) = admin.get("/api/quarantined-files").json["items"]
    assert kept["filename"] == "auditgnp.exe"
