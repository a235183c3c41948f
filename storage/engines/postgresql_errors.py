"""PostgreSQL's errors in the words of the domain."""

from __future__ import annotations

import re

import psycopg

from errors import Invalid, StorageFull, TooLarge, Unavailable
from storage.engines.base import BUSY_SENTENCE, UNSTORABLE_SENTENCE, IntegrityError

# SQLSTATEs of https://www.postgresql.org/docs/current/errcodes-appendix.html
CONSTRAINT_KINDS = {
    "23502": "not_null",
    "23503": "foreign_key",
    "23505": "unique",
    "23514": "check",
    "P0001": "trigger",
}
# No state at all: psycopg itself refused the value, e.g. a NUL in a text.
UNSTORABLE = {None, "22003", "22021", "22P02", "22P05"}
# Serialisation, deadlock, lock time-out, cancelled by a time-out.
RETRYABLE = {"40001", "40P01", "55P03", "57014"}
DETAIL_COLUMNS = re.compile(r"^Key \((.*?)\)=\(")

ERRORS = (psycopg.Error, UnicodeError)


def translated(error: Exception) -> Exception:
    """What to raise instead of `error`: itself where it is a mistake in the program."""
    state = getattr(error, "sqlstate", None)
    if isinstance(error, UnicodeError):
        return Invalid.at("", UNSTORABLE_SENTENCE)
    if isinstance(error, psycopg.DataError) and state in UNSTORABLE:
        return Invalid.at("", UNSTORABLE_SENTENCE)
    if isinstance(error, psycopg.IntegrityError | psycopg.errors.RaiseException):
        return _integrity_error(error)
    return _by_state(state, error)


def _by_state(state: str | None, error: Exception) -> Exception:
    if state in RETRYABLE:
        return Unavailable(BUSY_SENTENCE)
    if state == "53100":
        return StorageFull(
            "The database server's disk is full; nothing was saved. Free space, then repeat."
        )
    if state == "54000":
        return TooLarge("A value is too large to be stored.")
    if isinstance(error, psycopg.OperationalError):
        return Unavailable("The database does not answer; look what was saved, then repeat.")
    return error


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
