"""Skips: stops of a service order that somebody could not do, and why.

A skipped stop is done for its order and its cabinet is free for another; a skip that is
taken back stays in the table, marked, and its stop is to do again. The partial unique index
`skips_once` lets a stop be skipped once at a time.
"""

from __future__ import annotations

import clock
from auth import Actor
from contract.types import ServiceOrder
from db import Database, IntegrityError, Row, json_list, one, scalar
from errors import Conflict, Invalid, NotFound
from records import trail
from services.orders import order_stops, service_order_service
from services.orders.order_state import (
    CANCELLED,
    check_open,
    follow_stops,
    locked_order,
    visible_order,
)
from services.orders.skips import take_back

OTHER = "other"


def create_skip(
    db: Database,
    actor: Actor,
    *,
    service_order_id: int,
    cabinet_ids: list[int],
    reason: str,
    notes: str = "",
) -> ServiceOrder:
    """Say of stops of an open order that they could not be done; answers the order.

    Raises Conflict for a stop that was visited or skipped, Invalid for a cabinet that is not
    in the order, and where another reason has no words.
    """
    order = locked_order(db, actor, service_order_id)
    check_open(order)
    order_stops.hold_devices(db, cabinet_ids)
    _check(db, service_order_id, cabinet_ids, reason, notes)
    for cabinet_id in cabinet_ids:
        _skip(db, actor, service_order_id, cabinet_id, reason, notes)
    follow_stops(db, actor, order)
    return service_order_service.get_service_order(db, actor, service_order_id=service_order_id)


def reverse_skip(db: Database, actor: Actor, *, skip_id: int) -> ServiceOrder:
    """Take a skip back: its stop is to do again. Answers the order.

    Raises NotFound, Conflict where it was taken back, where the order was cancelled, and
    where another open order of the day has taken the cabinet.
    """
    skip = _visible(db, actor, skip_id)
    order = locked_order(db, actor, skip["service_order_id"])
    if order["status"] == CANCELLED:
        check_open(order)
    order_stops.hold_devices(db, [skip["cabinet_id"]])
    if not take_back(db, actor, order["id"], skip["cabinet_id"], skip_id=skip_id):
        raise _taken_back(skip_id)
    follow_stops(db, actor, order)
    return service_order_service.get_service_order(db, actor, service_order_id=order["id"])


def check_reversible(db: Database, actor: Actor, *, skip_id: int) -> None:
    """Conflict when the skip was taken back; NotFound."""
    if _visible(db, actor, skip_id)["taken_back_at"] is not None:
        raise _taken_back(skip_id)


def _check(
    db: Database, service_order_id: int, cabinet_ids: list[int], reason: str, notes: str
) -> None:
    stops = {
        row["cabinet_id"]: row
        for row in db.query(
            """
            SELECT oc.cabinet_id, oc.closed_at, d.asset, c.position
            FROM service_order_cabinets oc
            JOIN cabinets c ON c.id = oc.cabinet_id
            JOIN devices d ON d.id = c.device_id
            WHERE oc.service_order_id = :id
              AND oc.cabinet_id IN (SELECT CAST(value AS bigint) FROM json_each(:cabinet_ids))
            """,
            {"id": service_order_id, "cabinet_ids": json_list(cabinet_ids)},
        )
    }
    for stop in stops.values():
        if stop["closed_at"] is not None:
            raise _done_already(stop, service_order_id)
    errors = [
        {
            "pointer": f"/cabinet_ids/{index}",
            "message": f"Cabinet {cabinet_id} is not in this service order.",
        }
        for index, cabinet_id in enumerate(cabinet_ids)
        if cabinet_id not in stops
    ]
    if reason == OTHER and not notes.strip():
        errors.append({"pointer": "/notes", "message": "Say in words why it could not be done."})
    if errors:
        raise Invalid(errors)


def _skip(
    db: Database, actor: Actor, service_order_id: int, cabinet_id: int, reason: str, notes: str
) -> None:
    skip = {
        "service_order_id": service_order_id,
        "cabinet_id": cabinet_id,
        "user_id": actor.user_id,
        "username": actor.username,
        "reason": reason,
        "notes": notes,
        "skipped_at": clock.now(),
    }
    try:
        with db.atomic():
            skip_id = scalar(
                db,
                """
                INSERT INTO skips (service_order_id, cabinet_id, user_id, username, reason, notes,
                                   skipped_at)
                VALUES (:service_order_id, :cabinet_id, :user_id, :username, :reason, :notes,
                        :skipped_at)
                RETURNING id
                """,
                skip,
            )
    except IntegrityError as error:
        if error.kind != "unique":
            raise
        raise Conflict(f"This stop of service order {service_order_id} was skipped.") from None
    trail.record(db, actor, action="skip.created", noun="skip", noun_id=skip_id, after=skip)


def _visible(db: Database, actor: Actor, skip_id: int) -> Row:
    skip = one(
        db,
        "SELECT id, service_order_id, cabinet_id, taken_back_at FROM skips WHERE id = :id",
        {"id": skip_id},
    )
    if skip is None:
        raise _absent(skip_id)
    try:
        visible_order(db, actor, skip["service_order_id"])
    except NotFound:
        raise _absent(skip_id) from None
    return skip


def _absent(skip_id: int) -> NotFound:
    return NotFound(f"There is no skip {skip_id}.")


def _taken_back(skip_id: int) -> Conflict:
    return Conflict(f"Skip {skip_id} was already taken back: nothing was changed.")


def _done_already(stop: Row, service_order_id: int) -> Conflict:
    return Conflict(
        f"Cabinet {stop['position']} of {stop['asset']} was already visited or skipped in "
        f"service order {service_order_id}: nothing was changed."
    )
