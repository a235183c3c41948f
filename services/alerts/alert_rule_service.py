"""Alert rules: what somebody wants to be told of, from where on, who, when and how.

What may be chosen for a kind is in alert_kinds.py. A rule that is changed is a reason to look at
everything anew, which a job asks for (alert_sweep_job.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import jobs
from auth import Actor
from db import Database, Row, json_list, one, scalar
from errors import Invalid, NotFound
from records import trail
from records.changes import archived_at, check_version, compare_and_set
from records.paging import Sort, page
from services.alerts import alert_kinds, alert_previews
from services.alerts.alert_kinds import KINDS

SORTS = {
    "name": Sort(key="lower(r.name)", tie="r.id"),
    "-name": Sort(key="lower(r.name)", tie="r.id", descending=True),
}
COLUMNS = """
    r.id, r.name, r.kind, r.threshold, r.scope, r.scope_id,
    CASE r.scope WHEN 'route' THEN (SELECT o.name FROM routes o WHERE o.id = r.scope_id)
        WHEN 'device' THEN (SELECT d.asset FROM devices d WHERE d.id = r.scope_id)
    END AS scope_name,
    r.location_kind, r.roles, r.user_ids, r.weekdays, r.from_time, r.until_time, r.email,
    r.switched_on, r.archived_at, r.version
    FROM alert_rules r
"""
OFFICE = ("admin", "manager")
EVERY_DAY = "1234567"
PLACES = {
    alert_kinds.ROUTE: "SELECT 1 FROM routes WHERE id = :id AND archived_at IS NULL",
    alert_kinds.DEVICE: "SELECT 1 FROM devices WHERE id = :id AND archived_at IS NULL",
}
NAMES = """
    SELECT id, display_name FROM users
    WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""


def list_alert_rules(
    db: Database,
    actor: Actor,
    *,
    archived: bool,
    sort: str,
    limit: int,
    cursor: str | None = None,
    counted: bool = False,
) -> dict[str, Any]:
    """A page of rules, by name."""
    found = page(
        db,
        COLUMNS,
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={"r.archived_at IS NULL": not archived, "r.archived_at IS NOT NULL": archived},
    )
    return {**found, "items": _shown(db, found["items"])}


def get_alert_rule(db: Database, actor: Actor, *, alert_rule_id: int) -> Row:
    """One rule. Raises NotFound."""
    row = one(db, f"SELECT {COLUMNS} WHERE r.id = :id", {"id": alert_rule_id})
    if row is None:
        raise NotFound("There is no such alert rule.")
    return _shown(db, [row])[0]


def create_alert_rule(
    db: Database,
    actor: Actor,
    *,
    name: str,
    kind: str,
    threshold: int | None = None,
    scope: str = alert_kinds.ALL,
    scope_id: int | None = None,
    location_kind: str | None = None,
    roles: Sequence[str] = OFFICE,
    user_ids: Sequence[int] = (),
    weekdays: str = EVERY_DAY,
    from_time: str | None = None,
    until_time: str | None = None,
    email: str = "none",
    switched_on: bool = True,
) -> Row:
    """A new rule; without a threshold it is the least that its kind has. Raises Invalid."""
    given = {
        "name": name,
        "kind": kind,
        "threshold": threshold,
        "scope": scope,
        "scope_id": scope_id,
        "location_kind": location_kind,
        "roles": roles,
        "user_ids": user_ids,
        "weekdays": weekdays,
        "from_time": from_time,
        "until_time": until_time,
        "email": email,
        "switched_on": switched_on,
    }
    wanted = _checked(db, given)
    rule_id = scalar(
        db,
        """
        INSERT INTO alert_rules
            (name, kind, threshold, scope, scope_id, location_kind, roles, user_ids, weekdays,
             from_time, until_time, email, switched_on)
        VALUES
            (:name, :kind, :threshold, :scope, :scope_id, :location_kind, :roles, :user_ids,
             :weekdays, :from_time, :until_time, :email, :switched_on)
        RETURNING id
        """,
        _written(wanted),
    )
    _look_anew(db, actor)
    return trail.created(db, actor, "alert_rule", get_alert_rule(db, actor, alert_rule_id=rule_id))


def update_alert_rule(
    db: Database, actor: Actor, *, alert_rule_id: int, version: int, changes: Mapping[str, Any]
) -> Row:
    """Change what `changes` names. Raises NotFound, Conflict, Invalid."""
    before = get_alert_rule(db, actor, alert_rule_id=alert_rule_id)
    check_version(before, version)
    kept = {"archived_at": archived_at(before, changes)}
    wanted = _checked(db, {**before, **changes, **kept}, before)
    compare_and_set(
        db,
        """
        UPDATE alert_rules SET
            name = :name, threshold = :threshold, scope = :scope, scope_id = :scope_id,
            location_kind = :location_kind, roles = :roles, user_ids = :user_ids,
            weekdays = :weekdays, from_time = :from_time, until_time = :until_time,
            email = :email, switched_on = :switched_on, archived_at = :archived_at,
            version = version + 1
        WHERE id = :id AND version = :version
        """,
        _written(wanted),
        reread=lambda: get_alert_rule(db, actor, alert_rule_id=alert_rule_id),
    )
    _look_anew(db, actor)
    after = get_alert_rule(db, actor, alert_rule_id=alert_rule_id)
    return trail.updated(db, actor, "alert_rule", before, after)


def preview_alert_rule(
    db: Database,
    actor: Actor,
    *,
    kind: str,
    threshold: int,
    scope: str,
    scope_id: int | None = None,
    location_kind: str | None = None,
) -> dict[str, Any]:
    """{"alerts", "more", "lost_cents_per_day"} that such a rule would open now. Raises Invalid."""
    asked = {
        "kind": kind,
        "threshold": threshold,
        "scope": scope,
        "scope_id": scope_id,
        "location_kind": location_kind,
    }
    _check_what(db, asked)
    return alert_previews.preview(db, **asked)


def _look_anew(db: Database, actor: Actor) -> None:
    jobs.enqueue(db, actor, "alerts.sweep", {"everything": True})


def _checked(db: Database, wanted: dict[str, Any], before: Row | None = None) -> dict[str, Any]:
    """The rule with what its scope and kind leave out taken away. Raises Invalid."""
    _check_what(db, wanted, before)
    errors = []
    if (wanted["from_time"] is None) != (wanted["until_time"] is None):
        errors.append(("/until_time", "choose both times, or neither"))
    known = {row["id"] for row in db.query(NAMES, {"ids": json_list(wanted["user_ids"])})}
    if unknown := [each for each in wanted["user_ids"] if each not in known]:
        errors.append(("/user_ids", f"there is no user {unknown[0]}"))
    _refuse(errors)
    return wanted


def _check_what(db: Database, wanted: dict[str, Any], before: Row | None = None) -> None:
    """What it was limited to before may be archived by now: it is switched off all the same."""
    kind = KINDS[wanted["kind"]]
    if wanted["threshold"] is None:
        wanted["threshold"] = kind.least
    errors = []
    if not kind.least <= wanted["threshold"] <= kind.most:
        errors.append(("/threshold", f"must be from {kind.least} to {kind.most}"))
    if wanted["scope"] not in kind.scopes:
        errors.append(("/scope", "cannot limit this kind of alert"))
    if wanted["scope"] not in PLACES:
        wanted["scope_id"] = None
    elif before is not None and _place(before) == _place(wanted):
        pass
    elif scalar(db, PLACES[wanted["scope"]], {"id": wanted["scope_id"]}) is None:
        errors.append(("/scope_id", f"choose a {wanted['scope']} that is in use"))
    if wanted["scope"] != alert_kinds.LOCATION_KIND:
        wanted["location_kind"] = None
    elif wanted["location_kind"] is None:
        errors.append(("/location_kind", "choose a kind of location"))
    _refuse(errors)


def _place(rule: Mapping[str, Any]) -> tuple[str, int | None]:
    return rule["scope"], rule["scope_id"]


def _refuse(errors: Sequence[tuple[str, str]]) -> None:
    if errors:
        raise Invalid([{"pointer": place, "message": message} for place, message in errors])


def _written(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **wanted,
        "roles": " ".join(sorted(wanted["roles"])),
        "user_ids": json.dumps(sorted(wanted["user_ids"])),
        "switched_on": int(wanted["switched_on"]),
    }


def _shown(db: Database, rows: Sequence[Row]) -> list[Row]:
    ids = {row["id"]: json.loads(row["user_ids"]) for row in rows}
    asked = {user_id for user_ids in ids.values() for user_id in user_ids}
    names = {}
    if asked:
        found = db.query(NAMES, {"ids": json_list(sorted(asked))})
        names = {row["id"]: row["display_name"] for row in found}
    return [
        {
            **row,
            "unit": KINDS[row["kind"]].unit,
            "roles": row["roles"].split(),
            # One may have gone with the import that brought them.
            "user_ids": [each for each in ids[row["id"]] if each in names],
            "user_names": [names[each] for each in ids[row["id"]] if each in names],
            "switched_on": row["switched_on"] == 1,
        }
        for row in rows
    ]
