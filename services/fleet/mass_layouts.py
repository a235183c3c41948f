"""Mass layouts: the planogram of one machine copied to others, slot by slot.

Cabinets are matched by their position, and slots by their place; what a slot sells by and
its label stay the machine's own. A cabinet of another size is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db import Database, Row, one
from errors import Invalid
from records import company
from services.fleet import mass_words
from services.fleet.mass_parts import Part

COPIED = ("product_id", "capacity", "par_level", "price_cents")
OTHER_SIZE = "is in a cabinet of another size"
SOURCE = """
    SELECT c.position AS cabinet, c.rows, c.columns, s.position, s.product_id, s.capacity,
           s.par_level, s.price_cents, p.name AS product
    FROM slots s
    JOIN cabinets c ON c.id = s.cabinet_id AND c.removed_at IS NULL
    LEFT JOIN products p ON p.id = s.product_id
    WHERE s.device_id = :device_id
"""


class Layout:
    """The slots of the machine that is copied, by their place, and how they are shown."""

    def __init__(self, db: Database, device_id: int) -> None:
        """Raises Invalid where there is no such device."""
        found = one(db, "SELECT asset FROM devices WHERE id = :id", {"id": device_id})
        if found is None:
            raise Invalid.at("/change/device_id", "is not a device")
        self.asset: str = found["asset"]
        rows = list(db.query(SOURCE, {"device_id": device_id}))
        self._slots = {row["position"]: row for row in rows}
        self._sizes = {row["cabinet"]: (row["rows"], row["columns"]) for row in rows}
        self._decimals = company.currency_decimals(db)

    def change(self, slot: Row) -> Row:
        """What a slot of another machine gets of it; nothing where it is of another size."""
        like = self._slots.get(slot["position"])
        if like is None or not self.fits(slot):
            return {}
        wanted = {name: like[name] for name in COPIED}
        if wanted["product_id"] != slot["product_id"]:
            wanted["sells_out_at"] = None
        return wanted

    def fits(self, slot: Row) -> bool:
        """Whether its cabinet is as large as the one that is copied."""
        return self._sizes.get(slot["cabinet"]) == (slot["rows"], slot["columns"])

    def shown(self, slot: Row) -> str:
        """`Cola, 1.50, par 8 of 10`, as the slot is."""
        return self._words(slot["product"], slot)

    def shown_after(self, slot: Row) -> str:
        """And as it becomes."""
        like = self._slots.get(slot["position"])
        return self._words(like["product"], like) if like and self.fits(slot) else self.shown(slot)

    def _words(self, product: str | None, slot: Mapping[str, Any]) -> str:
        if product is None:
            return "empty"
        cents = slot["price_cents"]
        price = "" if cents is None else f", {cents / 10**self._decimals:.{self._decimals}f}"
        return f"{product}{price}, par {slot['par_level']} of {slot['capacity']}"


def said(parts: Sequence[Part], asset: str) -> list[str]:
    """What the copy means."""
    changed = [part for part in parts if part.is_changed]
    if not changed:
        return []
    count = len(changed)
    words = [
        f"{mass_words.counted(count, 'slot')} {mass_words.verb(count, 'become')} as in {asset}."
    ]
    replaced = [part for part in changed if "product_id" in part.set]
    if replaced:
        count = len(replaced)
        words.append(f"{count:,} of them {mass_words.verb(count, 'hold')} another product then.")
    units = sum(part.before["quantity"] or 0 for part in replaced if part.before["product_id"])
    if units:
        words.append(f"{mass_words.counted(units, 'unit')} of what is inside are to be taken out.")
    return words
