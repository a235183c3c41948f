"""SQLite's errors in the words of the domain."""

from __future__ import annotations

import re

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

from errors import Invalid, StorageFull, TooLarge, Unavailable
from storage.engines.base import BUSY_SENTENCE, UNSTORABLE_SENTENCE, IntegrityError

# Result codes of https://sqlite.org/rescode.html
BUSY = 5
LOCKED = 6
READONLY = 8
IOERR = 10
CORRUPT = 11
FULL = 13
CANTOPEN = 14
TOOBIG = 18
NOTADB = 26
DAMAGED = {CORRUPT, NOTADB}
BROKEN = {READONLY, IOERR, CORRUPT, CANTOPEN, NOTADB}

# By message, because pysqlite3 tells only the primary code.
CONSTRAINT_KINDS = {
    "UNIQUE constraint failed": "unique",
    "CHECK constraint failed": "check",
    "NOT NULL constraint failed": "not_null",
    "FOREIGN KEY constraint failed": "foreign_key",
    "cannot store": "datatype",
}
NAMED_COLUMNS = re.compile(r"constraint failed: ((?:\w+\.\w+(?:, )?)+)$")
NAMED_INDEX = re.compile(r"constraint failed: index '([^']+)'$")
NAMED_CHECK = re.compile(r"^CHECK constraint failed: (\w+)$")
DATATYPE_COLUMN = re.compile(r"in \w+ column (\w+)\.(\w+)$")

ERRORS = (sqlite3.Error, UnicodeError, OverflowError)


class SqliteIntegrityError(IntegrityError, sqlite3.IntegrityError):
    """Also SQLite's own, so that sqlite-utils recognises it."""


def translated(error: Exception, *, read_only: bool = False) -> Exception:
    """What to raise instead of `error`: itself where it is a mistake in the program."""
    if isinstance(error, UnicodeError | OverflowError):
        return Invalid.at("", UNSTORABLE_SENTENCE)
    if isinstance(error, IntegrityError):
        return error
    if isinstance(error, sqlite3.IntegrityError):
        return _integrity_error(str(error))
    code = code_of(error)
    if code == READONLY and read_only:
        return error
    return _by_code(code, error)


def code_of(error: Exception) -> int:
    """The primary result code."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def _by_code(code: int, error: Exception) -> Exception:
    if code in (BUSY, LOCKED):
        return Unavailable(BUSY_SENTENCE)
    if code == FULL:
        return StorageFull("The server's disk is full; nothing was saved. Free space, then repeat.")
    if code == TOOBIG:
        return TooLarge("A value is too large to be stored.")
    if code in BROKEN:
        return Unavailable(
            f"The database cannot be used ({error}); see `flask check`.", retry_after=30
        )
    return error


def _integrity_error(message: str) -> SqliteIntegrityError:
    kinds = (kind for start, kind in CONSTRAINT_KINDS.items() if message.startswith(start))
    kind = next(kinds, "trigger")
    if found := NAMED_COLUMNS.search(message):
        pairs = [pair.split(".") for pair in found[1].split(", ")]
        columns = tuple(column for _, column in pairs)
        return SqliteIntegrityError(message, kind=kind, table=pairs[0][0], columns=columns)
    if found := DATATYPE_COLUMN.search(message):
        return SqliteIntegrityError(message, kind=kind, table=found[1], columns=(found[2],))
    named = NAMED_INDEX.search(message) or NAMED_CHECK.search(message)
    return SqliteIntegrityError(message, kind=kind, constraint=named[1] if named else None)
