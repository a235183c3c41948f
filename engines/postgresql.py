"""PostgreSQL: psycopg 3 behind the same verbs as SQLite."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

from audit_files import AuditFiles
from engines.base import BUSY_SENTENCE, CommitHooks, Hook, Params, Refused, Row
from engines.postgresql_errors import ERRORS, translated
from engines.postgresql_pool import Pool
from errors import Unavailable

PATIENCE_S = 30.0
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
BEGIN_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"

TOKENS = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | :: | :([A-Za-z_]\w*) | [%?]""",
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=4096)
def placeholders(sql: str) -> str:
    """`:name` and `?` as psycopg's `%(name)s` and `%s`, % doubled, text and comments left alone."""
    return TOKENS.sub(_placeholder, sql)


def _placeholder(found: re.Match[str]) -> str:
    if found[1]:
        return f"%({found[1]})s"
    return "%s" if found[0] == "?" else found[0].replace("%", "%%")


class NumericLoader(Loader):
    """sum() of bigint is numeric here and an integer on SQLite: give the same to both."""

    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


class PostgresqlDatabase:
    """`db` on PostgreSQL."""

    name = "postgresql"

    def __init__(self, connection: psycopg.Connection[Any], audit: AuditFiles) -> None:
        self.conn = connection
        self.audit = audit
        self.hooks = CommitHooks()

    def query(self, sql: str, params: Params | None = None) -> Iterator[Row]:
        cursor = self.conn.cursor(row_factory=dict_row)
        try:
            cursor.execute(placeholders(sql), {} if params is None else params)
            return iter(cursor.fetchall())
        except ERRORS as error:
            raise translated(error) from error

    def execute(self, sql: str, params: Params | None = None) -> Any:
        try:
            return self.conn.execute(placeholders(sql), {} if params is None else params)
        except ERRORS as error:
            raise translated(error) from error

    def executemany(self, sql: str, rows: Iterable[Params]) -> Any:
        cursor = self.conn.cursor()
        try:
            cursor.executemany(placeholders(sql), rows)
        except ERRORS as error:
            raise translated(error) from error
        return cursor

    @contextmanager
    def atomic(self) -> Iterator[PostgresqlDatabase]:
        with self.conn.transaction():
            yield self

    def lock(self, noun: str, noun_id: int | str) -> None:
        self.execute(LOCK, {"key": f"{noun}:{noun_id}"})

    def at_commit(self, key: str, fn: Hook) -> Hook:
        return self.hooks.add(key, fn)


class PostgresqlEngine:
    """A PostgreSQL database, by at most `pool_size` connections.

    It must answer `at_once`, or is first asked by the first transaction.
    """

    name = "postgresql"

    def __init__(
        self,
        url: str,
        *,
        patience_s: float = PATIENCE_S,
        pool_size: int = 16,
        at_once: bool = True,
        audit: AuditFiles | None = None,
    ) -> None:
        self.url = url
        self.audit = audit or AuditFiles(url)
        self._patience_s = patience_s
        self._in_use = threading.local()
        self._pool = Pool(url, size=pool_size, configure=self._configure)
        if at_once:
            try:
                self._pool.open_one()
            except psycopg.Error as error:
                raise Refused(f"The database does not answer: {str(error).strip()}") from error

    @contextmanager
    def reading(self) -> Iterator[PostgresqlDatabase]:
        with self._transaction(BEGIN_READING) as db:
            yield db

    @contextmanager
    def writing(self, *, patience_s: float | None = None) -> Iterator[PostgresqlDatabase]:
        with self._transaction(BEGIN_WRITING) as db:
            if patience_s is not None:
                # 0 would be for ever.
                db.conn.execute(f"SET LOCAL lock_timeout = {max(1, int(patience_s * 1000))}")
            yield db
            db.hooks.run(db)

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[PostgresqlDatabase]:
        if getattr(self._in_use, "transaction", False):
            raise RuntimeError("a transaction is already open in this thread")
        self._in_use.transaction = True
        try:
            connection = self._begin(begin)
            try:
                yield PostgresqlDatabase(connection, self.audit)
                self._commit(connection)
            finally:
                self._give_back(connection)
        except ERRORS as error:
            raise translated(error) from error
        finally:
            self._in_use.transaction = False

    def _begin(self, begin: str) -> psycopg.Connection[Any]:
        """A connection in a transaction; one that died while idle is passed over."""
        while True:
            connection = self._pool.take(self._patience_s)
            if connection is None:
                raise Unavailable(BUSY_SENTENCE)
            try:
                connection.execute(begin)
            except psycopg.OperationalError:
                died = connection.closed
                self._pool.give_back(connection)
                if not died:
                    raise
            else:
                return connection

    def _commit(self, connection: psycopg.Connection[Any]) -> None:
        # COMMIT of a transaction in which a statement failed answers ROLLBACK, without an error.
        if connection.execute("COMMIT").statusmessage != "COMMIT":
            raise RuntimeError("a failed statement was caught outside of `db.atomic()`")

    def _give_back(self, connection: psycopg.Connection[Any]) -> None:
        # A lost connection has nothing to roll back, and the first error says more.
        try:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            connection.close()
        finally:
            self._pool.give_back(connection)

    def _configure(self, connection: psycopg.Connection[Any]) -> None:
        connection.adapters.register_loader("numeric", NumericLoader)
        # What the engine rendered goes on as it is (engine_json.as_json).
        connection.adapters.register_loader("json", TextLoader)
        patience_ms = int(self._patience_s * 1000)
        connection.execute(f"SET lock_timeout = {patience_ms}")
        connection.execute("SET idle_in_transaction_session_timeout = '5min'")
