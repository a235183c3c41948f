"""What both engines promise: the verbs of `db`, the engine, and their errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from storage.audit_files import AuditFiles
    from storage.backups.plan import BackupPlan
    from storage.files.store import Store

Params = Mapping[str, Any] | Sequence[Any]
Row = dict[str, Any]
Hook = TypeVar("Hook", bound=Callable[[Any], None])

# What is done at the end of a transaction, in this order: what was sold and counted is summed,
# what is touched is noted, other programs are told, and the audit log, which every writer waits
# for, is last.
STAGES = ("sales by day", "device counts", "touched", "events", "audit")

BUSY_SENTENCE = "The database is busy with other changes; nothing was saved. Try again."
UNSTORABLE_SENTENCE = "A value cannot be stored: it is no plain text, or too large a number."


class Refused(Exception):
    """One sentence for the operator: why the database is not opened, and what to do."""


class IntegrityError(Exception):
    """A constraint said no; the statement changed nothing.

    `kind` is unique, foreign_key, check, not_null, datatype or trigger; `table`,
    `columns` and `constraint` are filled as far as the engine tells them. Catch it
    around `with db.atomic():`, because PostgreSQL ends the transaction otherwise.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        table: str | None = None,
        columns: tuple[str, ...] = (),
        constraint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.table = table
        self.columns = columns
        self.constraint = constraint

    def concerns(self, name: str) -> bool:
        """Whether the violated constraint is called `name` or lies on the column `name`."""
        return name == self.constraint or name in self.columns


class Cursor(Protocol):
    """What `db.execute` returns; rows are tuples."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """One transaction. The caller of the service owns it; services never commit."""

    name: str
    audit: AuditFiles

    def query(self, sql: str, params: Params | None = None) -> Iterator[Row]:
        """The rows as dicts. Runs at once, also when nobody iterates."""

    def execute(self, sql: str, params: Params | None = None) -> Cursor: ...

    def executemany(self, sql: str, rows: Iterable[Params]) -> Cursor: ...

    def atomic(self) -> AbstractContextManager[Any]:
        """A savepoint: an exception inside undoes only what happened inside."""

    def lock(self, noun: str, noun_id: int | str) -> None:
        """Hold other writers of this aggregate off until the transaction ends."""

    def own(self, noun: str, noun_id: int | str) -> None:
        """Note an aggregate that this transaction created: nobody else can lock it."""

    def at_commit(self, stage: str, fn: Hook) -> Hook:
        """Run `fn(db)` just before the commit, once per stage, in the order of STAGES.

        Answers what will run at that stage: `fn`, or what was asked for earlier.
        """


class Engine(Protocol):
    """A database that is open. Safe to share between threads, not across a fork."""

    name: str
    url: str
    audit: AuditFiles
    backups: BackupPlan

    @property
    def files(self) -> Store:
        """Where the content of files is."""

    def reading(self) -> AbstractContextManager[Database]:
        """One consistent snapshot; writing in it is an error."""

    def writing(self, *, patience_s: float | None = None) -> AbstractContextManager[Database]:
        """One transaction: runs the `at_commit` hooks and commits, or rolls back.

        `patience_s` instead of the engine's own, for what may as well be done later.
        """

    def close(self) -> None: ...


class CommitHooks:
    """The `at_commit` of both engines: what is to be done at the end of one transaction."""

    def __init__(self) -> None:
        self._hooks: dict[str, Callable[[Any], None]] = {}

    def add(self, stage: str, fn: Hook) -> Hook:
        """Raises ValueError for a stage that is not in STAGES."""
        if stage not in STAGES:
            raise ValueError(f"{stage} is no stage of a commit (base.py).")
        kept: Any = self._hooks.setdefault(stage, fn)
        return cast("Hook", kept)

    def run(self, db: Database) -> None:
        """Run every hook, the earliest stage first, those asked for by a hook included."""
        while self._hooks:
            stage = min(self._hooks, key=STAGES.index)
            self._hooks.pop(stage)(db)

    def clear(self) -> None:
        self._hooks.clear()
