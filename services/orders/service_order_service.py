"""Service orders: what a driver must load and do on one route, or on none, on one day.

An order moves planned -> in_progress -> completed, or is cancelled before it is
completed (order_state.py). Its stops, and what each is loaded with, are
those of order_stops.py. Stock changes only through its visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auth import DRIVER, Actor
from contract.types import (
    DashboardAttentionLateOrders,
    DashboardOrders,
    PickList,
    PickListUnknownCabinet,
    ServiceOrderSummary,
)
from db import Database, Row, json_list, one, scalar, typed
from errors import Invalid, NotFound
from records import trail
from records.changes import check_version
from records.json_rows import as_json, json_rows
from records.paging import Sort, like, page
from services.fleet import route_service
from services.fleet.open_orders import CABINET_IS_OPEN, ORDER_IS_OPEN
from services.orders import needs, order_stops, skips, visit_service
from services.orders.order_state import (
    COMPLETED,
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
from services.people import user_service

# A row of the list, and of the home page.
SUMMARY = """
    o.id, o.route_id, r.name AS route_name, o.driver_id, u.display_name AS driver_name,
    o.status, o.purpose, o.origin, o.scheduled_on, o.notes, o.units, o.created_at,
    (SELECT count(*) FROM service_order_cabinets oc WHERE oc.service_order_id = o.id) AS cabinets,
    (SELECT count(*) FROM visits v
     WHERE v.service_order_id = o.id AND v.reversed_at IS NULL) AS cabinets_visited,
    (SELECT count(*) FROM skips k
     WHERE k.service_order_id = o.id AND k.taken_back_at IS NULL) AS cabinets_skipped,
    o.version
    FROM service_orders o
    LEFT JOIN routes r ON r.id = o.route_id
    LEFT JOIN users u ON u.id = o.driver_id
"""
IS_LATE = f"{ORDER_IS_OPEN} AND o.service_on < :today"
# The orders of a day in three parts: each a walk along an index of those alone.
DUE = f"SELECT o.id FROM service_orders o WHERE {ORDER_IS_OPEN} AND o.service_on = :today"
UNDATED = f"SELECT o.id FROM service_orders o WHERE {ORDER_IS_OPEN} AND o.service_on IS NULL"
DONE = "SELECT o.id FROM service_orders o WHERE o.status = 'completed' AND o.service_on = :today"
OF_DEVICE = """
    o.id IN (
        SELECT oc.service_order_id FROM service_order_cabinets oc
        JOIN cabinets c ON c.id = oc.cabinet_id
        WHERE c.device_id = :device_id
    )
"""
NAMED = """
    o.id = :number
    OR o.route_id IN (SELECT CAST(value AS bigint) FROM json_each(:routes))
    OR o.driver_id IN (SELECT CAST(value AS bigint) FROM json_each(:drivers))
"""
SEARCHED = """
    o.id = :number OR lower(r.name) LIKE :q ESCAPE '\\'
    OR lower(u.display_name) LIKE :q ESCAPE '\\'
"""
# The items of a cabinet `oc` of an order. A cross join, for SQLite would read all items of
# the order anew for each cabinet.
ITEMS_OF_CABINET = json_rows(
    [
        "slot_id",
        "label",
        "selection",
        "product_id",
        "product_name",
        "product_archived_at",
        "quantity",
        "known_at",
    ],
    """
    SELECT i.slot_id, s.label, s.selection, i.product_id, p.name AS product_name,
           p.archived_at AS product_archived_at, i.quantity, i.known_at
    FROM slots s
    CROSS JOIN service_order_items i
    JOIN products p ON p.id = i.product_id
    WHERE s.cabinet_id = oc.cabinet_id AND i.service_order_id = :id AND i.slot_id = s.id
    ORDER BY s."row", s."column"
    """,
)
NOTHING_TO_LOAD = "Nothing to load: no slot lacks anything as far as is known."
MOST_DIGITS = 15
# Stands for the route of an order that has none.
NO_ROUTE: Row = {"id": None, "name": None, "driver_id": None}
NEWEST_FIRST = Sort(key="o.id", tie="o.id", descending=True, number=True)


def create_service_order_preview(
    db: Database, actor: Actor, *, cabinet_ids: list[int]
) -> dict[str, Any]:
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
    searched, words = _search(db, q)
    return page(
        db,
        SUMMARY,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "o.driver_id = :actor_id": actor.is_driver,
            NAMED: searched == NAMED,
            SEARCHED: searched == SEARCHED,
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
) -> dict[str, Any]:
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
        "driver_id": _driver_of(db, route, driver_id),
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
) -> dict[str, Any]:
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
        _check_driver(db, wanted["driver_id"])
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


def load_service_order(db: Database, actor: Actor, *, service_order_id: int) -> dict[str, Any]:
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


def get_service_order(db: Database, actor: Actor, *, service_order_id: int) -> dict[str, Any]:
    """One order with its cabinets in route order, what to load and what was done."""
    order = visible_order(db, actor, service_order_id)
    return {
        **order,
        **_names(db, service_order_id),
        "warnings": _warnings(order["units"]),
        "cabinets": _order_cabinets(db, service_order_id),
    }


def get_pick_list(db: Database, actor: Actor, *, service_order_id: int) -> PickList:
    """What to take from the warehouse, by category then name."""
    order = visible_order(db, actor, service_order_id)
    names = _names(db, service_order_id)
    return {
        "service_order_id": service_order_id,
        "route_name": names["route_name"],
        "driver_name": names["driver_name"],
        "scheduled_on": order["scheduled_on"],
        "purpose": order["purpose"],
        "items": needs.pick_list_of_order(db, service_order_id),
        "units": order["units"],
        "unknown_cabinets": _unknown_cabinets(db, service_order_id),
    }


def assign_service_order(
    db: Database, actor: Actor, *, service_order_id: int, driver_id: int | None
) -> dict[str, Any]:
    """Give an open order to a driver, or to nobody (None)."""
    order = locked_order(db, actor, service_order_id)
    check_open(order)
    if driver_id is not None:
        _check_driver(db, driver_id)
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
) -> dict[str, Any]:
    """Cancel an open order: its cabinets are free again, visits that were made stay."""
    order = locked_order(db, actor, service_order_id)
    check_open(order)
    order_stops.hold_devices(db, order_stops.cabinet_ids_of(db, service_order_id))
    cancel(db, actor, order, reason)
    return get_service_order(db, actor, service_order_id=service_order_id)


def late_orders(db: Database, *, today: str, limit: int, most: int) -> DashboardAttentionLateOrders:
    """Open orders whose day is over, oldest day first: {"count", "more", "items"}.

    Items are summaries; `more` says that there are more than the `most` that are counted.
    """
    rows = list(
        db.query(
            f"""
            SELECT {SUMMARY}
            WHERE {IS_LATE}
            ORDER BY o.service_on, o.id
            LIMIT CAST(:limit AS bigint)
            """,
            {"today": today, "limit": limit},
        )
    )
    count = f"""
        SELECT count(*) FROM (
            SELECT o.id FROM service_orders o WHERE {IS_LATE} LIMIT CAST(:more AS bigint)
        ) AS late
    """
    # A list that is not full is all there is.
    full = len(rows) == limit
    found = scalar(db, count, {"today": today, "more": most + 1}) if full else len(rows)
    return {
        "count": min(found, most),
        "more": found > most,
        "items": typed(ServiceOrderSummary, rows),
    }


def orders_of_day(db: Database, *, today: str, limit: int, most: int) -> DashboardOrders:
    """Orders of a day, the open ones first: {"count", "completed", "more", "items"}.

    An order without a day is every day's while it is open, and then of the day it was
    completed. Items are summaries; `more` says that there are more than were counted, up
    to `most` open ones of the day, as many without a day, as many completed.
    """
    counted = db.execute(
        f"""
        SELECT (SELECT count(*) FROM ({DUE} LIMIT CAST(:more AS bigint)) AS due),
               (SELECT count(*) FROM ({UNDATED} LIMIT CAST(:more AS bigint)) AS undated),
               (SELECT count(*) FROM ({DONE} LIMIT CAST(:more AS bigint)) AS done)
        """,
        {"today": today, "more": most + 1},
    ).fetchone()
    rows = db.query(
        f"""
        SELECT {SUMMARY}
        WHERE o.id IN (
            SELECT id FROM (
                SELECT 1 AS part, id FROM (
                    {DUE} ORDER BY o.id LIMIT CAST(:limit AS bigint)
                ) AS due
                UNION ALL
                SELECT 2, id FROM (
                    {UNDATED} ORDER BY o.id LIMIT CAST(:limit AS bigint)
                ) AS undated
                UNION ALL
                SELECT 3, id FROM (
                    {DONE} ORDER BY o.id LIMIT CAST(:limit AS bigint)
                ) AS done
            ) AS parts
            ORDER BY part, id
            LIMIT CAST(:limit AS bigint)
        )
        ORDER BY CASE WHEN o.status = :completed THEN 3 WHEN o.service_on IS NULL THEN 2 ELSE 1 END,
                 o.id
        """,
        {"today": today, "completed": COMPLETED, "limit": limit},
    )
    due, undated, done = (min(number, most) for number in counted)
    return {
        "count": due + undated + done,
        "completed": done,
        "more": max(counted) > most,
        "items": typed(ServiceOrderSummary, rows),
    }


def _warnings(units: int) -> list[str]:
    return [] if units else [NOTHING_TO_LOAD]


def _search(db: Database, q: str | None) -> tuple[str | None, dict[str, Any]]:
    """The condition of a search, and what it binds; None without words.

    By the ids of the routes and drivers so named, where they are few.
    """
    routes, drivers = route_service.named(db, q), user_service.named(db, q)
    is_few = routes is not None and drivers is not None
    words = {
        "q": like(q or ""),
        "number": _number(q or ""),
        "routes": json_list(routes or ()),
        "drivers": json_list(drivers or ()),
    }
    return None if q is None else NAMED if is_few else SEARCHED, words


def _number(words: str) -> int:
    """The order that `12` or `#12` names; 0, which none has, for anything else."""
    digits = words.strip().removeprefix("#")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS
    return int(digits) if is_number else 0


def _unknown_cabinets(db: Database, service_order_id: int) -> list[PickListUnknownCabinet]:
    """Of an order that is still open, the cabinets to visit of which the load is not all known."""
    rows = db.query(
        f"""
        SELECT c.id AS cabinet_id, d.asset, c.position, count(*) AS unknown_slots,
               CAST(sum(s.par_level) AS bigint) AS units_at_most
        FROM service_order_cabinets oc
        JOIN cabinets c ON c.id = oc.cabinet_id
        JOIN devices d ON d.id = c.device_id
        JOIN slots s ON s.cabinet_id = c.id
        WHERE oc.service_order_id = :id
          AND {CABINET_IS_OPEN}
          AND s.product_id IS NOT NULL
          AND s.quantity IS NULL
        GROUP BY c.id, d.asset, c.position, oc.position
        ORDER BY oc.position
        """,
        {"id": service_order_id},
    )
    return typed(PickListUnknownCabinet, rows)


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


def _driver_of(db: Database, route: Row, driver_id: int | None) -> int | None:
    """The driver asked for; else the route's, unless they no longer drive."""
    if driver_id is not None:
        _check_driver(db, driver_id)
        return driver_id
    routes_driver: int | None = route["driver_id"]
    return routes_driver if _is_driver(db, routes_driver) else None


def _check_driver(db: Database, driver_id: int) -> None:
    if not _is_driver(db, driver_id):
        raise Invalid.at("/driver_id", f"User {driver_id} is no driver, or is disabled.")


def _is_driver(db: Database, user_id: int | None) -> bool:
    found = one(
        db,
        "SELECT id FROM users WHERE id = :id AND role = :role AND disabled_at IS NULL",
        {"id": user_id, "role": DRIVER},
    )
    return found is not None


def _names(db: Database, service_order_id: int) -> Row:
    row = one(
        db,
        """
        SELECT r.name AS route_name, u.display_name AS driver_name
        FROM service_orders o
        LEFT JOIN routes r ON r.id = o.route_id
        LEFT JOIN users u ON u.id = o.driver_id
        WHERE o.id = :id
        """,
        {"id": service_order_id},
    )
    if row is None:
        raise NotFound(f"There is no service order {service_order_id}.")
    return row


def _order_cabinets(db: Database, service_order_id: int) -> list[Row]:
    items = _items_by_cabinet(db, service_order_id)
    visits = visit_service.visits_of_order(db, service_order_id)
    skipped = skips.skips_of_order(db, service_order_id)
    rows = list(
        db.query(
            """
            SELECT c.id AS cabinet_id, d.id AS device_id, d.asset, d.name AS device_name,
                   l.name AS location_name, l.address, l.notes AS location_notes,
                   l.latitude, l.longitude, c.position, oc.stale_at, oc.closed_at
            FROM service_order_cabinets oc
            JOIN cabinets c ON c.id = oc.cabinet_id
            JOIN devices d ON d.id = c.device_id
            LEFT JOIN locations l ON l.id = d.location_id
            WHERE oc.service_order_id = :id
            ORDER BY oc.position
            """,
            {"id": service_order_id},
        )
    )
    to_do = [row["cabinet_id"] for row in rows if row.pop("closed_at") is None]
    elsewhere = _waiting_elsewhere(db, service_order_id, to_do)
    return [
        {
            **row,
            "visited_at": _visited_at(visits[row["cabinet_id"]]),
            "skip": skipped.get(row["cabinet_id"]),
            "other_orders": elsewhere.get(row["cabinet_id"], []),
            "items": items[row["cabinet_id"]],
            "visits": visits[row["cabinet_id"]],
        }
        for row in rows
    ]


def _waiting_elsewhere(
    db: Database, service_order_id: int, cabinet_ids: Iterable[int]
) -> dict[int, list[Row]]:
    """The other open orders that these cabinets wait in."""
    found: dict[int, list[Row]] = {}
    for row in order_stops.waiting(db, cabinet_ids, besides=service_order_id):
        other = {name: row[name] for name in ("service_order_id", "scheduled_on")}
        found.setdefault(row["cabinet_id"], []).append(other)
    return found


def _visited_at(visits: list[Row]) -> str | None:
    standing = (visit["finished_at"] for visit in visits if visit["reversed_at"] is None)
    return next(standing, None)


def _items_by_cabinet(db: Database, service_order_id: int) -> dict[int, Any]:
    """The items of each cabinet of the order, as JSON."""
    rows = db.query(
        f"""
        SELECT oc.cabinet_id, {ITEMS_OF_CABINET[db.name]} AS items
        FROM service_order_cabinets oc
        WHERE oc.service_order_id = :id
        """,
        {"id": service_order_id},
    )
    return {row["cabinet_id"]: as_json(row["items"]) for row in rows}
