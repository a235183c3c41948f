"""Slot saving: the new fields of slots, with who changed what, dated.

One slot or two thousand are the same few statements. What a slot holds, which selection
sells it and how much fits are an arrangement from a moment on; the books of its device
are to be derived again from there. All other fields hold at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

import clock
from auth import Actor
from db import Database, Row, insert_values, json_list

ARRANGED = ("product_id", "selection", "capacity")
COUNTED = "quantity"
SAVED = (*ARRANGED, "label", "par_level", "price_cents", "sells_out_at")

FIELDS = """
    label = w.value ->> 'label', selection = w.value ->> 'selection',
    product_id = CAST(w.value ->> 'product_id' AS bigint),
    capacity = CAST(w.value ->> 'capacity' AS bigint),
    par_level = CAST(w.value ->> 'par_level' AS bigint),
    price_cents = CAST(w.value ->> 'price_cents' AS bigint),
    sells_out_at = w.value ->> 'sells_out_at'
"""
# The replay that follows sets the quantity; until then it is not known.
UNKNOWN = "quantity = CASE WHEN w.value ->> 'product_id' IS NULL THEN 0 END"
NAMED = """
    FROM json_each(:slots) w
    WHERE slots.id = CAST(w.value ->> 'id' AS bigint)
"""
SET_FIELDS = {
    False: f"UPDATE slots SET {FIELDS} {NAMED}",
    True: f"UPDATE slots SET {FIELDS}, {UNKNOWN} {NAMED}",
}
NOTE = """
    INSERT INTO planogram_changes (cabinet_id, slot_id, user_id, username, changed_at, changes)
    SELECT CAST(w.value ->> 'cabinet_id' AS bigint), CAST(w.value ->> 'slot_id' AS bigint),
        CAST(:user_id AS bigint), :username, :now, w.value ->> 'changes'
    FROM json_each(:changes) w
    ORDER BY CAST(w.value ->> 'place' AS bigint)
    RETURNING slot_id, id
"""
LAST_ARRANGED = """
    SELECT slot_id, max(from_at) AS from_at FROM slot_arrangements
    WHERE slot_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
    GROUP BY slot_id
"""
ARRANGEMENT = ("slot_id", "device_id", "from_at", *ARRANGED, "planogram_change_id")


class Wanted(NamedTuple):
    """A slot as it stands, with `cabinet_id` and `device_id`, and the fields that it gets."""

    before: Row
    named: Mapping[str, Any]

    @property
    def after(self) -> Row:
        return {**self.before, **self.named}

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What differs. A quantity is a count: it is one also when it confirms the books."""
        return [
            {"field": name, "from": self.before[name], "to": value}
            for name, value in self.named.items()
            if name == COUNTED or self.before[name] != value
        ]

    @property
    def is_arranged(self) -> bool:
        return any(self.before[name] != self.after[name] for name in ARRANGED)


class Saved(NamedTuple):
    """That a slot was changed: by which planogram change, and from when on it holds."""

    change_id: int
    since: str


def save(
    db: Database, actor: Actor, wanted: Sequence[Wanted], *, at: str, replayed: bool
) -> dict[int, Saved]:
    """Save what differs, by slot; the caller holds the devices.

    `replayed`: the books of the devices are derived again afterwards, which is a must where
    something is arranged or counted; otherwise the quantities stay.
    """
    changed = [each for each in wanted if each.changes]
    if not changed:
        return {}
    ids = [each.before["id"] for each in changed]
    fields = [{"id": each.before["id"], **_fields(each.after)} for each in changed]
    db.execute(SET_FIELDS[replayed], {"slots": json_list(fields)})
    changes = _noted(db, actor, changed)
    since = _arrange(db, changed, changes, at)
    return {slot_id: Saved(changes[slot_id], since.get(slot_id, at)) for slot_id in ids}


def _fields(slot: Row) -> Row:
    return {name: slot[name] for name in SAVED}


def _noted(db: Database, actor: Actor, changed: Sequence[Wanted]) -> dict[int, int]:
    """Keep who changed what in each slot: the ids of these changes, in their order, by slot."""
    rows = [
        {
            "place": place,
            "cabinet_id": each.before["cabinet_id"],
            "slot_id": each.before["id"],
            "changes": orjson.dumps(each.changes).decode(),
        }
        for place, each in enumerate(changed)
    ]
    found = db.execute(
        NOTE,
        {
            "changes": json_list(rows),
            "user_id": actor.user_id,
            "username": actor.username,
            "now": clock.now(),
        },
    ).fetchall()
    return {slot_id: change_id for slot_id, change_id in found}  # noqa: C416  # rows are no pairs


def _arrange(
    db: Database, changed: Sequence[Wanted], changes: Mapping[int, int], at: str
) -> dict[int, str]:
    """Date the new arrangements; from when on each holds, by slot.

    Never before the slot's last one: what was saved last is what holds now.
    """
    arranged = [each for each in changed if each.is_arranged]
    if not arranged:
        return {}
    ids = [each.before["id"] for each in arranged]
    rows = db.query(LAST_ARRANGED, {"ids": json_list(ids)})
    last = {row["slot_id"]: row["from_at"] for row in rows}
    # The first arrangement also holds for the time before it, so it begins with a product.
    dated = {
        each.before["id"]: (max(at, last.get(each.before["id"], at)), each.after)
        for each in arranged
        if each.before["id"] in last or each.after["product_id"] is not None
    }
    insert_values(
        db,
        "slot_arrangements",
        ARRANGEMENT,
        [
            (slot_id, slot["device_id"], since, *(slot[n] for n in ARRANGED), changes[slot_id])
            for slot_id, (since, slot) in dated.items()
        ],
    )
    return {slot_id: since for slot_id, (since, _) in dated.items()}
