"""Where a vault lies: a folder, or a bucket. Objects have a path, and are whole or not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from errors import NotFound, StorageFull, Unavailable
from storage.engines import database_file
from storage.files.folder import DRAFT, FULL, write_whole
from storage.files.store import BUCKET_URL, PROJECT


class Absent(NotFound):
    """There is no object of this path."""


class Place(Protocol):
    """Raises Unavailable while it cannot be used."""

    name: str

    def write(self, path: str, content: bytes) -> None:
        """Keep an object for good, in place of the one that is there. Raises StorageFull."""

    def read(self, path: str) -> bytes:
        """The object. Raises Absent."""

    def erase(self, path: str) -> None:
        """Nothing happens where there is none."""

    def paths(self, folder: str) -> Iterator[str]:
        """The paths of all objects below a folder, in no order."""


class FolderPlace:
    """A folder, which is made by the first object."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = str(folder)

    def write(self, path: str, content: bytes) -> None:
        """As `Place.write`."""
        try:
            self._write(self.folder / path, content)
        except OSError as error:
            if error.errno in FULL:
                raise StorageFull(
                    f"There is no room in {self.folder}; no backup was made."
                ) from error
            raise self._unusable(error) from error

    def _write(self, path: Path, content: bytes) -> None:
        is_new = not path.parent.is_dir()
        write_whole(path, content)
        database_file.sync_folder(path.parent)
        if is_new:
            for folder in (path.parent.parent, self.folder, self.folder.parent):
                database_file.sync_folder(folder)

    def read(self, path: str) -> bytes:
        """As `Place.read`."""
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError as error:
            raise Absent(f"{path} is missing in {self.folder}.") from error
        except OSError as error:
            raise self._unusable(error) from error

    def erase(self, path: str) -> None:
        """As `Place.erase`."""
        try:
            (self.folder / path).unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    def paths(self, folder: str) -> Iterator[str]:
        """As `Place.paths`."""
        for path in (self.folder / folder).rglob("*"):
            if not path.name.startswith(DRAFT) and path.is_file():
                yield path.relative_to(self.folder).as_posix()

    def _unusable(self, error: OSError) -> Unavailable:
        return Unavailable(f"The folder {self.folder} cannot be used: {error.strerror}.")


def open_place(url: str) -> Place:
    """The place of a folder's path or a bucket's URL; nothing is asked of it yet."""
    if not BUCKET_URL.fullmatch(url):
        return FolderPlace(PROJECT / url)
    # A bucket's library takes a moment to load.
    from storage.backups.bucket_place import BucketPlace

    return BucketPlace(url)
