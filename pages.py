"""Pages: the front end's files, from an allow-list, with the headers that keep them safe.

Only files that were there when the application started, with a known ending
and in a known folder, are served; third-party libraries only those named in
VENDOR. Everything is answered from the disk with an ETag, never from a CDN.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.routing import PathConverter

from errors import NotFound
from settings import Settings

Content = tuple[bytes, bytes]  # as it is, and compressed

FRONTEND = Path(__file__).resolve().parent / "frontend"
LIBRARIES = FRONTEND / "node_modules"
FOLDERS = ("pages", "components", "modules", "css")
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
TOP_FILES = ("index.html", "index.js", "api.js", "favicon.svg")
# Address under /vendor/ -> file in frontend/node_modules/.
VENDOR = {
    "uplot/uPlot.esm.js": "uplot/dist/uPlot.esm.js",
    "uplot/uPlot.min.css": "uplot/dist/uPlot.min.css",
}
FILES_REMEMBERED = 512
# What a browser shows by itself; the rest obeys the policy of the page that asked for it.
DOCUMENTS = {"text/html", "image/svg+xml"}
ICONS = "lucide/icons.svg"
ICON_BODY = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)


class FileConverter(PathConverter):
    """Paths of files: what begins like an operation's is none, whatever is asked of it."""

    regex = "(?!api/)[^/].*?"


def register(app: Flask, settings: Settings) -> None:
    """Serve / and the files of the front end from `app`."""
    files = _files()
    sprite = _icon_sprite()
    icons = sprite and _both(sprite)
    policy = content_security_policy(settings)

    def serve(name: str) -> Response:
        if name == f"vendor/{ICONS}" and icons:
            answer = _sent(icons, TYPES[".svg"])
        elif name in files:
            file = files[name]
            answer = _sent(_loaded(file, file.stat().st_mtime_ns), TYPES[file.suffix])
        else:
            raise NotFound("There is no such page.")
        return _guarded(answer, policy)

    app.add_url_rule("/", endpoint="index", view_func=lambda: serve("index.html"))
    app.url_map.converters["file"] = FileConverter
    app.add_url_rule("/<file:name>", endpoint="file", view_func=serve)


def content_security_policy(settings: Settings) -> str:
    """Everything from this server, nothing inline; framed by itself and the listed origins."""
    ancestors = " ".join(["'self'", *settings.frame_origins])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; "
        f"form-action 'self'; frame-ancestors {ancestors}"
    )


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


@lru_cache(maxsize=FILES_REMEMBERED)
def _loaded(file: Path, changed_ns: int) -> Content:
    """Once for each state of a file, which `changed_ns` names."""
    return _both(file.read_bytes())


def _both(plain: bytes) -> Content:
    return plain, gzip.compress(plain, mtime=0)


def _guarded(answer: Response, policy: str) -> Response:
    if answer.mimetype in DOCUMENTS:
        answer.headers["Content-Security-Policy"] = policy
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Revalidated each time: after an upgrade nobody works with old pages.
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    found = {name: FRONTEND / name for name in TOP_FILES if (FRONTEND / name).is_file()}
    for folder in FOLDERS:
        for file in (FRONTEND / folder).rglob("*"):
            if file.suffix in TYPES and file.is_file():
                found[file.relative_to(FRONTEND).as_posix()] = file
    for address, name in VENDOR.items():
        if (LIBRARIES / name).is_file():
            found[f"vendor/{address}"] = LIBRARIES / name
    return found


@lru_cache(maxsize=1)
def _icon_sprite() -> bytes | None:
    """The icons named in frontend/icons.txt as one SVG of symbols; None without the package."""
    folder = LIBRARIES / "lucide-static" / "icons"
    if not folder.is_dir():
        return None
    symbols = []
    for name in (FRONTEND / "icons.txt").read_text(encoding="utf-8").split():
        found = ICON_BODY.search((folder / f"{name}.svg").read_text(encoding="utf-8"))
        if found:
            # Stroke and colour are the page's own (css): a symbol inherits them.
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{found[1]}</symbol>')
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'
    return sprite.encode()
