"""The application: Flask, with a shorter way to the operations of the contract.

    past Flask      what is asked most: an operation, found by its method and path
    through Flask   everything else: pages, HEAD, OPTIONS, what is not there, other origins

Both run what is around every call (`around.py`) and word errors in one way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from contract import Operation
from settings import Settings
from web import answers, limits, measures, tracing
from web.around import Surroundings, everything
from web.binding import Binder, Handler
from web.call import IN_PIECES, Answer, Call
from web.fast_routes import MOST_DIGITS, PATH_PARAMETER, Shortcuts
from web.pieces import Pieces

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# What was found for a request before its body came.
FOUND = "cvd.found"


class IdConverter(IntegerConverter):
    """Ids in paths: ASCII digits, few enough to be a 64-bit integer."""

    regex = rf"[0-9]{{1,{MOST_DIGITS}}}"


class App(Flask):
    """The operations that were bound, over one database, and what Flask serves besides."""

    def __init__(self, settings: Settings, binder: Binder) -> None:
        super().__init__("cvd", static_folder=None)
        self.binder = binder
        self.metrics = measures.of(settings)
        self.tracing = tracing.of(settings)
        begin = filter(None, (self.metrics, self.tracing))
        end = filter(None, (limits.of(settings),))
        self._surroundings = Surroundings([*begin, *everything(settings), *end])
        self._origins = bool(settings.cors_origins)
        self._shortcuts = Shortcuts()
        self._operations: set[str] = set()
        self.url_map.converters["id"] = IdConverter
        # A redirect would be an answer in no stated shape.
        self.url_map.merge_slashes = False
        self.before_request(self._begin)
        self.after_request(self._finish)
        self.register_error_handler(Exception, _of_error)
        if settings.cors_origins:
            CORS(self, origins=list(settings.cors_origins), supports_credentials=True)
        if settings.trusted_proxies:
            _trust_proxies(self, settings.trusted_proxies)

    def bind(self, operation: Operation, handler: Handler) -> None:
        """Register an operation: as a route of Flask, and by a shortcut past it."""
        self._shortcuts.add(operation, handler)
        self._operations.add(operation.name)
        self.add_url_rule(
            PATH_PARAMETER.sub(r"<id:\1>", operation.path),
            endpoint=operation.name,
            view_func=_view(handler),
            methods=[operation.method.upper()],
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
        call.operation = found.operation.name
        try:
            self._surroundings.begin(call)
            answer = found.handler(call, found.ids)
        except Exception as error:  # noqa: BLE001  # the last resort: a problem with its number
            answer = answers.of_error(error, call)
        ending = self._surroundings.end(call, answer.status, dict(answer.headers))
        answer.headers.extend(ending)
        start_response(answer.status_line, answer.wire_headers)
        if answer.pieces is not None:
            environ[IN_PIECES] = True
            return answer.pieces
        return [answer.body]

    def _begin(self) -> None:
        g.call = Call(request.environ)
        if request.endpoint in self._operations:
            g.call.operation = request.endpoint
        self._surroundings.begin(g.call)

    def _finish(self, response: Response) -> Response:
        given = set(response.headers.keys())
        response.headers.extend(self._surroundings.end(g.call, response.status_code, given))
        return response


def _trust_proxies(app: Flask, count: int) -> None:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _of_error(error: Exception) -> Response:
    return _response(answers.of_error(error, g.call))


def _view(handler: Handler) -> Callable[..., Response]:
    return lambda **path: _response(handler(g.call, path))


def _response(answer: Answer) -> Response:
    if answer.pieces is not None:
        return _in_pieces(answer, answer.pieces)
    return Response(answer.body, status=answer.status, headers=answer.headers)


def _in_pieces(answer: Answer, pieces: Pieces) -> Response:
    if request.method == "HEAD":
        pieces.close()
        # An iterator, because of a list Flask would state the length.
        return Response(iter(()), status=answer.status, headers=answer.wire_headers)
    request.environ[IN_PIECES] = True
    return Response(pieces, status=answer.status, headers=answer.wire_headers)
