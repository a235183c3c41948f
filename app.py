"""The application: binds every operation of the contract, words every error, serves the pages.

    create_app()                 settings from the environment
    create_app(Settings(...))    settings of a test or a second installation

Nothing here opens the database before the first request: the command line
creates the application too, also when there is no database yet.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Container, Iterable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from flask_cors import CORS
from werkzeug.routing import IntegerConverter

import answers
import contract
import db
import logs
import pages
import schema
import settings as environment
from audit_files import AuditFiles
from binding import Binder, Guard, Handler
from contract import Contract, Operation
from db import Database, Engine, Refused
from errors import Malformed, Unavailable
from exchange import Answer, Call, Headers
from settings import Settings
from shortcuts import MOST_DIGITS, PATH_PARAMETER, Shortcuts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("cvd")
HOSTS_REMEMBERED = 64
POOL_SIZE = 15
# What was found for a request before its body came.
FOUND = "cvd.found"
NOT_SHARED = ("Cache-Control", "private, no-cache")
POLICY = "Content-Security-Policy"


class IdConverter(IntegerConverter):
    """Ids in paths: ASCII digits, few enough to be a 64-bit integer."""

    regex = rf"[0-9]{{1,{MOST_DIGITS}}}"


class App(Flask):
    """Flask, with a shorter way to the operations of the contract."""

    def __init__(self, settings: Settings, binder: Binder) -> None:
        super().__init__("cvd", static_folder=None)
        self.binder = binder
        self._allows_host = lru_cache(maxsize=HOSTS_REMEMBERED)(settings.allows_host)
        self._origins = bool(settings.cors_origins)
        self._shortcuts = Shortcuts()
        self._guards = _guards(settings)
        self._of_operations = [NOT_SHARED, *self._guards]
        self._trusts_proxies = settings.trusted_proxies > 0
        self.url_map.converters["id"] = IdConverter
        # A redirect would be an answer in no stated shape.
        self.url_map.merge_slashes = False

    def bind(self, operation: Operation, handler: Handler) -> None:
        """Register an operation: as a route of Flask, and by a shortcut past it."""
        self._shortcuts.add(operation, handler)
        self.add_url_rule(
            PATH_PARAMETER.sub(r"<id:\1>", operation.path),
            endpoint=operation.name,
            view_func=_view(handler),
            methods=[operation.method.upper()],
        )

    def check_host(self, call: Call) -> None:
        """Malformed for a host name that is not CVD's."""
        if not self._allows_host(call.environ.get("HTTP_HOST", call.environ["SERVER_NAME"])):
            raise Malformed(
                "CVD does not answer to this host name: use its address, "
                "or list the name in CVD_ALLOWED_HOSTS."
            )

    def operation_of(self, environ: WSGIEnvironment) -> Operation | None:
        """The operation that a request is for; None for a page, and for what is not there."""
        method = environ["REQUEST_METHOD"]
        found = self._shortcuts.find("GET" if method == "HEAD" else method, environ["PATH_INFO"])
        if found is None:
            return None
        if method != "HEAD":
            environ[FOUND] = found
        return found.operation

    def most_bytes(self, operation: Operation, environ: WSGIEnvironment) -> int:
        """How long a body is worth reading from who sends it; asks the database who that is."""
        return self.binder.most_bytes(operation, Call(environ))

    def ending(self, call: Call, status: int, given: Container[str]) -> Headers:
        """The headers that end every answer, but those that it has; logs the call."""
        logs.access(call, status)
        self._tell_of_proxy(call)
        same = self._of_operations if call.path.startswith("/api/") else self._guards
        return [("X-Request-Id", call.request_id), *[each for each in same if each[0] not in given]]

    def _tell_of_proxy(self, call: Call) -> None:
        """Once: behind a proxy that is not trusted, all people share its address."""
        if self._trusts_proxies or "HTTP_X_FORWARDED_FOR" not in call.environ:
            return
        self._trusts_proxies = True
        log.warning(
            "A request from %s came with X-Forwarded-For, which is not believed: where a proxy "
            "stands in front, set CVD_TRUSTED_PROXIES, or everybody behind it shares one "
            "address, and with it the waits after failed tries.",
            call.address,
        )

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """An operation by its shortcut, everything else by Flask."""
        # Where other origins are let in, Flask-CORS says so in the answers of Flask.
        if self._origins and "HTTP_ORIGIN" in environ:
            return super().wsgi_app(environ, start_response)
        found = environ.get(FOUND) or self._shortcuts.find(
            environ["REQUEST_METHOD"], environ["PATH_INFO"]
        )
        if found is None:
            return super().wsgi_app(environ, start_response)
        call = Call(environ)
        try:
            self.check_host(call)
            call.check_taken()
            answer = found.handler(call, found.ids)
        except Exception as error:  # noqa: BLE001  # the last resort: a problem with its number
            answer = answers.of_error(error, call)
        answer.headers.extend(self.ending(call, answer.status, dict(answer.headers)))
        start_response(answer.status_line, answer.wire_headers)
        return [answer.body]


def _guards(settings: Settings) -> Headers:
    """What no answer is without: it is no page, nobody else shows it, and https stays https."""
    ancestors = pages.frame_ancestors(settings)
    headers = [
        (POLICY, f"default-src 'none'; base-uri 'none'; form-action 'none'; {ancestors}"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if settings.https and settings.hsts_seconds:
        headers.append(("Strict-Transport-Security", f"max-age={settings.hsts_seconds}"))
    return headers


class LazyEngine:
    """The engine of one application, opened by the first transaction that needs it."""

    def __init__(self, url: str, *, pool_size: int, audit: AuditFiles) -> None:
        self.url = url
        self.audit = audit
        self._pool_size = pool_size
        self.name = schema.dialect_of(url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def reading(self) -> AbstractContextManager[Database]:
        return self._opened().reading()

    def writing(self, *, patience_s: float | None = None) -> AbstractContextManager[Database]:
        return self._opened().writing(patience_s=patience_s)

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
            return db.open_engine(
                self.url, at_once=False, pool_size=self._pool_size, audit=self.audit
            )
        except Refused as refused:
            raise Unavailable(str(refused)) from refused


def create_app(settings: Settings | None = None) -> App:
    """A Flask application over one database. Raises SettingsError or ContractError."""
    settings = settings or environment.load()
    engine = LazyEngine(
        # As many as there are threads in server.py, and one to look after a lost server.
        settings.database_url,
        pool_size=settings.threads + POOL_SIZE,
        audit=settings.audit_files,
    )
    app = App(settings, Binder(settings, engine))
    app.extensions["cvd"] = {"settings": settings, "engine": engine}
    if settings.cors_origins:
        CORS(app, origins=list(settings.cors_origins), supports_credentials=True)
    if settings.trusted_proxies:
        _trust_proxies(app, settings.trusted_proxies)
    _in_flask(app)
    _bind(app, contract.current())
    pages.register(app, settings)
    from cli import register  # the command line imports services that import the contract

    register(app)
    return app


def _bind(app: App, stated: Contract) -> None:
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
        app.bind(operation, app.binder.handler(operation, functions[operation.name], guard))


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


def _in_flask(app: App) -> None:
    """The same beginning, end and errors for what Flask itself answers."""

    def begin() -> None:
        g.call = Call(request.environ)
        app.check_host(g.call)
        g.call.check_taken()

    def finish(response: Response) -> Response:
        given = set(response.headers.keys())
        response.headers.extend(app.ending(g.call, response.status_code, given))
        return response

    app.before_request(begin)
    app.after_request(finish)
    app.register_error_handler(Exception, lambda error: _response(answers.of_error(error, g.call)))


def _view(handler: Handler) -> Callable[..., Response]:
    return lambda **path: _response(handler(g.call, path))


def _response(answer: Answer) -> Response:
    return Response(answer.body, status=answer.status, headers=answer.headers)
