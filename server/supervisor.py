"""The supervisor: granian's server, which replaces workers that die for as long as it takes.

Granian itself ends when a worker dies again within some seconds. Here the next one only
waits a little longer each time, so that nothing spins and a burst is survived.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from typing import Any

from granian import Granian

from server.job_keeper import JobKeeper

log = logging.getLogger("cvd.server")
# Deaths are forgotten after this long; the first is answered at once.
REMEMBERED_S = 60.0
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 10.0
LOOK_EVERY_S = 1.0


class Supervisor(Granian):  # type: ignore[misc, valid-type]  # a name for one of two classes
    """Granian, with a main loop that goes on when workers die, and looks after those of jobs."""

    keeper: JobKeeper

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deaths: deque[float] = deque()

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(LOOK_EVERY_S)
            self.main_loop_interrupt.clear()
            if self.reload_signal:
                self._reload(spawn_target, target_loader)
            # Not those that granian was told of: of two at once it may hear of one.
            dead = [worker.idx for worker in self.wrks if not worker.is_alive()]
            if dead and not self.interrupt_signal:
                self._wait_a_little(len(dead))
            if dead and not self.interrupt_signal:
                self._respawn_workers(dead, spawn_target, target_loader)
            if not self.interrupt_signal:
                self.keeper.look()
        self.keeper.end()
        # It would end as if it had failed.
        self.interrupt_children.clear()

    def _wait_a_little(self, died: int) -> None:
        now = time.monotonic()
        while self._deaths and self._deaths[0] < now - REMEMBERED_S:
            self._deaths.popleft()
        before = len(self._deaths)
        self._deaths.extend([now] * died)
        wait_s = min(FIRST_WAIT_S * 2 ** (before - 1), LONGEST_WAIT_S) if before else 0.0
        log.error(
            "A worker died, the %d. within a minute; it is replaced in %.1f s.",
            len(self._deaths),
            wait_s,
        )
        deadline = now + wait_s
        while not self.interrupt_signal and time.monotonic() < deadline:
            self.main_loop_interrupt.wait(deadline - time.monotonic())
            self.main_loop_interrupt.clear()
