"""PostgreSQL: psycopg 3 behind the same verbs as SQLite."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

from errors import Unavailable
from storage.audit_files import AuditFiles
from storage.engines.base import BUSY_SENTENCE, CommitHooks, Hook, Params, Refused, Row
from storage.engines.placeholders import psycopg_names
from storage.engines.postgresql_errors import ERRORS, translated
from storage.engines.postgresql_pool import RETRY_AFTER_S, Pool
from storage.locks import Held

PATIENCE_S = 30.0
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
BEGIN_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED"
# The timeouts are in milliseconds; 0 would be for ever.
PATIENCE = "SELECT set_config('lock_timeout', %(ms)s, false)"
# This release keeps the sums of days by itself; a trigger does for the one before (0025).
SUMS_DAYS = "SELECT set_config('cvd.sums_days', 'on', false)"
PATIENCE_OF_ONE = "SELECT set_config('lock_timeout', %(ms)s, true)"
# A proxy may keep a connection whose server was made a standby.
READ_ONLY_SENTENCE = "The database server takes no changes at the moment; nothing was saved."
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"


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
        self.held = Held()

    def query(self, sql: str, params: Params | None = None) -> Iterator[Row]:
        cursor = self.conn.cursor(row_factory=dict_row)
        try:
            cursor.execute(psycopg_names(sql), {} if params is None else params)
            return iter(cursor.fetchall())
        except ERRORS as error:
            raise translated(error) from error

    def execute(self, sql: str, params: Params | None = None) -> Any:
        try:
            return self.conn.execute(psycopg_names(sql), {} if params is None else params)
        except ERRORS as error:
            raise translated(error) from error

    def executemany(self, sql: str, rows: Iterable[Params]) -> Any:
        cursor = self.conn.cursor()
        try:
            cursor.executemany(psycopg_names(sql), rows)
        except ERRORS as error:
            raise translated(error) from error
        return cursor

    @contextmanager
    def atomic(self) -> Iterator[PostgresqlDatabase]:
        with self.held.savepoint(), self.conn.transaction():
            yield self

    def lock(self, noun: str, noun_id: int | str) -> None:
        if self.held.add(noun, noun_id):
            self.execute(LOCK, {"key": f"{noun}:{noun_id}"})

    def own(self, noun: str, noun_id: int | str) -> None:
        self.held.own(noun, noun_id)

    def at_commit(self, stage: str, fn: Hook) -> Hook:
        return self.hooks.add(stage, fn)


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
                db.conn.execute(PATIENCE_OF_ONE, {"ms": str(max(1, int(patience_s * 1000)))})
            try:
                yield db
                db.hooks.run(db)
            except psycopg.errors.ReadOnlySqlTransaction as error:
                db.conn.close()
                self._pool.renew()
                raise Unavailable(READ_ONLY_SENTENCE, retry_after=RETRY_AFTER_S) from error

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
        # What the engine rendered goes on as it is (json_rows.as_json).
        connection.adapters.register_loader("json", TextLoader)
        connection.execute(PATIENCE, {"ms": str(int(self._patience_s * 1000))})
        connection.execute(SUMS_DAYS)
        connection.execute("SET idle_in_transaction_session_timeout = '5min'")
