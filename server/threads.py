"""Threads: where work goes that waits for a lock, a hash or a database server.

The lane (loop.py) runs what waits for nothing. Whatever may wait is an errand: a few
threads of its kind do it, in order of arrival, and its request goes on when it is done.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import Any

Work = Callable[[], Any]
LOOK_EVERY_S = 0.02


class Full(Exception):
    """So many errands wait already that another would only wait in vain."""


class Errand:
    """Work in another thread; whoever awaits it goes on with its result, in that thread."""

    __slots__ = ("_error", "_is_done", "_lock", "_result", "_then", "_work", "since")

    def __init__(self, work: Work) -> None:
        self._work = work
        self.since = time.monotonic()
        self._lock = threading.Lock()
        self._is_done = False
        self._then: Callable[[Any], None] | None = None
        self._result: Any = None
        self._error: BaseException | None = None

    def __await__(self) -> Generator[Any, None, Any]:
        yield self
        if self._error is not None:
            raise self._error
        return self._result

    def add_done_callback(self, then: Callable[[Any], None], *, context: Any = None) -> None:  # noqa: ARG002  # as asyncio calls it
        with self._lock:
            if not self._is_done:
                self._then = then
                return
        then(self)

    def run(self) -> None:
        try:
            self._result = self._work()
        except BaseException as error:  # noqa: BLE001  # raised where it is awaited
            self._error = error
        self._end()

    def refuse(self) -> None:
        """End it before it has begun: whoever awaits it gets `Full`."""
        self._error = Full()
        self._end()

    def _end(self) -> None:
        with self._lock:
            self._is_done = True
            then = self._then
        if then is not None:
            then(self)


class Threads:
    """So many threads for one kind of work, begun when they are needed.

    Of errands that have not begun, at most `most_waiting` are kept, and none longer
    than `patience_s`.
    """

    def __init__(self, count: int, *, most_waiting: int, patience_s: float) -> None:
        self._count = count
        self._most_waiting = most_waiting
        self._patience_s = patience_s
        self._waiting: deque[Errand] = deque()
        self._changed = threading.Condition()
        self._begun = 0
        self._busy = 0

    def run(self, work: Work) -> Errand:
        """The errand to await, which may raise `Full`, as this does."""
        errand = Errand(work)
        with self._changed:
            if len(self._waiting) >= self._most_waiting:
                raise Full
            self._waiting.append(errand)
            if self._begun < min(self._busy + len(self._waiting), self._count):
                self._begun += 1
                # A thread that waits for a lock must not keep the process from ending.
                threading.Thread(target=self._serve, daemon=True).start()
            self._changed.notify()
        return errand

    def refuse_overdue(self) -> None:
        """Let nobody wait longer than that for a thread."""
        oldest = time.monotonic() - self._patience_s
        while True:
            with self._changed:
                if not self._waiting or self._waiting[0].since > oldest:
                    return
                errand = self._waiting.popleft()
            errand.refuse()

    def finish(self, within_s: float) -> bool:
        """Whether everything is done, once it is or the time is over."""
        deadline = time.monotonic() + within_s
        while (self._busy or self._waiting) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_S)
        return not (self._busy or self._waiting)

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                errand = self._waiting.popleft()
                self._busy += 1
            errand.run()
            with self._changed:
                self._busy -= 1
