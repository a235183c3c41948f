"""Archives: everything that the company has, in one file, for an administrator to take along."""

from __future__ import annotations

import clock
from auth import Actor
from contract.results import Existing
from db import Engine, Row
from records import company
from services.system import export_service
from services.system.export_service import EVERYTHING
from services.upkeep import archive_contents

KIND = "archives.writing"
MEDIA_TYPE = "application/zip"


def create_archive(engine: Engine, actor: Actor) -> Row | Existing:
    """Let a job write everything into a zip; the one that is under way already (`Existing`).

    Raises Conflict for who has as many files as are kept for a person.
    """
    with engine.reading() as db:
        asked = {
            "operation": EVERYTHING,
            "query": "{}",
            "name": filename(clock.today(company.time_zone(db))),
            "media_type": MEDIA_TYPE,
            "row_count": archive_contents.length(db),
        }
    return export_service.begin(engine, actor, asked, kind=KIND, action="export.everything_asked")


def filename(day: str) -> str:
    """What an archive of a day is called."""
    return f"everything-{day}.zip"
