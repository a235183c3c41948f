"""The engine of one application, opened by the first transaction that needs it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property

from errors import Unavailable
from storage import migrate
from storage.audit_files import AuditFiles
from storage.backups.plan import BackupPlan
from storage.engines.base import Database, Engine, Refused
from storage.files.store import Store, open_store


class LazyEngine:
    """As an engine; `opened` opens it. Raises Unavailable while that is refused.

    Its files are at `files_url`, else beside the database, and are opened when they are needed.
    """

    def __init__(
        self,
        url: str,
        *,
        audit: AuditFiles,
        opened: Callable[[], Engine],
        files_url: str | None = None,
        backups: BackupPlan | None = None,
    ) -> None:
        self._files_url = files_url
        self.url = url
        self.audit = audit
        self.backups = backups or BackupPlan()
        self.name = migrate.dialect_of(url)
        self._open = opened
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @cached_property
    def files(self) -> Store:
        try:
            return open_store(self.url, self._files_url)
        except Refused as refused:
            raise Unavailable(str(refused)) from refused

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
