"""No id is given twice, for the audit log, files and webhooks speak of rows that are gone."""

import re
from contextlib import closing

import pytest

import db
from storage import migrate
from tests.kit.engines import ENGINE
from tests.migrations.populate import populate

# Its next id is that of the chain, and the database refuses to remove any.
OF_THEIR_OWN = {"audit_entries"}
NUMBERED = r"\bid INTEGER PRIMARY KEY\b(?! CHECK \(id = 1\))"
IDS = """
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = current_schema AND column_name = 'id' AND data_type = 'bigint'
      AND is_identity = 'NO'
"""
TABLES = "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
ROUTE = "INSERT INTO routes (name) VALUES (:name) RETURNING id"
# As an installation may have had it before: a machine that an import took back.
REMOVED = """
    INSERT INTO audit_entries (id, occurred_at, username, action, noun, noun_id, changes,
        request_id, previous_hash, hash)
    VALUES ((SELECT max(id) + 1 FROM audit_entries), '2026-01-01T00:00:00Z', 'anna',
        'device.created', 'device', 9000, '[]', '', '', '')
"""
DEVICE = """
    INSERT INTO devices (asset, name, device_type_id)
    VALUES ('M-9', '', (SELECT min(id) FROM device_types)) RETURNING id
"""


def test_every_table_that_numbers_its_rows_does_so_without_giving_an_id_again(database_url):
    """Write `id INTEGER PRIMARY KEY AUTOINCREMENT` in the migration of a new table."""
    with closing(db.open_engine(database_url)) as engine, engine.reading() as reader:
        if ENGINE == "sqlite":
            again = {
                row["name"]
                for row in reader.query(TABLES)
                if re.search(NUMBERED, row["sql"]) and "AUTOINCREMENT" not in row["sql"]
            }
        else:
            again = {row["name"] for row in reader.query(IDS)}
    assert again - OF_THEIR_OWN == set()


def test_the_id_of_a_row_that_was_removed_is_not_given_to_the_next(database_url):
    with closing(db.open_engine(database_url)) as engine:
        with engine.writing() as writer:
            first = db.scalar(writer, ROUTE, {"name": "North"})
            writer.execute("DELETE FROM routes WHERE id = :id", {"id": first})
        with engine.writing() as writer:
            assert db.scalar(writer, ROUTE, {"name": "South"}) > first


def test_rows_with_ids_of_their_own_do_not_bring_an_id_back(database_url):
    with closing(db.open_engine(database_url)) as engine, engine.writing() as writer:
        ids = [db.scalar(writer, ROUTE, {"name": name}) for name in ("North", "South")]
        writer.execute("DELETE FROM routes")
        db.insert_rows(writer, "routes", [{"id": ids[0], "name": "East"}])
        db.resume_ids(writer, ["routes"])
        assert db.scalar(writer, ROUTE, {"name": "West"}) > ids[1]


@pytest.mark.skipif(ENGINE != "sqlite", reason="PostgreSQL never gave an id again")
def test_an_upgrade_passes_over_ids_that_the_audit_log_knows(empty_database):
    migrate.upgrade(empty_database)
    migrate.rollback(empty_database, to="0042")
    with closing(db.open_engine(empty_database)) as engine, engine.writing() as writer:
        populate(writer)
        writer.execute(REMOVED)
    migrate.upgrade(empty_database)
    with closing(db.open_engine(empty_database)) as engine, engine.writing() as writer:
        assert db.scalar(writer, DEVICE) == 9001
