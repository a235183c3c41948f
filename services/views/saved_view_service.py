"""Saved views: what a list shows and how, under a name; for oneself or for everybody.

Who may not open a list has none of its views. A view that was removed, or is shared no longer,
is not there for others, and comes back to their rails when it does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import auth
import clock
from auth import Actor
from db import Database, Row, one, scalar
from errors import Conflict, Forbidden, NotFound
from records import trail
from records.changes import check_version, compare_and_set, refusing_duplicate
from services.views import viewed_lists

MOST_OWN = 50
MOST_SHARED = 100
MOST_PINNED = 12
REMOVED_HOURS = 24
OFFICE = ("admin", "manager")
NOT_THERE = "There is no such view: it may have been removed, or is no longer shared with you."
TAKEN = "You have another view of this list with that name: choose another name."

SHOWN = """
    SELECT v.id, v.list_name, v.name, v.params, v.columns, v.shared, v.user_id, v.version,
        u.display_name AS owner_name,
        EXISTS (SELECT 1 FROM saved_view_pins p
                WHERE p.user_id = :me AND p.saved_view_id = v.id) AS pinned
    FROM saved_views v
    JOIN users u ON u.id = v.user_id
"""
ONE = f"{SHOWN} WHERE v.id = :id AND v.removed_at IS NULL AND (v.user_id = :me OR v.shared = 1)"
OF_LIST = f"""
    {SHOWN}
    WHERE v.id IN (
        SELECT id FROM saved_views
        WHERE user_id = :me AND list_name = :list_name AND removed_at IS NULL
        UNION
        SELECT id FROM saved_views
        WHERE list_name = :list_name AND shared = 1 AND removed_at IS NULL)
    ORDER BY lower(v.name), v.id
"""
PINNED = f"""
    {SHOWN}
    WHERE v.id IN (SELECT saved_view_id FROM saved_view_pins WHERE user_id = :me)
        AND v.removed_at IS NULL AND (v.user_id = :me OR v.shared = 1)
    ORDER BY lower(v.name), v.id
"""
INSERT = """
    INSERT INTO saved_views (user_id, list_name, name, params, columns, shared)
    VALUES (:me, :list_name, :name, :params, :columns, :shared)
    RETURNING id
"""
UPDATE = """
    UPDATE saved_views SET
        name = :name, params = :params, columns = :columns, shared = :shared, version = version + 1
    WHERE id = :id AND version = :version AND removed_at IS NULL
"""
HOW_MANY_OWN = "SELECT count(*) FROM saved_views WHERE user_id = :me AND removed_at IS NULL"
HOW_MANY_SHARED = """
    SELECT count(*) FROM saved_views
    WHERE list_name = :list_name AND shared = 1 AND removed_at IS NULL
"""
REMOVED = """
    SELECT id, list_name, user_id, shared FROM saved_views WHERE id = :id AND removed_at >= :old
"""
FORGET = "DELETE FROM saved_views WHERE user_id = :me AND removed_at < :old"
PIN = """
    INSERT INTO saved_view_pins (user_id, saved_view_id) VALUES (:me, :id) ON CONFLICT DO NOTHING
"""
UNPIN = "DELETE FROM saved_view_pins WHERE user_id = :me AND saved_view_id = :id"


def views_of(db: Database, actor: Actor, list_name: str) -> list[Row]:
    """One's own views of a list and those that are shared, by name."""
    return _shown(actor, db.query(OF_LIST, {"me": auth.own_id(actor), "list_name": list_name}))


def list_pinned_views(db: Database, actor: Actor) -> dict[str, Any]:
    """{"items"}: the views that somebody has in the rail, by name."""
    rows = db.query(PINNED, {"me": auth.own_id(actor)})
    return {"items": _shown(actor, rows)[:MOST_PINNED]}


def get_saved_view(db: Database, actor: Actor, *, saved_view_id: int) -> Row:
    """A view that somebody may see. Raises NotFound."""
    row = one(db, ONE, {"id": saved_view_id, "me": auth.own_id(actor)})
    found = _shown(actor, [] if row is None else [row])
    if not found:
        raise NotFound(NOT_THERE)
    return found[0]


def create_saved_view(
    db: Database,
    actor: Actor,
    *,
    list_name: str,
    name: str,
    params: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = None,
    shared: bool = False,
) -> Row:
    """A new view of one's own. Raises Forbidden, and Conflict for a name twice or too many."""
    viewed_lists.check_open(actor, list_name)
    me = auth.own_id(actor)
    # So that two at once are not one too many.
    db.lock("users", me)
    _check_room(db, HOW_MANY_OWN, {"me": me}, MOST_OWN, "You have")
    if shared:
        _check_sharing(db, actor, list_name)
    wanted = _written(
        {"list_name": list_name, "name": name, "params": params or {}, "columns": columns,
         "shared": shared}
    )  # fmt: skip
    with refusing_duplicate(db, "saved_views_name", TAKEN):
        view_id = scalar(db, INSERT, {**wanted, "me": me})
    made = get_saved_view(db, actor, saved_view_id=view_id)
    _record(db, actor, "created", view_id, after=_told(made))
    return made


def update_saved_view(
    db: Database, actor: Actor, *, saved_view_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names. Raises NotFound, Forbidden, Conflict."""
    before = _changeable(db, actor, saved_view_id)
    check_version(before, version)
    wanted = {**before, **changes}
    if wanted["shared"] and not before["shared"]:
        _check_sharing(db, actor, before["list_name"])

    with refusing_duplicate(db, "saved_views_name", TAKEN):
        compare_and_set(
            db,
            UPDATE,
            _written(wanted),
            reread=lambda: get_saved_view(db, actor, saved_view_id=saved_view_id),
        )
    after = {
        **wanted,
        "may_change": _may_change(actor, mine=before["mine"], shared=wanted["shared"]),
        "version": version + 1,
    }
    _record(db, actor, "updated", saved_view_id, before=_told(before), after=_told(after))
    return after


def delete_saved_view(db: Database, actor: Actor, *, saved_view_id: int) -> None:
    """Remove a view; what one removed more than a day ago goes for good. Raises as a change."""
    view = _changeable(db, actor, saved_view_id)
    gone = {"me": auth.own_id(actor), "old": clock.later(clock.now(), hours=-REMOVED_HOURS)}
    db.execute(FORGET, gone)
    asked = {"id": saved_view_id, "now": clock.now()}
    db.execute("UPDATE saved_views SET removed_at = :now WHERE id = :id", asked)
    _record(db, actor, "removed", saved_view_id, before=_told(view))


def restore_saved_view(db: Database, actor: Actor, *, saved_view_id: int) -> Row:
    """Bring back a view that was removed within a day. Raises NotFound, Forbidden, Conflict."""
    old = clock.later(clock.now(), hours=-REMOVED_HOURS)
    row = one(db, REMOVED, {"id": saved_view_id, "old": old})
    mine = row is not None and row["user_id"] == auth.own_id(actor)
    if row is None or not _may_change(actor, mine=mine, shared=row["shared"] == 1):
        raise NotFound("There is no such view to bring back: a removed one is kept for a day.")
    viewed_lists.check_open(actor, row["list_name"])
    db.lock("users", row["user_id"])
    _check_room(db, HOW_MANY_OWN, {"me": row["user_id"]}, MOST_OWN, "You have")
    if row["shared"] == 1:
        _check_sharing(db, actor, row["list_name"])
    with refusing_duplicate(db, "saved_views_name", TAKEN):
        asked = {"id": saved_view_id}
        db.execute("UPDATE saved_views SET removed_at = NULL WHERE id = :id", asked)
    back = get_saved_view(db, actor, saved_view_id=saved_view_id)
    _record(db, actor, "restored", saved_view_id, after=_told(back))
    return back


def pin_saved_view(db: Database, actor: Actor, *, saved_view_id: int, pinned: bool) -> Row:
    """Put a view into one's own rail, or take it out. Raises NotFound, Conflict beyond 12."""
    view = get_saved_view(db, actor, saved_view_id=saved_view_id)
    me = auth.own_id(actor)
    if pinned and not view["pinned"]:
        db.lock("users", me)
        if len(list_pinned_views(db, actor)["items"]) >= MOST_PINNED:
            raise Conflict(f"The rail holds {MOST_PINNED} views: take one out first.")
    db.execute(PIN if pinned else UNPIN, {"me": me, "id": saved_view_id})
    return {**view, "pinned": pinned}


def forget_of(db: Database, user_id: int) -> None:
    """Delete what a person who was erased kept for themselves; what they shared stays."""
    for sql in (
        "DELETE FROM list_layouts WHERE user_id = :me",
        "DELETE FROM saved_view_pins WHERE user_id = :me",
        "DELETE FROM saved_views WHERE user_id = :me AND (shared = 0 OR removed_at IS NOT NULL)",
    ):
        db.execute(sql, {"me": user_id})


def _changeable(db: Database, actor: Actor, saved_view_id: int) -> Row:
    view = get_saved_view(db, actor, saved_view_id=saved_view_id)
    if not view["may_change"]:
        raise Forbidden("Only an administrator or a manager changes a view that is shared.")
    return view


def _may_change(actor: Actor, *, mine: bool, shared: bool) -> bool:
    """Somebody who shares no views may lean on one that is shared, also where it was theirs."""
    return actor.role in OFFICE if shared else mine


def _check_sharing(db: Database, actor: Actor, list_name: str) -> None:
    if actor.role not in OFFICE:
        raise Forbidden("Only an administrator or a manager shares views.")
    _check_room(db, HOW_MANY_SHARED, {"list_name": list_name}, MOST_SHARED, "This list has")


def _check_room(
    db: Database, how_many: str, params: Mapping[str, Any], most: int, whose: str
) -> None:
    if scalar(db, how_many, params) >= most:
        what = "shared views" if how_many is HOW_MANY_SHARED else "views"
        raise Conflict(f"{whose} {most} {what}, which is all there can be: remove one first.")


def _written(wanted: Mapping[str, Any]) -> dict[str, Any]:
    columns = wanted["columns"]
    return {
        **wanted,
        "params": json.dumps(dict(wanted["params"])),
        "columns": None if columns is None else json.dumps(list(columns)),
        "shared": int(wanted["shared"]),
    }


def _shown(actor: Actor, rows: Any) -> list[Row]:
    """Views of lists that the role may open, as the contract has them."""
    found = []
    for row in rows:
        if not viewed_lists.is_open(actor, row["list_name"]):
            continue
        mine, shared = row.pop("user_id") == actor.user_id, row["shared"] == 1
        found.append(
            {
                **row,
                "params": json.loads(row["params"]),
                "columns": None if row["columns"] is None else json.loads(row["columns"]),
                "shared": shared,
                "mine": mine,
                "may_change": _may_change(actor, mine=mine, shared=shared),
                "pinned": bool(row["pinned"]),
            }
        )
    return found


def _told(view: Mapping[str, Any]) -> Row:
    """What the audit log says of a view."""
    return {
        "name": view["name"],
        "list_name": view["list_name"],
        "address": urlencode(view["params"]),
        "columns": " ".join(view["columns"] or ()),
        "shared": view["shared"],
    }


def _record(
    db: Database,
    actor: Actor,
    act: str,
    view_id: int,
    *,
    before: Row | None = None,
    after: Row | None = None,
) -> None:
    trail.record(
        db, actor, action=f"saved_view.{act}", noun="saved_view", noun_id=view_id, before=before,
        after=after,
    )  # fmt: skip
