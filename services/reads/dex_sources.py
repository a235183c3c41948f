"""Sources: where audits come from, and how many of each became what.

A source is a key, the inbox or a folder in it, a person who uploads, or the command line. Its
counts of a day are kept as audits come, so that nothing has to be counted over all of them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import clock
from auth import Actor
from db import Database, one, scalar
from records import company

KEY, INBOX, PERSON, CONSOLE = "key", "inbox", "person", "console"
# Folders in an inbox cost nothing to make; beyond these they count for the inbox itself.
MOST_OF_INBOX = 100
MOST_ERROR = 500

FIND = "SELECT id FROM dex_sources WHERE kind = :kind AND mark = :mark"
INSERT = """
    INSERT INTO dex_sources (kind, mark, name, first_seen_at, last_seen_at)
    VALUES (:kind, :mark, :name, :now, :now)
    ON CONFLICT (kind, mark) DO NOTHING
"""
SEEN = "UPDATE dex_sources SET last_seen_at = :now WHERE id = :id"
FAILED = """
    UPDATE dex_sources SET last_seen_at = :now, last_error = :error, last_error_at = :now
    WHERE id = :id
"""
COUNT = """
    INSERT INTO dex_source_days (source_id, day, received, known, waiting, refused)
    VALUES (:id, :day, :received, :known, :waiting, :refused)
    ON CONFLICT (source_id, day) DO UPDATE SET
        received = dex_source_days.received + excluded.received,
        known = dex_source_days.known + excluded.known,
        waiting = dex_source_days.waiting + excluded.waiting,
        refused = dex_source_days.refused + excluded.refused
"""


class Source(NamedTuple):
    """`kind` and `mark` tell it from every other; `name` is for people."""

    kind: str
    mark: str
    name: str


class Tally(NamedTuple):
    """Audits that were new, known already, and waiting for a person; files that were refused."""

    received: int = 0
    known: int = 0
    waiting: int = 0
    refused: int = 0


def source_of(db: Database, actor: Actor) -> Source:
    """Where what this actor brings comes from."""
    if actor.key_id is not None:
        key = one(db, "SELECT prefix, name FROM api_keys WHERE id = :id", {"id": actor.key_id})
        if key is not None:
            return Source(KEY, f"{actor.key_id}:{key['prefix']}", key["name"])
    if actor.user_id is not None:
        return Source(PERSON, str(actor.user_id), actor.username)
    return Source(CONSOLE, "", "Command line")


def of_inbox(folder: str) -> Source:
    """The inbox, or the folder of this name in it."""
    return Source(INBOX, folder, f"Inbox: {folder}" if folder else "Inbox")


def id_of(db: Database, source: Source) -> int:
    """The id of a source, which is made where it sends for the first time.

    Asked before anything is locked: who is the first with a source waits for another first.
    """
    sought = {"kind": source.kind, "mark": source.mark}
    found = scalar(db, FIND, sought)
    if found is None:
        of_kind = "SELECT count(*) FROM dex_sources WHERE kind = :kind"
        if source.kind == INBOX and source.mark and scalar(db, of_kind, sought) >= MOST_OF_INBOX:
            return id_of(db, of_inbox(""))
        db.execute(INSERT, {**sought, "name": source.name, "now": clock.now()})
        found = scalar(db, FIND, sought)
    return int(found)


def note(db: Database, source_id: int, tally: Tally) -> None:
    """Count what a source sent, as the last thing of a transaction."""
    db.execute(SEEN, {"id": source_id, "now": clock.now()})
    today = clock.today(company.time_zone(db))
    db.execute(COUNT, {"id": source_id, "day": today, **tally._asdict()})


def note_refused(db: Database, source_id: int, filename: str, reason: str) -> None:
    """Count one refused file of a source, and keep why as its last error."""
    error = f"{shown_name(filename)}: {reason}"[:MOST_ERROR]
    db.execute(FAILED, {"id": source_id, "now": clock.now(), "error": error})
    note(db, source_id, Tally(refused=1))


def shown_name(name: str) -> str:
    """A sender's name for a file, fit to be kept and shown: no path, nothing unprintable."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c if c.isprintable() else "�" for c in last)[:200] or "audit"


def shown_path(path: Path) -> str:
    """A path of this machine, fit to be kept and shown: names may be any bytes."""
    return os.fsencode(path).decode("utf-8", "replace")
