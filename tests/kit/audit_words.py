"""In tests, an entry of the audit log that spec/ has no words for (`x-audit`) is an error."""

from __future__ import annotations

from typing import Any

import contract
from auth import Actor
from db import Database
from records import trail

_record = trail.record


def make_strict() -> None:
    """Once in a process, before the first test."""
    trail.record = _stated


def _stated(db: Database, actor: Actor, *, action: str, noun: str, **of: Any) -> None:
    """What `trail.record` does. AssertionError where the action is not said, or of another noun."""
    said = contract.current().audit.actions.get(action)
    if said is None or said.noun != noun:
        raise AssertionError(f"{action} of a {noun} has no words: say them in spec/ (x-audit).")
    _record(db, actor, action=action, noun=noun, **of)
