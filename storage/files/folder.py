"""A folder of files: each is whole and synced before it gets its name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import clock
from errors import StorageFull, Unavailable
from storage.engines import database_file
from storage.files.store import APART, NAME, PASSING, PIECE_BYTES, Missing, path_of

FULL = {28, 122}  # ENOSPC, EDQUOT
DRAFT = ".draft-"


def write_whole(path: Path, content: bytes) -> None:
    """Put a file into its place with all of its content synced, or leave nothing. Raises OSError.

    Its folders are made where they are missing; that their new names last is for the caller to
    sync.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=DRAFT, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise


class FolderStore:
    """Files in `folder`, which is made by the first that is put."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: bytes) -> None:
        """As `Store.put`. Raises StorageFull, Unavailable."""
        path = self.folder / path_of(name)
        if path.exists():
            return
        try:
            self._put(path, content)
        except OSError as error:
            if error.errno in FULL:
                raise StorageFull("There is no room for the file; nothing was saved.") from error
            raise self._unusable(error) from error

    def _put(self, path: Path, content: bytes) -> None:
        write_whole(path, content)
        for folder in (path.parent, self.folder, self.folder.parent):
            database_file.sync_folder(folder)

    def pieces(self, name: str, first: int = 0, length: int | None = None) -> Iterator[bytes]:
        """As `Store.pieces`."""
        left = length
        try:
            with (self.folder / path_of(name)).open("rb") as file:
                file.seek(first)
                while piece := file.read(PIECE_BYTES if left is None else min(PIECE_BYTES, left)):
                    yield piece
                    left = None if left is None else left - len(piece)
        except FileNotFoundError as error:
            raise Missing(name) from error
        except OSError as error:
            raise self._unusable(error) from error

    def has(self, name: str) -> bool:
        return (self.folder / path_of(name)).is_file()

    def remove(self, name: str) -> None:
        try:
            (self.folder / path_of(name)).unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    def names(self) -> Iterator[str]:
        for name, _ in self._found():
            yield name

    def names_before(self, time: str) -> Iterator[str]:
        before = clock.to_datetime(time).timestamp()
        for name, path in self._found():
            if path.stat().st_mtime < before:
                yield name

    def drop_drafts(self, time: str) -> None:
        """As `Store.drop_drafts`."""
        before = clock.to_datetime(time).timestamp()
        try:
            for path in self.folder.glob(f"*/{DRAFT}*"):
                # One that goes meanwhile has its name, or another worker has dropped it.
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before:
                        path.unlink()
        except OSError as error:
            raise self._unusable(error) from error

    def passing(self) -> Iterator[str]:
        for path in self.folder.glob(f"{APART}/*"):
            if PASSING.fullmatch(path.name):
                yield path.name

    def _found(self) -> Iterator[tuple[str, Path]]:
        for path in self.folder.glob("??/*"):
            name = path.parent.name + path.name
            if NAME.fullmatch(name):
                yield name, path

    def _unusable(self, error: OSError) -> Unavailable:
        return Unavailable(f"The folder {self.folder} cannot be used: {error.strerror}.")
