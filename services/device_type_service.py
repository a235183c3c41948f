"""Device types: kinds of machine, by how many cabinets they can have."""

from __future__ import annotations

from typing import Any

from auth import Actor
from db import Database, Row, one
from paging import Sort, like, page
from services import audit_service
from services.changes import refusing_duplicate

BY_NAME = Sort(key="lower(t.name)", tie="t.id")


def list_device_types(
    db: Database, actor: Actor, *, limit: int, cursor: str | None = None, q: str | None = None
) -> dict[str, Any]:
    """A page of device types by name."""
    return page(
        db,
        "t.id, t.name, t.max_cabinets FROM device_types t",
        sort=BY_NAME,
        limit=limit,
        cursor=cursor,
        conditions={"lower(t.name) LIKE :q ESCAPE '\\'": q is not None},
        params={"q": like(q or "")},
    )


def create_device_type(db: Database, actor: Actor, *, name: str, max_cabinets: int) -> Row:
    """A new device type. Raises Conflict for a name that is taken."""
    with refusing_duplicate(
        db, "device_types_name", f"There is a device type called {name} already."
    ):
        device_type = one(
            db,
            """
            INSERT INTO device_types (name, max_cabinets)
            VALUES (:name, :max_cabinets)
            RETURNING id, name, max_cabinets
            """,
            {"name": name, "max_cabinets": max_cabinets},
        )
    assert device_type is not None  # noqa: S101  # INSERT … RETURNING answers its row
    audit_service.record(
        db,
        actor,
        action="device_type.created",
        noun="device_type",
        noun_id=device_type["id"],
        after=device_type,
    )
    return device_type
