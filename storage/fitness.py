"""Fitness: whether a database can serve, as far as storage can tell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import schema
from engines import database_file
from engines.base import Engine, Refused


@dataclass(frozen=True, slots=True)
class Fitness:
    """`doubt`: the sentence of why work cannot be served, None where it can; `checking`: whether
    a check of the file is under way."""

    doubt: str | None
    checking: bool


def fitness(engine: Engine) -> Fitness:
    """Whether the schema is this version's, and the file in its place and sound."""
    doubt = _doubt_of_schema(engine.url)
    if doubt or engine.name != "sqlite":
        return Fitness(doubt, checking=False)
    path = database_file.path_of(engine.url)
    if not path.is_file():
        return Fitness(database_file.moved(path), checking=False)
    if not database_file.logs_of(path)[0].is_file():
        return Fitness(database_file.log_moved(path), checking=False)
    # The check before the damage: what it found is told before it is over.
    checking = database_file.checking_mark(path).exists()
    return Fitness(database_file.known_damage(path), checking)


def _doubt_of_schema(url: str) -> str | None:
    try:
        _check_schema(url)
    except Refused as refused:
        return str(refused)
    return None


# Only success is kept: the schema of a database in use does not go back.
@lru_cache(maxsize=8)
def _check_schema(url: str) -> None:
    pending = schema.pending(url)
    if pending:
        raise Refused(f"The database lacks {', '.join(pending)}: run `flask db upgrade`.")
