"""JSON of the engine: rows that it renders itself, in half the time that dicts take.

    ITEMS = json_rows(["slot_id", "quantity"], "SELECT … WHERE cabinet_id = c.id ORDER BY …")
    ...
    row = one(db, f"SELECT {ITEMS[db.name]} AS items FROM cabinets c WHERE …", {...})
    return {"items": as_json(row["items"])}

What a service answers this way is text; `results.plain` parses it for callers in Python.
The SQL is put together once for each engine, from literals in the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

ByEngine = dict[str, str]  # the SQL of each engine, by its name
ROW = {"sqlite": "json_object", "postgresql": "json_build_object"}


def json_row(columns: Mapping[str, str | ByEngine]) -> ByEngine:
    """A row as JSON: `{"id": "n.id"}` gives `{"id": 7}`; a value may be JSON itself."""
    return {
        engine: f"{function}({', '.join(_pairs(engine, columns))})"
        for engine, function in ROW.items()
    }


def json_rows(names: Iterable[str], select: str) -> ByEngine:
    """The rows that `select` gives, as a list of objects with the columns of these names."""
    row = json_row({name: f"n.{name}" for name in names})
    return {
        "sqlite": f"(SELECT json_group_array({row['sqlite']}) FROM ({select}) n)",
        "postgresql": f"(SELECT COALESCE(json_agg({row['postgresql']}), '[]') FROM ({select}) n)",
    }


def json_group(names: Iterable[str], condition: str) -> ByEngine:
    """Of the rows `n` of a group those that the condition chooses, as in `json_rows`."""
    row = json_row({name: f"n.{name}" for name in names})
    chosen = f"FILTER (WHERE {condition})"
    return {
        "sqlite": f"json_group_array({row['sqlite']}) {chosen}",
        "postgresql": f"COALESCE(json_agg({row['postgresql']}) {chosen}, '[]')",
    }


def json_kept(column: str) -> ByEngine:
    """A column of text that holds JSON."""
    return {"sqlite": f"json({column})", "postgresql": f"CAST({column} AS json)"}


def as_json(text: str) -> orjson.Fragment:
    """JSON of the engine as a part of an answer."""
    return orjson.Fragment(text)


def _pairs(engine: str, columns: Mapping[str, str | ByEngine]) -> Iterable[str]:
    for name, value in columns.items():
        yield f"'{name}', {value if isinstance(value, str) else value[engine]}"
