"""A run of the tests fails by what it leaves: processes, temporary files, files in the checkout.

A run has a temporary folder of its own. Whatever it starts inherits the name of that folder
(TMPDIR), and so is known from whatever else the machine is doing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import util
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import pytest

from tests.kit.memory import memory

FOLDER = "TMPDIR"
# Where pytest makes `tmp_path`: it keeps there what a failed test wrote.
OF_PYTEST = "PYTEST_DEBUG_TEMPROOT"
# What was told to end may take a moment, in seconds; who takes longer is not going to.
PATIENCE = "TESTS_END_WITHIN_S"
# Tools keep these from run to run, and people read the reports in the last two.
KEPT = {
    *("__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", "node_modules"),
    *(".venv", ".coverage", "htmlcov", "built", "build", "screenshots"),
}
# Files of a database on PostgreSQL come and go with the tests there, which may run beside these;
# whether one is left, PostgresqlServer.close asks.
OF_A_DATABASE = "cvd_test_"
# These of multiprocessing end with the process that started them, which asks here.
HELPERS = ("from multiprocessing.resource_tracker", "from multiprocessing.forkserver")
# Of those who clear up at the end of a process, up to multiprocessing's own folder.
SOCKETS_GO_AT = -100
PREFIX = "cvd-tests-"
# Of multiprocessing: the sockets of those helpers. Who ends slowly, or by a signal, leaves it.
SOCKETS = "pymp-"
RUN: pytest.StashKey[Run] = pytest.StashKey()


@dataclass(frozen=True)
class Run:
    """A run of the tests: its temporary folder, and what git said of the checkout before it."""

    folder: Path
    checkout: Path
    before: frozenset[str]

    def left(self) -> list[str]:
        """A line for each thing that is left, once what was ending has ended."""
        deadline = time.monotonic() + float(os.environ.get(PATIENCE, "60"))
        while (found := self._left()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def _left(self) -> list[str]:
        processes = [f"process {pid}: {command}" for pid, command in started_in(self.folder)]
        places = sorted(self.folder.iterdir())
        files = [f"temporary: {path}" for path in places if not path.name.startswith(SOCKETS)]
        return processes + files + sorted(self.left_of(state(self.checkout)))

    def left_of(self, after: Set[str]) -> set[str]:
        """What changed; where somebody is at work, only new files that git ignores: databases."""
        new = after - self.before
        return {line for line in new if not self.before or line.startswith("!!")}


def begin(checkout: Path) -> Run:
    """Give this process, and all that it starts, a temporary folder of the run's own."""
    around = Path(tempfile.gettempdir())
    os.environ.setdefault(OF_PYTEST, str(around))
    # A run that a test started lies in that of the test.
    place = around if PREFIX in str(around) else memory()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    # PostgreSQL is another user where the tests are run by root.
    folder.chmod(0o711)
    os.environ[FOLDER] = tempfile.tempdir = str(folder)
    # After whatever multiprocessing removes at the end, which is in there.
    Finalize(None, shutil.rmtree, [folder], {"ignore_errors": True}, exitpriority=-1000)
    return Run(folder, checkout, state(checkout))


def state(checkout: Path) -> frozenset[str]:
    """The lines of `git status`, without what is kept; none where git does not know."""
    asked = ["git", "status", "--porcelain", "--untracked-files=all", "--ignored=matching"]
    with suppress(FileNotFoundError):
        done = subprocess.run(asked, cwd=checkout, capture_output=True, text=True, check=False)
        return frozenset(line for line in done.stdout.splitlines() if not _is_kept(line[3:]))
    return frozenset()


def _is_kept(name: str) -> bool:
    # A dot before what a process wrote that was killed at it.
    return name.lstrip(".").startswith(OF_A_DATABASE) or bool(KEPT.intersection(Path(name).parts))


def started_in(folder: Path) -> Iterator[tuple[int, str]]:
    """(pid, command) of each process that a run with this folder started, where /proc tells."""
    mine = (f"{FOLDER}={folder}\0".encode(), f"{FOLDER}={folder}/".encode())
    for process in Path("/proc").glob("[0-9]*"):
        # Gone by now, or somebody else's. A process that is dead and not waited for has no command.
        with suppress(OSError):
            if any(each in (process / "environ").read_bytes() for each in mine):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                pid = int(process.name)
                if command and pid != os.getpid() and not _is_helper(process, command):
                    yield pid, command


def _is_helper(process: Path, command: str) -> bool:
    parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
    return int(parent) == os.getpid() and any(each in command for each in HELPERS)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # A worker is part of the run that started it.
    if not hasattr(config, "workerinput"):
        config.stash[RUN] = begin(config.rootpath)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """After the workers have ended, for this wraps the hook that ends them."""
    yield
    run = session.config.stash.get(RUN, None)
    if run is None:
        # A worker that does not end within ten seconds of its last word is killed.
        util._run_finalizers(SOCKETS_GO_AT)  # type: ignore[attr-defined]
        return
    found = run.left()
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    for line in found:
        reporter.write_line(f"LEFT BEHIND {line}", red=True)
    if found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
