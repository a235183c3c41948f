"""Rows of 0026.jobs."""

from tests.migrations.moments import AT

JOB = {"arguments": "{}", "run_after": AT, "created_at": AT}
ROWS = [
    ("jobs", {"id": 1, "kind": "database.check", "state": "queued", "user_id": 1, **JOB}),
    ("jobs", {"id": 2, "kind": "database.check", "state": "running", "worker": "a", "lease": "b",
              "leased_until": AT, "attempts": 1, "total": 3, "started_at": AT, **JOB}),
    ("jobs", {"id": 3, "kind": "jobs.retention", "state": "failed", "key": "schedule-1",
              "schedule_id": 1, "problem": '{"title": "Ä", "detail": "50%"}', "ended_at": AT,
              **JOB}),
    ("schedules", {"id": 1, "kind": "jobs.retention", "arguments": "{}", "daily_at": "02:30",
                   "last_job_id": 3}),
    ("schedules", {"id": 2, "kind": "database.check", "arguments": "{}", "every_minutes": 60,
                   "switched_on": 0, "next_at": AT, "version": 2}),
]  # fmt: skip
