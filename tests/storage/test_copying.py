"""Everything goes from SQLite to PostgreSQL and back, or nothing does."""

from contextlib import closing

import psycopg
import pytest

import db
from storage import copying, migrate
from storage.copy_ends import PostgresqlEnd, SqliteEnd
from storage.engines import database_file
from storage.engines.base import Refused
from tests.kit.engines import ENGINE
from tests.migrations.populate import populate
from tests.migrations.schema_reader import read_rows

# Both engines are used by each of them: once is enough.
pytestmark = pytest.mark.skipif(ENGINE != "postgresql", reason="needs PostgreSQL")


@pytest.fixture
def file_url(tmp_path):
    """An SQLite database with a row in every table."""
    url = f"sqlite:///{tmp_path / 'office.db'}"
    migrate.upgrade(url)
    with closing(db.open_engine(url)) as engine, engine.writing() as writer:
        populate(writer)
    return url


def rows_of(url):
    with closing(db.open_engine(url)) as engine, engine.reading() as reader:
        rows = read_rows(reader)
    return {table: found for table, found in rows.items() if not table.startswith("_")}


def is_bare(url):
    """Whether no table of ours has a row."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('users')").fetchone() == (None,):
            return True
        return connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_everything_arrives_on_postgresql_and_comes_back_the_same(
    file_url, empty_database, tmp_path
):
    there = copying.copy(file_url, empty_database)
    assert rows_of(empty_database) == rows_of(file_url)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    again = copying.copy(empty_database, back)
    assert again == there
    assert there.rows == sum(map(len, rows_of(back).values()))
    assert rows_of(back) == rows_of(file_url)


def test_new_rows_get_ids_of_their_own_after_the_copy(file_url, empty_database):
    copying.copy(file_url, empty_database)
    with closing(db.open_engine(empty_database)) as engine, engine.writing() as writer:
        last = db.scalar(writer, "SELECT max(id) FROM routes")
        new = db.scalar(writer, "INSERT INTO routes (name) VALUES ('North 2') RETURNING id")
    assert new > last


def made_and_removed(url):
    """The id of a route that is no more."""
    with closing(db.open_engine(url)) as engine, engine.writing() as writer:
        gone = db.scalar(writer, "INSERT INTO routes (name) VALUES ('Gone') RETURNING id")
        writer.execute("DELETE FROM routes WHERE id = :id", {"id": gone})
    return gone


def test_ids_of_removed_rows_are_given_again_neither_there_nor_back(
    file_url, empty_database, tmp_path
):
    gone = made_and_removed(file_url)
    copying.copy(file_url, empty_database)
    later = made_and_removed(empty_database)
    assert later > gone
    back = f"sqlite:///{tmp_path / 'back.db'}"
    copying.copy(empty_database, back)
    assert made_and_removed(back) > later


def test_how_far_it_is_gets_told_table_by_table(file_url, empty_database):
    told = []
    copying.copy(file_url, empty_database, report=lambda *each: told.append(each))
    finished = {table: (done, total) for table, done, total in told}
    assert finished.keys() == rows_of(file_url).keys()
    assert all(done == total for done, total in finished.values())


def test_a_database_with_rows_is_not_copied_to(file_url, database_url):
    with closing(db.open_engine(database_url)) as engine, engine.writing() as writer:
        populate(writer)
    before = rows_of(database_url)
    with pytest.raises(Refused, match=r"is not empty, .* has rows: make an empty database"):
        copying.copy(file_url, database_url)
    assert rows_of(database_url) == before


def test_a_schema_that_a_copy_left_empty_is_copied_to(file_url, database_url):
    copying.copy(file_url, database_url)
    assert rows_of(database_url) == rows_of(file_url)


def test_a_database_of_another_program_is_left_alone(file_url, empty_database):
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE invoices (id bigint)")
    with pytest.raises(Refused, match=r"the tables of another program \(invoices\)"):
        copying.copy(file_url, empty_database)
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT to_regclass('users')").fetchone() == (None,)


def test_a_file_that_exists_is_not_copied_to(file_url, database_url):
    with pytest.raises(Refused, match=r"office\.db exists already"):
        copying.copy(database_url, file_url)


def test_two_databases_of_one_engine_are_sent_to_backup_and_restore(file_url, tmp_path):
    with pytest.raises(Refused, match="take a backup and restore it"):
        copying.copy(file_url, f"sqlite:///{tmp_path / 'other.db'}")


def test_a_database_of_an_older_version_is_upgraded_first(file_url, empty_database):
    migrate.rollback(file_url)
    with pytest.raises(Refused, match="is of an older version: run `flask db upgrade` first"):
        copying.copy(file_url, empty_database)


def test_a_database_that_is_not_there_is_named(tmp_path, empty_database):
    with pytest.raises(Refused, match=r"There is no database of CVD at .*nowhere\.db"):
        copying.copy(f"sqlite:///{tmp_path / 'nowhere.db'}", empty_database)


def test_a_file_in_use_is_not_copied(file_url, empty_database):
    with closing(db.open_engine(file_url)), pytest.raises(Refused, match="stop the server"):
        copying.copy(file_url, empty_database)


def test_a_server_database_in_use_is_not_copied(database_url, tmp_path):
    with psycopg.connect(database_url), pytest.raises(Refused, match="stop the server"):
        copying.copy(database_url, f"sqlite:///{tmp_path / 'back.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_told_without_its_password(file_url):
    with pytest.raises(Refused, match="cannot be used") as refused:
        copying.copy(file_url, "postgresql://cvd:secret@127.0.0.1:1/cvd")
    assert "secret" not in str(refused.value)


def losing(write):
    """`write`, but for the last row of the users."""

    def lossy(self, table, rows):
        rows = list(rows)
        write(self, table, rows[:-1] if table.name == "book_changes" else rows)

    return lossy


def test_a_row_lost_on_the_way_is_noticed_and_nothing_is_kept(
    file_url, empty_database, monkeypatch
):
    monkeypatch.setattr(PostgresqlEnd, "write", losing(PostgresqlEnd.write))
    with pytest.raises(Refused, match=r"nothing is kept: .* rows of book_changes were sent"):
        copying.copy(file_url, empty_database)
    assert is_bare(empty_database)


def test_a_row_lost_on_the_way_back_is_noticed_and_no_file_is_left(
    file_url, empty_database, tmp_path, monkeypatch
):
    copying.copy(file_url, empty_database)
    monkeypatch.setattr(SqliteEnd, "write", losing(SqliteEnd.write))
    back = tmp_path / "back" / "cvd.db"
    with pytest.raises(Refused, match="nothing is kept"):
        copying.copy(empty_database, f"sqlite:///{back}")
    assert list(back.parent.iterdir()) == []
    assert database_file.path_of(file_url).exists()
