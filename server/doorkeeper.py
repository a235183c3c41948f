"""The doorkeeper: who is being served, how much of their bodies is held, and who must go.

Held is what is in memory. What lies on the disk (spool.py) is counted and bounded by itself.

A thread looks twice a second. It closes the connections of whoever sends too slowly, and
those that an address has beyond its share. At the stop it closes those of everybody whose
request has not come whole.
"""

from __future__ import annotations

import ctypes
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from server import connections

log = logging.getLogger("cvd.doorkeeper")
LOOK_EVERY_S = 0.5
LOOK_WHILE_STOPPING_S = 0.05
# A phone with a bad signal is well within this: an audit of 100 KiB takes it half a minute.
BODY_WITHIN_S = 20.0
SLOWEST_BYTES_PER_S = 8 * 1024
# After the stop was asked for: for heads that are on their way, and for what runs.
HEADS_WITHIN_S = 0.3
RUNNING_WITHIN_S = 4.0
# A body on the disk: 15 MB at 25 KB a second.
SPOOLED_WITHIN_S = 600.0
TRIM_FROM_BYTES = 4 * 2**20
TELL_EVERY_S = 60.0
_SLOW = (
    b'{"type": "about:blank", "title": "Too slow", "status": 408, '
    b'"detail": "The request did not come in good time; nothing was changed."}'
)
TOO_SLOW = (
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
    b"Content-Type: application/problem+json\r\nContent-Length: %d\r\n\r\n%s"
) % (len(_SLOW), _SLOW)


class Visit:
    """One request from its head to its answer. `is_arriving` while its body is awaited.

    Of its body so many `bytes` are in memory, and so many are `spooled`.
    """

    __slots__ = (
        "began",
        "bytes",
        "client",
        "heard",
        "is_arriving",
        "is_let_go",
        "is_plain",
        "spooled",
    )

    def __init__(self, client: str, *, is_plain: bool) -> None:
        self.client = client
        self.is_plain = is_plain
        self.is_arriving = self.is_let_go = False
        self.began = self.heard = 0.0
        self.bytes = self.spooled = 0

    def arrive(self) -> None:
        """Its body is awaited from now on."""
        self.is_arriving = True
        self.began = self.heard = time.monotonic()

    def is_overdue(self, now: float) -> bool:
        """Silent for too long, or slower on the whole than anybody has to be."""
        if self.is_let_go or not self.is_arriving:
            return False
        came = self.bytes + self.spooled
        patient_until = self.began + BODY_WITHIN_S + came / SLOWEST_BYTES_PER_S
        if self.spooled:
            patient_until = min(patient_until, self.began + SPOOLED_WITHIN_S)
        return now > min(patient_until, self.heard + BODY_WITHIN_S)


class Doorkeeper:
    """Of the bodies of all requests at most `most_bytes` are held; `port` is the server's.

    At most `most_spooled_bytes` lie on the disk.
    `most_of_address` is None where all come from a proxy. `also` is called at each look.
    """

    def __init__(
        self,
        *,
        port: int,
        most_bytes: int,
        most_spooled_bytes: int,
        most_of_address: int | None,
        also: Callable[[], None] = lambda: None,
    ) -> None:
        self._port = port
        self._most_bytes = most_bytes
        self._most_spooled_bytes = most_spooled_bytes
        self._most_of_address = most_of_address
        self._also = also
        self._visits: set[Visit] = set()
        self._lock = threading.Lock()
        self._held = self._peak = self._spooled = 0
        self._told: dict[str, float] = {}

    def watch(self, stopping: threading.Event) -> None:
        """Look from now on, and see everybody out once the stop is asked for."""
        threading.Thread(target=self._watch, args=(stopping,), daemon=True).start()

    def begin(self, client: str, *, is_plain: bool) -> Visit:
        """Note a request that has come."""
        visit = Visit(client, is_plain=is_plain)
        self._visits.add(visit)
        return visit

    def hold(self, visit: Visit, count: int) -> bool:
        """Note more of a body; False where CVD holds as much as it can."""
        visit.heard = time.monotonic()
        with self._lock:
            if self._held + count > self._most_bytes:
                return False
            self._held += count
            self._peak = max(self._peak, self._held)
        visit.bytes += count
        return True

    def spool(self, visit: Visit, count: int, *, is_held: bool = True) -> bool:
        """Note that so much goes to the disk, out of what is held; False without room for it."""
        with self._lock:
            if self._spooled + count > self._most_spooled_bytes:
                return False
            self._spooled += count
            self._held -= count if is_held else 0
        visit.spooled += count
        visit.bytes -= count if is_held else 0
        return True

    def end(self, visit: Visit) -> None:
        """Forget a request: nothing of its body is held any more."""
        self._visits.discard(visit)
        if visit.bytes or visit.spooled:
            with self._lock:
                self._held -= visit.bytes
                self._spooled -= visit.spooled

    def cut(self, visit: Visit) -> None:
        """End a connection in the middle of its answer, so that nobody takes it for whole."""
        descriptor = connections.peers(self._port).get(visit.client)
        if descriptor is not None:
            connections.close(visit.client, descriptor, self._port)

    def _watch(self, stopping: threading.Event) -> None:
        while not stopping.wait(LOOK_EVERY_S):
            try:
                self._also()
                self._close_slow()
                self._close_crowds()
                self._give_back()
            except Exception:
                log.exception("The connections could not be looked at.")
        began = time.monotonic()
        while True:
            time.sleep(LOOK_WHILE_STOPPING_S)
            self._also()
            self._see_out(time.monotonic() - began)

    def _close_slow(self) -> None:
        now = time.monotonic()
        slow = [visit for visit in list(self._visits) if visit.is_overdue(now)]
        if not slow:
            return
        open_now = connections.peers(self._port)
        for visit in slow:
            visit.is_let_go = True
            if visit.client in open_now:
                farewell = TOO_SLOW if visit.is_plain else b""
                connections.close(visit.client, open_now[visit.client], self._port, farewell)
        self._tell("%d requests came too slowly and were let go.", len(slow))

    def _close_crowds(self) -> None:
        most = self._most_of_address
        if most is None or connections.count() <= most:
            return
        open_now = connections.peers(self._port)
        crowds = Counter(map(connections.address_of, open_now))
        excess = {address: count - most for address, count in crowds.items() if count > most}
        if not excess:
            return
        for peer in self._least_needed(open_now):
            address = connections.address_of(peer)
            if excess.get(address, 0) > 0:
                excess[address] -= 1
                connections.close(peer, open_now[peer], self._port)
        self._tell("Connections beyond %d were closed of %s.", most, ", ".join(sorted(excess)))

    def _tell(self, sentence: str, *figures: object) -> None:
        """Once a minute: an attack must not fill the log."""
        now = time.monotonic()
        if now - self._told.get(sentence, -TELL_EVERY_S) >= TELL_EVERY_S:
            self._told[sentence] = now
            log.warning(sentence, *figures)

    def _least_needed(self, peers: Iterable[str]) -> list[str]:
        """Those without a request first, then those whose body is awaited; no others."""
        arriving, running = self._by_phase()
        return sorted((peer for peer in peers if peer not in running), key=arriving.__contains__)

    def _by_phase(self) -> tuple[set[str], set[str]]:
        visits = list(self._visits)
        arriving = {visit.client for visit in visits if visit.is_arriving}
        return arriving, {visit.client for visit in visits if not visit.is_arriving}

    def _see_out(self, since_s: float) -> None:
        if since_s < HEADS_WITHIN_S:
            return
        _, running = self._by_phase()
        for peer, descriptor in connections.peers(self._port).items():
            if peer not in running or since_s > RUNNING_WITHIN_S:
                connections.close(peer, descriptor, self._port)

    def _give_back(self) -> None:
        """Give the memory of large bodies back to the machine once they are gone."""
        if self._peak < TRIM_FROM_BYTES or self._held:
            return
        self._peak = 0
        # Elsewhere than in glibc there is nothing to ask for it.
        with suppress(OSError, AttributeError):
            library: Any = ctypes.CDLL(None)
            library.malloc_trim(0)
