"""A clock that tests move: what was reported in January is asked about in January.

moving = MovingClock(datetime(2026, 1, 5, 8, tzinfo=UTC))
monkeypatch.setattr(clock, "now", moving.now)
reach(datetime(2026, 1, 12, 8, tzinfo=UTC))
"""

from __future__ import annotations

from datetime import datetime

import clock


class MovingClock:
    """Stands still until somebody moves it; never backwards."""

    def __init__(self, at: datetime) -> None:
        self._now = clock.to_text(at)

    def now(self) -> str:
        return self._now

    def reach(self, at: datetime) -> None:
        self._now = max(self._now, clock.to_text(at))


def reach(at: datetime) -> None:
    """Let it be that late, in a test that moves the clock."""
    moving = getattr(clock.now, "__self__", None)
    if isinstance(moving, MovingClock):
        moving.reach(at)
