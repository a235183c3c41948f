"""System calls of a running process that fail, or kill it, when the test says so."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STRACE = "strace"
PATIENCE_S = 1.0
LONG_S = 30.0
# Which of the two an SQLite uses depends on how it was built.
SYNCS = "fsync,fdatasync"


class Tracer:
    """What strace saw of the process it is attached to."""

    def __init__(self, process: subprocess.Popen[str], seen: Path) -> None:
        self._process = process
        self._seen = seen

    @property
    def injected(self) -> int:
        """How many calls were made to fail so far; strace writes them down at once."""
        return self._seen.read_text().count("(INJECTED)")

    def injects_soon(self) -> bool:
        """Whether a call is made to fail within a while: some is done beside the answer."""
        deadline = time.monotonic() + LONG_S
        while not self.injected and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.injected > 0

    def wait(self) -> None:
        """Until the process has ended."""
        self._process.wait()


@contextmanager
def tampering(pid: int, calls: str, what: str, when: str, seen: Path) -> Iterator[Tracer]:
    """Attached to the process and its threads: `calls` meet `what` at occurrence `when`.

    `what` is `error=EIO` or `signal=KILL`, `when` counts from 1 in each thread: `3` is
    the third, `3+` the third and all that follow.
    """
    command = [STRACE, "-f", "-p", str(pid), "-o", str(seen), "-e", f"trace={calls}"]
    with subprocess.Popen(
        [*command, "-e", f"inject={calls}:{what}:when={when}"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        try:
            assert "attached" in told, told
            yield Tracer(process, seen)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:  # it waits for threads that were killed
                process.kill()


@functools.cache
def why_not() -> str | None:
    """Why system calls cannot be tampered with here; None where they can."""
    if not shutil.which(STRACE):
        return "strace is not installed"
    with subprocess.Popen(["sleep", "60"]) as subject:
        try:
            with tampering(subject.pid, "fsync", "error=EIO", "1", Path(os.devnull)):
                return None
        except AssertionError as told:
            return f"this system does not let strace attach to a process: {told}"
        finally:
            subject.kill()
