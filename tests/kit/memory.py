"""A folder in memory for what the tests write and nobody keeps."""

from __future__ import annotations

import shutil
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3


def memory() -> Path | None:
    """Where there is one with room to spare; None means the usual temporary folder.

    A container's is often 64 MB.
    """
    if SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free >= ROOM:
        return SHARED_MEMORY
    return None
