"""PostgreSQL: psycopg 3 and its pool behind the same verbs as SQLite."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
import psycopg_pool
from psycopg.adapt import Loader
from psycopg.rows import dict_row

from engines.base import CommitHooks, IntegrityError, Params, Refused, Row
from errors import Invalid, StorageFull, TooLarge, Unavailable

PATIENCE_S = 30.0
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
BEGIN_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"

TOKENS = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | :: | :([A-Za-z_]\w*) | %""",
    re.VERBOSE | re.DOTALL,
)
CONSTRAINT_KINDS = {
    "23502": "not_null",
    "23503": "foreign_key",
    "23505": "unique",
    "23514": "check",
    "P0001": "trigger",
}
UNSTORABLE = {None, "22003", "22021", "22P02", "22P05"}
DETAIL_COLUMNS = re.compile(r"^Key \((.*?)\)=\(")


@lru_cache(maxsize=4096)
def placeholders(sql: str) -> str:
    """`:name` as psycopg's `%(name)s` and a literal % doubled, text and comments left alone."""
    return TOKENS.sub(_placeholder, sql)


def _placeholder(found: re.Match[str]) -> str:
    return f"%({found[1]})s" if found[1] else found[0].replace("%", "%%")


class NumericLoader(Loader):
    """sum() of bigint is numeric here and an integer on SQLite: give the same to both."""

    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


class PostgresqlDatabase:
    """`db` on PostgreSQL."""

    name = "postgresql"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.conn = connection
        self.hooks = CommitHooks()

    def query(self, sql: str, params: Params | None = None) -> Iterator[Row]:
        cursor = self.conn.cursor(row_factory=dict_row)
        try:
            cursor.execute(placeholders(sql), {} if params is None else params)
            return iter(cursor.fetchall())
        except (psycopg.Error, UnicodeError) as error:
            raise translated(error) from error

    def execute(self, sql: str, params: Params | None = None) -> Any:
        try:
            return self.conn.execute(placeholders(sql), {} if params is None else params)
        except (psycopg.Error, UnicodeError) as error:
            raise translated(error) from error

    def executemany(self, sql: str, rows: Iterable[Params]) -> Any:
        cursor = self.conn.cursor()
        try:
            cursor.executemany(placeholders(sql), rows)
        except (psycopg.Error, UnicodeError) as error:
            raise translated(error) from error
        return cursor

    @contextmanager
    def atomic(self) -> Iterator[PostgresqlDatabase]:
        with self.conn.transaction():
            yield self

    def lock(self, noun: str, noun_id: int | str) -> None:
        self.execute(LOCK, {"key": f"{noun}:{noun_id}"})

    def at_commit(self, key: str, fn: Callable[[Any], None]) -> None:
        self.hooks.add(key, fn)


class PostgresqlEngine:
    """An open PostgreSQL database: a pool of at most `pool_size` connections."""

    name = "postgresql"

    def __init__(self, url: str, *, patience_s: float = PATIENCE_S, pool_size: int = 16) -> None:
        self.url = url
        self._patience_s = patience_s
        self._in_use = threading.local()
        self._pool: psycopg_pool.ConnectionPool[psycopg.Connection[Any]] = (
            psycopg_pool.ConnectionPool(
                url,
                min_size=0,
                max_size=pool_size,
                timeout=patience_s,
                kwargs={"autocommit": True},
                configure=self._configure,
                open=False,
            )
        )
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.Error as error:
            raise Refused(f"The database does not answer: {str(error).strip()}") from error
        self._pool.open()

    @contextmanager
    def reading(self) -> Iterator[PostgresqlDatabase]:
        with self._transaction(BEGIN_READING) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[PostgresqlDatabase]:
        with self._transaction(BEGIN_WRITING) as db:
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
            with self._pool.connection() as connection:
                connection.execute(begin)
                try:
                    yield PostgresqlDatabase(connection)
                except BaseException:
                    _undo(connection)
                    raise
                connection.execute("COMMIT")
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            raise translated(error) from error
        finally:
            self._in_use.transaction = False

    def _configure(self, connection: psycopg.Connection[Any]) -> None:
        connection.adapters.register_loader("numeric", NumericLoader)
        patience_ms = int(self._patience_s * 1000)
        connection.execute(f"SET lock_timeout = {patience_ms}")
        connection.execute("SET idle_in_transaction_session_timeout = '5min'")


def translated(error: Exception) -> Exception:
    """The domain's word for an error of PostgreSQL, or the error itself where it is a mistake of ours."""
    state = getattr(error, "sqlstate", None)
    if isinstance(error, UnicodeError) or (
        isinstance(error, psycopg.DataError) and state in UNSTORABLE
    ):
        return Invalid.at("", "A value cannot be stored: it is no text, or too large a number.")
    if isinstance(error, psycopg.IntegrityError | psycopg.errors.RaiseException):
        return _integrity_error(error)
    if state == "53100":
        return StorageFull(
            "The disk of the database is full; nothing was saved. Free some space and try again."
        )
    if state == "54000":
        return TooLarge("A value is too large to be stored.")
    if isinstance(error, psycopg_pool.PoolTimeout | psycopg.errors.QueryCanceled):
        return _busy()
    if isinstance(error, psycopg.OperationalError):
        if state in ("40001", "40P01", "55P03"):
            return _busy()
        return Unavailable(
            "The database does not answer; look what was saved before you repeat it."
        )
    return error


def _undo(connection: psycopg.Connection[Any]) -> None:
    # A lost connection has nothing to roll back, and the first error says more.
    if not connection.closed:
        connection.execute("ROLLBACK")


def _busy() -> Unavailable:
    return Unavailable("The database is busy with other changes; nothing was saved. Try again.")


def _integrity_error(error: psycopg.Error) -> IntegrityError:
    detail = DETAIL_COLUMNS.match(error.diag.message_detail or "")
    columns = tuple(detail[1].split(", ")) if detail else ()
    if error.diag.column_name:
        columns = (error.diag.column_name,)
    return IntegrityError(
        error.diag.message_primary or str(error),
        kind=CONSTRAINT_KINDS.get(error.sqlstate or "", "check"),
        table=error.diag.table_name,
        columns=columns,
        constraint=error.diag.constraint_name,
    )
