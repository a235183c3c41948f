"""The server: granian in front of the app, in worker processes of its own.

Granian speaks HTTP and TLS in Rust and runs Python in threads. Requests run one
by one in each worker: under the GIL more at once only take turns, and measured
slower. Bodies are awaited by further threads beforehand, so that a phone with a
bad signal, or whoever sends slowly on purpose, does not hold up the others. A
worker that dies is replaced.
"""

from __future__ import annotations

import io
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

import logs
from engines.base import Refused
from settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STOP_WITHIN_S = 10
# So many slow senders at once hold up nobody; each costs a thread, and its body in memory.
WAITING_THREADS = 8
CHUNK_BYTES = 64 * 1024
LOOK_FOR_SERVER_EVERY_S = 0.5


class BodyFirst:
    """A WSGI application whose requests take their turn when their body is there.

    `at_once` is how many run at the same time. Of a body no more is read than
    `most_bytes`, and nothing of one that says it is longer: the application refuses it.
    """

    def __init__(self, app: WSGIApplication, *, at_once: int, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._turn = threading.BoundedSemaphore(at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            environ["wsgi.input"] = self._body(environ)
            environ["wsgi.input_terminated"] = True
        with self._turn:
            return self._app(environ, start_response)

    def _body(self, environ: WSGIEnvironment) -> IO[bytes]:
        stated = environ.get("CONTENT_LENGTH") or "0"
        body = io.BytesIO()
        if len(stated) > 18 or (stated.isdigit() and int(stated) > self._most_bytes):
            return body
        stream = environ["wsgi.input"]
        while body.tell() < self._most_bytes and (chunk := stream.read(CHUNK_BYTES)):
            body.write(chunk)
        body.seek(0)
        return body


def serve(settings: Settings, on_start: Callable[[], Any]) -> None:
    """Serve until SIGINT or SIGTERM; `on_start` runs once the address is ours. Raises `Refused`."""
    granian = _granian(settings, _free_address(settings))
    granian.on_startup(on_start)
    logging.getLogger("_granian").addFilter(_is_worth_saying)
    granian.serve(target_loader=partial(_load_app, settings, os.getpid()), wrap_loader=False)


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """Not that there are many threads: those that await bodies do not compute."""
    return "Python threads" not in record.getMessage()


def _free_address(settings: Settings) -> str:
    """The host as a numeric address, once its port was found free.

    Granian shares its port with any process that asks likewise, so two servers
    would both start and each answer some of the requests.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(found[0], found[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[4])
            return str(found[4][0])
    except OSError as error:
        raise Refused(
            f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}); "
            "set CVD_PORT or CVD_HOST to another."
        ) from None


def _granian(settings: Settings, address: str) -> Any:
    try:
        return Granian(
            "app:create_app",
            address=address,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads + WAITING_THREADS,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_WITHIN_S,
            log_level=LogLevels.warning,
            ssl_cert=settings.tls_certificate,
            ssl_key=settings.tls_key,
        )
    except ssl.SSLError as error:
        raise Refused(
            f"CVD_TLS_CERTIFICATE and CVD_TLS_KEY are no matching pair ({error.reason})."
        ) from None


def _load_app(settings: Settings, server: int) -> Any:
    """The WSGI application, made in the worker: connections do not survive a fork."""
    from app import create_app
    from arguments import FORM_OVERHEAD_BYTES

    threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    logs.configure(settings)
    most_bytes = max(settings.max_body_bytes, settings.max_upload_bytes + FORM_OVERHEAD_BYTES)
    # One more, by which the application sees that a body of unstated length is too long.
    return BodyFirst(
        create_app(settings).wsgi_app, at_once=settings.threads, most_bytes=most_bytes + 1
    )


def _end_with(server: int) -> None:
    """End this worker when its server is gone.

    Where only the server's process was killed, a worker would keep the port and
    the database, and neither a new server nor an upgrade could start.
    """
    while os.getppid() == server:
        time.sleep(LOOK_FOR_SERVER_EVERY_S)
    os._exit(1)
