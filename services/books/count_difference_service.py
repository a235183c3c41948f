"""Counts that differ: what visits found that neither sales nor fills explain.

They are read from the ledger, which is as the books are known now: the `unexplained` moves
of a visit are what its counts found against the books of that moment. When an audit comes
late, what its sales explain leaves the ledger's move, and with it the difference. So the
books before a count are what was counted less the difference. Whoever has seen a visit's
differences is kept with the figures they saw: other figures are news again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import clock
from auth import Actor
from contract.types import (
    DashboardAttentionCountDifferences,
    DashboardAttentionCountDifferencesItem,
)
from db import Database, Row, json_list, one, typed
from errors import Conflict, Invalid, NotFound
from records import company, trail
from records.paging import Sort, page

# The home page looks so far back.
RECENT_DAYS = 14
MOST_DAYS = 400
IS_DIFFERENCE = "m.reason = 'unexplained' AND m.source_kind = 'visit'"
# By visit and slot, what is left of the moves once late audits explained some.
DIFFERENCES = f"""
    SELECT m.source_id AS visit_id, m.slot_id, m.device_id, m.product_id, m.occurred_at,
           CAST(sum(m.quantity) AS bigint) AS difference
    FROM stock_moves m
    WHERE {IS_DIFFERENCE} AND m.occurred_at >= :begin AND m.occurred_at < :end
    GROUP BY m.source_id, m.slot_id, m.device_id, m.product_id, m.occurred_at
    HAVING sum(m.quantity) <> 0
"""
# The same of a few devices, found by their moves.
OF_DEVICES = f"""
    SELECT m.source_id AS visit_id, m.slot_id, m.device_id,
           CAST(sum(m.quantity) AS bigint) AS difference
    FROM stock_moves m
    JOIN visits v ON v.id = m.source_id AND v.reversed_at IS NULL
    WHERE m.device_id IN (SELECT CAST(value AS bigint) FROM json_each(:device_ids))
      AND {IS_DIFFERENCE} AND m.occurred_at >= :begin AND m.occurred_at < :end
    GROUP BY m.source_id, m.slot_id, m.device_id, m.product_id, m.occurred_at
    HAVING sum(m.quantity) <> 0
"""
# As `OF_SLOTS` says it, of one visit.
OF_VISIT = f"""
    SELECT m.slot_id, CAST(sum(m.quantity) AS bigint) AS difference
    FROM stock_moves m
    WHERE {IS_DIFFERENCE} AND m.source_id = :visit_id
    GROUP BY m.slot_id, m.product_id
    HAVING sum(m.quantity) <> 0
"""
# A page is a walk along the moves, the newest first: a slot of a visit is shown with the first of
# its moves, and by what all of them come to.
SAME_SLOT = """
    o.source_id = m.source_id AND o.slot_id = m.slot_id
    AND COALESCE(o.product_id, 0) = COALESCE(m.product_id, 0)
    AND o.reason = 'unexplained' AND o.source_kind = 'visit'
"""
FIRST_OF_SLOT = f"NOT EXISTS (SELECT 1 FROM stock_moves o WHERE {SAME_SLOT} AND o.id < m.id)"
DIFFERENCE = f"""
    (SELECT CAST(sum(o.quantity) AS bigint) FROM stock_moves o WHERE {SAME_SLOT})
"""
SAME_VISIT = """
    o.source_id = m.source_id AND o.reason = 'unexplained' AND o.source_kind = 'visit'
"""
FIRST_OF_VISIT = f"NOT EXISTS (SELECT 1 FROM stock_moves o WHERE {SAME_VISIT} AND o.id < m.id)"
# By slot, what all moves of the visit of a move `m` come to.
OF_SLOTS = f"""
    SELECT sum(o.quantity) AS units FROM stock_moves o
    WHERE {SAME_VISIT}
    GROUP BY o.slot_id, o.product_id
    HAVING sum(o.quantity) <> 0
"""
MISSING = f"""
    (SELECT CAST(COALESCE(sum(CASE WHEN d.units < 0 THEN - d.units END), 0) AS bigint)
     FROM ({OF_SLOTS}) d)
"""
SURPLUS = f"""
    (SELECT CAST(COALESCE(sum(CASE WHEN d.units > 0 THEN d.units END), 0) AS bigint)
     FROM ({OF_SLOTS}) d)
"""
# An acknowledgement `a` of the visit of `m`, as long as its figures are those that were seen.
SEEN = f"a.visit_id = m.source_id AND a.missing = {MISSING} AND a.surplus = {SURPLUS}"
# By their first moves, the visits whose differences nobody has seen as they are now: a walk that
# stops where enough are found.
NEWEST_UNSEEN = f"""
    SELECT m.id
    FROM stock_moves m
    JOIN visits v ON v.id = m.source_id AND v.reversed_at IS NULL
    WHERE {IS_DIFFERENCE} AND m.occurred_at >= :begin AND m.occurred_at < :end
      AND {FIRST_OF_VISIT}
      AND EXISTS ({OF_SLOTS})
      AND NOT EXISTS (SELECT 1 FROM count_acknowledgements a WHERE {SEEN})
    ORDER BY m.occurred_at DESC, m.id DESC
    LIMIT CAST(:more AS bigint)
"""
SHOWN = f"""
    SELECT m.id AS move_id, v.id AS visit_id, v.service_order_id, v.username, m.device_id,
           t.asset, t.name AS device_name, l.name AS location_name, m.occurred_at,
           (SELECT count(*) FROM ({OF_SLOTS}) d) AS slots,
           {MISSING} AS missing, {SURPLUS} AS surplus
    FROM stock_moves m
    JOIN visits v ON v.id = m.source_id
    JOIN devices t ON t.id = m.device_id
    LEFT JOIN locations l ON l.id = t.location_id
    WHERE m.id IN (SELECT CAST(value AS bigint) FROM json_each(:move_ids))
"""
NEWEST_FIRST = Sort(key="m.occurred_at", tie="m.id", descending=True)
GROUPS = {
    "device": "w.device_id AS noun_id, t.asset AS label",
    "product": "w.product_id AS noun_id, p.name AS label",
}


def list_count_differences(
    db: Database,
    actor: Actor,
    *,
    from_: str,
    to: str,
    limit: int = 50,
    cursor: str | None = None,
    counted: bool = False,
    device_id: int | None = None,
    product_id: int | None = None,
    unseen: bool = False,
) -> dict[str, Any]:
    """Slot by slot, newest first; both days inclusive, local."""
    return page(
        db,
        f"""
        m.source_id AS visit_id, m.device_id, t.asset, t.name AS device_name, m.slot_id, s.label,
        s.selection, m.product_id, p.name AS product_name, v.service_order_id, v.username,
        m.occurred_at, f.counted, f.counted - {DIFFERENCE} AS expected,
        {DIFFERENCE} AS difference, f.removed, f.removed_reason, f.added,
        {DIFFERENCE} * COALESCE(p.price_cents, 0) AS value_cents, a.seen_at,
        a.seen_by_name AS seen_by
        FROM stock_moves m
        JOIN visits v ON v.id = m.source_id AND v.reversed_at IS NULL
        JOIN slots s ON s.id = m.slot_id
        JOIN devices t ON t.id = m.device_id
        LEFT JOIN products p ON p.id = m.product_id
        LEFT JOIN slot_facts f ON f.visit_id = m.source_id AND f.slot_id = m.slot_id
        LEFT JOIN count_acknowledgements a ON {SEEN}
        """,
        sort=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        counted=counted,
        conditions={
            IS_DIFFERENCE: True,
            "m.occurred_at >= :begin AND m.occurred_at < :end": True,
            FIRST_OF_SLOT: True,
            f"{DIFFERENCE} <> 0": True,
            "m.device_id = :device_id": device_id is not None,
            "m.product_id = :product_id": product_id is not None,
            "a.seen_at IS NULL": unseen,
        },
        params={
            **_span(db, from_, to),
            "device_id": device_id,
            "product_id": product_id,
        },
    )


def get_shrinkage(
    db: Database, actor: Actor, *, group_by: str, from_: str, to: str
) -> dict[str, Any]:
    """Missing and surplus units by device or product, most missing first, and in all."""
    rows = list(
        db.query(
            f"""
            SELECT {GROUPS[group_by]},
                   CAST(COALESCE(sum(CASE WHEN w.difference < 0 THEN - w.difference END), 0)
                        AS bigint) AS missing,
                   CAST(COALESCE(sum(CASE WHEN w.difference > 0 THEN w.difference END), 0)
                        AS bigint) AS surplus,
                   CAST(sum(w.difference * COALESCE(p.price_cents, 0)) AS bigint) AS value_cents
            FROM ({DIFFERENCES}) w
            JOIN visits v ON v.id = w.visit_id AND v.reversed_at IS NULL
            JOIN devices t ON t.id = w.device_id
            LEFT JOIN products p ON p.id = w.product_id
            GROUP BY noun_id, label
            ORDER BY missing DESC, label
            """,
            _span(db, from_, to),
        )
    )
    total = {name: sum(row[name] for row in rows) for name in ("missing", "surplus", "value_cents")}
    return {"items": rows[:200], "total": total}


def of_devices(
    db: Database, *, device_ids: Iterable[int], from_: str, to: str
) -> dict[int, tuple[int, int]]:
    """(missing, surplus) units of those of the devices where counts differed, as in
    `get_shrinkage`.
    """
    found: dict[int, tuple[int, int]] = {}
    asked = {**_span(db, from_, to), "device_ids": json_list(device_ids)}
    for row in db.query(OF_DEVICES, asked):
        missing, surplus = found.get(row["device_id"], (0, 0))
        difference = row["difference"]
        found[row["device_id"]] = missing + max(0, -difference), surplus + max(0, difference)
    return found


def list_attention(db: Database, *, limit: int, most: int) -> DashboardAttentionCountDifferences:
    """Recent visits whose differences nobody has seen: {"count", "more", "items"}."""
    now = clock.now()
    span = {"begin": clock.later(now, days=-RECENT_DAYS), "end": clock.later(now, days=1)}
    unseen = [row[0] for row in db.execute(NEWEST_UNSEEN, {**span, "more": most + 1})]
    rows = sorted(
        db.query(SHOWN, {"move_ids": json_list(unseen[:limit])}),
        key=lambda row: unseen.index(row.pop("move_id")),
    )
    items = typed(DashboardAttentionCountDifferencesItem, rows)
    return {"count": min(len(unseen), most), "more": len(unseen) > most, "items": items}


def create_count_acknowledgement(db: Database, actor: Actor, *, visit_id: int) -> dict[str, Any]:
    """Say that somebody looked at what a visit found. Raises NotFound, Conflict without any."""
    device_id = _device_of(db, visit_id)
    db.lock("device", device_id)
    differences = list(db.query(OF_VISIT, {"visit_id": visit_id}))
    if not differences:
        raise Conflict("The counts of this visit do not differ from the books.")
    seen = {
        "visit_id": visit_id,
        "missing": sum(-each["difference"] for each in differences if each["difference"] < 0),
        "surplus": sum(each["difference"] for each in differences if each["difference"] > 0),
        "seen_at": clock.now(),
        "seen_by": actor.user_id,
        "seen_by_name": actor.username,
    }
    db.execute(
        """
        INSERT INTO count_acknowledgements
            (visit_id, missing, surplus, seen_at, seen_by, seen_by_name)
        VALUES (:visit_id, :missing, :surplus, :seen_at, :seen_by, :seen_by_name)
        ON CONFLICT (visit_id) DO UPDATE SET missing = excluded.missing,
            surplus = excluded.surplus, seen_at = excluded.seen_at, seen_by = excluded.seen_by,
            seen_by_name = excluded.seen_by_name
        """,
        seen,
    )
    _record(db, actor, "visit.differences_seen", visit_id, seen)
    return {name: seen[name] for name in ("visit_id", "missing", "surplus", "seen_at")}


def delete_count_acknowledgement(db: Database, actor: Actor, *, visit_id: int) -> None:
    """Let a visit's differences be news again."""
    db.lock("device", _device_of(db, visit_id))
    gone = db.execute(
        "DELETE FROM count_acknowledgements WHERE visit_id = :visit_id RETURNING visit_id",
        {"visit_id": visit_id},
    ).fetchone()
    if gone is not None:
        _record(db, actor, "visit.differences_unseen", visit_id, {})


def of_visits(db: Database, visit_ids: Iterable[int]) -> dict[tuple[int, int], tuple[bool, int]]:
    """By visit and slot, of what its counts moved: was its stock unknown before, and how does
    what was found differ from the books.
    """
    rows = db.execute(
        # The moves of a visit are looked through once, not once for each of its slots.
        """
        SELECT t.visit_id, m.slot_id, m.reason, m.quantity
        FROM (
            SELECT DISTINCT visit_id, device_id, occurred_at FROM slot_facts
            WHERE visit_id IN (SELECT CAST(value AS bigint) FROM json_each(:visit_ids))
        ) t
        JOIN stock_moves m ON m.device_id = t.device_id AND m.occurred_at = t.occurred_at
          AND m.source_kind = 'visit' AND m.source_id = t.visit_id
          AND m.reason IN ('count', 'unexplained')
        """,
        {"visit_ids": json_list(visit_ids)},
    )
    found: dict[tuple[int, int], tuple[bool, int]] = {}
    for visit_id, slot_id, reason, quantity in rows:
        was_unknown, difference = found.get((visit_id, slot_id), (False, 0))
        if reason == "count":
            was_unknown = True
        else:
            difference += quantity
        found[visit_id, slot_id] = was_unknown, difference
    return found


def _device_of(db: Database, visit_id: int) -> int:
    """The device of a visit that stands. Raises NotFound."""
    row: Row | None = one(
        db,
        """
        SELECT c.device_id FROM visits v JOIN cabinets c ON c.id = v.cabinet_id
        WHERE v.id = :visit_id
        """,
        {"visit_id": visit_id},
    )
    if row is None:
        raise NotFound(f"There is no visit {visit_id}.")
    return int(row["device_id"])


def _span(db: Database, from_: str, to: str) -> dict[str, str]:
    if to < from_:
        raise Invalid.at("/query/to", "must not be before from")
    if (date.fromisoformat(to) - date.fromisoformat(from_)).days >= MOST_DAYS:
        raise Invalid.at("/query/from", f"must be within {MOST_DAYS} days of to")
    zone = company.time_zone(db)
    return {"begin": clock.day_begin(from_, zone), "end": clock.day_end(to, zone)}


def _record(db: Database, actor: Actor, action: str, visit_id: int, after: dict[str, Any]) -> None:
    kept: dict[str, Any] = {name: after[name] for name in ("missing", "surplus") if name in after}
    trail.record(db, actor, action=action, noun="visit", noun_id=visit_id, after=kept)
