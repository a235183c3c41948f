"""Slot changes: what is done to many slots of one product, a device at a time.

A product that goes out of use is replaced or sold out; a new list price goes to the slots
that are chosen. One change is one transaction on one device, so nobody waits for a whole
fleet. It goes through the planogram, so it is dated and in the audit log, and it can be
taken back. A slot that holds another product by now is left alone, and named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

import clock
from auth import Actor
from db import Database, Row, json_list, one, scalar
from errors import Conflict, Invalid, NotFound
from records import trail
from services.catalogue import product_service
from services.fleet import planogram_service, product_slots
from services.fleet.open_orders import CABINET_IS_OPEN

REPLACE, SELL_OUT, REFILL, PRICE = "replace", "sell_out", "refill", "price"
KEPT = ("product_id", "price_cents", "sells_out_at", "quantity")


class Fields(TypedDict, total=False):
    """What a change sets, or gives back, of a slot of the planogram."""

    product_id: int
    price_cents: int | None
    sells_out: bool
    quantity: int


def create_slot_change_preview(
    db: Database,
    actor: Actor,
    *,
    product_id: int,
    kind: str,
    slot_ids: Sequence[int],
    replacement_id: int | None = None,
    price_cents: int | None = None,
) -> dict[str, Any]:
    """What a change would do to these slots; nothing is written."""
    product_service.get_product(db, actor, product_id=product_id)
    wanted = _wanted(db, actor, product_id, kind, replacement_id, price_cents)
    rows = product_slots.with_ids(db, slot_ids)
    planned = [_planned(row, product_id, wanted) for row in rows]
    done = [row for row, each in zip(rows, planned, strict=True) if each["refused"] is None]
    return {
        "machines": len({row["device_id"] for row in done}),
        "slots": len(done),
        "units_inside": sum(row["quantity"] or 0 for row in done),
        "unknown_slots": sum(row["quantity"] is None for row in done),
        "open_orders": _open_orders(db, [row["slot_id"] for row in done]),
        "items": planned,
    }


def create_slot_change(
    db: Database,
    actor: Actor,
    *,
    product_id: int,
    device_id: int,
    kind: str,
    slot_ids: Sequence[int],
    replacement_id: int | None = None,
    price_cents: int | None = None,
) -> dict[str, Any]:
    """Change these slots of one device. Raises NotFound, Invalid, Conflict where none is left."""
    product_service.get_product(db, actor, product_id=product_id)
    wanted = _wanted(db, actor, product_id, kind, replacement_id, price_cents)
    db.lock("device", device_id)
    rows = product_slots.with_ids(db, slot_ids)
    _check_of_device(slot_ids, rows, device_id)
    planned = [_planned(row, product_id, wanted) for row in rows]
    chosen = [row for row, each in zip(rows, planned, strict=True) if each["refused"] is None]
    if not chosen:
        raise Conflict(
            "None of these slots is to be changed: they are as wanted, or hold another product."
        )
    _save(db, actor, {row["slot_id"]: (row["cabinet_id"], wanted) for row in chosen})
    before = {row["slot_id"]: {name: row[name] for name in KEPT} for row in chosen}
    change_id = _keep(db, actor, before, product_id=product_id, device_id=device_id, kind=kind)
    _record(db, actor, product_id, f"product.slots_{kind}", chosen, replacement_id, price_cents)
    return {
        **_change(db, change_id),
        "skipped": [each for each in planned if each["refused"] is not None],
    }


def undo_slot_change(db: Database, actor: Actor, *, slot_change_id: int) -> dict[str, Any]:
    """Give each slot back what it was, unless somebody changed it since.

    A quantity comes back only where nothing moved meanwhile. Raises NotFound, Conflict.
    """
    change = _locked(db, slot_change_id)
    if change["undone_at"] is not None:
        raise Conflict("This was taken back already.", current=_shown(change))
    kept = {each["slot_id"]: each for each in json.loads(change["slots"])}
    rows = product_slots.with_ids(db, kept)
    _check_products_in_use(db, actor, [kept[row["slot_id"]]["before"] for row in rows])
    left = [row for row in rows if _is_as_left(row, kept[row["slot_id"]]["after"])]
    moved = _moved_since(db, [row["slot_id"] for row in left], change["changed_at"])
    back = {
        row["slot_id"]: (
            row["cabinet_id"],
            _back(kept[row["slot_id"]]["before"], row, is_still=row["slot_id"] not in moved),
        )
        for row in left
    }
    if back:
        _save(db, actor, back)
    db.execute(
        "UPDATE slot_changes SET undone_at = :now WHERE id = :id",
        {"now": clock.now(), "id": slot_change_id},
    )
    _record(db, actor, change["product_id"], "product.slots_undone", left, None, None)
    return {
        **_change(db, slot_change_id),
        "skipped": [_item(row, "was changed since") for row in rows if row not in left],
    }


def _wanted(
    db: Database,
    actor: Actor,
    product_id: int,
    kind: str,
    replacement_id: int | None,
    price_cents: int | None,
) -> Fields:
    """The fields of the planogram that the change sets. Raises Invalid for what is missing."""
    if kind == SELL_OUT:
        return {"sells_out": True}
    if kind == REFILL:
        return {"sells_out": False}
    if kind == PRICE:
        if price_cents is None:
            raise Invalid.at("/price_cents", "is required: say which price")
        return {"price_cents": price_cents}
    if replacement_id is None:
        raise Invalid.at("/replacement_id", "is required: say which product comes instead")
    if replacement_id == product_id or not _is_in_use(db, replacement_id):
        raise Invalid.at("/replacement_id", "is not another product in use")
    if price_cents is None:
        return {"product_id": replacement_id}
    return {"product_id": replacement_id, "price_cents": price_cents}


def _is_in_use(db: Database, product_id: int) -> bool:
    found = scalar(
        db,
        "SELECT 1 FROM products WHERE id = :id AND archived_at IS NULL",
        {"id": product_id},
    )
    return found is not None


def _planned(row: Row, product_id: int, wanted: Fields) -> dict[str, Any]:
    if row["product_id"] != product_id:
        return _item(row, "holds another product")
    if "sells_out" in wanted:
        if (row["sells_out_at"] is not None) != wanted["sells_out"]:
            return _item(row, None)
        return _item(row, "sells out already" if wanted["sells_out"] else "is refilled already")
    if "product_id" not in wanted and row["price_cents"] == wanted["price_cents"]:
        return _item(row, "has this price already")
    return _item(row, None, price_cents=wanted.get("price_cents", row["price_cents"]))


def _item(row: Row, refused: str | None, *, price_cents: int | None = None) -> dict[str, Any]:
    return {
        "slot_id": row["slot_id"],
        "device_id": row["device_id"],
        "asset": row["asset"],
        "label": row["label"],
        "selection": row["selection"],
        "quantity": row["quantity"],
        "price_cents": row["price_cents"],
        "new_price_cents": row["price_cents"] if price_cents is None else price_cents,
        "refused": refused,
    }


def _check_of_device(slot_ids: Sequence[int], rows: Iterable[Row], device_id: int) -> None:
    here = {row["slot_id"] for row in rows if row["device_id"] == device_id}
    errors = [
        {"pointer": f"/slot_ids/{index}", "message": "is not a slot in use of this device"}
        for index, slot_id in enumerate(slot_ids)
        if slot_id not in here
    ]
    if errors:
        raise Invalid(errors)


def _save(db: Database, actor: Actor, fields: Mapping[int, tuple[int, Fields]]) -> None:
    """Through the planogram of each cabinet, at the version that stands: the device is held."""
    for cabinet_id in sorted({cabinet_id for cabinet_id, _ in fields.values()}):
        version = scalar(db, "SELECT version FROM cabinets WHERE id = :id", {"id": cabinet_id})
        # Each a SlotChange: Fields name some of its keys, which the type checker cannot know.
        slots: list[Any] = [
            {"id": slot_id, **named}
            for slot_id, (at_cabinet, named) in fields.items()
            if at_cabinet == cabinet_id
        ]
        planogram_service.update_planogram(
            db, actor, cabinet_id=cabinet_id, version=version, slots=slots
        )


def _locked(db: Database, slot_change_id: int) -> Row:
    """The change, with its device held. Raises NotFound."""
    device_id = scalar(
        db, "SELECT device_id FROM slot_changes WHERE id = :id", {"id": slot_change_id}
    )
    if device_id is None:
        raise NotFound("There is no such change.")
    db.lock("device", device_id)
    return _row(db, slot_change_id)


def _row(db: Database, slot_change_id: int) -> Row:
    return next(
        db.query(
            """
            SELECT id, product_id, device_id, kind, slots, username, changed_at, undone_at
            FROM slot_changes WHERE id = :id
            """,
            {"id": slot_change_id},
        )
    )


def _keep(
    db: Database,
    actor: Actor,
    before: Mapping[int, Row],
    *,
    product_id: int,
    device_id: int,
    kind: str,
) -> int:
    """The id of a change that was made: what its slots were `before`, and what they are."""
    after = {row["slot_id"]: row for row in product_slots.with_ids(db, before)}
    change_id: int = scalar(
        db,
        """
        INSERT INTO slot_changes
            (product_id, device_id, kind, slots, user_id, username, changed_at)
        VALUES (:product_id, :device_id, :kind, :slots, :user_id, :username, :now)
        RETURNING id
        """,
        {
            "product_id": product_id,
            "device_id": device_id,
            "kind": kind,
            "slots": json.dumps(
                [
                    {
                        "slot_id": slot_id,
                        "before": kept,
                        "after": {name: after[slot_id][name] for name in KEPT},
                    }
                    for slot_id, kept in before.items()
                ]
            ),
            "user_id": actor.user_id,
            "username": actor.username,
            "now": clock.now(),
        },
    )
    return change_id


def _change(db: Database, slot_change_id: int) -> dict[str, Any]:
    return _shown(_row(db, slot_change_id))


def _shown(row: Row) -> dict[str, Any]:
    slots = json.loads(row["slots"])
    return {**row, "slots": [each["slot_id"] for each in slots]}


def _is_as_left(row: Row, after: Mapping[str, Any]) -> bool:
    """Whether nobody changed the slot since; its quantity may differ, because it sells."""
    return all(row[name] == after[name] for name in KEPT if name != "quantity")


def _back(before: Mapping[str, Any], row: Row, *, is_still: bool) -> Fields:
    fields: Fields = {
        "product_id": before["product_id"],
        "price_cents": before["price_cents"],
        "sells_out": before["sells_out_at"] is not None,
    }
    is_other = before["product_id"] != row["product_id"]
    if is_other and is_still and before["quantity"] is not None:
        fields["quantity"] = before["quantity"]
    return fields


def _moved_since(db: Database, slot_ids: Sequence[int], since: str) -> set[int]:
    """The slots in which somebody did or counted something after the change, or that sold."""
    rows = db.query(
        """
        SELECT DISTINCT m.slot_id FROM stock_moves m
        WHERE m.slot_id IN (SELECT CAST(value AS bigint) FROM json_each(:slot_ids))
          AND m.recorded_at >= :since AND m.source_kind <> 'planogram'
        """,
        {"slot_ids": json_list(slot_ids), "since": since},
    )
    return {row["slot_id"] for row in rows}


def _check_products_in_use(db: Database, actor: Actor, kept: Iterable[Mapping[str, Any]]) -> None:
    for product_id in sorted({each["product_id"] for each in kept}):
        product = product_service.get_product(db, actor, product_id=product_id)
        if product["archived_at"] is not None:
            raise Conflict(f"{product['name']} is archived: restore it first.")


def _open_orders(db: Database, slot_ids: Sequence[int]) -> int:
    """How many open orders load one of these slots, with what they held when it was planned."""
    found = one(
        db,
        f"""
        SELECT count(DISTINCT i.service_order_id) AS orders
        FROM service_order_cabinets oc
        JOIN service_order_items i
          ON i.service_order_id = oc.service_order_id AND i.cabinet_id = oc.cabinet_id
        WHERE {CABINET_IS_OPEN}
          AND i.slot_id IN (SELECT CAST(value AS bigint) FROM json_each(:slot_ids))
        """,
        {"slot_ids": json_list(slot_ids)},
    )
    return found["orders"] if found else 0


def _record(
    db: Database,
    actor: Actor,
    product_id: int,
    action: str,
    rows: Sequence[Row],
    replacement_id: int | None,
    price_cents: int | None,
) -> None:
    after: dict[str, Any] = {
        "device": rows[0]["asset"] if rows else None,
        "slots": ", ".join(row["label"] for row in rows),
    }
    if replacement_id is not None:
        after["replacement_id"] = replacement_id
    if price_cents is not None:
        after["price_cents"] = price_cents
    trail.record(db, actor, action=action, noun="product", noun_id=product_id, after=after)
