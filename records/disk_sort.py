"""Sorting on the disk: many rows in another order, of which few are in memory at a time."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import IO, Any

import orjson

# Rows that are sorted in memory; more are sorted so many at a time, and merged.
AT_ONCE = 20_000

Row = dict[str, Any]
Key = Callable[[int, Row], Any]
Placed = tuple[Any, Row]


def in_order(rows: Iterable[Row], key: Key) -> Iterator[Row]:
    """The rows by `key(place, row)`, equal ones as they came; a row is what JSON can hold.

    `place` counts from 0. Nothing is asked for before the first row is.
    """
    numbered = enumerate(rows)
    with ExitStack() as files:
        runs: list[IO[bytes]] = []
        while run := [(key(*each), each[1]) for each in islice(numbered, AT_ONCE)]:
            run.sort(key=_first)
            if not runs and len(run) < AT_ONCE:
                yield from (row for _, row in run)
                return
            runs.append(_written(run, files))
        for _, row in heapq.merge(*map(_read, runs), key=_first):
            yield row


def _first(placed: Placed) -> Any:
    return placed[0]


def _written(run: list[Placed], files: ExitStack) -> IO[bytes]:
    file = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # closed with the others
    file.writelines(orjson.dumps(placed) + b"\n" for placed in run)
    file.seek(0)
    return file


def _read(file: IO[bytes]) -> Iterator[Placed]:
    for line in file:
        key, row = orjson.loads(line)
        yield key, row
