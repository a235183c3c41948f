"""What is PostgreSQL's own: failed transactions, lost connections."""

from contextlib import suppress

import psycopg
import pytest

import db
from errors import Unavailable
from tests.kit.engines import ENGINE

only_postgresql = pytest.mark.skipif(ENGINE != "postgresql", reason="about PostgreSQL")

END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@only_postgresql
def test_a_swallowed_failure_is_never_acknowledged(engine):
    def swallow():
        with engine.writing() as writer:
            writer.execute("INSERT INTO drinks (sku) VALUES ('tea')")
            with suppress(db.IntegrityError):
                writer.execute("INSERT INTO drinks (sku) VALUES ('tea')")

    with pytest.raises(RuntimeError, match=r"db\.atomic"):
        swallow()
    with engine.reading() as reader:
        assert db.scalar(reader, "SELECT count(*) FROM drinks") == 1


@only_postgresql
def test_connections_that_died_while_idle_are_replaced(engine, url):
    with engine.reading() as reader:
        reader.execute("SELECT 1")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(END_OTHERS)
    with engine.writing() as writer:
        writer.execute("INSERT INTO drinks (sku) VALUES ('tea')")


@only_postgresql
def test_a_connection_lost_in_a_transaction_is_told(engine, url):
    def lose():
        with engine.writing() as writer:
            writer.execute("INSERT INTO drinks (sku) VALUES ('tea')")
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(END_OTHERS)
            writer.execute("INSERT INTO drinks (sku) VALUES ('milk')")

    with pytest.raises(Unavailable):
        lose()
    with engine.reading() as reader:
        assert db.scalar(reader, "SELECT count(*) FROM drinks") == 1


@only_postgresql
def test_a_server_that_is_not_there_is_refused_with_a_sentence():
    with pytest.raises(db.Refused, match="does not answer"):
        db.open_engine("postgresql://nobody@127.0.0.1:1/none")


@only_postgresql
def test_what_was_locked_within_something_undone_is_locked_again(engine):
    with engine.writing() as writer:
        with suppress(ZeroDivisionError), writer.atomic():
            writer.lock("device", 1)
            raise ZeroDivisionError
        writer.lock("device", 1)
        held = db.scalar(
            writer,
            """
            SELECT count(*) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()
            """,
        )
    assert held == 1


@only_postgresql
def test_a_server_that_takes_no_changes_any_more_is_asked_again_on_a_new_connection(engine, url):
    with engine.writing() as writer:
        writer.execute("SET default_transaction_read_only = on")

    def write():
        with engine.writing() as writer:
            writer.execute("INSERT INTO drinks (sku) VALUES ('tea')")

    with pytest.raises(Unavailable, match="takes no changes") as refused:
        write()
    assert refused.value.retry_after > 0
    write()


@only_postgresql
def test_who_writes_where_only_reading_was_asked_for_made_a_mistake(engine):
    def write():
        with engine.reading() as reader:
            reader.execute("INSERT INTO drinks (sku) VALUES ('tea')")

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        write()
