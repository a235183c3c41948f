"""What a store of files promises, and which one a URL names.

    folder beside the database    where no URL is given
    s3://BUCKET/PREFIX            Amazon S3, or what speaks like it
    gs://BUCKET/PREFIX            Google Cloud Storage, also a Firebase Storage bucket

Content is named by its SHA-256 and never changes. It is stored and synced before the transaction
that refers to it, so whoever finds a name in the database finds its content here.

What goes after a day (exports) lies apart, in parts that are named by a random mark: what lists
content does not see it, so no backup carries it, and none breaks off because it goes meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from errors import NotFound
from storage.engines import database_file

PROJECT = Path(__file__).resolve().parent.parent.parent
PIECE_BYTES = 256 * 1024
NAME = re.compile(r"[0-9a-f]{64}")
# A mark and the number of a part.
PASSING = re.compile(r"[0-9a-f]{32}-[0-9]{5}")
APART = "exports"
BUCKET_URL = re.compile(r"(s3|gs)://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/[A-Za-z0-9._/-]{0,200})?")


class Missing(NotFound):
    """There is no content of this name, although something refers to it."""

    def __init__(self, name: str) -> None:
        super().__init__("What is in this file is missing: your administrator can restore it.")
        self.name = name


class Store(Protocol):
    """Content by its name. All raise Unavailable while the place does not answer."""

    def put(self, name: str, content: bytes) -> None:
        """Keep content for good; nothing is written where it is there already."""

    def pieces(self, name: str, first: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The content from its byte `first` on, `length` bytes of it or all.

        Raises Missing with the first piece.
        """

    def has(self, name: str) -> bool: ...

    def remove(self, name: str) -> None:
        """Nothing happens where there is none."""

    def names(self) -> Iterator[str]:
        """Every name, in no order."""

    def names_before(self, time: str) -> Iterator[str]:
        """Every name that was put before this time, a UTC text, in no order."""

    def drop_drafts(self, time: str) -> None:
        """Remove what was begun before this time, a UTC text, and never got its name: a kill
        leaves it."""

    def passing(self) -> Iterator[str]:
        """The name of every part that is to go again, in no order."""


def path_of(name: str) -> str:
    """Where content or a part lies below the folder or prefix. ValueError for any other name."""
    if PASSING.fullmatch(name):
        return f"{APART}/{name}"
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no SHA-256")
    return f"{name[:2]}/{name[2:]}"


def folder_of(database_url: str) -> Path:
    """The folder beside a database; with PostgreSQL, which has no file, in CVD's own folder."""
    if database_url.startswith(database_file.SQLITE_PREFIX):
        path = database_file.path_of(database_url)
        return path.with_name(f"{path.name}.files")
    name = urlsplit(database_url).path.strip("/").replace("/", "-") or "postgresql"
    return PROJECT / f"{name}.files"


def open_store(database_url: str, files_url: str | None) -> Store:
    """The store of an installation; `files_url` is a folder or a bucket. Nothing is asked yet."""
    if files_url is None or not BUCKET_URL.fullmatch(files_url):
        from storage.files.folder import FolderStore

        return FolderStore(PROJECT / files_url if files_url else folder_of(database_url))
    # A bucket's library takes a moment to load, and most installations have none.
    from storage.files.bucket import BucketStore

    return BucketStore(files_url)
