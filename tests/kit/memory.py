"""Memory: a folder in it for what nobody keeps, and how much of it a test takes."""

from __future__ import annotations

import ctypes
import gc
import re
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


class Taken:
    """What this process takes from now on, at most: other tests of its took theirs before."""

    def __init__(self) -> None:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._begun = _kib("VmRSS")

    def most_kib(self) -> int:
        """KiB more than at the beginning, at the time when it was most."""
        return _kib("VmHWM") - self._begun


def _kib(line: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(rf"{line}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1])
