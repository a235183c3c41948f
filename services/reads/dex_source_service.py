"""Sources as people see them: who sends, how much, what went wrong, and who has fallen silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import clock
from auth import Actor
from contract.types import DashboardAttentionSilentSources
from db import Database, Row
from records import company
from services.reads import inbox
from services.reads.dex_sources import KEY, PERSON

# What is usual for a source is seen from so many days before it sent last.
USUAL_DAYS = 56
FEWEST_DAYS = 5
# It is silent once nothing has come for so many times its longest gap.
TIMES_THE_GAP = 2
DAYS_OF_WEEK = 7

SOURCES = """
    SELECT id, kind, mark, name, first_seen_at, last_seen_at, last_error, last_error_at
    FROM dex_sources
    ORDER BY last_seen_at DESC, id DESC
"""
COUNTS = """
    SELECT source_id,
        CAST(COALESCE(sum(CASE WHEN day = :today THEN received END), 0) AS bigint) AS today,
        CAST(COALESCE(sum(CASE WHEN day > :week THEN received END), 0) AS bigint) AS week,
        CAST(sum(received) AS bigint) AS total,
        CAST(sum(known) AS bigint) AS known,
        CAST(sum(waiting) AS bigint) AS waiting,
        CAST(sum(refused) AS bigint) AS refused
    FROM dex_source_days
    GROUP BY source_id
"""
DAYS = """
    SELECT d.source_id, d.day FROM dex_source_days d
    WHERE d.day >= :first AND d.received + d.known > 0
    ORDER BY d.source_id, d.day
"""
KEYS = "SELECT id, prefix FROM api_keys"
NONE = {"today": 0, "week": 0, "total": 0, "known": 0, "waiting": 0, "refused": 0}


def list_dex_sources(db: Database, actor: Actor) -> dict[str, Any]:
    """{items, inbox}: the sources, who sent last first; the watched folder, None without one."""
    today = clock.today(company.time_zone(db))
    week = (date.fromisoformat(today) - timedelta(days=DAYS_OF_WEEK)).isoformat()
    counts = {
        row.pop("source_id"): row for row in list(db.query(COUNTS, {"today": today, "week": week}))
    }
    silent = {each["id"]: each["days"] for each in _silent(db, today)}
    items = [
        {
            **{name: value for name, value in row.items() if name != "mark"},
            **(counts.get(row["id"]) or NONE),
            "silent_days": silent.get(row["id"]),
        }
        for row in db.query(SOURCES)
    ]
    return {"items": items, "inbox": inbox.state(db)}


def silent_sources(db: Database, *, limit: int) -> DashboardAttentionSilentSources:
    """Sources that are silent for much longer than is usual: {"count", "more", "items"}."""
    found = _silent(db, clock.today(company.time_zone(db)))
    return {
        "count": len(found),
        "more": False,
        "items": [
            {
                "id": each["id"],
                "name": each["name"],
                "kind": each["kind"],
                "last_seen_at": each["last_seen_at"],
                "detail": _words(each),
            }
            for each in found[:limit]
        ],
    }


def _silent(db: Database, today: str) -> list[Row]:
    """Those of the programs that send, not of people: each with `days` and its `usual` gap."""
    first = (date.fromisoformat(today) - timedelta(days=USUAL_DAYS)).isoformat()
    days: dict[int, list[date]] = {}
    for row in db.query(DAYS, {"first": first}):
        days.setdefault(row["source_id"], []).append(date.fromisoformat(row["day"]))
    keys = {f"{row['id']}:{row['prefix']}" for row in db.query(KEYS)}
    found = []
    for row in db.query(SOURCES):
        if row["kind"] == PERSON or (row["kind"] == KEY and row["mark"] not in keys):
            continue
        usual = usual_gap(days.get(row["id"], []))
        if usual is None:
            continue
        since = (date.fromisoformat(today) - days[row["id"]][-1]).days
        if since > TIMES_THE_GAP * usual:
            found.append({**row, "days": since, "usual": usual})
    return sorted(found, key=lambda each: (-each["days"], each["id"]))


def usual_gap(days: Sequence[date]) -> int | None:
    """The longest time between two days on which a source sent; None where too few are known."""
    if len(days) < FEWEST_DAYS:
        return None
    return max((later - earlier).days for earlier, later in pairwise(days))


def _words(silent: Row) -> str:
    often = "every day" if silent["usual"] == 1 else f"every {silent['usual']} days at least"
    return f"nothing for {silent['days']} days; it used to send {often}"
