"""Paging: lists by keyset, so that page 400 costs what page 1 costs.

A cursor holds the sort key and the id of the last row; the next page begins
behind it. Rows that come or go meanwhile shift nothing.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import orjson

from db import Database, scalar, where
from errors import Invalid
from records.json_rows import as_json

LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
DIGITS = re.compile("[0-9]+")
FROM = re.compile(r"[()]|\bFROM\b")
MOST_COUNTED = 10_000
# For who has to know how many there are, however long that takes.
ALL_COUNTED = 2**40
# What stands for MOST_COUNTED within `all_counted`.
_most: ContextVar[int | None] = ContextVar("most_counted", default=None)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: `key` never null (use COALESCE), `tie` unique, both ascending or both not.

    `number` says that the key is a number; otherwise it is text. PostgreSQL refuses to
    compare one with the other, so a cursor of another list must be noticed before.
    """

    key: str
    tie: str
    descending: bool = False
    number: bool = False

    @property
    def clause(self) -> str:
        direction = "DESC" if self.descending else "ASC"
        return f"ORDER BY {self.key} {direction}, {self.tie} {direction}"

    @property
    def behind(self) -> str:
        """The rows behind a cursor."""
        return f"({self.key}, {self.tie}) {'<' if self.descending else '>'} (:page_key, :page_id)"


def page(
    db: Database,
    select: str,
    *,
    sort: Sort,
    limit: int,
    cursor: str | None,
    conditions: Mapping[str, bool] | None = None,
    params: Mapping[str, Any] | None = None,
    is_rendered: bool = False,
    counted: bool = False,
    most_counted: int | None = None,
) -> dict[str, Any]:
    """One page as {"items", "next_cursor"}; where it is `counted`, with the "total" of all pages.

    `select` is what follows SELECT, up to WHERE: "p.id, p.name FROM products p". Where it
    `is_rendered`, it gives each item as JSON of the engine, called `item` (json_rows.py).
    Raises Invalid for a cursor that this list did not give.
    """
    found = _page(db, select, sort, limit, cursor, conditions or {}, params or {}, is_rendered)
    if counted:
        most = most_counted or _most.get() or MOST_COUNTED
        found["total"] = _total(db, select, sort, conditions or {}, params or {}, most)
    return found


@contextmanager
def all_counted() -> Iterator[None]:
    """Within it lists that are counted say how many rows they have, however many these are."""
    before = _most.set(ALL_COUNTED)
    try:
        yield
    finally:
        _most.reset(before)


def _page(
    db: Database,
    select: str,
    sort: Sort,
    limit: int,
    cursor: str | None,
    conditions: Mapping[str, bool],
    params: Mapping[str, Any],
    is_rendered: bool,
) -> dict[str, Any]:
    key, last_id = (None, None) if cursor is None else _decoded(cursor, sort)
    clause = where({**conditions, sort.behind: cursor is not None})
    sql = (
        f"SELECT {sort.key} AS page_key, {sort.tie} AS page_id, {select} "
        f"{clause} {sort.clause} LIMIT CAST(:page_limit AS bigint)"
    )
    asked = {**params, "page_key": key, "page_id": last_id, "page_limit": limit + 1}
    if is_rendered:
        return _rendered(db.execute(sql, asked).fetchall(), limit)
    rows = list(db.query(sql, asked))
    more = len(rows) > limit
    del rows[limit:]
    last = rows[-1] if more else None
    next_cursor = _encoded(last["page_key"], last["page_id"]) if last else None
    for row in rows:
        del row["page_key"], row["page_id"]
    return {"items": rows, "next_cursor": next_cursor}


def _rendered(rows: Sequence[tuple[Any, Any, str]], limit: int) -> dict[str, Any]:
    """A page of rows that hold a key, an id and JSON; a dict of each would cost as much again."""
    items = [as_json(item) for _, _, item in rows[:limit]]
    if len(rows) <= limit:
        return {"items": items, "next_cursor": None}
    last_key, last_id, _ = rows[limit - 1]
    return {"items": items, "next_cursor": _encoded(last_key, last_id)}


def _total(
    db: Database,
    select: str,
    sort: Sort,
    conditions: Mapping[str, bool],
    params: Mapping[str, Any],
    most: int,
) -> dict[str, Any]:
    """The rows of all pages, up to `most`: {"count", "more"}."""
    counted = scalar(
        db,
        f"""
        SELECT count(*) FROM (
            SELECT {sort.tie} AS page_id {_source(select)} {where(conditions)}
            LIMIT CAST(:page_most AS bigint)
        ) AS counted
        """,
        {**params, "page_most": most + 1},
    )
    return {"count": min(counted, most), "more": counted > most}


@lru_cache(maxsize=64)
def _source(select: str) -> str:
    """What rows are taken from: a select without its columns, in which further selects stand."""
    depth = 0
    for found in FROM.finditer(select):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0 and found[0] == "FROM":
            return select[found.start() :]
    raise ValueError(f"No FROM in {select!r}")


def like(words: str) -> str:
    """A LIKE pattern (with ESCAPE '\\') that finds `words` anywhere, the case of A to Z aside."""
    escaped = folded(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def folded(words: str) -> str:
    """As lower() of both engines, which is of A to Z only."""
    return words.translate(LOWER)


def natural(words: str) -> str:
    """What a text is ordered by when numbers in it count by their value: M00/2 before M00/10."""
    return DIGITS.sub(_by_value, folded(words))


def _by_value(found: re.Match[str]) -> str:
    digits = found[0].lstrip("0")
    return f"{len(digits):02d}{digits}"


def _encoded(key: Any, last_id: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([key, last_id])).decode().rstrip("=")


def _decoded(cursor: str, sort: Sort) -> tuple[Any, Any]:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        match orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True)):
            case [bool(), _] | [_, bool()]:
                pass  # which Python takes for integers
            case [int() | float() as key, int() as last_id] if sort.number:
                return key, last_id
            case [str() as key, int() as last_id] if not sort.number:
                return key, last_id
    except ValueError:  # neither base64 nor JSON
        pass
    raise Invalid.at("/query/cursor", "is not a cursor of this list")
