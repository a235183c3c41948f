"""Mass routes: the driver of many routes. Orders that are open keep theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auth import Actor
from db import Database, Row, json_list, scalar
from errors import Conflict, Invalid
from records.changes import STALE
from services.fleet import mass_selection, mass_words
from services.fleet.mass_parts import Part, Plan
from services.fleet.open_orders import ORDER_IS_OPEN
from services.people import user_service

NOUN = "route"
KINDS = frozenset({"route_driver"})
LOOK = """
    SELECT r.id, r.name, r.version, r.driver_id
    FROM routes r
    WHERE r.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    ORDER BY r.id
"""
WRITE = """
    UPDATE routes SET driver_id = CAST(w.value ->> 'driver_id' AS bigint), version = version + 1
    FROM json_each(:rows) w
    WHERE routes.id = CAST(w.value ->> 'id' AS bigint)
      AND routes.version = CAST(w.value ->> 'version' AS bigint)
"""
ORDERS_WITH_DRIVER = f"""
    SELECT count(*) FROM service_orders o
    WHERE {ORDER_IS_OPEN} AND o.driver_id IS NOT NULL
      AND o.route_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
VERSIONS = """
    SELECT id, version FROM routes
    WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
NAME = "SELECT display_name FROM users WHERE id = :id"


def plan(
    db: Database, actor: Actor, change: Mapping[str, Any], selection: Mapping[str, Any]
) -> Plan:
    """What the change would do. Raises Invalid."""
    wanted = change["driver_id"]
    if wanted is not None and not user_service.is_driver(db, wanted):
        raise Invalid.at("/change/driver_id", "is not a driver who may sign in")
    ids = mass_selection.ids_of(db, actor, NOUN, selection)
    rows = list(db.query(LOOK, {"ids": json_list(ids)}))
    mass_selection.check_found(selection, (row["id"] for row in rows), NOUN)
    target = None if wanted is None else scalar(db, NAME, {"id": wanted})
    parts = [_part(row, wanted) for row in rows]
    # What is kept has no name of a person in it.
    return Plan(NOUN, "driver_id", None, parts, _said(db, parts, target))


def hold(db: Database, parts: Sequence[Part]) -> None:
    """Hold the routes."""
    for part in parts:
        db.lock("route", part.noun_id)


def refusals(db: Database, parts: Sequence[Part]) -> dict[int, str]:
    """Why parts cannot become what they are to become, by their id."""
    wanted = {part.noun_id: part.after["driver_id"] for part in parts if part.after["driver_id"]}
    gone = {user_id for user_id in set(wanted.values()) if not user_service.is_driver(db, user_id)}
    return {
        noun_id: "had a driver who may not sign in any more"
        for noun_id, user_id in wanted.items()
        if user_id in gone
    }


def versions(db: Database, ids: Iterable[int]) -> dict[int, int]:
    """The versions of these routes as they stand."""
    rows = db.query(VERSIONS, {"ids": json_list(ids)})
    return {row["id"]: row["version"] for row in rows}


def write(db: Database, actor: Actor, parts: Sequence[Part]) -> None:
    """Let the routes, which are held, become what they are to become. Raises Conflict."""
    rows = [{**part.after, "id": part.noun_id, "version": part.version} for part in parts]
    if db.execute(WRITE, {"rows": json_list(rows)}).rowcount != len(rows):
        raise Conflict(STALE)


def _said(db: Database, parts: Sequence[Part], target: str | None) -> list[str]:
    changed = [part for part in parts if part.is_changed]
    count = len(changed)
    said = []
    if count and target:
        said.append(
            f"{mass_words.counted(count, NOUN)} {mass_words.verb(count, 'go')} to {target}."
        )
    elif count:
        said.append(
            f"{mass_words.counted(count, NOUN)} {mass_words.verb(count, 'lose')} the driver."
        )
    said += mass_words.unchanged(parts, "so already")
    ids = json_list([part.noun_id for part in changed])
    return said + mass_words.keeping_driver(scalar(db, ORDERS_WITH_DRIVER, {"ids": ids}))


def _part(row: Row, wanted: int | None) -> Part:
    return Part(
        noun_id=row["id"],
        name=row["name"],
        holder_id=row["id"],
        version=row["version"],
        before={"driver_id": row["driver_id"]},
        after={"driver_id": wanted},
        was=row["driver_id"],
        becomes=wanted,
    )
