"""Rights of tickets: which somebody may see, and of what they may write one.

A driver sees the tickets of the devices that they see, of the places where these stand, of
their own orders, and those that were given to them: giving one to somebody shows it to them.
"""

from __future__ import annotations

from auth import Actor
from db import Database, scalar
from errors import Invalid, NotFound
from services.fleet.visibility import NO_DEVICE, VISIBLE_TO_DRIVER

# Of a ticket `t`. Each part is found by an index of its own.
SEEN_BY_DRIVER = f"""
    t.id IN (
        SELECT given.id FROM tickets given WHERE given.assignee_id = :actor_id
        UNION ALL
        SELECT one.id FROM tickets one WHERE one.device_id IN (
            SELECT d.id FROM devices d WHERE {VISIBLE_TO_DRIVER}
        )
        UNION ALL
        SELECT one.id FROM tickets one WHERE one.location_id IN (
            SELECT d.location_id FROM devices d WHERE {VISIBLE_TO_DRIVER}
        )
        UNION ALL
        SELECT one.id FROM tickets one WHERE one.service_order_id IN (
            SELECT o.id FROM service_orders o WHERE o.driver_id = :actor_id
        )
    )
"""
# What a ticket can be of, each with its sentence where there is none that the actor may see.
NO_SUCH = {
    "device_id": NO_DEVICE,
    "location_id": "There is no such location.",
    "service_order_id": "There is no such service order.",
}
FIND = {
    "device_id": "SELECT 1 FROM devices d WHERE d.id = :id",
    "location_id": "SELECT 1 FROM locations l WHERE l.id = :id",
    "service_order_id": "SELECT 1 FROM service_orders o WHERE o.id = :id",
}
FIND_OF_DRIVER = {
    "device_id": f"SELECT 1 FROM devices d WHERE d.id = :id AND ({VISIBLE_TO_DRIVER})",
    "location_id": f"""
        SELECT 1 FROM devices d WHERE d.location_id = :id AND ({VISIBLE_TO_DRIVER}) LIMIT 1
    """,
    "service_order_id": """
        SELECT 1 FROM service_orders o WHERE o.id = :id AND o.driver_id = :actor_id
    """,
}
MAY_BE_GIVEN = """
    SELECT 1 FROM users
    WHERE id = :id AND role IN ('admin', 'manager', 'driver') AND disabled_at IS NULL
"""


def check_seen(db: Database, actor: Actor, *, ticket_id: int) -> None:
    """NotFound unless there is this ticket and `actor` may see it."""
    if actor.is_driver:
        sql = f"SELECT 1 FROM tickets t WHERE t.id = :ticket_id AND {SEEN_BY_DRIVER}"
    else:
        sql = "SELECT 1 FROM tickets t WHERE t.id = :ticket_id"
    if scalar(db, sql, {"ticket_id": ticket_id, "actor_id": actor.user_id}) is None:
        raise NotFound("There is no such ticket.")


def check_of(db: Database, actor: Actor, *, of: dict[str, int | None]) -> None:
    """Invalid unless `of` names one thing that is there and that `actor` may see."""
    named = {name: noun_id for name, noun_id in of.items() if noun_id is not None}
    if len(named) != 1:
        raise Invalid.at("/device_id", "Say what it is of: one device, location or service order.")
    ((name, noun_id),) = named.items()
    sql = (FIND_OF_DRIVER if actor.is_driver else FIND)[name]
    if scalar(db, sql, {"id": noun_id, "actor_id": actor.user_id}) is None:
        raise Invalid.at(f"/{name}", NO_SUCH[name])


def check_assignee(db: Database, user_id: int | None) -> None:
    """Invalid for somebody who cannot be given a ticket; None is nobody."""
    if user_id is not None and scalar(db, MAY_BE_GIVEN, {"id": user_id}) is None:
        raise Invalid.at(
            "/assignee_id", f"User {user_id} is not there, is disabled, or only looks on."
        )
