"""Cabinet types: grids of slots. A cabinet copies its grid when it is made, so a grid stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auth import Actor
from db import Database, Row, one
from errors import NotFound
from records import trail
from records.changes import check_version, compare_and_set, refusing_duplicate
from records.paging import Sort, like, page

BY_NAME = Sort(key="lower(t.name)", tie="t.id")


def list_cabinet_types(
    db: Database, actor: Actor, *, limit: int, cursor: str | None = None, q: str | None = None
) -> dict[str, Any]:
    """A page of cabinet types by name."""
    return page(
        db,
        "t.id, t.name, t.rows, t.columns, t.version FROM cabinet_types t",
        sort=BY_NAME,
        limit=limit,
        cursor=cursor,
        conditions={"lower(t.name) LIKE :q ESCAPE '\\'": q is not None},
        params={"q": like(q or "")},
    )


def get_cabinet_type(db: Database, actor: Actor, *, cabinet_type_id: int) -> Row:
    """One cabinet type. Raises NotFound."""
    row = one(
        db,
        "SELECT id, name, rows, columns, version FROM cabinet_types WHERE id = :cabinet_type_id",
        {"cabinet_type_id": cabinet_type_id},
    )
    if row is None:
        raise NotFound("There is no such cabinet type.")
    return row


def create_cabinet_type(db: Database, actor: Actor, *, name: str, rows: int, columns: int) -> Row:
    """A new cabinet type. Raises Conflict for a name that is taken."""
    with refusing_duplicate(db, "cabinet_types_name", _taken(name)):
        cabinet_type = one(
            db,
            """
            INSERT INTO cabinet_types (name, rows, columns)
            VALUES (:name, :rows, :columns)
            RETURNING id, name, rows, columns, version
            """,
            {"name": name, "rows": rows, "columns": columns},
        )
    assert cabinet_type is not None  # noqa: S101  # INSERT … RETURNING answers its row
    db.own("cabinet_type", cabinet_type["id"])
    return trail.created(db, actor, "cabinet_type", cabinet_type)


def update_cabinet_type(
    db: Database, actor: Actor, *, cabinet_type_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Rename a cabinet type. Raises NotFound, Conflict."""
    db.lock("cabinet_type", cabinet_type_id)
    before = get_cabinet_type(db, actor, cabinet_type_id=cabinet_type_id)
    check_version(before, version)
    wanted = {**before, **changes}
    with refusing_duplicate(db, "cabinet_types_name", _taken(wanted["name"])):
        compare_and_set(
            db,
            """
            UPDATE cabinet_types SET name = :name, version = version + 1
            WHERE id = :id AND version = :version
            """,
            wanted,
            reread=lambda: get_cabinet_type(db, actor, cabinet_type_id=cabinet_type_id),
        )
    after = get_cabinet_type(db, actor, cabinet_type_id=cabinet_type_id)
    return trail.updated(db, actor, "cabinet_type", before, after)


def remove_cabinet_type(db: Database, *, cabinet_type_id: int) -> None:
    """Remove a cabinet type that nothing is of. Raises IntegrityError where it is in use."""
    db.execute(
        "DELETE FROM cabinet_types WHERE id = :cabinet_type_id",
        {"cabinet_type_id": cabinet_type_id},
    )


def _taken(name: str) -> str:
    return f"There is a cabinet type called {name} already."
