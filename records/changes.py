"""Changes: what every service does alike when it changes a row.

Versions are compared when the row is read, so that a stale change is refused
before its values are looked at, and again by the UPDATE itself, so that two
people can never both change the same version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import clock
from db import Database, IntegrityError, Row
from errors import Conflict

STALE = "Somebody else changed this meanwhile: look at what holds now, then change it again."


def check_version(current: Mapping[str, Any], version: int) -> None:
    """Conflict, with what holds now, unless `version` is that of `current`."""
    if current["version"] != version:
        raise Conflict(STALE, current=current)


def compare_and_set(
    db: Database, sql: str, params: Mapping[str, Any], *, reread: Callable[[], Row]
) -> None:
    """Run an UPDATE that names the expected version or state; Conflict when it met no row."""
    if db.execute(sql, params).rowcount == 0:
        raise Conflict(STALE, current=reread())


def archived_at(current: Row, changes: Mapping[str, Any]) -> str | None:
    """When a row was archived, after `changes` that may say `archived`."""
    return since(current["archived_at"], changes.get("archived"))


def since(was: str | None, wanted: bool | None) -> str | None:
    """The time from which something holds: unchanged, from now on, or (None) no longer."""
    if wanted is None:
        return was
    return (was or clock.now()) if wanted else None


@contextmanager
def refusing_duplicate(db: Database, index: str, sentence: str) -> Iterator[None]:
    """Conflict with `sentence` when the unique index refuses what is written inside."""
    try:
        with db.atomic():
            yield
    except IntegrityError as error:
        if error.kind == "unique" and (error.concerns(index) or index in str(error)):
            raise Conflict(sentence) from None
        raise
