"""A bare WSGI function: the SQL and the JSON of recorded requests, and nothing else.

    python -m bench.bare PORT DATABASE RECORDINGS

No routing, role, validation, headers, log or rule: it reads the JSON, runs the
statements that the application ran (the look-up of the session is one of them)
in one transaction, makes a dict of each row that the application makes one of,
and writes the JSON. On the same server, with the same settings of SQLite.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import orjson
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

from bench.recording import Recorded, load
from storage.engines.sqlite import PRAGMAS

Start = Callable[[str, list[tuple[str, str]]], Any]


class Bare:
    """Answers by the one recording of a request, or by the next of several."""

    def __init__(self, database: str, recordings: dict[str, list[Recorded]]) -> None:
        self._connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            self._connection.execute(pragma)
        self._recordings: dict[str, Iterator[Recorded]] = {
            key: iter(found) if len(found) > 1 else repeat(found[0])
            for key, found in recordings.items()
        }

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        key = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        if environ["QUERY_STRING"]:
            key += "?" + environ["QUERY_STRING"]
        if environ["REQUEST_METHOD"] != "GET":
            orjson.loads(environ["wsgi.input"].read())
        recorded = next(self._recordings[key])
        self._run(recorded)
        content = orjson.dumps(recorded.answer)
        start(
            "200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        )
        return [content]

    def _run(self, recorded: Recorded) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE" if recorded.writes else "BEGIN")
        for verb, sql, values in recorded.statements:
            if verb == "executemany":
                connection.executemany(sql, values)
                continue
            cursor = connection.execute(sql, values or ())
            if verb == "query":
                names = [column[0] for column in cursor.description or ()]
                for row in cursor:
                    dict(zip(names, row, strict=True))
            else:
                cursor.fetchall()
        connection.execute("COMMIT")


def _loaded() -> Bare:
    return Bare(sys.argv[2], load(Path(sys.argv[3])))


def main() -> None:
    Granian(
        "bench.bare",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=1,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=_loaded, wrap_loader=False)


if __name__ == "__main__":
    main()
