"""First steps: what an installation does once, from nothing to the first visit.

Whether a step is done is read from what there is: nobody ticks anything. The list goes when all
of it is done, or when somebody puts it away, for everybody (`settings_service` keeps that).
"""

from __future__ import annotations

from collections.abc import Iterator

import clock
from auth import ADMIN, Actor
from contract.types import FirstStep, FirstSteps, FirstStepsHidden, FirstStepsStep
from db import Database, Engine, one, scalar
from records import trail
from services.fleet.open_orders import ORDER_IS_OPEN
from services.system import backup_service, settings_service

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
FIRST_DEVICE = "SELECT min(id) FROM devices WHERE archived_at IS NULL"
FIRST_OPEN_ORDER = f"SELECT min(o.id) FROM service_orders o WHERE {ORDER_IS_OPEN}"
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
        if settings_service.first_steps_hidden_at(db) is not None:
            return {"hidden": True, "steps": []}
        steps = list(_steps(db, STEPS_OF_ADMIN if actor.role == ADMIN else STEPS))
    if actor.role == ADMIN:
        state = backup_service.get_backup_state(engine, actor)
        has_backup = state["place"] is not None or state["last_at"] is not None
        steps.append({"step": "backup", "done": has_backup, "noun_id": None})
    return {"hidden": False, "steps": steps}


def update_first_steps(db: Database, actor: Actor, *, hidden: bool) -> FirstStepsHidden:
    """Put them away for everybody, or show them again."""
    was_hidden = settings_service.first_steps_hidden_at(db) is not None
    if was_hidden != hidden:
        settings_service.keep_first_steps_hidden(db, at=clock.now() if hidden else None)
        action = "first_steps.hidden" if hidden else "first_steps.shown"
        trail.record(db, actor, action=action, noun="settings", noun_id=1)
    return {"hidden": hidden}


def _steps(db: Database, names: tuple[FirstStep, ...]) -> Iterator[FirstStepsStep]:
    done = one(db, DONE) or {}
    for name in names:
        is_done = done[name] == 1
        yield {
            "step": name,
            "done": is_done,
            "noun_id": None if is_done else _goes_on_at(db, name),
        }


def _goes_on_at(db: Database, name: FirstStep) -> int | None:
    """Where a step is taken that is about one thing that is there already."""
    found: int | None = None
    if name == "planogram":
        found = scalar(db, FIRST_DEVICE)
    elif name == "visit":
        found = scalar(db, FIRST_OPEN_ORDER)
    return found
