"""Quarantine: uploads that were refused, kept so that somebody can look into them.

Bounded in number and in bytes: the oldest make room for the newest.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import clock
import watch
from auth import Actor
from contract.results import Download, Upload
from db import Database, Row, one, scalar
from errors import NotFound
from records import trail
from records.paging import Sort, page
from services.reads import dex_sources

MOST_FILES = 200
MOST_BYTES = 64 * 2**20
# A refused file is looked at, not kept for ever: more than this of one is not needed for that.
MOST_BYTES_OF_FILE = 2**20
NEWEST_FIRST = Sort("q.id", "q.id", descending=True, number=True)


def list_quarantined_files(
    db: Database, actor: Actor, *, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """The refused uploads, newest first, each with the line and the reason."""
    return page(
        db,
        """
        q.id, q.filename, q.received_at, q.size, q.sha256, q.line, q.reason
        FROM quarantined_files q
        """,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
    )


def get_quarantined_file_raw(db: Database, actor: Actor, *, quarantined_file_id: int) -> Download:
    """The bytes as they arrived, cut at 1 MiB."""
    row = one(
        db,
        "SELECT filename, content FROM quarantined_files WHERE id = :id",
        {"id": quarantined_file_id},
    )
    if row is None:
        raise NotFound("There is no such refused file.")
    return Download(row["filename"], zlib.decompress(row["content"]))


def delete_quarantined_file(db: Database, actor: Actor, *, quarantined_file_id: int) -> None:
    gone = one(
        db,
        "DELETE FROM quarantined_files WHERE id = :id RETURNING filename, sha256",
        {"id": quarantined_file_id},
    )
    if gone is None:
        raise NotFound("There is no such refused file.")
    _record(db, actor, "deleted", quarantined_file_id, before=gone)


def keep(
    db: Database,
    actor: Actor,
    *,
    file: Upload,
    line: int,
    reason: str,
    source_id: int | None = None,
) -> None:
    """Keep a refused upload; the same bytes again only renew it.

    It came from `source_id`; from the source of the actor where none is named.
    """
    watch.happened("audit", "refused")
    if source_id is None:
        source_id = dex_sources.id_of(db, dex_sources.source_of(db, actor))
    dex_sources.note_refused(db, source_id, file.filename, f"Line {line}: {reason}")
    sha256 = hashlib.sha256(file.content).hexdigest()
    file_id = scalar(
        db,
        """
        INSERT INTO quarantined_files
            (filename, received_at, received_by, size, sha256, line, reason, content)
        VALUES (:filename, :now, :user_id, :size, :sha256, :line, :reason, :content)
        ON CONFLICT (sha256) DO UPDATE SET
            filename = excluded.filename, received_at = excluded.received_at
        RETURNING id
        """,
        {
            "filename": file.filename,
            "now": clock.now(),
            "user_id": actor.user_id,
            "size": len(file.content),
            "sha256": sha256,
            "line": line,
            "reason": reason,
            "content": zlib.compress(file.content[:MOST_BYTES_OF_FILE]),
        },
    )
    told = {"filename": file.filename, "sha256": sha256, "line": line, "reason": reason}
    _record(db, actor, "received", file_id, after=told)
    _make_room(db, actor)


def _make_room(db: Database, actor: Actor) -> None:
    kept, size = 0, 0
    for row in list(
        db.query(
            """
            SELECT id, filename, sha256, length(content) AS size FROM quarantined_files
            ORDER BY received_at DESC, id DESC
            """
        )
    ):
        kept, size = kept + 1, size + row["size"]
        if kept > MOST_FILES or size > MOST_BYTES:
            db.execute("DELETE FROM quarantined_files WHERE id = :id", {"id": row["id"]})
            _record(db, actor, "dropped", row["id"], before=_named(row))


def _named(row: Row) -> Row:
    return {name: row[name] for name in ("filename", "sha256")}


def _record(
    db: Database,
    actor: Actor,
    what: str,
    file_id: int,
    *,
    before: Row | None = None,
    after: Row | None = None,
) -> None:
    trail.record(
        db,
        actor,
        action=f"quarantined_file.{what}",
        noun="quarantined_file",
        noun_id=file_id,
        before=before,
        after=after,
    )
