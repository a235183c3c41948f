"""The photos and other files of a backup: packed with it, or named where a bucket has them."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from errors import Problem
from storage.engines.base import Refused
from storage.files.folder import FolderStore
from storage.files.store import NAME, Store

CONTENTS, ELSEWHERE = "contents", "contents_elsewhere"
MOST_BYTES = 64 * 2**20
# What Python's zipfile raises for an archive with wrong bytes in it.
ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def listed(files: Store | None) -> dict[str, list[str]]:
    """What the manifest says: the names of what is packed, and of what a bucket keeps."""
    if files is None:
        return {CONTENTS: [], ELSEWHERE: []}
    names = sorted(files.names())
    is_here = isinstance(files, FolderStore)
    return {CONTENTS: names if is_here else [], ELSEWHERE: [] if is_here else names}


def pack(archive: zipfile.ZipFile, manifest: dict[str, Any], files: Store | None) -> None:
    """Put into the archive what the manifest says. Raises `Refused` for what is damaged."""
    if files is None:
        return
    for name in manifest[CONTENTS]:
        digest = hashlib.sha256()
        entry = zipfile.ZipInfo(f"{CONTENTS}/{name}")
        try:
            with archive.open(entry, "w") as packed:
                for piece in files.pieces(name):
                    digest.update(piece)
                    packed.write(piece)
        except Problem as problem:
            raise Refused(problem.detail) from problem
        if digest.hexdigest() != name:
            raise Refused(f"The file {name} is damaged: see `flask check`.")


def restore(
    archive: zipfile.ZipFile,
    manifest: dict[str, Any],
    files: Store | None,
    report: Callable[[str], None],
) -> None:
    """Store what is packed, and say what a bucket should have and has not. Raises `Refused`."""
    if files is None:
        return
    try:
        for name in manifest.get(CONTENTS, []):
            files.put(name, _unpacked(archive, name))
        missing = [name for name in manifest.get(ELSEWHERE, []) if not files.has(name)]
    except Problem as problem:
        raise Refused(problem.detail) from problem
    if missing:
        report(f"{len(missing)} files are not where files are kept: bring them back there")


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        if not NAME.fullmatch(name):
            raise ValueError(name)
        with archive.open(f"{CONTENTS}/{name}") as packed:
            content = packed.read(MOST_BYTES)
    except ARCHIVE_ERRORS as error:
        raise Refused(f"The backup cannot be unpacked, it may be damaged: {error}.") from error
    if hashlib.sha256(content).hexdigest() != name:
        raise Refused(f"The backup is damaged: its file {name} is another.")
    return content
