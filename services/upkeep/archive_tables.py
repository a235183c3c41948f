"""What is in an archive of everything: which tables, which of their columns, and what these mean.

`archive_tables.json` says it. A table or a column that it does not name is in no archive, so a new
secret gets into none by being forgotten; a test asks that it says of each whether and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from db import Database, scalar

AT_ONCE = 2_000


class Table(NamedTuple):
    """A table that is taken along: what its rows are, its key, and what each column means."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: Mapping[str, str]


class Stated(NamedTuple):
    """What is taken along, and why the rest is not: `left_out` has tables and `table.column`s."""

    tables: tuple[Table, ...]
    left_out: Mapping[str, str]


@cache
def stated() -> Stated:
    """What archive_tables.json says."""
    read = orjson.loads(Path(__file__).with_suffix(".json").read_bytes())
    tables = tuple(
        Table(name, each["about"], tuple(each["key"]), each["columns"])
        for name, each in read["tables"].items()
    )
    columns = {
        f"{table}.{column}": why
        for table, without in read["columns_left_out"].items()
        for column, why in without.items()
    }
    return Stated(tables, {**read["left_out"], **columns})


def rows_of(db: Database, table: Table) -> Iterator[tuple[Any, ...]]:
    """Its rows in the order of its key, AT_ONCE of them held."""
    key = ", ".join(f'"{column}"' for column in table.key)
    listed = ", ".join(f'"{column}"' for column in table.columns)
    behind = ", ".join(f":key{place}" for place in range(len(table.key)))
    last: dict[str, Any] = {}
    while True:
        begin = f"WHERE ({key}) > ({behind})" if last else ""
        rows = db.execute(
            f'SELECT {key}, {listed} FROM "{table.name}" {begin} ORDER BY {key} LIMIT {AT_ONCE}',
            last,
        ).fetchall()
        for row in rows:
            yield tuple(row[len(table.key) :])
        if len(rows) < AT_ONCE:
            return
        last = {f"key{place}": rows[-1][place] for place in range(len(table.key))}


def count(db: Database, table: Table) -> int:
    """How many rows it has."""
    return int(scalar(db, f'SELECT count(*) FROM "{table.name}"'))
