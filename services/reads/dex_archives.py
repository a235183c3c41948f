"""Archives: the files in a zip that somebody sent, and never more of it than is good.

How much there is to unpack is known before anything is: what a file holds beyond the size that
the archive states for it is an error of the archive.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

MOST_FILES = 10_000
MOST_BYTES = 256 * 2**20
MOST_BYTES_OF_FILE = 4 * 2**20
# Of the list of files at the end of an archive, which is read as a whole.
MOST_BYTES_OF_LIST = 2 * 2**20

BEGINS = b"PK\x03\x04"
# What is no audit but holds files: zip, gzip, 7z, rar, bzip2, xz.
ARCHIVES = (BEGINS, b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The end of a zip: its signature, four numbers, size and place of the list, a comment.
END = struct.Struct("<4s4H2LH")
END_SIGNATURE, LARGE_SIGNATURE = b"PK\x05\x06", b"PK\x06\x07"
LARGE_BYTES = 20
MOST_COMMENT = 2**16

NO_ZIP = "It is no zip archive, or it is cut off."
LARGE = "It is in the form for very large zip archives, which is not read here."
TOO_MANY = f"It holds more than {MOST_FILES:,} files: send them in parts."
TOO_MUCH = f"Unpacked, it has more than {MOST_BYTES // 2**20} MiB: send it in parts."
EMPTY = "There is no file in it."
FILE_TOO_LARGE = f"It is larger than {MOST_BYTES_OF_FILE:,} bytes."
LEADS_OUT = "Its name leads out of the archive."
LINK = "It is a link, not a file."
LOCKED = "It is encrypted."
METHOD = "It is compressed in a way that is not read here."
NESTED = "It is an archive in the archive: send it by itself."
DAMAGED = "It is damaged in the archive."


class BadArchive(ValueError):
    """An archive that is not unpacked, in one sentence."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its `content`, or without any the `refusal`."""

    name: str
    content: bytes | None
    refusal: str = ""


class Archive:
    """A zip that may be unpacked. BadArchive says why one may not be."""

    def __init__(self, stream: IO[bytes]) -> None:
        _check_end(stream)
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BadArchive(NO_ZIP) from error
        self._infos = [each for each in self._zip.infolist() if _is_meant(each)]
        if len(self._infos) > MOST_FILES:
            raise BadArchive(TOO_MANY)
        if sum(each.file_size for each in self._infos) > MOST_BYTES:
            raise BadArchive(TOO_MUCH)
        if not self._infos:
            raise BadArchive(EMPTY)

    def __len__(self) -> int:
        return len(self._infos)

    def members(self) -> Iterator[Member]:
        """The files in their order, unpacked one after the other."""
        for info in self._infos:
            refusal = _refusal(info)
            content = None
            if not refusal:
                content, refusal = self._read(info)
            yield Member(info.filename, content, refusal)

    def _read(self, info: zipfile.ZipInfo) -> tuple[bytes | None, str]:
        try:
            with self._zip.open(info) as file:
                content = file.read(MOST_BYTES_OF_FILE + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
            return None, DAMAGED
        return (None, NESTED) if content.startswith(ARCHIVES) else (content, "")


def _check_end(stream: IO[bytes]) -> None:
    """BadArchive for a list of files that is longer than one may hold in memory."""
    length = stream.seek(0, 2)
    begin = max(0, length - MOST_COMMENT - END.size - LARGE_BYTES)
    stream.seek(begin)
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(END_SIGNATURE)
    if at < 0 or len(tail) - at < END.size:
        raise BadArchive(NO_ZIP)
    _, _, _, _, files, size, _, _ = END.unpack_from(tail, at)
    if LARGE_SIGNATURE in tail[max(0, at - LARGE_BYTES) : at]:
        raise BadArchive(LARGE)
    if files > MOST_FILES or size > MOST_BYTES_OF_LIST:
        raise BadArchive(TOO_MANY)


def _is_meant(info: zipfile.ZipInfo) -> bool:
    """Whether somebody put it there to be read: no folder, nothing that a system adds hidden."""
    parts = info.filename.replace("\\", "/").split("/")
    is_hidden = any(
        part == "__MACOSX" or (part.startswith(".") and part not in {".", ".."}) for part in parts
    )
    return not info.is_dir() and not is_hidden


def _refusal(info: zipfile.ZipInfo) -> str:
    """Why a file is not unpacked, by what the archive says of it."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        return LEADS_OUT
    if stat.S_ISLNK(info.external_attr >> 16):
        return LINK
    if info.flag_bits & ENCRYPTED:
        return LOCKED
    if info.compress_type not in METHODS:
        return METHOD
    if info.file_size > MOST_BYTES_OF_FILE:
        return FILE_TOO_LARGE
    return ""
