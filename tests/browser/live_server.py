"""The real server in a process of its own, for a browser to talk to.

It is forked from a process that has loaded the program (tests/faults/nursery.py).
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.faults.nursery import Child

SERVE = """
import sys
from flask.cli import main
sys.argv = ["flask", "serve"]
main()
"""
START_WITHIN_S = 60
STOP_WITHIN_S = 15


@dataclass(frozen=True)
class LiveServer:
    """A server that answers at `address`; what it printed so far is in the file `output`."""

    address: str
    output: Path

    @property
    def setup_link(self) -> str:
        """The link for the first administrator, as the server printed it."""
        found = re.search(r"http\S+/pages/setup\.html#token=\S+", self.output.read_text())
        assert found, f"No setup link was printed: {self.output.read_text()}"
        return found[0]

    @property
    def printed_address(self) -> str:
        """The address of that link: what a browser keeps is of one host, by one name."""
        return self.setup_link.partition("/pages/")[0]


@contextmanager
def serving(database_url: str, output: Path, **variables: str) -> Iterator[LiveServer]:
    """`flask serve` over this database on a free port, until the end of the block.

    `variables` are added to its environment; an empty one takes away what is there, and
    {address} in one becomes the server's own.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    mine = {name: text for name, text in os.environ.items() if not name.startswith("CVD_")}
    mine |= {
        "CVD_DATABASE_URL": database_url,
        "CVD_HOST": "127.0.0.1",
        "CVD_PORT": str(port),
        "CVD_TIME_ZONE": "Europe/Berlin",
        **{name: text.replace("{address}", address) for name, text in variables.items()},
    }
    script = output.with_suffix(".serve.py")
    script.write_text(SERVE)
    process = Child(script, mine, output)
    try:
        server = LiveServer(address, output)
        _wait_until_ready(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: LiveServer, process: Child) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while True:
        try:
            with urlopen(f"{server.address}/api/health/ready", timeout=5):
                return
        except (URLError, OSError):
            assert process.poll() is None, server.output.read_text()
            assert time.monotonic() < deadline, server.output.read_text()
        time.sleep(0.02)
