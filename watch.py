"""Watching: what is told of statements, waits and events to whoever measures.

Nobody watches unless a setting asks for it, and then it costs a look at an empty tuple.
Whoever watches must neither fail nor wait: it is called in the middle of the work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

Tell = Callable[[str, float, float], None]

# What may be waited for: the turn to write, another's lock, a connection, a thread.
WAITS = ("turn", "lock", "connection", "thread")
# What may happen, and how: no other words, so that what is counted stays bounded.
EVENTS = (
    ("audit", "booked"),
    ("audit", "held"),
    ("audit", "unassigned"),
    ("audit", "damaged"),
    ("audit", "refused"),
    ("sign_in", "refused"),
)


class Watcher:
    """Somebody who measures; hears nothing, where it does not say otherwise.

    Times are of `time.perf_counter()`, in seconds.
    """

    def statement(self, _sql: str, _began: float, _ended: float) -> None:
        """A statement was run; of `execute` on SQLite, until its first row was there."""

    def transaction(self, _kind: str, _began: float, _ended: float) -> None:
        """A transaction has ended; `kind` is reading or writing."""

    def waited(self, _what: str, _seconds: float) -> None:
        """Somebody waited for one of WAITS."""

    def happened(self, _what: str, _how: str) -> None:
        """One of EVENTS happened; its transaction may still be undone."""


_watchers: list[Watcher] = []
# Traces begin and end to watch in the midst of the work.
_lock = threading.Lock()

# What to call, None where nobody wants to hear: looked up anew each time, as `watch.statement`.
statement: Tell | None = None
transaction: Tell | None = None


def begin(watcher: Watcher) -> None:
    """Tell this one too, from now on."""
    with _lock:
        if watcher not in _watchers:
            _watchers.append(watcher)
            _settle()


def end(watcher: Watcher) -> None:
    """Tell this one no more."""
    with _lock:
        if watcher in _watchers:
            _watchers.remove(watcher)
            _settle()


def is_told(watcher: Watcher) -> bool:
    return watcher in _watchers


def waited(what: str, seconds: float) -> None:
    for watcher in _watchers:
        watcher.waited(what, seconds)


def happened(what: str, how: str) -> None:
    for watcher in _watchers:
        watcher.happened(what, how)


def _settle() -> None:
    """Of one who hears all statements it costs less to call them than to ask who else does."""
    global statement, transaction  # noqa: PLW0603  # engines know no application
    statement = _one([each.statement for each in _watchers if _hears(each, "statement")])
    transaction = _one([each.transaction for each in _watchers if _hears(each, "transaction")])


def _hears(watcher: Watcher, verb: str) -> bool:
    return getattr(type(watcher), verb) is not getattr(Watcher, verb)


def _one(told: list[Tell]) -> Tell | None:
    if len(told) < 2:
        return told[0] if told else None

    def tell(what: str, began: float, ended: float) -> None:
        for each in told:
            each(what, began, ended)

    return tell
