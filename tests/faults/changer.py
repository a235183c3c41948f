"""Changes databases on request, each time in a process of its own that can be killed.

For each line `CHANGE PATH` on standard input it starts a process, says its id,
waits for the tracer's word (any line), lets it run, and says its exit code.
Starting from a process that has loaded everything makes each try cheap.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from yoyo import get_backend, read_migrations

from storage import backup, migrate


def change(what: str, path: str) -> None:
    """Upgrade, roll back or restore, as CVD does it; or upgrade and roll back as yoyo does."""
    url = f"sqlite:///{path}"
    if what == "up":
        migrate.upgrade(url)
    elif what == "down":
        migrate.rollback(url, to="0000")
    elif what == "restore":
        backup.restore(url, backup_for(path))
    else:
        stock_change(what, path)


def backup_for(path: str) -> Path:
    """The backup that is restored over a database: it lies beside the folder of that."""
    return Path(path).parent.with_suffix(".backup")


def stock_change(what: str, path: str) -> None:
    """The same with yoyo's own backend, whose lock a killed run has left behind."""
    backend = get_backend(f"sqlite:///{path}")
    try:
        backend.break_lock()
        migrations = read_migrations(str(migrate.MIGRATIONS))
        with backend.lock():
            if what == "stock-up":
                backend.apply_migrations(backend.to_apply(migrations))
            else:
                backend.rollback_migrations(backend.to_rollback(migrations))
    finally:
        backend.connection.close()


def main() -> None:
    """Serve requests until the end of the input."""
    for line in sys.stdin:
        what, path = line.split()
        pid = os.fork()
        if pid == 0:
            # The answers are ours: yoyo's own runner prints what SQLite asks itself meanwhile.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            os.kill(os.getpid(), signal.SIGSTOP)
            change(what, path)
            os._exit(0)
        os.waitpid(pid, os.WUNTRACED)
        say(pid)
        sys.stdin.readline()
        os.kill(pid, signal.SIGCONT)
        say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
