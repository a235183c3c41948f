"""Ignored selections: what a machine counts, gives for nothing, and nobody wants in its books.

A device's list of selection codes, kept in its row as JSON. The odometers stay as
reported, and `intervals` derives nothing from them, so that the list alone decides:
without a code in it, everything is derived as if it had never been there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from db import Database, scalar
from errors import Invalid

NONE = "[]"


def of_device(db: Database, device_id: int) -> frozenset[str]:
    """The selections that a device ignores."""
    kept = scalar(db, "SELECT ignored_selections FROM devices WHERE id = :id", {"id": device_id})
    return frozenset(codes(kept))


def codes(kept: str) -> list[str]:
    """What devices.ignored_selections holds, as the contract shows it."""
    found: list[str] = json.loads(kept) if kept != NONE else []
    return found


def check_sells_nothing(db: Database, *, device_id: int, wanted: Sequence[str]) -> None:
    """Invalid for a selection that a slot sells a product by: that would never be sold."""
    sold_by = {
        row["selection"]: row
        for row in db.query(
            """
            SELECT s.selection, s.label, p.name AS product_name
            FROM slots s
            JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
            JOIN products p ON p.id = s.product_id
            WHERE s.device_id = :device_id AND s.selection IS NOT NULL
            ORDER BY s.position DESC
            """,
            {"device_id": device_id},
        )
    }
    errors = [
        {
            "pointer": f"/ignored_selections/{index}",
            "message": f"{code} sells {sold_by[code]['product_name']} from slot "
            f"{sold_by[code]['label']}, so it cannot be ignored",
        }
        for index, code in enumerate(wanted)
        if code in sold_by
    ]
    if errors:
        raise Invalid(errors)
