"""The head of the audit log, and its first seal, of a database of any version, opened or not."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import Any, LiteralString

import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import clock
from storage.audit_files import FIRST_SEAL, Head
from storage.engines import database_file
from storage.engines.base import Refused

LAST = "SELECT id, hash FROM audit_entries ORDER BY id DESC LIMIT 1"
FIRST = "SELECT id, hash FROM audit_entries ORDER BY id LIMIT 1"
# A file that is none, is damaged or has no log; a server that is away or has none.
UNKNOWN = (sqlite3.DatabaseError, psycopg.Error)


def stored_head(url: str) -> dict[str, Any] | None:
    """{"entries", "seal", "at"} as a manifest says it; None for a database without the log.

    Raises Refused for one that is damaged.
    """
    try:
        row = _asked(url, LAST)
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return None
    except sqlite3.DatabaseError as error:
        raise Refused(f"The database is damaged ({error}): see `flask check`.") from error
    entries, seal = row or (0, FIRST_SEAL)
    return asdict(Head(entries, seal, clock.now()))


def first_seal(url: str) -> str | None:
    """The seal of the first entry, which no other installation has; None where it is not known."""
    if url.startswith("sqlite:") and not database_file.path_of(url).is_file():
        return None
    try:
        row = _asked(url, FIRST)
    except UNKNOWN:
        return None
    return str(row[1]) if row else None


def _asked(url: str, sql: LiteralString) -> Any:
    if url.startswith("sqlite:"):
        with closing(sqlite3.connect(database_file.path_of(url))) as connection:
            return connection.execute(sql).fetchone()
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(sql).fetchone()
