"""Plants: code for the served process that makes it do what a harness must catch."""

from __future__ import annotations

from textwrap import indent

WRITING = """
from contextlib import contextmanager, suppress
from storage.engines.sqlite import SqliteEngine
from errors import StorageFull

@contextmanager
def writing(self, **_patience):
    with self._exclusively() as db:
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.hooks.run(db)
{commit}
        finally:
            db.hooks.clear()
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")

SqliteEngine.writing = writing
"""


def writing(commit: str) -> str:
    """A plant that looks at nothing before it writes, and commits by these lines."""
    return WRITING.format(commit=indent(commit, " " * 12))
