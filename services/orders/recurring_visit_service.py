"""Recurring visits: machines of a route that are visited every so many weeks on certain weekdays.

Each of their days becomes a service order some days before it (recurring_orders.py), with what
the machines lack then. What somebody wants of one day alone is recurring_day_service.py's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import clock
from auth import Actor
from db import Database, Row, insert_rows, json_list, one, scalar
from errors import Invalid, NotFound
from records import company, trail
from records.changes import archived_at, check_version, compare_and_set
from records.paging import Sort, page
from services.orders import order_drivers, recurring_orders
from services.orders.recurring_days import rhythm_of

GONE = "There is no such recurring visit."
SORTS = {
    "name": Sort(key="lower(v.name)", tie="v.id"),
    "-name": Sort(key="lower(v.name)", tie="v.id", descending=True),
}
COLUMNS = """
    v.id, v.name, v.route_id, r.name AS route_name, v.driver_id, u.display_name AS driver_name,
    v.purpose, v.notes, v.starts_on, v.ends_on, v.every_weeks, v.weekdays, v.days_ahead,
    v.archived_at, v.version
    FROM recurring_visits v
    LEFT JOIN routes r ON r.id = v.route_id
    LEFT JOIN users u ON u.id = v.driver_id
"""
DEVICES = """
    SELECT x.recurring_visit_id, d.id, d.asset, d.name
    FROM recurring_visit_devices x
    JOIN devices d ON d.id = x.device_id
    WHERE x.recurring_visit_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    ORDER BY d.asset_order, d.id
"""
KNOWN_DEVICES = """
    SELECT d.id, d.asset, d.route_id FROM devices d
    WHERE d.id IN (SELECT CAST(value AS bigint) FROM json_each(:ids)) AND d.archived_at IS NULL
"""
INSERT = """
    INSERT INTO recurring_visits
        (name, route_id, driver_id, purpose, notes, starts_on, ends_on, every_weeks, weekdays,
         days_ahead)
    VALUES
        (:name, :route_id, :driver_id, :purpose, :notes, :starts_on, :ends_on, :every_weeks,
         :weekdays, :days_ahead)
    RETURNING id
"""
UPDATE = """
    UPDATE recurring_visits SET
        name = :name, route_id = :route_id, driver_id = :driver_id, purpose = :purpose,
        notes = :notes, starts_on = :starts_on, ends_on = :ends_on, every_weeks = :every_weeks,
        weekdays = :weekdays, days_ahead = :days_ahead, archived_at = :archived_at,
        version = version + 1
    WHERE id = :id AND version = :version
"""
FORGET_DEVICES = "DELETE FROM recurring_visit_devices WHERE recurring_visit_id = :id"


def list_recurring_visits(
    db: Database,
    actor: Actor,
    *,
    archived: bool,
    sort: str,
    limit: int,
    route_id: int | None = None,
    cursor: str | None = None,
    counted: bool = False,
) -> dict[str, Any]:
    """A page of recurring visits, by name."""
    found = page(
        db,
        COLUMNS,
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "v.archived_at IS NULL": not archived,
            "v.archived_at IS NOT NULL": archived,
            "v.route_id = :route_id": route_id is not None,
        },
        params={"route_id": route_id},
    )
    return {**found, "items": _shown(db, found["items"])}


def get_recurring_visit(db: Database, actor: Actor, *, recurring_visit_id: int) -> Row:
    """One recurring visit. Raises NotFound."""
    row = one(db, f"SELECT {COLUMNS} WHERE v.id = :id", {"id": recurring_visit_id})
    if row is None:
        raise NotFound(GONE)
    return _shown(db, [row])[0]


def create_recurring_visit(
    db: Database,
    actor: Actor,
    *,
    name: str,
    route_id: int | None,
    weekdays: str,
    starts_on: str,
    device_ids: Sequence[int] = (),
    driver_id: int | None = None,
    purpose: str = "fill",
    notes: str = "",
    ends_on: str | None = None,
    every_weeks: int = 1,
    days_ahead: int = 1,
) -> Row:
    """A new one; the orders of its next days are made with it. Raises Invalid."""
    wanted = {
        "name": name,
        "route_id": route_id,
        "device_ids": list(device_ids),
        "driver_id": driver_id,
        "purpose": purpose,
        "notes": notes,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "every_weeks": every_weeks,
        "weekdays": weekdays,
        "days_ahead": days_ahead,
    }
    _check(db, wanted)
    visit_id = scalar(db, INSERT, wanted)
    db.own("recurring_visit", visit_id)
    _keep_devices(db, visit_id, device_ids)
    made = get_recurring_visit(db, actor, recurring_visit_id=visit_id)
    trail.created(db, actor, "recurring_visit", made)
    recurring_orders.order_due(db, actor, visit_id)
    return made


def update_recurring_visit(
    db: Database, actor: Actor, *, recurring_visit_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names. Raises NotFound, Conflict, Invalid.

    Orders that were made of it stay; those of its next days are made with it.
    """
    db.lock("recurring_visit", recurring_visit_id)
    before = get_recurring_visit(db, actor, recurring_visit_id=recurring_visit_id)
    check_version(before, version)
    known = {"device_ids": [device["id"] for device in before["devices"]]}
    wanted = {**before, **known, **changes, "archived_at": archived_at(before, changes)}
    # What is archived alone may rest on a route or a machine that is archived, too.
    if wanted["archived_at"] is None or changes.keys() != {"archived"}:
        _check(db, wanted)
    compare_and_set(
        db,
        UPDATE,
        wanted,
        reread=lambda: get_recurring_visit(db, actor, recurring_visit_id=recurring_visit_id),
    )
    if "device_ids" in changes:
        db.execute(FORGET_DEVICES, {"id": recurring_visit_id})
        _keep_devices(db, recurring_visit_id, changes["device_ids"])
    after = get_recurring_visit(db, actor, recurring_visit_id=recurring_visit_id)
    trail.updated(db, actor, "recurring_visit", before, after)
    recurring_orders.order_due(db, actor, recurring_visit_id)
    return after


def _check(db: Database, wanted: Mapping[str, Any]) -> None:
    if wanted["ends_on"] is not None and wanted["ends_on"] < wanted["starts_on"]:
        raise Invalid.at("/ends_on", "is before the first day")
    if wanted["route_id"] is None and not wanted["device_ids"]:
        raise Invalid.at("/device_ids", "Choose a route, or the machines.")
    if wanted["route_id"] is not None:
        _check_route(db, wanted["route_id"])
    if wanted["driver_id"] is not None:
        order_drivers.check_driver(db, wanted["driver_id"])
    _check_devices(db, wanted)


def _check_route(db: Database, route_id: int) -> None:
    query = "SELECT 1 FROM routes WHERE id = :id AND archived_at IS NULL"
    if scalar(db, query, {"id": route_id}) is None:
        raise Invalid.at("/route_id", "choose a route that is in use")


def _check_devices(db: Database, wanted: Mapping[str, Any]) -> None:
    rows = db.query(KNOWN_DEVICES, {"ids": json_list(wanted["device_ids"])})
    known = {row["id"]: row for row in rows}
    errors = []
    for index, device_id in enumerate(wanted["device_ids"]):
        found = known.get(device_id)
        if found is None:
            message = f"There is no machine {device_id} in use."
        elif found["route_id"] != wanted["route_id"]:
            message = f"{found['asset']} is on another route."
        else:
            continue
        errors.append({"pointer": f"/device_ids/{index}", "message": message})
    if errors:
        raise Invalid(errors)


def _keep_devices(db: Database, visit_id: int, device_ids: Sequence[int]) -> None:
    rows = [{"recurring_visit_id": visit_id, "device_id": each} for each in device_ids]
    if rows:
        insert_rows(db, "recurring_visit_devices", rows)


def _shown(db: Database, rows: Sequence[Row]) -> list[Row]:
    """The rows with their machines, and the next day of each."""
    devices: dict[int, list[Row]] = {row["id"]: [] for row in rows}
    for device in db.query(DEVICES, {"ids": json_list(devices)}):
        devices[device.pop("recurring_visit_id")].append(device)
    today = date.fromisoformat(clock.today(company.time_zone(db)))
    return [{**row, "devices": devices[row["id"]], "next_on": _next_on(row, today)} for row in rows]


def _next_on(row: Row, today: date) -> str | None:
    if row["archived_at"] is not None:
        return None
    found = rhythm_of(row).next_day(today)
    return None if found is None else found.isoformat()
