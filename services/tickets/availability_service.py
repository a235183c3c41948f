"""Availability: how much of a period each machine was up, by what tickets say of it.

A period is of local days in the operator's time zone and ends now where it is not over yet. A
machine counts as up unless a ticket says that it was down, and for as long as it was there: from
when it was entered or first read, whichever came first, until it was archived.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import clock
from auth import Actor
from db import Database, Row, json_list
from domain import outages
from errors import Invalid
from records import company
from records.paging import Sort, page
from services.fleet import visibility

MOST_DAYS = 366
BY_ASSET = Sort(key="d.asset_order", tie="d.id")
# Where more were down than this, a walk along all devices soon meets a page of them.
FEW = 200
# Each part is found in an index of such tickets alone.
DOWN_DEVICES = """
    SELECT DISTINCT device_id FROM (
        SELECT t.device_id FROM tickets t
        WHERE t.up_since IS NOT NULL AND t.up_since > :since AND t.down_since < :until
        UNION ALL
        SELECT t.device_id FROM tickets t
        WHERE t.down_since IS NOT NULL AND t.up_since IS NULL AND t.down_since < :until
    ) AS down
    LIMIT CAST(:most AS bigint)
"""
# Of a device `d`.
AMONG_FEW = "d.id IN (SELECT CAST(value AS bigint) FROM json_each(:few))"
WAS_DOWN = """
    EXISTS (
        SELECT 1 FROM tickets t
        WHERE t.device_id = d.id AND t.down_since IS NOT NULL AND t.down_since < :until
          AND (t.up_since IS NULL OR t.up_since > :since)
    )
"""
# One that was archived while it was down is down no more.
WAS_THERE = "(d.archived_at IS NULL OR d.archived_at > :since)"
# A position begins with the time of its read. The entry is the first of a machine's own: by the
# index of actions SQLite would walk those of all machines, so the action is hidden from it.
LIVES = """
    SELECT d.id, d.archived_at, (
        SELECT min(r.position) FROM dex_reads r
        WHERE r.device_id = d.id AND r.position IS NOT NULL
    ) AS first_read, (
        SELECT a.occurred_at FROM audit_entries a
        WHERE a.noun_id = d.id AND a.noun = 'device' AND a.action || '' = 'device.created'
        ORDER BY a.id LIMIT 1
    ) AS entered_at
    FROM devices d
    WHERE d.id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
"""
DEVICE = """
    d.id AS device_id, d.asset, d.name, l.name AS location_name
    FROM devices d
    LEFT JOIN locations l ON l.id = d.location_id
"""
TOLD = """
    SELECT t.device_id, t.down_since, t.up_since FROM tickets t
    WHERE t.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
      AND t.down_since IS NOT NULL AND t.down_since < :until
      AND (t.up_since IS NULL OR t.up_since > :since)
"""


def list_availability(
    db: Database,
    actor: Actor,
    *,
    from_: str,
    to: str,
    limit: int,
    cursor: str | None = None,
    device_id: int | None = None,
    route_id: int | None = None,
) -> dict[str, Any]:
    """{since, until, items, next_cursor}: the devices that were down, by asset.

    With `device_id` that one, down or not. Raises Invalid for a period of more than a year.
    """
    since, until = _period(db, from_, to)
    few = _few_down(db, since, until) if device_id is None else None
    found = page(
        db,
        DEVICE,
        sort=BY_ASSET,
        limit=limit,
        cursor=cursor,
        conditions={
            visibility.VISIBLE_TO_DRIVER: actor.is_driver,
            AMONG_FEW: few is not None,
            WAS_DOWN: device_id is None and few is None,
            WAS_THERE: device_id is None,
            "d.id = :device_id": device_id is not None,
            "d.route_id = :route_id": route_id is not None,
        },
        params={
            "actor_id": actor.user_id,
            "few": json_list(few or ()),
            "device_id": device_id,
            "route_id": route_id,
            "since": since,
            "until": until,
        },
    )
    _add_outages(db, found["items"], since, until)
    return {"since": since, "until": until, **found}


def _period(db: Database, from_: str, to: str) -> tuple[str, str]:
    """The UTC times at which a period of local days begins and ends, or has got to by now."""
    days = (date.fromisoformat(to) - date.fromisoformat(from_)).days
    if days < 0:
        raise Invalid.at("/query/to", "is before the first day")
    if days >= MOST_DAYS:
        raise Invalid.at("/query/to", f"is more than {MOST_DAYS} days behind the first")
    zones = company.zones(db)
    since = clock.day_begin(from_, zones.of_day(from_))
    until = min(clock.day_end(to, zones.of_day(to)), clock.now())
    return since, max(since, until)


def _few_down(db: Database, since: str, until: str) -> list[int] | None:
    """The devices that were down in a period; None when they are many."""
    asked = {"since": since, "until": until, "most": FEW + 1}
    found = [row["device_id"] for row in db.query(DOWN_DEVICES, asked)]
    return found if len(found) <= FEW else None


def _add_outages(db: Database, devices: Sequence[Row], since: str, until: str) -> None:
    told: dict[int, list[tuple[str, str | None]]] = {row["device_id"]: [] for row in devices}
    rows = db.query(TOLD, {"device_ids": json_list(told), "since": since, "until": until})
    for row in rows:
        told[row["device_id"]].append((row["down_since"], row["up_since"]))
    lives = {row["id"]: row for row in db.query(LIVES, {"device_ids": json_list(told)})}
    for device in devices:
        of_device = told[device["device_id"]]
        begin, end = _there(lives[device["device_id"]], of_device, since, until)
        whole = outages.seconds(begin, end)
        found = outages.within(of_device, begin=begin, end=end, now=end)
        down = sum(each.seconds for each in found)
        device["down_seconds"] = down
        device["up_percent"] = round(100 * (whole - down) / whole, 2) if whole else None
        device["outages"] = [
            {"down_since": each.down_since, "up_since": each.up_since, "seconds": each.seconds}
            for each in found
        ]


def _there(
    life: Row, told: Sequence[tuple[str, str | None]], since: str, until: str
) -> tuple[str, str]:
    """Of a period, from when to when a machine was there, as far as anybody knows.

    One that was down before it was entered was there before, who knows since when.
    """
    known = [life["entered_at"], (life["first_read"] or "").partition("/")[0]]
    begun = min(filter(None, known), default=since)
    if any(down_since < begun for down_since, _ in told):
        begun = since
    begin = min(max(since, begun), until)
    return begin, max(begin, min(until, life["archived_at"] or until))
