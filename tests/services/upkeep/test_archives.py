"""Everything in one file: what is in it, what is not, and who may have it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest

from db import Engine, scalar
from errors import Conflict
from server.job_worker import JobWorker
from services.upkeep import archive_contents, archive_tables
from tests.kit.engines import ENGINE
from tests.kit.factories import make_device, make_dex_read, make_product
from tests.kit.people import PASSWORD, Person
from tests.kit.photos import photo_bytes

pytestmark = pytest.mark.both
# What a secret is called. Seals of the audit log are none: they show that nothing was changed.
SECRET = re.compile(r"hash|secret|token|sealed|password|_key|^key|^handle$|lease")
NO_SECRETS = {
    "audit_entries": {"hash", "previous_hash"},
    "users": {"password_change_due_at"},
}
SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"
)
COLUMNS = "SELECT name FROM pragma_table_info(:table)"
SERVER_COLUMNS = """
    SELECT table_name AS name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema
"""


def columns(engine: Engine) -> dict[str, set[str]]:
    """The columns of each table of the schema."""
    found: dict[str, set[str]] = {}
    with engine.reading() as db:
        if ENGINE == "postgresql":
            rows = [(row["name"], row["column_name"]) for row in db.query(SERVER_COLUMNS)]
        else:
            names = [row["name"] for row in db.query(SQLITE_TABLES)]
            rows = [
                (name, row["name"]) for name in names for row in db.query(COLUMNS, {"table": name})
            ]
    for name, column in rows:
        if not name.startswith(("_", "sqlite_")):
            found.setdefault(name, set()).add(column)
    return found


def written(engine: Engine, admin: Person) -> zipfile.ZipFile:
    answer = admin.post("/api/archives")
    assert answer.status == 201, answer.text
    JobWorker(engine, "first").run_one()
    export = admin.get(f"/api/exports/{answer.json['id']}").json
    assert export["state"] == "done", export
    file = admin.get(f"/api/exports/{export['id']}/file")
    assert file.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(file.body))
    assert archive.testzip() is None
    return archive


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = archive.read(name).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_table_is_in_it_or_left_out_with_a_reason(engine: Engine) -> None:
    stated = archive_tables.stated()
    taken = {each.name for each in stated.tables}
    left_out = {name for name in stated.left_out if "." not in name}
    assert taken | left_out == set(columns(engine))
    assert not taken & left_out
    assert all(stated.left_out.values())


def test_every_column_of_its_tables_has_a_meaning_or_a_reason(engine: Engine) -> None:
    stated, found = archive_tables.stated(), columns(engine)
    for each in stated.tables:
        without = {name for name in found[each.name] if f"{each.name}.{name}" in stated.left_out}
        assert set(each.columns) | without == found[each.name], each.name
        assert not set(each.columns) & without
        assert all(each.columns.values()), each.name


def test_no_column_of_it_is_called_as_a_secret() -> None:
    for each in archive_tables.stated().tables:
        found = {name for name in each.columns if SECRET.search(name)}
        assert found <= NO_SECRETS.get(each.name, set()), each.name


def test_it_has_tables_meanings_audits_and_photos(
    engine: Engine, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_tables, "AT_ONCE", 2)
    products = [make_product(admin, name=f"Cola {n}", price_cents=150) for n in range(5)]
    device = make_device(admin, asset="M1")
    read = make_dex_read(admin)
    photo = {"noun": "product", "noun_id": products[0]["id"]}
    sent = admin.post(
        "/api/files",
        data={**photo, "file": (io.BytesIO(photo_bytes(kind="JPEG", mode="RGB")), "cola.jpg")},
    )
    assert sent.status == 201, sent.text
    archive = written(engine, admin)
    rows = table(archive, "tables/products.csv")
    assert [row["name"] for row in rows if row["name"].startswith("Cola")] == [
        each["name"] for each in products
    ]
    assert rows[0]["price_cents"] == "150"
    assert device["asset"] in {row["asset"] for row in table(archive, "tables/devices.csv")}
    meanings = {(row["table"], row["column"]) for row in table(archive, "columns.csv")}
    for name in archive.namelist():
        if name.startswith("tables/"):
            header = archive.read(name).decode().partition("\r\n")[0].split(",")
            of = name.removeprefix("tables/").removesuffix(".csv")
            assert {(of, column) for column in header} <= meanings
    assert archive.read(f"dex/{read['id']}.dex").startswith(b"DXS")
    content = archive.read(f"photos/{sent.json['id']}.jpg")
    assert content.startswith(b"\xff\xd8")
    assert "2 decimals" in archive.read("README.txt").decode()


def test_no_secret_is_in_it(engine: Engine, admin: Person) -> None:
    key = admin.with_key(["fleet:read"])
    hidden = ["argon2"]
    with engine.reading() as db:
        for sql in (
            "SELECT password_hash FROM users WHERE password_hash IS NOT NULL",
            "SELECT token_hash FROM sessions",
            "SELECT key_hash FROM api_keys",
        ):
            hidden += [str(row[0]) for row in db.execute(sql)]
    assert key._key is not None  # the secret itself
    hidden += [PASSWORD, key._key]
    archive = written(engine, admin)
    whole = b"".join(map(archive.read, archive.namelist()))
    assert [each for each in hidden if each.encode() in whole] == []


def test_a_photo_whose_content_went_is_named_and_the_rest_is_there(
    engine: Engine, admin: Person
) -> None:
    photo = {"noun": "product", "noun_id": make_product(admin)["id"]}
    made = admin.post(
        "/api/files",
        data={**photo, "file": (io.BytesIO(photo_bytes(kind="JPEG", mode="RGB")), "a.jpg")},
    ).json
    with engine.reading() as db:
        sha256 = scalar(db, "SELECT sha256 FROM files WHERE id = :id", {"id": made["id"]})
    engine.files.remove(sha256)
    archive = written(engine, admin)
    assert archive.read("missing.txt").decode() == f"photos/{made['id']}.jpg"


def test_only_an_administrator_at_a_browser_asks_for_it(
    admin: Person, manager: Person, viewer: Person, driver: Person
) -> None:
    for person in (manager, viewer, driver, admin.with_key()):
        assert person.post("/api/archives").status == 403
    assert admin.post("/api/archives").status == 201
    assert admin.post("/api/archives").status == 200
    (entry,) = admin.get("/api/audit-entries?action=export.everything_asked").json["items"]
    assert (entry["noun"], entry["username"]) == ("export", "anna")
    listed = admin.get("/api/exports?operation=archive_service.create_archive").json["items"]
    assert [each["state"] for each in listed] == ["queued"]
    assert listed[0]["name"].endswith(".zip")


def test_it_is_no_list_to_be_exported(admin: Person) -> None:
    body = {"operation": "archive_service.create_archive", "query": {}}
    assert admin.post("/api/exports", json=body).status == 422


def test_who_is_no_administrator_any_more_does_not_get_it(engine: Engine, admin: Person) -> None:
    made = admin.post("/api/archives").json
    JobWorker(engine, "first").run_one()
    with engine.writing() as db:
        db.execute("UPDATE users SET role = 'manager' WHERE id = :id", {"id": admin.id})
    assert admin.get(f"/api/exports/{made['id']}/file").status == 403


def test_an_archive_that_is_cancelled_leaves_nothing(
    engine: Engine, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = admin.post("/api/archives").json

    def cancelled(*_: Any) -> Any:
        admin.post(f"/api/jobs/{made['job_id']}/cancellation")
        raise Conflict("It was not wanted.")

    monkeypatch.setattr(archive_contents, "_photos", cancelled)
    JobWorker(engine, "first").run_one()
    assert list(engine.files.passing()) == []
