"""Collector: requests that were traced on their way to it, in a thread apart.

It may be away: then they are let go, and nobody who asks hears of it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

from web.spans import Encoder

if TYPE_CHECKING:
    from web.tracing import Traced

log = logging.getLogger("cvd.tracing")
SEND_WITHIN_S = 5
CLOSE_WITHIN_S = 1.0
EVERY_S = 5.0
# Sent at once, and kept while they wait for it.
MOST_AT_ONCE = 128
MOST_WAITING = 1024


class Collector:
    """Sends what is added; `close` when nothing more will be."""

    def __init__(self, endpoint: str) -> None:
        # It tells of every batch that does not go through.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._exporter = _Exporter(endpoint=f"{endpoint}/v1/traces", timeout=SEND_WITHIN_S)
        self._encoder = Encoder(time.time() - time.perf_counter())
        self._waiting: deque[Traced] = deque(maxlen=MOST_WAITING)
        self._is_away = False
        self._is_closing = False
        self._sending = threading.Lock()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def add(self, request: Traced) -> None:
        """A request that was answered; where too many wait, the oldest is let go."""
        self._waiting.append(request)
        if len(self._waiting) >= MOST_AT_ONCE:
            self._wake.set()

    def send(self) -> None:
        """Send all that waits, or let it go; the log says once that the collector is away."""
        with self._sending:
            while self._waiting:
                count = min(len(self._waiting), MOST_AT_ONCE)
                self._send([self._waiting.popleft() for _ in range(count)])

    def close(self) -> None:
        """Send what is left; no longer than a stop may take."""
        self._is_closing = True
        self._wake.set()
        self._thread.join(CLOSE_WITHIN_S)
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def _go_on(self) -> None:
        while not self._is_closing:
            self._wake.wait(EVERY_S)
            self._wake.clear()
            self.send()
        self.send()

    def _send(self, requests: list[Traced]) -> None:
        is_away = not self._exporter.send(partial(self._encoder.encoded, requests))
        if is_away and not self._is_away:
            log.warning("The collector of traces does not take them; they are let go meanwhile.")
        if self._is_away and not is_away:
            log.warning("The collector of traces takes them again.")
        self._is_away = is_away


class _Exporter(OTLPSpanExporter):
    """OpenTelemetry's way over HTTP, by its own settings, for what is encoded already."""

    def send(self, encoded: Callable[[], bytes]) -> bool:
        """Whether the collector took what is encoded now."""
        try:
            return self._client.export(encoded()).success
        except Exception:  # noqa: BLE001  # whatever it is, no request may hear of it
            return False
