"""What a rule would open now, looked at as it would be, at as much as an answer may take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import clock
from db import Database, Row
from records import company
from services.alerts import alert_kinds, device_causes, other_causes
from services.alerts.cause import Cause
from services.alerts.rules_on import Rule
from services.orders.order_summaries import IS_LATE

MOST = 2_000
AT_ONCE = 200
# Of each kind, what can be a cause of it at all, by an index.
IDS = "SELECT m.device_id AS id"
IN_USE = "FROM device_metrics m WHERE m.archived_at IS NULL"
CANDIDATES = {
    alert_kinds.SOLD_OUT: f"{IDS} {IN_USE} AND m.sold_out_slots > 0",
    alert_kinds.RUNS_OUT: f"{IDS} {IN_USE}",
    alert_kinds.SILENT: f"""
        {IDS} {IN_USE} AND COALESCE(m.last_read_at, '') > ''
          AND COALESCE(m.last_read_at, '') < :heard_before
    """,
    alert_kinds.FAULT: f"{IDS} {IN_USE} AND m.fault_count > 0",
    alert_kinds.CLIMATE_OR_DOOR: f"{IDS} {IN_USE} AND m.fault_count > 0",
    alert_kinds.PRICE_DIFFERS: f"{IDS} {IN_USE} AND m.price_difference_count > 0",
    alert_kinds.NOT_BOOKED: f"{IDS} {IN_USE} AND m.unbooked_units > 0",
    alert_kinds.LATE_ORDER: f"SELECT o.id FROM service_orders o WHERE {IS_LATE}",
    alert_kinds.DAMAGED_READ: "SELECT id FROM dex_reads WHERE status = 'damaged'",
}


def preview(db: Database, **wanted: Any) -> dict[str, Any]:
    """{"alerts", "more", "lost_cents_per_day"} of a rule with these columns."""
    rule = Rule(id=0, **wanted)
    candidates = _candidates(db, rule)
    ids = [row["id"] for row in candidates[:MOST]]
    found = [
        cause
        for first in range(0, len(ids), AT_ONCE)
        for cause in _causes(db, rule, ids[first : first + AT_ONCE])
        if rule.holds(cause)
    ]
    return {
        "alerts": len(found),
        "more": len(candidates) > MOST,
        "lost_cents_per_day": sum(cause.lost_cents_per_day or 0 for cause in found),
    }


def _candidates(db: Database, rule: Rule) -> list[Row]:
    if rule.kind not in CANDIDATES:
        return []
    # Other thresholds count no hours, and may be of more than there are years.
    hours = rule.threshold if rule.kind == alert_kinds.SILENT else 0
    asked = {
        "heard_before": clock.later(clock.now(), hours=-hours),
        "today": clock.today(company.time_zone(db)),
        "most": MOST + 1,
    }
    statement = CANDIDATES[rule.kind]
    return list(db.query(f"{statement} ORDER BY 1 LIMIT CAST(:most AS bigint)", asked))


def _causes(db: Database, rule: Rule, ids: list[int]) -> Iterator[Cause]:
    least = {rule.kind: rule.threshold}
    if rule.kind == alert_kinds.LATE_ORDER:
        return other_causes.late_orders(db, ids, least)
    if rule.kind == alert_kinds.DAMAGED_READ:
        return other_causes.damaged_reads(db, ids, least)
    return device_causes.causes(db, ids, least)
