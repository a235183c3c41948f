"""Whether this machine can run CVD, before anything is installed: `python3 scripts/verify_env.py`.

It uses nothing but Python's own library and changes nothing. One line for each thing looked
at; it fails when CVD would not run, and warns of what it would lack.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import resource
import shutil
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
# The program with its libraries, and room for the first backups.
LEAST_FREE_BYTES = 2 * 2**30
LEAST_MEMORY_BYTES = 2**30
LEAST_OPEN_FILES = 1024
# A clock before this release was written gives every record a wrong time.
EARLIEST_YEAR = 2026
POSTGRESQL_TOOLS = ("pg_dump", "pg_restore")

# (level, sentence): ok, warning or failure.
Finding = tuple[str, str]


def main() -> int:
    """1 when CVD would not run here."""
    findings = list(look())
    for level, sentence in findings:
        print(f"{level:<8}  {sentence}", file=sys.stdout if level == "ok" else sys.stderr)
    return 1 if any(level == "failure" for level, _ in findings) else 0


def look() -> Iterator[Finding]:
    """Every finding, the good ones too."""
    yield _python()
    yield _environments()
    yield _system()
    yield _folder(ROOT)
    yield _space(ROOT)
    yield _memory()
    yield _open_files()
    yield _clock()
    yield _port(os.environ.get("CVD_HOST", "127.0.0.1"), os.environ.get("CVD_PORT", "5000"))
    if os.environ.get("CVD_DATABASE_URL", "").startswith("postgres"):
        yield _postgresql_tools()


def _python() -> Finding:
    found = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return "failure", f"Python {found} is too old: CVD needs 3.11 or newer."
    return "ok", f"Python {found}."


def _environments() -> Finding:
    if importlib.util.find_spec("ensurepip") is None:
        return "failure", "Python cannot make environments; on Debian: apt install python3-venv."
    return "ok", "Python can make an environment of its own."


def _system() -> Finding:
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return "warning", f"{sys.platform} on {platform.machine()} is not tested."
    return "ok", f"Linux on {platform.machine()}."


def _folder(folder: Path) -> Finding:
    if not os.access(folder, os.W_OK):
        return "failure", f"{folder} cannot be written by {os.environ.get('USER', 'this user')}."
    return "ok", f"{folder} can be written."


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        return "failure", f"{free / 2**30:.1f} GiB are free at {folder}: 2 GiB are needed."
    return "ok", f"{free / 2**30:.0f} GiB are free."


def _memory() -> Finding:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if memory < LEAST_MEMORY_BYTES:
        return "warning", f"{memory / 2**20:.0f} MiB of memory are few: 1 GiB is comfortable."
    return "ok", f"{memory / 2**30:.1f} GiB of memory."


def _open_files() -> Finding:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if 0 <= most < LEAST_OPEN_FILES:
        return "warning", f"A process may open {most} files: allow 1,024 for many connections."
    return "ok", "Enough files may be open at once."


def _clock() -> Finding:
    year = datetime.now(UTC).year
    if year < EARLIEST_YEAR:
        return "failure", f"The clock says {year}: set it, for every record has its time."
    return "ok", "The clock may be right."


def _port(host: str, port: str) -> Finding:
    try:
        found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(found[0], found[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[4])
    except (OSError, ValueError, OverflowError) as error:
        return "warning", f"Port {port} on {host} cannot be used now ({error}): see CVD_PORT."
    return "ok", f"Port {port} on {host} is free."


def _postgresql_tools() -> Finding:
    missing = [tool for tool in POSTGRESQL_TOOLS if not shutil.which(tool)]
    if missing:
        return "warning", f"{' and '.join(missing)} are missing: no backup of PostgreSQL without."
    return "ok", "PostgreSQL's client programs are here."


if __name__ == "__main__":
    raise SystemExit(main())
