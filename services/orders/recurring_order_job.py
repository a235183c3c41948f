"""The job that makes the orders of recurring visits whose days are near enough."""

from __future__ import annotations

from typing import Any

from auth import Actor
from db import Engine
from jobs import Job
from services.orders import recurring_orders

IN_USE = """
    SELECT v.id, v.starts_on, v.ends_on, v.every_weeks, v.weekdays, v.days_ahead
    FROM recurring_visits v WHERE v.archived_at IS NULL ORDER BY v.id
"""


def order(engine: Engine, actor: Actor, job: Job) -> dict[str, Any]:
    """{"orders"}: how many were made. Each recurring visit is a transaction of its own."""
    with engine.reading() as db:
        due = recurring_orders.due_days(db, list(db.query(IN_USE)))
    visits = sorted({day.visit["id"] for day in due})
    made = 0
    for done, visit_id in enumerate(visits, start=1):
        with engine.writing() as db:
            made += recurring_orders.order_due(db, actor, visit_id)
        job.progress(done, len(visits), f"{made} orders made")
    with job.finishing():
        job.result = {"orders": made}
    return job.result
