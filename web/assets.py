"""Assets: the files of the front end, from an allow-list, under addresses that name their version.

A page is asked for anew each time, so that after an upgrade nobody works with an old
one. Its address is `/pages/NAME.html`, whichever area's folder it lies in: people keep it.
What it loads it names as `/v/VERSION/page/page.js`, and modules name each other
relative to that: a browser keeps those for good, and the next page costs one request.
Only files that were there when the application started, with a known ending and in a
known folder, are served; third-party libraries only those named in VENDOR. Scripts come
bundled where that was done (bundles.py), a style sheet with those that it imports.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import time
from functools import lru_cache
from pathlib import Path

from errors import NotFound
from web import bundles
from web.bundles import Bundle

Content = tuple[bytes, bytes]  # as it is, and compressed

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"
LIBRARIES = FRONTEND / "node_modules"
FOLDERS = ("shell", "page", "words", "components", "css", "pages")
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
PAGE = ".html"
SCRIPTS = ".js"
STYLE = ".css"
TOP_FILES = ("index.html", "api.js", "favicon.svg")
# Address under /vendor/ -> file in frontend/node_modules/.
VENDOR = {
    "uplot/uPlot.esm.js": "uplot/dist/uPlot.esm.js",
    "uplot/uPlot.min.css": "uplot/dist/uPlot.min.css",
    "maplibre/maplibre-gl.js": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre/maplibre-gl-worker.js": "maplibre-gl/dist/maplibre-gl-worker.mjs",
}
BUILT = "built"
ICONS = "vendor/lucide/icons.svg"
ICON_BODY = re.compile(r"<svg[^>]*>(.*?)</svg>", re.DOTALL)
# What a page loads, and what its address becomes.
LOADED = re.compile(rb'\b(href|src)="/([\w./-]+\.(?:js|css|svg))\b')
SCRIPT = re.compile(rb'<script type="module" src="/([\w./-]+\.js)"></script>')
# Of a style sheet, another that belongs to a layer of it, or to none.
IMPORTED = re.compile(rb'@import url\("([\w./-]+)"\)(?: layer\((\w+)\))?;')
FILES_REMEMBERED = 512


def content(name: str) -> Content:
    """The file of that name as it is now; raises NotFound."""
    if name == ICONS:
        return _icons()
    current = version()
    file = _built(current).get(name) or _files().get(name)
    changed_ns = _changed_ns(file) if file else None
    if file is None or changed_ns is None:
        raise NotFound("There is no such page.")
    if file.suffix == PAGE:
        return _page(file, changed_ns, current)
    if file.suffix == STYLE:
        return _style(file, changed_ns, current)
    return _loaded(file, changed_ns)


def version() -> str:
    """Another one a second after any file is another: twelve hexadecimal digits."""
    return _version(int(time.monotonic()))


@lru_cache(maxsize=1)
def _version(second: int) -> str:
    """Once a second, for a page loads several files."""
    found = hashlib.sha256(_icons()[0])
    for name, digest in sorted({**_digests(), "": _bundle().sources.encode()}.items()):
        found.update(name.encode() + digest)
    return found.hexdigest()[:12]


def _digests() -> dict[str, bytes]:
    """What is in each file that is still there."""
    times = {name: _changed_ns(file) for name, file in _files().items()}
    return {
        name: _digest(_files()[name], changed_ns)
        for name, changed_ns in times.items()
        if changed_ns is not None
    }


@lru_cache(maxsize=1)
def _bundle() -> Bundle:
    """As it was when the application started."""
    return bundles.read(FRONTEND / BUILT)


@lru_cache(maxsize=1)
def _built(current: str) -> dict[str, Path]:
    """The bundled scripts by name; none while the sources are others than they were made of."""
    sources = {
        name: digest
        for name, digest in _digests().items()
        if name.endswith(SCRIPTS) and not name.startswith("vendor/")
    }
    if bundles.digest(sources) != _bundle().sources:
        return {}
    return {name: FRONTEND / BUILT / name for name in _bundle().scripts}


@lru_cache(maxsize=FILES_REMEMBERED)
def _digest(file: Path, changed_ns: int) -> bytes:
    """Of what is in the file: some ways to install give every file the same time."""
    return hashlib.sha256(file.read_bytes()).digest()


def _changed_ns(file: Path) -> int | None:
    """When it changed; None once an upgrade beside the running server took it away."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return None


@lru_cache(maxsize=FILES_REMEMBERED)
def _loaded(file: Path, changed_ns: int) -> Content:
    """Once for each state of a file, which `changed_ns` names."""
    return _both(file.read_bytes())


@lru_cache(maxsize=FILES_REMEMBERED)
def _style(file: Path, changed_ns: int, current: str) -> Content:
    """A style sheet with those that it imports: one file in place of thirty."""

    def inlined(found: re.Match[bytes]) -> bytes:
        name, layer = found.groups()
        rules = (file.parent / name.decode()).read_bytes()
        return b"@layer %b {\n%b}" % (layer, rules) if layer else rules

    return _both(IMPORTED.sub(inlined, file.read_bytes()))


@lru_cache(maxsize=FILES_REMEMBERED)
def _page(file: Path, changed_ns: int, current: str) -> Content:
    """A page that names the scripts behind its own too, so that none waits for another."""

    def with_imports(found: re.Match[bytes]) -> bytes:
        name = found[1].decode()
        imports = _bundle().scripts.get(name, []) if name in _built(current) else []
        hints = [f'<link rel="modulepreload" href="/{each}">' for each in imports]
        return found[0] + "".join(hints).encode()

    page = SCRIPT.sub(with_imports, file.read_bytes())
    return _both(LOADED.sub(rb'\1="/v/%b/\2' % current.encode(), page))


def _both(plain: bytes) -> Content:
    return plain, gzip.compress(plain, mtime=0)


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    found = {name: FRONTEND / name for name in TOP_FILES if (FRONTEND / name).is_file()}
    for folder in FOLDERS:
        for file in (FRONTEND / folder).rglob("*"):
            if file.suffix in TYPES and file.is_file():
                found[_name(file)] = file
    for address, name in VENDOR.items():
        if (LIBRARIES / name).is_file():
            found[f"vendor/{address}"] = LIBRARIES / name
    return found


def _name(file: Path) -> str:
    """Its address: a page's does not tell its area, so that it may move to another."""
    name = file.relative_to(FRONTEND)
    return f"{name.parts[0]}/{name.name}" if file.suffix == PAGE else name.as_posix()


@lru_cache(maxsize=1)
def _icons() -> Content:
    """The icons named in frontend/icons.txt as one SVG of symbols: none without the package."""
    folder = LIBRARIES / "lucide-static" / "icons"
    symbols = []
    for name in (FRONTEND / "icons.txt").read_text(encoding="utf-8").split():
        file = folder / f"{name}.svg"
        found = ICON_BODY.search(file.read_text(encoding="utf-8")) if file.is_file() else None
        if found:
            # Stroke and colour are the page's own (css): a symbol inherits them.
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{found[1]}</symbol>')
    return _both(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode())
