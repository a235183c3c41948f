"""Mass changes: many rows of a list changed at once, and taken back for ten minutes.

A change is planned, then written in one transaction; rows that cannot be changed are left
alone and named. What each kind of row means is in mass_devices, mass_products, mass_routes
and mass_slots; this module keeps what was done. The audit log has an entry of it with a
part for each row, and one more for each further MOST_PARTS rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import orjson

import clock
from auth import Actor
from db import Database, Row, insert_values, one, scalar
from errors import FEW, Conflict, NotFound
from records import trail
from records.paging import Sort, page
from services.fleet import mass_devices, mass_products, mass_routes, mass_slots, mass_words
from services.fleet.mass_parts import Part, Plan

MODULES: Sequence[ModuleType] = (mass_devices, mass_products, mass_routes, mass_slots)
UNDO_MINUTES = 10
# An entry of the audit log is read as a whole: of 12,000 rows it took a megabyte and a half.
MOST_PARTS = 500
SHOWN_PARTS = 100
NEWEST_FIRST = Sort("m.id", "m.id", descending=True, number=True)
IN_ORDER = Sort("p.id", "p.id", number=True)
HEAD = """
    m.id, m.noun, m.kind, m.field, m.target, m.changed_rows, m.user_id, m.username,
    m.changed_at, m.undone_at
    FROM mass_changes m
"""
INSERT = """
    INSERT INTO mass_changes
        (noun, kind, field, change, target, changed_rows, user_id, username, changed_at)
    VALUES
        (:noun, :kind, :field, :change, :target, :changed_rows, :user_id, :username, :now)
    RETURNING id
"""
PART = ("mass_change_id", "noun_id", "name", "holder_id", "version", "was", "became")
TAKE_BACK = """
    UPDATE mass_changes SET undone_at = :now WHERE id = :id AND undone_at IS NULL
"""


def create_mass_change_preview(
    db: Database, actor: Actor, *, change: Mapping[str, Any], selection: Mapping[str, Any]
) -> dict[str, Any]:
    """What the change would do; nothing is written. Raises Invalid, Forbidden."""
    return _previewed(planned(db, actor, change=change, selection=selection))


def planned(
    db: Database, actor: Actor, *, change: Mapping[str, Any], selection: Mapping[str, Any]
) -> Plan:
    """What the change would do to each row; nothing is written. Raises Invalid, Forbidden."""
    plan: Plan = _module_of(change["kind"]).plan(db, actor, change, selection)
    return plan


def create_mass_change(
    db: Database,
    actor: Actor,
    *,
    change: Mapping[str, Any],
    selection: Mapping[str, Any],
    digest: str | None = None,
) -> dict[str, Any]:
    """Change what can be changed. Raises Invalid, Forbidden, and Conflict where nothing is to be
    changed, or something is otherwise than in the preview of that `digest`.
    """
    module = _module_of(change["kind"])
    # One at a time: two would wait for each other's rows.
    db.lock("mass_change", 1)
    seen: Plan = module.plan(db, actor, change, selection)
    module.hold(db, seen.parts)
    plan: Plan = module.plan(db, actor, change, selection)
    # What came to it before all was held is not held.
    held = {part.noun_id for part in seen.changed}
    is_other = digest is not None and digest != plan.digest
    if is_other or not held.issuperset(part.noun_id for part in plan.changed):
        raise Conflict(
            "Something changed since the preview: look at what would happen now.",
            current=_previewed(plan),
        )
    if not plan.changed:
        raise Conflict("Nothing is to be changed: the rows are so already, or cannot be.")
    module.write(db, actor, plan.changed)
    change_id = _kept(db, actor, change, plan)
    _record(db, actor, "mass_change.created", change_id, plan.field, plan.target, plan.changed)
    return get_mass_change(db, actor, mass_change_id=change_id)


def get_mass_change(db: Database, actor: Actor, *, mass_change_id: int) -> dict[str, Any]:
    """One change. Raises NotFound."""
    row = one(db, f"SELECT {HEAD} WHERE m.id = :id", {"id": mass_change_id})
    if row is None:
        raise NotFound("There is no such change.")
    return _shown(row)


def list_mass_changes(
    db: Database, actor: Actor, *, limit: int, cursor: str | None = None, counted: bool = False
) -> dict[str, Any]:
    """A page of changes, newest first."""
    found = page(db, HEAD, sort=NEWEST_FIRST, limit=limit, cursor=cursor, counted=counted)
    found["items"] = [_shown(row) for row in found["items"]]
    return found


def list_mass_change_parts(
    db: Database, actor: Actor, *, mass_change_id: int, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of what each row was and became. Raises NotFound."""
    get_mass_change(db, actor, mass_change_id=mass_change_id)
    found = page(
        db,
        "p.noun_id, p.name, p.was, p.became FROM mass_change_parts p",
        conditions={"p.mass_change_id = :id": True},
        params={"id": mass_change_id},
        sort=IN_ORDER,
        limit=limit,
        cursor=cursor,
    )
    found["items"] = [
        {
            "id": row["noun_id"],
            "name": row["name"],
            "from": orjson.loads(row["was"])["shown"],
            "to": orjson.loads(row["became"])["shown"],
        }
        for row in found["items"]
    ]
    return found


def undo_mass_change(db: Database, actor: Actor, *, mass_change_id: int) -> dict[str, Any]:
    """Give every row back what it was, or none. Raises NotFound, Forbidden to who could not have
    changed it so, and Conflict when it is too late, was done already, or something stands in the
    way.
    """
    db.lock("mass_change", 1)
    change = get_mass_change(db, actor, mass_change_id=mass_change_id)
    if change["kind"] == mass_devices.ARCHIVED:
        mass_devices.check_may_archive(actor)
    now = clock.now()
    _check_time(change, now)
    module = _module_of(change["kind"])
    parts = _taken_back(db, mass_change_id)
    module.hold(db, parts)
    _check_untouched(db, module, change, parts)
    if module is mass_slots:
        parts = mass_slots.counting_back(db, parts, change["changed_at"])
    _check_possible(module.refusals(db, parts), change, parts)
    module.write(db, actor, parts)
    db.execute(TAKE_BACK, {"now": now, "id": mass_change_id})
    _record(db, actor, "mass_change.undone", mass_change_id, change["field"], None, parts)
    return get_mass_change(db, actor, mass_change_id=mass_change_id)


def _module_of(kind: str) -> Any:
    return next(module for module in MODULES if kind in module.KINDS)


def _previewed(plan: Plan) -> dict[str, Any]:
    changed, refused = plan.changed, plan.refused
    return {
        "noun": plan.noun,
        "field": plan.field,
        "selected": len(plan.parts),
        "changed": len(changed),
        "unchanged": len(plan.parts) - len(changed) - len(refused),
        "refused": len(refused),
        "sentences": list(plan.sentences),
        "refusals": mass_words.refusals(refused, FEW),
        "parts": [
            {"id": part.noun_id, "name": part.name, "from": part.was, "to": part.becomes}
            for part in changed[:SHOWN_PARTS]
        ],
        "digest": plan.digest,
    }


def _kept(db: Database, actor: Actor, change: Mapping[str, Any], plan: Plan) -> int:
    now = clock.now()
    changed = plan.changed
    change_id: int = scalar(
        db,
        INSERT,
        {
            "noun": plan.noun,
            "kind": change["kind"],
            "field": plan.field,
            "change": orjson.dumps(change).decode(),
            "target": plan.target,
            "changed_rows": len(changed),
            "user_id": actor.user_id,
            "username": actor.username,
            "now": now,
        },
    )
    insert_values(
        db, "mass_change_parts", PART, [_part_values(change_id, part) for part in changed]
    )
    return change_id


def _part_values(change_id: int, part: Part) -> tuple[Any, ...]:
    was = {"shown": part.was, "columns": part.before}
    became = {"shown": part.becomes, "columns": part.after}
    return (
        change_id,
        part.noun_id,
        part.name,
        part.holder_id,
        part.version + 1,
        orjson.dumps(was).decode(),
        orjson.dumps(became).decode(),
    )


def _taken_back(db: Database, change_id: int) -> list[Part]:
    """The parts of a change the other way round."""
    rows = db.query(
        """
        SELECT noun_id, name, holder_id, version, was, became FROM mass_change_parts
        WHERE mass_change_id = :id ORDER BY id
        """,
        {"id": change_id},
    )
    return [_turned(row, orjson.loads(row["was"]), orjson.loads(row["became"])) for row in rows]


def _turned(row: Row, was: Row, became: Row) -> Part:
    return Part(
        noun_id=row["noun_id"],
        name=row["name"],
        holder_id=row["holder_id"],
        version=row["version"],
        before=became["columns"],
        after=was["columns"],
        was=became["shown"],
        becomes=was["shown"],
    )


def _check_time(change: Mapping[str, Any], now: str) -> None:
    if change["undone_at"] is not None:
        raise Conflict("This was taken back already.", current=dict(change))
    if now > change["undo_until"]:
        raise Conflict(
            f"This was done more than {UNDO_MINUTES} minutes ago: change the rows anew.",
            current=dict(change),
        )


def _check_untouched(
    db: Database, module: Any, change: Mapping[str, Any], parts: Sequence[Part]
) -> None:
    """Conflict where somebody changed a row since: its version is another."""
    stand = module.versions(db, sorted({part.holder_id for part in parts}))
    touched = {part.noun_id for part in parts if stand.get(part.holder_id) != part.version}
    if touched:
        reasons = dict.fromkeys(touched, "was changed since")
        _check_possible(reasons, change, parts)


def _check_possible(
    reasons: Mapping[int, str], change: Mapping[str, Any], parts: Sequence[Part]
) -> None:
    """Conflict, with what stands in the way, where there is a reason."""
    if not reasons:
        return
    first = next(part for part in parts if part.noun_id in reasons)
    others = len(reasons) - 1
    more = f" So {'is' if others == 1 else 'are'} {others:,} more." if others else ""
    raise Conflict(
        f"Nothing was taken back: {first.name} {reasons[first.noun_id]}.{more}",
        current=dict(change),
    )


def _record(
    db: Database,
    actor: Actor,
    action: str,
    change_id: int,
    field: str,
    target: str | None,
    parts: Sequence[Part],
) -> None:
    """An entry with a part for each row (`T-1000 route`, from, to), or several that each say
    which of them it is."""
    # Two products may have one name.
    often = Counter(part.name for part in parts)
    names = [
        part.name if often[part.name] == 1 else f"{part.name} ({part.noun_id})" for part in parts
    ]
    told = [(f"{name} {field}", part) for name, part in zip(names, parts, strict=True)]
    begins = range(0, len(told), MOST_PARTS)
    for number, begin in enumerate(begins, start=1):
        some = told[begin : begin + MOST_PARTS]
        head: dict[str, Any] = {"changed": len(parts), "target": target}
        if len(begins) > 1:
            head["entry"] = f"{number} of {len(begins)}"
        trail.record(
            db,
            actor,
            action=action,
            noun="mass_change",
            noun_id=change_id,
            before={said: part.was for said, part in some},
            after={**head, **{said: part.becomes for said, part in some}},
        )


def _shown(row: Row) -> Row:
    return {**row, "undo_until": clock.later(row["changed_at"], minutes=UNDO_MINUTES)}
