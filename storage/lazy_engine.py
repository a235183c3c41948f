"""The engine of one application, opened by the first transaction that needs it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from errors import Unavailable
from storage import migrate
from storage.audit_files import AuditFiles
from storage.engines.base import Database, Engine, Refused


class LazyEngine:
    """As an engine; `opened` opens it. Raises Unavailable while that is refused."""

    def __init__(self, url: str, *, audit: AuditFiles, opened: Callable[[], Engine]) -> None:
        self.url = url
        self.audit = audit
        self.name = migrate.dialect_of(url)
        self._open = opened
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def reading(self) -> AbstractContextManager[Database]:
        return self._opened().reading()

    def writing(self, *, patience_s: float | None = None) -> AbstractContextManager[Database]:
        return self._opened().writing(patience_s=patience_s)

    @property
    def connections_in_use(self) -> int:
        """How many connections to a server transactions have; none, where there is no server."""
        return getattr(self._engine, "connections_in_use", 0)

    def close(self) -> None:
        """Let the database go; the next transaction opens it again."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                try:
                    self._engine = self._open()
                except Refused as refused:
                    raise Unavailable(str(refused)) from refused
            return self._engine
