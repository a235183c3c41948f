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
from db import Database, Row, one
from errors import Conflict, Invalid, NotFound
from records import trail
from records.changes import since as since_when
from records.paging import Sort, page
from services.books import ignored_selections, stock_service
from services.books.stock_service import NewFact
from services.fleet import cabinet_slots, slot_rules, slot_saving, visibility
from services.fleet.slot_saving import Saved, Wanted

FIELDS = (*slot_saving.ARRANGED, "label", "par_level", "price_cents", "quantity", "sells_out_at")
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
    places = {"cabinet_id": cabinet_id, "device_id": cabinet["device_id"]}
    saved = slot_saving.save(
        db,
        actor,
        [Wanted({**stands[slot_id], **places}, named) for slot_id, named in wanted.items()],
        at=at,
        replayed=True,
    )
    facts = [
        counted(slot_id, each, wanted[slot_id]["quantity"])
        for slot_id, each in saved.items()
        if "quantity" in wanted[slot_id]
    ]
    stock_service.post_facts(db, actor, device_id=cabinet["device_id"], facts=facts, since=at)
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
    products = slot_rules.in_use(db, (each.get("product_id") for each in slots))
    for index, named in enumerate(slots):
        place = f"/slots/{index}"
        if named["id"] not in stands:
            errors.append({"pointer": f"{place}/id", "message": "is not a slot of this cabinet"})
        elif named["id"] in wanted:
            errors.append({"pointer": f"{place}/id", "message": "is named twice"})
        else:
            wanted[named["id"]] = _fields(stands[named["id"]], named)
            errors += [
                {"pointer": f"{place}/{each.field}", "message": each.message}
                for each in slot_rules.broken(
                    stands[named["id"]], named, products=products, ignored=ignored
                )
            ]
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


def counted(slot_id: int, saved: Saved, quantity: int) -> NewFact:
    """What somebody who arranged a slot says is in it."""
    return NewFact(
        slot_id=slot_id,
        kind="planogram",
        visit_id=None,
        planogram_change_id=saved.change_id,
        occurred_at=saved.since,
        counted=quantity,
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
