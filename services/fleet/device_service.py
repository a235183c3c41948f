"""Devices: vending machines, known by their asset number.

Archiving keeps the history and is refused while the device is in an open order.
visibility.py says who sees which device, and services/books/figures.py keeps the
figures that are shown with one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

import clock
from auth import Actor
from contract.types import CreateDeviceCabinet, SlotChange
from db import Database, Row, json_list, scalar
from errors import Conflict, Invalid, NotFound
from records import search, trail
from records.changes import STALE, check_version, compare_and_set, refusing_duplicate
from records.json_rows import json_kept, json_row, json_rows
from records.paging import Sort, like, natural, page
from services.books import assignments, chosen_selections, figures, ignored_selections, rebuild
from services.fleet import cabinets as boxes
from services.fleet import (
    device_events,
    device_references,
    device_search,
    open_orders,
    planogram_service,
    product_holders,
    visibility,
)
from services.fleet.device_figures import FIGURES
from services.system import touched

SOURCE = """
    FROM devices d
    JOIN device_metrics m ON m.device_id = d.id
    LEFT JOIN locations l ON l.id = d.location_id
    LEFT JOIN routes r ON r.id = d.route_id
"""
CABINETS = """
    SELECT c.id, c.position, c.cabinet_type_id, c.rows, c.columns
    FROM cabinets c
    WHERE c.device_id = d.id AND c.removed_at IS NULL
    ORDER BY c.position
"""
# A device as all operations answer it.
DEVICE = json_row(
    {
        "id": "d.id",
        "asset": "d.asset",
        "name": "d.name",
        "device_type_id": "d.device_type_id",
        "location_id": "d.location_id",
        "location_name": "l.name",
        "route_id": "d.route_id",
        "route_name": "r.name",
        "serial": "d.serial",
        **FIGURES,
        "ignored_selections": json_kept("d.ignored_selections"),
        "linked_selections": json_kept("d.linked_selections"),
        "unbooked_units": "m.unbooked_units",
        "unbooked_cents": "m.unbooked_cents",
        "archived_at": "d.archived_at",
        "version": "d.version",
        "cabinets": json_rows(["id", "position", "cabinet_type_id", "rows", "columns"], CABINETS),
    }
)
SORTS = {
    "asset": Sort(key="d.asset_order", tie="d.id"),
    "-asset": Sort(key="d.asset_order", tie="d.id", descending=True),
    "name": Sort(key="lower(d.name)", tie="d.id"),
    "-name": Sort(key="lower(d.name)", tie="d.id", descending=True),
    # Most sold-out slots first.
    "need": Sort(key="m.sold_out_slots", tie="m.device_id", descending=True, number=True),
    # Never read comes first, an unknown level last.
    "last_read_at": Sort(key="COALESCE(m.last_read_at, '')", tie="m.device_id"),
    "product_level_percent": Sort(
        key="COALESCE(m.product_level_percent, 1000.0)", tie="m.device_id", number=True
    ),
}
# A value rather than EXISTS, for which SQLite may begin with all slots of the product.
HOLDING = """
    (
        SELECT 1 FROM slots s
        JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
        WHERE s.device_id = d.id AND s.product_id = :product_id
        LIMIT 1
    ) = 1
"""
AMONG_HOLDERS = "d.id IN (SELECT CAST(value AS bigint) FROM json_each(:holders))"
FOUND = "d.id IN (SELECT CAST(value AS bigint) FROM json_each(:found))"
SEARCHED = """
    lower(d.asset) LIKE :q ESCAPE '\\' OR lower(d.name) LIKE :q ESCAPE '\\'
    OR lower(d.serial) LIKE :q ESCAPE '\\' OR lower(l.name) LIKE :q ESCAPE '\\'
"""
# What decides which machines are similar, and so what a device's estimates rest on.
COMPARED_BY = frozenset({"device_type_id", "location_id"})
# Where it is: what it sells from now on belongs there.
ASSIGNED = frozenset({"route_id", "location_id"})
IGNORED = "ignored_selections"
LINKED = "linked_selections"
ARCHIVED = "archived"
BOOKS_REST_ON = frozenset({IGNORED, LINKED})
FIGURES_REST_ON = COMPARED_BY | BOOKS_REST_ON


def list_devices(
    db: Database,
    actor: Actor,
    *,
    limit: int,
    archived: bool,
    sort: str,
    cursor: str | None = None,
    counted: bool = False,
    q: str | None = None,
    route_id: int | None = None,
    location_id: int | None = None,
    product_id: int | None = None,
) -> dict[str, Any]:
    """A page of devices; `q` searches asset, name, serial and the location's name."""
    # Those of a driver, a route or a location are few: none is found sooner than they are read.
    is_narrowed = actor.is_driver or route_id is not None or location_id is not None
    found_ids = None if is_narrowed else search.found(db, noun="device", q=q)
    holders = product_holders.few(db, product_id)
    return page(
        db,
        f"{DEVICE[db.name]} AS item {SOURCE}",
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            visibility.VISIBLE_TO_DRIVER: actor.is_driver,
            "d.archived_at IS NULL AND m.archived_at IS NULL": not archived,
            "d.archived_at IS NOT NULL AND m.archived_at IS NOT NULL": archived,
            "d.route_id = :route_id": route_id is not None,
            "d.location_id = :location_id": location_id is not None,
            HOLDING: product_id is not None,
            AMONG_HOLDERS: holders is not None,
            FOUND: found_ids is not None,
            SEARCHED: q is not None,
        },
        params={
            "actor_id": actor.user_id,
            "route_id": route_id,
            "location_id": location_id,
            "product_id": product_id,
            "holders": json_list(holders or ()),
            "found": json_list(found_ids or ()),
            "q": like(q or ""),
        },
        is_rendered=True,
    )


def get_device(db: Database, actor: Actor, *, device_id: int) -> Row:
    """One device with its cabinets and figures. Raises NotFound, also for another driver's."""
    visibility.check_visible(db, actor, device_id=device_id)
    found = scalar(
        db,
        f"SELECT {DEVICE[db.name]} {SOURCE} WHERE d.id = :device_id",
        {"device_id": device_id},
    )
    if found is None:
        raise NotFound(visibility.NO_DEVICE)
    device: Row = orjson.loads(found)
    return device


def create_device(
    db: Database,
    actor: Actor,
    *,
    asset: str,
    device_type_id: int,
    name: str | None = None,
    location_id: int | None = None,
    route_id: int | None = None,
    serial: str | None = None,
    cabinets: Sequence[CreateDeviceCabinet] = (),
) -> Row:
    """A new device, called like its asset unless named, with `[{"cabinet_type_id"}]` as cabinets.

    Raises Conflict for an asset that is taken, Invalid for what does not exist or fit.
    """
    wanted = {
        "asset": asset,
        "name": name or asset,
        "device_type_id": device_type_id,
        "location_id": location_id,
        "route_id": route_id,
        "serial": serial,
    }
    device_references.hold(db, device_type_id, wanted)
    room = device_references.check(db, wanted, wanted.keys())
    if len(cabinets) > room:
        raise Invalid.at("/cabinets", f"may be at most {room} in a device of this type")
    types = boxes.types_of(
        db,
        {
            f"/cabinets/{index}/cabinet_type_id": cabinet["cabinet_type_id"]
            for index, cabinet in enumerate(cabinets)
        },
    )
    device_id = _inserted(db, wanted)
    assignments.begin(db, device_id=device_id)
    figures.begin(db, device_id=device_id)
    device_search.keep(db, device_id=device_id)
    for position, cabinet_type in enumerate(types, start=1):
        boxes.insert(db, device_id=device_id, position=position, cabinet_type=cabinet_type)
    return _recorded(db, actor, "device.created", None, device_id)


def update_device(
    db: Database, actor: Actor, *, device_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names; `archived` archives or takes back, after all the rest.

    Raises NotFound, Invalid, Conflict: also for archiving what is in an open order.
    """
    before = _held(db, actor, device_id, changes)
    check_version(before, version)
    others = {name: value for name, value in changes.items() if name != ARCHIVED}
    after = _changed(db, actor, before, others) if others else before
    return _set_archived(db, actor, after, changes[ARCHIVED]) if ARCHIVED in changes else after


def delete_device(db: Database, actor: Actor, *, device_id: int) -> None:
    """What `update_device` does with `archived` true, whatever the version."""
    db.lock("device", device_id)
    _set_archived(db, actor, get_device(db, actor, device_id=device_id), True)


def restore_device(db: Database, actor: Actor, *, device_id: int) -> Row:
    """What `update_device` does with `archived` false, whatever the version."""
    db.lock("device", device_id)
    return _set_archived(db, actor, get_device(db, actor, device_id=device_id), False)


def create_cabinet(db: Database, actor: Actor, *, device_id: int, cabinet_type_id: int) -> Row:
    """One more cabinet at the first free position; answers the device. Raises Conflict, Invalid."""
    before = _held(db, actor, device_id, {})
    room = device_references.room_of(db, before["device_type_id"]) or 0
    taken = {cabinet["position"] for cabinet in before["cabinets"]}
    free = [position for position in range(1, room + 1) if position not in taken]
    if not free:
        raise Conflict(f"A device of this type has room for {_cabinets(room)}, all in use.")
    (cabinet_type,) = boxes.types_of(db, {"/cabinet_type_id": cabinet_type_id})
    boxes.insert(db, device_id=device_id, position=free[0], cabinet_type=cabinet_type)
    _raise_version(db, device_id)
    return _recorded(db, actor, "device.cabinet_added", before, device_id)


def delete_cabinet(db: Database, actor: Actor, *, cabinet_id: int) -> None:
    """Take a cabinet off its device: emptied first, so that no later sale is booked on it.

    Raises NotFound, Conflict while it is in an open order.
    """
    device_id = scalar(
        db,
        "SELECT device_id FROM cabinets WHERE id = :id AND removed_at IS NULL",
        {"id": cabinet_id},
    )
    if device_id is None:
        raise NotFound("There is no such cabinet.")
    db.lock("device", device_id)
    before = get_device(db, actor, device_id=device_id)
    open_orders.check_in_none(db, cabinet_id=cabinet_id)
    _empty(db, actor, cabinet_id)
    boxes.remove(db, cabinet_id)
    _raise_version(db, device_id)
    _recorded(db, actor, "device.cabinet_removed", before, device_id)


def _held(db: Database, actor: Actor, device_id: int, changes: Mapping[str, Any]) -> Row:
    """The device, held with what it and `changes` refer to. Raises NotFound, Conflict."""
    seen = get_device(db, actor, device_id=device_id)
    device_type_id = changes.get("device_type_id", seen["device_type_id"])
    device_references.hold(db, device_type_id, changes)
    db.lock("device", device_id)
    before = get_device(db, actor, device_id=device_id)
    if before["device_type_id"] != seen["device_type_id"]:
        raise Conflict(STALE, current=before)
    return before


def _changed(db: Database, actor: Actor, before: Row, changes: Mapping[str, Any]) -> Row:
    """The device with `changes`. Other ignored or linked selections are other sales: the books
    follow, from the first read on.
    """
    device_id = before["id"]
    wanted = {**before, **changes}
    wanted[IGNORED] = sorted(set(wanted[IGNORED]))
    wanted[LINKED] = chosen_selections.in_order(wanted[LINKED])
    changed = [name for name in changes if wanted[name] != before[name]]
    room = device_references.check(db, wanted, changed)
    if len(before["cabinets"]) > room:
        raise Invalid.at(
            "/device_type_id", f"has room for {_cabinets(room)}; the device has more of them"
        )
    if IGNORED in changed:
        ignored_selections.check_sells_nothing(db, device_id=device_id, wanted=changes[IGNORED])
    _save(db, actor, wanted)
    if not ASSIGNED.isdisjoint(changed):
        assignments.keep(db, device_ids=[device_id])
        touched.note(db, "device", device_id)
    device_search.keep(db, device_id=device_id)
    after = _recorded(db, actor, "device.updated", before, device_id)
    if not BOOKS_REST_ON.isdisjoint(changed):
        rebuild.rebuild_all(db, device_id=device_id)
    if not COMPARED_BY.isdisjoint(changed):
        figures.refresh(db, device_id=device_id)
    if not FIGURES_REST_ON.isdisjoint(changed):
        after = get_device(db, actor, device_id=device_id)
    return after


def _set_archived(db: Database, actor: Actor, before: Row, wanted: bool) -> Row:
    """The device archived or in use; it stays as it is where it is so already."""
    if wanted == (before["archived_at"] is not None):
        return before
    return _archived(db, actor, before) if wanted else _restored(db, actor, before)


def _archived(db: Database, actor: Actor, before: Row) -> Row:
    device_id = before["id"]
    open_orders.check_in_none(db, device_id=device_id)
    now = clock.now()
    db.execute(
        "UPDATE devices SET archived_at = :now, version = version + 1 WHERE id = :device_id",
        {"now": now, "device_id": device_id},
    )
    figures.archive(db, device_id=device_id, archived_at=now)
    return _recorded(db, actor, "device.archived", before, device_id)


def _restored(db: Database, actor: Actor, before: Row) -> Row:
    """Back in use; off its route, if that was archived meanwhile."""
    device_id = before["id"]
    db.execute(
        """
        UPDATE devices SET
            archived_at = NULL,
            route_id = (
                SELECT r.id FROM routes r WHERE r.id = devices.route_id AND r.archived_at IS NULL
            ),
            version = version + 1
        WHERE id = :device_id
        """,
        {"device_id": device_id},
    )
    assignments.keep(db, device_ids=[device_id])
    figures.archive(db, device_id=device_id, archived_at=None)
    return _recorded(db, actor, "device.restored", before, device_id)


def _empty(db: Database, actor: Actor, cabinet_id: int) -> None:
    planogram = planogram_service.get_planogram(db, actor, cabinet_id=cabinet_id)
    slots: list[SlotChange] = [
        {"id": slot["id"], "product_id": None, "selection": None}
        for slot in planogram["slots"]
        if slot["product_id"] is not None or slot["selection"] is not None
    ]
    if slots:
        planogram_service.update_planogram(
            db, actor, cabinet_id=cabinet_id, version=planogram["version"], slots=slots
        )


def _raise_version(db: Database, device_id: int) -> None:
    db.execute(
        "UPDATE devices SET version = version + 1 WHERE id = :device_id", {"device_id": device_id}
    )


def _inserted(db: Database, wanted: Row) -> int:
    """The id of a new device. Raises Conflict for an asset that is taken."""
    with refusing_duplicate(db, "devices_asset", _taken(wanted["asset"])):
        device_id: int = scalar(
            db,
            """
            INSERT INTO devices (asset, asset_order, name, device_type_id, location_id, route_id,
                serial, books_rules)
            VALUES (:asset, :asset_order, :name, :device_type_id, :location_id, :route_id, :serial,
                :books_rules)
            RETURNING id
            """,
            {**wanted, "asset_order": natural(wanted["asset"]), "books_rules": rebuild.RULES},
        )
    db.own("device", device_id)
    return device_id


def _save(db: Database, actor: Actor, wanted: Row) -> None:
    """Raises Conflict for an asset that is taken, and when the device has changed meanwhile."""
    with refusing_duplicate(db, "devices_asset", _taken(wanted["asset"])):
        compare_and_set(
            db,
            """
            UPDATE devices SET
                asset = :asset,
                asset_order = :asset_order,
                name = :name,
                device_type_id = :device_type_id,
                location_id = :location_id,
                route_id = :route_id,
                serial = :serial,
                ignored_selections = :ignored_selections,
                linked_selections = :linked_selections,
                version = version + 1
            WHERE id = :id AND version = :version
            """,
            {
                **wanted,
                "asset_order": natural(wanted["asset"]),
                **{name: json_list(wanted[name]) for name in BOOKS_REST_ON},
            },
            reread=lambda: get_device(db, actor, device_id=wanted["id"]),
        )


def _recorded(db: Database, actor: Actor, action: str, before: Row | None, device_id: int) -> Row:
    after = get_device(db, actor, device_id=device_id)
    trail.record(
        db, actor, action=action, noun="device", noun_id=device_id, before=before, after=after
    )
    device_events.changed(db, [device_id])
    return after


def _taken(asset: str) -> str:
    return f"There is a device with the asset number {asset} already."


def _cabinets(count: int) -> str:
    return "1 cabinet" if count == 1 else f"{count} cabinets"
