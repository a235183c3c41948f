"""What is PostgreSQL's own: failed transactions, lost connections."""

from contextlib import suppress

import psycopg
import pytest

import db
from errors import Unavailable
from tests.engines import ENGINE

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
