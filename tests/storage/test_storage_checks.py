"""What is checked before CVD serves, and what it says."""

from contextlib import closing

import pytest

import db
from storage import checks, migrate
from storage.checks import Finding, check, check_content, failures
from storage.engines import database_file
from storage.engines.base import Refused
from tests.faults.damage import spoil_index
from tests.kit.engines import ENGINE

MANY_FAILURES = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
INSERT INTO login_failures (subject, failures, last_failed_at, blocked_until)
SELECT 'account:' || n, 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z' FROM numbers
"""

only_sqlite = pytest.mark.skipif(ENGINE != "sqlite", reason="about SQLite")
only_postgresql = pytest.mark.skipif(ENGINE != "postgresql", reason="about PostgreSQL")


@pytest.fixture
def path(database_url):
    return database_file.path_of(database_url)


def found(url, name):
    (finding,) = (finding for finding in check(url) if finding.name == name)
    return finding


def leave_a_log(url, path):
    """As a kill does."""
    log = path.with_name(path.name + "-wal")
    with closing(db.open_engine(url)) as engine:
        with engine.writing() as writer:
            writer.execute("INSERT INTO routes (name) VALUES ('North')")
        left = log.read_bytes()
    log.write_bytes(left)


@only_sqlite
def test_a_sound_database_passes_everything(database_url):
    assert {finding.level for finding in check(database_url)} == {"ok"}


@only_sqlite
def test_it_can_be_checked_beside_a_running_server(database_url):
    with closing(db.open_engine(database_url)) as engine, engine.writing() as writer:
        writer.execute("UPDATE products SET name = 'x'")
        assert failures(check(database_url)) == []
        assert "full check" not in {finding.name for finding in check(database_url)}


@only_sqlite
def test_a_missing_database_is_told(tmp_path):
    (finding,) = check(f"sqlite:///{tmp_path}/none.db")
    assert finding.level == "failure"
    assert "flask db upgrade" in finding.message


def test_pending_migrations_are_told(database_url):
    migrate.rollback(database_url)
    finding = found(database_url, "migrations")
    assert finding.level == "failure"
    assert "(pending)" in finding.message


@only_sqlite
def test_a_damaged_database_is_told(database_url, path):
    spoil_index(path)
    (finding,) = failures(check(database_url))
    assert "flask restore" in finding.message


@only_sqlite
def test_a_file_that_is_no_database_is_told(database_url, path):
    path.write_bytes(b"no database" * 1000)
    assert "quick check" in {finding.name for finding in failures(check(database_url))}


@only_sqlite
def test_after_an_unclean_stop_it_looks_at_everything_once(database_url, path):
    leave_a_log(database_url, path)
    with closing(db.open_engine(database_url)):
        pass  # a short command opens and closes it before the server starts
    names = {finding.name for finding in check(database_url)}
    assert {"full check", "references"} <= names
    assert "full check" not in {finding.name for finding in check(database_url)}


@only_sqlite
def test_a_failed_full_check_is_repeated_until_it_passes(database_url, path):
    database_file.unchecked_mark(path).touch()
    spoil_index(path)
    assert failures(check(database_url))
    assert failures(check(database_url))
    assert database_file.unchecked_mark(path).exists()


@only_sqlite
def test_damage_is_remembered_until_a_check_finds_none(database_url, path):
    sound = path.read_bytes()
    spoil_index(path)
    (finding,) = failures(check(database_url))
    assert failures(check(database_url, content=False)) == [
        Finding("last check", "failure", finding.message)
    ]
    path.write_bytes(sound)
    assert failures(check(database_url, content=False)) != []
    assert failures(check(database_url)) == []
    assert failures(check(database_url, content=False)) == []


@only_sqlite
def test_a_damaged_database_is_not_upgraded_into_a_whole_one(database_url, path):
    migrate.rollback(database_url)
    database_file.damaged_mark(path).write_text("The database is damaged (row 7).")
    with pytest.raises(Refused, match="row 7"):
        migrate.upgrade(database_url)


@only_sqlite
def test_a_check_that_nobody_wants_any_more_says_nothing_of_the_database(database_url, path):
    with closing(db.open_engine(database_url)) as engine, engine.writing() as writer:
        writer.execute(MANY_FAILURES, {"count": 20_000})
    (finding,) = check_content(path, is_unwanted=lambda: True)
    assert finding.level == "failure"
    assert "could not be checked" in finding.message
    assert database_file.known_damage(path) is None


@only_sqlite
def test_an_unclean_stop_is_noted_also_where_the_content_is_not_looked_at(database_url, path):
    leave_a_log(database_url, path)
    assert failures(check(database_url, content=False)) == []
    assert "full check" in {finding.name for finding in check(database_url)}


@only_sqlite
def test_a_network_file_system_is_a_failure(database_url, monkeypatch):
    monkeypatch.setattr(database_file, "file_system_of", lambda _: "cifs")
    assert found(database_url, "file system").level == "failure"


@only_sqlite
def test_an_old_sqlite_is_a_warning(database_url, monkeypatch):
    monkeypatch.setattr(checks, "is_safe_version", lambda: False)
    assert found(database_url, "version").level == "warning"


@only_sqlite
def test_a_database_that_others_can_read_is_a_warning(database_url, path):
    path.chmod(0o644)
    assert found(database_url, "permissions").level == "warning"


@only_postgresql
def test_a_server_that_may_lose_changes_is_a_warning(database_url, databases):
    assert failures(check(database_url)) == []
    assert found(database_url, "encoding").level == "ok"
    databases.set(database_url, "synchronous_commit", "off")
    assert found(database_url, "synchronous_commit").level == "warning"
    databases.set(database_url, "synchronous_commit", "on")
    assert found(database_url, "synchronous_commit").level == "ok"


@only_postgresql
def test_a_server_that_does_not_answer_is_told():
    (finding,) = check("postgresql://nobody@127.0.0.1:1/none")
    assert finding.level == "failure"
    assert "does not answer" in finding.message
