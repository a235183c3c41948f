"""Known stock: when each slot of a device was last counted, filled or reported.

An estimate starts there (estimate.py). It is kept in slots.known_at only where it is not
the device's last read, so that the audit of a machine that reports writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import NamedTuple

import clock
from db import Database, Row, json_list
from domain.planning.estimate import OLD_AFTER_DAYS, Known

DAY = timedelta(days=1)
# The best known stock of a slot `s`: an estimate where the books are old.
STOCK = "COALESCE(s.estimated_quantity, s.quantity)"
# What tells the stock of a slot: a removal alone does not, it only changes it.
TELLS = "f.reversed_at IS NULL AND (f.counted IS NOT NULL OR f.added > 0)"
# The last such fact of a slot `s`, with the time of the one before where nobody counted.
LAST_FACTS = f"""
    SELECT s.id AS slot_id, f.occurred_at, f.counted, f.added,
           CASE WHEN f.counted IS NULL THEN (
               SELECT max(b.occurred_at) FROM slot_facts b
               WHERE b.slot_id = s.id AND b.occurred_at < f.occurred_at AND b.reversed_at IS NULL
           ) END AS before_at
    FROM slots s
    JOIN slot_facts f ON f.id = (
        SELECT f.id FROM slot_facts f
        WHERE f.slot_id = s.id AND {TELLS}
        ORDER BY f.occurred_at DESC, f.id DESC LIMIT 1
    )
    WHERE s.device_id = :device_id
"""


class LastFact(NamedTuple):
    """What tells the stock of a slot last: it was counted, or filled without a count.

    `before_at` is when the slot was touched before, None where this one was counted.
    """

    occurred_at: str
    counted: int | None
    added: int
    before_at: str | None


class Start(NamedTuple):
    """Where the estimate of a slot starts: columns of slots, see migration 0016."""

    known_at: str | None
    known_quantity: int | None


# Of a slot whose stock is known by the last read of its device.
AT_THE_READ = Start(None, None)


def starts(
    db: Database, *, device_id: int, slots: Sequence[Row], last_read_at: str | None
) -> dict[int, Start]:
    """Where the estimate of each slot starts; a slot is a row of figures.

    Its `is_reported` says whether the last read of the device names its selection.
    """
    known = [slot for slot in slots if slot["quantity"] is not None]
    silent = [slot for slot in known if last_read_at is None or not slot["is_reported"]]
    touched = silent or _is_touched_since(db, device_id, last_read_at)
    if not touched:
        return {}
    told = db.execute(LAST_FACTS, {"device_id": device_id})
    facts = {slot_id: LastFact(*fact) for slot_id, *fact in told}
    older = _older_reports(db, device_id, silent) if last_read_at is not None else {}
    found = {}
    for slot in known:
        fact = facts.get(slot["id"])
        reported_at = last_read_at if slot["is_reported"] else older.get(slot["selection"])
        if fact is not None and (reported_at is None or fact.occurred_at >= reported_at):
            counted = fact.counted is not None
            left = None if counted else _left(slot, fact, reported_at)
            found[slot["id"]] = Start(fact.occurred_at, left)
        elif reported_at != last_read_at:
            found[slot["id"]] = Start(reported_at, None)
    return found


def known(
    slots: Sequence[Row], starts: Mapping[int, Start], *, last_read_at: str | None, now: str
) -> list[Known]:
    """The slots as the formulas take them."""
    days_since = cache(partial(_days_since, clock.to_datetime(now)))
    since_read = days_since(last_read_at or now)
    found = []
    for slot in slots:
        known_at, left = starts.get(slot["id"], AT_THE_READ)
        is_fact = left is None
        found.append(
            Known(
                slot["selection"],
                slot["quantity"] if is_fact else left,
                days_since(known_at) if known_at else since_read,
                slot["units_per_day"],
                is_fact,
            )
        )
    return found


def _days_since(now: datetime, at: str) -> float:
    return max(0.0, (now - clock.to_datetime(at)) / DAY)


def _is_touched_since(db: Database, device_id: int, at: str | None) -> bool:
    """Whether anybody counted or filled a slot of the device since a moment."""
    row = db.execute(
        f"""
        SELECT 1 FROM slot_facts f
        WHERE f.device_id = :device_id AND f.occurred_at >= :at AND {TELLS}
        LIMIT 1
        """,
        {"device_id": device_id, "at": at or ""},
    ).fetchone()
    return row is not None


def _left(slot: Row, fact: LastFact, reported_at: str | None) -> int | None:
    """What is in a slot that was filled without a count: par, if nobody had seen it for a day.

    Whoever fills fills to par. The books add up instead, because they cannot know what was
    sold meanwhile. None where they do know.
    """
    before_at = max(filter(None, (fact.before_at, reported_at)), default=None)
    if before_at is None:
        return None
    filled = clock.to_datetime(fact.occurred_at)
    if (filled - clock.to_datetime(before_at)) / DAY <= OLD_AFTER_DAYS:
        return None
    left = max(slot["par_level"], fact.added)
    return left if left < slot["quantity"] else None


def _older_reports(db: Database, device_id: int, silent: Iterable[Row]) -> dict[str, str]:
    """When selections that the last read does not name were last reported, by selection."""
    missing = {slot["selection"] for slot in silent} - {None}
    if not missing:
        return {}
    rows = db.query(
        """
        SELECT d.selection, max(r.read_at) AS read_at
        FROM dex_reads r
        JOIN dex_selections d ON d.dex_read_id = r.id
          AND d.selection IN (SELECT value ->> 'selection' FROM json_each(:missing))
        WHERE r.device_id = :device_id AND r.position IS NOT NULL
        GROUP BY d.selection
        """,
        {
            "device_id": device_id,
            "missing": json_list({"selection": selection} for selection in sorted(missing)),
        },
    )
    return {row["selection"]: row["read_at"] for row in rows}
