"""A page of a database spoilt, in a place that nobody comes by."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

PAGE = 4096
# Only a list in the order of prices walks it, only a product writes to it.
INDEX = "products_price"


def spoil_index(path: Path) -> None:
    """Overwrite the first page of an index, whose database nobody has open."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (INDEX,))
        page = row.fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\x55" * PAGE)
