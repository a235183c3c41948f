"""The two ends of a copy: tables read and written row by row, whatever the engine.

Rows are tuples in the order of a table's columns, and come in the order of its key, which both
engines order alike (text by its bytes). Every name of a table or column is the schema's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

from storage.engines.base import Refused
from storage.engines.migration_backends import CONNECT_WITHIN_S
from storage.engines.others import refuse_others
from storage.engines.postgresql import SUMS_DAYS
from storage.engines.references import ordered_tables

Row = tuple[Any, ...]
AT_ONCE = 2_000
COLUMNS = "SELECT name, pk FROM pragma_table_info(:table) ORDER BY cid"
SERVER_TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = current_schema AND table_type = 'BASE TABLE'
"""
# Of each table that numbers its rows, the highest id that was ever given.
SERVER_HIGHEST = """
    SELECT table_name, pg_sequence_last_value(
        CAST(pg_get_serial_sequence(quote_ident(table_name), column_name) AS regclass)
    )
    FROM information_schema.columns
    WHERE table_schema = current_schema AND is_identity = 'YES'
"""
SET_HIGHEST = """
    SELECT setval(pg_get_serial_sequence('{table}', 'id'),
                  GREATEST(max(id), %(highest)s, 1),
                  GREATEST(max(id), %(highest)s, 0) > 0)
    FROM "{table}"
"""


class Table(NamedTuple):
    """A table of the schema: its columns in their order, and those of its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def listed(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)

    @property
    def ordered(self) -> str:
        return ", ".join(f'"{column}"' for column in self.key)


class End(Protocol):
    """One side of a copy, in one transaction."""

    def count(self, table: Table) -> int: ...

    def rows(self, table: Table) -> Iterator[Row]: ...

    def clear(self, table: Table) -> None: ...

    def write(self, table: Table, rows: Iterable[Row]) -> None: ...

    def highest_ids(self) -> dict[str, int]:
        """table -> the highest id that was given there, be its row removed or not."""

    def go_on_behind(self, highest: Mapping[str, int]) -> None:
        """Let new ids go on behind these and those that were written."""


def tables_of(connection: Any) -> list[Table]:
    """The tables of an SQLite database, each after those that it refers to."""
    return [_table(connection, name) for name in ordered_tables(connection)]


def _table(connection: Any, name: str) -> Table:
    columns = connection.execute(COLUMNS, {"table": name}).fetchall()
    key = sorted((place, column) for column, place in columns if place)
    return Table(name, tuple(column for column, _ in columns), tuple(each for _, each in key))


class SqliteEnd:
    """An SQLite file that nobody else has open."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        # Rows come in an order that keeps references, and are looked through at the end.
        self.connection.execute("PRAGMA foreign_keys = OFF")
        self.connection.execute("BEGIN")

    def count(self, table: Table) -> int:
        return int(self.connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0])

    def rows(self, table: Table) -> Iterator[Row]:
        return iter(
            self.connection.execute(
                f'SELECT {table.listed} FROM "{table.name}" ORDER BY {table.ordered}'
            )
        )

    def clear(self, table: Table) -> None:
        self.connection.execute(f'DELETE FROM "{table.name}"')

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        values = ", ".join("?" for _ in table.columns)
        self.connection.executemany(
            f'INSERT INTO "{table.name}" ({table.listed}) VALUES ({values})', rows
        )

    def highest_ids(self) -> dict[str, int]:
        return dict(self.connection.execute("SELECT name, seq FROM sqlite_sequence"))

    def go_on_behind(self, highest: Mapping[str, int]) -> None:
        own = self.highest_ids()
        self.connection.execute("DELETE FROM sqlite_sequence")
        self.connection.executemany(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
            [
                (table, max(own.get(table, 0), highest.get(table, 0)))
                for table in sorted(own.keys() | highest.keys())
            ],
        )

    def finish(self) -> None:
        """Keep what was written. Raises `Refused` where a row refers to one that is not there."""
        broken = self.connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise Refused(f"Rows of {broken[0]} refer to rows that are not there.")
        self.connection.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()


class PostgresqlEnd:
    """A PostgreSQL database that nobody else uses, in one transaction of one snapshot."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_WITHIN_S)
        self.connection.execute(SUMS_DAYS)

    def begin(self) -> None:
        """Begin the transaction. Raises `Refused` while others use the database."""
        refuse_others(self.connection)
        self.connection.autocommit = False
        self.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

    def tables(self) -> set[str]:
        """The names of all its tables but those in which migrations are kept book of."""
        names = {name for (name,) in self.connection.execute(SERVER_TABLES)}
        return {name for name in names if not name.startswith("_")}

    def count(self, table: Table) -> int:
        found = self.connection.execute(f'SELECT count(*) FROM "{table.name}"'.encode()).fetchone()
        return int(found[0]) if found else 0

    def rows(self, table: Table) -> Iterator[Row]:
        # Of a cursor with a name the server keeps the rows, and gives some at a time.
        with self.connection.cursor("copied") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(
                f'SELECT {table.listed} FROM "{table.name}" ORDER BY {table.ordered}'.encode()
            )
            yield from cursor

    def clear(self, table: Table) -> None:
        self.connection.execute(f'DELETE FROM "{table.name}"'.encode())

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({table.listed}) FROM STDIN'.encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def highest_ids(self) -> dict[str, int]:
        rows = self.connection.execute(SERVER_HIGHEST).fetchall()
        return {table: highest for table, highest in rows if highest is not None}

    def go_on_behind(self, highest: Mapping[str, int]) -> None:
        for table, _ in self.connection.execute(SERVER_HIGHEST).fetchall():
            self.connection.execute(
                SET_HIGHEST.format(table=table).encode(), {"highest": highest.get(table)}
            )

    def finish(self) -> None:
        """Keep all that was written."""
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()
