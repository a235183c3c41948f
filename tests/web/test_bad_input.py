"""Bad input by another door than the fields: depth, length, headers, files, the calendar."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import EnvironBuilder

import clock
from app import create_app
from settings import Settings
from tests.kit.factories import (
    make_device,
    make_dex_read,
    make_machine,
    make_planogram,
    make_product,
    send_audit,
)
from tests.kit.people import COOKIE, Person

SPARED = pytest.mark.spared("it is refused before a database is asked")

MIB = 2**20


@pytest.fixture
def cabinet(admin):
    """A stocked cabinet: its planogram."""
    return make_planogram(admin, make_device(admin)["cabinets"][0]["id"])


def put_planogram(person, planogram, **changes):
    body = {
        "version": planogram["version"],
        "slots": [{"id": planogram["slots"][0]["id"], "quantity": 3}],
    }
    return person.put(f"/api/cabinets/{planogram['cabinet_id']}/planogram", json=body | changes)


def as_streamed(person, body):
    """The answer to a POST whose length the sender does not state, as in chunked encoding."""
    environ = EnvironBuilder(
        "/api/products", method="POST", content_type="application/json", input_stream=body
    ).get_environ()
    del environ["CONTENT_LENGTH"]
    environ |= {
        "wsgi.input_terminated": True,
        "HTTP_COOKIE": f"{COOKIE}={person.client.get_cookie(COOKIE).value}",
    }
    return person.client.open(environ)


# Bodies


@SPARED
@pytest.mark.parametrize("depth", [200, 900, 10_000])
@pytest.mark.parametrize("where", ['{"name": %s}', '{"name": "x", "more": %s}', "%s"])
def test_a_body_as_deep_as_a_well_is_refused(admin, depth, where):
    body = where % ("[" * depth + "]" * depth)
    answer = admin.post("/api/products", data=body, content_type="application/json")
    assert answer.status in (400, 422)


def test_a_body_without_a_stated_length_is_taken(admin):
    assert as_streamed(admin, io.BytesIO(b'{"name": "Cola"}')).status_code == 201


@SPARED
def test_a_body_without_a_stated_length_is_not_read_without_end(admin):
    body = io.BytesIO(b'{"name": "' + b"x" * 3 * MIB + b'"}')
    assert as_streamed(admin, body).status_code == 413
    assert body.tell() < 2 * MIB


@SPARED
@pytest.mark.parametrize("stated", ["5", "100000", "-1", "abc", ""])
def test_a_length_that_is_not_the_bodys_is_refused(admin, stated):
    answer = admin.post(
        "/api/products",
        data=b'{"name": "Cola"}',
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": stated},
    )
    assert answer.status == 400


def test_a_whole_number_may_be_written_with_a_point(admin):
    body = b'{"name": "Cola", "price_cents": 150.0, "case_size": 2.4e1}'
    answer = admin.post("/api/products", data=body, content_type="application/json")
    assert (answer.json["price_cents"], answer.json["case_size"]) == (150, 24)
    assert isinstance(answer.json["price_cents"], int)


@SPARED
def test_of_a_thousand_wrong_places_fifty_are_named(admin):
    body = {"name": "Cola"} | {f"unknown{n}": 1 for n in range(1000)}
    assert len(admin.post("/api/products", json=body).pointers) == 50


# Headers


@SPARED
@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "", "//", "http://x:y"])
def test_an_origin_that_is_no_address_is_another_site(admin, origin):
    answer = admin.post("/api/products", json={"name": "Cola"}, headers={"Origin": origin})
    assert answer.status == 403


def test_over_tls_a_plain_page_of_the_same_host_is_another_site(engine, database_url, admin):
    over_tls = create_app(Settings(database_url=database_url, public_url="https://localhost"))
    token = admin.client.get_cookie(COOKIE).value
    person = Person(over_tls)
    person.client.set_cookie("__Host-cvd_session", token, secure=True)
    for origin, status in (("http://localhost", 403), ("https://localhost", 201)):
        answer = person.post(
            "/api/products",
            json={"name": "Cola"},
            headers={"Origin": origin},
            base_url="https://localhost",
        )
        assert answer.status == status
    over_tls.extensions["cvd"]["engine"].close()


# Text


@pytest.mark.parametrize(
    "name", ["مشروب بارد", "\u202eevil", "é" * 120, "🥤", "a\u0000b", "é" * 121]
)
def test_any_script_is_kept_as_it_is_or_refused(admin, name):
    answer = admin.post("/api/products", json={"name": name})
    if len(name) > 120 or "\0" in name:
        assert answer.pointers == ["/name"]
    else:
        path = f"/api/products/{answer.json['id']}"
        assert admin.get(path).json["name"] == name


# The calendar


@SPARED
@pytest.mark.parametrize(
    "moment",
    [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "1000-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2026-01-31T24:00:00Z",
        "2026-02-30T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-01-31T08:00:00+01:00",
    ],
)
def test_a_count_at_no_time_to_speak_of_is_refused(admin, cabinet, moment):
    assert put_planogram(admin, cabinet, as_of=moment).pointers == ["/as_of"]


def test_a_count_of_last_year_is_taken(admin, cabinet):
    moment = clock.later(clock.now(), days=-400)
    assert put_planogram(admin, cabinet, as_of=moment).status == 200


@SPARED
@pytest.mark.parametrize("day", ["0000-01-01", "0001-01-01", "2026-02-30", "26-01-31", "today"])
@pytest.mark.parametrize(
    "path", ["/api/sales?group_by=day&from={0}&to={0}", "/api/audit-entries?from={0}&to={0}"]
)
def test_a_day_that_is_none_is_refused(admin, path, day):
    assert admin.get(path.format(day)).status == 422


@pytest.mark.parametrize("day", ["1970-01-01", "9999-12-30", "9999-12-31"])
@pytest.mark.parametrize(
    "path", ["/api/sales?group_by=day&from={0}&to={0}", "/api/audit-entries?from={0}&to={0}"]
)
def test_the_ends_of_the_calendar_are_days_on_which_nothing_happened(admin, path, day):
    answer = admin.get(path.format(day))
    assert (answer.status, answer.json["items"]) == (200, [])


# Files


def form(fields):
    """A form as it is sent; the test client would write a large one to a file."""
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    text = "".join(part.format(name, value) for name, value in fields.items())
    return {
        "data": f"{text}--x--\r\n".encode(),
        "content_type": "multipart/form-data; boundary=x",
    }


@SPARED
def test_a_form_of_thousands_of_fields_is_refused(admin):
    fields = {f"field{n}": "1" for n in range(3000)}
    assert admin.post("/api/dex-reads", **form(fields)).status == 413


@SPARED
def test_a_field_of_megabytes_is_refused(admin):
    assert admin.post("/api/dex-reads", **form({"note": "x" * 2 * MIB})).status == 413


@SPARED
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b"--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x"),
    ],
)
def test_a_form_without_a_file_asks_for_it(admin, kind, body):
    answer = admin.post("/api/dex-reads", data=body, content_type=kind)
    assert answer.pointers == ["/file"]


def test_text_in_place_of_a_file_is_refused(admin):
    answer = admin.post("/api/dex-reads", **form({"file": "DXS*1", "device_id": "first"}))
    assert set(answer.pointers) == {"/file", "/device_id"}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("قراءة.dex", "قراءة.dex"),
        ("a%22; b.html", 'a"; b.html'),
        ("x" * 300, "x" * 200),
        ("\u202exed.exe", "xed.exe"),
    ],
)
def test_the_name_of_a_file_is_only_a_name(admin, sent, shown):
    assert send_audit(admin, b"no audit", filename=sent).status == 422
    (kept,) = admin.get("/api/quarantined-files").json["items"]
    assert kept["filename"] == shown
    raw = admin.get(f"/api/quarantined-files/{kept['id']}/raw")
    assert raw.body == b"no audit"
    assert raw.headers["Content-Disposition"].startswith("attachment; filename")
    assert raw.headers["X-Content-Type-Options"] == "nosniff"


def test_a_name_that_a_spreadsheet_would_run_is_quoted(admin):
    names = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1"]
    selections = ["=A1", "+A1", "-A1", "@A1", "A5", "A6"]
    device = make_device(admin, rows=1, columns=len(names), asset="=1+1")
    planogram = admin.get(f"/api/cabinets/{device['cabinets'][0]['id']}/planogram").json
    sells = [
        {
            "id": slot["id"],
            "product_id": make_product(admin, name=name)["id"],
            "selection": selection,
            "capacity": 9,
        }
        for slot, name, selection in zip(planogram["slots"], names, selections, strict=True)
    ]
    assert put_planogram(admin, planogram, slots=sells).status == 200
    machine = make_machine(device, selections=dict.fromkeys(selections, 150))
    for hours_ago in (48, 24):
        make_dex_read(admin, machine, at=datetime.now(UTC) - timedelta(hours=hours_ago))
        for selection in selections:
            machine.sell(selection, 2)
    make_dex_read(admin, machine, at=datetime.now(UTC) - timedelta(hours=12))
    path = "/api/sales?from=2024-01-01&to=2030-12-31&format=csv&for=machines&group_by="
    for group, wanted in (("product", names), ("selection", selections), ("device", ["=1+1"])):
        rows = list(csv.DictReader(io.StringIO(admin.get(f"{path}{group}").text, newline="")))
        labels = [row["label"] for row in rows]
        assert len(labels) == len(wanted)
        assert {label[1:2] for label in labels if label[0] == "'"} == {
            name[0] for name in wanted if not name[0].isalnum()
        }


# Words


def test_a_refusal_of_several_values_says_which(admin):
    answer = admin.post("/api/service-orders", json={})
    assert answer.json["detail"] == "route_id is required; cabinet_ids is required"
    answer = admin.post("/api/products", json=[])
    assert answer.json["detail"] == "the body must be an object"


def test_a_refusal_of_many_values_says_how_many_more(admin):
    body = {"name": "", "price_cents": -1, "case_size": 0, "sku": 5, "category": 5}
    answer = admin.post("/api/products", json=body)
    assert answer.status == 422
    assert answer.json["detail"].endswith(f"; and {len(answer.pointers) - 3} more")


def test_sentences_stay_sentences(manager):
    answer = manager.post("/api/service-order-previews", json={"cabinet_ids": [7, 8]})
    assert answer.json["detail"] == "There is no cabinet 7 in use; There is no cabinet 8 in use."
