"""Processes that run a script of Python's with the program loaded already.

A server starts in half a second, all of it to load the same modules again. Here one process
loads them, once for many tests, and each script runs in a child that is forked from it. How
the shipped command starts is what tests/server/test_serve.py is about.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from settings import PROJECT

LOADED = ["cli", "app", "server.serve"]
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(LOADED)


class Child:
    """A process with a session of its own, known like one of `subprocess`."""

    def __init__(self, script: Path, environment: Mapping[str, str], output: Path) -> None:
        self._process = CONTEXT.Process(
            target=_run, args=(str(script), dict(environment), str(output))
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid
        # None until somebody has asked for it.
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, with a minus for the signal that ended it; None while it runs."""
        self.returncode = self._process.exitcode
        return self.returncode

    def wait(self, within_s: float | None = None) -> int:
        """Its exit code. Raises TimeoutExpired."""
        self._process.join(within_s)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("server", within_s or 0)
        return code

    def send_signal(self, number: int) -> None:
        # It is gone as soon as it has ended: nothing of it waits until somebody asks.
        with suppress(ProcessLookupError):
            if self.poll() is None:
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(script: str, environment: dict[str, str], output: str) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(written, number)
    os.close(written)
    os.chdir(PROJECT)
    # Its own children start as where nobody has chosen a way.
    multiprocessing.set_start_method(None, force=True)
    sys.argv = [script]
    runpy.run_path(script, run_name="__main__")
