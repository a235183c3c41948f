"""Routes: a driver's named set of devices. A driver learns nothing of another's.

Archiving a route that still has devices is refused: they would be served by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auth import Actor
from db import Database, Row, json_list, one, scalar, where
from errors import Conflict, Invalid, NotFound
from records import search, trail
from records.changes import archived_at, check_version, compare_and_set
from records.paging import Sort, like, page
from services.people import user_service

SORTS = {
    "name": Sort(key="lower(r.name)", tie="r.id"),
    "-name": Sort(key="lower(r.name)", tie="r.id", descending=True),
}


def list_routes(
    db: Database,
    actor: Actor,
    *,
    limit: int,
    archived: bool,
    sort: str,
    cursor: str | None = None,
    counted: bool = False,
    q: str | None = None,
    driver_id: int | None = None,
) -> dict[str, Any]:
    """A page of routes; a driver's own."""
    found_ids = search.found(db, noun="route", q=q)
    return page(
        db,
        """
        r.id, r.name, r.driver_id, u.display_name AS driver_name,
        (SELECT count(*) FROM devices d WHERE d.route_id = r.id AND d.archived_at IS NULL)
            AS devices,
        r.archived_at, r.version
        FROM routes r
        LEFT JOIN users u ON u.id = r.driver_id
        """,
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "r.archived_at IS NULL": not archived,
            "r.archived_at IS NOT NULL": archived,
            "r.id IN (SELECT CAST(value AS bigint) FROM json_each(:found))": found_ids is not None,
            "lower(r.name) LIKE :q ESCAPE '\\'": q is not None,
            "r.driver_id = :driver_id": driver_id is not None,
            "r.driver_id = :actor_id": actor.is_driver,
        },
        params={
            "found": json_list(found_ids or ()),
            "q": like(q or ""),
            "driver_id": driver_id,
            "actor_id": actor.user_id,
        },
    )


def get_route(db: Database, actor: Actor, *, route_id: int) -> Row:
    """One route. Raises NotFound, also for another driver's."""
    row = one(
        db,
        """
        SELECT r.id, r.name, r.driver_id, u.display_name AS driver_name,
            (SELECT count(*) FROM devices d WHERE d.route_id = r.id AND d.archived_at IS NULL)
                AS devices,
            r.archived_at, r.version
        FROM routes r
        LEFT JOIN users u ON u.id = r.driver_id
        WHERE r.id = :route_id
        """,
        {"route_id": route_id},
    )
    if row is None or (actor.is_driver and row["driver_id"] != actor.user_id):
        raise NotFound("There is no such route.")
    return row


def named(db: Database, q: str | None) -> list[int] | None:
    """The ids of the few routes in whose name `q` is; None when there are many, or no words."""
    found_ids = search.found(db, noun="route", q=q)
    if found_ids is None:
        return None
    rows = db.query(
        """
        SELECT r.id FROM routes r
        WHERE r.id IN (SELECT CAST(value AS bigint) FROM json_each(:found))
          AND lower(r.name) LIKE :q ESCAPE '\\'
        """,
        {"found": json_list(found_ids), "q": like(q or "")},
    )
    return [row["id"] for row in rows]


def create_route(db: Database, actor: Actor, *, name: str, driver_id: int | None = None) -> Row:
    """A new route. Raises Invalid for a driver who is none."""
    _check_driver(db, driver_id)
    route_id = scalar(
        db,
        "INSERT INTO routes (name, driver_id) VALUES (:name, :driver_id) RETURNING id",
        {"name": name, "driver_id": driver_id},
    )
    db.own("route", route_id)
    keep_searchable(db, route_id=route_id)
    return trail.created(db, actor, "route", get_route(db, actor, route_id=route_id))


def update_route(
    db: Database, actor: Actor, *, route_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names; `archived` archives or takes back. Raises NotFound, Conflict."""
    db.lock("route", route_id)
    before = get_route(db, actor, route_id=route_id)
    check_version(before, version)
    wanted = {**before, **changes, "archived_at": archived_at(before, changes)}
    if wanted["archived_at"] is not None and before["devices"]:
        count = before["devices"]
        raise Conflict(
            f"{count} {'device is' if count == 1 else 'devices are'} still on this route: "
            "move them to another one first."
        )
    if wanted["driver_id"] != before["driver_id"]:
        _check_driver(db, wanted["driver_id"])
    compare_and_set(
        db,
        """
        UPDATE routes SET
            name = :name,
            driver_id = :driver_id,
            archived_at = :archived_at,
            version = version + 1
        WHERE id = :id AND version = :version
        """,
        wanted,
        reread=lambda: get_route(db, actor, route_id=route_id),
    )
    keep_searchable(db, route_id=route_id)
    after = get_route(db, actor, route_id=route_id)
    return trail.updated(db, actor, "route", before, after)


def remove_route(db: Database, *, route_id: int) -> None:
    """Remove a route that was created by mistake. Raises IntegrityError where it is in use."""
    search.keep(db, noun="route", texts={route_id: ()})
    db.execute("DELETE FROM routes WHERE id = :route_id", {"route_id": route_id})


def keep_searchable(db: Database, *, route_id: int | None = None) -> None:
    """Let a route, or all, be found by its name."""
    clause = where({"r.id = :route_id": route_id is not None})
    rows = db.query(f"SELECT r.id, r.name FROM routes r {clause}", {"route_id": route_id})
    search.keep(db, noun="route", texts={row["id"]: (row["name"],) for row in rows})


def _check_driver(db: Database, driver_id: int | None) -> None:
    if driver_id is not None and not user_service.is_driver(db, driver_id):
        raise Invalid.at("/driver_id", "is not a driver who may sign in")
