"""The example fleet: it can be built again, and loading it makes books that hold."""

import runpy
import sqlite3
import zlib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import auth
import clock
from db import open_engine, scalar
from domain import dex
from errors import Conflict
from services.books import rebuild
from services.catalogue import product_service
from services.start import example_service, example_tables
from services.system import audit_service, settings_service
from settings import Settings
from storage.engines.references import REFERENCES
from tests.records.test_search import check_search

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "cvd.db.example"
ZONE = "America/New_York"
# Kept by the runner of migrations, with the times of the build.
RUNNERS_OWN = {
    "sqlite_sequence",
    "_migration_hashes",
    "_yoyo_log",
    "_yoyo_migration",
    "_yoyo_version",
}


@pytest.fixture(scope="module")
def loaded(databases, template_url):
    """The engine of one database for all tests here, with the example in it."""
    url = databases.copy(template_url)
    engine = open_engine(url)
    with engine.writing() as db:
        settings_service.ensure(db, Settings(database_url=url, time_zone=ZONE))
    with engine.writing() as db:
        example_service.load_example(db, auth.console())
    yield engine
    engine.close()
    databases.drop(url)


def content_of(file):
    """Every row of every table, audits as the text they are."""
    connection = sqlite3.connect(file)
    names = [
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    tables = {
        name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
        for name in names
        if name not in RUNNERS_OWN
    }
    connection.close()
    for name in ("dex_contents", "quarantined_files"):
        tables[name] = [(*row[:-1], zlib.decompress(row[-1])) for row in tables[name]]
    return tables


@pytest.mark.slow
def test_building_it_again_gives_the_same_content(tmp_path, engine_name):
    if engine_name != "sqlite":
        pytest.skip("the example is an SQLite file, whatever it is loaded into")
    build = runpy.run_path(str(ROOT / "scripts" / "build_example.py"))["build"]
    build(tmp_path / "again.db")
    again, kept = content_of(tmp_path / "again.db"), content_of(EXAMPLE)
    assert again.keys() == kept.keys()
    assert [name for name in kept if again[name] != kept[name]] == []


def test_it_holds_no_people_and_no_secrets():
    content = content_of(EXAMPLE)
    for table in ("users", "sessions", "setup_tokens", "login_failures", "idempotency_keys"):
        assert content[table] == []


@pytest.fixture
def example():
    with closing(sqlite3.connect(":memory:")) as connection:
        yield connection


def test_a_table_is_copied_after_those_that_it_refers_to():
    with closing(sqlite3.connect(EXAMPLE)) as kept:
        tables = example_tables.copied(kept)
        own = example_tables.NOT_COPIED | example_tables.DERIVED
        assert set(tables) | own == set(content_of(EXAMPLE)) | example_tables.DERIVED
        assert not set(tables) & own
        for name, other in kept.execute(REFERENCES):
            if {name, other} <= set(tables):
                assert tables.index(other) <= tables.index(name)


def test_a_new_table_is_copied_without_a_word(example):
    example.execute(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id REFERENCES b (id), a_id REFERENCES a (id))"
    )
    example.execute("CREATE TABLE b (id INTEGER PRIMARY KEY, user_id REFERENCES users (id))")
    example.execute("CREATE TABLE users (id INTEGER PRIMARY KEY)")
    example.execute("CREATE TABLE _yoyo_log (id INTEGER PRIMARY KEY)")
    assert example_tables.copied(example) == ["b", "a"]


def test_it_is_24_devices_in_3_routes_over_60_days(loaded):
    with loaded.reading() as db:
        assert scalar(db, "SELECT count(*) FROM devices") == 24
        assert scalar(db, "SELECT count(*) FROM routes") == 3
        assert scalar(db, "SELECT count(*) FROM products") == 30
        first, last = db.execute("SELECT min(sold_on), max(sold_on) FROM sales").fetchone()
    assert datetime.fromisoformat(last) - datetime.fromisoformat(first) >= timedelta(days=58)


def test_it_ends_today_and_nothing_lies_in_the_future(loaded):
    today = clock.today(ZONE)
    with loaded.reading() as db:
        last_read = scalar(db, "SELECT max(read_at) FROM dex_reads")
        last_sale = scalar(db, "SELECT max(sold_on) FROM sales")
    assert last_read <= clock.now()
    # Just after midnight, the night's audits are still to come.
    yesterday = clock.local_date(clock.later(clock.now(), days=-1), ZONE)
    assert last_sale in (today, yesterday)


@pytest.mark.parametrize("hour", [3, 23])
def test_it_keeps_every_sale_on_the_local_day_of_its_audit(engine, database_url, hour, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: f"2026-03-20T{hour:02d}:30:00Z")
    with engine.writing() as db:
        settings_service.ensure(db, Settings(database_url=database_url, time_zone="Asia/Tokyo"))
        example_service.load_example(db, auth.console())
        rows = list(db.query("SELECT sold_on, closed_at FROM sales"))
    assert all(clock.local_date(row["closed_at"], "Asia/Tokyo") == row["sold_on"] for row in rows)


def test_its_audits_are_moved_with_it_and_still_whole(loaded):
    with loaded.reading() as db:
        reads = list(
            db.query(
                """
                SELECT r.id, r.status, r.read_at, r.crc, c.content FROM dex_reads r
                JOIN dex_contents c ON c.dex_read_id = r.id
                """
            )
        )
    assert len(reads) > 500
    for read in reads[::25]:
        (audit,) = dex.parse(zlib.decompress(read["content"]))
        assert audit.crc == read["crc"]
        assert audit.clock is not None
        assert clock.local_date(read["read_at"], ZONE) == audit.clock.date().isoformat()


def test_deriving_its_books_again_changes_nothing(loaded):
    with loaded.writing() as db:
        before = figures(db)
        for device in list(db.query("SELECT id FROM devices WHERE id % 6 = 0")):
            rebuild.rebuild(db, device_id=device["id"], since="1970-01-01T00:00:00Z")
        assert figures(db) == before


def figures(db):
    return [
        list(db.query("SELECT id, quantity FROM slots ORDER BY id")),
        list(db.query("SELECT count(*) AS moves, sum(quantity) AS units FROM stock_moves")),
        list(db.query("SELECT sold_on, device_id, units FROM daily_device_sales ORDER BY 1, 2")),
    ]


def test_what_is_searched_finds_it(loaded):
    with loaded.reading() as db:
        assert scalar(db, "SELECT count(*) FROM search_grams") > 0
        check_search(db)


def test_stock_is_the_sum_of_its_moves(loaded):
    with loaded.reading() as db:
        wrong = list(
            db.query(
                """
                SELECT s.id FROM slots s
                JOIN stock_moves m ON m.slot_id = s.id
                GROUP BY s.id, s.quantity
                HAVING sum(m.quantity) <> s.quantity
                """
            )
        )
    assert wrong == []


def test_something_waits_for_a_person(loaded):
    with loaded.reading() as db:
        assert scalar(db, "SELECT count(*) FROM device_metrics WHERE sold_out_slots > 0") >= 3
        assert scalar(db, "SELECT count(*) FROM device_metrics WHERE fault_count > 0") == 2
        assert (
            scalar(db, "SELECT count(*) FROM device_metrics WHERE price_difference_count > 0") == 1
        )
        assert scalar(db, "SELECT count(*) FROM dex_reads WHERE status = 'unassigned'") == 1
        assert scalar(db, "SELECT count(*) FROM dex_reads WHERE status = 'damaged'") == 1
        assert scalar(db, "SELECT count(*) FROM quarantined_files") == 1
        assert scalar(db, "SELECT count(*) FROM service_orders WHERE status = 'planned'") == 1
        assert scalar(db, "SELECT count(*) FROM service_orders WHERE status = 'in_progress'") == 1
        silent = clock.to_text(datetime.now(UTC) - timedelta(days=7))
        assert scalar(
            db, "SELECT count(*) FROM device_metrics WHERE last_read_at < :t", {"t": silent}
        )


def test_the_audit_log_tells_of_it_and_is_whole(loaded):
    with loaded.reading() as db:
        found = audit_service.get_verification(db, auth.console())
        entries = audit_service.list_audit_entries(
            db, auth.console(), limit=2, action="example.loaded"
        )["items"]
    assert found["ok"]
    assert [entry["username"] for entry in entries] == ["console"]


def test_new_things_get_new_ids_behind_it(loaded):
    with loaded.writing() as db:
        highest = scalar(db, "SELECT max(id) FROM products")
        made = product_service.create_product(
            db, auth.console(), name="New", category="", price_cents=100, case_size=1
        )
    assert made["id"] > highest


def test_it_is_refused_where_there_is_data(loaded):
    with pytest.raises(Conflict), loaded.writing() as db:
        example_service.load_example(db, auth.console())
    with loaded.reading() as db:
        assert scalar(db, "SELECT count(*) FROM devices") == 24


def test_an_administrator_loads_it_later_while_there_is_nothing_else(admin, manager):
    assert manager.post("/api/example-fleet").status == 403
    loaded = admin.post("/api/example-fleet")
    assert (loaded.status, loaded.json["devices"]) == (201, 24)
    assert len(manager.get("/api/devices").json["items"]) == 24
    again = admin.post("/api/example-fleet", headers={"Idempotency-Key": "again"})
    assert again.status == 409
    assert "only for an empty database" in again.json["detail"]
