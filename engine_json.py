"""JSON of the engine: rows that it renders itself, in half the time that dicts take.

    ITEMS = by_engine(lambda engine: json_rows(engine, {"id": "n.id"}))
    ...
    row = one(db, f"SELECT {ITEMS[db.name]} AS items FROM (SELECT … ORDER BY …) n", {...})
    return {"items": as_json(row["items"])}

What a service so answers is text; whoever wants it in Python takes the answer apart
with `outcomes.plain`. All of it is put together once, of words in the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

POSTGRESQL = "postgresql"
ENGINES = ("sqlite", POSTGRESQL)


def by_engine(sql_of: Callable[[str], str]) -> dict[str, str]:
    """The SQL of each engine by its name."""
    return {engine: sql_of(engine) for engine in ENGINES}


def json_row(engine: str, columns: Mapping[str, str]) -> str:
    """SQL for a row as JSON: `{"id": "n.id"}` gives `{"id": 7}`; a value may be JSON itself."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in columns.items())
    return f"{'json_build_object' if engine == POSTGRESQL else 'json_object'}({pairs})"


def json_rows(engine: str, columns: Mapping[str, str]) -> str:
    """SQL for all rows of a group as JSON: `[{"id": 7}, …]`. Select it from an ordered subquery."""
    row = json_row(engine, columns)
    return (
        f"COALESCE(json_agg({row}), '[]')" if engine == POSTGRESQL else f"json_group_array({row})"
    )


def json_kept(engine: str, column: str) -> str:
    """SQL for a column of text that holds JSON."""
    return f"CAST({column} AS json)" if engine == POSTGRESQL else f"json({column})"


def as_json(text: str) -> orjson.Fragment:
    """JSON of the engine as a part of an answer."""
    return orjson.Fragment(text)
