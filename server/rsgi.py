"""Gateway: from granian's asynchronous interface (RSGI) to a WSGI application.

Bodies are awaited, so that nobody is held up by a phone with a bad signal, or by somebody
who sends slowly on purpose. The head of a request decides how long its body may be.

Requests that wait for nothing then run one by one in the thread of the event loop. Under
the interpreter's lock several at once would only take turns, and handing one to another
thread costs more than some requests do. A request that may wait for a lock, a hash or a database
server is an errand of other threads (threads.py), so that nobody else waits for it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Protocol

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # documented there

from contract import FORMAT_PARAMETER, LONG, READING, WRITING, Operation
from errors import Malformed, StorageFull, Unavailable
from server.doorkeeper import Doorkeeper, Visit
from server.spool import STEP_BYTES, Spool
from server.stopping import StoppingLoop
from server.streaming import Streamed, deliver, spooled
from server.threads import Full, Threads
from storage.engines.base import BUSY_SENTENCE
from web.binding import UNKNOWN_BYTES
from web.call import APART, IN_PIECES, MOST_BYTES, REFUSAL

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODILESS = ("GET", "HEAD", "OPTIONS")
# The headers that browsers send, by the names that WSGI gives them; others are named one by one.
USUAL = """
    accept accept-encoding accept-language authorization cookie host idempotency-key if-none-match
    origin referer sec-fetch-dest sec-fetch-mode sec-fetch-site user-agent x-forwarded-for
    x-forwarded-host x-forwarded-proto x-request-id
"""
NAMES = {name: "HTTP_" + name.upper().replace("-", "_") for name in USUAL.split()} | {
    "content-type": "CONTENT_TYPE",
    "content-length": "CONTENT_LENGTH",
}
AS_SHEET = f"{FORMAT_PARAMETER}="
# The threads that write long bodies to the disk.
SPOOL = "spool"
MOST_LENGTH_DIGITS = 18
FINISH_WITHIN_S = 4.0
CUT_SENTENCE = "The request ended before its body was whole; nothing was changed. Send it again."
FULL_SENTENCE = "CVD takes in as much at the moment as it can hold; nothing was changed. Try again."
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


class Served(Protocol):
    """What the gateway asks the application besides its answers."""

    def wsgi_app(self, environ: WSGIEnvironment, start: StartResponse, /) -> Iterable[bytes]: ...

    def operation_of(self, environ: WSGIEnvironment) -> Operation | None: ...

    def most_bytes(self, operation: Operation, environ: WSGIEnvironment) -> int: ...


class Gateway:
    """Serves an application.

    `threads` names where operations run by what they wait for; what is not named there
    runs in the thread of the event loop. `close` runs when the last answer is sent.
    """

    def __init__(
        self,
        app: Served,
        *,
        threads: Mapping[str, Threads],
        doorkeeper: Doorkeeper,
        close: Callable[[], None],
    ) -> None:
        self._app = app
        self._threads = threads
        self._doorkeeper = doorkeeper
        self._close = close

    def __rsgi_init__(self, loop: StoppingLoop) -> None:
        """The worker begins to serve."""
        self._doorkeeper.watch(loop.stopping)

    def __rsgi_del__(self, _: StoppingLoop) -> None:
        """The worker was asked to stop."""
        for threads in set(self._threads.values()):
            threads.finish(FINISH_WITHIN_S)
        self._close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        environ = environment(scope)
        body: IO[bytes] | None = None
        environ[APART] = self._apart
        operation = self._app.operation_of(environ)
        visit = self._doorkeeper.begin(scope.client, is_plain=_is_plain(environ))
        try:
            if environ["REQUEST_METHOD"] not in BODILESS:
                visit.arrive()
                try:
                    body = await self._body(operation, environ, protocol, visit)
                    environ["wsgi.input"] = body
                except ProtocolClosed:
                    # Who only stopped sending may still listen.
                    environ[REFUSAL] = Malformed(CUT_SENTENCE)
                visit.is_arriving = False
            threads = self._threads_for(operation, environ)
            if threads is None or REFUSAL in environ:
                self._answer(environ, protocol)
            else:
                await self._answer_apart(threads, environ, protocol, visit)
        except ProtocolClosed:
            return  # who asked has gone before all was said
        finally:
            # It and werkzeug's request hold each other, and both hold the body.
            environ.clear()
            if body is not None:
                body.close()
            self._doorkeeper.end(visit)

    def _threads_for(self, operation: Operation | None, environ: WSGIEnvironment) -> Threads | None:
        if operation is None:
            return None
        # All pages of a list, which may be many.
        if operation.sheet and AS_SHEET in environ["QUERY_STRING"]:
            return self._threads.get(LONG)
        return self._threads.get(operation.waits_for)

    async def _body(
        self, operation: Operation | None, environ: WSGIEnvironment, protocol: Any, visit: Visit
    ) -> IO[bytes]:
        """The body, or as much of it as shows the application that it is too long."""
        most, stated = UNKNOWN_BYTES, _stated_length(environ)
        if stated is not None and stated <= most:
            whole: bytes = await protocol()
            return io.BytesIO(self._held(visit, whole, environ))
        if stated is not None:
            most = await self._most_bytes(operation, environ)
            if stated > most:
                return io.BytesIO()
        if operation is not None and operation.body and operation.body.most_bytes:
            return await self._spooled(operation, environ, protocol, visit)
        body = io.BytesIO()
        async for chunk in protocol:
            body.write(self._held(visit, chunk, environ))
            if REFUSAL in environ:
                return io.BytesIO()
            if body.tell() > most and MOST_BYTES not in environ:
                most = await self._most_bytes(operation, environ)
            if body.tell() > most:
                break
        if stated is not None and body.tell() < stated:
            raise ProtocolClosed
        body.seek(0)
        return body

    async def _spooled(
        self, operation: Operation, environ: WSGIEnvironment, protocol: Any, visit: Visit
    ) -> IO[bytes]:
        """The same of a body that may be long: on the disk, but for what has just come."""
        spool, stated = Spool(), _stated_length(environ)
        most = environ.get(MOST_BYTES, UNKNOWN_BYTES)
        try:
            async for chunk in protocol:
                spool.add(self._held(visit, chunk, environ))
                if spool.length > most and MOST_BYTES not in environ:
                    most = await self._most_bytes(operation, environ)
                if REFUSAL in environ or spool.length > most:
                    break
                if spool.waiting >= STEP_BYTES:
                    await self._to_disk(spool, environ, visit)
            if stated is None or spool.length >= min(stated, most) or REFUSAL in environ:
                return await self._whole(spool, environ, visit)
        except BaseException:
            spool.close()
            raise
        spool.close()
        raise ProtocolClosed

    async def _whole(self, spool: Spool, environ: WSGIEnvironment, visit: Visit) -> IO[bytes]:
        if REFUSAL not in environ:
            await self._to_disk(spool, environ, visit)
        if REFUSAL not in environ:
            return spool.whole()
        spool.close()
        return io.BytesIO()

    async def _to_disk(self, spool: Spool, environ: WSGIEnvironment, visit: Visit) -> None:
        """A slow disk holds up nobody else; where it has no room, the request is refused."""
        if not self._doorkeeper.spool(visit, spool.waiting):
            environ[REFUSAL] = Unavailable(FULL_SENTENCE)
            return
        try:
            await self._threads[SPOOL].run(spool.write)
        except Full:
            environ[REFUSAL] = Unavailable(FULL_SENTENCE)
        except OSError as error:
            environ[REFUSAL] = StorageFull(f"The file could not be kept: {error.strerror}.")

    def _held(self, visit: Visit, content: bytes, environ: WSGIEnvironment) -> bytes:
        if self._doorkeeper.hold(visit, len(content)):
            return content
        environ[REFUSAL] = Unavailable(FULL_SENTENCE)
        return b""

    async def _most_bytes(self, operation: Operation | None, environ: WSGIEnvironment) -> int:
        """How long the body may be; known from now on to the application too."""
        most = UNKNOWN_BYTES
        threads = self._threads.get(READING)
        if operation is not None and threads is None:
            most = self._app.most_bytes(operation, environ)
        elif operation is not None and threads is not None:
            with suppress(Full):
                most = await threads.run(partial(self._app.most_bytes, operation, environ))
        environ[MOST_BYTES] = most
        return most

    async def _answer_apart(
        self, threads: Threads, environ: WSGIEnvironment, protocol: Any, visit: Visit
    ) -> None:
        try:
            streamed: Streamed | None = await threads.run(
                partial(self._answer, environ, protocol, visit)
            )
        except Full:
            environ[REFUSAL] = Unavailable(BUSY_SENTENCE)
            self._answer(environ, protocol)
            return
        if streamed is not None:
            with streamed.file:
                await deliver(protocol, streamed, partial(self._doorkeeper.cut, visit))

    def _apart(self, work: Callable[[], None]) -> None:
        """Where nobody can do it now, it is not done: the next request asks for it again."""
        with suppress(Full):
            self._threads[WRITING].begin(work)

    def _answer(
        self, environ: WSGIEnvironment, protocol: Any, visit: Visit | None = None
    ) -> Streamed | None:
        """Send the answer; one in pieces that has its `visit` is returned, to be delivered."""
        began: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            began.append((status, headers))

        chunks = self._app.wsgi_app(environ, start)
        try:
            if IN_PIECES in environ and visit is not None:
                file = spooled(chunks, partial(self._make_room, visit))
            else:
                file, body = None, b"".join(chunks)
        except Exception as error:  # noqa: BLE001  # nothing was sent: it can still be said
            environ.pop(IN_PIECES, None)
            environ[REFUSAL] = error
            return self._answer(environ, protocol)
        finally:
            _close(chunks)
        status, headers = began[0]
        if file is not None:
            return Streamed(int(status[:3]), headers, file)
        protocol.response_bytes(int(status[:3]), headers, body)
        return None

    def _make_room(self, visit: Visit, count: int) -> None:
        if not self._doorkeeper.spool(visit, count, is_held=False):
            raise Unavailable(FULL_SENTENCE)


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
    key = NAMES.get(name)
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


def _stated_length(environ: WSGIEnvironment) -> int | None:
    """How long the body is said to be; more than anybody takes where that is no number."""
    stated = environ.get("CONTENT_LENGTH")
    if not stated:
        return None
    return int(stated[:MOST_LENGTH_DIGITS])


def _is_plain(environ: WSGIEnvironment) -> bool:
    """Whether bytes that are put on the connection are what the other end reads."""
    protocol: str = environ["SERVER_PROTOCOL"]
    return environ["wsgi.url_scheme"] == "http" and protocol.startswith("HTTP/1")


def _latin(text: str) -> str:
    return text if text.isascii() else text.encode().decode("latin-1")


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
