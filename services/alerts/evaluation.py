"""Evaluation: which alerts stand, brought up to date with what holds now.

What was touched is taken out of its list and looked at in one transaction: killed anywhere,
all of it is as it was before. What is touched meanwhile waits, and is looked at again. So the
alerts that stand follow from the books alone, whatever the order in which these came about.

Where looking fails, each is looked at by itself: what fails again is held back and named on the
page of alerts (alert_service.py), and holds up no other.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

import clock
from db import Database, Engine, Row, json_list
from errors import StorageFull, Unavailable
from services.alerts import device_causes, other_causes
from services.alerts.cause import Cause
from services.alerts.rules_on import Rule, Rules, rules_on, worse
from services.alerts.tellings import Told
from services.system import touched

log = logging.getLogger("cvd.alerts")

BATCH = 32
BUDGET_S = 0.5
STANDING = """
    SELECT id, cause, detail, since, lost_cents_per_day, device_id, worst FROM alerts
    WHERE noun = :noun AND resolved_at IS NULL
      AND noun_id IN (SELECT CAST(value AS bigint) FROM json_each(:ids))
"""
OPEN = """
    INSERT INTO alerts
        (kind, cause, noun, noun_id, device_id, alert_rule_id, detail, since,
         lost_cents_per_day, worst, state, opened_at)
    VALUES
        (:kind, :cause, :noun, :noun_id, :device_id, :alert_rule_id, :detail, :since,
         :lost_cents_per_day, :measure, 'open', :now)
    RETURNING id, kind, device_id
"""
FOLLOW = """
    UPDATE alerts SET detail = :detail, since = :since, lost_cents_per_day = :lost_cents_per_day,
        device_id = :device_id, worst = :worst
    WHERE id = :id
"""
RESOLVE = """
    UPDATE alerts SET state = 'resolved', resolved_at = :now, snoozed_until = NULL,
        version = version + 1
    WHERE id = :id AND resolved_at IS NULL
"""
FOLLOWED = ("detail", "since", "lost_cents_per_day", "device_id")


def look(engine: Engine, *, sends_mail: bool, budget_s: float = BUDGET_S) -> int:
    """Look at what was touched, for so long at most; how many of it. Raises Unavailable."""
    deadline = time.monotonic() + budget_s
    looked_at = 0
    while True:
        with engine.reading() as db:
            asked = touched.next_few(db, BATCH)
        if not asked:
            return looked_at
        looked_at += _look_apart(engine, asked, sends_mail=sends_mail)
        if time.monotonic() > deadline:
            return looked_at


def _look_apart(engine: Engine, asked: Sequence[Row], *, sends_mail: bool) -> int:
    """Look at these together, and each by itself where that fails; how many were looked at."""
    try:
        with engine.writing() as db:
            taken = touched.take(db, asked)
            _look_at(db, engine, taken, Told(db, sends_mail=sends_mail))
        return len(taken)
    except (Unavailable, StorageFull):
        raise
    except Exception:
        if len(asked) > 1:
            return sum(_look_apart(engine, [row], sends_mail=sends_mail) for row in asked)
        log.exception("Looking for alerts failed at %s %d.", asked[0]["noun"], asked[0]["noun_id"])
    with engine.writing() as db:
        touched.hold(db, asked[0])
    return 1


def _look_at(db: Database, engine: Engine, taken: Sequence[Row], told: Told) -> None:
    by_noun = defaultdict(list)
    for row in taken:
        by_noun[row["noun"]].append(row["noun_id"])
    rules = rules_on(db)
    for noun, ids in by_noun.items():
        found = causes_of(db, engine, noun, ids, rules.least)
        _bring_up_to_date(db, noun, ids, found, rules, told)


def causes_of(
    db: Database, engine: Engine, noun: str, ids: Sequence[int], least: dict[str, int]
) -> Iterable[Cause]:
    """What holds at these, of the kinds that are wanted."""
    if noun == "device":
        return device_causes.causes(db, ids, least)
    if noun == "service_order":
        return other_causes.late_orders(db, ids, least)
    if noun == "dex_read":
        return other_causes.damaged_reads(db, ids, least)
    return other_causes.old_backup(engine, least)


def _bring_up_to_date(
    db: Database, noun: str, ids: Sequence[int], found: Iterable[Cause], rules: Rules, told: Told
) -> None:
    standing = {
        row["cause"]: row for row in db.query(STANDING, {"noun": noun, "ids": json_list(ids)})
    }
    for cause in found:
        holding = rules.holding(cause)
        if not holding:
            continue
        alert = standing.pop(cause.key, None)
        if alert is None:
            row = {**cause._asdict(), "cause": cause.key, "alert_rule_id": holding[0].id}
            opened = next(db.query(OPEN, {**row, "now": clock.now()}))
            told.opened(opened, holding, driver_id=cause.driver_id)
        else:
            _follow(db, alert, cause, holding, told)
    for alert in standing.values():
        db.execute(RESOLVE, {"id": alert["id"], "now": clock.now()})
        told.resolved(alert)


def _follow(db: Database, alert: Row, cause: Cause, holding: Sequence[Rule], told: Told) -> None:
    """Let an alert that stands say what is so now; who is told from further on is told now."""
    reached = [rule for rule in holding if not rule.holds(cause._replace(measure=alert["worst"]))]
    if reached:
        told.worsened(alert, reached, driver_id=cause.driver_id)
    now = {name: getattr(cause, name) for name in FOLLOWED}
    now["worst"] = worse(cause.kind, alert["worst"], cause.measure)
    if any(alert[name] != value for name, value in now.items()):
        db.execute(FOLLOW, {**now, "id": alert["id"]})
