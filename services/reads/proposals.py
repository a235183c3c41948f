"""Proposals: a cabinet's slots as an audit suggests them. What is a guess is marked as one."""

from __future__ import annotations

from typing import Any

from auth import Actor
from db import Database, Row, one
from domain.dex import Audit, Selection
from domain.dex.layout import Layout
from domain.stock import spelling
from errors import Conflict, Invalid
from services.books import ignored_selections
from services.fleet import cabinet_slots
from services.fleet.planogram_service import visible_cabinet
from services.reads import dex_contents, dex_views

# What a slot usually holds; proposed, marked as a guess, never saved by itself.
USUAL_CAPACITY = 10


def create_planogram_proposal(
    db: Database, actor: Actor, *, cabinet_id: int, dex_read_id: int
) -> dict[str, Any]:
    """Slots proposed from an audit's layout and prices; nothing is saved."""
    cabinet = visible_cabinet(db, actor, cabinet_id)
    slots = cabinet_slots.of_cabinet(db, cabinet_id)
    return _proposal(db, cabinet=cabinet, slots=slots, dex_read_id=dex_read_id)


def _proposal(db: Database, *, cabinet: Row, slots: list[Row], dex_read_id: int) -> dict[str, Any]:
    """A PlanogramProposal of the contract: a slot for each selection that finds one.

    A selection goes to the slot that has it already, else to the slot at its place in
    the detected layout; of a combination machine, each cabinet gets its own part. Raises
    Invalid for a read that is not there.
    """
    if one(db, "SELECT id FROM dex_reads WHERE id = :id", {"id": dex_read_id}) is None:
        raise Invalid.at("/dex_read_id", "is not an audit")
    try:
        audit = dex_contents.parsed(db, dex_read_id=dex_read_id)
    except dex_contents.Gone as gone:
        raise Conflict(f"{gone.detail} Take a later one.") from None
    selections = _of_cabinet(db, cabinet, audit)
    layout = dex_views.layout_of(selections)
    if layout is None:
        raise Conflict("This audit names no selections, so there is nothing to propose.")
    products = _products_by_name(db, audit)
    proposed, unplaced = [], []
    free = {slot["id"]: slot for slot in slots}
    ignored = ignored_selections.of_device(db, cabinet["device_id"])
    sold_by = [slot["selection"] for slot in slots if slot["selection"] and slot["product_id"]]
    spelled = spelling.compare([each.selection for each in selections], sold_by).known
    for selection in selections:
        if selection.ignorable or selection.selection in ignored:
            continue
        own = spelled.get(selection.selection, selection.selection)
        slot = _slot_for(selection, own, free.values(), layout)
        if slot is None:
            unplaced.append(selection.selection)
            continue
        del free[slot["id"]]
        proposed.append(_proposed(slot, selection, products))
    return {
        "cabinet_id": cabinet["cabinet_id"],
        "dex_read_id": dex_read_id,
        "layout": dex_views.layout_fields(layout),
        "slots": proposed,
        "unplaced": unplaced,
    }


def _of_cabinet(db: Database, cabinet: Row, audit: Audit) -> list[Selection]:
    """The selections that this cabinet may have: of a combination machine, those of its part."""
    parts = {each.part for each in audit.selections}
    ids = [
        row["id"]
        for row in db.query(
            """
            SELECT id FROM cabinets
            WHERE device_id = :device_id AND removed_at IS NULL
            ORDER BY position
            """,
            cabinet,
        )
    ]
    if len(parts) < 2 or len(ids) < 2:
        return list(audit.selections)
    number = ids.index(cabinet["cabinet_id"]) + 1
    return [each for each in audit.selections if each.part == number]


def _slot_for(selection: Selection, own: str, free: Any, layout: Layout) -> Row | None:
    """`own` is the selection as a slot spells it that sells by it already."""
    place = layout.places.get(selection.selection)
    by_place = None
    for slot in free:
        if slot["selection"] == own and slot["product_id"] is not None:
            return dict(slot)
        if place == (slot["row"], slot["column"]):
            by_place = slot
    return by_place


def _proposed(slot: Row, selection: Selection, products: dict[str, Row]) -> dict[str, Any]:
    guessed = []
    if slot["selection"] != selection.selection:
        guessed.append("selection")
    product_id, product_name = slot["product_id"], slot["product_name"]
    match = products.get((selection.product_name or "").lower())
    if product_id is None and match is not None:
        product_id, product_name = match["id"], match["name"]
        guessed.append("product_id")
    capacity = slot["capacity"] or selection.capacity or USUAL_CAPACITY
    if not slot["capacity"]:
        guessed.append("capacity")
    par_level = slot["par_level"] or min(selection.standard_fill or capacity, capacity)
    if not slot["par_level"]:
        guessed.append("par_level")
    return {
        "slot_id": slot["id"],
        "label": slot["label"],
        "selection": selection.selection,
        "price_cents": selection.price_cents,
        "product_id": product_id,
        "product_name": product_name,
        "capacity": capacity,
        "par_level": par_level,
        "guessed": guessed,
    }


def _products_by_name(db: Database, audit: Audit) -> dict[str, Row]:
    """The products in use that are named as the machine names its selections."""
    names = {each.product_name.lower() for each in audit.selections if each.product_name}
    return {
        row["name"].lower(): row
        for row in db.query("SELECT id, name FROM products WHERE archived_at IS NULL ORDER BY id")
        if row["name"].lower() in names
    }
