"""Recordings: the SQL that requests run in the application, for bench/bare.py to run again.

Recorded are the statements with their values and the answer. Requests that write
are recorded in order on a copy of the database, so that the same statements fit
another copy in the same order.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app import create_app
from settings import Settings
from storage.engines.sqlite_database import SqliteDatabase

Statement = tuple[str, str, Any]
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
WRITING = {"INSERT", "UPDATE", "DELETE"}


@dataclass(frozen=True)
class Asked:
    """A request: `body` None for a GET."""

    method: str
    path: str
    body: Any = None

    @property
    def key(self) -> str:
        """What a recording of it is kept under."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Recorded:
    """What a request ran and answered; a statement is its verb, its text and its values."""

    statements: list[Statement]
    answer: Any
    writes: bool


class Recorder:
    """Somebody signed in at an application of its own over a database."""

    def __init__(self, database: Path, token: str) -> None:
        self._app = create_app(Settings(database_url=f"sqlite:///{database}", time_zone="UTC"))
        self._client = self._app.test_client()
        self._client.set_cookie("cvd_session", token)
        # The first request opens the database, which is no part of a request.
        self._client.get("/api/auth/me")

    def ask(self, asked: Asked) -> Recorded:
        """Carry the request out. Raises ValueError when it is refused."""
        with _watched() as statements:
            response = self._client.open(asked.path, method=asked.method, json=asked.body)
        if response.status_code >= 300:
            raise ValueError(f"{asked.method} {asked.path}: {response.text}")
        writes = any(sql.split(None, 1)[0] in WRITING for _, sql, _ in statements)
        return Recorded(statements, orjson.loads(response.data), writes)

    def close(self) -> None:
        self._app.extensions["cvd"]["engine"].close()


def save(file: Path, recordings: dict[str, list[Recorded]]) -> None:
    """Write recordings by `Asked.key`."""
    file.write_bytes(pickle.dumps(recordings))


def load(file: Path) -> dict[str, list[Recorded]]:
    """What `save` wrote."""
    loaded: dict[str, list[Recorded]] = pickle.loads(file.read_bytes())
    return loaded


@contextmanager
def _watched() -> Iterator[list[Statement]]:
    """The statements that run inside the block."""
    seen: list[Statement] = []
    originals = {
        verb: getattr(SqliteDatabase, verb) for verb in ("query", "execute", "executemany")
    }

    def watching(verb: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def run(self: SqliteDatabase, sql: str, values: Any = None) -> Any:
            if verb == "executemany":
                values = list(values)
            if not sql.startswith(TRANSACTION):
                seen.append((verb, sql, values))
            return original(self, sql, values)

        return run

    for verb, original in originals.items():
        setattr(SqliteDatabase, verb, watching(verb, original))
    try:
        yield seen
    finally:
        for verb, original in originals.items():
            setattr(SqliteDatabase, verb, original)
