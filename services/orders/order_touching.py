"""Touching an order: whoever looks what follows from a change of it is told (touched.py).

When a machine is visited next tells whether it runs out before, so its machines are touched too.
"""

from __future__ import annotations

from db import Database
from services.system import touched

DEVICES = """
    SELECT DISTINCT c.device_id FROM service_order_cabinets oc
    JOIN cabinets c ON c.id = oc.cabinet_id
    WHERE oc.service_order_id = :service_order_id
"""


def touch(db: Database, service_order_id: int) -> None:
    """Note that an order, or when and where it stops, was changed."""
    rows = db.query(DEVICES, {"service_order_id": service_order_id})
    touched.note(db, "service_order", service_order_id)
    touched.note(db, "device", *[row["device_id"] for row in rows])
