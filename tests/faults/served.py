"""The real server over a database, in processes that can be killed or traced from outside.

A planted fault is a script written beside the test that patches the program and
then serves: nothing in the program itself can be switched to misbehave.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.job_keeper import PROCESS_NAME
from settings import PROJECT
from tests.faults.nursery import Child
from tests.kit.people import COOKIE

READY_WITHIN_S = 300
ANSWER_WITHIN_S = 60
# The server lets go of a connection on which it hears nothing for 15 s (HEAD_WITHIN_MS): what asks
# opens another before that, as browsers and proxies do.
IDLE_S = 5
SET = "set-cookie"
# The shipped server but for the name of a request, by which a harness finds in the audit log
# what became of it: its own, where the shipped server seals one that nobody can choose.
NAMED = """
from web import call

begin = call.Call.__init__

def named(self, environ):
    begin(self, environ)
    self.request_id = self.client_request_id or self.request_id

call.Call.__init__ = named
"""
SERVE = """
if __name__ == "__main__":
    from flask.cli import main
    sys.argv = ["flask", "--app", "{program}", "serve"]
    main()
"""


@dataclass(frozen=True)
class Reply:
    """An answer that arrived whole; `json` is None where the body is not JSON, and `cookies`
    are those that it sets, by name."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        kind = self.headers.get("content-type", "")
        return json.loads(self.body) if kind.split(";")[0].endswith("json") else None

    def __str__(self) -> str:
        return f"{self.status} {self.body[:500].decode(errors='replace')}"


class Gone(Exception):
    """No whole answer came: what was asked may have been done once, or not at all.

    `from_port` is where the connection began; None where there was none.
    """

    def __init__(self, why: str, from_port: int | None = None) -> None:
        super().__init__(why)
        self.from_port = from_port


class Client:
    """Somebody signed in at a server, on one connection that is opened when it is needed."""

    def __init__(self, port: int, token: str) -> None:
        self._cookie = f"{COOKIE}={token}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_WITHIN_S)
        self._from_port: int | None = None
        self._used_at = 0.0

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """The reply; header names are written with underscores. Raises Gone."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        try:
            if time.monotonic() - self._used_at > IDLE_S:
                self.close()
            if self._connection.sock is None:
                self._from_port = None
                self._connection.connect()
                opened: Any = self._connection.sock
                self._from_port = opened.getsockname()[1]
            self._connection.request(method, path, body, {"Cookie": self._cookie, **named})
            answer = self._connection.getresponse()
            content = answer.read()
            self._used_at = time.monotonic()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Gone(repr(error), self._from_port) from error
        given = [(name.lower(), text) for name, text in answer.getheaders()]
        set_here = [text.partition(";")[0].partition("=") for name, text in given if name == SET]
        cookies = {name: value for name, _, value in set_here}
        return Reply(answer.status, dict(given), content, cookies)

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def close(self) -> None:
        self._connection.close()


class Server:
    """`flask serve` on a free port of this machine, or a script that does the same.

    `folder` is that of another release's program; it starts as a process of its own.
    """

    def __init__(
        self,
        database_url: str,
        output: Path,
        *,
        plant: str | None = None,
        workers: int = 1,
        threads: int = 1,
        folder: Path = PROJECT,
        **settings: Any,
    ) -> None:
        self.port = free_port()
        self.output = output
        script = output.with_suffix(".serve.py")
        path = f"import sys\nsys.path.insert(0, {str(folder)!r})\n"
        serve = SERVE.format(program=folder / "app.py")
        script.write_text(f"{path}{NAMED}{plant or ''}\n{serve}")
        others = {name: text for name, text in os.environ.items() if not name.startswith("CVD_")}
        mine = {
            "CVD_DATABASE_URL": database_url,
            "CVD_HOST": "127.0.0.1",
            "CVD_PORT": str(self.port),
            "CVD_TIME_ZONE": "UTC",
            "CVD_WORKERS": str(workers),
            "CVD_THREADS": str(threads),
            "CVD_LOG_LEVEL": "warning",
            # Who does jobs comes and goes beside those that a harness watches.
            "CVD_JOB_WORKERS": "0",
            # A harness asks as often as it can.
            "CVD_LIMIT_READING": "0",
            "CVD_LIMIT_WRITING": "0",
            "CVD_LIMIT_COSTLY": "0",
            **{f"CVD_{name.upper()}": str(value) for name, value in settings.items()},
        }
        output.touch()
        self.process: Child | subprocess.Popen[bytes]
        if folder == PROJECT:
            self.process = Child(script, others | mine, output)
        else:
            known = (folder / "settings.py").read_text()
            mine = {name: text for name, text in mine.items() if f"{name[4:].lower()}: " in known}
            self.process = _started_apart(script, others | mine, output, folder)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            with suppress(Gone), closing(Client(self.port, "")) as nobody:
                if nobody.get("/api/health/ready").status == 200:
                    return
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def workers(self) -> list[int]:
        """The processes that answer requests; none where the server has ended."""
        return [pid for pid in self._children() if _name_of(pid) != PROCESS_NAME]

    def job_workers(self) -> list[int]:
        """The processes that do jobs."""
        return [pid for pid in self._children() if _name_of(pid) == PROCESS_NAME]

    def _children(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            return [int(pid) for pid in children.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            return []

    def kill(self) -> None:
        """SIGKILL for every process at once, as the kernel or a power cut would have it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        # One that had no time to be the first of a group.
        self.process.kill()
        self.process.wait()

    def kill_alone(self) -> None:
        """SIGKILL for the server's own process, and for none of its workers."""
        self.process.kill()
        self.process.wait()

    def kill_worker(self) -> None:
        """SIGKILL for one worker, until it is gone; the server replaces it by itself."""
        workers = self.workers()
        assert workers, "the server ended with its worker"
        worker = workers[0]
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        # While it is dying, its socket still takes connections, and then resets them.
        while is_running(worker):
            time.sleep(0.005)

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def log(self) -> str:
        return self.output.read_text(errors="replace")


@contextmanager
def serving(database_url: str, output: Path, **options: Any) -> Iterator[Server]:
    """A server that is ready; whatever is left of it at the end is killed."""
    server = Server(database_url, output, **options)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.kill()


def _started_apart(
    script: Path, environment: dict[str, str], output: Path, folder: Path
) -> subprocess.Popen[bytes]:
    with output.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, script],
            env=environment,
            cwd=folder,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )


def is_running(pid: int) -> bool:
    """Whether a process still has anything open."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
