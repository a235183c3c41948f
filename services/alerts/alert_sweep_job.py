"""The job that touches what time alone changes: silence, lateness, the age of a backup.

It looks at nothing itself: what it touches is looked at as anything else is.
"""

from __future__ import annotations

from typing import Any

import clock
from auth import Actor
from db import Engine, scalar
from jobs import Job
from records import company
from services.alerts import kinds
from services.alerts.rules_on import rules_on
from services.system import touched

# What nobody touches while it is silent; what was found so already need not be found again.
SILENT = """
    INSERT INTO touched (noun, noun_id, touched_at)
    SELECT 'device', m.device_id, CAST(:now AS TEXT) FROM device_metrics m
    WHERE m.archived_at IS NULL AND COALESCE(m.last_read_at, '') > ''
      AND COALESCE(m.last_read_at, '') < :heard_before
      AND NOT EXISTS (
          SELECT 1 FROM alerts a
          WHERE a.noun = 'device' AND a.noun_id = m.device_id AND a.resolved_at IS NULL
            AND a.kind = 'silent'
      )
    ORDER BY m.device_id
    ON CONFLICT (noun, noun_id) DO NOTHING
"""
LATE = """
    INSERT INTO touched (noun, noun_id, touched_at)
    SELECT 'service_order', o.id, CAST(:now AS TEXT) FROM service_orders o
    WHERE o.status <> 'completed' AND o.status <> 'cancelled' AND o.service_on < :today
    ORDER BY o.id
    ON CONFLICT (noun, noun_id) DO NOTHING
"""
# A day begins: visits that were planned are a day nearer, or are over.
PLANNED = """
    INSERT INTO touched (noun, noun_id, touched_at)
    SELECT DISTINCT 'device', c.device_id, CAST(:now AS TEXT)
    FROM service_orders o
    JOIN service_order_cabinets oc ON oc.service_order_id = o.id
    JOIN cabinets c ON c.id = oc.cabinet_id
    WHERE o.status <> 'completed' AND o.status <> 'cancelled'
    ORDER BY 2
    ON CONFLICT (noun, noun_id) DO NOTHING
"""
DEVICES = """
    INSERT INTO touched (noun, noun_id, touched_at)
    SELECT 'device', device_id, CAST(:now AS TEXT) FROM device_metrics
    WHERE archived_at IS NULL
    ORDER BY device_id
    ON CONFLICT (noun, noun_id) DO NOTHING
"""
DAMAGED = """
    INSERT INTO touched (noun, noun_id, touched_at)
    SELECT 'dex_read', id, CAST(:now AS TEXT) FROM dex_reads WHERE status = 'damaged'
    ORDER BY id
    ON CONFLICT (noun, noun_id) DO NOTHING
"""
# Those that stand, whatever they are of: a rule may not want them any more.
STANDING = """
    INSERT INTO touched (noun, noun_id, touched_at)
    SELECT DISTINCT noun, noun_id, CAST(:now AS TEXT) FROM alerts WHERE resolved_at IS NULL
    ORDER BY 1, 2
    ON CONFLICT (noun, noun_id) DO NOTHING
"""
WAKE = """
    UPDATE alerts SET state = 'open', snoozed_until = NULL, version = version + 1
    WHERE state = 'snoozed' AND snoozed_until <= :now
"""
COUNT = "SELECT count(*) FROM touched"


def sweep(engine: Engine, actor: Actor, job: Job, *, everything: bool = False) -> dict[str, Any]:
    """{"touched"}: what is to be looked at now; `everything` after a rule was changed."""
    with engine.reading() as db:
        today = clock.today(company.time_zone(db))
        hours = rules_on(db).least.get(kinds.SILENT)
    now = clock.now()
    statements = [LATE, PLANNED]
    if everything:
        statements += [DEVICES, DAMAGED, STANDING]
    elif hours is not None:
        statements.append(SILENT)
    heard_before = clock.later(now, hours=-(hours or 0))
    # Each in a transaction of its own: in several at once the order would not be one.
    for statement in statements:
        with engine.writing() as db:
            db.execute(statement, {"now": now, "today": today, "heard_before": heard_before})
    with job.finishing() as db:
        db.execute(WAKE, {"now": now})
        touched.note(db, "backup", touched.THE_BACKUP)
        count = scalar(db, COUNT)
        job.result = {"touched": count}
    return {"touched": count}
