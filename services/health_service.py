"""Health: what a monitor, or a proxy in front, asks.

Live: the process answers. Ready: work can be served, which needs a database
that answers, has the schema of this version and was not found damaged; not an
administrator.
"""

from __future__ import annotations

from functools import lru_cache

import schema
from auth import Actor
from db import Engine, Refused
from engines import database_file
from errors import Unavailable
from services import settings_service

HEALTHY = {"status": "ok"}
RETRY_AFTER_S = 30


def get_liveness(engine: Engine, actor: Actor) -> dict[str, str]:
    """Always {"status": "ok"}."""
    return HEALTHY


def get_readiness(engine: Engine, actor: Actor) -> dict[str, str | bool]:
    """{"status": "ok", "checking"}. Raises Unavailable, which says what is not ready."""
    with engine.reading():
        pass  # a server that cannot be reached is told at once
    _check_schema(engine.url)
    with engine.reading() as db:
        settings_service.get_settings(db, actor)
    if schema.dialect_of(engine.url) != "sqlite":
        return {**HEALTHY, "checking": False}
    path = database_file.path_of(engine.url)
    if not path.is_file():
        raise Unavailable(database_file.moved(path), retry_after=RETRY_AFTER_S)
    if not database_file.logs_of(path)[0].is_file():
        raise Unavailable(database_file.log_moved(path), retry_after=RETRY_AFTER_S)
    # The check before the damage: what it found is told before it is over.
    checking = database_file.checking_mark(path).exists()
    if damage := database_file.known_damage(path):
        raise Unavailable(damage, retry_after=RETRY_AFTER_S)
    return {**HEALTHY, "checking": checking}


# Only success is kept: the schema of a database in use does not go back.
@lru_cache(maxsize=8)
def _check_schema(url: str) -> None:
    try:
        pending = schema.pending(url)
    except Refused as refused:
        raise Unavailable(str(refused), retry_after=RETRY_AFTER_S) from refused
    if pending:
        raise Unavailable(
            f"The database lacks {', '.join(pending)}: run `flask db upgrade`.",
            retry_after=RETRY_AFTER_S,
        )
