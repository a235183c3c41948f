"""The stops of a service order: which cabinets, in which order, and what each is loaded with.

What a stop is loaded with is fixed when it comes into the order (needs.py), changed
by hand, or loaded again. A visit of the same cabinet in another order makes it stale.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

import clock
from auth import Actor
from contract.types import ServiceOrderPreviewInOpenOrder, UpdateServiceOrderItem
from db import Database, IntegrityError, Row, insert_rows, json_list, scalar, typed
from errors import Conflict, Invalid
from services.fleet.open_orders import CABINET_IS_OPEN
from services.orders import needs, order_events, order_touching
from services.orders.order_state import check_not_in_open_order

FILL = "fill"
CHOSEN = "(SELECT CAST(value AS bigint) FROM json_each(:cabinet_ids))"


def hold_devices(db: Database, cabinet_ids: Iterable[int]) -> None:
    """Hold them, so that nobody archives them, removes a cabinet or moves stock meanwhile."""
    rows = db.query(
        f"SELECT DISTINCT device_id FROM cabinets WHERE id IN {CHOSEN} ORDER BY device_id",
        {"cabinet_ids": json_list(cabinet_ids)},
    )
    for row in rows:
        db.lock("device", row["device_id"])


def check_in_use(cabinet_ids: Sequence[int], found: Container[int]) -> None:
    """Invalid names each of the cabinets that was not found."""
    missing = [
        _cabinet_error(index, f"There is no cabinet {cabinet_id} in use.")
        for index, cabinet_id in enumerate(cabinet_ids)
        if cabinet_id not in found
    ]
    if missing:
        raise Invalid(missing)


def cabinets_of_route(
    db: Database, route: Row, cabinet_ids: Sequence[int], *, known: Container[int] = ()
) -> list[Row]:
    """The chosen cabinets in route order, without those that are `known` already.

    Invalid names each that is not in use, and each of another route; the id of `route` is
    None where they are to be on none.
    """
    wanted = {
        cabinet_id: index for index, cabinet_id in enumerate(cabinet_ids) if cabinet_id not in known
    }
    cabinets = _cabinets_in_use(db, wanted)
    check_in_use(cabinet_ids, {*cabinets, *(each for each in cabinet_ids if each in known)})
    elsewhere = [
        _cabinet_error(
            wanted[cabinet["id"]],
            f"Cabinet {cabinet['position']} of {cabinet['asset']} {_elsewhere(route, cabinet)}.",
        )
        for cabinet in sorted(cabinets.values(), key=lambda each: wanted[each["id"]])
        if cabinet["route_id"] != route["id"]
    ]
    if elsewhere:
        raise Invalid(elsewhere)
    return list(cabinets.values())


def insert_order(db: Database, actor: Actor, order: Row) -> int:
    """A new row of an order; its id."""
    order_id: int = scalar(
        db,
        """
        INSERT INTO service_orders
            (route_id, driver_id, status, purpose, origin, scheduled_on, service_on, notes, units,
             created_at, created_by)
        VALUES
            (:route_id, :driver_id, :status, :purpose, :origin, :scheduled_on, :scheduled_on,
             :notes, :units, :now, :actor_id)
        RETURNING id
        """,
        {**order, "now": clock.now(), "actor_id": actor.user_id},
    )
    order_events.tell_created(db, order_id)
    return order_id


def insert_stops(
    db: Database, order_id: int, cabinet_ids: Sequence[int], *, day: str | None, first: int = 1
) -> None:
    """Put cabinets into an order of this day; Conflict where one waits in another order of it."""
    rows = [
        {
            "service_order_id": order_id,
            "cabinet_id": cabinet_id,
            "position": position,
            "service_on": day or "",
        }
        for position, cabinet_id in enumerate(cabinet_ids, start=first)
    ]
    try:
        with db.atomic():
            insert_rows(db, "service_order_cabinets", rows)
            order_touching.touch(db, order_id)
    except IntegrityError:
        check_not_in_open_order(db, list(cabinet_ids), day=day, besides=order_id)
        raise


def insert_done_stop(db: Database, order_id: int, cabinet_id: int, *, day: str) -> None:
    """Put the cabinet into the order that was made for its visit."""
    db.execute(
        """
        INSERT INTO service_order_cabinets
            (service_order_id, cabinet_id, position, service_on, closed_at)
        VALUES (:order_id, :cabinet_id, 1, :day, :now)
        """,
        {"order_id": order_id, "cabinet_id": cabinet_id, "day": day, "now": clock.now()},
    )


def load_new(db: Database, order_id: int, cabinet_ids: Iterable[int]) -> int:
    """Load the stops of a new order with what they lack; how many units that are."""
    needs.load_order(db, service_order_id=order_id, cabinet_ids=cabinet_ids)
    units: int = scalar(
        db,
        """
        UPDATE service_orders SET units = (
            SELECT CAST(COALESCE(sum(quantity), 0) AS bigint) FROM service_order_items
            WHERE service_order_id = :id
        )
        WHERE id = :id
        RETURNING units
        """,
        {"id": order_id},
    )
    return units


def cabinet_ids_of(db: Database, service_order_id: int) -> list[int]:
    """The cabinets of an order, in the order of its stops."""
    rows = db.query(
        """
        SELECT cabinet_id FROM service_order_cabinets WHERE service_order_id = :id
        ORDER BY position
        """,
        {"id": service_order_id},
    )
    return [row["cabinet_id"] for row in rows]


def rearrange(db: Database, order: Row, route: Row, cabinet_ids: Sequence[int]) -> None:
    """Make these the stops of an open order, in this order; new ones are loaded up to par.

    Raises Conflict for a stop that has a history and would be gone, and for a new one that
    waits in another order of the day; Invalid for a cabinet that cannot be a stop.
    """
    before = cabinet_ids_of(db, order["id"])
    added = [cabinet_id for cabinet_id in cabinet_ids if cabinet_id not in before]
    cabinets_of_route(db, route, cabinet_ids, known=set(before))
    order_touching.touch(db, order["id"])
    _remove(db, order["id"], [each for each in before if each not in cabinet_ids])
    check_not_in_open_order(db, added, day=order["scheduled_on"], besides=order["id"])
    if added:
        insert_stops(db, order["id"], added, day=order["scheduled_on"], first=len(before) + 1)
        if order["purpose"] == FILL:
            needs.load_order(db, service_order_id=order["id"], cabinet_ids=added)
    db.executemany(
        """
        UPDATE service_order_cabinets SET position = :position
        WHERE service_order_id = :id AND cabinet_id = :cabinet_id
        """,
        [
            {"id": order["id"], "cabinet_id": cabinet_id, "position": position}
            for position, cabinet_id in enumerate(cabinet_ids, start=1)
        ],
    )


def set_quantities(db: Database, order: Row, items: Sequence[UpdateServiceOrderItem]) -> None:
    """Load other quantities at stops that are to do; Invalid names each that cannot be."""
    slots = _slots_to_do(db, order["id"])
    errors = [
        {"pointer": f"/items/{index}/{wrong[0]}", "message": wrong[1]}
        for index, item in enumerate(items)
        for wrong in [_wrong_item(slots.get(item["slot_id"]), item)]
        if wrong is not None
    ]
    if errors:
        raise Invalid(errors)
    db.executemany(
        "DELETE FROM service_order_items WHERE service_order_id = :id AND slot_id = :slot_id",
        [{"id": order["id"], "slot_id": item["slot_id"]} for item in items],
    )
    db.executemany(
        """
        INSERT INTO service_order_items
            (service_order_id, cabinet_id, slot_id, product_id, quantity)
        VALUES (:order_id, :cabinet_id, :slot_id, :product_id, :quantity)
        """,
        [
            {
                "order_id": order["id"],
                "cabinet_id": slots[item["slot_id"]]["cabinet_id"],
                "slot_id": item["slot_id"],
                "product_id": slots[item["slot_id"]]["product_id"],
                "quantity": item["quantity"],
            }
            for item in items
            if item["quantity"]
        ],
    )


def load_again(db: Database, service_order_id: int) -> None:
    """Load the stops that are to do with what they lack now."""
    params = {"id": service_order_id}
    to_do = db.query(
        f"""
        SELECT oc.cabinet_id FROM service_order_cabinets oc
        WHERE oc.service_order_id = :id AND {CABINET_IS_OPEN}
        """,
        params,
    )
    cabinet_ids = [row["cabinet_id"] for row in to_do]
    db.execute(
        f"""
        DELETE FROM service_order_items
        WHERE service_order_id = :id AND cabinet_id IN {CHOSEN}
        """,
        {**params, "cabinet_ids": json_list(cabinet_ids)},
    )
    needs.load_order(db, service_order_id=service_order_id, cabinet_ids=cabinet_ids)
    db.execute(
        "UPDATE service_order_cabinets SET stale_at = NULL WHERE service_order_id = :id", params
    )


def note_stale(db: Database, cabinet_id: int, *, visited_in: int) -> None:
    """What other open orders load into this cabinet rested on a stock that is another one now."""
    db.execute(
        f"""
        UPDATE service_order_cabinets AS oc SET stale_at = :now
        WHERE oc.cabinet_id = :cabinet_id
          AND {CABINET_IS_OPEN}
          AND oc.service_order_id <> :order_id
        """,
        {"cabinet_id": cabinet_id, "order_id": visited_in, "now": clock.now()},
    )


def units_of(db: Database, service_order_id: int) -> int:
    """All that an order loads."""
    units: int = scalar(
        db,
        """
        SELECT CAST(COALESCE(sum(quantity), 0) AS bigint) FROM service_order_items
        WHERE service_order_id = :id
        """,
        {"id": service_order_id},
    )
    return units


def waiting(
    db: Database, cabinet_ids: Iterable[int], *, besides: int = 0
) -> list[ServiceOrderPreviewInOpenOrder]:
    """Where these cabinets wait already: {cabinet_id, asset, position, service_order_id,
    scheduled_on}, the earliest day first. The order `besides` is not looked at.
    """
    rows = db.query(
        f"""
        SELECT oc.cabinet_id, d.asset, c.position, oc.service_order_id, o.scheduled_on
        FROM service_order_cabinets oc
        JOIN service_orders o ON o.id = oc.service_order_id
        JOIN cabinets c ON c.id = oc.cabinet_id
        JOIN devices d ON d.id = c.device_id
        WHERE {CABINET_IS_OPEN} AND oc.cabinet_id IN {CHOSEN}
          AND oc.service_order_id <> :besides
        """,
        {"cabinet_ids": json_list(cabinet_ids), "besides": besides},
    )
    return sorted(typed(ServiceOrderPreviewInOpenOrder, rows), key=_day_and_place)


def _day_and_place(row: ServiceOrderPreviewInOpenOrder) -> tuple[str, int, str, int]:
    return (
        row["scheduled_on"] or "",
        row["service_order_id"],
        row["asset"].casefold(),
        row["position"],
    )


def _cabinets_in_use(db: Database, cabinet_ids: Iterable[int]) -> dict[int, Row]:
    """Those of these cabinets that are in use, by id, in route order."""
    rows = db.query(
        f"""
        SELECT c.id, c.position, d.asset, d.route_id, r.name AS route_name
        FROM cabinets c
        JOIN devices d ON d.id = c.device_id
        LEFT JOIN routes r ON r.id = d.route_id
        WHERE c.id IN {CHOSEN}
          AND c.removed_at IS NULL
          AND d.archived_at IS NULL
        ORDER BY d.asset_order, c.position
        """,
        {"cabinet_ids": json_list(cabinet_ids)},
    )
    return {row["id"]: row for row in rows}


def _elsewhere(route: Row, cabinet: Row) -> str:
    if route["id"] is None:
        return f"is on route {cabinet['route_name']}, and this order is without a route"
    return f"is not on route {route['name']}, but on {cabinet['route_name'] or 'none'}"


def _cabinet_error(index: int, message: str) -> dict[str, str]:
    return {"pointer": f"/cabinet_ids/{index}", "message": message}


def _remove(db: Database, service_order_id: int, cabinet_ids: list[int]) -> None:
    """Take stops out that have no history."""
    params = {"id": service_order_id, "cabinet_ids": json_list(cabinet_ids)}
    kept = list(
        db.query(
            f"""
            SELECT d.asset, c.position
            FROM cabinets c
            JOIN devices d ON d.id = c.device_id
            WHERE c.id IN {CHOSEN} AND (
                EXISTS (SELECT 1 FROM visits v
                        WHERE v.service_order_id = :id AND v.cabinet_id = c.id)
                OR EXISTS (SELECT 1 FROM skips k
                           WHERE k.service_order_id = :id AND k.cabinet_id = c.id)
            )
            ORDER BY d.asset_order, c.position
            LIMIT 1
            """,
            params,
        )
    )
    if kept:
        raise Conflict(
            f"Cabinet {kept[0]['position']} of {kept[0]['asset']} was visited or skipped in this "
            "order and stays in it: nothing was changed."
        )
    db.execute(
        f"""
        DELETE FROM service_order_items
        WHERE service_order_id = :id AND cabinet_id IN {CHOSEN}
        """,
        params,
    )
    db.execute(
        f"""
        DELETE FROM service_order_cabinets
        WHERE service_order_id = :id AND cabinet_id IN {CHOSEN}
        """,
        params,
    )


def _slots_to_do(db: Database, service_order_id: int) -> dict[int, Row]:
    """The slots of the stops of an order that are to do."""
    rows = db.query(
        f"""
        SELECT s.id, s.cabinet_id, s.label, s.product_id, s.capacity
        FROM service_order_cabinets oc
        JOIN slots s ON s.cabinet_id = oc.cabinet_id
        WHERE oc.service_order_id = :id AND {CABINET_IS_OPEN}
        """,
        {"id": service_order_id},
    )
    return {row["id"]: row for row in rows}


def _wrong_item(slot: Row | None, item: UpdateServiceOrderItem) -> tuple[str, str] | None:
    if slot is None:
        return "slot_id", f"Slot {item['slot_id']} is at no stop of this order that is to do."
    if item["quantity"] and slot["product_id"] is None:
        return "quantity", f"{slot['label']} holds no product: put one in the planogram first."
    if item["quantity"] > slot["capacity"]:
        return "quantity", f"{slot['label']} holds {slot['capacity']}."
    return None
