"""The database of a transaction on SQLite: what runs its statements.

A service knows it as `db`; the engine that opens it is sqlite.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from time import perf_counter
from typing import Any

import sqlite_utils

import watch
from storage.audit_files import AuditFiles
from storage.engines.base import CommitHooks, Hook, Params, Row
from storage.engines.placeholders import in_order
from storage.engines.sqlite_errors import ERRORS, translated
from storage.locks import Held


class SqliteDatabase(sqlite_utils.Database):
    """`db` on SQLite: sqlite-utils with direct verbs, plus locks and commit hooks."""

    name = "sqlite"
    audit: AuditFiles

    def __init__(self, connection: Any, *, read_only: bool = False) -> None:
        super().__init__(connection, recursive_triggers=False, execute_plugins=False)
        self.read_only = read_only
        self.hooks = CommitHooks()
        self.held = Held()

    def query(self, sql: str, params: Any = None) -> Iterator[Row]:  # type: ignore[override]
        """Without sqlite-utils' savepoint around each query, which costs more than a short one."""
        if self._tracer:
            self._tracer(sql, params)
        began = perf_counter() if watch.statement else 0.0
        try:
            cursor = self.conn.execute(sql, () if params is None else params)
            keys = [column[0] for column in cursor.description or ()]
            # Without a loop of Python over the rows, which costs a tenth of a long answer.
            return map(dict, map(zip, repeat(keys), cursor.fetchall()))
        except ERRORS as error:
            raise translated(error, read_only=self.read_only) from error
        finally:
            if began and watch.statement:
                watch.statement(sql, began, perf_counter())

    def execute(self, sql: str, params: Any = None) -> Any:
        if self._tracer:
            self._tracer(sql, params)
        began = perf_counter() if watch.statement else 0.0
        try:
            return self.conn.execute(sql, () if params is None else params)
        except ERRORS as error:
            raise translated(error, read_only=self.read_only) from error
        finally:
            if began and watch.statement:
                watch.statement(sql, began, perf_counter())

    def executemany(self, sql: str, rows: Iterable[Params]) -> Any:
        if self._tracer:
            self._tracer(sql, None)
        sql, values = in_order(sql)
        began = perf_counter() if watch.statement else 0.0
        try:
            return self.conn.executemany(sql, rows if values is None else map(values, rows))
        except ERRORS as error:
            raise translated(error, read_only=self.read_only) from error
        finally:
            if began and watch.statement:
                watch.statement(sql, began, perf_counter())

    @contextmanager
    def atomic(self) -> Iterator[SqliteDatabase]:
        with self.held.savepoint(), super().atomic():
            yield self

    def lock(self, noun: str, noun_id: int | str) -> None:
        """Nothing to wait for: whoever writes on SQLite already writes alone."""
        self.held.add(noun, noun_id)

    def own(self, noun: str, noun_id: int | str) -> None:
        self.held.own(noun, noun_id)

    def at_commit(self, stage: str, fn: Hook) -> Hook:
        return self.hooks.add(stage, fn)
