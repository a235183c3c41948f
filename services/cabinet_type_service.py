"""Cabinet types: grids of slots. A cabinet copies its grid when it is made."""

from __future__ import annotations

from typing import Any

from auth import Actor
from db import Database, Row, one
from paging import Sort, like, page
from services import audit_service
from services.changes import refusing_duplicate

BY_NAME = Sort(key="lower(t.name)", tie="t.id")


def list_cabinet_types(
    db: Database, actor: Actor, *, limit: int, cursor: str | None = None, q: str | None = None
) -> dict[str, Any]:
    """A page of cabinet types by name."""
    return page(
        db,
        "t.id, t.name, t.rows, t.columns FROM cabinet_types t",
        sort=BY_NAME,
        limit=limit,
        cursor=cursor,
        conditions={"lower(t.name) LIKE :q ESCAPE '\\'": q is not None},
        params={"q": like(q or "")},
    )


def create_cabinet_type(db: Database, actor: Actor, *, name: str, rows: int, columns: int) -> Row:
    """A new cabinet type. Raises Conflict for a name that is taken."""
    with refusing_duplicate(
        db, "cabinet_types_name", f"There is a cabinet type called {name} already."
    ):
        cabinet_type = one(
            db,
            """
            INSERT INTO cabinet_types (name, rows, columns)
            VALUES (:name, :rows, :columns)
            RETURNING id, name, rows, columns
            """,
            {"name": name, "rows": rows, "columns": columns},
        )
    assert cabinet_type is not None  # noqa: S101  # INSERT … RETURNING answers its row
    audit_service.record(
        db,
        actor,
        action="cabinet_type.created",
        noun="cabinet_type",
        noun_id=cabinet_type["id"],
        after=cabinet_type,
    )
    return cabinet_type
