"""A lock that is handed over in the order in which it was asked for."""

from __future__ import annotations

from collections import deque
from threading import Lock


class FairLock:
    """First come, first served, so that under load no writer waits for ever."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._held = False
        self._turns: deque[Lock] = deque()

    def acquire(self, timeout: float) -> bool:
        """Take the lock within `timeout` seconds; False when it could not be had."""
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            turn = Lock()
            turn.acquire()
            self._turns.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._mutex:
            if turn not in self._turns:
                return True  # handed over while the time ran out
            self._turns.remove(turn)
            return False

    def release(self) -> None:
        with self._mutex:
            if self._turns:
                self._turns.popleft().release()
            else:
                self._held = False
