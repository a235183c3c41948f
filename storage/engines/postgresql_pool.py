"""Connections to a PostgreSQL server, and what is known of whether it can be reached.

Once a connection was refused, nobody else tries: a thread looks until the server is
back, and meanwhile every transaction is refused at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from errors import Unavailable

log = logging.getLogger("cvd.postgresql")
# The least that libpq takes; of each address that the server's name has.
CONNECT_WITHIN_S = 2
LOOK_EVERY_S = 0.25
RETRY_AFTER_S = 2
LOST_SENTENCE = "The database server cannot be reached; nothing was saved. Try again in a moment."
# A network that swallows everything is noticed, too, and not only a server that refuses.
PARAMETERS: dict[str, Any] = {
    "connect_timeout": CONNECT_WITHIN_S,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    # Of several hosts the one that is the primary now; a standby alone is none to work with.
    "target_session_attrs": "read-write",
}

Connection = psycopg.Connection[Any]


class Pool:
    """At most `size` connections at once, each made ready by `configure`."""

    def __init__(self, url: str, *, size: int, configure: Callable[[Connection], None]) -> None:
        # What the operator states in the URL wins.
        self._conninfo = make_conninfo("", **(PARAMETERS | conninfo_to_dict(url)))
        self._configure = configure
        self._idle: list[Connection] = []
        self._in_use: set[int] = set()
        self._room = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._is_lost = False
        self._closed = threading.Event()

    def take(self, patience_s: float) -> Connection | None:
        """A connection, to be given back; None where all are in use. Raises Unavailable."""
        self._refuse_lost()
        if not self._room.acquire(timeout=patience_s):
            return None
        try:
            connection = self._idle_one() or self._connected()
        except BaseException:
            self._room.release()
            raise
        self._in_use.add(id(connection))
        return connection

    @property
    def in_use(self) -> int:
        """How many connections were taken and not given back."""
        return len(self._in_use)

    def give_back(self, connection: Connection) -> None:
        self._in_use.discard(id(connection))
        if connection.closed or self._closed.is_set():
            with suppress(psycopg.Error):
                connection.close()
        else:
            self._idle.append(connection)
        self._room.release()

    def renew(self) -> None:
        """Close what is idle: the server at the other end is no longer the one to write to."""
        while connection := self._idle_one():
            connection.close()

    def open_one(self) -> None:
        """Connect once. Raises psycopg.OperationalError where that cannot be."""
        self._idle.append(self._new())

    def close(self) -> None:
        """Close what is not in use; the rest when it is given back."""
        self._closed.set()
        self.renew()

    def _refuse_lost(self) -> None:
        if self._is_lost:
            raise Unavailable(LOST_SENTENCE, retry_after=RETRY_AFTER_S)

    def _idle_one(self) -> Connection | None:
        with suppress(IndexError):
            return self._idle.pop()
        return None

    def _connected(self) -> Connection:
        # Whoever waited for room may have waited for those who found the server lost.
        self._refuse_lost()
        try:
            return self._new()
        except psycopg.OperationalError as error:
            self._lose(error)
            raise Unavailable(LOST_SENTENCE, retry_after=RETRY_AFTER_S) from error

    def _new(self) -> Connection:
        connection = psycopg.connect(self._conninfo, autocommit=True)
        try:
            self._configure(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _lose(self, error: psycopg.Error) -> None:
        with self._lock:
            if self._is_lost or self._closed.is_set():
                return
            self._is_lost = True
        log.error("The database server cannot be reached: %s", " ".join(str(error).split()))
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while not self._closed.wait(LOOK_EVERY_S):
            with suppress(psycopg.OperationalError):
                self._idle.append(self._new())
                log.warning("The database server can be reached again.")
                break
        self._is_lost = False
