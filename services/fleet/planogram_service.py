"""Planograms: the dated arrangement of products over a cabinet's slots.

A save names only the slots and fields it changes. A named quantity is a count
at `as_of`; what a slot holds, which selection sells it and how much fits are an
arrangement from `as_of` on. Sales and visits never change the version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import clock
from auth import Actor
from contract.types import SlotChange
from db import Database, Row, one, scalar
from errors import Conflict, Invalid, NotFound
from records import trail
from records.changes import since as since_when
from records.paging import Sort, page
from services.books import ignored_selections, stock_service
from services.books.stock_service import NewFact
from services.fleet import cabinet_slots, visibility

ARRANGED = ("product_id", "selection", "capacity")
FIELDS = (*ARRANGED, "label", "par_level", "price_cents", "quantity", "sells_out_at")
NEWEST_FIRST = Sort("c.id", "c.id", descending=True, number=True)
CLOCK_TOLERANCE_MINUTES = 5
OLDEST_DAYS = 3_650


def get_planogram(db: Database, actor: Actor, *, cabinet_id: int) -> dict[str, Any]:
    """{cabinet_id, device_id, rows, columns, version, slots}, slots by row and column."""
    cabinet = visible_cabinet(db, actor, cabinet_id)
    return {**cabinet, "slots": cabinet_slots.shown(cabinet_slots.of_cabinet(db, cabinet_id))}


def update_planogram(
    db: Database,
    actor: Actor,
    *,
    cabinet_id: int,
    version: int,
    slots: Sequence[SlotChange],
    as_of: str | None = None,
) -> dict[str, Any]:
    """Change the named slots and fields; answers the planogram.

    Raises NotFound, Conflict (stale version, with the planogram as `current`) and
    Invalid (a slot of another cabinet, par or quantity beyond capacity, a quantity
    without a product, a product at an ignored selection, `as_of` in the future or
    more than ten years ago).
    """
    cabinet = visible_cabinet(db, actor, cabinet_id)
    db.lock("device", cabinet["device_id"])
    _take_version(db, actor, cabinet_id, version)
    at = _checked_time(as_of)
    stands = {row["id"]: row for row in cabinet_slots.of_cabinet(db, cabinet_id)}
    ignored = ignored_selections.of_device(db, cabinet["device_id"])
    wanted = _checked(db, stands, slots, ignored)
    facts = []
    since = at
    for slot_id, named in wanted.items():
        before = stands[slot_id]
        change_id = _note_change(db, actor, cabinet_id, before, named)
        if change_id is None:
            continue
        arranged_at = _arrange(db, cabinet["device_id"], before, named, at, change_id)
        since = min(since, arranged_at)
        if "quantity" in named:
            facts.append(_fact(slot_id, change_id, arranged_at, named["quantity"]))
    stock_service.post_facts(db, actor, device_id=cabinet["device_id"], facts=facts, since=since)
    after = get_planogram(db, actor, cabinet_id=cabinet_id)
    trail.record(
        db,
        actor,
        action="planogram.changed",
        noun="cabinet",
        noun_id=cabinet_id,
        before=_by_slot(stands, {slot_id: stands[slot_id] for slot_id in wanted}, wanted),
        after=_by_slot(stands, wanted, wanted),
    )
    return after


def list_planogram_changes(
    db: Database,
    actor: Actor,
    *,
    cabinet_id: int,
    slot_id: int | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Who changed which slot, from what to what, when; newest first."""
    visible_cabinet(db, actor, cabinet_id)
    found = page(
        db,
        """
        c.id, c.slot_id, s.label, c.user_id, c.username, c.changed_at, c.changes
        FROM planogram_changes c
        JOIN slots s ON s.id = c.slot_id
        """,
        conditions={
            "c.cabinet_id = :cabinet_id": True,
            "c.slot_id = :slot_id": slot_id is not None,
        },
        params={"cabinet_id": cabinet_id, "slot_id": slot_id},
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
    )
    for item in found["items"]:
        item["changes"] = json.loads(item["changes"])
    return found


def visible_cabinet(db: Database, actor: Actor, cabinet_id: int) -> Row:
    """{cabinet_id, device_id, rows, columns, version}; NotFound where the actor may not see it."""
    row = one(
        db,
        """
        SELECT id AS cabinet_id, device_id, rows, columns, version
        FROM cabinets WHERE id = :id AND removed_at IS NULL
        """,
        {"id": cabinet_id},
    )
    if row is None or not visibility.is_visible(db, actor, device_id=row["device_id"]):
        raise NotFound("There is no such cabinet.")
    return row


def _take_version(db: Database, actor: Actor, cabinet_id: int, version: int) -> None:
    taken = db.execute(
        """
        UPDATE cabinets SET version = version + 1
        WHERE id = :id AND version = :version
        RETURNING version
        """,
        {"id": cabinet_id, "version": version},
    ).fetchone()
    if taken is None:
        raise Conflict(
            "Somebody else saved this planogram meanwhile: compare and save again.",
            current=get_planogram(db, actor, cabinet_id=cabinet_id),
        )


def slot_errors(stands: Row, named: SlotChange, ignored: frozenset[str]) -> list[dict[str, str]]:
    """What a save of these fields of one slot would be refused for, once its product is in use."""
    product_id = named.get("product_id")
    products = set() if product_id is None else {product_id}
    return [
        *_slot_errors("", stands, named, products),
        *_ignored_errors("", stands, named, ignored),
    ]


def _checked_time(as_of: str | None) -> str:
    now = clock.now()
    if as_of is None:
        return now
    if as_of > clock.later(now, minutes=CLOCK_TOLERANCE_MINUTES):
        raise Invalid.at("/as_of", "must not be in the future")
    if as_of < clock.later(now, days=-OLDEST_DAYS):
        raise Invalid.at("/as_of", "must not be more than ten years ago")
    return min(as_of, now)


def _checked(
    db: Database,
    stands: Mapping[int, Row],
    slots: Sequence[SlotChange],
    ignored: frozenset[str],
) -> dict[int, dict[str, Any]]:
    """The named fields by slot id; Invalid names every place that is wrong."""
    errors: list[dict[str, str]] = []
    wanted: dict[int, dict[str, Any]] = {}
    products = _usable_products(db, slots)
    for index, named in enumerate(slots):
        place = f"/slots/{index}"
        if named["id"] not in stands:
            errors.append({"pointer": f"{place}/id", "message": "is not a slot of this cabinet"})
        elif named["id"] in wanted:
            errors.append({"pointer": f"{place}/id", "message": "is named twice"})
        else:
            wanted[named["id"]] = _fields(stands[named["id"]], named)
            errors += _slot_errors(place, stands[named["id"]], named, products)
            errors += _ignored_errors(place, stands[named["id"]], named, ignored)
    if errors:
        raise Invalid(errors)
    return wanted


def _fields(stands: Row, named: SlotChange) -> dict[str, Any]:
    """The named fields as columns; another product is refilled, unless it is said to sell out."""
    given: Mapping[str, Any] = named
    fields = {name: given[name] for name in FIELDS if name in given}
    if "sells_out" in named:
        fields["sells_out_at"] = since_when(stands["sells_out_at"], named["sells_out"])
    elif (
        stands["sells_out_at"]
        and named.get("product_id", stands["product_id"]) != (stands["product_id"])
    ):
        fields["sells_out_at"] = None
    return fields


def _slot_errors(
    place: str, stands: Row, named: SlotChange, products: set[int]
) -> list[dict[str, str]]:
    slot = {**stands, **named}
    product_id = slot["product_id"]
    emptied = product_id is None or product_id != stands["product_id"]
    quantity = named.get("quantity", 0 if emptied else stands["quantity"]) or 0
    errors = []
    if named.get("product_id") is not None and named["product_id"] not in products:
        errors.append({"pointer": f"{place}/product_id", "message": "is not a product in use"})
    if slot["par_level"] > slot["capacity"]:
        pointer = "par_level" if "par_level" in named else "capacity"
        errors.append(
            {
                "pointer": f"{place}/{pointer}",
                "message": f"par level {slot['par_level']} is more than the "
                f"{slot['capacity']} that fit",
            }
        )
    if quantity > slot["capacity"]:
        pointer = "quantity" if "quantity" in named else "capacity"
        errors.append(
            {
                "pointer": f"{place}/{pointer}",
                "message": f"{quantity} are in the slot, {slot['capacity']} fit: "
                "name the quantity that is left",
            }
        )
    if product_id is None and quantity:
        errors.append(
            {"pointer": f"{place}/quantity", "message": "a slot without a product holds nothing"}
        )
    return errors


def _ignored_errors(
    place: str, stands: Row, named: SlotChange, ignored: frozenset[str]
) -> list[dict[str, str]]:
    slot = {**stands, **named}
    if slot["product_id"] is None or slot["selection"] not in ignored:
        return []
    pointer = "selection" if "selection" in named else "product_id"
    return [
        {
            "pointer": f"{place}/{pointer}",
            "message": f"this machine ignores selection {slot['selection']}, so nothing would be "
            "sold: take it off the device's ignored selections first",
        }
    ]


def _usable_products(db: Database, slots: Sequence[SlotChange]) -> set[int]:
    ids = {named["product_id"] for named in slots if named.get("product_id") is not None}
    return {
        row["id"]
        for row in db.query(
            """
            SELECT id FROM products WHERE archived_at IS NULL
              AND id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
            """,
            {"ids": json.dumps(sorted(ids))},
        )
    }


def _fact(slot_id: int, change_id: int, at: str, counted: int | None) -> NewFact:
    """What somebody who arranged a slot says is in it."""
    return NewFact(
        slot_id=slot_id,
        kind="planogram",
        visit_id=None,
        planogram_change_id=change_id,
        occurred_at=at,
        counted=counted,
        removed=0,
        removed_reason=None,
        added=0,
    )


def _by_slot(
    stands: Mapping[int, Row], values: Mapping[int, Row], wanted: Mapping[int, Row]
) -> dict[str, Any]:
    """The named fields as properties of the cabinet: `A1 par_level`."""
    return {
        f"{stands[slot_id]['label']} {name}": values[slot_id][name]
        for slot_id, named in wanted.items()
        for name in named
    }


def _note_change(
    db: Database, actor: Actor, cabinet_id: int, before: Row, named: Mapping[str, Any]
) -> int | None:
    """Keep who changed what in a slot, and set its fields; None when nothing differs.

    A quantity is a count: it is noted also when it confirms what the books say.
    """
    changes = [
        {"field": name, "from": before[name], "to": value}
        for name, value in named.items()
        if name == "quantity" or before[name] != value
    ]
    if not changes:
        return None
    db.execute(
        """
        UPDATE slots SET label = :label, selection = :selection, product_id = :product_id,
            capacity = :capacity, par_level = :par_level, price_cents = :price_cents,
            quantity = :quantity, sells_out_at = :sells_out_at
        WHERE id = :id
        """,
        # The replay that follows sets the quantity; until then it is not known.
        {**before, **named, "quantity": 0 if {**before, **named}["product_id"] is None else None},
    )
    row = db.execute(
        """
        INSERT INTO planogram_changes (cabinet_id, slot_id, user_id, username, changed_at, changes)
        VALUES (:cabinet_id, :slot_id, :user_id, :username, :now, :changes)
        RETURNING id
        """,
        {
            "cabinet_id": cabinet_id,
            "slot_id": before["id"],
            "user_id": actor.user_id,
            "username": actor.username,
            "now": clock.now(),
            "changes": json.dumps(changes),
        },
    ).fetchone()
    return int(row[0])


def _arrange(
    db: Database,
    device_id: int,
    before: Row,
    named: Mapping[str, Any],
    at: str,
    change_id: int,
) -> str:
    """Date a slot's new arrangement, if it is one; answers from when it holds.

    Never before the slot's last one: what was saved last is what holds now.
    """
    slot = {**before, **named}
    if all(before[name] == slot[name] for name in ARRANGED):
        return at
    last = scalar(
        db,
        "SELECT max(from_at) FROM slot_arrangements WHERE slot_id = :id",
        {"id": before["id"]},
    )
    if last is None and slot["product_id"] is None:
        # The first arrangement also holds for the time before it, so it begins with a product.
        return at
    from_at = max(at, last or at)
    db.execute(
        """
        INSERT INTO slot_arrangements
            (slot_id, device_id, from_at, product_id, selection, capacity, planogram_change_id)
        VALUES (:slot_id, :device_id, :from_at, :product_id, :selection, :capacity, :change_id)
        """,
        {
            "slot_id": before["id"],
            "device_id": device_id,
            "from_at": from_at,
            "product_id": slot["product_id"],
            "selection": slot["selection"],
            "capacity": slot["capacity"],
            "change_id": change_id,
        },
    )
    return from_at
