"""Job figures: what an operator watches of jobs: what stands, how long it waits, what ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import clock
from errors import Problem
from storage.engines.base import Engine, Refused

ENDED_WITHIN_S = 300
# A job waits since it was due, or since its worker was heard of last.
STANDING = """
    SELECT kind, state, count(*) AS jobs,
        min(CASE WHEN state = 'queued' THEN run_after
            WHEN state = 'running' THEN NULLIF(leased_until, '') END) AS waits_since
    FROM jobs
    WHERE state IN ('queued', 'running', 'failed')
    GROUP BY kind, state
"""
ENDED = """
    SELECT kind, state, started_at, ended_at
    FROM jobs
    WHERE ended_at >= :since AND ended_at <= :now
"""


@dataclass(frozen=True, slots=True)
class JobFigures:
    """By kind, and by state where it says so; times are in seconds.

    `standing` are those queued, running, or failed and not put away; `waits` is of the one of a
    kind that waits longest. `ended` and the `seconds` they took are of the last ENDED_WITHIN_S.
    """

    standing: Counter[tuple[str, str]] = field(default_factory=Counter)
    waits: Counter[str] = field(default_factory=Counter)
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)


def job_figures(engine: Engine) -> JobFigures | None:
    """The figures now; None where the database does not answer."""
    now = clock.now()
    asked = {"since": clock.later(now, seconds=-ENDED_WITHIN_S), "now": now}
    try:
        with engine.reading() as db:
            standing, ended = list(db.query(STANDING)), list(db.query(ENDED, asked))
    except (Problem, Refused):
        return None
    figures = JobFigures()
    for row in standing:
        kind = row["kind"]
        figures.standing[kind, row["state"]] = row["jobs"]
        figures.waits[kind] = max(figures.waits[kind], _seconds(row["waits_since"], now))
    for row in ended:
        figures.ended[row["kind"], row["state"]] += 1
        figures.seconds[row["kind"]] += _seconds(row["started_at"], row["ended_at"])
    return figures


def _seconds(since: str | None, until: str) -> int:
    """How long that is; nothing for what never began, or is still to come."""
    if since is None or since >= until:
        return 0
    return int((clock.to_datetime(until) - clock.to_datetime(since)).total_seconds())
