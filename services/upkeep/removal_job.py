"""The nightly removal of what is past its time, some at a time.

Each transaction counts what it removes, so that a run that was broken off and begun anew tells
all of it, once.
"""

from __future__ import annotations

from typing import Any

from auth import Actor
from db import Database, Engine
from jobs import Job
from records import kept_answers, trail
from services.alerts import alert_clearing
from services.files import file_clearing
from services.system import retention_service
from services.upkeep import past

KIND = "retention.removal"
AT_ONCE = 500
COUNT = """
    INSERT INTO removals (what, removed) VALUES (:what, :removed)
    ON CONFLICT (what) DO UPDATE SET removed = removals.removed + excluded.removed
"""
PHOTOS = "removed_photos"
WORDS = {each.setting: (each.one, each.many) for each in past.ALL} | {
    PHOTOS: ("removed photo", "removed photos")
}
NOTHING = "Nothing was past its time."


def remove_past(engine: Engine, actor: Actor, job: Job) -> None:
    """Remove what the settings keep no longer; {"removed"} says it in a sentence. Kept answers
    are not told: nobody set how long they stay.

    Raises Unavailable while the place of files does not answer, the others being removed.
    """
    with engine.writing() as db:
        kept_answers.forget_past(db)
    with engine.reading() as db:
        days = retention_service.get_retention(db, actor)
    for each, before in past.due(days):
        _remove_all(engine, job, each, before)
    _clear_alerts(engine, job)
    file_clearing.clear_away(engine, job, told=lambda db, count: _note(db, PHOTOS, count))
    with job.finishing() as db:
        job.result = {"removed": _tell(db, actor)}


def _clear_alerts(engine: Engine, job: Job) -> None:
    cleared = AT_ONCE
    while cleared:
        job.progress(0, sentence="alerts that are over")
        with engine.writing() as db:
            cleared = alert_clearing.clear_some(db, AT_ONCE)


def _remove_all(engine: Engine, job: Job, each: past.Past, before: str) -> None:
    removed = 0
    while True:
        job.progress(removed, sentence=_words(each.setting, removed))
        with engine.writing() as db:
            some = each.remove(db, before, AT_ONCE)
            _note(db, each.setting, some)
        removed += some
        if some == 0:
            return


def _note(db: Database, what: str, removed: int) -> None:
    if removed:
        db.execute(COUNT, {"what": what, "removed": removed})


def _tell(db: Database, actor: Actor) -> str:
    """Put what was removed since it was told last into the audit log; the same in a sentence."""
    rows = list(db.query("DELETE FROM removals RETURNING what, removed"))
    removed: dict[str, Any] = {row["what"]: row["removed"] for row in rows}
    if not removed:
        return NOTHING
    told = {name: removed[name] for name in WORDS if name in removed}
    trail.record(db, actor, action="retention.removed", noun="retention", noun_id=1, after=told)
    return f"{', '.join(_words(name, count) for name, count in told.items())}."


def _words(what: str, count: int) -> str:
    one, many = WORDS[what]
    return f"{count:,} {one if count == 1 else many}"
