"""The job that touches what time alone changes: silence, lateness, the age of a backup.

It looks at nothing itself: what it touches is looked at as anything else is. Stocks that fall by
estimate are brought up to date here, for nobody may be at a page that asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import clock
from auth import Actor
from db import Database, Engine, Row
from jobs import Job
from records import company
from services.alerts import alert_kinds
from services.alerts.rules_on import rules_on
from services.books import freshness
from services.fleet.open_orders import CABINET_IS_OPEN
from services.orders.order_summaries import IS_LATE
from services.system import touched

# What nobody touches while it is silent; what was found silent so long need not be found again.
SILENT = """
    SELECT m.device_id AS id FROM device_metrics m
    WHERE m.archived_at IS NULL AND COALESCE(m.last_read_at, '') > ''
      AND COALESCE(m.last_read_at, '') < :heard_before
      AND NOT EXISTS (
          SELECT 1 FROM alerts a
          WHERE a.noun = 'device' AND a.noun_id = m.device_id AND a.resolved_at IS NULL
            AND a.kind = 'silent' AND a.worst >= CAST(:hours AS bigint)
      )
"""
LATE = f"SELECT o.id FROM service_orders o WHERE {IS_LATE}"
# In another time zone an order may be late no longer.
STANDING_ORDERS = """
    SELECT noun_id AS id FROM alerts WHERE noun = 'service_order' AND resolved_at IS NULL
"""
# Visits that were planned are a day nearer, or their day is over.
PLANNED = f"""
    SELECT DISTINCT c.device_id AS id FROM service_order_cabinets oc
    JOIN cabinets c ON c.id = oc.cabinet_id
    WHERE {CABINET_IS_OPEN} AND oc.service_on >= ''
"""
DEVICES = "SELECT device_id AS id FROM device_metrics WHERE archived_at IS NULL"
DAMAGED = "SELECT id FROM dex_reads WHERE status = 'damaged'"
# Those that stand, whatever they are of: a rule may not want them any more.
STANDING = "SELECT DISTINCT noun, noun_id AS id FROM alerts WHERE resolved_at IS NULL"
# What this is too short for is done five minutes later: others want to write, too.
FRESHENING_S = 2.0
WAKE = """
    UPDATE alerts SET state = 'open', snoozed_until = NULL, version = version + 1
    WHERE state = 'snoozed' AND snoozed_until <= :now
"""


def sweep(engine: Engine, actor: Actor, job: Job, *, everything: bool = False) -> dict[str, Any]:
    """{"touched"}: what is to be looked at now; `everything` after a rule was changed."""
    freshness.catch_up(engine, budget_s=FRESHENING_S)
    with engine.reading() as db:
        found = _found(db, everything=everything)
    with job.finishing() as db:
        db.execute(WAKE, {"now": clock.now()})
        for noun, ids in found.items():
            touched.note(db, noun, *ids)
        job.result = {"touched": sum(map(len, found.values()))}
    return job.result


def _found(db: Database, *, everything: bool) -> dict[touched.Noun, set[int]]:
    rules = rules_on(db)
    found: dict[touched.Noun, set[int]] = {
        "backup": {touched.THE_BACKUP},
        "device": set(),
        "dex_read": set(),
        "service_order": _ids(db.query(LATE, {"today": clock.today(company.time_zone(db))}))
        | _ids(db.query(STANDING_ORDERS)),
    }
    for row in touched.failed(db):
        found[row["noun"]].add(row["noun_id"])
    if everything:
        found["device"] = _ids(db.query(DEVICES))
        found["dex_read"] = _ids(db.query(DAMAGED))
        for row in db.query(STANDING):
            found[row["noun"]].add(row["id"])
        return found
    for hours in rules.thresholds(alert_kinds.SILENT):
        heard_before = clock.later(clock.now(), hours=-hours)
        found["device"] |= _ids(db.query(SILENT, {"heard_before": heard_before, "hours": hours}))
    if rules.thresholds(alert_kinds.RUNS_OUT):
        found["device"] |= _ids(db.query(PLANNED))
    return found


def _ids(rows: Iterable[Row]) -> set[int]:
    return {row["id"] for row in rows}
