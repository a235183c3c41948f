"""What the next removal would take away, counted from what is there."""

from __future__ import annotations

from typing import Any

from auth import Actor
from db import Database, one
from services.upkeep import past, removal_job

MOST_COUNTED = 100_000
NEXT = "SELECT next_at FROM schedules WHERE kind = :kind AND switched_on = 1"


def preview_removal(
    db: Database,
    actor: Actor,
    *,
    dex_content_days: int | None = None,
    quarantined_file_days: int | None = None,
    dex_batch_days: int | None = None,
    job_days: int | None = None,
    webhook_delivery_days: int | None = None,
    ticket_days: int | None = None,
) -> dict[str, Any]:
    """{"items", "runs_at"}: how much is older than these days, of each kind; None is for ever."""
    days = {
        "dex_content_days": dex_content_days,
        "quarantined_file_days": quarantined_file_days,
        "dex_batch_days": dex_batch_days,
        "job_days": job_days,
        "webhook_delivery_days": webhook_delivery_days,
        "ticket_days": ticket_days,
    }
    items = []
    for each, before in past.due(days):
        found = each.how_many(db, before, MOST_COUNTED + 1)
        items.append(
            {
                "setting": each.setting,
                "count": min(found, MOST_COUNTED),
                "more": found > MOST_COUNTED,
            }
        )
    row = one(db, NEXT, {"kind": removal_job.KIND})
    return {"items": items, "runs_at": row and row["next_at"]}
