"""The file of an SQLite database: where it is, who may read it, who holds it.

Every process that opens the database holds a shared lock on `<file>.lock`;
an upgrade and a restore take it exclusively, so neither can happen under a
running server, while other commands can be used beside it.
"""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from storage.engines.base import Refused

NETWORK_FILE_SYSTEMS = frozenset(
    {"9p", "afs", "ceph", "cifs", "davfs", "fuse", "glusterfs", "lustre", "ncpfs"}
    | {"nfs", "nfs4", "smb2", "smb3", "smbfs", "vboxsf"}
)
SHARED_PATIENCE_S = 1.0
# Writing a file of one line takes a moment, on a disk far away a minute.
DRAFT_KEPT_S = 3600
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


def draft_of(path: Path, writer: str) -> Path:
    """Where a writer writes what is to replace the file, whole, once it is synced."""
    return path.with_name(f".{path.name}.partial-{writer}")


def drop_drafts(path: Path) -> None:
    """Remove the drafts of a file that writers left who were killed; none of who writes now.

    Raises OSError.
    """
    old = time.time() - DRAFT_KEPT_S
    for draft in path.parent.glob(f"{glob.escape(draft_of(path, '').name)}*"):
        with suppress(FileNotFoundError):
            if draft.stat().st_mtime < old:
                draft.unlink()


def installed_mark(path: Path) -> Path:
    """The file that says: there has been a database here, so none is made anew."""
    return path.with_name(path.name + ".installed")


def identity(path: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  # asked for with each write
    except OSError:
        return None
    return found.st_dev, found.st_ino


def refuse_lost(path: Path) -> None:
    """Refuse to make a database anew where there was one: whoever moved it wants it back."""
    if path.exists():
        return
    signs = [installed_mark(path), logs_of(path)[0]]
    left = [str(sign) for sign in signs if sign.exists()]
    if left:
        raise Refused(
            f"The database {path} is gone, but there was one: {' and '.join(left)} "
            "is still there. Put it back, or `flask restore` the last backup. "
            f"To begin with an empty one, remove {' and '.join(left)} first."
        )


def moved(path: Path) -> str:
    """What is told while the server's file is not in its place."""
    return (
        f"The database {path.name} was moved, removed or replaced while CVD has it open: nothing "
        "was saved. Put it back in its place, or stop CVD and take the last backup with "
        "`flask restore`."
    )


def logs_of(path: Path) -> tuple[Path, Path]:
    """What SQLite keeps beside a database that is open: its log, and the index of that."""
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def log_moved(path: Path) -> str:
    """What is told while the log that the server writes is not in its place."""
    return (
        f"{path.name}-wal or {path.name}-shm was moved, removed or replaced while CVD has the "
        "database open: nothing was saved. Put it back in its place, or stop CVD in the ordinary "
        "way, which saves what was acknowledged before, and start it again."
    )


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
    for log in logs_of(path):
        if log.exists():
            raise Refused(f"{log} is still there: another program has the database open.")
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
    unchecked_mark(path).unlink(missing_ok=True)
    damaged_mark(path).unlink(missing_ok=True)
    return kept


def put_log_aside(path: Path) -> None:
    """Take the log of a damaged database out of the way of its replacement, but keep it."""
    for suffix in ("-wal", "-shm"):
        log = path.with_name(path.name + suffix)
        if log.exists():
            log.rename(path.with_name(f"{path.name}.damaged{suffix}"))
    sync_folder(path.parent)


def unchecked_mark(path: Path) -> Path:
    """The file that says: stopped uncleanly and not checked in full since."""
    return path.with_name(path.name + ".unchecked")


def checking_mark(path: Path) -> Path:
    """The file that says: a check of the whole database runs beside the server."""
    return path.with_name(path.name + ".checking")


def damaged_mark(path: Path) -> Path:
    """The file that says: found damaged, nothing is written to it any more; see `known_damage`."""
    return path.with_name(path.name + ".damaged")


def in_one_line(what: str) -> str:
    """What SQLite says of damage, which may be several lines."""
    return " ".join(what.split())


def damage(what: str) -> str:
    """What SQLite says of it, as a sentence."""
    return (
        f"The database is damaged ({in_one_line(what)}): take the last backup with "
        "`flask restore`; `flask check` looks again."
    )


def mark_damaged(path: Path, sentence: str) -> None:
    """Let nobody write any more, and say why."""
    mark = damaged_mark(path)
    mark.touch(mode=0o600)
    mark.write_text(sentence, encoding="utf-8")


def known_damage(path: Path) -> str | None:
    """What was found damaged last, in a sentence; None where nothing was."""
    try:
        return damaged_mark(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


class FileLock:
    """A lock between processes on `<database>.lock`; the kernel frees it when one dies."""

    def __init__(self, database: Path, *, exclusive: bool) -> None:
        try:
            descriptor = os.open(
                database.with_name(database.name + ".lock"),
                os.O_CREAT | os.O_RDWR | os.O_CLOEXEC,
                0o600,
            )
        except OSError as error:
            raise Refused(f"The lock of {database} cannot be opened: {error.strerror}.") from error
        self._descriptor = descriptor
        self._close = weakref.finalize(self, os.close, descriptor)
        self._mark_unclean_stop(database)
        if exclusive and not self._take(fcntl.LOCK_EX):
            self.release()
            raise Refused(f"{database} is in use: stop the server and other commands first.")
        if not exclusive and not self._take_shared():
            self.release()
            raise Refused(f"{database} is being upgraded or restored: try again when that is done.")

    def release(self) -> None:
        """May be called twice."""
        self._close()

    def _take(self, kind: int) -> bool:
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _take_shared(self) -> bool:
        # A neighbour that starts at the same moment may look for an unclean stop.
        deadline = time.monotonic() + SHARED_PATIENCE_S
        while not self._take(fcntl.LOCK_SH):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _mark_unclean_stop(self, database: Path) -> None:
        """Whoever closes the database last removes its log: one that nobody holds was left behind.

        It is gone as soon as somebody opens and closes the database, hence the mark.
        """
        log = database.with_name(database.name + "-wal")
        if log.exists() and log.stat().st_size > 0 and self._take(fcntl.LOCK_EX):
            unchecked_mark(database).touch(mode=0o600)


@contextmanager
def held(database: Path, *, exclusive: bool) -> Iterator[None]:
    """The database is open to others too, or to nobody else; `Refused` when that cannot be."""
    lock = FileLock(database, exclusive=exclusive)
    try:
        yield
    finally:
        lock.release()
