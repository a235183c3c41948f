"""Causes that are no device's: orders that are late, damaged audits, backups that are old."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import clock
from db import Database, Engine, json_list
from records import company
from services.alerts import alert_kinds
from services.alerts.cause import Cause
from services.fleet.open_orders import CABINET_IS_OPEN
from services.orders.order_summaries import IS_LATE
from services.system import backup_service, touched

NEVER_H = 1e9
IDS = "(SELECT CAST(value AS bigint) FROM json_each(:ids))"
LATE = f"""
    SELECT o.id, o.route_id, o.driver_id, o.service_on, (
        SELECT CAST(COALESCE(sum(m.lost_cents_per_day), 0) AS bigint) FROM device_metrics m
        WHERE m.device_id IN (
            SELECT c.device_id FROM service_order_cabinets oc
            JOIN cabinets c ON c.id = oc.cabinet_id
            WHERE oc.service_order_id = o.id AND {CABINET_IS_OPEN}
        )
    ) AS lost_cents_per_day
    FROM service_orders o
    WHERE o.id IN {IDS} AND {IS_LATE}
"""
DAMAGED = f"""
    SELECT r.id, r.device_id, r.filename, r.received_at FROM dex_reads r
    WHERE r.id IN {IDS} AND r.status = 'damaged'
"""


def late_orders(db: Database, ids: Sequence[int], least: Mapping[str, int]) -> Iterator[Cause]:
    """Open orders whose day is over, of these; what their machines lose waits with them."""
    if alert_kinds.LATE_ORDER not in least:
        return
    zone = company.time_zone(db)
    today = clock.today(zone)
    for row in db.query(LATE, {"ids": json_list(ids), "today": today}):
        late = date.fromisoformat(today) - date.fromisoformat(row["service_on"])
        yield Cause(
            alert_kinds.LATE_ORDER,
            f"{alert_kinds.LATE_ORDER}:{row['id']}",
            "service_order",
            row["id"],
            f"Order {row['id']} is late",
            measure=late.days,
            lost_cents_per_day=row["lost_cents_per_day"],
            since=clock.day_end(row["service_on"], zone),
            route_id=row["route_id"],
            driver_id=row["driver_id"],
        )


def damaged_reads(db: Database, ids: Sequence[int], least: Mapping[str, int]) -> Iterator[Cause]:
    """Audits of these that wait because they were damaged on their way."""
    if alert_kinds.DAMAGED_READ not in least:
        return
    for row in db.query(DAMAGED, {"ids": json_list(ids)}):
        yield Cause(
            alert_kinds.DAMAGED_READ,
            f"{alert_kinds.DAMAGED_READ}:{row['id']}",
            "dex_read",
            row["id"],
            f"The audit {row['filename']} came in damaged",
            since=row["received_at"],
            device_id=row["device_id"],
        )


def old_backup(engine: Engine, least: Mapping[str, int]) -> Iterator[Cause]:
    """The last backup, where backups are made here at all: Today says where none are."""
    if alert_kinds.BACKUP_OLD not in least:
        return
    state = backup_service.backup_state(engine)
    last_at = state["last_at"]
    if last_at is None and state["place"] is None:
        return
    passed = (
        None if last_at is None else clock.to_datetime(clock.now()) - clock.to_datetime(last_at)
    )
    yield Cause(
        alert_kinds.BACKUP_OLD,
        alert_kinds.BACKUP_OLD,
        "backup",
        touched.THE_BACKUP,
        "No backup was made yet" if last_at is None else "The last backup is old",
        measure=NEVER_H if passed is None else passed.total_seconds() / 3_600,
        since=last_at,
    )
