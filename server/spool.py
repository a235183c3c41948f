"""The spool: a long body as it comes, in a file without a name instead of memory.

The file has no name from its beginning, so the kernel removes it with the process, however that
ends. It lies where `TMPDIR` says, in /var/tmp instead of /tmp, which is often memory.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import IO

# Bodies up to this stay in memory, and a longer one is written in steps of it.
STEP_BYTES = 256 * 1024
OFTEN_MEMORY = "/tmp"  # noqa: S108  # compared only
USUAL_FOLDER = Path("/var/tmp")  # noqa: S108  # files there have no names


def settle_folder() -> None:
    """Let temporary files of this process lie on a disk, where nobody said otherwise."""
    if tempfile.gettempdir() == OFTEN_MEMORY and os.access(USUAL_FOLDER, os.W_OK | os.X_OK):
        tempfile.tempdir = str(USUAL_FOLDER)


class Spool:
    """What has come of a body: `waiting` bytes in memory, the others in the file."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._chunks: list[bytes] = []
        self.waiting = 0
        self.length = 0

    def add(self, chunk: bytes) -> None:
        """Keep a chunk in memory."""
        self._chunks.append(chunk)
        self.waiting += len(chunk)
        self.length += len(chunk)

    def write(self) -> None:
        """Put what waits into the file. Raises OSError."""
        chunks, self._chunks, self.waiting = self._chunks, [], 0
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        self._file.writelines(chunks)

    def whole(self) -> IO[bytes]:
        """The file from its beginning; all of it must have been written."""
        if self._file is None:
            raise RuntimeError("nothing was written")
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Remove the file."""
        if self._file is not None:
            self._file.close()
