"""Fills: what a visit found, took out of and put into each slot of one cabinet.

What a driver did is a fact, whatever the books say: they may lag behind a machine whose
audit has not arrived yet. Only what no slot can hold, and what contradicts the count of
the same visit, is asked about; `confirmed` says that it is so all the same, and the books
keep what fits.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from contract.types import Fill, Fills
from db import Database, Row
from errors import Conflict, Invalid
from services.books.stock_service import NewFact


class Wrong(NamedTuple):
    """The property of a fill that cannot be, and the sentence; some may be confirmed."""

    name: str
    message: str
    may_confirm: bool = False


def facts_of_visit(
    db: Database, *, cabinet: Row, visit_id: int, occurred_at: str, fills: Fills
) -> list[NewFact]:
    """The fills that say something, as facts.

    Raises Invalid naming every fill that cannot be, Conflict for a cabinet that
    is no longer in use.
    """
    _check(db, cabinet, fills)
    return [
        NewFact(
            slot_id=fill["slot_id"],
            kind="visit",
            visit_id=visit_id,
            planogram_change_id=None,
            occurred_at=occurred_at,
            counted=fill.get("counted"),
            removed=fill.get("removed", 0),
            removed_reason=fill.get("removed_reason"),
            added=fill["added"],
        )
        for fill in fills
        if _says_something(fill)
    ]


def _says_something(fill: Fill) -> bool:
    return fill.get("counted") is not None or bool(fill["added"] or fill.get("removed"))


def _check(db: Database, cabinet: Row, fills: Fills) -> None:
    if fills and not cabinet["in_use"]:
        raise Conflict(
            f"Cabinet {cabinet['position']} of {cabinet['asset']} is no longer in use: "
            "record the visit without fills."
        )
    slots = _slots(db, cabinet["id"])
    errors: list[dict[str, Any]] = []
    seen: set[int] = set()
    for index, fill in enumerate(fills):
        wrong = _what_is_wrong(slots.get(fill["slot_id"]), fill, seen)
        if wrong is not None:
            errors.append(_error(index, wrong))
        seen.add(fill["slot_id"])
    if errors:
        raise Invalid(errors)


def _error(index: int, wrong: Wrong) -> dict[str, Any]:
    error = {"pointer": f"/fills/{index}/{wrong.name}", "message": wrong.message}
    return {**error, "may_confirm": True} if wrong.may_confirm else error


def _slots(db: Database, cabinet_id: int) -> dict[int, Row]:
    rows = db.query(
        "SELECT id, label, product_id, capacity FROM slots WHERE cabinet_id = :id",
        {"id": cabinet_id},
    )
    return {row["id"]: row for row in rows}


def _what_is_wrong(slot: Row | None, fill: Fill, seen: set[int]) -> Wrong | None:
    """None where the fill can be, or was confirmed."""
    if slot is None:
        return Wrong("slot_id", f"Slot {fill['slot_id']} is not in this cabinet.")
    if slot["id"] in seen:
        return Wrong("slot_id", f"{slot['label']} is named twice: send one fill for a slot.")
    if slot["product_id"] is None:
        return _wrong_without_product(slot, fill)
    if fill.get("confirmed"):
        return None
    counted = fill.get("counted")
    if counted is None:
        return _wrong_uncounted(slot, fill)
    return _wrong_counted(slot, fill, counted)


def _wrong_without_product(slot: Row, fill: Fill) -> Wrong | None:
    for name in ("counted", "removed", "added"):
        if fill.get(name):
            return Wrong(name, f"{slot['label']} holds no product: put one in the planogram first.")
    return None


def _wrong_uncounted(slot: Row, fill: Fill) -> Wrong | None:
    """No slot gives or takes more than it holds, whatever was in it."""
    label, capacity = slot["label"], slot["capacity"]
    for name in ("removed", "added"):
        if fill.get(name, 0) > capacity:
            return Wrong(
                name, f"{label} holds {capacity}, and {fill[name]} were {name}: is that so?", True
            )
    return None


def _wrong_counted(slot: Row, fill: Fill, found: int) -> Wrong | None:
    label, capacity = slot["label"], slot["capacity"]
    removed, added = fill.get("removed", 0), fill["added"]
    if found > capacity:
        return Wrong(
            "counted", f"{label} holds {capacity}, and {found} were found: is that so?", True
        )
    if removed > found:
        return Wrong(
            "removed", f"{label}: {found} were found and {removed} removed: is that so?", True
        )
    after = found - removed + added
    if after > capacity:
        less = f" minus {removed} removed" if removed else ""
        return Wrong(
            "added",
            f"{label} holds {capacity}: {found} found{less} plus {added} added would be {after}. "
            "Is that so?",
            True,
        )
    return None
