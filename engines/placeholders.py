"""Placeholders: the `:name` of shared SQL, as each engine binds it fastest.

Text in quotes and comments are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any

TOKENS = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | :: | :([A-Za-z_]\w*) | [%?]""",
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=4096)
def psycopg_names(sql: str) -> str:
    """`:name` and `?` as psycopg's `%(name)s` and `%s`, and a literal % doubled."""
    return TOKENS.sub(_psycopg_name, sql)


def _psycopg_name(found: re.Match[str]) -> str:
    if found[1]:
        return f"%({found[1]})s"
    return "%s" if found[0] == "?" else found[0].replace("%", "%%")


@lru_cache(maxsize=1024)
def in_order(sql: str) -> tuple[str, Callable[[Any], tuple[Any, ...]] | None]:
    """The SQL with `?` for each `:name`, and what takes the values of a row in that order.

    SQLite's module looks through all names of a statement for each value that it binds.
    None for fewer than two names, which are not worth it.
    """
    names = [name for name in TOKENS.findall(sql) if name]
    if len(names) < 2:
        return sql, None
    return TOKENS.sub(lambda found: "?" if found[1] else found[0], sql), itemgetter(*names)
