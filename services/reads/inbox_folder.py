"""The inbox as a folder: which files are complete, and where each goes.

    NAME, GATEWAY/NAME            what was dropped, by the gateway's folder
    taking/…                      what is being booked
    done/YYYY-MM-DD/…             what is in the books
    refused/…                     what is not, each with a sentence beside it (NAME.txt)

A file moves by renaming alone, so it is in one of them whenever somebody is killed. Links are
never followed, and nothing but plain files is looked at.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import clock

TAKING, DONE, REFUSED = "taking", "done", "refused"
OURS = (TAKING, DONE, REFUSED)
# What programs call a file that they are still writing.
UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".crdownload", "~")
# A file is complete when nothing of it changed for so long.
QUIET_S = 4.0
# Looked at each time: more come the next time.
MOST_LOOKED_AT = 20_000
MOST_NAME_BYTES = 240
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Stamp = tuple[int, int, int]


class Dropped(NamedTuple):
    """A file: the folder of its gateway ("" for none), its path, and how long it is."""

    gateway: str
    path: Path
    size: int


class InboxFolder:
    """The folder as one process sees it: what changed since it looked last is not complete."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[Path, tuple[Stamp, float]] = {}

    def problem(self) -> str | None:
        """Why it cannot be used, in one sentence; None where it can."""
        if not self.folder.is_dir():
            return f"There is no folder {self.folder}: make it, or correct CVD_INBOX."
        if not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK):
            return f"CVD may not write in {self.folder}: give its user the right to."
        return None

    def complete(self) -> list[Dropped]:
        """What was dropped and has not changed for QUIET_S. Raises OSError."""
        now = time.monotonic()
        seen: dict[Path, tuple[Stamp, float]] = {}
        found = []
        for gateway, entry in _dropped(self.folder):
            try:
                state = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            path = Path(entry.path)
            stamp = (state.st_ino, state.st_size, state.st_mtime_ns)
            before = self._seen.get(path)
            since = before[1] if before is not None and before[0] == stamp else now
            seen[path] = (stamp, since)
            if now - since >= QUIET_S:
                found.append(Dropped(gateway, path, state.st_size))
        self._seen = seen
        return found

    def take(self, dropped: Dropped) -> None:
        """Move a complete file to what is being booked. Raises OSError."""
        _move(dropped.path, self.folder / TAKING / dropped.gateway)

    def taken(self) -> list[Dropped]:
        """What is to be booked, also by somebody who was killed before. Raises OSError."""
        found = []
        for gateway, entry in _files_in(self.folder / TAKING):
            size = entry.stat(follow_symlinks=False).st_size
            found.append(Dropped(gateway, Path(entry.path), size))
        return found

    def finish(self, dropped: Dropped, day: str) -> None:
        """It is in the books. Raises OSError."""
        with suppress(FileNotFoundError):  # somebody else was faster: it is done
            _move(dropped.path, self.folder / DONE / day / dropped.gateway)

    def refuse(self, dropped: Dropped, reason: str) -> None:
        """It is no audit, and the sentence beside it says why. Raises OSError."""
        with suppress(FileNotFoundError):
            moved = _move(dropped.path, self.folder / REFUSED / dropped.gateway)
            moved.with_name(f"{moved.name}.txt").write_text(f"{reason}\n", encoding="utf-8")

    def clear_away(self, days: int) -> None:
        """Delete what has been done for more than so many days."""
        oldest = clock.later(clock.now(), days=-days)[:10]
        done = self.folder / DONE
        for entry in sorted(done.iterdir()) if done.is_dir() and not done.is_symlink() else ():
            if DAY.fullmatch(entry.name) and entry.name < oldest and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)


def read(path: Path) -> bytes:
    """What is in a file that was taken. Raises OSError, also for what is no plain file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "it is no plain file")
        return file.read()


def _dropped(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    left = MOST_LOOKED_AT
    for gateway, entry in _files_in(folder):
        if gateway not in OURS and not entry.name.lower().endswith(UNFINISHED):
            yield gateway, entry
            left -= 1
        if left == 0:
            return


def _files_in(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """The plain files in a folder and in those in it, hidden ones left out."""
    if not folder.is_dir() or folder.is_symlink():
        return
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.name.startswith("."):
                continue
            if entry.is_file(follow_symlinks=False):
                yield "", entry
            elif entry.is_dir(follow_symlinks=False) and entry.name not in OURS:
                yield from _files_of_gateway(entry)


def _files_of_gateway(folder: os.DirEntry[str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with suppress(PermissionError), os.scandir(folder.path) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                yield folder.name, entry


def _move(path: Path, folder: Path) -> Path:
    """Into a folder, under a name that nothing has there; names may be any bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    name = os.fsdecode(os.fsencode(path.name)[:MOST_NAME_BYTES])
    target, number = folder / name, 1
    while os.path.lexists(target):
        number += 1
        target = folder / f"{name}~{number}"
    return path.rename(target)
