"""What `flask check` tells of the watched folder: whether it can be used, and by whom."""

from __future__ import annotations

import clock
from db import Engine
from services.reads import inbox
from services.reads.inbox_folder import InboxFolder
from settings import Settings
from storage.checks import Finding

SILENT_AFTER_S = 15 * 60


def inbox_findings(engine: Engine, settings: Settings) -> list[Finding]:
    """One finding where a folder is watched, none where not."""
    if settings.inbox is None:
        return []
    problem = InboxFolder(settings.inbox).problem()
    with engine.reading() as db:
        state = inbox.state(db)
    if problem is None and state is not None:
        problem = state["problem"]
    if problem is not None:
        return [Finding("inbox", "warning", problem)]
    silent_since = clock.later(clock.now(), seconds=-SILENT_AFTER_S)
    if state is None or (state["looked_at"] or "") < silent_since:
        message = f"Nobody looks into {settings.inbox}: `flask serve` or `flask work` does."
        return [Finding("inbox", "warning", message)]
    return [Finding("inbox", "ok", f"{settings.inbox} is looked after.")]
