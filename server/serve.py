"""The server: granian in front of the app, in worker processes of its own.

Granian speaks HTTP and TLS in Rust; rsgi.py awaits the bodies and runs the
application, in threads apart (threads.py) where it may have to wait. A worker that
dies is replaced (supervisor.py).
"""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from granian import loops
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels, logger

from contract import HASH, LONG, READING, WRITING
from server.doorkeeper import Doorkeeper
from server.job_keeper import JobKeeper, name_of_worker
from server.job_worker import Beside, Due, JobWorker
from server.rsgi import SPOOL, Gateway
from server.spool import settle_folder
from server.stopping import StoppingLoop
from server.supervisor import Supervisor
from server.threads import Threads
from settings import Settings
from storage import migrate
from storage.engines.base import Refused
from storage.engines.sqlite import is_safe_version
from web import logs, measures

Create = Callable[[Settings], Any]

STOP_WITHIN_S = 8
LOOK_FOR_SERVER_EVERY_S = 0.5
ENDED_WITHIN_S = 1.0
LOOK_FOR_WORKERS_EVERY_S = 0.01
# Together a worker opens as many connections to a PostgreSQL server.
READERS, WRITERS, HASHERS, LONG_ONES = 4, 8, 2, 4
SPOOLERS = 2
MOST_WAITING = 200
# Of each process; and what is read of a connection before anybody has asked for it.
MOST_CONNECTIONS = 1024
MOST_BUFFERED_BYTES = 64 * 1024
MOST_STREAMS = 50
HEAD_WITHIN_MS = 15_000
PATIENCE_S = 30.0
# How long a reader waits for a PostgreSQL server that takes connections and does not answer.
READER_PATIENCE_S = 5.0


def serve(
    settings: Settings,
    create: Create,
    *,
    due: Due,
    beside: Beside,
    on_start: Callable[[], Any],
    on_stop: Callable[[], Any],
) -> None:
    """Serve what `create` makes in each worker, until SIGINT or SIGTERM. Raises `Refused`.

    Beside it run the workers of jobs, which also ask what schedules are `due`, and run what
    waits for no job `beside` them.
    `on_start` runs once the address is ours, `on_stop` when the last worker has gone.
    """
    job_workers = 0 if _is_alone(settings) else settings.job_workers
    keeper = JobKeeper(settings, job_workers, due, beside)
    granian = _granian(
        settings, _free_address(settings.host, settings.port, "CVD_PORT or CVD_HOST")
    )
    granian.keeper = keeper
    metrics_address = _metrics_address(settings)
    logger.addFilter(is_true)
    logs.configure(settings)
    granian.on_startup(on_start)
    granian.on_shutdown(keeper.wait)
    granian.on_shutdown(on_stop)
    granian.serve(
        target_loader=partial(
            _load_app, settings, create, (due, beside), os.getpid(), metrics_address
        ),
        wrap_loader=False,
    )


def is_true(record: logging.LogRecord) -> bool:
    """False for a worker that granian says it had to kill, when it ended by itself.

    Granian waits for the end of a worker in two threads. The one that hears of it first
    may not have noted it yet when the other looks, and takes the worker for alive.
    """
    if not record.getMessage().startswith("Killing worker-"):
        return True
    until = time.monotonic() + ENDED_WITHIN_S
    while multiprocessing.active_children():
        if time.monotonic() > until:
            return True
        time.sleep(LOOK_FOR_WORKERS_EVERY_S)
    return False


def _metrics_address(settings: Settings) -> str | None:
    """Where the metrics are told, None without a port of their own; its workers count together."""
    if settings.has_metrics:
        # Those that a worker was replaced for may not have ended yet.
        measures.share(2 * settings.workers)
    if not settings.metrics_port:
        return None
    told = "CVD_METRICS_PORT or CVD_METRICS_HOST"
    return _free_address(settings.metrics_host, settings.metrics_port, told)


def _free_address(host: str, port: int, names: str) -> str:
    """The host as a numeric address, once its port was found free; `names` are the settings.

    Granian shares its port with any process that asks likewise, so two servers
    would both start and each answer some of the requests.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(found[0], found[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[4])
            return str(found[4][0])
    except OSError as error:
        raise Refused(
            f"Port {port} on {host} cannot be used ({error.strerror}); set {names} to another."
        ) from None


def _granian(settings: Settings, address: str) -> Any:
    try:
        return Supervisor(
            "app:create_app",
            address=address,
            port=settings.port,
            interface=Interfaces.RSGI,
            loop=Loops.asyncio,
            workers=settings.workers,
            websockets=False,
            backpressure=MOST_CONNECTIONS,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEAD_WITHIN_MS, max_buffer_size=MOST_BUFFERED_BYTES
            ),
            http2_settings=HTTP2Settings(
                initial_connection_window_size=4 * MOST_BUFFERED_BYTES,
                initial_stream_window_size=MOST_BUFFERED_BYTES,
                max_headers_size=MOST_BUFFERED_BYTES,
                max_send_buffer_size=MOST_BUFFERED_BYTES,
                max_concurrent_streams=MOST_STREAMS,
                keep_alive_interval=HEAD_WITHIN_MS,
            ),
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


@loops.register("asyncio")
def _stopping_loop() -> StoppingLoop:
    loop = StoppingLoop()
    asyncio.set_event_loop(loop)
    return loop


def _load_app(
    settings: Settings,
    create: Create,
    duties: tuple[Due, Beside],
    server: int,
    metrics_address: str | None,
) -> Any:
    """The application, made in the worker: connections do not survive a fork."""
    threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    logs.configure(settings)
    settle_folder()
    app = create(settings)
    if _is_alone(settings) and settings.job_workers:
        worker = JobWorker(app.extensions["cvd"]["engine"], name_of_worker(), *duties)
        threading.Thread(target=worker.run, daemon=True).start()
    if app.tracing is not None:
        app.tracing.start()  # before anybody would wait for its library
    if metrics_address is not None:
        from server import metrics_port  # what only metrics need

        metrics_port.begin(settings, metrics_address, app.extensions["cvd"]["exposition"])
    # What is loaded stays: the collector need not look through the contract again and again.
    gc.collect()
    gc.freeze()
    threads = _threads(settings)
    doorkeeper = Doorkeeper(
        port=settings.port,
        most_bytes=settings.max_bytes_in_flight,
        most_spooled_bytes=settings.max_spooled_bytes,
        # Behind a proxy all come from its address: there it is the proxy that counts.
        most_of_address=settings.max_connections_per_address or None
        if not settings.trusted_proxies
        else None,
        also=partial(_look_after, threads, app),
    )
    return Gateway(app, threads=threads, doorkeeper=doorkeeper, close=partial(_close, app))


def _is_alone(settings: Settings) -> bool:
    """Whether only one process can use the database: then jobs are done in a thread of it."""
    return migrate.dialect_of(settings.database_url) == "sqlite" and not is_safe_version()


def _threads(settings: Settings) -> dict[str, Threads]:
    """Where work waits, by what it waits for: on SQLite nobody waits to read."""
    is_server = migrate.dialect_of(settings.database_url) == "postgresql"
    # On SQLite whoever writes is alone: a second thread would only wait for the first.
    writers = WRITERS if is_server else 1
    threads = {
        WRITING: Threads(writers, most_waiting=MOST_WAITING, patience_s=PATIENCE_S),
        HASH: Threads(HASHERS, most_waiting=MOST_WAITING, patience_s=PATIENCE_S),
        LONG: Threads(LONG_ONES, most_waiting=MOST_WAITING, patience_s=PATIENCE_S),
        SPOOL: Threads(SPOOLERS, most_waiting=MOST_WAITING, patience_s=PATIENCE_S),
    }
    if is_server or settings.threads > 1:
        count = max(settings.threads, READERS) if is_server else settings.threads
        patience_s = READER_PATIENCE_S if is_server else PATIENCE_S
        threads[READING] = Threads(count, most_waiting=MOST_WAITING, patience_s=patience_s)
    return threads


def _look_after(threads: dict[str, Threads], app: Any) -> None:
    for kind, each in threads.items():
        each.refuse_overdue()
        if app.metrics is not None:
            app.metrics.note(f"waiting {kind}", each.waiting)
            app.metrics.note(f"busy {kind}", each.busy)
    if app.metrics is not None:
        app.metrics.settle()
        in_use = app.extensions["cvd"]["engine"].connections_in_use
        app.metrics.note("connections", in_use)


def _close(app: Any) -> None:
    # Whoever closes the database last empties its log: one that is left was not stopped.
    app.extensions["cvd"]["engine"].close()
    if app.tracing is not None:
        app.tracing.close()
    logs.flush()


def _end_with(server: int) -> None:
    """End this worker when its server is gone.

    Where only the server's process was killed, a worker would keep the port and
    the database, and neither a new server nor an upgrade could start.
    """
    while os.getppid() == server:
        time.sleep(LOOK_FOR_SERVER_EVERY_S)
    os._exit(1)
