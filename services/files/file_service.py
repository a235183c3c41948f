"""Files: photos of devices, products, visits and tickets.

Who may see a noun sees its photos. What is in a photo is made safe (images.py) and stored before
the transaction that names it, and never changes; a photo that was removed can be restored for
seven days, then its content goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import clock
from auth import Actor
from contract.results import Download, Existing, Spooled
from db import Database, Engine, IntegrityError, Row, json_list, one, scalar
from errors import Conflict, Forbidden, NotFound, Unavailable
from records import trail
from services.catalogue import product_service
from services.files import images
from services.files.images import Safe
from services.fleet import visibility
from services.orders import visit_service
from services.system import retention_service
from services.tickets import ticket_service

COLUMNS = """
    id, noun, noun_id, name, media_type, bytes, width, height, username, created_at
"""
KEPT_DAYS = 7


def list_files(db: Database, actor: Actor, *, noun: str, noun_id: int) -> dict[str, Any]:
    """{items}: the photos of one noun, oldest first. Raises NotFound."""
    _check_visible(db, actor, noun, noun_id)
    rows = db.query(
        f"""
        SELECT {COLUMNS} FROM files
        WHERE noun = :noun AND noun_id = :noun_id AND removed_at IS NULL
        ORDER BY id
        """,
        {"noun": noun, "noun_id": noun_id},
    )
    return {"items": list(rows)}


def create_file(
    engine: Engine, actor: Actor, *, noun: str, noun_id: int, file: Spooled
) -> Row | Existing:
    """A new photo, or the one that the same file has become before.

    Raises NotFound, Forbidden, Invalid for what is no photo, Unavailable where it cannot be kept.
    """
    sent = {"noun": noun, "noun_id": noun_id, "sent_sha256": file.sha256}
    with engine.reading() as db:
        _check_may_change(db, actor, noun, noun_id)
        found = _sent(db, sent)
        keeps_place = retention_service.keeps_photo_places(db)
    if found is not None:
        return Existing(found)
    safe = images.made_safe(file.stream, keeps_place=keeps_place)
    for each in (safe.whole, safe.small, safe.large):
        engine.files.put(each.sha256, each.content)
    with engine.writing() as db:
        _check_may_change(db, actor, noun, noun_id)
        if noun == "ticket":
            ticket_service.handle(db, actor, ticket_id=noun_id)
        for name in sorted({each.sha256 for each in (safe.whole, safe.small, safe.large)}):
            # Who clears away what nothing refers to holds this lock too.
            db.lock("file", name)
            if not engine.files.has(name):
                raise Unavailable("The photo was just cleared away; nothing was saved. Try again.")
        return _insert(db, actor, {**sent, "name": file.filename}, safe)


def get_file(engine: Engine, actor: Actor, *, file_id: int) -> Download:
    """The photo itself. Raises NotFound, Unavailable."""
    with engine.reading() as db:
        row = _visible(db, actor, file_id)
    return _download(engine, row, row["sha256"], row["bytes"])


def get_thumbnail(engine: Engine, actor: Actor, *, file_id: int, size: int) -> Download:
    """The photo within `size` pixels, 160 or 1,024. Raises NotFound, Unavailable."""
    with engine.reading() as db:
        row = _visible(db, actor, file_id)
    return _download(engine, row, row[f"thumbnail_{size}"])


def delete_file(db: Database, actor: Actor, *, file_id: int) -> None:
    """Remove a photo; what is in it stays for KEPT_DAYS. Raises NotFound."""
    row = _visible(db, actor, file_id)
    _check_may_change(db, actor, row["noun"], row["noun_id"])
    db.execute(
        "UPDATE files SET removed_at = :now WHERE id = :id", {"id": file_id, "now": clock.now()}
    )
    _record(db, actor, "file.removed", row)


def restore_file(db: Database, actor: Actor, *, file_id: int) -> Row:
    """Take a removal back. Raises NotFound, Conflict where the same photo was added since."""
    row = _visible(db, actor, file_id, removed_too=True)
    _check_may_change(db, actor, row["noun"], row["noun_id"])
    if row["removed_at"] is not None:
        try:
            with db.atomic():
                db.execute("UPDATE files SET removed_at = NULL WHERE id = :id", {"id": file_id})
        except IntegrityError as error:
            if error.kind != "unique":
                raise
            raise Conflict("The same photo was added again since: nothing was changed.") from None
        _record(db, actor, "file.restored", row)
    return _shown(db, file_id)


def remove_of(db: Database, *, noun: str, noun_ids: Sequence[int]) -> None:
    """Remove the photos of nouns that go themselves."""
    db.execute(
        """
        UPDATE files SET removed_at = :now
        WHERE noun = :noun AND removed_at IS NULL
          AND noun_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
        """,
        {"noun": noun, "ids": json_list(noun_ids), "now": clock.now()},
    )


def contents(db: Database) -> Iterator[str]:
    """The SHA-256 of everything that the files here refer to, those removed lately included."""
    for row in db.query("SELECT sha256, thumbnail_160, thumbnail_1024 FROM files ORDER BY id"):
        yield from row.values()


def _insert(db: Database, actor: Actor, sent: Row, safe: Safe) -> Row | Existing:
    row = {
        **sent,
        "media_type": safe.media_type,
        "bytes": len(safe.whole.content),
        "sha256": safe.whole.sha256,
        "width": safe.width,
        "height": safe.height,
        "thumbnail_160": safe.small.sha256,
        "thumbnail_1024": safe.large.sha256,
        "user_id": actor.user_id,
        "username": actor.username,
        "created_at": clock.now(),
    }
    try:
        with db.atomic():
            file_id = scalar(
                db,
                """
                INSERT INTO files (noun, noun_id, name, media_type, bytes, sha256, sent_sha256,
                    width, height, thumbnail_160, thumbnail_1024, user_id, username, created_at)
                VALUES (:noun, :noun_id, :name, :media_type, :bytes, :sha256, :sent_sha256,
                    :width, :height, :thumbnail_160, :thumbnail_1024, :user_id, :username,
                    :created_at)
                RETURNING id
                """,
                row,
            )
    except IntegrityError as error:
        found = _sent(db, sent)
        if error.kind != "unique" or found is None:
            raise
        return Existing(found)
    _record(db, actor, "file.created", {"id": file_id, **row})
    return _shown(db, file_id)


def _record(db: Database, actor: Actor, action: str, row: Row) -> None:
    named = {name: row[name] for name in ("noun", "noun_id", "name")}
    trail.record(db, actor, action=action, noun="file", noun_id=row["id"], after=named)


def _shown(db: Database, file_id: int) -> Row:
    row = one(db, f"SELECT {COLUMNS} FROM files WHERE id = :id", {"id": file_id})
    if row is None:
        raise _absent()
    return row


def _sent(db: Database, sent: Row) -> Row | None:
    return one(
        db,
        f"""
        SELECT {COLUMNS} FROM files
        WHERE noun = :noun AND noun_id = :noun_id AND sent_sha256 = :sent_sha256
          AND removed_at IS NULL
        """,
        sent,
    )


def _visible(db: Database, actor: Actor, file_id: int, *, removed_too: bool = False) -> Row:
    row = one(db, "SELECT * FROM files WHERE id = :id", {"id": file_id})
    if row is None or (row["removed_at"] is not None and not removed_too):
        raise _absent()
    try:
        _check_visible(db, actor, row["noun"], row["noun_id"])
    except NotFound:
        raise _absent() from None
    return row


def _check_visible(db: Database, actor: Actor, noun: str, noun_id: int) -> None:
    if noun == "device":
        visibility.check_visible(db, actor, device_id=noun_id)
    elif noun == "product":
        product_service.get_product(db, actor, product_id=noun_id)
    elif noun == "ticket":
        ticket_service.get_ticket(db, actor, ticket_id=noun_id)
    else:
        visit_service.get_visit(db, actor, visit_id=noun_id)


def _check_may_change(db: Database, actor: Actor, noun: str, noun_id: int) -> None:
    _check_visible(db, actor, noun, noun_id)
    if noun == "product" and actor.is_driver:
        raise Forbidden("A driver may not change the photos of a product.")


def _download(engine: Engine, row: Row, sha256: str, length: int | None = None) -> Download:
    return Download(
        row["name"],
        engine.files.pieces(sha256),
        row["media_type"],
        length=length,
        tag=sha256,
    )


def _absent() -> NotFound:
    return NotFound("There is no such file.")
