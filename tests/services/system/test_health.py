"""Health: what a monitor asks, without signing in."""

import pytest

from app import create_app
from settings import Settings
from storage import migrate
from storage.engines import database_file
from tests.kit.people import Person


def ready(url):
    app = create_app(Settings(database_url=url))
    answer = Person(app).get("/api/health/ready")
    app.extensions["cvd"]["engine"].close()
    return answer


def test_it_works(visitor):
    assert visitor.get("/api/health/live").json == {"status": "ok"}
    assert visitor.get("/api/health/ready").json == {"status": "ok", "checking": False}


def test_it_is_ready_also_before_there_is_an_administrator(visitor):
    assert visitor.get("/api/setup").json["needed"] is True
    assert visitor.get("/api/health/ready").status == 200


def test_a_schema_that_is_behind_is_named(app, engine, database_url):
    app.extensions["cvd"]["engine"].close()
    engine.close()
    (last,) = migrate.rollback(database_url)
    answer = ready(database_url)
    assert answer.status == 503
    assert last in answer.json["detail"]
    assert answer.headers["Retry-After"]


def test_missing_settings_are_named(database_url):
    answer = ready(database_url)
    assert answer.status == 503
    assert "settings" in answer.json["detail"]


def test_a_missing_database_is_named(tmp_path):
    answer = ready(f"sqlite:///{tmp_path / 'absent.db'}")
    assert answer.status == 503
    assert "flask db upgrade" in answer.json["detail"]


@pytest.fixture
def path(database_url, engine_name):
    if engine_name != "sqlite":
        pytest.skip("about the file of SQLite")
    return database_file.path_of(database_url)


def test_a_check_beside_the_server_is_told(visitor, path):
    database_file.checking_mark(path).touch()
    assert visitor.get("/api/health/ready").json == {"status": "ok", "checking": True}


def test_damage_that_a_check_found_is_named(visitor, path):
    database_file.damaged_mark(path).write_text("The database is damaged (row 7).")
    answer = visitor.get("/api/health/ready")
    assert answer.status == 503
    assert "row 7" in answer.json["detail"]
    assert answer.headers["Retry-After"]
    assert visitor.get("/api/health/live").status == 200


def test_a_damaged_database_is_read_and_not_written(manager, path):
    database_file.damaged_mark(path).write_text("The database is damaged (row 7).")
    refused = manager.post("/api/products", json={"name": "Cola", "price_cents": 150})
    assert refused.status == 503
    assert "row 7" in refused.json["detail"]
    assert manager.get("/api/products").json["items"] == []


def test_the_process_is_alive_also_without_a_database(tmp_path):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/absent.db"))
    assert Person(app).get("/api/health/live").status == 200
    assert Person(app).get("/api/health/ready").status == 503
    assert Person(app).get("/api/setup").status == 503
