"""Alerts: each one cause that somebody wants to be told of, with what it costs a day.

One is opened and resolved by what is so (evaluation.py); people acknowledge it, let it rest
until later, and say who sees to it. Each of these moves is a compare-and-set on `state`.
"""

from __future__ import annotations

from typing import Any

import clock
from auth import DRIVER, Actor
from db import Database, Row, json_list, one
from errors import Conflict, Invalid, NotFound
from records import trail
from records.paging import Sort, page
from services.alerts.tellings import Told
from services.system import touched

OPEN, SNOOZED, ACKNOWLEDGED, RESOLVED = "open", "snoozed", "acknowledged", "resolved"
MOST_COUNTED = 1_000
LONGEST_SNOOZE_DAYS = 90
COLUMNS = """
    a.id, a.kind, a.state, a.detail, a.since, a.lost_cents_per_day, a.noun, a.noun_id,
    a.device_id, d.asset, d.name AS device_name, l.name AS location_name, a.alert_rule_id,
    r.name AS rule_name, a.opened_at, a.resolved_at, a.snoozed_until, a.acknowledged_at,
    k.display_name AS acknowledged_by_name, a.assigned_to, u.display_name AS assigned_to_name,
    a.version
    FROM alerts a
    JOIN alert_rules r ON r.id = a.alert_rule_id
    LEFT JOIN devices d ON d.id = a.device_id
    LEFT JOIN locations l ON l.id = d.location_id
    LEFT JOIN users k ON k.id = a.acknowledged_by
    LEFT JOIN users u ON u.id = a.assigned_to
"""
SORTS = {
    "-lost_cents_per_day": Sort(
        key="COALESCE(a.lost_cents_per_day, -1)", tie="a.id", descending=True, number=True
    ),
    "-opened_at": Sort(key="a.opened_at", tie="a.id", descending=True),
}
ASSETS = """
    SELECT id, asset FROM devices
    WHERE id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
MOVE = """
    UPDATE alerts SET state = :state, snoozed_until = :snoozed_until,
        acknowledged_at = :acknowledged_at, acknowledged_by = :acknowledged_by,
        version = version + 1
    WHERE id = :id AND version = :version AND resolved_at IS NULL
"""


def list_alerts(
    db: Database,
    actor: Actor,
    *,
    state: str,
    mine: bool,
    sort: str,
    limit: int,
    kind: str | None = None,
    device_id: int | None = None,
    cursor: str | None = None,
    counted: bool = False,
) -> dict[str, Any]:
    """A page of alerts in one state, those that cost most a day first unless `sort` says."""
    return page(
        db,
        COLUMNS,
        sort=SORTS[sort],
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            "a.state = :state": True,
            "a.kind = :kind": kind is not None,
            "a.device_id = :device_id": device_id is not None,
            "a.assigned_to = :user_id": mine,
        },
        params={"state": state, "kind": kind, "device_id": device_id, "user_id": actor.user_id},
    )


def get_alert_summary(db: Database, actor: Actor) -> dict[str, Any]:
    """{"open", "more", "lost_cents_per_day"} of the open alerts, up to MOST_COUNTED, and where
    looking for them `failed`.

    What a late order costs is what its machines lose, whose own alerts are counted.
    """
    count, cents = db.execute(
        """
        SELECT count(*), CAST(COALESCE(sum(lost_cents_per_day), 0) AS bigint) FROM (
            SELECT CASE WHEN kind = 'late_order' THEN 0 ELSE lost_cents_per_day END
                AS lost_cents_per_day
            FROM alerts
            WHERE state = 'open'
            ORDER BY COALESCE(lost_cents_per_day, -1) DESC, id DESC
            LIMIT CAST(:most AS bigint)
        ) AS counted
        """,
        {"most": MOST_COUNTED + 1},
    ).fetchone()
    return {
        "open": min(count, MOST_COUNTED),
        "more": count > MOST_COUNTED,
        "lost_cents_per_day": cents,
        "failed": _failed(db),
    }


def _failed(db: Database) -> list[Row]:
    """Where looking for alerts failed, devices by their assets."""
    found = touched.failed(db)
    if not found:
        return []
    devices = {row["noun_id"] for row in found if row["noun"] == "device"}
    assets = {row["id"]: row["asset"] for row in db.query(ASSETS, {"ids": json_list(devices)})}
    return [
        {**row, "name": assets.get(row["noun_id"]) if row["noun"] == "device" else None}
        for row in found
    ]


def get_alert(db: Database, actor: Actor, *, alert_id: int) -> Row:
    """One alert. Raises NotFound."""
    row = one(db, f"SELECT {COLUMNS} WHERE a.id = :alert_id", {"alert_id": alert_id})
    if row is None:
        raise NotFound("There is no such alert.")
    return row


def acknowledge_alert(db: Database, actor: Actor, *, alert_id: int) -> Row:
    """Say that somebody has seen it. Raises NotFound, Conflict for one that is resolved."""
    before = _standing(db, actor, alert_id)
    if before["state"] == ACKNOWLEDGED:
        return before
    after = _moved(db, actor, before, "alert.acknowledged", ACKNOWLEDGED)
    Told(db, sends_mail=False).acknowledged(after)
    return after


def snooze_alert(db: Database, actor: Actor, *, alert_id: int, until: str) -> Row:
    """Let it rest until then. Raises NotFound, Conflict, Invalid for a time that is past."""
    now = clock.now()
    if not now < until <= clock.later(now, days=LONGEST_SNOOZE_DAYS):
        raise Invalid.at("/until", "Choose a time within the next 90 days.")
    before = _standing(db, actor, alert_id)
    return _moved(db, actor, before, "alert.snoozed", SNOOZED, until=until)


def reopen_alert(db: Database, actor: Actor, *, alert_id: int) -> Row:
    """Take an acknowledgement or a snooze back. Raises NotFound, Conflict."""
    before = _standing(db, actor, alert_id)
    if before["state"] == OPEN:
        return before
    return _moved(db, actor, before, "alert.reopened", OPEN)


def assign_alert(db: Database, actor: Actor, *, alert_id: int, user_id: int | None) -> Row:
    """Say who sees to it, or nobody. Raises NotFound, Conflict, Invalid."""
    before = _standing(db, actor, alert_id)
    if user_id is not None:
        _check_assignable(db, user_id)
    assigned = db.execute(
        """
        UPDATE alerts SET assigned_to = :user_id, version = version + 1
        WHERE id = :alert_id AND resolved_at IS NULL
        """,
        {"user_id": user_id, "alert_id": alert_id},
    )
    if assigned.rowcount == 0:
        _standing(db, actor, alert_id)
    return _recorded(db, actor, before, "alert.assigned")


def _check_assignable(db: Database, user_id: int) -> None:
    """Drivers see no alerts, and who is disabled sees nothing."""
    user = one(db, "SELECT role, disabled_at FROM users WHERE id = :id", {"id": user_id})
    if user is None:
        raise Invalid.at("/user_id", f"There is no user {user_id}.")
    if user["disabled_at"] is not None or user["role"] == DRIVER:
        raise Invalid.at("/user_id", "Choose somebody of the office, who can see alerts.")


def _standing(db: Database, actor: Actor, alert_id: int) -> Row:
    alert = get_alert(db, actor, alert_id=alert_id)
    if alert["state"] == RESOLVED:
        raise Conflict("This alert is resolved: what it was for is over.", current=alert)
    return alert


def _moved(
    db: Database, actor: Actor, before: Row, action: str, state: str, until: str | None = None
) -> Row:
    is_seen = state == ACKNOWLEDGED
    moved = db.execute(
        MOVE,
        {
            "id": before["id"],
            "version": before["version"],
            "state": state,
            "snoozed_until": until,
            "acknowledged_at": clock.now() if is_seen else None,
            "acknowledged_by": actor.user_id if is_seen else None,
        },
    )
    if moved.rowcount == 0:
        _standing(db, actor, before["id"])
        raise Conflict("Somebody else changed this alert meanwhile: look at it again.")
    return _recorded(db, actor, before, action)


def _recorded(db: Database, actor: Actor, before: Row, action: str) -> Row:
    after = get_alert(db, actor, alert_id=before["id"])
    trail.record(
        db,
        actor,
        action=action,
        noun="alert",
        noun_id=before["id"],
        before={name: before[name] for name in ("state", "snoozed_until", "assigned_to")},
        after={name: after[name] for name in ("state", "snoozed_until", "assigned_to")},
    )
    return after
