"""PostgreSQL: psycopg 3 behind the same verbs as SQLite."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

import watch
from errors import Unavailable
from storage.audit_files import AuditFiles
from storage.backups.plan import BackupPlan
from storage.engines.base import BUSY_SENTENCE, CommitHooks, Hook, Params, Refused, Row
from storage.engines.placeholders import psycopg_names
from storage.engines.postgresql_errors import ERRORS, translated
from storage.engines.postgresql_pool import RETRY_AFTER_S, Pool
from storage.files.store import Store, open_store
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


class Statement:
    """Around one statement: its errors in our words, and its time to whoever watches."""

    __slots__ = ("_began", "_sql")

    def __init__(self, sql: str) -> None:
        self._sql = sql

    def __enter__(self) -> None:
        self._began = perf_counter() if watch.statement else 0.0

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if self._began and watch.statement:
            watch.statement(self._sql, self._began, perf_counter())
        if isinstance(error, ERRORS):
            raise translated(error) from error


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
        with Statement(sql):
            cursor.execute(psycopg_names(sql), {} if params is None else params)
            return iter(cursor.fetchall())

    def execute(self, sql: str, params: Params | None = None) -> Any:
        with Statement(sql):
            return self.conn.execute(psycopg_names(sql), {} if params is None else params)

    def executemany(self, sql: str, rows: Iterable[Params]) -> Any:
        cursor = self.conn.cursor()
        with Statement(sql):
            cursor.executemany(psycopg_names(sql), rows)
        return cursor

    @contextmanager
    def atomic(self) -> Iterator[PostgresqlDatabase]:
        with self.held.savepoint(), self.conn.transaction():
            yield self

    def lock(self, noun: str, noun_id: int | str) -> None:
        if self.held.add(noun, noun_id):
            asked = perf_counter()
            self.execute(LOCK, {"key": f"{noun}:{noun_id}"})
            watch.waited("lock", perf_counter() - asked)

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
        files: Store | None = None,
    ) -> None:
        self.url = url
        self.audit = audit or AuditFiles(url)
        self.files = files or open_store(url, None)
        self.backups = BackupPlan()
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
        with self._transaction("reading", BEGIN_READING) as db:
            yield db

    @contextmanager
    def writing(self, *, patience_s: float | None = None) -> Iterator[PostgresqlDatabase]:
        with self._transaction("writing", BEGIN_WRITING) as db:
            if patience_s is not None:
                db.conn.execute(PATIENCE_OF_ONE, {"ms": str(max(1, int(patience_s * 1000)))})
            try:
                yield db
                db.hooks.run(db)
            except psycopg.errors.ReadOnlySqlTransaction as error:
                db.conn.close()
                self._pool.renew()
                raise Unavailable(READ_ONLY_SENTENCE, retry_after=RETRY_AFTER_S) from error

    @property
    def connections_in_use(self) -> int:
        """How many connections transactions have at this moment."""
        return self._pool.in_use

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _transaction(self, kind: str, begin: str) -> Iterator[PostgresqlDatabase]:
        if getattr(self._in_use, "transaction", False):
            raise RuntimeError("a transaction is already open in this thread")
        self._in_use.transaction = True
        began = perf_counter()
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
            if watch.transaction:
                watch.transaction(kind, began, perf_counter())

    def _begin(self, begin: str) -> psycopg.Connection[Any]:
        """A connection in a transaction; one that died while idle is passed over."""
        while True:
            asked = perf_counter()
            connection = self._pool.take(self._patience_s)
            watch.waited("connection", perf_counter() - asked)
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
