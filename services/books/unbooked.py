"""Unbooked: what the audits of a device counted lately and the books do not have.

That is what a held read sold, and what the machine's total rose by beyond its selections
with nothing to explain it. It is kept in device_metrics, where lists and Today find it.
"""

from __future__ import annotations

from collections.abc import Iterable

from clock import later
from db import Database, one, scalar
from services.books.reconciliations import Verdict
from services.system import touched

DAYS = 30


def refresh(db: Database, *, device_id: int, verdicts: Iterable[Verdict]) -> None:
    """Bring the figure of a device up to date, after its reads were taken so."""
    kept = one(
        db,
        "SELECT unbooked_units, unbooked_cents FROM device_metrics WHERE device_id = :device_id",
        {"device_id": device_id},
    )
    if kept is None:
        return
    any_now = any(each.unbooked_units or each.unbooked_cents for each in verdicts)
    if not any_now and not kept["unbooked_units"] and not kept["unbooked_cents"]:
        return
    last_read_at = scalar(
        db,
        """
        SELECT max(read_at) FROM dex_reads
        WHERE device_id = :device_id AND position IS NOT NULL
        """,
        {"device_id": device_id},
    )
    if last_read_at is None:
        return
    now = _summed(db, device_id, later(last_read_at, days=-DAYS))
    if now != (kept["unbooked_units"], kept["unbooked_cents"]):
        db.execute(
            """
            UPDATE device_metrics SET unbooked_units = :units, unbooked_cents = :cents
            WHERE device_id = :device_id
            """,
            {"device_id": device_id, "units": now[0], "cents": now[1]},
        )
        touched.note(db, "device", device_id)


def _summed(db: Database, device_id: int, since: str) -> tuple[int, int]:
    units, cents = db.execute(
        """
        SELECT CAST(COALESCE(sum(unbooked_units), 0) AS bigint),
               CAST(COALESCE(sum(unbooked_cents), 0) AS bigint)
        FROM dex_reads
        WHERE device_id = :device_id AND read_at >= :since
          AND (unbooked_units <> 0 OR unbooked_cents <> 0)
        """,
        {"device_id": device_id, "since": since},
    ).fetchone()
    return max(0, units), max(0, cents)
