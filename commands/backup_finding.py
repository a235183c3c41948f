"""What `flask check` tells of backups: whether any are made, and how old the last one is."""

from __future__ import annotations

import clock
from errors import Problem
from settings import Settings
from storage.backups.vault import open_vault
from storage.checks import Finding
from storage.engines.base import Refused
from storage.state import backed_up_at

LATE_AFTER_HOURS = 26


def backup_finding(settings: Settings) -> Finding:
    """A warning where none are made, the place cannot be used, or the last one is old."""
    if settings.backup_url:
        try:
            listed = open_vault(settings.backups).listed()
        except (Problem, Refused) as problem:
            return Finding("backups", "warning", str(problem))
        last_at = listed[0].made_at if listed else None
    else:
        made_at = backed_up_at(settings.database_url)
        last_at = None if made_at is None else clock.of_epoch(int(made_at))
    late = clock.later(clock.now(), hours=-LATE_AFTER_HOURS)
    if last_at is not None and last_at >= late:
        return Finding("backups", "ok", f"The last one is of {last_at}.")
    if settings.backup_url is None:
        return Finding("backups", "warning", "No backups are made: set CVD_BACKUP_URL.")
    when = f"The last one is of {last_at}" if last_at else "None was made yet"
    return Finding("backups", "warning", f"{when}: see `flask backup now`.")
