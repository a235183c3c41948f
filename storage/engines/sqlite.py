"""SQLite: one writing connection, a pool of reading ones, WAL, synchronous=FULL.

The connection module is the one sqlite-utils chose (pysqlite3 where its wheel
exists), because a connection of another module makes it miss its exceptions.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from random import uniform
from time import perf_counter
from typing import Any

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import watch
from errors import StorageFull, Unavailable
from storage.audit_files import AuditFiles
from storage.backups.plan import BackupPlan
from storage.engines import database_file
from storage.engines.base import BUSY_SENTENCE, IntegrityError, Refused
from storage.engines.fair_lock import FairLock
from storage.engines.sqlite_database import SqliteDatabase
from storage.engines.sqlite_errors import BUSY, DAMAGED, code_of, translated
from storage.files.store import Store, open_store

# Before this version, two connections can corrupt a database when the
# write-ahead log is reset (https://sqlite.org/wal.html#walresetbug).
SAFE_VERSION = (3, 51, 3)
PATIENCE_S = 30.0
DAMAGED_RETRY_S = 30
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -16000",
)
# A null is no base type to the module, and to find no adapter for it costs ten times as much
# as to find one.
sqlite3.register_adapter(type(None), lambda null: null)
# After these a connection is not used again.
FAILURES = (sqlite3.Error, Unavailable, StorageFull)
READ_ONLY_PRAGMA = "PRAGMA query_only = ON"
IMPATIENT_PRAGMA = "PRAGMA busy_timeout = 0"  # the writer waits in its own way, see _patiently


def is_safe_version(version: str = sqlite3.sqlite_version) -> bool:
    return tuple(int(part) for part in version.split(".")) >= SAFE_VERSION


class LogMoved(Unavailable):
    """The log is not in its place any more; until the stop it is still to be had."""


class SqliteEngine:
    """An open SQLite database; `alone` (an unsafe SQLite) means one process, one connection."""

    name = "sqlite"

    def __init__(
        self,
        url: str,
        *,
        create: bool = False,
        patience_s: float = PATIENCE_S,
        pool_size: int = 16,
        audit: AuditFiles | None = None,
        files: Store | None = None,
    ) -> None:
        self.url = url
        self.audit = audit or AuditFiles(url)
        self.files = files or open_store(url, None)
        self.backups = BackupPlan()
        self.path = database_file.path_of(url)
        self.alone = not is_safe_version()
        database_file.refuse_network(self.path.parent)
        database_file.refuse_lost(self.path)
        if create:
            database_file.make_private(self.path)
        elif not self.path.is_file():
            raise Refused(
                f"There is no database at {self.path}: create it with `flask db upgrade`."
            )
        if self.alone:
            warnings.warn(
                f"SQLite {sqlite3.sqlite_version} is older than 3.51.3: "
                "only one process can use the database, with one connection.",
                stacklevel=2,
            )
        self._damaged_mark = database_file.damaged_mark(self.path)
        self._log_paths = database_file.logs_of(self.path)
        self._patience_s = patience_s
        self._pool_size = pool_size
        self._process_lock = database_file.FileLock(self.path, exclusive=self.alone)
        self._identity = database_file.identity(self.path)
        # Which files the log and its index are, as long as a connection of ours holds them.
        self._logs: tuple[Any, ...] | None = None
        self._opened: set[int] = set()
        self._turn = FairLock()
        self._writer: SqliteDatabase | None = None
        self._readers: list[SqliteDatabase] = []
        self._in_use = threading.local()
        self._is_closed = False
        try:
            with self._exclusively():
                pass  # switches the file to its write-ahead log
        except BaseException:
            self.close()
            raise

    def reading(self) -> AbstractContextManager[Any]:
        return self._reading_alone() if self.alone else Reading(self)

    @contextmanager
    def writing(self, *, patience_s: float | None = None) -> Iterator[SqliteDatabase]:
        self._refuse_damaged()
        self._refuse_moved()
        with self._exclusively(patience_s) as db:
            began = perf_counter()
            try:
                # IMMEDIATE takes the write lock now, not halfway through.
                self._patiently(db.conn, "BEGIN IMMEDIATE", patience_s)
                watch.waited("lock", perf_counter() - began)
                self._refuse_moved_log()
                yield db
                db.hooks.run(db)
                # Again, for it may have been long.
                self._refuse_moved()
                self._refuse_moved_log()
                db.execute("COMMIT")
            finally:
                db.hooks.clear()
                db.held.clear()
                _undo(db)
                if watch.transaction:
                    watch.transaction("writing", began, perf_counter())

    def close(self) -> None:
        """Close every idle connection; the last one also empties the write-ahead log."""
        self._is_closed = True
        while self._readers:
            self._let_go(self._readers.pop())
        if self._writer is not None:
            self._let_go(self._writer)
            self._writer = None
        self._process_lock.release()

    def _refuse_damaged(self) -> None:
        """What is written to a damaged file spreads the damage, and is gone with the restore."""
        if self._damaged_mark.exists() and (damage := database_file.known_damage(self.path)):
            raise Unavailable(damage, retry_after=DAMAGED_RETRY_S)

    def _refuse_moved(self) -> None:
        """What is written to a file that nobody can find any more is lost with the last close."""
        if database_file.identity(self.path) != self._identity:
            raise Unavailable(database_file.moved(self.path), retry_after=DAMAGED_RETRY_S)

    def _refuse_moved_log(self) -> None:
        """The same of what is written to a log without a name: the next start does not see it."""
        if self._logs is None:
            self._note_logs()
        elif self._logs != self._logs_now():
            raise LogMoved(database_file.log_moved(self.path), retry_after=DAMAGED_RETRY_S)

    def _note_logs(self) -> None:
        now = self._logs_now()
        if None not in now:
            self._logs = now

    def _logs_now(self) -> tuple[Any, ...]:
        return tuple(map(database_file.identity, self._log_paths))

    @contextmanager
    def _reading_alone(self) -> Iterator[SqliteDatabase]:
        with self._exclusively() as db:
            try:
                db.execute(READ_ONLY_PRAGMA)
                db.execute("BEGIN")
                yield db
            finally:
                _undo(db)
                db.execute("PRAGMA query_only = OFF")

    @contextmanager
    def _exclusively(self, patience_s: float | None = None) -> Iterator[SqliteDatabase]:
        """The writing connection, in turn."""
        with self._not_nested():
            asked = perf_counter()
            has_turn = self._turn.acquire(self._patience_s if patience_s is None else patience_s)
            watch.waited("turn", perf_counter() - asked)
            if not has_turn:
                raise Unavailable(BUSY_SENTENCE)
            try:
                if self._writer is None:
                    self._writer = self._connect(read_only=False)
                with self._translating(self._writer):
                    yield self._writer
            finally:
                self._turn.release()

    def _patiently(self, connection: Any, statement: str, patience_s: float | None = None) -> None:
        """Run what another process may hold up.

        SQLite's own waiting sleeps up to 100 ms, so beside a busy process it
        would rarely find the lock free: look more often.
        """
        deadline = time.monotonic() + (self._patience_s if patience_s is None else patience_s)
        while True:
            try:
                connection.execute(statement)
                return
            except sqlite3.OperationalError as error:
                if code_of(error) != BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(uniform(0.0005, 0.003))  # noqa: S311  # spreads waiters, hides nothing

    def _connect(self, *, read_only: bool) -> SqliteDatabase:
        self._refuse_moved()
        if not self._opened:
            # Whoever closed the database last has removed its log.
            self._logs = None
        connection = connect(self.path, timeout_s=self._patience_s)
        try:
            for pragma in PRAGMAS:
                self._patiently(connection, pragma)
            connection.execute(READ_ONLY_PRAGMA if read_only else IMPATIENT_PRAGMA)
        except sqlite3.Error as error:
            connection.close()
            raise translated(error) from error
        opened = SqliteDatabase(connection, read_only=read_only)
        opened.audit = self.audit
        self._opened.add(id(opened))
        if self._logs is None:
            self._note_logs()
        return opened

    @contextmanager
    def _not_nested(self) -> Iterator[None]:
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """Note that this thread has a transaction open; RuntimeError when it has one already."""
        if getattr(self._in_use, "transaction", False):
            raise RuntimeError("a transaction is already open in this thread")
        self._in_use.transaction = True

    def end(self) -> None:
        """Note that this thread has no transaction open any more."""
        self._in_use.transaction = False

    def reader(self) -> SqliteDatabase:
        """A connection that reads; give it back, or drop it."""
        try:
            return self._readers.pop()
        except IndexError:
            return self._connect(read_only=True)

    @contextmanager
    def _translating(self, db: SqliteDatabase) -> Iterator[None]:
        """Word errors that came past the verbs, and leave no connection behind that saw one."""
        try:
            yield
        except FAILURES as error:
            # Only while it is open is what was written to a log without a name not lost.
            if isinstance(error, IntegrityError | LogMoved):
                raise
            self.drop(db)
            self.note_damage(error)
            if isinstance(error, sqlite3.Error):
                raise translated(error) from error
            raise

    def note_damage(self, error: BaseException) -> None:
        """Where a request came upon damage nobody writes any more; the next check is in full."""
        told = error if isinstance(error, sqlite3.Error) else error.__cause__
        if isinstance(told, sqlite3.Error) and code_of(told) in DAMAGED:
            with suppress(OSError):
                database_file.unchecked_mark(self.path).touch(mode=0o600)
                database_file.mark_damaged(self.path, database_file.damage(str(told)))

    def keep(self, db: SqliteDatabase) -> None:
        if self._is_closed or len(self._readers) >= self._pool_size:
            self._let_go(db)
        else:
            self._readers.append(db)

    def drop(self, db: SqliteDatabase) -> None:
        if db is self._writer:
            self._writer = None
        self._let_go(db)

    def _let_go(self, db: SqliteDatabase) -> None:
        self._opened.discard(id(db))
        db.close()


class Reading:
    """One reading transaction. Every request has one, and a class costs a third of a generator."""

    __slots__ = ("_began", "_db", "_engine")

    def __init__(self, engine: SqliteEngine) -> None:
        self._engine = engine

    def __enter__(self) -> SqliteDatabase:
        engine = self._engine
        self._began = perf_counter() if watch.transaction else 0.0
        engine.begin()
        try:
            db = self._db = engine.reader()
        except BaseException:
            engine.end()
            raise
        try:
            db.execute("BEGIN")
        except BaseException:
            engine.end()
            engine.drop(db)
            raise
        return db

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        engine, db = self._engine, self._db
        if self._began and watch.transaction:
            watch.transaction("reading", self._began, perf_counter())
        engine.end()
        try:
            _undo(db)
        except sqlite3.Error as failed:
            error = failed
        if not isinstance(error, FAILURES):
            engine.keep(db)
            return
        engine.drop(db)
        engine.note_damage(error)
        if isinstance(error, sqlite3.Error):
            raise translated(error, read_only=True) from error


def connect(path: Path, *, timeout_s: float) -> Any:
    """A plain connection in which nothing begins a transaction unasked.

    To a file that is there: SQLite would make one in the place of a file that was moved.
    """
    try:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=timeout_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
    except sqlite3.Error as error:
        raise translated(error) from error


def empty_log(path: Path) -> None:
    """Empty the write-ahead log after the last process has closed the database.

    Of two that close at the same moment each may leave it to the other.
    """
    if path.is_file():
        with suppress(sqlite3.Error), closing(connect(path, timeout_s=1)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _undo(db: SqliteDatabase) -> None:
    # A full disk or a RAISE(ROLLBACK) has already ended the transaction.
    if db.conn.in_transaction:
        db.conn.execute("ROLLBACK")
