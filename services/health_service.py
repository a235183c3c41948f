"""Health: what a monitor, or a proxy in front, asks.

Live: the process answers. Ready: work can be served, which needs a database
that answers and has the schema of this version; not an administrator.
"""

from __future__ import annotations

from functools import lru_cache

import schema
from auth import Actor
from db import Engine, Refused
from errors import Unavailable
from services import settings_service

HEALTHY = {"status": "ok"}


def get_liveness(engine: Engine, actor: Actor) -> dict[str, str]:
    """Always {"status": "ok"}."""
    return HEALTHY


def get_readiness(engine: Engine, actor: Actor) -> dict[str, str]:
    """{"status": "ok"}. Raises Unavailable, which says what is not ready."""
    _check_schema(engine.url)
    with engine.reading() as db:
        settings_service.get_settings(db, actor)
    return HEALTHY


# Only success is kept: the schema of a database in use does not go back.
@lru_cache(maxsize=8)
def _check_schema(url: str) -> None:
    try:
        pending = schema.pending(url)
    except Refused as refused:
        raise Unavailable(str(refused), retry_after=30) from refused
    if pending:
        raise Unavailable(
            f"The database lacks {', '.join(pending)}: run `flask db upgrade`.", retry_after=30
        )
