"""The head of the audit log of a database that may be of any version, opened or not."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import Any

import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import clock
from audit_files import FIRST_SEAL, Head
from engines import database_file

LAST = "SELECT id, hash FROM audit_entries ORDER BY id DESC LIMIT 1"


def stored_head(url: str) -> dict[str, Any] | None:
    """{"entries", "seal", "at"} as a manifest says it; None for a database without the log."""
    try:
        row = _last_of_file(url) if url.startswith("sqlite:") else _last_of_server(url)
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return None
    entries, seal = row or (0, FIRST_SEAL)
    return asdict(Head(entries, seal, clock.now()))


def _last_of_file(url: str) -> Any:
    with closing(sqlite3.connect(database_file.path_of(url))) as connection:
        return connection.execute(LAST).fetchone()


def _last_of_server(url: str) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(LAST).fetchone()
