"""Pages: the front end's files over HTTP, with the headers that keep them safe.

Everything is answered from this server (assets.py), never from a CDN.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from flask import Flask, Response, request
from werkzeug.routing import PathConverter

from errors import NotFound
from settings import Settings
from web import assets
from web.assets import Content

# What a browser shows by itself; the rest obeys the policy of the page that asked for it.
DOCUMENTS = {"text/html", "image/svg+xml"}
VERSIONED = re.compile(r"v/([0-9a-f]{12})/(.+)")
# After an upgrade nobody works with old pages, nor with old files under a new address.
ASK_EACH_TIME = "no-cache"
KEEP = "max-age=31536000, immutable"


class FileConverter(PathConverter):
    """Paths of files: what begins like an operation's is none, whatever is asked of it."""

    regex = "(?!api/)[^/].*?"


def register(app: Flask, settings: Settings) -> None:
    """Serve / and the files of the front end from `app`."""
    policy = content_security_policy(settings)
    # Now, so that the first page waits for nothing, and a file that comes later is not served.
    assets.version()

    def serve(name: str) -> Response:
        versioned = VERSIONED.fullmatch(name)
        if versioned and PurePosixPath(name).suffix == assets.PAGE:
            raise NotFound("There is no such page.")
        if versioned:
            name = versioned[2]
        is_kept = versioned is not None and versioned[1] == assets.version()
        answer = _sent(assets.content(name), assets.TYPES[PurePosixPath(name).suffix])
        answer.headers["Cache-Control"] = KEEP if is_kept else ASK_EACH_TIME
        return _guarded(answer, policy)

    app.add_url_rule("/", endpoint="index", view_func=lambda: serve("index.html"))
    app.url_map.converters["file"] = FileConverter
    app.add_url_rule("/<file:name>", endpoint="file", view_func=serve)


def content_security_policy(settings: Settings) -> str:
    """Everything from this server, nothing inline; framed by itself and the listed origins."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; "
        f"form-action 'self'; {frame_ancestors(settings)}"
    )


def frame_ancestors(settings: Settings) -> str:
    """Who may show what CVD answers in a frame."""
    return " ".join(["frame-ancestors", "'self'", *settings.frame_origins])


def _sent(content: Content, mimetype: str) -> Response:
    """Compressed for whoever takes it so: text shrinks to a quarter."""
    compressed = bool(request.accept_encodings["gzip"])
    answer = Response(content[compressed], mimetype=mimetype)
    if compressed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _guarded(answer: Response, policy: str) -> Response:
    if answer.mimetype in DOCUMENTS:
        answer.headers["Content-Security-Policy"] = policy
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
