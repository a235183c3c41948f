"""A bucket of files: Amazon S3, Google Cloud Storage, and what speaks like them.

Who may use it is said in the ways that its own tools know: `AWS_ACCESS_KEY_ID`,
`AWS_SECRET_ACCESS_KEY`, `AWS_REGION` and `AWS_ENDPOINT`, or `GOOGLE_SERVICE_ACCOUNT` with the path
of a key file, or the machine's own identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

import obstore
from obstore import exceptions
from obstore.store import from_url

import clock
from errors import Unavailable
from storage.engines.base import Refused
from storage.files.store import APART, NAME, PASSING, PIECE_BYTES, Missing, path_of

# Of one call, of all its tries, and how many tries there are.
CALL_WITHIN = timedelta(seconds=10)
CONNECTED_WITHIN = timedelta(seconds=3)
TRIES_WITHIN = timedelta(seconds=20)
MORE_TRIES = 2
RETRY_AFTER_S = 10
AWAY = (OSError, exceptions.BaseError)

T = TypeVar("T")


class BucketStore:
    """Files below the prefix of `url`. Raises Refused for a URL or a key file of no use."""

    def __init__(self, url: str, *, variable: str = "CVD_FILES_URL") -> None:
        self._url = url
        try:
            self._bucket: Any = from_url(
                url,
                client_options={
                    "timeout": CALL_WITHIN,
                    "connect_timeout": CONNECTED_WITHIN,
                    # Only where an endpoint says so: those of the providers are https.
                    "allow_http": True,
                },
                retry_config={"max_retries": MORE_TRIES, "retry_timeout": TRIES_WITHIN},
            )
        except Exception as error:
            told = str(error).splitlines()[0]
            raise Refused(f"{variable} cannot be used: {told}") from error

    def put(self, name: str, content: bytes) -> None:
        """As `Store.put`: a bucket keeps a file whole or not at all."""
        path = path_of(name)
        if not self.has(name):
            self._of_bucket(lambda: obstore.put(self._bucket, path, content, use_multipart=False))

    def pieces(self, name: str, first: int = 0, length: int | None = None) -> Iterator[bytes]:
        """As `Store.pieces`, in ranges: each is a call with its own time and tries."""
        path = path_of(name)
        size = self._asked(lambda: obstore.head(self._bucket, path))["size"]
        end = size if length is None else min(first + length, size)
        for start in range(first, end, PIECE_BYTES):
            until = min(start + PIECE_BYTES, end)
            yield bytes(self._asked(self._range(path, start, until)))

    def _range(self, path: str, start: int, end: int) -> Callable[[], Any]:
        return lambda: obstore.get_range(self._bucket, path, start=start, end=end)

    def has(self, name: str) -> bool:
        path = path_of(name)
        try:
            self._asked(lambda: obstore.head(self._bucket, path))
        except Missing:
            return False
        return True

    def remove(self, name: str) -> None:
        path = path_of(name)
        try:
            self._asked(lambda: obstore.delete(self._bucket, path))
        except Missing:
            return

    def names(self) -> Iterator[str]:
        for name, _ in self._found():
            yield name

    def names_before(self, time: str) -> Iterator[str]:
        before = clock.to_datetime(time)
        for name, put_at in self._found():
            if put_at < before:
                yield name

    def passing(self) -> Iterator[str]:
        for found in self._listed(APART):
            name = found["path"].rpartition("/")[2]
            if PASSING.fullmatch(name):
                yield name

    def drop_drafts(self, time: str) -> None:
        """As `Store.drop_drafts`: a bucket has none."""

    def _found(self) -> Iterator[tuple[str, datetime]]:
        for found in self._listed():
            name = "".join(found["path"].rpartition("/")[0][-2:]) + found["path"][-62:]
            if NAME.fullmatch(name):
                yield name, found["last_modified"]

    def _listed(self, prefix: str | None = None) -> Iterator[Any]:
        # Nothing is asked before the first batch is wanted.
        batches = iter(obstore.list(self._bucket, prefix=prefix))
        while batch := self._of_bucket(lambda: next(batches, None)):
            yield from batch

    def _of_bucket(self, call: Callable[[], T]) -> T:
        """As `_asked`, of what can lack nothing but the bucket itself. Raises Unavailable."""
        try:
            return self._asked(call)
        except Missing as missing:
            raise self._away("there is no such bucket") from missing

    def _asked(self, call: Callable[[], T]) -> T:
        """What the bucket answers. Raises Missing, Unavailable."""
        try:
            return call()
        except (FileNotFoundError, exceptions.NotFoundError) as error:
            if "bucket" in str(error).lower() and "NoSuchBucket" in str(error):
                raise self._away("there is no such bucket") from error
            raise Missing(str(error)) from error
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as error:
            raise self._away("it does not let CVD in") from error
        except AWAY as error:
            raise self._away("it does not answer") from error

    def _away(self, why: str) -> Unavailable:
        return Unavailable(
            f"Files are kept at {self._url}, but {why}; nothing was saved. Try again, or tell "
            "your administrator.",
            retry_after=RETRY_AFTER_S,
        )
