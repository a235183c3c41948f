"""The check of a large database, in a process of its own beside the server.

It takes ten seconds or more a gigabyte, and nobody should wait for it. Every process sees
its outcome in the marks beside the file (database_file.py): on damage,
`/api/health/ready` answers 503 and nothing is written any more, while reading goes on.
It is no thread, because the server forks its workers and no open connection survives that.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from settings import PROJECT, Settings
from storage import checks, migrate
from storage.engines import database_file
from storage.engines.sqlite import is_safe_version

log = logging.getLogger("cvd.check")
# Of `nice`: work comes first, but the check must come to its end, for the log is kept until then.
NICENESS = 10
STOPPED = 3
COMMAND = (sys.executable, "-m", "server.check_beside")


class CheckBeside:
    """The check of one start; `is_due` where the database is too large to be checked first.

    `process` is the one that checks, once it has begun.
    """

    def __init__(self, settings: Settings) -> None:
        url = settings.database_url
        self._path = database_file.path_of(url) if migrate.dialect_of(url) == "sqlite" else None
        self._most_bytes = settings.max_checked_first_bytes
        self.process: subprocess.Popen[str] | None = None
        self._follower: threading.Thread | None = None

    @property
    def is_due(self) -> bool:
        """Whether the database is large enough to be checked beside."""
        # An unsafe SQLite has one process: nobody can look at its database beside it.
        return (
            self._path is not None
            and is_safe_version()
            and self._path.is_file()
            and self._path.stat().st_size > self._most_bytes
        )

    def start(self) -> None:
        """Begin, where it is due."""
        if self._path is None:
            return
        mark = database_file.checking_mark(self._path)
        if not self.is_due:
            mark.unlink(missing_ok=True)  # a server that was killed left it
            return
        mark.touch(mode=0o600)
        command = [*COMMAND, str(self._path), str(os.getpid())]
        self.process = subprocess.Popen(  # noqa: S603  # ours alone
            command, cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        self._follower = threading.Thread(
            target=self._follow, args=(self._path, self.process), daemon=True
        )
        self._follower.start()

    def stop(self) -> None:
        """End it, where it has not ended by itself; the database is closed then."""
        if self.process is None or self._follower is None:
            return
        self.process.terminate()
        self._follower.join()

    def _follow(self, path: Path, process: subprocess.Popen[str]) -> None:
        began = time.monotonic()
        log.info("%s is checked while it is served.", path.name)
        found, _ = process.communicate()
        database_file.checking_mark(path).unlink(missing_ok=True)
        if found:
            log.error(found.strip())
        elif process.returncode == 0:
            log.info("%s was found sound in %.0f s.", path.name, time.monotonic() - began)
        elif process.returncode in (STOPPED, -signal.SIGTERM):
            log.info("The check of %s was stopped before its end.", path.name)
        else:
            log.error("The check of %s broke off: run `flask check`.", path.name)


def _check(path: Path, server: int) -> int:
    """Check until told to stop, or until the server is gone; 0 when the database is sound.

    Interrupted rather than killed, because whoever closes the database last
    empties its log.
    """
    stops: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stops.append(number))
    # Ctrl-C is for the server, which stops this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    found = checks.check_content(path, is_unwanted=lambda: bool(stops) or os.getppid() != server)
    if stops and database_file.known_damage(path) is None:
        return STOPPED
    for finding in checks.failures(found):
        # At once, for this process may be ended the next moment.
        print(finding.message, flush=True)  # noqa: T201  # to the server, which logs it
    return 1 if checks.failures(found) else 0


if __name__ == "__main__":
    sys.exit(_check(Path(sys.argv[1]), int(sys.argv[2])))
