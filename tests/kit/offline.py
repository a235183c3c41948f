"""Commands without a network: they reach this machine by 127.0.0.1 and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# A new network has a loopback that is down.
UP = """
import fcntl, os, socket, struct, sys
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket() as probe:
    fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
os.execvp(sys.argv[1], sys.argv[1:])
"""
ALONE = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--net")
OFFLINE = (*ALONE, sys.executable, "-c", UP)


def needs_offline() -> pytest.MarkDecorator:
    """Skips where nobody here may make a network of their own."""
    may = (
        shutil.which("unshare")
        and not subprocess.run([*OFFLINE, "true"], capture_output=True, check=False).returncode
    )
    return pytest.mark.skipif(not may, reason="no network of one's own can be made here")


def run_offline(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A script of the plain shell, in this folder, with few variables and none of pip's."""
    return subprocess.run(
        [*OFFLINE, "sh", "-eu", "-c", script],
        cwd=folder,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "PIP_CONFIG_FILE": os.devnull,
            **variables,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
