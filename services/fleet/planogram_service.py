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
from domain.stock import spelling
from errors import Conflict, Invalid, NotFound
from records import trail
from records.changes import since as since_when
from records.paging import Sort, page
from services.books import ignored_selections, slot_levels, stock_service
from services.books.stock_service import NewFact
from services.fleet import device_service

ARRANGED = ("product_id", "selection", "capacity")
FIELDS = (*ARRANGED, "label", "par_level", "price_cents", "quantity", "sells_out_at")
# What the figures of a slot are computed from, and those of one that holds nothing.
WORKINGS = frozenset({"earned_cents", "cost_cents"})
EMPTY: Row = {"state": None, "lost_cents_per_day": 0}
NEWEST_FIRST = Sort("c.id", "c.id", descending=True, number=True)
CLOCK_TOLERANCE_MINUTES = 5
OLDEST_DAYS = 3_650


def get_planogram(db: Database, actor: Actor, *, cabinet_id: int) -> dict[str, Any]:
    """{cabinet_id, device_id, rows, columns, version, slots}, slots by row and column."""
    cabinet = visible_cabinet(db, actor, cabinet_id)
    return {**cabinet, "slots": _shown(slots_of_cabinet(db, cabinet_id))}


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
    stands = {row["id"]: row for row in slots_of_cabinet(db, cabinet_id)}
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
    if row is None or not device_service.is_visible(db, actor, device_id=row["device_id"]):
        raise NotFound("There is no such cabinet.")
    return row


def slots_of_cabinet(db: Database, cabinet_id: int) -> list[Row]:
    """The slots of a cabinet; `reported_as` is how the machine spells a selection otherwise."""
    slots = list(
        db.query(
            """
            SELECT s.id, s."row", s."column", s.label, s.selection, s.product_id,
                   p.name AS product_name, p.archived_at AS product_archived_at, s.sells_out_at,
                   s.capacity, s.par_level, s.price_cents, s.quantity,
                   s.estimated_quantity, CASE WHEN s.quantity IS NOT NULL
                       AND s.product_id IS NOT NULL THEN COALESCE(s.known_at, m.last_read_at) END
                       AS known_at,
                   s.units_per_day, s.units_per_day_basis, p.price_cents AS list_price_cents,
                   d.price_cents AS machine_price_cents,
                   COALESCE(s.price_cents, p.price_cents) AS earned_cents, p.cost_cents
            FROM slots s
            JOIN device_metrics m ON m.device_id = s.device_id
            LEFT JOIN products p ON p.id = s.product_id
            LEFT JOIN dex_selections d ON d.selection = s.selection AND d.dex_read_id = (
                SELECT r.id FROM dex_reads r
                WHERE r.device_id = s.device_id AND r.position IS NOT NULL
                ORDER BY r.position DESC LIMIT 1
            )
            WHERE s.cabinet_id = :cabinet_id
            ORDER BY s.position
            """,
            {"cabinet_id": cabinet_id},
        )
    )
    sells = [slot for slot in slots if slot["product_id"] and slot["selection"]]
    is_otherwise = any(slot["machine_price_cents"] is None for slot in sells)
    reported = _reported(db, cabinet_id) if is_otherwise else {}
    others = spelling.compare(reported, _sold_by(db, cabinet_id)).reported if reported else {}
    for slot in slots:
        other = others.get(slot["selection"]) if slot["product_id"] else None
        slot["reported_as"] = other
        if other is not None:
            slot["machine_price_cents"] = reported[other]
    return slots


def _reported(db: Database, cabinet_id: int) -> dict[str, int | None]:
    """What the device's last read reports: prices by selection."""
    return {
        row["selection"]: row["price_cents"]
        for row in db.query(
            """
            SELECT d.selection, d.price_cents FROM dex_selections d
            WHERE d.dex_read_id = (
                SELECT r.id FROM dex_reads r
                JOIN cabinets c ON c.device_id = r.device_id
                WHERE c.id = :cabinet_id AND r.position IS NOT NULL
                ORDER BY r.position DESC LIMIT 1
            )
            """,
            {"cabinet_id": cabinet_id},
        )
    }


def _sold_by(db: Database, cabinet_id: int) -> list[str]:
    """The selections by which the device sells, of all its cabinets."""
    return [
        row["selection"]
        for row in db.query(
            """
            SELECT s.selection FROM slots s
            JOIN cabinets c ON c.device_id = s.device_id
            WHERE c.id = :cabinet_id AND s.selection IS NOT NULL AND s.product_id IS NOT NULL
            """,
            {"cabinet_id": cabinet_id},
        )
    ]


def _shown(slots: list[Row]) -> list[Row]:
    """The slots with what their level says; an empty one has no state."""
    holding = [slot for slot in slots if slot["product_id"] is not None]
    figures = dict(
        zip((slot["id"] for slot in holding), slot_levels.figures_of(holding), strict=True)
    )
    return [
        {
            **{name: value for name, value in slot.items() if name not in WORKINGS},
            "state": figures.get(slot["id"], EMPTY)["state"],
            "lost_cents_per_day": figures.get(slot["id"], EMPTY)["lost_cents_per_day"],
        }
        for slot in slots
    ]


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
