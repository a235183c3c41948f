"""The application: binds every operation of the contract, words every error, serves the pages.

    create_app()                 settings from the environment
    create_app(Settings(...))    settings of a test or a second installation

Nothing here opens the database before the first request: the command line
creates the application too, also when there is no database yet.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import orjson
from flask import Flask, Response, g, request
from flask_cors import CORS
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

import contract
import db
import logs
import pages
import schema
import settings as environment
from binding import Binder, Guard
from contract import Contract, Operation
from db import Database, Engine, Refused
from errors import (
    Malformed,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
    UnsupportedType,
)
from settings import Settings

log = logging.getLogger("cvd")
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PATH_PARAMETER = re.compile(r"{(\w+)}")
HOSTS_REMEMBERED = 64
API_HEADERS = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}


class IdConverter(IntegerConverter):
    """Ids in paths: ASCII digits, few enough to be a 64-bit integer."""

    regex = r"[0-9]{1,18}"


class App(Flask):
    """Flask for plain functions."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine, so no request needs to ask whether its view is one."""
        return func


class LazyEngine:
    """The engine of one application, opened by the first transaction that needs it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = schema.dialect_of(url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def reading(self) -> AbstractContextManager[Database]:
        return self._opened().reading()

    def writing(self) -> AbstractContextManager[Database]:
        return self._opened().writing()

    def close(self) -> None:
        """Let the database go; the next transaction opens it again."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    def _open(self) -> Engine:
        try:
            return db.open_engine(self.url)
        except Refused as refused:
            raise Unavailable(str(refused)) from refused


def create_app(settings: Settings | None = None) -> Flask:
    """A Flask application over one database. Raises SettingsError or ContractError."""
    settings = settings or environment.load()
    app = App("cvd", static_folder=None)
    app.url_map.converters["id"] = IdConverter
    # A redirect would be an answer in no stated shape.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's default provider
    engine = LazyEngine(settings.database_url)
    app.extensions["cvd"] = {"settings": settings, "engine": engine}
    if settings.cors_origins:
        CORS(app, origins=list(settings.cors_origins), supports_credentials=True)
    if settings.trusted_proxies:
        _trust_proxies(app, settings.trusted_proxies)
    app.before_request(_beginning(settings))
    app.after_request(_finish)
    app.register_error_handler(Exception, _problem)
    _bind(app, contract.current(), Binder(settings, engine))
    pages.register(app, settings)
    from cli import register  # the command line imports services that import the contract

    register(app)
    return app


def _bind(app: Flask, stated: Contract, binder: Binder) -> None:
    functions = {op.name: contract.function_of(op) for op in stated.operations}
    readers = {op.path: op for op in stated.operations if op.method == "get"}
    for operation in stated.operations:
        reader = _reader(operation, readers)
        guard = Guard(
            read=(reader, functions[reader.name]) if reader else None,
            decide=contract.function_named(operation.decides_first)
            if operation.decides_first
            else None,
        )
        app.add_url_rule(
            PATH_PARAMETER.sub(r"<id:\1>", operation.path),
            endpoint=operation.name,
            view_func=binder.view(operation, functions[operation.name], guard),
            methods=[operation.method.upper()],
        )


def _reader(operation: Operation, readers: dict[str, Operation]) -> Operation | None:
    """The GET that reads the noun in an operation's path: its own, or one above it."""
    path = operation.path
    while "{" in path:
        reader = readers.get(path)
        if reader is not None and not any(
            p.required for p in reader.parameters if p.place == "query"
        ):
            return reader
        path = path.rpartition("/")[0]
    return None


def _trust_proxies(app: Flask, count: int) -> None:
    from werkzeug.middleware.proxy_fix import ProxyFix

    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _beginning(settings: Settings) -> Callable[[], None]:
    """What begins every request: its id, its time, and whether it is meant for this host."""
    allows = lru_cache(maxsize=HOSTS_REMEMBERED)(settings.allows_host)

    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        g.started = time.perf_counter()
        if not allows(request.host):
            raise Malformed(
                "CVD does not answer to this host name: use its address, "
                "or list the name in CVD_ALLOWED_HOSTS."
            )

    return begin


def _finish(answer: Response) -> Response:
    answer.headers.add("X-Request-Id", g.request_id)
    if request.path.startswith("/api/"):
        answer.headers.extend(API_HEADERS)
    logs.access(answer)
    return answer


def _problem(error: Exception) -> Response:
    problem = error if isinstance(error, Problem) else _as_problem(error)
    if isinstance(problem, Unavailable):
        log.warning("%s", problem.detail, extra={"request_id": g.request_id})
    document = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": g.request_id,
        **problem.members(),
    }
    answer = Response(orjson.dumps(document), status=problem.status, mimetype=contract.PROBLEM)
    answer.headers.extend(problem.headers())
    if isinstance(error, HTTPException) and error.code == 405:
        answer.headers.extend(
            [(name, value) for name, value in error.get_headers() if name == "Allow"]
        )
    return answer


def _as_problem(error: Exception) -> Problem:
    if isinstance(error, HTTPException):
        return _of_http(error)
    log.error("%s", type(error).__name__, exc_info=error, extra={"request_id": g.request_id})
    return Problem(
        "Something went wrong in CVD itself; nothing was changed. "
        f"Tell your administrator the number {g.request_id}."
    )


def _of_http(error: HTTPException) -> Problem:
    match error.code:
        case 404:
            return NotFound("There is nothing at this address.")
        case 405:
            return MethodNotAllowed(f"{request.method} is not possible here.")
        case 413:
            return TooLarge("The request is larger than is taken here.")
        case 415:
            return UnsupportedType("This media type is not taken here.")
    return Malformed(str(error.description or "The request could not be read."))
