"""Health: what a monitor, or a proxy in front, asks.

Live: the process answers. Ready: work can be served, which needs a database
that answers, has the schema of this version and was not found damaged; not an
administrator.
"""

from __future__ import annotations

from auth import Actor
from db import Engine, fitness
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
    fit = fitness(engine)
    if fit.doubt:
        raise Unavailable(fit.doubt, retry_after=RETRY_AFTER_S)
    with engine.reading() as db:
        settings_service.get_settings(db, actor)
    return {**HEALTHY, "checking": fit.checking}
