"""Locations: where devices stand. An archived one stays where it is, but is offered no more.

The kind of a location decides which other machines its own are compared with
(velocities.py). Without a kind they are compared by their type alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auth import Actor
from db import Database, Row, json_list, one, scalar, where
from errors import NotFound
from records import search, trail
from records.changes import archived_at, check_version, compare_and_set
from records.paging import Sort, like, page
from services.books import figures
from services.fleet import device_search

SORTS = {
    "name": Sort(key="lower(l.name)", tie="l.id"),
    "-name": Sort(key="lower(l.name)", tie="l.id", descending=True),
}


def list_locations(
    db: Database,
    actor: Actor,
    *,
    limit: int,
    archived: bool,
    sort: str,
    cursor: str | None = None,
    counted: bool = False,
    q: str | None = None,
) -> dict[str, Any]:
    """A page of locations; `q` searches name and address."""
    found_ids = search.found(db, noun="location", q=q)
    return page(
        db,
        """
        l.id, l.name, l.kind, l.address, l.latitude, l.longitude, l.notes, l.archived_at, l.version
        FROM locations l
        """,
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "l.archived_at IS NULL": not archived,
            "l.archived_at IS NOT NULL": archived,
            "l.id IN (SELECT CAST(value AS bigint) FROM json_each(:found))": found_ids is not None,
            "lower(l.name || ' ' || l.address) LIKE :q ESCAPE '\\'": q is not None,
        },
        params={"found": json_list(found_ids or ()), "q": like(q or "")},
    )


def get_location(db: Database, actor: Actor, *, location_id: int) -> Row:
    """One location. Raises NotFound."""
    row = one(
        db,
        """
        SELECT id, name, kind, address, latitude, longitude, notes, archived_at, version
        FROM locations
        WHERE id = :location_id
        """,
        {"location_id": location_id},
    )
    if row is None:
        raise NotFound("There is no such location.")
    return row


def create_location(
    db: Database,
    actor: Actor,
    *,
    name: str,
    kind: str | None = None,
    address: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    notes: str = "",
) -> Row:
    """A new location; coordinates are WGS 84 degrees."""
    location_id = scalar(
        db,
        """
        INSERT INTO locations (name, kind, address, latitude, longitude, notes)
        VALUES (:name, :kind, :address, :latitude, :longitude, :notes)
        RETURNING id
        """,
        {
            "name": name,
            "kind": kind,
            "address": address,
            "latitude": latitude,
            "longitude": longitude,
            "notes": notes,
        },
    )
    db.own("location", location_id)
    keep_searchable(db, location_id=location_id)
    return trail.created(db, actor, "location", get_location(db, actor, location_id=location_id))


def update_location(
    db: Database, actor: Actor, *, location_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names; `archived` archives or takes back. Raises NotFound, Conflict."""
    db.lock("location", location_id)
    before = get_location(db, actor, location_id=location_id)
    check_version(before, version)
    compare_and_set(
        db,
        """
        UPDATE locations SET
            name = :name,
            kind = :kind,
            address = :address,
            latitude = :latitude,
            longitude = :longitude,
            notes = :notes,
            archived_at = :archived_at,
            version = version + 1
        WHERE id = :id AND version = :version
        """,
        {**before, **changes, "archived_at": archived_at(before, changes)},
        reread=lambda: get_location(db, actor, location_id=location_id),
    )
    after = get_location(db, actor, location_id=location_id)
    keep_searchable(db, location_id=location_id)
    if after["name"] != before["name"]:
        _hold_devices(db, location_id)
        device_search.keep(db, location_id=location_id)
    if after["kind"] != before["kind"]:
        # Estimate anew: its machines are now compared with others.
        for device_id in _hold_devices(db, location_id):
            figures.refresh(db, device_id=device_id)
    return trail.updated(db, actor, "location", before, after)


def remove_location(db: Database, *, location_id: int) -> None:
    """Remove a location that was created by mistake. Raises IntegrityError where it is in use."""
    search.keep(db, noun="location", texts={location_id: ()})
    db.execute("DELETE FROM locations WHERE id = :location_id", {"location_id": location_id})


def keep_searchable(db: Database, *, location_id: int | None = None) -> None:
    """Let a location, or all, be found by its name and address."""
    clause = where({"l.id = :location_id": location_id is not None})
    rows = db.query(
        f"SELECT l.id, l.name, l.address FROM locations l {clause}", {"location_id": location_id}
    )
    texts = {row["id"]: (f"{row['name']} {row['address']}",) for row in rows}
    search.keep(db, noun="location", texts=texts)


def _hold_devices(db: Database, location_id: int) -> list[int]:
    rows = db.query(
        "SELECT id FROM devices WHERE location_id = :location_id ORDER BY id",
        {"location_id": location_id},
    )
    device_ids = [row["id"] for row in rows]
    for device_id in device_ids:
        db.lock("device", device_id)
    return device_ids
