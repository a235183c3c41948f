"""Taking in many DEX audits at once: which files, in which order, and what became of each."""

from __future__ import annotations

import glob
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import auth
from contract.results import Existing, Upload
from db import Engine
from errors import Problem, StorageFull, Unavailable
from records import company
from services.reads import dex_arrivals, dex_reader, quarantine_service
from services.reads.dex_arrivals import DexFile
from services.reads.dex_reader import Reading

BOOKED, BASELINE, DUPLICATE = "booked", "baseline", "duplicate"
DAMAGED, UNASSIGNED, REFUSED = "damaged", "unassigned", "refused"
OUTCOMES = (BOOKED, BASELINE, DUPLICATE, DAMAGED, UNASSIGNED, REFUSED)
# What somebody must look at is listed file by file, up to so many of a kind.
MOST_LISTED = 50
# A second process costs a few tenths of a second to start.
FEWEST_READ_AHEAD = 200
# Read at a time: as much as a process may hold twice.
MOST_READ_FILES = 256
MOST_READ_BYTES = 16 * 2**20
# Booked in one transaction: what others who want to write wait for, about a tenth of a second.
MOST_BOOKED = 64
# Whoever waits for their turn to write to SQLite looks every three milliseconds at the latest.
PAUSE_S = 0.004


class DexImport:
    """One import: few transactions of many files, and yet a bad file costs only itself."""

    def __init__(self, engine: Engine, max_bytes: int) -> None:
        self._engine = engine
        self._actor = auth.console()
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
            for batch in _batches(sorted(readings, key=_machine_and_time)):
                self._book(batch)
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

    def _book(self, batch: Sequence[Reading]) -> None:
        """Book the files together; when one is refused, each by itself."""
        readable = [reading for reading in batch if reading.intakes]
        for reading in batch:
            if not reading.intakes:
                self._refuse(reading)
        try:
            answers = self._answers(readable)
        except (StorageFull, Unavailable):
            raise
        except Problem as problem:
            if len(readable) == 1:
                self._note(readable[0], REFUSED, problem.detail)
            else:
                for reading in readable:
                    self._book([reading])
            return
        for reading, answer in zip(readable, answers, strict=True):
            if isinstance(answer, Existing):
                self._note(reading, DUPLICATE)
            else:
                self._note(reading, answer["status"], "; ".join(answer["warnings"]))

    def _answers(self, readings: Sequence[Reading]) -> list[dict[str, Any] | Existing]:
        if not readings:
            return []
        files = [DexFile(reading.path.name, reading.intakes) for reading in readings]
        with self._engine.writing() as db:
            return dex_arrivals.take_in(db, self._actor, files)

    def _refuse(self, reading: Reading) -> None:
        """A file that was read and is no audit is kept, so that somebody can look into it."""
        note = reading.refusal
        if reading.line is not None:
            note = f"Line {reading.line}: {note}"
            try:
                file = Upload(reading.path.name, reading.path.read_bytes())
            except OSError:
                pass  # gone since it was read
            else:
                with self._engine.writing() as db:
                    quarantine_service.keep(
                        db, self._actor, file=file, line=reading.line, reason=reading.refusal
                    )
        self._note(reading, REFUSED, note)

    def _note(self, reading: Reading, outcome: str, note: str = "") -> None:
        self._files[outcome].append(f"{reading.path}{f': {note}' if note else ''}")


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


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """What is booked at a time: so many audits, and no file in parts."""
    batch: list[Reading] = []
    audits = 0
    for reading in readings:
        if batch and audits + len(reading.intakes) > MOST_BOOKED:
            yield batch
            batch, audits = [], 0
        batch.append(reading)
        audits += len(reading.intakes)
    if batch:
        yield batch


def _machine_and_time(reading: Reading) -> tuple[str, str, int]:
    """The audits of one machine together and in order, so that its books are derived once."""
    if not reading.intakes:
        return "", "", 0
    first = reading.intakes[0]
    return first.serial or first.asset or "", str(first.clock or ""), first.total_count_init or 0


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
