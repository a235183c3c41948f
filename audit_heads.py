"""The head of the audit log where people look after a database: serving, backup, restore.

How many entries there are, and the seal of the last, is said in the log when serving
begins and ends, stands in every backup, and is kept in a file (audit_files.py): each of
them shows later that an end was cut off, or that an older log was put in place.
"""

from __future__ import annotations

import logging
from contextlib import closing
from functools import partial
from typing import Any

import auth
from audit_files import Head, head_of
from db import Engine, Refused, open_engine
from errors import Problem
from records import trail
from services import audit_chain
from settings import Settings

log = logging.getLogger("cvd.audit")


def tell(settings: Settings, when: str) -> None:
    """Say in the log how far the audit log goes, and keep it."""
    try:
        head = _keep_now(settings, None)
    except (Problem, Refused) as error:
        log.warning("How far the audit log goes cannot be said: %s", error)
        return
    log.info("The audit log %s entry %d, seal %s.", when, head.entries, head.seal)


def keep(settings: Settings, manifest: dict[str, Any]) -> None:
    """Keep the head that a backup was made with, too."""
    head = head_of(manifest.get("audit_head"))
    if head is not None:
        _keep_now(settings, head)


def loss(settings: Settings, manifest: dict[str, Any]) -> str | None:
    """What restoring this backup takes away of the audit log, in a sentence; None for nothing."""
    try:
        kept = settings.audit_files.kept_head()
    except ValueError as unreadable:
        return f"What the audit log loses cannot be said: {unreadable}"
    head = head_of(manifest.get("audit_head"))
    if kept is None:
        return None
    if head is None:
        return f"The backup does not say how far its audit log goes; here it had {_words(kept)}."
    if head.entries >= kept.entries:
        return None
    return (
        f"The audit log of the backup has {_words(head)}; here it had {_words(kept)}. "
        f"{kept.entries - head.entries} entries, and what they tell of, are not in the backup."
    )


def begin_anew(engine: Engine, told: str | None) -> None:
    """After a restore: note it in the log that came with it, whose head is the kept one now."""
    with engine.writing() as db:
        trail.record(
            db,
            auth.console(),
            action="backup.restored",
            noun="backup",
            noun_id=None,
            after={"lost": told},
        )
    with engine.reading() as db:
        engine.audit.keep(audit_chain.head(db))


def _keep_now(settings: Settings, head: Head | None) -> Head:
    """Keep a head that was told, or the present one, which is answered."""
    files = settings.audit_files
    with (
        closing(open_engine(settings.database_url, audit=files)) as engine,
        engine.reading() as db,
    ):
        head = head or audit_chain.head(db)
        files.keep_now(head, partial(audit_chain.holds, db))
    return head


def _words(head: Head) -> str:
    return f"{head.entries} entries at {head.at}"
