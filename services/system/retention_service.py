"""Retention: how long what grows is kept, as the operator says; one row.

What the books rest on is in no setting: it stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auth import Actor
from db import Database, Row, one
from errors import Unavailable
from records import trail
from records.changes import check_version, compare_and_set

GET = """
    SELECT dex_content_days, quarantined_file_days, dex_batch_days, job_days, ticket_days,
        webhook_delivery_days, keeps_photo_places, version
    FROM retention WHERE id = 1
"""
UPDATE = """
    UPDATE retention SET
        dex_content_days = :dex_content_days,
        quarantined_file_days = :quarantined_file_days,
        dex_batch_days = :dex_batch_days,
        job_days = :job_days,
        webhook_delivery_days = :webhook_delivery_days,
        ticket_days = :ticket_days,
        keeps_photo_places = :keeps_photo_places,
        version = version + 1
    WHERE id = 1 AND version = :version
"""


def get_retention(db: Database, actor: Actor) -> Row:
    """{dex_content_days, quarantined_file_days, dex_batch_days, job_days, ticket_days,
    webhook_delivery_days, keeps_photo_places, version}; no days (None) are for ever.

    Raises Unavailable before `flask db upgrade`.
    """
    row = one(db, GET)
    if row is None:
        raise Unavailable("How long things are kept is not said here: run `flask db upgrade`.")
    return {**row, "keeps_photo_places": row["keeps_photo_places"] == 1}


def update_retention(
    db: Database, actor: Actor, *, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names; the next removal goes by it. Raises Conflict."""
    before = get_retention(db, actor)
    check_version(before, version)
    wanted = {**before, **changes}
    compare_and_set(
        db,
        UPDATE,
        {**wanted, "keeps_photo_places": int(wanted["keeps_photo_places"])},
        reread=lambda: get_retention(db, actor),
    )
    after = get_retention(db, actor)
    trail.record(
        db,
        actor,
        action="retention.updated",
        noun="retention",
        noun_id=1,
        before=before,
        after=after,
    )
    return after


def keeps_photo_places(db: Database) -> bool:
    """Whether photos go on saying where they were taken."""
    row = one(db, GET)
    return row is not None and row["keeps_photo_places"] == 1
