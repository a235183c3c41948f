"""Threads: where work goes that waits for a lock, a hash or a database server.

What waits for nothing runs in the thread of the event loop. Whatever may wait is an errand:
a few threads of its kind do it, in order of arrival, and its request goes on when it is done.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import watch

Work = Callable[[], Any]
Tell = Callable[[Any, BaseException | None], Any]
LOOK_EVERY_S = 0.02


class Full(Exception):
    """So many errands wait already that another would only wait in vain."""


def nobody(_result: Any, _error: BaseException | None) -> None:
    """Told of an errand that nobody awaits."""


class Errand(NamedTuple):
    """Work for another thread, since when it waits for one, and who is told of its end."""

    work: Work
    since: float
    tell: Tell

    def run(self) -> None:
        """Do it, and tell what came of it."""
        try:
            result = self.work()
        except BaseException as error:  # noqa: BLE001  # raised where it is awaited
            self.tell(None, error)
        else:
            self.tell(result, None)


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

    @property
    def waiting(self) -> int:
        """How many errands wait for a thread."""
        return len(self._waiting)

    @property
    def busy(self) -> int:
        """How many threads are at work."""
        return self._busy

    async def run(self, work: Work) -> Any:
        """What the work returns or raises, once a thread has done it. Raises `Full`."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self.begin(work, lambda *end: loop.call_soon_threadsafe(_settle, done, *end))
        return await done

    def begin(self, work: Work, tell: Tell = nobody) -> None:
        """The same from any thread, which tells the result or the error. Raises `Full`."""
        errand = Errand(work, time.monotonic(), tell)
        with self._changed:
            if len(self._waiting) >= self._most_waiting:
                raise Full
            self._waiting.append(errand)
            if self._begun < min(self._busy + len(self._waiting), self._count):
                self._begun += 1
                # A thread that waits for a lock must not keep the process from ending.
                threading.Thread(target=self._serve, daemon=True).start()
            self._changed.notify()

    def refuse_overdue(self) -> None:
        """Let nobody wait longer than that for a thread."""
        oldest = time.monotonic() - self._patience_s
        while True:
            with self._changed:
                if not self._waiting or self._waiting[0].since > oldest:
                    return
                errand = self._waiting.popleft()
            errand.tell(None, Full())

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
            watch.waited("thread", time.monotonic() - errand.since)
            errand.run()
            with self._changed:
                self._busy -= 1


def _settle(done: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
