"""Removal of devices that were created by mistake: nothing has happened at one, so all of it goes.

A device with a history is archived instead (device_service).
"""

from __future__ import annotations

from collections.abc import Collection

import clock
from db import Database, json_list
from records import search
from services.books import figures, unused_books

IDS = "(SELECT CAST(value AS bigint) FROM json_each(:ids))"
AT_CABINETS = f"SELECT id FROM cabinets WHERE device_id IN {IDS}"
# What has happened, in words, with the assets where it has.
HISTORIES = (
    ("was read", f"SELECT DISTINCT device_id AS id FROM dex_reads WHERE device_id IN {IDS}"),
    (
        "is or was in an order",
        f"""
        SELECT DISTINCT c.device_id AS id FROM service_order_cabinets o
        JOIN cabinets c ON c.id = o.cabinet_id
        WHERE c.device_id IN {IDS}
        """,
    ),
    (
        "was visited",
        f"""
        SELECT DISTINCT c.device_id AS id FROM visits v
        JOIN cabinets c ON c.id = v.cabinet_id
        WHERE c.device_id IN {IDS}
        """,
    ),
    (
        "had its slots changed by a product",
        f"SELECT DISTINCT device_id AS id FROM slot_changes WHERE device_id IN {IDS}",
    ),
    (
        "has imported sales",
        f"SELECT DISTINCT device_id AS id FROM past_sales WHERE device_id IN {IDS}",
    ),
    (
        "has notes or tickets",
        f"SELECT DISTINCT device_id AS id FROM tickets WHERE device_id IN {IDS}",
    ),
    (
        "is in a recurring visit",
        f"SELECT DISTINCT device_id AS id FROM recurring_visit_devices WHERE device_id IN {IDS}",
    ),
    (
        "has photos",
        f"SELECT DISTINCT noun_id AS id FROM files WHERE noun = 'device' AND noun_id IN {IDS}",
    ),
)
ASSETS = f"SELECT asset FROM devices WHERE id IN {IDS} ORDER BY asset_order, id"
# Alerts, which follow from the books, go with their machines by themselves.
REMOVE = (
    f"DELETE FROM slot_arrangements WHERE device_id IN {IDS}",
    f"DELETE FROM planogram_changes WHERE cabinet_id IN ({AT_CABINETS})",
    f"DELETE FROM slots WHERE device_id IN {IDS}",
    f"DELETE FROM cabinets WHERE device_id IN {IDS}",
    f"DELETE FROM devices WHERE id IN {IDS}",
)


def history_of(db: Database, device_ids: Collection[int]) -> str | None:
    """What keeps these devices from being removed, in words; None where nothing does."""
    for words, query in HISTORIES:
        ids = [row["id"] for row in db.query(query, {"ids": json_list(device_ids)})]
        if ids:
            (first, *others) = [row["asset"] for row in db.query(ASSETS, {"ids": json_list(ids)})]
            more = f", as {len(others):,} others" if others else ""
            return f"machine {first} {words}{more}"
    return None


def remove(db: Database, device_ids: Collection[int]) -> None:
    """Remove devices at which nothing has happened, with all that is kept of them."""
    now = clock.now()
    for device_id in sorted(device_ids):
        db.lock("device", device_id)
        # So that the home page counts them no more.
        figures.archive(db, device_id=device_id, archived_at=now)
    search.keep(db, noun="device", texts=dict.fromkeys(device_ids, ()))
    unused_books.remove(db, device_ids)
    for statement in REMOVE:
        db.execute(statement, {"ids": json_list(device_ids)})
