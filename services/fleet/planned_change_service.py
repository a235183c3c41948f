"""Planned changes: changes of many rows that take effect on a later day.

The rows are those that are chosen when it is planned; what becomes of them is reckoned on the
day, by the same code as a change at once (mass_change_service), which it then is: one entry of
the audit log, in the name of who planned it, taken back like any other. Until then it can be
taken back without a trace in the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

import clock
from auth import MANAGER, Actor
from db import Database, Row, json_list, one, scalar
from errors import Conflict, Invalid, NotFound
from records import company, trail
from records.paging import Sort, page
from services.fleet import mass_change_service, mass_products, mass_selection

MOST_DAYS = 731
PLANNED, FAILED, CANCELLED = "planned", "failed", "cancelled"
NEXT_FIRST = Sort("c.from_on", "c.id")
NEWEST_FIRST = Sort("c.id", "c.id", descending=True, number=True)
HEAD = """
    c.id, c.kind, c.change, c.selected_rows, c.target, c.from_on, c.user_id, c.username,
    c.planned_at, c.state, c.ended_at, c.mass_change_id, c.problem
    FROM planned_changes c
"""
INSERT = """
    INSERT INTO planned_changes
        (kind, change, ids, selected_rows, target, from_on, user_id, username, planned_at, state)
    VALUES
        (:kind, :change, :ids, :selected_rows, :target, :from_on, :user_id, :username, :now,
         'planned')
    RETURNING id
"""
END = """
    UPDATE planned_changes
    SET state = :state, ended_at = :now, ids = '[]', mass_change_id = :mass_change_id,
        problem = :problem
    WHERE id = :id
"""
DUE = """
    SELECT c.id FROM planned_changes c
    WHERE c.ended_at IS NULL AND c.from_on <= :today
    ORDER BY c.from_on, c.id
"""
STILL_THERE = {
    "device": """
        SELECT id FROM devices WHERE archived_at IS NULL
          AND id IN (SELECT CAST(value AS bigint) FROM json_each(:ids)) ORDER BY id
    """,
    "product": """
        SELECT id FROM products WHERE archived_at IS NULL
          AND id IN (SELECT CAST(value AS bigint) FROM json_each(:ids)) ORDER BY id
    """,
}


def list_planned_changes(
    db: Database,
    actor: Actor,
    *,
    ended: bool = False,
    limit: int = 50,
    cursor: str | None = None,
    counted: bool = False,
) -> dict[str, Any]:
    """A page of what is planned, the next first; or of what ended, newest first."""
    found = page(
        db,
        HEAD,
        sort=NEWEST_FIRST if ended else NEXT_FIRST,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={"c.ended_at IS NOT NULL": ended, "c.ended_at IS NULL": not ended},
    )
    found["items"] = [_shown(row) for row in found["items"]]
    return found


def get_planned_change(db: Database, actor: Actor, *, planned_change_id: int) -> dict[str, Any]:
    """One planned change. Raises NotFound."""
    row = one(db, f"SELECT {HEAD} WHERE c.id = :id", {"id": planned_change_id})
    if row is None:
        raise NotFound("There is no such planned change.")
    return _shown(row)


def create_planned_change(
    db: Database,
    actor: Actor,
    *,
    change: Mapping[str, Any],
    selection: Mapping[str, Any],
    from_on: str,
) -> dict[str, Any]:
    """Plan a change for the rows that are chosen now. Raises Invalid for what could not be done
    now either, and for a day that is not later than today, or too far away.
    """
    _check_day(from_on, clock.today(company.time_zone(db)))
    ids = mass_selection.ids_of(db, actor, _noun(change), selection)
    if not ids:
        raise Invalid.at("/selection", "chooses nothing")
    plan = mass_change_service.planned(db, actor, change=change, selection={"ids": ids})
    planned = {
        "kind": change["kind"],
        "change": orjson.dumps(change).decode(),
        "ids": json_list(ids),
        "selected_rows": len(ids),
        "target": plan.target,
        "from_on": from_on,
    }
    now = {"user_id": actor.user_id, "username": actor.username, "now": clock.now()}
    planned_id = scalar(db, INSERT, {**planned, **now})
    told = {**planned, "change": change, "ids": ids}
    _record(db, actor, "planned_change.created", planned_id, after=told)
    return get_planned_change(db, actor, planned_change_id=planned_id)


def get_planned_change_preview(
    db: Database, actor: Actor, *, planned_change_id: int
) -> dict[str, Any]:
    """What it would do now. Raises NotFound, Conflict where it ended, and Invalid where it cannot
    be done any more.
    """
    planned = get_planned_change(db, actor, planned_change_id=planned_change_id)
    _check_open(planned)
    selection = {"ids": _ids(db, planned)}
    return mass_change_service.create_mass_change_preview(
        db, actor, change=planned["change"], selection=selection
    )


def cancel_planned_change(db: Database, actor: Actor, *, planned_change_id: int) -> dict[str, Any]:
    """Take it back before its day. Raises NotFound, and Conflict where it ended."""
    # What takes effect at this moment holds it.
    db.lock("mass_change", 1)
    planned = get_planned_change(db, actor, planned_change_id=planned_change_id)
    _check_open(planned)
    _end(db, planned_change_id, CANCELLED)
    _record(
        db,
        actor,
        "planned_change.cancelled",
        planned_change_id,
        before={"state": PLANNED},
        after={"state": CANCELLED},
    )
    return get_planned_change(db, actor, planned_change_id=planned_change_id)


def due(db: Database) -> list[int]:
    """The planned changes whose day has come, in their order."""
    today = clock.today(company.time_zone(db))
    return [row["id"] for row in db.query(DUE, {"today": today})]


def apply(db: Database, actor: Actor, planned_change_id: int) -> bool:
    """Let a planned change take effect, in the name of who planned it; False where it ended.

    Raises what a change at once raises.
    """
    db.lock("mass_change", 1)
    planned = get_planned_change(db, actor, planned_change_id=planned_change_id)
    if planned["state"] != PLANNED:
        return False
    planner = Actor(
        user_id=planned["user_id"],
        username=planned["username"],
        role=MANAGER,
        request_id=actor.request_id,
    )
    done = mass_change_service.create_mass_change(
        db, planner, change=planned["change"], selection={"ids": _ids(db, planned)}
    )
    _end(db, planned_change_id, "done", mass_change_id=done["id"])
    return True


def fail(db: Database, actor: Actor, planned_change_id: int, problem: str) -> None:
    """Say that a planned change cannot take effect, and why."""
    db.lock("mass_change", 1)
    planned = get_planned_change(db, actor, planned_change_id=planned_change_id)
    if planned["state"] != PLANNED:
        return
    _end(db, planned_change_id, FAILED, problem=problem)
    after = {"state": FAILED, "problem": problem}
    _record(
        db,
        actor,
        "planned_change.failed",
        planned_change_id,
        before={"state": PLANNED},
        after=after,
    )


def _noun(change: Mapping[str, Any]) -> str:
    """What is chosen: products, or the devices of the slots."""
    return "product" if change["kind"] == mass_products.PRICE else "device"


def _ids(db: Database, planned: Mapping[str, Any]) -> list[int]:
    """The chosen rows that are still in use. Raises Conflict where none is."""
    ids = scalar(db, "SELECT ids FROM planned_changes WHERE id = :id", {"id": planned["id"]})
    rows = db.query(STILL_THERE[_noun(planned["change"])], {"ids": ids})
    found = [row["id"] for row in rows]
    if not found:
        raise Conflict("None of what was chosen is in use any more.")
    return found


def _check_day(from_on: str, today: str) -> None:
    ahead = (date.fromisoformat(from_on) - date.fromisoformat(today)).days
    if ahead < 1:
        raise Invalid.at("/from_on", "Choose a later day than today, or change it at once.")
    if ahead > MOST_DAYS:
        raise Invalid.at("/from_on", "This is more than two years ahead.")


def _check_open(planned: Mapping[str, Any]) -> None:
    if planned["state"] != PLANNED:
        words = {"done": "took effect", FAILED: "failed", CANCELLED: "was taken back"}
        raise Conflict(f"This change {words[planned['state']]} already.", current=dict(planned))


def _end(
    db: Database,
    planned_change_id: int,
    state: str,
    *,
    mass_change_id: int | None = None,
    problem: str | None = None,
) -> None:
    ended = {"state": state, "mass_change_id": mass_change_id, "problem": problem}
    db.execute(END, {"id": planned_change_id, "now": clock.now(), **ended})


def _record(
    db: Database,
    actor: Actor,
    action: str,
    noun_id: int,
    *,
    before: Row | None = None,
    after: Row | None = None,
) -> None:
    trail.record(
        db,
        actor,
        action=action,
        noun="planned_change",
        noun_id=noun_id,
        before=before,
        after=after,
    )


def _shown(row: Row) -> Row:
    return {**row, "change": orjson.loads(row["change"])}
