"""Mass devices: the route, the location, the type of many devices, and whether they are in use.

The rules are those of one device (device_service); what its change leads to is done for
all of them together, or for each where it is the device's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list, one, scalar
from errors import Conflict, Forbidden, Invalid
from records.changes import STALE
from services.books import assignments, figures
from services.fleet import device_events, device_search, mass_selection, mass_words
from services.fleet.device_references import LOCATION_IN_USE, ROUTE_IN_USE, room_of
from services.fleet.mass_parts import Part, Plan, moved, with_refusals
from services.fleet.open_orders import CABINET_IS_OPEN, ORDER_IS_OPEN
from services.system import touched

NOUN = "device"
ROUTE, LOCATION, TYPE, ARCHIVED = (
    "device_route",
    "device_location",
    "device_type",
    "device_archived",
)
KINDS = frozenset({ROUTE, LOCATION, TYPE, ARCHIVED})
COLUMNS = ("route_id", "location_id", "device_type_id", "archived_at")
LOOK = """
    SELECT d.id, d.asset, d.version, d.archived_at, d.route_id, r.name AS route,
           r.archived_at AS route_archived_at, d.location_id, l.name AS location,
           d.device_type_id, t.name AS device_type
    FROM devices d
    JOIN device_types t ON t.id = d.device_type_id
    LEFT JOIN routes r ON r.id = d.route_id
    LEFT JOIN locations l ON l.id = d.location_id
    WHERE d.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    ORDER BY d.id
"""
WRITE = """
    UPDATE devices SET
        route_id = CAST(w.value ->> 'route_id' AS bigint),
        location_id = CAST(w.value ->> 'location_id' AS bigint),
        device_type_id = CAST(w.value ->> 'device_type_id' AS bigint),
        archived_at = w.value ->> 'archived_at',
        version = version + 1
    FROM json_each(:rows) w
    WHERE devices.id = CAST(w.value ->> 'id' AS bigint)
      AND devices.version = CAST(w.value ->> 'version' AS bigint)
"""
IN_OPEN_ORDERS = f"""
    SELECT DISTINCT c.device_id
    FROM service_order_cabinets oc
    JOIN cabinets c ON c.id = oc.cabinet_id
    WHERE {CABINET_IS_OPEN}
      AND c.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
ORDERS_WITH_DRIVER = f"""
    SELECT count(DISTINCT o.id) AS orders
    FROM service_orders o
    JOIN service_order_cabinets oc ON oc.service_order_id = o.id AND {CABINET_IS_OPEN}
    JOIN cabinets c ON c.id = oc.cabinet_id
    WHERE o.driver_id IS NOT NULL AND {ORDER_IS_OPEN}
      AND c.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
CABINETS = """
    SELECT c.device_id, count(*) AS cabinets FROM cabinets c
    WHERE c.removed_at IS NULL
      AND c.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    GROUP BY c.device_id
"""
VERSIONS = """
    SELECT id, version FROM devices
    WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
ROUTE_NAME = "SELECT name FROM routes WHERE id = :id AND archived_at IS NULL"
LOCATION_NAME = "SELECT name FROM locations WHERE id = :id AND archived_at IS NULL"
TYPE_NAME = "SELECT name FROM device_types WHERE id = :id"
# Of each kind: how what all get is found by its id, what is shown of it, and its column.
NAMES = {ROUTE: ROUTE_NAME, LOCATION: LOCATION_NAME, TYPE: TYPE_NAME}
TARGETS = {
    ROUTE: ("route", "route_id"),
    LOCATION: ("location", "location_id"),
    TYPE: ("device_type", "device_type_id"),
}
PLACES = {ROUTE: "route", LOCATION: "location", TYPE: "type"}


def plan(
    db: Database, actor: Actor, change: Mapping[str, Any], selection: Mapping[str, Any]
) -> Plan:
    """What the change would do. Raises Invalid, and Forbidden for archiving by a manager."""
    ids = mass_selection.ids_of(db, actor, NOUN, selection)
    rows = list(db.query(LOOK, {"ids": json_list(ids)}))
    mass_selection.check_found(selection, (row["id"] for row in rows), NOUN)
    if change["kind"] == ARCHIVED:
        return _archiving(db, actor, rows, wanted=change["archived"])
    return _moving(db, rows, change)


def check_may_archive(actor: Actor) -> None:
    """Forbidden for a manager, as one by one."""
    if actor.role != "admin":
        raise Forbidden("Only an administrator archives devices or takes them back into use.")


def hold(db: Database, parts: Sequence[Part]) -> None:
    """Hold the devices and what they refer to, in the order of locks."""
    changing = [part for part in parts if part.is_changed]
    for noun, column in (
        ("location", "location_id"),
        ("device_type", "device_type_id"),
        ("route", "route_id"),
    ):
        # What a device leaves is not held: PostgreSQL has no room for the places of thousands.
        wanted: set[Any] = {part.set.get(column) for part in changing}
        if noun == "route":
            # Restoring looks at the route that the device had.
            wanted |= {part.before[column] for part in changing if "archived_at" in part.set}
        for noun_id in sorted(wanted - {None}):
            db.lock(noun, noun_id)
    for part in parts:
        db.lock("device", part.noun_id)


def refusals(db: Database, parts: Sequence[Part]) -> dict[int, str]:
    """Why parts cannot become what they are to become, by their id."""
    found = _without_room(db, parts)
    locations = {part.noun_id: part.set.get("location_id") for part in parts}
    routes = {part.noun_id: _route_served(part) for part in parts}
    found |= _at_places(db, locations, LOCATION_IN_USE, "would be at a location that is archived")
    found |= _at_places(db, routes, ROUTE_IN_USE, "would be on a route that is archived")
    archiving = [part.noun_id for part in parts if part.set.get("archived_at")]
    rows = db.query(IN_OPEN_ORDERS, {"ids": json_list(archiving)})
    return found | {row["device_id"]: "is in an open service order" for row in rows}


def versions(db: Database, ids: Iterable[int]) -> dict[int, int]:
    """The versions of these devices as they stand."""
    rows = db.query(VERSIONS, {"ids": json_list(ids)})
    return {row["id"]: row["version"] for row in rows}


def write(db: Database, actor: Actor, parts: Sequence[Part]) -> None:
    """Let the devices, which are held, become what they are to become. Raises Conflict."""
    rows = [{**part.after, "id": part.noun_id, "version": part.version} for part in parts]
    if db.execute(WRITE, {"rows": json_list(rows)}).rowcount != len(rows):
        raise Conflict(STALE)
    assignments.keep(db, device_ids=moved(parts, "route_id", "location_id", "archived_at"))
    if placed := moved(parts, "location_id"):
        device_search.keep(db, device_ids=placed)
    changed = [part.noun_id for part in parts]
    device_events.changed(db, changed)
    # What other things follow from where a device stands and who serves it (services/alerts).
    touched.note(db, "device", *changed)
    for device_id in moved(parts, "location_id", "device_type_id"):
        figures.refresh(db, device_id=device_id)
    for part in parts:
        if "archived_at" in part.set:
            figures.archive(db, device_id=part.noun_id, archived_at=part.after["archived_at"])


def _moving(db: Database, rows: Sequence[Row], change: Mapping[str, Any]) -> Plan:
    field, column = TARGETS[change["kind"]]
    wanted = change[column]
    found = None if wanted is None else one(db, NAMES[change["kind"]], {"id": wanted})
    if wanted is not None and found is None:
        raise Invalid.at(f"/change/{column}", f"is not a {field.replace('_', ' ')} in use")
    target = found["name"] if found else None
    parts = [_part(row, {column: wanted}, row[field], target) for row in rows]
    parts = with_refusals(parts, refusals(db, parts))
    place = PLACES[change["kind"]]
    said = mass_words.moves(parts, NOUN, place, column, target)
    said += mass_words.unchanged(parts, "there already" if target else f"on no {place} already")
    if change["kind"] == ROUTE:
        ids = json_list([part.noun_id for part in parts if part.is_changed])
        said += mass_words.keeping_driver(scalar(db, ORDERS_WITH_DRIVER, {"ids": ids}))
    return Plan(NOUN, field, target, parts, said)


def _archiving(db: Database, actor: Actor, rows: Sequence[Row], *, wanted: bool) -> Plan:
    check_may_archive(actor)
    now = clock.now()
    parts = [
        _part(row, _in_use(row, now, wanted), row["archived_at"] is not None, wanted)
        for row in rows
    ]
    parts = with_refusals(parts, refusals(db, parts))
    changed = sum(part.is_changed for part in parts)
    are, their = ("is", "its") if changed == 1 else ("are", "their")
    done = f"archived; {their} history stays" if wanted else "taken back into use"
    said = [f"{mass_words.counted(changed, NOUN)} {are} {done}."] if changed else []
    said += mass_words.unchanged(parts, "archived already" if wanted else "in use already")
    off = sum(part.is_changed and part.set.get("route_id", 0) is None for part in parts)
    if off:
        said.append(
            f"{off:,} of them {mass_words.verb(off, 'come', 'comes')} off a route that is archived "
            "by now."
        )
    return Plan(NOUN, "archived", "archived" if wanted else "in use", parts, said)


def _in_use(row: Row, now: str, archived: bool) -> Row:
    """The columns of a device that is archived, or back in use: off its route, if that is not."""
    if archived:
        return {"archived_at": row["archived_at"] or now}
    if row["archived_at"] is None:
        return {}
    return {
        "archived_at": None,
        "route_id": row["route_id"] if row["route_archived_at"] is None else None,
    }


def _part(row: Row, change: Row, was: Any, becomes: Any) -> Part:
    before = {name: row[name] for name in COLUMNS}
    return Part(
        noun_id=row["id"],
        name=row["asset"],
        holder_id=row["id"],
        version=row["version"],
        before=before,
        after={**before, **change},
        was=was,
        becomes=becomes,
    )


def _without_room(db: Database, parts: Sequence[Part]) -> dict[int, str]:
    retyped = {
        part.noun_id: part.set["device_type_id"] for part in parts if "device_type_id" in part.set
    }
    rooms = {type_id: room_of(db, type_id) for type_id in set(retyped.values())}
    found = {
        device_id: "would be of a type that does not exist any more"
        for device_id, type_id in retyped.items()
        if rooms[type_id] is None
    }
    for row in db.query(CABINETS, {"ids": json_list(retyped)}):
        room = rooms[retyped[row["device_id"]]]
        if room is not None and row["cabinets"] > room:
            found[row["device_id"]] = "has more cabinets than that type has room for"
    return found


def _route_served(part: Part) -> int | None:
    """The route on which a device in use is to be from now on; None where that is as it was."""
    if part.after["archived_at"] is not None:
        return None
    is_restored = "archived_at" in part.set
    route_id: int | None = part.after["route_id"] if is_restored else part.set.get("route_id")
    return route_id


def _at_places(
    db: Database, wanted: Mapping[int, int | None], query: str, reason: str
) -> dict[int, str]:
    """Those that would come to a place that is archived, or gone."""
    gone = {
        place_id
        for place_id in set(wanted.values()) - {None}
        if scalar(db, query, {"id": place_id}) is None
    }
    return {noun_id: reason for noun_id, place_id in wanted.items() if place_id in gone}
