"""What happened stays as it was written: nothing of the history is changed, removed or replaced."""

from contextlib import closing

import pytest
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import db
from storage.engines.sqlite import connect
from tests.migrations.populate import populate

TABLES = ("audit_entries", "stock_moves")


@pytest.fixture
def history(engine):
    """A database with a row in every table."""
    with engine.writing() as writer:
        populate(writer)
    return engine


def rows(engine, table):
    with engine.reading() as reader:
        return list(reader.query(f"SELECT * FROM {table} ORDER BY id"))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_it_is_neither_changed_nor_removed(history, table, change):
    before = rows(history, table)
    with pytest.raises(db.IntegrityError), history.writing() as writer:
        writer.execute(change.format(table))
    assert before
    assert rows(history, table) == before


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_it_is_not_replaced_either(history, table, recursive):
    """SQLite's REPLACE passes a trigger on DELETE by where triggers do not call triggers."""
    if history.name != "sqlite":
        pytest.skip("a word of SQLite's own")
    before = rows(history, table)
    with closing(connect(history.path, timeout_s=1)) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive}")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert rows(history, table) == before
