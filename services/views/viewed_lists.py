"""The lists that have views, and who may open them: whoever may not has none of its views."""

from __future__ import annotations

from functools import cache

import contract
from auth import Actor
from errors import Forbidden

# Each page of the contract's `ListName`, with the operation that it lists by.
OPERATIONS = {
    "alerts": "alert_service.list_alerts",
    "audit-log": "audit_service.list_audit_entries",
    "devices": "device_service.list_devices",
    "dex": "dex_read_service.list_dex_reads",
    "locations": "location_service.list_locations",
    "products": "product_service.list_products",
    "routes": "route_service.list_routes",
    "service-orders": "service_order_service.list_service_orders",
    "tickets": "ticket_service.list_tickets",
    "users": "user_service.list_users",
}


def is_open(actor: Actor, list_name: str) -> bool:
    """Whether somebody may open a list."""
    return actor.role in _roles()[list_name]


def check_open(actor: Actor, list_name: str) -> None:
    """Raises Forbidden unless somebody may open a list."""
    if not is_open(actor, list_name):
        raise Forbidden("You may not open this list.")


@cache
def _roles() -> dict[str, frozenset[str]]:
    """Who may open each list."""
    roles = {
        operation.name: frozenset(operation.roles) for operation in contract.current().operations
    }
    return {list_name: roles[name] for list_name, name in OPERATIONS.items()}
