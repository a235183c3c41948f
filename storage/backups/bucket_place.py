"""A bucket with a vault in it."""

from __future__ import annotations

from collections.abc import Iterator

import obstore

from errors import Unavailable
from storage.backups.places import Absent
from storage.files.bucket import RETRY_AFTER_S, BucketStore
from storage.files.store import Missing


class BucketPlace(BucketStore):
    """Objects below the prefix of a URL. Raises Refused for a URL or a key file of no use."""

    def __init__(self, url: str) -> None:
        super().__init__(url, variable="CVD_BACKUP_URL")
        self.name = url

    def write(self, path: str, content: bytes) -> None:
        """As `Place.write`."""
        self._of_bucket(lambda: obstore.put(self._bucket, path, content, use_multipart=False))

    def read(self, path: str) -> bytes:
        """As `Place.read`."""
        try:
            return bytes(self._asked(lambda: obstore.get(self._bucket, path).bytes()))
        except Missing as missing:
            raise Absent(f"{path} is missing in {self.name}.") from missing

    def erase(self, path: str) -> None:
        """As `Place.erase`."""
        try:
            self._asked(lambda: obstore.delete(self._bucket, path))
        except Missing:
            return

    def paths(self, folder: str) -> Iterator[str]:
        """As `Place.paths`."""
        for batch in self._of_bucket(lambda: list(obstore.list(self._bucket, prefix=folder))):
            yield from (found["path"] for found in batch)

    def _away(self, why: str) -> Unavailable:
        return Unavailable(
            f"Backups are kept at {self.name}, but {why}.", retry_after=RETRY_AFTER_S
        )
