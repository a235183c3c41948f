"""StoppingLoop: asyncio's event loop, which also notes that the stop was asked for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any


class StoppingLoop(asyncio.SelectorEventLoop):
    """Granian tells the application of a stop when all is over: `stopping` is set before."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping = threading.Event()

    def add_signal_handler(self, sig: int, callback: Callable[..., Any], *args: Any) -> None:  # type: ignore[override]  # no more is used
        """As asyncio does; every signal that granian asks for means the stop."""

        def handle() -> None:
            self.stopping.set()
            callback(*args)

        super().add_signal_handler(sig, handle)
