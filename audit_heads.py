"""The head of the audit log where people look after a database: serving, backup, restore.

How many entries there are, and the seal of the last, is said in the log when serving
begins and ends, stands in every backup, and is kept in a file (audit_files.py): each of
them shows later that an end was cut off, or that an older log was put in place.
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import asdict
from functools import partial
from typing import Any

import psycopg
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # re-exported on purpose

import auth
import clock
from audit_files import Head, head_of
from db import Engine, Refused, open_engine
from engines import database_file
from errors import Problem
from records import trail
from services import audit_chain
from settings import Settings

log = logging.getLogger("cvd.audit")
LAST = "SELECT id, hash FROM audit_entries ORDER BY id DESC LIMIT 1"


def tell(settings: Settings, when: str) -> None:
    """Say in the log how far the audit log goes, and keep it."""
    try:
        head = _keep_now(settings, None)
    except (Problem, Refused) as error:
        log.warning("How far the audit log goes cannot be said: %s", error)
        return
    log.info("The audit log %s entry %d, seal %s.", when, head.entries, head.seal)


def stored(url: str) -> dict[str, Any] | None:
    """The head of a database that may be of any version, as a manifest says it; None without."""
    try:
        row = _last_of_file(url) if url.startswith("sqlite:") else _last_of_server(url)
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return None
    entries, seal = row or (0, audit_chain.FIRST_SEAL)
    return asdict(Head(entries, seal, clock.now()))


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


def _last_of_file(url: str) -> Any:
    with closing(sqlite3.connect(database_file.path_of(url))) as connection:
        return connection.execute(LAST).fetchone()


def _last_of_server(url: str) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(LAST).fetchone()
