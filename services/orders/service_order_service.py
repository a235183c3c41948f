"""Service orders: what a driver must load and do on one route, or on none, on one day.

An order moves planned -> in_progress -> completed, or is cancelled before it is
completed (order_state.py). Its stops, and what each is loaded with, are
those of order_stops.py. Stock changes only through its visits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auth import Actor
from contract.types import PickList, ServiceOrder, ServiceOrderPreview
from db import Database, Row, one
from errors import Invalid, NotFound
from records import trail
from records.changes import check_version
from records.paging import Sort, page
from services.fleet.open_orders import ORDER_IS_OPEN
from services.orders import (
    needs,
    order_details,
    order_drivers,
    order_events,
    order_search,
    order_stops,
    order_summaries,
)
from services.orders.order_state import (
    PLANNED,
    cancel,
    changed_meanwhile,
    check_not_in_open_order,
    check_open,
    follow_stops,
    locked_order,
    move_day,
    visible_order,
)

OF_DEVICE = """
    o.id IN (
        SELECT oc.service_order_id FROM service_order_cabinets oc
        JOIN cabinets c ON c.id = oc.cabinet_id
        WHERE c.device_id = :device_id
    )
"""
NOTHING_TO_LOAD = "Nothing to load: no slot lacks anything as far as is known."
# Stands for the route of an order that has none.
NO_ROUTE: Row = {"id": None, "name": None, "driver_id": None}
NEWEST_FIRST = Sort(key="o.id", tie="o.id", descending=True, number=True)


def create_service_order_preview(
    db: Database, actor: Actor, *, cabinet_ids: list[int]
) -> ServiceOrderPreview:
    """What an order over these cabinets would load; raises Invalid for one that is not there."""
    previews = needs.previews(db, cabinet_ids)
    order_stops.check_in_use(cabinet_ids, previews)
    pick_list = needs.pick_list_of_cabinets(db, cabinet_ids)
    return {
        "cabinets": [previews[cabinet_id] for cabinet_id in cabinet_ids],
        "pick_list": pick_list,
        "units": sum(item["quantity"] for item in pick_list),
        "warnings": _warnings(len(pick_list)),
        "in_open_orders": order_stops.waiting(db, cabinet_ids),
    }


def list_service_orders(
    db: Database,
    actor: Actor,
    *,
    q: str | None = None,
    status: str | None = None,
    open: bool = False,  # noqa: A002  # the contract's name of the filter
    route_id: int | None = None,
    without_route: bool = False,
    driver_id: int | None = None,
    device_id: int | None = None,
    scheduled_on: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
    counted: bool = False,
) -> dict[str, Any]:
    """The orders, newest first; a driver sees those assigned to them.

    `q` searches the number (`12`, `#12`) and the names of route and driver.
    """
    searched, words = order_search.search(db, q)
    return page(
        db,
        order_summaries.SUMMARY,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "o.driver_id = :actor_id": actor.is_driver,
            order_search.NAMED: searched == order_search.NAMED,
            order_search.SEARCHED: searched == order_search.SEARCHED,
            "o.status = :status": status is not None,
            ORDER_IS_OPEN: open,
            "o.route_id = :route_id": route_id is not None,
            "o.route_id IS NULL": without_route,
            "o.driver_id = :driver_id": driver_id is not None,
            OF_DEVICE: device_id is not None,
            "o.scheduled_on = :scheduled_on": scheduled_on is not None,
        },
        params={
            "actor_id": actor.user_id,
            **words,
            "status": status,
            "route_id": route_id,
            "driver_id": driver_id,
            "device_id": device_id,
            "scheduled_on": scheduled_on,
        },
    )


def create_service_order(
    db: Database,
    actor: Actor,
    *,
    route_id: int | None,
    cabinet_ids: list[int],
    purpose: str = order_stops.FILL,
    driver_id: int | None = None,
    scheduled_on: str | None = None,
    notes: str = "",
) -> ServiceOrder:
    """A planned order; to fill, it loads every chosen cabinet up to par.

    Without `route_id` it is over machines that are on no route. Without `driver_id` it
    goes to the route's driver. Raises Invalid for a route,
    driver or cabinet that cannot be used, Conflict for a cabinet in an open order
    of the same day.
    With nothing to load it is an order all the same: for a count, or a repair.
    """
    order_stops.hold_devices(db, cabinet_ids)
    route = _usable_route(db, route_id)
    cabinets = order_stops.cabinets_of_route(db, route, cabinet_ids)
    check_not_in_open_order(db, cabinet_ids, day=scheduled_on)
    order = {
        "route_id": route_id,
        "driver_id": order_drivers.driver_of(db, route, driver_id),
        "status": PLANNED,
        "purpose": purpose,
        "origin": PLANNED,
        "scheduled_on": scheduled_on,
        "notes": notes,
        "units": 0,
    }
    order_id = order_stops.insert_order(db, actor, order)
    in_route_order = [cabinet["id"] for cabinet in cabinets]
    order_stops.insert_stops(db, order_id, in_route_order, day=scheduled_on)
    if purpose == order_stops.FILL:
        order["units"] = order_stops.load_new(db, order_id, cabinet_ids)
    trail.record(
        db,
        actor,
        action="service_order.created",
        noun="service_order",
        noun_id=order_id,
        after={**order, "cabinet_ids": in_route_order},
    )
    return get_service_order(db, actor, service_order_id=order_id)


def update_service_order(
    db: Database, actor: Actor, *, service_order_id: int, version: int, changes: Mapping[str, Any]
) -> ServiceOrder:
    """Change an open order: day, driver, notes, stops (`cabinet_ids`, all of them in their
    order) and quantities (`items`, those that change).

    Raises Conflict (stale version, an order that ended, a stop that was done and would be
    gone, a cabinet in another open order of the day) and Invalid.
    """
    order = locked_order(db, actor, service_order_id)
    check_open(order)
    before = {**order, "cabinet_ids": order_stops.cabinet_ids_of(db, service_order_id)}
    wanted = {**before, **{name: value for name, value in changes.items() if name in before}}
    order_stops.hold_devices(db, {*before["cabinet_ids"], *wanted["cabinet_ids"]})
    check_version(get_service_order(db, actor, service_order_id=service_order_id), version)
    if wanted["driver_id"] not in (None, order["driver_id"]):
        order_drivers.check_driver(db, wanted["driver_id"])
    if wanted["scheduled_on"] != order["scheduled_on"]:
        move_day(db, service_order_id, wanted["scheduled_on"])
    if "cabinet_ids" in changes:
        order_stops.rearrange(db, wanted, _route(db, order), wanted["cabinet_ids"])
    if "items" in changes:
        order_stops.set_quantities(db, order, changes["items"])
    wanted["units"] = order_stops.units_of(db, service_order_id)
    _write(db, actor, wanted)
    trail.record(
        db,
        actor,
        action="service_order.updated",
        noun="service_order",
        noun_id=service_order_id,
        before={name: before[name] for name in before if before[name] != wanted[name]},
        after={
            **{name: wanted[name] for name in before if before[name] != wanted[name]},
            **({"items": changes["items"]} if "items" in changes else {}),
        },
    )
    follow_stops(db, actor, wanted)
    return get_service_order(db, actor, service_order_id=service_order_id)


def load_service_order(db: Database, actor: Actor, *, service_order_id: int) -> ServiceOrder:
    """Load the stops of an open order that are to do with what they lack now."""
    order = locked_order(db, actor, service_order_id)
    check_open(order)
    order_stops.hold_devices(db, order_stops.cabinet_ids_of(db, service_order_id))
    order_stops.load_again(db, service_order_id)
    wanted = {**order, "units": order_stops.units_of(db, service_order_id)}
    _write(db, actor, wanted)
    trail.record(
        db,
        actor,
        action="service_order.loaded",
        noun="service_order",
        noun_id=service_order_id,
        before={"units": order["units"]},
        after={"units": wanted["units"]},
    )
    return get_service_order(db, actor, service_order_id=service_order_id)


def get_service_order(db: Database, actor: Actor, *, service_order_id: int) -> ServiceOrder:
    """One order with its cabinets in route order, what to load and what was done."""
    order = visible_order(db, actor, service_order_id)
    names = order_details.names_of(db, service_order_id)
    return {
        "id": order["id"],
        "route_id": order["route_id"],
        "route_name": names["route_name"],
        "driver_id": order["driver_id"],
        "driver_name": names["driver_name"],
        "status": order["status"],
        "purpose": order["purpose"],
        "origin": order["origin"],
        "scheduled_on": order["scheduled_on"],
        "notes": order["notes"],
        "units": order["units"],
        "created_at": order["created_at"],
        "cancelled_at": order["cancelled_at"],
        "cancellation_reason": order["cancellation_reason"],
        "version": order["version"],
        "warnings": _warnings(order["units"]),
        "cabinets": order_details.cabinets_of(db, service_order_id),
    }


def get_pick_list(db: Database, actor: Actor, *, service_order_id: int) -> PickList:
    """What to take from the warehouse, by category then name."""
    order = visible_order(db, actor, service_order_id)
    names = order_details.names_of(db, service_order_id)
    return {
        "service_order_id": service_order_id,
        "route_name": names["route_name"],
        "driver_name": names["driver_name"],
        "scheduled_on": order["scheduled_on"],
        "purpose": order["purpose"],
        "items": needs.pick_list_of_order(db, service_order_id),
        "units": order["units"],
        "unknown_cabinets": order_details.unknown_cabinets(db, service_order_id),
    }


def assign_service_order(
    db: Database, actor: Actor, *, service_order_id: int, driver_id: int | None
) -> ServiceOrder:
    """Give an open order to a driver, or to nobody (None)."""
    order = locked_order(db, actor, service_order_id)
    check_open(order)
    if driver_id is not None:
        order_drivers.check_driver(db, driver_id)
    moved = one(
        db,
        """
        UPDATE service_orders SET driver_id = :driver_id, version = version + 1
        WHERE id = :id AND status = :status
        RETURNING driver_id
        """,
        {"id": order["id"], "status": order["status"], "driver_id": driver_id},
    )
    if moved is None:
        raise changed_meanwhile(visible_order(db, actor, service_order_id))
    order_events.tell_changed(db, service_order_id)
    trail.record(
        db,
        actor,
        action="service_order.assigned",
        noun="service_order",
        noun_id=service_order_id,
        before={"driver_id": order["driver_id"]},
        after=moved,
    )
    return get_service_order(db, actor, service_order_id=service_order_id)


def check_still_open(db: Database, actor: Actor, *, service_order_id: int) -> None:
    """Conflict for an order that is completed or cancelled; NotFound."""
    check_open(visible_order(db, actor, service_order_id))


def cancel_service_order(
    db: Database, actor: Actor, *, service_order_id: int, reason: str
) -> ServiceOrder:
    """Cancel an open order: its cabinets are free again, visits that were made stay."""
    order = locked_order(db, actor, service_order_id)
    check_open(order)
    order_stops.hold_devices(db, order_stops.cabinet_ids_of(db, service_order_id))
    cancel(db, actor, order, reason)
    return get_service_order(db, actor, service_order_id=service_order_id)


def _warnings(units: int) -> list[str]:
    return [] if units else [NOTHING_TO_LOAD]


def _usable_route(db: Database, route_id: int | None) -> Row:
    if route_id is None:
        return NO_ROUTE
    route = one(
        db,
        "SELECT id, name, driver_id, archived_at FROM routes WHERE id = :id",
        {"id": route_id},
    )
    if route is None:
        raise Invalid.at("/route_id", f"There is no route {route_id}.")
    if route["archived_at"] is not None:
        raise Invalid.at("/route_id", f"Route {route['name']} is archived: choose another.")
    return route


def _route(db: Database, order: Row) -> Row:
    if order["route_id"] is None:
        return NO_ROUTE
    route = one(db, "SELECT id, name FROM routes WHERE id = :id", {"id": order["route_id"]})
    if route is None:
        raise NotFound(f"There is no route {order['route_id']}.")
    return route


def _write(db: Database, actor: Actor, wanted: Row) -> None:
    """Write what an open order is changed to; Conflict where it moved on meanwhile."""
    written = one(
        db,
        """
        UPDATE service_orders
        SET driver_id = :driver_id, scheduled_on = :scheduled_on, service_on = :scheduled_on,
            notes = :notes, units = :units, version = version + 1
        WHERE id = :id AND status = :status AND version = :version
        RETURNING id
        """,
        wanted,
    )
    if written is None:
        raise changed_meanwhile(visible_order(db, actor, wanted["id"]))
    order_events.tell_changed(db, wanted["id"])
