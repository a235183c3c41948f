"""Lane: an event loop that runs each request in the thread that brings it.

Only what waits for nothing runs here (see rsgi.py).

Granian takes requests in a thread of its own and hands them to the thread of the
event loop. Between two threads the interpreter's lock changes hands whenever SQLite
lets go of it, several times a statement. That is a third of the time of a small request.
Here a request runs in the thread where it arrives, and goes on there when its body has
come. The loop's own thread only handles signals.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from types import CoroutineType
from typing import Any

Waiting = tuple[Callable[..., Any], tuple[Any, ...]]


class Underway:
    """A request that has begun: a coroutine that goes on whenever what it waits for is done."""

    __slots__ = ("_coroutine",)

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._coroutine = coroutine

    def __call__(self, _done: Any = None) -> None:
        """Go on until the coroutine waits again or ends; it asks `_done` itself for its result."""
        try:
            future = self._coroutine.send(None)
        except StopIteration:
            return
        future.add_done_callback(self, context=None)

    def cancel(self, _message: Any = None) -> bool:
        """Always False: a request is carried out to its end."""
        return False


class Lane(asyncio.SelectorEventLoop):
    """The loop of a server whose requests run one by one.

    Of several threads that bring requests at the same time, the first runs them all.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Waiting] = deque()
        self._free = threading.Lock()
        self._thread: int | None = None
        self.stopping = threading.Event()

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:  # type: ignore[override]  # no more is used
        """As asyncio does; every signal that granian asks for means the stop."""

        def handle() -> None:
            self.stopping.set()
            callback(*args)

        super().add_signal_handler(sig, handle)

    def call_soon_threadsafe(  # type: ignore[override]  # a request is no handle to cancel
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> None:
        """Run what belongs to a request, here and now; leave the rest to the loop's thread."""
        if not (isinstance(callback, Underway) or (args and isinstance(args[0], CoroutineType))):
            super().call_soon_threadsafe(callback, *args, context=context)
            return
        self._waiting.append((callback, args))
        # Look again after the release: another thread may have tried in vain just before it.
        while self._waiting and self._free.acquire(blocking=False):
            try:
                self._run_waiting()
            finally:
                self._free.release()

    def create_task(self, coro: Any, **options: Any) -> Any:
        """In the lane a request that begins at once; elsewhere a task of the loop."""
        if self._thread != threading.get_ident():
            return super().create_task(coro, **options)
        underway = Underway(coro)
        underway()
        return underway

    def _run_waiting(self) -> None:
        self._thread = threading.get_ident()
        try:
            while self._waiting:
                callback, args = self._waiting.popleft()
                try:
                    callback(*args)
                except Exception as error:  # noqa: BLE001  # the next request is not to blame
                    self.call_exception_handler({"message": str(error), "exception": error})
        finally:
            self._thread = None
