"""Product holders: the devices that have a slot of a product, where these are few.

A product of a few machines is found from the product; one that is everywhere is soon met
by walking the devices in the order of a list.
"""

from __future__ import annotations

from db import Database

FEW = 200


def few(db: Database, product_id: int | None) -> list[int] | None:
    """The ids of those devices; None where they are many, or no product is asked for."""
    if product_id is None:
        return None
    rows = db.execute(
        """
        SELECT DISTINCT s.device_id FROM slots s
        WHERE s.product_id = :product_id
        LIMIT CAST(:more AS bigint)
        """,
        {"product_id": product_id, "more": FEW + 1},
    ).fetchall()
    return [row[0] for row in rows] if len(rows) <= FEW else None
