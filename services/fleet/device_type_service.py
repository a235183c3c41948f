"""Device types: kinds of machine, by how many cabinets they can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auth import Actor
from db import Database, Row, one
from errors import Conflict, NotFound
from records import trail
from records.changes import check_version, compare_and_set, refusing_duplicate
from records.paging import Sort, like, page

BY_NAME = Sort(key="lower(t.name)", tie="t.id")


def list_device_types(
    db: Database, actor: Actor, *, limit: int, cursor: str | None = None, q: str | None = None
) -> dict[str, Any]:
    """A page of device types by name."""
    return page(
        db,
        "t.id, t.name, t.max_cabinets, t.version FROM device_types t",
        sort=BY_NAME,
        limit=limit,
        cursor=cursor,
        conditions={"lower(t.name) LIKE :q ESCAPE '\\'": q is not None},
        params={"q": like(q or "")},
    )


def get_device_type(db: Database, actor: Actor, *, device_type_id: int) -> Row:
    """One device type. Raises NotFound."""
    row = one(
        db,
        "SELECT id, name, max_cabinets, version FROM device_types WHERE id = :device_type_id",
        {"device_type_id": device_type_id},
    )
    if row is None:
        raise NotFound("There is no such device type.")
    return row


def create_device_type(db: Database, actor: Actor, *, name: str, max_cabinets: int) -> Row:
    """A new device type. Raises Conflict for a name that is taken."""
    with refusing_duplicate(db, "device_types_name", _taken(name)):
        device_type = one(
            db,
            """
            INSERT INTO device_types (name, max_cabinets)
            VALUES (:name, :max_cabinets)
            RETURNING id, name, max_cabinets, version
            """,
            {"name": name, "max_cabinets": max_cabinets},
        )
    assert device_type is not None  # noqa: S101  # INSERT … RETURNING answers its row
    db.own("device_type", device_type["id"])
    return trail.created(db, actor, "device_type", device_type)


def update_device_type(
    db: Database, actor: Actor, *, device_type_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names. Raises NotFound, Conflict for a device with more cabinets."""
    db.lock("device_type", device_type_id)
    before = get_device_type(db, actor, device_type_id=device_type_id)
    check_version(before, version)
    wanted = {**before, **changes}
    if wanted["max_cabinets"] < before["max_cabinets"]:
        _check_room(db, wanted)
    with refusing_duplicate(db, "device_types_name", _taken(wanted["name"])):
        compare_and_set(
            db,
            """
            UPDATE device_types
            SET name = :name, max_cabinets = :max_cabinets, version = version + 1
            WHERE id = :id AND version = :version
            """,
            wanted,
            reread=lambda: get_device_type(db, actor, device_type_id=device_type_id),
        )
    after = get_device_type(db, actor, device_type_id=device_type_id)
    return trail.updated(db, actor, "device_type", before, after)


def remove_device_type(db: Database, *, device_type_id: int) -> None:
    """Remove a device type that nothing is of. Raises IntegrityError where it is in use."""
    db.execute(
        "DELETE FROM device_types WHERE id = :device_type_id", {"device_type_id": device_type_id}
    )


def _check_room(db: Database, wanted: Row) -> None:
    """Conflict while a device of the type, archived or not, has more cabinets than `wanted`."""
    fuller = one(
        db,
        """
        SELECT d.asset, count(*) AS cabinets
        FROM devices d
        JOIN cabinets c ON c.device_id = d.id AND c.removed_at IS NULL
        WHERE d.device_type_id = :id
        GROUP BY d.id, d.asset
        HAVING count(*) > :max_cabinets
        ORDER BY d.id
        LIMIT 1
        """,
        wanted,
    )
    if fuller is not None:
        raise Conflict(
            f"Device {fuller['asset']} has {fuller['cabinets']} cabinets: "
            "remove some, or give it another type first."
        )


def _taken(name: str) -> str:
    return f"There is a device type called {name} already."
