"""Fills: what a visit found in, took out of and put into each slot of one cabinet.

A fill is refused when the slot could not hold what it says: the check starts
from `counted` where the driver counted, else from the books, where an unknown
quantity is taken as 0.
"""

from __future__ import annotations

from typing import Any

from db import Database, Row
from errors import Conflict, Invalid

Fill = dict[str, Any]
Wrong = tuple[str, str]


def facts_of_visit(
    db: Database, *, cabinet: Row, visit_id: int, occurred_at: str, fills: list[Fill]
) -> list[Row]:
    """The fills that say something, as facts for `stock_service.post_facts`.

    Raises Invalid naming every fill that cannot be, Conflict for a cabinet that
    is no longer in use.
    """
    _check(db, cabinet, fills)
    return [
        {
            "slot_id": fill["slot_id"],
            "kind": "visit",
            "visit_id": visit_id,
            "planogram_change_id": None,
            "occurred_at": occurred_at,
            "counted": fill.get("counted"),
            "removed": fill.get("removed", 0),
            "removed_reason": fill.get("removed_reason"),
            "added": fill["added"],
        }
        for fill in fills
        if _says_something(fill)
    ]


def _says_something(fill: Fill) -> bool:
    return fill.get("counted") is not None or bool(fill["added"] or fill.get("removed"))


def _check(db: Database, cabinet: Row, fills: list[Fill]) -> None:
    if fills and not cabinet["in_use"]:
        raise Conflict(
            f"Cabinet {cabinet['position']} of {cabinet['asset']} is no longer in use: "
            "record the visit without fills."
        )
    slots = _slots(db, cabinet["id"])
    errors: list[dict[str, str]] = []
    seen: set[int] = set()
    for index, fill in enumerate(fills):
        wrong = _what_is_wrong(slots.get(fill["slot_id"]), fill, seen)
        if wrong is not None:
            errors.append({"pointer": f"/fills/{index}/{wrong[0]}", "message": wrong[1]})
        seen.add(fill["slot_id"])
    if errors:
        raise Invalid(errors)


def _slots(db: Database, cabinet_id: int) -> dict[int, Row]:
    rows = db.query(
        "SELECT id, label, product_id, capacity, quantity FROM slots WHERE cabinet_id = :id",
        {"id": cabinet_id},
    )
    return {row["id"]: row for row in rows}


def _what_is_wrong(slot: Row | None, fill: Fill, seen: set[int]) -> Wrong | None:
    """The property and the sentence; None where the fill can be."""
    if slot is None:
        return "slot_id", f"Slot {fill['slot_id']} is not in this cabinet."
    if slot["id"] in seen:
        return "slot_id", f"{slot['label']} is named twice: send one fill for a slot."
    if slot["product_id"] is None:
        return _wrong_without_product(slot, fill)
    return _wrong_quantity(slot, fill)


def _wrong_without_product(slot: Row, fill: Fill) -> Wrong | None:
    for name in ("counted", "removed", "added"):
        if fill.get(name):
            return name, f"{slot['label']} holds no product: put one in the planogram first."
    return None


def _wrong_quantity(slot: Row, fill: Fill) -> Wrong | None:
    counted, removed, added = fill.get("counted"), fill.get("removed", 0), fill["added"]
    capacity = slot["capacity"]
    found = (slot["quantity"] or 0) if counted is None else counted
    after = found - removed + added
    if found <= capacity and removed <= found and after <= capacity:
        return None
    label, where_from = slot["label"], _where_from(slot, counted)
    if found > capacity:
        return "counted", f"{label} holds {capacity}: {found} cannot have been in it."
    if removed > found:
        return "removed", (
            f"{label}: {removed} cannot be removed, there are {found} {where_from}."
            + _ask_for_count(counted)
        )
    return "added", (
        f"{label} holds {capacity}: {_sum(found, where_from, removed)} plus {added} added "
        f"would be {after}." + (_ask_for_count(counted) if added <= capacity else "")
    )


def _where_from(slot: Row, counted: int | None) -> str:
    if counted is not None:
        return "counted"
    return "known" if slot["quantity"] is None else "in the books"


def _sum(found: int, where_from: str, removed: int) -> str:
    return f"{found} {where_from}" + (f" minus {removed} removed" if removed else "")


def _ask_for_count(counted: int | None) -> str:
    return " Count what is in the slot and send it as counted." if counted is None else ""
