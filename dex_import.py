"""Taking in many DEX audits at once: which files, one by one, and what became of each."""

from __future__ import annotations

import glob
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from console import Console
from errors import Problem, StorageFull, Unavailable
from outcomes import Existing, Upload

BOOKED, BASELINE, DUPLICATE = "booked", "baseline", "duplicate"
DAMAGED, UNASSIGNED, REFUSED = "damaged", "unassigned", "refused"
OUTCOMES = (BOOKED, BASELINE, DUPLICATE, DAMAGED, UNASSIGNED, REFUSED)
# What somebody must look at is listed file by file, up to so many of a kind.
MOST_LISTED = 50


class DexImport:
    """One import. Each file is its own transaction, so a bad one costs only itself."""

    def __init__(self, console: Console, max_bytes: int) -> None:
        self._console = console
        self._max_bytes = max_bytes
        self._files: dict[str, list[str]] = defaultdict(list)

    @property
    def has_read_any(self) -> bool:
        """Whether at least one file was an audit, known already or not."""
        return any(files for outcome, files in self._files.items() if outcome != REFUSED)

    def take_in(self, path: Path) -> None:
        """Take in one file. Raises only what would meet every other file too."""
        try:
            outcome, note = self._outcome(path)
        except (StorageFull, Unavailable):
            raise
        except Problem as refusal:
            outcome, note = REFUSED, refusal.detail
        except OSError as error:
            outcome, note = REFUSED, f"It cannot be read: {error.strerror}."
        self._files[outcome].append(f"{path}{f': {note}' if note else ''}")

    def report(self) -> Iterator[str]:
        """Lines for people: what needs a look, then the counts."""
        for outcome in (DAMAGED, UNASSIGNED, REFUSED):
            files = self._files[outcome]
            yield from (f"{outcome:<10}  {file}" for file in files[:MOST_LISTED])
            if len(files) > MOST_LISTED:
                yield f"{outcome:<10}  … and {len(files) - MOST_LISTED} more"
        total = sum(map(len, self._files.values()))
        counts = ", ".join(f"{len(self._files[outcome])} {outcome}" for outcome in OUTCOMES)
        yield f"{total} {'file' if total == 1 else 'files'}: {counts}"

    def _outcome(self, path: Path) -> tuple[str, str]:
        if path.stat().st_size > self._max_bytes:
            return REFUSED, f"It is larger than {self._max_bytes:,} bytes."
        upload = Upload(path.name, path.read_bytes())
        answer = self._console.call("dex_read_service.create_dex_read", file=upload)
        if isinstance(answer, Existing):
            return DUPLICATE, ""
        return answer["status"], "; ".join(map(str, answer["warnings"]))


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
