"""Open orders: what every statement means by an order, or a cabinet in one, that is open.

An order is open until it is completed or cancelled; it is said this way, and not by the
other statuses, because the indexes of open orders are. A cabinet is open in its order
until its visit is recorded or its stop is skipped, which may be sooner.
"""

from __future__ import annotations

from db import Database, scalar, where
from errors import Conflict

# Of an order `o`.
ORDER_IS_OPEN = "o.status <> 'completed' AND o.status <> 'cancelled'"
# It is to be carried out, or was.
ORDER_STANDS = "o.status <> 'cancelled'"
# Of a cabinet `oc` in its order.
CABINET_IS_OPEN = "oc.closed_at IS NULL"


def check_in_none(
    db: Database, *, device_id: int | None = None, cabinet_id: int | None = None
) -> None:
    """Conflict for a device, or a cabinet, that an open order loads."""
    clause = where(
        {
            CABINET_IS_OPEN: True,
            "c.device_id = :device_id": device_id is not None,
            "c.id = :cabinet_id": cabinet_id is not None,
        }
    )
    order_id = scalar(
        db,
        f"""
        SELECT oc.service_order_id
        FROM service_order_cabinets oc
        JOIN cabinets c ON c.id = oc.cabinet_id
        {clause}
        LIMIT 1
        """,
        {"device_id": device_id, "cabinet_id": cabinet_id},
    )
    if order_id is not None:
        raise Conflict(f"The open service order {order_id} loads it: carry it out or cancel it.")
