"""Taking back: all that an import did, undone in one transaction while nothing depends on it.

What it created goes, what it changed is again as it was. A product that the history of a slot
names is archived instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from auth import Actor
from db import Database, IntegrityError, Row, json_list
from errors import Conflict
from services.books import stock_service
from services.catalogue import product_service
from services.fleet import (
    cabinet_type_service,
    cabinets,
    device_removal,
    device_service,
    device_type_service,
    location_service,
    planogram_service,
    route_service,
)
from services.people import user_service
from services.transfer.plans import Effect, Told

IDS = "(SELECT CAST(value AS bigint) FROM json_each(:ids))"


class Stored(NamedTuple):
    """What a noun is called, and the version and name of those with given ids."""

    words: str
    versions: str


STORED = {
    "product": Stored("product", f"SELECT id, version, name FROM products WHERE id IN {IDS}"),
    "location": Stored("location", f"SELECT id, version, name FROM locations WHERE id IN {IDS}"),
    "route": Stored("route", f"SELECT id, version, name FROM routes WHERE id IN {IDS}"),
    "user": Stored("user", f"SELECT id, version, username AS name FROM users WHERE id IN {IDS}"),
    "device_type": Stored(
        "machine type", f"SELECT id, version, name FROM device_types WHERE id IN {IDS}"
    ),
    "cabinet_type": Stored(
        "cabinet type", f"SELECT id, version, name FROM cabinet_types WHERE id IN {IDS}"
    ),
    "device": Stored(
        "machine", f"SELECT id, version, asset AS name FROM devices WHERE id IN {IDS}"
    ),
    "cabinet": Stored(
        "planogram of machine",
        f"""
        SELECT c.id, c.version, d.asset AS name FROM cabinets c
        JOIN devices d ON d.id = c.device_id
        WHERE c.id IN {IDS}
        """,
    ),
}
REMOVE: dict[str, Callable[..., None]] = {
    "product": product_service.remove_product,
    "location": location_service.remove_location,
    "route": route_service.remove_route,
    "device_type": device_type_service.remove_device_type,
    "cabinet_type": cabinet_type_service.remove_cabinet_type,
    "user": user_service.remove_user,
}
UPDATE: dict[str, Callable[..., Row]] = {
    "product": product_service.update_product,
    "location": location_service.update_location,
    "route": route_service.update_route,
    "user": user_service.update_user,
    "device": device_service.update_device,
}
# Who refers to what, which goes in this order.
ORDER = ("cabinet", "device", "route", "location", "device_type", "cabinet_type", "product", "user")
# What happened at a machine since, that rests on what its slots held then.
SINCE = f"""
    SELECT d.asset FROM devices d
    WHERE d.id IN {IDS} AND (
        EXISTS (
            SELECT 1 FROM dex_reads r WHERE r.device_id = d.id AND r.received_at >= :since
        ) OR EXISTS (
            SELECT 1 FROM slot_facts f
            WHERE f.device_id = d.id AND f.kind = 'visit' AND f.recorded_at >= :since
        )
    )
    ORDER BY d.asset_order, d.id
    LIMIT 1
"""
# Of machines and cabinets that an import created, those that hold what somebody else brought.
ARRANGED = f"""
    SELECT d.asset FROM cabinets c
    JOIN devices d ON d.id = c.device_id
    WHERE (c.device_id IN {IDS} OR c.id IN (SELECT CAST(value AS bigint) FROM json_each(:added)))
      AND c.id NOT IN (SELECT CAST(value AS bigint) FROM json_each(:own))
      AND EXISTS (
          SELECT 1 FROM slots s WHERE s.cabinet_id = c.id AND (
              s.product_id IS NOT NULL OR EXISTS (
                  SELECT 1 FROM slot_facts f WHERE f.slot_id = s.id AND f.reversed_at IS NULL
              )
          )
      )
    ORDER BY d.asset_order, d.id
    LIMIT 1
"""
PHOTOS = f"""
    SELECT p.name FROM products p
    WHERE p.id IN {IDS} AND EXISTS (
        SELECT 1 FROM files f WHERE f.noun = 'product' AND f.noun_id = p.id
    )
    ORDER BY p.id
    LIMIT 1
"""
TYPES_OF = f"SELECT device_type_id FROM devices WHERE id IN {IDS}"
DEVICES_OF = f"SELECT id, device_id FROM cabinets WHERE id IN {IDS}"
AT_LOCATIONS = f"SELECT id FROM devices WHERE location_id IN {IDS} ORDER BY id"


def take_back(
    db: Database, actor: Actor, effects: Sequence[Effect], *, since: str, told: Told
) -> None:
    """Undo what an import did that began at `since`. Raises Conflict with what depends on it."""
    created = {(each.noun, each.noun_id) for each in effects if each.before is None}
    devices = {
        row["id"]: row["device_id"]
        for row in db.query(DEVICES_OF, {"ids": _ids(effects, "cabinet")})
    }
    changed = [
        each
        for each in effects
        if each.before is not None and ("device", devices.get(each.noun_id)) not in created
    ]
    _hold(db, effects, changed, devices)
    _check_unchanged(db, effects)
    _check_no_history(db, changed, created, devices, since)
    ordered = sorted(enumerate(changed), key=lambda each: (ORDER.index(each[1].noun), -each[0]))
    for done, (_, effect) in enumerate(ordered):
        told(done, len(effects))
        _restore(db, actor, effect, devices)
    device_removal.remove(db, [noun_id for noun, noun_id in created if noun == "device"])
    for noun, noun_id in sorted(created, key=lambda each: (ORDER.index(each[0]), each[1])):
        if noun != "device":
            _remove(db, actor, noun, noun_id)


def _hold(
    db: Database, effects: Sequence[Effect], changed: Sequence[Effect], devices: Mapping[int, int]
) -> None:
    """All that is changed, in the order of locks, with what it referred to before."""
    if any(each.noun == "user" for each in changed):
        db.lock("users", 0)
    of_devices = db.query(TYPES_OF, {"ids": _ids(changed, "device")})
    types = {row["device_type_id"] for row in of_devices}
    for noun in ("location", "device_type", "cabinet_type", "route"):
        ids = {each.noun_id for each in effects if each.noun == noun}
        # Of a device that is changed its type is held too.
        ids |= types if noun == "device_type" else set()
        ids |= {
            each.before[f"{noun}_id"]
            for each in changed
            if each.before is not None and each.before.get(f"{noun}_id") is not None
        }
        for noun_id in sorted(ids):
            db.lock(noun, noun_id)
    ids = {each.noun_id for each in effects if each.noun == "device"} | set(devices.values())
    moved = [each for each in changed if each.noun == "location"]
    rows = db.query(AT_LOCATIONS, {"ids": _ids(moved, "location")})
    for device_id in sorted(ids | {row["id"] for row in rows}):
        db.lock("device", device_id)


def _check_unchanged(db: Database, effects: Sequence[Effect]) -> None:
    """Conflict for what somebody changed, or removed, since."""
    left = {(each.noun, each.noun_id): each.version for each in effects}
    for noun, stored in STORED.items():
        rows = list(db.query(stored.versions, {"ids": _ids(effects, noun)}))
        for row in rows:
            if row["version"] != left[noun, row["id"]]:
                raise _depends(f"{stored.words} {row['name']} was changed since")
        if len(rows) < sum(each == noun for each, _ in left):
            raise _depends(f"a {stored.words} of it is no more")


def _check_no_history(
    db: Database,
    changed: Sequence[Effect],
    created: set[tuple[str, int]],
    devices: Mapping[int, int],
    since: str,
) -> None:
    new = [each for noun, each in created if noun == "device"]
    history = device_removal.history_of(db, new)
    if history is not None:
        raise _depends(history)
    added = [each.before["cabinet_id"] for each in changed
             if each.before is not None and "cabinet_id" in each.before]  # fmt: skip
    asked = {"ids": json_list(new), "added": json_list(added), "own": json_list(devices)}
    if (row := next(db.query(ARRANGED, asked), None)) is not None:
        raise _depends(f"the planogram of machine {row['asset']} was changed since")
    products = [each for noun, each in created if noun == "product"]
    if (row := next(db.query(PHOTOS, {"ids": json_list(products)}), None)) is not None:
        raise _depends(f"product {row['name']} has photos")
    arranged = {devices[each.noun_id] for each in changed if each.noun == "cabinet"}
    row = next(db.query(SINCE, {"ids": json_list(arranged), "since": since}), None)
    if row is not None:
        raise _depends(f"machine {row['asset']} was read or visited since")


def _restore(db: Database, actor: Actor, effect: Effect, devices: Mapping[int, int]) -> None:
    before: dict[str, Any] = effect.before or {}
    if effect.noun == "cabinet":
        _restore_slots(db, actor, effect.noun_id, devices[effect.noun_id], before)
        return
    if "cabinet_id" in before:
        device_service.delete_cabinet(db, actor, cabinet_id=before["cabinet_id"])
        cabinets.forget_unused(db, before["cabinet_id"])
        return
    stored = STORED[effect.noun]
    (row,) = db.query(stored.versions, {"ids": json_list([effect.noun_id])})
    UPDATE[effect.noun](
        db,
        actor,
        version=row["version"],
        changes=before,
        **{f"{effect.noun}_id": effect.noun_id},
    )


def _restore_slots(
    db: Database, actor: Actor, cabinet_id: int, device_id: int, before: Mapping[str, Any]
) -> None:
    stock_service.reverse_changes(
        db, actor, device_id=device_id, cabinet_id=cabinet_id, after=before["last_change"]
    )
    planogram = planogram_service.get_planogram(db, actor, cabinet_id=cabinet_id)
    stands = {slot["id"]: slot for slot in planogram["slots"]}
    slots: Any = []
    for slot_id, was in before["slots"].items():
        slot = stands[int(slot_id)]
        fields = {name: value for name, value in was.items() if name != "quantity"}
        is_other = slot["product_id"] != was["product_id"]
        if is_other and was["product_id"] is not None and was["quantity"] is not None:
            fields["quantity"] = was["quantity"]
        slots.append({"id": slot["id"], **fields})
    planogram_service.update_planogram(
        db, actor, cabinet_id=cabinet_id, version=planogram["version"], slots=slots
    )


def _remove(db: Database, actor: Actor, noun: str, noun_id: int) -> None:
    stored = STORED[noun]
    (row,) = db.query(stored.versions, {"ids": json_list([noun_id])})
    try:
        with db.atomic():
            REMOVE[noun](db, **{f"{noun}_id": noun_id})
    except IntegrityError as error:
        if error.kind != "foreign_key":
            raise
        if noun != "product" or _is_in_slots(db, noun_id):
            raise _depends(f"{stored.words} {row['name']} is in use") from None
        UPDATE[noun](
            db, actor, product_id=noun_id, version=row["version"], changes={"archived": True}
        )


def _is_in_slots(db: Database, product_id: int) -> bool:
    query = "SELECT 1 FROM slots WHERE product_id = :id LIMIT 1"
    return db.execute(query, {"id": product_id}).fetchone() is not None


def _ids(effects: Sequence[Effect], noun: str) -> str:
    return json_list({each.noun_id for each in effects if each.noun == noun})


def _depends(words: str) -> Conflict:
    return Conflict(f"It cannot be taken back any more: {words}. Nothing was changed.")
