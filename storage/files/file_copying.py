"""Files that go along with a copy of their database, each read again where it was put."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress

from errors import Problem
from storage.engines.base import Refused
from storage.files.store import Store

# (files done, files of it)
Report = Callable[[int, int], None]


def copy_files(source: Store, target: Store, *, report: Report = lambda *_: None) -> int:
    """Copy every file of `source` to `target`, where each is read again: how many.

    Raises `Refused` where a file is damaged at the source, cannot be put, or arrives otherwise.
    Those that arrived stay: they are named by what is in them, and nothing refers to them yet.
    """
    names = sorted(source.names())
    report(0, len(names))
    for done, name in enumerate(names, start=1):
        try:
            content = b"".join(source.pieces(name))
            if hashlib.sha256(content).hexdigest() != name:
                raise Refused(f"The file {name} is damaged: restore it from a backup first.")
            target.put(name, content)
            arrived = hashlib.sha256()
            for piece in target.pieces(name):
                arrived.update(piece)
        except Problem as problem:
            raise Refused(f"The files cannot be copied: {problem.detail}") from problem
        if arrived.hexdigest() != name:
            with suppress(Problem):
                target.remove(name)
            raise Refused(f"The file {name} did not arrive as it was: nothing is kept of it.")
        report(done, len(names))
    return len(names)
