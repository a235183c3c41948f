"""Taking in many DEX audits at once: which files, in which order, and what became of each."""

from __future__ import annotations

import glob
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import auth
from db import Engine
from records import company
from services.reads import dex_reader
from services.reads.dex_reader import Reading
from services.reads.dex_rows import BOOKED, DAMAGED, UNASSIGNED
from services.reads.dex_taking import (
    BASELINE,
    DUPLICATE,
    HELD,
    PAUSE_S,
    REFUSED,
    Outcome,
    Taking,
    batches,
)

OUTCOMES = (BOOKED, BASELINE, DUPLICATE, DAMAGED, UNASSIGNED, REFUSED)
# What somebody must look at is listed file by file, up to so many of a kind.
MOST_LISTED = 50
# A second process costs a few tenths of a second to start.
FEWEST_READ_AHEAD = 200
# Read at a time: as much as a process may hold twice.
MOST_READ_FILES = 256
MOST_READ_BYTES = 16 * 2**20


class DexImport:
    """One import: few transactions of many files, and yet a bad file costs only itself."""

    def __init__(self, engine: Engine, max_bytes: int) -> None:
        self._engine = engine
        self._taking = Taking(engine, auth.console(), _content_of)
        self._max_bytes = max_bytes
        self._files: dict[str, list[str]] = defaultdict(list)

    @property
    def has_read_any(self) -> bool:
        """Whether at least one file was an audit, known already or not."""
        return any(files for outcome, files in self._files.items() if outcome != REFUSED)

    def take_in(self, files: Sequence[Path]) -> Iterator[int]:
        """Take in the files; yields how many more are decided, once that is on disk.

        Raises only what would meet every other file too.
        """
        ahead = len(files) >= FEWEST_READ_AHEAD
        read = dex_reader.readings_ahead if ahead else dex_reader.readings
        with self._engine.reading() as db:
            decimals = company.currency_decimals(db)
        for readings in read(_groups(files), self._max_bytes, decimals):
            for batch in batches(readings):
                for reading, outcome in self._taking.book(batch):
                    self._note(reading, outcome)
                yield len(batch)
                time.sleep(PAUSE_S)

    def report(self) -> Iterator[str]:
        """Lines for people: what needs a look, then the counts."""
        for outcome in (DAMAGED, UNASSIGNED, REFUSED):
            files = sorted(self._files[outcome])
            yield from (f"{outcome:<10}  {file}" for file in files[:MOST_LISTED])
            if len(files) > MOST_LISTED:
                yield f"{outcome:<10}  … and {len(files) - MOST_LISTED} more"
        total = sum(map(len, self._files.values()))
        counts = ", ".join(f"{len(self._files[outcome])} {outcome}" for outcome in OUTCOMES)
        yield f"{total} {'file' if total == 1 else 'files'}: {counts}"

    def _note(self, reading: Reading, decided: Outcome) -> None:
        # A read that is held stands booked in its place, and says so in its note.
        outcome = BOOKED if decided.outcome == HELD else decided.outcome
        note = "" if outcome == DUPLICATE else decided.note
        self._files[outcome].append(f"{reading.path}{f': {note}' if note else ''}")


def _content_of(reading: Reading) -> bytes | None:
    """The bytes of a file; None where it is gone since it was read."""
    try:
        return reading.path.read_bytes()
    except OSError:
        return None


def _groups(files: Iterable[Path]) -> Iterator[list[Path]]:
    """What is read at a time."""
    group: list[Path] = []
    size = 0
    for file in files:
        if len(group) == MOST_READ_FILES or size > MOST_READ_BYTES:
            yield group
            group, size = [], 0
        group.append(file)
        size += file.stat().st_size if file.exists() else 0
    if group:
        yield group


def files_of(paths: Iterable[str]) -> tuple[list[Path], list[str]]:
    """The files that paths mean, each once and in order, and the paths that mean nothing.

    A path is a file, a folder (with every file below it, hidden ones left out)
    or a pattern such as `audits/**/*.dex`.
    """
    files: dict[Path, None] = {}
    absent = []
    for path in paths:
        found = sorted(_files(path))
        files |= dict.fromkeys(found)
        if not found and not Path(path).is_dir():
            absent.append(path)
    return list(files), absent


def _files(path: str) -> Iterator[Path]:
    named = [path] if Path(path).exists() else glob.glob(path, recursive=True)  # noqa: PTH207  # Path.glob takes no absolute pattern
    for candidate in map(Path, named):
        if candidate.is_dir():
            below = (file.relative_to(candidate) for file in candidate.rglob("*"))
            visible = (rel for rel in below if not any(part.startswith(".") for part in rel.parts))
            yield from (candidate / rel for rel in visible if (candidate / rel).is_file())
        elif candidate.is_file():
            yield candidate
