"""Backups: which there are, and whether any are made at all."""

from __future__ import annotations

from typing import Any

import clock
from auth import Actor
from db import Engine, Refused, listed_backups, state_of_backups
from errors import Conflict

LATE_AFTER_HOURS = 26


def list_backups(engine: Engine, actor: Actor) -> dict[str, Any]:
    """{"state", "items"}, newest first. Raises Unavailable, Conflict where it cannot be read."""
    state = get_backup_state(engine, actor)
    if state["place"] is None:
        return {"state": state, "items": []}
    try:
        items = [each._asdict() for each in listed_backups(engine)]
    except Refused as refused:
        raise Conflict(str(refused)) from refused
    return {"state": state, "items": items}


def get_backup_state(engine: Engine, actor: Actor) -> dict[str, Any]:
    """{"place", "encrypted", "last_at", "problem"}, without asking the place."""
    return backup_state(engine)


def backup_state(engine: Engine) -> dict[str, Any]:
    """The same, whoever asks."""
    last_at = state_of_backups(engine)
    return {
        "place": engine.backups.url,
        "encrypted": engine.backups.is_sealed,
        "last_at": last_at,
        "problem": _problem(engine, last_at),
    }


def _problem(engine: Engine, last_at: str | None) -> str | None:
    plan = engine.backups
    is_late = last_at is None or last_at < clock.later(clock.now(), hours=-LATE_AFTER_HOURS)
    if plan.url is None:
        if not is_late:
            return None
        return (
            "No backups are made: set CVD_BACKUP_URL to a folder on another machine or to a "
            "bucket, and make a key with flask backup key."
        )
    if plan.is_sealed and (plan.key is None or not plan.key.is_file()):
        return (
            "No backups are made, for there is no key to encrypt them with: make one with "
            "flask backup key, and set CVD_BACKUP_KEY to its file."
        )
    if last_at is None:
        return "No backup was made yet: run the schedule “Back everything up” to make the first."
    if is_late:
        return "The last backup is more than a day old: see Schedules for what became of it."
    return None
