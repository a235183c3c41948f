"""Freshness: figures that time alone changes are brought up to date before they are shown.

The estimates of stock fall while nothing happens. Each device knows when its figures are
due again (device_metrics.figures_due_at), at most once an hour. Whoever asks for some
devices refreshes those of them that are due, in short transactions that wait for nobody.
An answer refreshes as many as a few hundredths of a second allow. The rest follows behind
it, and shows the figures of before until then. An answer never fails because of it, and a device
whose figures cannot be computed holds up no other.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import clock
from db import Database, Engine, json_list, scalar
from errors import Problem
from services.books import figures

log = logging.getLogger("cvd.books")

FLEET = "fleet"
IS_DUE = "m.archived_at IS NULL AND m.figures_due_at <= :now"
# The devices that are due, among those that an argument of an operation names.
DUE = {
    "route_id": f"""
        SELECT m.device_id FROM devices d
        JOIN device_metrics m ON m.device_id = d.id
        WHERE d.route_id = :asked AND {IS_DUE}
    """,
    "device_id": f"""
        SELECT m.device_id FROM device_metrics m WHERE m.device_id = :asked AND {IS_DUE}
    """,
    "cabinet_id": f"""
        SELECT m.device_id FROM cabinets c
        JOIN device_metrics m ON m.device_id = c.device_id
        WHERE c.id = :asked AND {IS_DUE}
    """,
    "cabinet_ids": f"""
        SELECT DISTINCT m.device_id FROM cabinets c
        JOIN device_metrics m ON m.device_id = c.device_id
        WHERE c.id IN (SELECT CAST(value AS bigint) FROM json_each(:asked)) AND {IS_DUE}
    """,
    FLEET: f"""
        SELECT m.device_id FROM device_metrics m
        WHERE {IS_DUE}
        ORDER BY m.figures_due_at, m.device_id
        LIMIT CAST(:asked AS bigint)
    """,
}
POSTPONE = "UPDATE device_metrics SET figures_due_at = :again_at WHERE device_id = :id"
BATCH = 16
# Of the whole fleet, as many as a request may wait for.
MOST_OF_FLEET = 64
MOST_REMEMBERED = 4_096
# What somebody who reads waits for: next to nothing, and no lock: on SQLite everybody who
# reads waits with them.
BUDGET_S = 0.02
PATIENCE_S = 0.0
# What is brought up to date behind an answer.
BEHIND_BUDGET_S = 0.5
BEHIND_PATIENCE_S = 0.1
LOOK_AGAIN_S = 60
# Soon, where there was more to do than there was time for.
GO_ON_S = 5
# After what failed.
TRY_AGAIN_HOURS = 1
NEVER = ("", "")


class Freshness:
    """The figures of one application; remembers where nothing was due a moment ago."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # By scope and argument: when it was looked at, and when it is looked at again.
        self._looked: dict[tuple[str, object], tuple[str, str]] = {}

    def due(self, db: Database, scope: str | None, given: Mapping[str, Any]) -> list[int]:
        """The devices to refresh before an operation with this scope and these arguments."""
        if scope is None:
            return []
        asked = MOST_OF_FLEET if scope == FLEET else given[scope]
        if isinstance(asked, list):
            asked = json_list(asked)
        now = clock.now()
        key = (scope, asked)
        looked_at, again_at = self._looked.get(key, NEVER)
        if looked_at <= now < again_at:
            return []
        found = devices_due(db, scope, asked, now)
        if len(self._looked) >= MOST_REMEMBERED:
            self._looked.clear()
        self._looked[key] = now, clock.later(now, seconds=GO_ON_S if found else LOOK_AGAIN_S)
        return found

    def refresh(self, device_ids: Sequence[int]) -> Sequence[int]:
        """Bring these up to date as far as an answer may wait; answers those that are left."""
        try:
            return refresh(self._engine, device_ids, budget_s=BUDGET_S, patience_s=PATIENCE_S)
        except Problem:
            return device_ids

    def refresh_behind(self, device_ids: Sequence[int]) -> None:
        """Bring the rest up to date when nobody waits for it; what cannot be written waits."""
        with suppress(Problem):
            refresh(self._engine, device_ids, budget_s=BEHIND_BUDGET_S)


def devices_due(db: Database, scope: str, asked: object, now: str) -> list[int]:
    """The ids of the devices that are due."""
    return [row[0] for row in db.execute(DUE[scope], {"asked": asked, "now": now})]


def refresh(
    engine: Engine,
    device_ids: Sequence[int],
    *,
    budget_s: float,
    patience_s: float = BEHIND_PATIENCE_S,
) -> Sequence[int]:
    """Refresh devices in order of their ids, a few in each transaction, one at least.

    Answers those that time did not allow. Raises Unavailable.
    """
    deadline = time.monotonic() + budget_s
    left = sorted(device_ids)
    while left:
        done = 0
        with engine.writing(patience_s=patience_s) as db:
            for device_id in left[:BATCH]:
                _refresh_one(db, device_id)
                done += 1
                if time.monotonic() > deadline:
                    break
        left = left[done:]
        if time.monotonic() > deadline:
            break
    return left


def catch_up(engine: Engine, *, budget_s: float) -> int:
    """Refresh whatever is due in the fleet; answers how many devices were. Raises Unavailable."""
    deadline = time.monotonic() + budget_s
    refreshed = 0
    while time.monotonic() < deadline:
        with engine.reading() as db:
            found = devices_due(db, FLEET, MOST_OF_FLEET, clock.now())
        if not found:
            break
        left = refresh(engine, found, budget_s=deadline - time.monotonic())
        refreshed += len(found) - len(left)
    return refreshed


def _refresh_one(db: Database, device_id: int) -> None:
    try:
        with db.atomic():
            _refresh_due(db, device_id)
    except Problem:
        raise
    except Exception:
        log.exception("The figures of device %d could not be brought up to date.", device_id)
        again_at = clock.later(clock.now(), hours=TRY_AGAIN_HOURS)
        db.execute(POSTPONE, {"id": device_id, "again_at": again_at})


def _refresh_due(db: Database, device_id: int) -> None:
    db.lock("device", device_id)
    # Somebody else may have been here meanwhile.
    due_at = scalar(
        db, "SELECT figures_due_at FROM device_metrics WHERE device_id = :id", {"id": device_id}
    )
    if due_at is not None and due_at <= clock.now():
        figures.refresh_due(db, device_id=device_id)
