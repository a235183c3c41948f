"""What nothing refers to goes: photos that were removed, and content that never got its row.

Content is stored before the transaction that names it, so a crash between the two leaves some
that nobody will ever ask for.
"""

from __future__ import annotations

from collections.abc import Callable

import clock
from db import Database, Engine, scalar
from jobs import Job
from services.files import file_service

FORGET = "DELETE FROM files WHERE removed_at < :old"
REFERRED = """
    SELECT 1 FROM files
    WHERE sha256 = :name OR thumbnail_160 = :name OR thumbnail_1024 = :name
"""


def clear_away(engine: Engine, job: Job, *, told: Callable[[Database, int], None]) -> None:
    """Forget what was removed more than KEPT_DAYS ago, and drop the content that nothing
    refers to and that has been there as long; `told` is how many, in the transaction that forgets.

    Raises Unavailable while the place of files does not answer.
    """
    old = clock.later(clock.now(), days=-file_service.KEPT_DAYS)
    with engine.writing() as db:
        told(db, db.execute(FORGET, {"old": old}).rowcount)
    with engine.reading() as db:
        named = set(file_service.contents(db))
    dropped = 0
    for name in engine.files.names_before(old):
        if name in named:
            continue
        job.progress(dropped, sentence=f"{dropped} contents of files dropped")
        dropped += _drop(engine, name)


def _drop(engine: Engine, name: str) -> bool:
    """Drop content unless somebody has just come to refer to it; whether it went."""
    with engine.writing() as db:
        # Who adds a photo holds it while looking whether the content is there.
        db.lock("file", name)
        if scalar(db, REFERRED, {"name": name}) is not None:
            return False
        engine.files.remove(name)
    return True
