"""Gateway: from granian's asynchronous interface (RSGI) to a WSGI application.

Bodies are awaited, so that a phone with a bad signal, or whoever sends slowly on
purpose, holds up nobody. Requests then run one by one, where the loop (lane.py) runs
them: under the interpreter's lock more at once only take turns, and handing a request
to another thread costs more than most requests do.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # documented there

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

BODILESS = ("GET", "HEAD", "OPTIONS")
# Names that WSGI writes without the prefix of a header.
PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
MOST_LENGTH_DIGITS = 18
# What is the same for every request.
SAME: WSGIEnvironment = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.input_terminated": True,
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}

Answered = tuple[int, list[tuple[str, str]], bytes]


class Gateway:
    """Serves a WSGI application; `at_once` is how many of its requests run at the same time.

    Of a body no more is read than `most_bytes`, and nothing of one that says it is
    longer: the application refuses it. `close` runs when the last answer is sent.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        at_once: int,
        most_bytes: int,
        close: Callable[[], None],
    ) -> None:
        self._app = app
        self._close = close
        self._most_bytes = most_bytes
        self._threads = ThreadPoolExecutor(at_once) if at_once > 1 else None

    def __rsgi_del__(self, _: asyncio.AbstractEventLoop) -> None:
        """The worker was asked to stop."""
        if self._threads is not None:
            self._threads.shutdown()
        self._close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        environ = environment(scope)
        if scope.method not in BODILESS:
            try:
                environ["wsgi.input"] = io.BytesIO(await self._body(environ, protocol))
            except ProtocolClosed:
                return  # who asked has gone before all was said
        if self._threads is None:
            answered = self._run(environ)
        else:
            loop = asyncio.get_running_loop()
            answered = await loop.run_in_executor(self._threads, self._run, environ)
        protocol.response_bytes(*answered)

    async def _body(self, environ: WSGIEnvironment, protocol: Any) -> bytes:
        stated = environ.get("CONTENT_LENGTH")
        if stated:
            if len(stated) > MOST_LENGTH_DIGITS or int(stated) > self._most_bytes:
                return b""
            whole: bytes = await protocol()
            return whole
        body = bytearray()
        async for chunk in protocol:
            body += chunk
            if len(body) >= self._most_bytes:
                break
        return bytes(body)

    def _run(self, environ: WSGIEnvironment) -> Answered:
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            began.append((status, headers))

        chunks = self._app(environ, start)
        try:
            body = b"".join(chunks)
        finally:
            _close(chunks)
        status, headers = began[0]
        return int(status[:3]), headers, body


def environment(scope: Any) -> WSGIEnvironment:
    """The WSGI environment (PEP 3333) of an RSGI scope, with an empty body."""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        **SAME,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _latin(scope.path),
        "QUERY_STRING": _latin(scope.query_string),
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        _add_header(environ, name, value)
    return environ


def _add_header(environ: WSGIEnvironment, name: str, value: str) -> None:
    key = PLAIN.get(name)
    if key is None:
        # An underscore would come out as the dash of another name, which a proxy has vouched for.
        if "_" in name:
            return
        key = "HTTP_" + name.upper().replace("-", "_")
    value = _latin(value)
    if key in environ:
        # HTTP/2 sends cookies in parts (RFC 9113, 8.2.3); other lists are joined by commas.
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ', '}{value}"
    environ[key] = value


def _latin(text: str) -> str:
    return text if text.isascii() else text.encode().decode("latin-1")


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
