"""The file of an SQLite database: where it is, who may read it, who holds it.

Every process that opens the database holds a shared lock on `<file>.lock`;
an upgrade and a restore take it exclusively, so neither can happen under a
running server, while other commands can be used beside it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from engines.base import Refused

NETWORK_FILE_SYSTEMS = frozenset(
    {"9p", "afs", "ceph", "cifs", "davfs", "fuse", "glusterfs", "lustre", "ncpfs"}
    | {"nfs", "nfs4", "smb2", "smb3", "smbfs", "vboxsf"}
)
SQLITE_PREFIX = "sqlite:///"


def path_of(url: str) -> Path:
    """The absolute path of `sqlite:///relative.db` or `sqlite:////absolute.db`."""
    name = unquote(url.removeprefix(SQLITE_PREFIX)).split("?")[0]
    if not url.startswith(SQLITE_PREFIX) or not name or name == ":memory:":
        raise Refused(f"{url!r} names no database file: write sqlite:///cvd.db or a full path.")
    return Path(name).absolute()


def file_system_of(path: Path) -> str | None:
    """The type of the file system under `path`, or None where it cannot be known."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    real = os.path.realpath(path)
    best, found = "", None
    for line in mounts.splitlines():
        fields = line.split(" ")
        point = fields[1].encode().decode("unicode_escape")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, found = point, fields[2]
    return found


def is_network(file_system: str | None) -> bool:
    return file_system is not None and (
        file_system in NETWORK_FILE_SYSTEMS or file_system.startswith("fuse.")
    )


def refuse_network(path: Path) -> None:
    """SQLite's write-ahead log needs shared memory, which network file systems do not give."""
    file_system = file_system_of(path)
    if is_network(file_system):
        raise Refused(
            f"{path} lies on a network file system ({file_system}), where SQLite loses data: "
            "put it on a local disk, or use PostgreSQL."
        )


def make_private(path: Path) -> None:
    """Create the folder (0700) and the empty file (0600) where they are missing."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise Refused(f"{path} cannot be created: {error.strerror}.") from error


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(path: Path, new: Path, why: str) -> Path | None:
    """Put the checked and synced file `new` in the place of `path`, and keep what was there.

    The caller holds the database alone, with every connection closed. The old file
    becomes `<path>.<why>-<time>`, which is returned. A crash leaves the old or the
    new file in place, never none and never the old log beside the new file.
    """
    for suffix in ("-wal", "-shm"):
        if path.with_name(path.name + suffix).exists():
            raise Refused(f"{path}{suffix} is still there: another program has the database open.")
    kept = None
    if path.exists():
        kept = path.with_name(f"{path.name}.{why}-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
        try:
            kept.hardlink_to(path)
        except OSError:  # a file system without hard links
            shutil.copy2(path, kept)
            sync_file(kept)
    new.replace(path)
    sync_folder(path.parent)
    return kept


class FileLock:
    """A lock between processes on `<database>.lock`; the kernel frees it when one dies."""

    def __init__(self, database: Path, *, exclusive: bool) -> None:
        self.path = database.with_name(database.name + ".lock")
        try:
            self._descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Refused(f"{self.path} cannot be opened: {error.strerror}.") from error
        kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise Refused(
                f"{database} is in use: stop the server and other commands first."
                if exclusive
                else f"{database} is being upgraded or restored: try again when that is done."
            ) from error

    def release(self) -> None:
        os.close(self._descriptor)


@contextmanager
def held_alone(database: Path) -> Iterator[None]:
    """Nobody else has the database open in here; refused with a sentence otherwise."""
    lock = FileLock(database, exclusive=True)
    try:
        yield
    finally:
        lock.release()
