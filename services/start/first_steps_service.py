"""First steps: what an installation does once, from nothing to the first visit.

Whether a step is done is read from what there is: nobody ticks anything. The list goes when all
of it is done, or when somebody puts it away, for everybody (`settings.first_steps_hidden_at`).
"""

from __future__ import annotations

from collections.abc import Iterator

import clock
from auth import ADMIN, Actor
from contract.types import FirstStep, FirstSteps, FirstStepsHidden, FirstStepsStep
from db import Database, Engine, one, scalar
from records import trail
from services.system import backup_service

HIDDEN_AT = "SELECT first_steps_hidden_at FROM settings WHERE id = 1"
HIDE = "UPDATE settings SET first_steps_hidden_at = :at WHERE id = 1"
# Each is one step along an index, however large the fleet is.
DONE = """
    SELECT
        CASE WHEN EXISTS (SELECT 1 FROM dex_reads WHERE status IN ('baseline', 'booked'))
            THEN 1 ELSE 0 END AS audit,
        CASE WHEN EXISTS (SELECT 1 FROM products) THEN 1 ELSE 0 END AS product,
        CASE WHEN EXISTS (SELECT 1 FROM locations) THEN 1 ELSE 0 END AS location,
        CASE WHEN EXISTS (SELECT 1 FROM slots WHERE product_id IS NOT NULL)
            THEN 1 ELSE 0 END AS planogram,
        CASE WHEN EXISTS (SELECT 1 FROM routes) THEN 1 ELSE 0 END AS route,
        CASE WHEN EXISTS (SELECT 1 FROM service_orders) THEN 1 ELSE 0 END AS "order",
        CASE WHEN EXISTS (SELECT 1 FROM visits) THEN 1 ELSE 0 END AS visit,
        CASE WHEN EXISTS (SELECT 1 FROM users WHERE id > (SELECT min(id) FROM users))
            THEN 1 ELSE 0 END AS person
"""
# While no slot has a product, every device is one without a planogram.
GOES_ON_AT: dict[FirstStep, str] = {
    "planogram": "SELECT min(id) FROM devices WHERE archived_at IS NULL",
    "visit": "SELECT min(id) FROM service_orders WHERE status IN ('planned', 'in_progress')",
}
STEPS: tuple[FirstStep, ...] = (
    "audit",
    "product",
    "location",
    "planogram",
    "route",
    "order",
    "visit",
)
# Whoever keeps users has these as well, and backups, of which the database knows nothing.
STEPS_OF_ADMIN: tuple[FirstStep, ...] = (*STEPS, "person")


def get_first_steps(engine: Engine, actor: Actor) -> FirstSteps:
    """The steps that the role may take, in their order; none once they were put away."""
    with engine.reading() as db:
        if scalar(db, HIDDEN_AT) is not None:
            return {"hidden": True, "steps": []}
        steps = list(_steps(db, STEPS_OF_ADMIN if actor.role == ADMIN else STEPS))
    if actor.role == ADMIN:
        state = backup_service.get_backup_state(engine, actor)
        has_backup = state["place"] is not None or state["last_at"] is not None
        steps.append({"step": "backup", "done": has_backup, "noun_id": None})
    return {"hidden": False, "steps": steps}


def update_first_steps(db: Database, actor: Actor, *, hidden: bool) -> FirstStepsHidden:
    """Put them away for everybody, or show them again."""
    was_hidden = scalar(db, HIDDEN_AT) is not None
    if was_hidden != hidden:
        db.execute(HIDE, {"at": clock.now() if hidden else None})
        action = "first_steps.hidden" if hidden else "first_steps.shown"
        trail.record(db, actor, action=action, noun="settings", noun_id=1)
    return {"hidden": hidden}


def _steps(db: Database, names: tuple[FirstStep, ...]) -> Iterator[FirstStepsStep]:
    done = one(db, DONE) or {}
    for name in names:
        is_done = done[name] == 1
        goes_on = GOES_ON_AT.get(name)
        noun_id = None if is_done or goes_on is None else scalar(db, goes_on)
        yield {"step": name, "done": is_done, "noun_id": noun_id}
